#include "store/erase.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;

/// A record of these nouns that is about a person is about no other person.
constexpr std::string_view about_nouns[] = {"note", "mail", "call", "task", "attachment"};

std::string suppression_hash(std::string_view address) {
    return sha256("crm suppression\n" + text::folded(address));
}

void suppress(sql::Connection& db, const std::string& hash) {
    sql::make_suppressions(db);
    db.prepare("INSERT INTO \"suppression\" VALUES(?1) ON CONFLICT DO NOTHING").with(hash).run();
}

bool is_suppressed(Store& store, std::string_view address) {
    return store.db()
        .prepare("SELECT 1 FROM \"suppression\" WHERE \"hash\"=?1")
        .with(suppression_hash(address))
        .step();
}

std::vector<Record> personal_records(Store& store, const Record& person) {
    const Entity& entity = *person.entity;
    std::vector<std::string> addresses;
    if (const FieldInfo* field = entity.find("emails"))
        for (const meta::Item& item : meta::read_items(person.text(*field)))
            addresses.push_back(item.value);
    std::vector<Record> out;
    const auto nouns = store.nouns();
    const auto add = [&](std::string_view noun, std::string_view where, const auto&... binds) {
        const Entity& of = store.model().get(noun);
        if (std::ranges::find(nouns, &of) == nouns.end())
            return;
        sql::Statement get = store.db().prepare(fmt::format(
            "SELECT \"id\" FROM {} WHERE \"undone\" IS NULL AND ({})", sql::quoted(noun), where));
        for (get.with(binds...); get.step();)
            if (Record record = store.get(of, get.integer(0)); std::ranges::none_of(
                    out, [&](const Record& r) { return r.entity == &of && r.id == record.id; }))
                out.push_back(std::move(record));
    };
    for (const std::string_view noun : about_nouns)
        add(noun, R"("about_noun"=?1 AND "about"=?2)", entity.number, person.id);
    add("lead", R"("contact"=?1)", person.id);  // what they were before
    // Records merged into them are in the trash; their uids are among the references of the one
    // that stayed.
    for (const meta::Item& ref : meta::read_items(person.text(*entity.find("refs"))))
        if (ref.value.starts_with("uid:"))
            add(entity.noun, R"("uid"=?1 AND "id"<>?2 AND "deleted_at" IS NOT NULL)",
                std::string_view(ref.value).substr(4), person.id);
    // Also from the trash, which no look-up knows; a part of another address is not theirs.
    const auto theirs = [&](const Record& record, std::string_view field) {
        return std::ranges::any_of(meta::read_items(record.text(*record.entity->find(field))),
                                   [&](const meta::Item& item) {
                                       return std::ranges::any_of(
                                           addresses, [&](const std::string& a) {
                                               return text::folded(a) == text::folded(item.value);
                                           });
                                   });
    };
    const auto listed = static_cast<long>(out.size());
    const sql::Dialect& dialect = store.db().dialect();
    constexpr std::string_view from_and_to = R"(coalesce("from", '') || ' ' || coalesce("to", ''))";
    for (const std::string& address : addresses) {
        const std::string lower = text::lower_ascii(address);
        add("lead", dialect.position("?1", dialect.lower_ascii(R"("emails")")) + " > 0", lower);
        add("mail", dialect.position("?1", dialect.lower_ascii(from_and_to)) + " > 0", lower);
    }
    out.erase(std::remove_if(out.begin() + listed, out.end(),
                             [&](const Record& r) {
                                 return r.entity->noun == "lead"
                                            ? !theirs(r, "emails")
                                            : !theirs(r, "from") && !theirs(r, "to");
                             }),
              out.end());
    return out;
}

