#include "store/erase.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/full_text.hpp"
#include "store/attachment.hpp"
#include "store/consent.hpp"
#include "store/incoming.hpp"
#include "store/personal_traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
#include <utility>

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
        add_former_addresses(person_);
        for (std::size_t i = 0; i < found_.size(); ++i)
            if (found_[i].entity == person_.entity)
                add_former_addresses(found_[i]);
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

    /// Those that the record had, but for what is somebody else's by now.
    void add_former_addresses(const Record& record) {
        sql::Statement former = store_.db().prepare(R"(
            SELECT coalesce("old", '') || '; ' || coalesce("new", '') FROM "change"
            WHERE "noun" = ?1 AND "record" = ?2 AND "field" = 'emails')");
        for (former.with(record.entity->number, record.id); former.step();)
            for (const meta::Item& item : meta::read_items(former.text(0)))
                if (!item.value.empty() && !is_somebody_elses(item.value) &&
                    std::ranges::find(addresses_, item.value) == addresses_.end())
                    addresses_.push_back(item.value);
    }

    bool is_somebody_elses(const std::string& address) const {
        const auto has_it = [&](const Entity* noun) {
            if (noun->find("emails") == nullptr)
                return false;
            const auto live = store_.look_up(meta::Lookup::email, text::folded(address), *noun);
            return std::ranges::any_of(
                live, [&](std::int64_t id) { return noun != person_.entity || id != person_.id; });
        };
        return std::ranges::any_of(store_.nouns(), has_it);
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
    static constexpr std::string_view begin = "crm contact erase ";
    const auto is_part_of_id = [](char c) { return std::isalnum(static_cast<unsigned char>(c)); };
    return command.starts_with(begin) &&
           std::ranges::all_of(command.substr(begin.size()), is_part_of_id);
}

/// Hides the commands of the history that name what is erased, or changed it. Those that read files
/// stay while only the file says of whom it was.
class CommandEraser {
public:
    explicit CommandEraser(sql::Connection& db) : db_(db) {}

    /// Before the record is gone.
    void erase_of(const Record& record) {
        ids_.push_back(record.short_id());
        sql::Statement get = db_.prepare(R"(
            SELECT DISTINCT "operation" FROM "change"
            WHERE "noun" = ?1 AND "record" <= ?2 AND "through" >= ?2
              AND "operation" NOT IN (SELECT "operation" FROM "source"))");
        for (get.with(record.entity->number, record.id); get.step();)
            changed_.insert(get.integer(0));
    }

    void finish(const PersonalTraits& traits) {
        std::vector<std::int64_t> naming;
        sql::Statement all = db_.prepare(R"(SELECT "id", "command" FROM "operation")");
        while (all.step())
            if (!is_erasure(all.text(1)) &&
                (changed_.contains(all.integer(0)) || names(all.text(1), traits)))
                naming.push_back(all.integer(0));
        sql::Statement hide =
            db_.prepare(R"(UPDATE "operation" SET "command" = '(erased)' WHERE "id" = ?1)");
        for (const std::int64_t operation : naming)
            hide.with(operation).run();
        hide_files(traits);
    }

private:
    bool names(std::string_view command, const PersonalTraits& traits) const {
        return traits.in_command(command) || std::ranges::any_of(ids_, [&](const std::string& id) {
                   return names_id(command, id);
               });
    }

    void hide_files(const PersonalTraits& traits) {
        std::vector<std::int64_t> naming;
        sql::Statement all = db_.prepare(R"(SELECT "id", "file" FROM "source")");
        while (all.step())
            if (traits.in_command(all.text(1)))
                naming.push_back(all.integer(0));
        sql::Statement hide =
            db_.prepare(R"(UPDATE "source" SET "file" = '(erased)' WHERE "id" = ?1)");
        for (const std::int64_t source : naming)
            hide.with(source).run();
    }

    sql::Connection& db_;
    std::vector<std::string> ids_;
    std::set<std::int64_t> changed_;  // operations
};

/// Takes a person out of what others wrote: notes and descriptions, queries, and what the history
/// kept of them.
class TextEraser {
public:
    TextEraser(Writer& writer, const PersonalTraits& traits) : writer_(writer), traits_(traits) {}

    void erase() {
        for (const Entity* noun : writer_.store().nouns())
            for (const FieldInfo& field : noun->fields())
                if (is_text_of_others(field))
                    erase_from(*noun, field);
        erase_from_history();
        erase_from_consent();
        erase_from_campaigns();
    }

private:
    static bool is_query(const FieldInfo& field) {
        return field.type() == meta::Type::text &&
               (field.name() == "query" || field.name() == "rule");
    }
    static bool is_text_of_others(const FieldInfo& field) {
        return !field.computed() && (field.type() == meta::Type::prose || is_query(field));
    }

