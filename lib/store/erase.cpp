#include "store/erase.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/full_text.hpp"
#include "store/attachment.hpp"
#include "store/consent.hpp"
#include "store/incoming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;

namespace {

std::vector<std::string> values_of(const Record& record, std::string_view list) {
    std::vector<std::string> out;
    if (const FieldInfo* field = record.entity->find(list))
        for (const meta::Item& item : meta::read_items(record.text(*field)))
            out.push_back(item.value);
    return out;
}

/// The links of a noun whose records are about the one that they lead to, and about no other.
std::vector<IncomingLink> links_erased_with(const Entity& entity, const Entity& person) {
    std::vector<IncomingLink> links = incoming_links(entity, person);
    std::erase_if(links, [](const IncomingLink& link) {
        return link.in_rows() || !link.field->is(meta::erased_with);
    });
    return links;
}

/// The fields of a noun whose records are about the person who has the address in them.
std::vector<const FieldInfo*> addresses_erased_with(const Entity& entity) {
    std::vector<const FieldInfo*> out;
    for (const FieldInfo& field : entity.fields())
        if (field.type() == meta::Type::email && field.is(meta::erased_with))
            out.push_back(&field);
    return out;
}

/// Collects what is about a person.
class PersonalRecords {
public:
    PersonalRecords(Store& store, const Record& person)
        : store_(store), person_(person), addresses_(values_of(person, "emails")) {}

    std::vector<Record> collect() {
        const auto nouns = store_.nouns();
        for (const Entity* noun : nouns)
            for (const IncomingLink& link : links_erased_with(*noun, *person_.entity))
                add(*noun, link.leads_to("?1"), person_.id);
        add_merged();
        for (const std::string& address : addresses_)
            for (const Entity* noun : nouns)
                add_with_address(*noun, text::lower_ascii(address));
        return std::move(found_);
    }

private:
    /// Records that were merged into the person are in the trash; their uids are among the
    /// references of the one that stayed.
    void add_merged() {
        for (const std::string& ref : values_of(person_, "refs"))
            if (ref.starts_with("uid:"))
                add(*person_.entity, R"("uid" = ?1 AND "id" <> ?2 AND "deleted_at" IS NOT NULL)",
                    std::string_view(ref).substr(4), person_.id);
    }

    /// Also from the trash, which no look-up knows.
    void add_with_address(const Entity& noun, const std::string& lower) {
        const sql::Dialect& dialect = store_.db().dialect();
        fields_ = addresses_erased_with(noun);
        std::string texts;
        for (const FieldInfo* field : fields_)
            texts += fmt::format("{}coalesce({}, '')", texts.empty() ? "" : " || ' ' || ",
                                 sql::quoted(field->name()));
        if (!texts.empty())
            add(noun, dialect.position("?1", dialect.lower_ascii(texts)) + " > 0", lower);
        fields_.clear();
    }

    template <class... Binds>
    void add(const Entity& noun, const std::string& where, const Binds&... binds) {
        sql::Statement get = store_.db().prepare(
            fmt::format(R"(SELECT "id" FROM {} WHERE "undone" IS NULL AND ({}) ORDER BY "id")",
                        sql::quoted(noun.noun), where));
        for (get.with(binds...); get.step();) {
            const bool known = std::ranges::any_of(found_, [&](const Record& record) {
                return record.entity == &noun && record.id == get.integer(0);
            });
            if (known)
                continue;
            Record record = store_.get(noun, get.integer(0));
            if (fields_.empty() || has_address(record))
                found_.push_back(std::move(record));
        }
    }

    /// A part of another address is not theirs.
    bool has_address(const Record& record) const {
        const auto is_theirs = [&](const meta::Item& item) {
            return std::ranges::any_of(addresses_, [&](const std::string& address) {
                return text::folded(address) == text::folded(item.value);
            });
        };
        return std::ranges::any_of(fields_, [&](const FieldInfo* field) {
            return std::ranges::any_of(meta::read_items(record.text(*field)), is_theirs);
        });
    }

    Store& store_;
    const Record& person_;
    std::vector<std::string> addresses_;
    std::vector<Record> found_;
    std::vector<const FieldInfo*> fields_;  // in which an address is looked for
};

/// What an undo took back waits to be redone, and no command sees it. Nothing is derived from it.
void add_undone(Store& store, const Record& person, std::vector<Record>& out) {
    for (const Entity* noun : store.nouns())
        for (const IncomingLink& link : links_erased_with(*noun, *person.entity)) {
            sql::Statement undone = store.db().prepare(
                fmt::format(R"(SELECT "id" FROM {} WHERE "undone" IS NOT NULL AND {})",
                            link.table(), link.leads_to("?1")));
            for (undone.with(person.id); undone.step();) {
                Record& waiting = out.emplace_back(*noun);
                waiting.id = undone.integer(0);
                waiting.deleted_at = "undone";
            }
        }
}

/// A command names a record by its id alone: c5, and not c52.
bool names_id(std::string_view command, const std::string& id) {
    const auto part_of_word = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    };
    for (auto at = command.find(id); at != std::string_view::npos; at = command.find(id, at + 1)) {
        const auto end = at + id.size();
        if ((at == 0 || !part_of_word(command[at - 1])) &&
            (end == command.size() || !part_of_word(command[end])))
            return true;
    }
    return false;
}