Erased erase(Writer& writer, const Record& person) {
    Store& store = writer.store();
    sql::Connection& db = store.db();
    const sql::Dialect& dialect = db.dialect();
    const Entity& entity = *person.entity;
    Erased out;
    db.overwrite_deleted();

    std::vector<std::string> traits;  // what names them in a command
    if (const std::string name = person.label(); name.size() > 3)
        traits.push_back(name);
    std::vector<std::string> addresses;
    for (const std::string_view list : {"emails", "phones"})
        if (const FieldInfo* field = entity.find(list))
            for (const meta::Item& item : meta::read_items(person.text(*field))) {
                traits.push_back(item.value);
                if (list == "emails")
                    addresses.push_back(item.value);
            }
    if (const FieldInfo* field = entity.find("do_not_mail");
        field != nullptr && person.number(*field) != 0 && !addresses.empty()) {
        for (const std::string& address : addresses)
            suppress(db, suppression_hash(address));
        out.suppressed = true;
    }

    std::vector<Record> gone = personal_records(store, person);
    gone.push_back(person);
    // What an undo took back waits to be redone, and no command sees it: it goes too.
    for (const Entity* noun : store.nouns()) {
        const bool lead = noun->noun == "lead";
        if (!lead && std::ranges::find(about_nouns, noun->noun) == std::end(about_nouns))
            continue;
        sql::Statement undone = db.prepare(fmt::format(
            "SELECT \"id\" FROM {} WHERE \"undone\" IS NOT NULL AND {}", sql::quoted(noun->noun),
            lead ? "\"contact\"=?2 AND ?1=?1" : "\"about_noun\"=?1 AND \"about\"=?2"));
        for (undone.with(entity.number, person.id); undone.step();) {
            Record& waiting = gone.emplace_back(*noun);
            waiting.id = undone.integer(0),
            waiting.deleted_at = "undone";  // nothing is derived from it
        }
    }
    // A command that names them by their id alone: c5, and not c52.
    const auto names_id = [](std::string_view command, const std::string& id) {
        const auto part_of_word = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
        };
        for (auto at = command.find(id); at != std::string_view::npos;
             at = command.find(id, at + 1)) {
            const auto end = at + id.size();
            if ((at == 0 || !part_of_word(command[at - 1])) &&
                (end == command.size() || !part_of_word(command[end])))
                return true;
        }
        return false;
    };
    // crm contact erase c5: what remains of the erasure itself.
    const auto is_erasure = [](std::string_view command) {
        return command.starts_with("crm ") && command.find(" erase ") != std::string_view::npos;
    };
    std::vector<std::int64_t> named;
    // Files first: they would go with their record.
    std::ranges::stable_partition(
        gone, [](const Record& record) { return record.entity->noun == "attachment"; });
    for (const Record& record : gone) {
        if (record.entity == &entity && record.id != person.id && record.label().size() > 3)
            traits.push_back(record.label());
        const std::string id = record.short_id();
        sql::Statement get = db.prepare(fmt::format(
            R"(SELECT "id", "command" FROM "operation" WHERE {} > 0 AND {} = 0)",
            dialect.position("?1", "\"command\""), dialect.position("' import '", "\"command\"")));
        for (get.with(id); get.step();)
            if (names_id(get.text(1), id) && !is_erasure(get.text(1)))
                named.push_back(get.integer(0));
        db.prepare(fmt::format(R"(UPDATE "operation" SET "command"='(erased)'
                                  WHERE {} = 0 AND "id" IN (
                                      SELECT "operation" FROM "change"
                                      WHERE "noun"=?1 AND "record"<=?2 AND "through">=?2))",
                               dialect.position("' import '", "\"command\"")))
            .with(record.entity->number, record.id)
            .run();
        writer.purge(record);
        out.ids.push_back(record.short_id());
    }
    for (const std::int64_t operation : named)
        db.prepare(R"(UPDATE "operation" SET "command"='(erased)' WHERE "id"=?1)")
            .with(operation)
            .run();
    for (const std::string& trait : traits)
        db.prepare(fmt::format(R"(UPDATE "operation" SET "command"='(erased)' WHERE {} > 0)",
                               dialect.position("?1", "\"command\"")))
            .with(trait)
            .run();
    // Bytes, too, that purges of older releases left behind.
    db.run(
        R"(DELETE FROM "blob" WHERE "hash" NOT IN (SELECT "hash" FROM "attachment" WHERE "hash" IS NOT NULL))");
    db.run(db.dialect().full_text().optimise());
    return out;
}

void wipe_free_pages(sql::Connection& db) {
    db.compact();
}

}  // namespace crm::store