    void erase_from(const Entity& noun, const FieldInfo& field) {
        sql::Connection& db = writer_.store().db();
        const std::string column = sql::quoted(field.columns.front().name);
        std::vector<std::pair<std::int64_t, std::string>> changed;
        sql::Statement all = db.prepare(fmt::format(
            R"(SELECT "id", {0} FROM {1} WHERE {0} IS NOT NULL)", column, sql::quoted(noun.noun)));
        while (all.step())
            if (std::string text = traits_.erased_from(all.text(1), is_query(field));
                text != all.text(1))
                changed.emplace_back(all.integer(0), std::move(text));
        for (auto& [id, text] : changed) {
            if (const auto before = writer_.store().find(noun, id)) {
                Record after = *before;
                after.put(field, {Value(std::move(text))});
                writer_.erase_text(*before, after, field);
                continue;
            }
            // What was undone has nothing that is derived from it.
            db.prepare(fmt::format(R"(UPDATE {} SET {} = ?2 WHERE "id" = ?1)",
                                   sql::quoted(noun.noun), column))
                .with(id, text)
                .run();
        }
    }

    void erase_from_history() {
        struct Values {
            std::int64_t id;
            std::string old_value;
            std::string new_value;
        };
        std::vector<Values> changed;
        sql::Connection& db = writer_.store().db();
        sql::Statement all = db.prepare(R"(
            SELECT "id", "noun", "field", coalesce("old", ''), coalesce("new", '') FROM "change"
            WHERE "field" IS NOT NULL AND ("old" IS NOT NULL OR "new" IS NOT NULL))");
        while (all.step()) {
            const Entity* noun =
                writer_.store().model().by_number(static_cast<int>(all.integer(1)));
            const FieldInfo* field = noun == nullptr ? nullptr : noun->find(all.text(2));
            if (field == nullptr || !is_text_of_others(*field))
                continue;
            Values values{all.integer(0), traits_.erased_from(all.text(3), is_query(*field)),
                          traits_.erased_from(all.text(4), is_query(*field))};
            if (values.old_value != all.text(3) || values.new_value != all.text(4))
                changed.push_back(std::move(values));
        }
        sql::Statement put = db.prepare(
            R"(UPDATE "change" SET "old" = nullif(?2, ''), "new" = nullif(?3, '') WHERE "id" = ?1)");
        for (const Values& values : changed)
            put.with(values.id, values.old_value, values.new_value).run();
    }

    /// What mails of campaigns were filled with, of members who are gone. That they had them stays.
    void erase_from_campaigns() {
        sql::Connection& db = writer_.store().db();
        if (db.has_table("campaign_mail"))
            db.run(R"(UPDATE "campaign_mail" SET "values" = NULL
                      WHERE "member" NOT IN (SELECT "id" FROM "member"))");
    }

    /// Hashes stay: they say what may not be done, and of whom only to those who ask.
    void erase_from_consent() {
        sql::Connection& db = writer_.store().db();
        if (!db.has_table("consent"))
            return;
        std::vector<std::int64_t> theirs;
        sql::Statement all = db.prepare(R"(
            SELECT "id", coalesce("address", '') || ' ' || coalesce("proof", '') FROM "consent")");
        while (all.step())
            if (traits_.in_command(all.text(1)))
                theirs.push_back(all.integer(0));
        sql::Statement put =
            db.prepare(R"(UPDATE "consent" SET "address" = NULL, "proof" = NULL WHERE "id" = ?1)");
        for (const std::int64_t line : theirs)
            put.with(line).run();
    }

    Writer& writer_;
    const PersonalTraits& traits_;
};

/// The names, addresses and numbers that a record has, and those that it had.
void add_traits(Store& store, const Record& record, PersonalTraits& traits) {
    if (record.entity->find("emails") == nullptr)
        return;
    traits.add(record);
    sql::Statement former = store.db().prepare(R"(
        SELECT "field", coalesce("old", ''), coalesce("new", '') FROM "change"
        WHERE "noun" = ?1 AND "record" = ?2 AND "field" IS NOT NULL)");
    for (former.with(record.entity->number, record.id); former.step();)
        if (const FieldInfo* field = record.entity->find(former.text(0))) {
            traits.add(*field, former.text(1));
            traits.add(*field, former.text(2));
        }
}

/// That no mail may be sent to them, or that they may not be called, stays: as hashes of their
/// addresses and numbers.
bool keep_suppressed(Writer& writer, const Record& person) {
    bool kept = false;
    ConsentLedger& ledger = writer.consent();
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
    std::vector<Record> gone = personal_records(store, person);
    gone.push_back(person);
    add_undone(store, person, gone);
    std::ranges::stable_partition(gone, is_attachment);  // they would go with their record
    CommandEraser commands(db);
    PersonalTraits traits;
    for (const Record& record : gone) {
        add_traits(store, record, traits);
        commands.erase_of(record);
        writer.purge(record);
        out.ids.push_back(record.short_id());
    }
    commands.finish(traits);
    TextEraser(writer, traits).erase();
    // Bytes, too, that purges of older releases left behind.
    std::string unused =
        R"(DELETE FROM "blob"
           WHERE "hash" NOT IN (SELECT "hash" FROM "attachment" WHERE "hash" IS NOT NULL))";
    if (db.has_table("consent"))
        unused += R"( AND "hash" NOT IN (SELECT "proof" FROM "consent" WHERE "proof" IS NOT NULL))";
    db.run(unused);
    db.run(db.dialect().full_text().optimise());
    return out;
}

void wipe_free_pages(sql::Connection& db) {
    db.compact();
}

}  // namespace crm::store