/// crm contact erase c5: what remains of the erasure itself.
bool is_erasure(std::string_view command) {
    return command.starts_with("crm ") && command.find(" erase ") != std::string_view::npos;
}

/// Hides the commands of the history that name what is erased. Those of imports stay: they name
/// files.
class CommandEraser {
public:
    explicit CommandEraser(sql::Connection& db) : db_(db), dialect_(db.dialect()) {}

    /// Before the record is gone.
    void erase_of(const Record& record) {
        const std::string id = record.short_id();
        const std::string no_import = dialect_.position("' import '", R"("command")") + " = 0";
        sql::Statement get = db_.prepare(
            fmt::format(R"(SELECT "id", "command" FROM "operation" WHERE {} > 0 AND {})",
                        dialect_.position("?1", R"("command")"), no_import));
        for (get.with(id); get.step();)
            if (names_id(get.text(1), id) && !is_erasure(get.text(1)))
                named_.push_back(get.integer(0));
        db_.prepare(fmt::format(R"(
              UPDATE "operation" SET "command" = '(erased)'
              WHERE {} AND "id" IN (
                SELECT "operation" FROM "change"
                WHERE "noun" = ?1 AND "record" <= ?2 AND "through" >= ?2))",
                                no_import))
            .with(record.entity->number, record.id)
            .run();
    }

    /// Afterwards: of the ids, and of names and addresses.
    void finish(const std::vector<std::string>& traits) {
        for (const std::int64_t operation : named_)
            db_.prepare(R"(UPDATE "operation" SET "command" = '(erased)' WHERE "id" = ?1)")
                .with(operation)
                .run();
        for (const std::string& trait : traits)
            db_.prepare(fmt::format(R"(UPDATE "operation" SET "command" = '(erased)' WHERE {} > 0)",
                                    dialect_.position("?1", R"("command")")))
                .with(trait)
                .run();
    }

private:
    sql::Connection& db_;
    const sql::Dialect& dialect_;
    std::vector<std::int64_t> named_;  // operations
};

/// What names a person in a command.
std::vector<std::string> traits_of(const Record& person) {
    std::vector<std::string> out;
    if (const std::string name = person.label(); name.size() > 3)
        out.push_back(name);
    for (const std::string_view list : {"emails", "phones"})
        std::ranges::move(values_of(person, list), std::back_inserter(out));
    return out;
}

/// That no mail may be sent to them, or that they may not be called, stays: as hashes of their
/// addresses and numbers.
bool keep_suppressed(Writer& writer, const Record& person) {
    bool kept = false;
    ConsentLedger ledger(writer.store());
    const auto keep = [&](std::string_view flag, std::string_view list, Channel channel) {
        const FieldInfo* field = person.entity->find(flag);
        const bool objected = field != nullptr && person.number(*field) != 0;
        for (const std::string& address : values_of(person, list)) {
            if (objected)
                ledger.forbid(channel, address, "out", "erased", writer.info().clock.now.iso(), 0);
            kept = kept || ledger.suppressed(channel, address);
            ledger.forget_address(channel, address);
        }
    };
    keep("do_not_mail", "emails", Channel::mail);
    keep("do_not_call", "phones", Channel::phone);
    return kept;
}

}  // namespace

std::vector<Record> personal_records(Store& store, const Record& person) {
    return PersonalRecords(store, person).collect();
}

Erased erase(Writer& writer, const Record& person) {
    Store& store = writer.store();
    sql::Connection& db = store.db();
    db.overwrite_deleted();

    Erased out;
    out.suppressed = keep_suppressed(writer, person);
    std::vector<std::string> traits = traits_of(person);
    std::vector<Record> gone = personal_records(store, person);
    gone.push_back(person);
    add_undone(store, person, gone);
    std::ranges::stable_partition(gone, is_attachment);  // they would go with their record
    CommandEraser commands(db);
    for (const Record& record : gone) {
        const bool merged = record.entity == person.entity && record.id != person.id;
        if (merged && record.label().size() > 3)
            traits.push_back(record.label());
        commands.erase_of(record);
        writer.purge(record);
        out.ids.push_back(record.short_id());
    }
    commands.finish(traits);
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
