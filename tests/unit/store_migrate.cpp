#include "sql/schema.hpp"
#include "store/writer.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

using namespace crm;

namespace {

/// Everything the schema consists of, whatever the order of a table's columns, and its version.
std::string schema_of(sql::Connection& db) {
    std::string out;
    sql::Statement get =
        db.prepare(R"(SELECT "name", coalesce("sql", '') FROM sqlite_master WHERE "type" = 'index'
        UNION ALL SELECT m."name" || '.' || c."name", c."type" || c."pk" || c."notnull" FROM sqlite_master m, pragma_table_info(m."name") c
        UNION ALL SELECT m."name" || '>' || f."from", f."table" || f."to" FROM sqlite_master m, pragma_foreign_key_list(m."name") f ORDER BY 1)");
    while (get.step())
        out += std::string(get.text(0)) + " " + std::string(get.text(1)) + "\n";
    sql::Statement version = db.prepare("PRAGMA user_version");
    version.step();
    return out + std::to_string(version.integer(0));
}

}  // namespace

TEST_CASE("an older store gets the schema of a new one when it is opened") {
    char folder[] = "/tmp/crm-migrate-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/old.db";
    meta::Model model;
    store::Store::create(path, "EUR");
    std::string made;
    {
        sql::Connection db(path, sql::Mode::writing);
        for (std::string_view noun : {"account", "contact", "note"})
            sql::make_tables(db, model.get(noun));
        db.run(
            R"(INSERT INTO "sequence" VALUES ('account', 2000), ('contact', 2000), ('note', 2))");
        sql::make_indexes(db, model.get("account")), sql::make_indexes(db, model.get("contact"));
        made = schema_of(db);
        // One made before tables of companies a contact is with, strategies and parents, and before
        // tags were spelt once.
        db.run(R"(PRAGMA foreign_keys=OFF; DROP TABLE "contact_accounts"; DROP TABLE "tag";
                  ALTER TABLE "account" DROP COLUMN "strategy"; ALTER TABLE "account_words" DROP COLUMN "strategy";
                  DROP INDEX "account_parent_index"; ALTER TABLE "account" DROP COLUMN "parent"; PRAGMA user_version=1;)");
        REQUIRE(schema_of(db) != made);
    }
    for (int times = 0; times < 2; ++times) {
        store::Store store(path, sql::Mode::reading, model, {});
        CHECK(schema_of(store.db()) == made);
    }
    std::filesystem::remove_all(folder);
}

TEST_CASE("a migration that was killed while it committed is not taken for done") {
    char folder[] = "/tmp/crm-migrate-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/old.db";
    meta::Model model;
    store::Store::create(path, "EUR");
    {
        sql::Connection db(path, sql::Mode::writing);
        db.run(R"(DROP TABLE "tag"; PRAGMA user_version=1;)");
    }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::string page(8192, '\0');
    file.read(page.data(), 8192);
    const auto number = [](std::uint32_t n) {
        return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                           static_cast<char>(n >> 8), static_cast<char>(n)};
    };
    const std::uint32_t pages = static_cast<std::uint32_t>(std::filesystem::file_size(path) / 8192);
    // The first page as the killed one wrote it: of the new version. Its journal has the old one
    // (fileformat2 3).
    file.seekp(60);
    file << number(sql::schema_version);
    file.close();
    std::uint32_t sum = 7;
    for (int at = 8192 - 200; at > 0; at -= 200)
        sum += static_cast<unsigned char>(page[static_cast<std::size_t>(at)]);
    std::string journal = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + number(1) + number(7) +
                          number(pages) + number(512) + number(8192);
    journal.resize(512);
    std::ofstream(path + "-journal", std::ios::binary)
        << journal << number(1) << page << number(sum);
    {
        store::Store store(path, sql::Mode::reading, model, {});
        sql::Statement version = store.db().prepare("PRAGMA user_version"),
                       tags = store.db().prepare(
                           R"(SELECT count(*) FROM sqlite_master WHERE "name" = 'tag')");
        REQUIRE((version.step() && tags.step()));
        CHECK(version.integer(0) == sql::schema_version);
        CHECK(tags.integer(0) == 1);
    }
    std::filesystem::remove_all(folder);
}

TEST_CASE("a noun has tables from its first record on, and indexes when it has many") {
    char folder[] = "/tmp/crm-tables-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/new.db";
    meta::Model model;
    const meta::Entity& product = model.get("product");
    store::Store::create(path, "EUR");
    const auto indexed = [](sql::Connection& db) {
        sql::Statement get =
            db.prepare(R"(SELECT count(*) FROM sqlite_master WHERE "name" LIKE 'product%index')");
        get.step();
        return get.integer(0);
    };
    {
        store::Store store(path, sql::Mode::reading, model, {});
        CHECK(store.nouns().empty());
        CHECK_FALSE(store.exists(product, 1));
        CHECK(store.nouns().empty());
    }
    store::Store store(path, sql::Mode::writing, model, {});
    const auto add = [&](int records) {
        store::Writer writer(store, {.command = "test", .user = "u", .clock = {}});
        for (int i = 0; i < records; ++i) {
            store::Record record(product);
            record.put(*product.find("name"), {std::string("Lamp")});
            writer.add(record);
        }
        writer.commit();
    };
    add(static_cast<int>(sql::indexed_from) - 1);
    CHECK(store.nouns() == std::vector<const meta::Entity*>{
                               &model.get("user"), &product});  // a product may have an owner
    CHECK(indexed(store.db()) == 0);
    add(1);
    CHECK(indexed(store.db()) > 0);
    std::filesystem::remove_all(folder);
}
