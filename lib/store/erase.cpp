#include "store/erase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"

namespace crm::store {

using meta::Entity;
using meta::Placed;

std::string suppression_hash(std::string_view address) { return sha256("crm suppression\n" + text::folded(address)); }

void suppress(sql::Connection& db, const std::string& hash) {
    db.run("CREATE TABLE IF NOT EXISTS \"suppression\"(\"hash\" TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
    db.prepare("INSERT INTO \"suppression\" VALUES(?1) ON CONFLICT DO NOTHING").with(hash).run();
}

Erased erase(Writer& writer, const Record& person) {
    Store& store = writer.store();
    sql::Connection& db = store.db();
    const Entity& entity = *person.entity;
    Erased out;
    db.run("PRAGMA secure_delete=ON");  // what is freed is overwritten with zeros in the same transaction

    std::vector<std::string> traits;  // what names them in a command
    if (const std::string name = person.label(); name.size() > 3) traits.push_back(name);
    std::vector<std::string> addresses;
    for (const std::string_view list : {"emails", "phones"})
        if (const Placed* field = entity.find(list))
            for (const meta::Item& item : meta::read_items(person.text(*field))) {
                traits.push_back(item.value);
                if (list == "emails") addresses.push_back(item.value);
            }
    if (const Placed* field = entity.find("do_not_mail"); field != nullptr && person.number(*field) != 0 && !addresses.empty()) {
        for (const std::string& address : addresses) suppress(db, suppression_hash(address));
        out.suppressed = true;
    }

    std::vector<Record> gone;
    for (const std::string_view noun : {"note", "mail", "call", "attachment"}) {
        const Entity& about = store.model().get(noun);
        const auto nouns = store.nouns();
        if (std::ranges::find(nouns, &about) == nouns.end()) continue;
        sql::Statement get = db.prepare(fmt::format("SELECT \"id\" FROM {} WHERE \"about_noun\"=?1 AND \"about\"=?2", sql::quoted(noun)));
        for (get.with(entity.number, person.id); get.step();) gone.push_back(store.get(about, get.integer(0)));
    }
    gone.push_back(person);
    for (const Record& record : gone) {
        db.prepare(R"(UPDATE "operation" SET "command"='(erased)' WHERE "command" NOT LIKE '% import %' AND "id" IN (SELECT "operation" FROM "change" WHERE "noun"=?1 AND "record"<=?2 AND "through">=?2))")
            .with(record.entity->number, record.id)
            .run();
        writer.purge(record);
        out.ids.push_back(record.short_id());
    }
    for (const std::string& trait : traits) db.prepare(R"(UPDATE "operation" SET "command"='(erased)' WHERE instr("command", ?1) > 0)").with(trait).run();
    if (std::ranges::any_of(store.nouns(), [](const Entity* noun) { return noun->noun == "attachment"; })) db.run(R"(DELETE FROM "blob" WHERE "hash" NOT IN (SELECT "hash" FROM "attachment" WHERE "hash" IS NOT NULL))");
    db.run("INSERT INTO \"search\"(\"search\") VALUES('optimize')");  // the full text forgets at once what it only struck out
    return out;
}

void wipe_free_pages(sql::Connection& db) {
    db.run("VACUUM");
}

}  // namespace crm::store
