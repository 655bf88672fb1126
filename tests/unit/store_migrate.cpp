#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "sql/schema.hpp"
#include "store/store.hpp"

using namespace crm;

namespace {

/// Everything the schema consists of, whatever the order of a table's columns, and its version.
std::string schema_of(sql::Connection& db) {
    std::string out;
    sql::Statement get = db.prepare(R"(SELECT "name", coalesce("sql", '') FROM sqlite_master WHERE "type" = 'index'
        UNION ALL SELECT m."name" || '.' || c."name", c."type" || c."pk" || c."notnull" FROM sqlite_master m, pragma_table_info(m."name") c
        UNION ALL SELECT m."name" || '>' || f."from", f."table" || f."to" FROM sqlite_master m, pragma_foreign_key_list(m."name") f ORDER BY 1)");
    while (get.step()) out += std::string(get.text(0)) + " " + std::string(get.text(1)) + "\n";
    sql::Statement version = db.prepare("PRAGMA user_version");
    version.step();
    return out + std::to_string(version.integer(0));
}

}  // namespace

TEST_CASE("an older store gets the schema of a new one when it is opened") {
    char folder[] = "/tmp/crm-migrate-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/old.db";
    const meta::Model model;
    store::Store::create(path, model, "EUR");
    std::string made;
    {
        sql::Connection db(path, sql::Mode::writing);
        made = schema_of(db);
        // Schema 1 ended with attachments.
        std::string drop;
        for (const meta::Entity& entity : model.entities()) {
            if (entity.number < 6) continue;
            for (const meta::Placed& field : entity.fields)
                if (field.type() == meta::Type::rows) drop += "DROP TABLE " + sql::quoted(field.table()) + ";";
            drop += "DROP TABLE " + sql::quoted(std::string(entity.noun) + "_words") + ";DROP TABLE " + sql::quoted(entity.noun) + ";";
        }
        // A later one asked for strategies and for parents.
        drop += R"(ALTER TABLE "account" DROP COLUMN "strategy";ALTER TABLE "account_words" DROP COLUMN "strategy";
                   DROP INDEX "account_parent_index";ALTER TABLE "account" DROP COLUMN "parent";)";
        db.run("PRAGMA foreign_keys=OFF;" + drop + "PRAGMA user_version=1;");
        REQUIRE(schema_of(db) != made);
    }
    for (int times = 0; times < 2; ++times) {
        store::Store store(path, sql::Mode::reading, model);
        CHECK(schema_of(store.db()) == made);
    }
    std::filesystem::remove_all(folder);
}
