#include "sql/knowledge_records.hpp"

#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace crm::sql {
namespace {

bool has_field_column(Connection& connection, std::string_view table, std::string_view column) {
    const std::vector<std::string> have = connection.columns(std::string(table));
    return std::ranges::find(have, column) != have.end();
}

struct Version {
    std::string at, title, body;
};

/// A change of title or text, as the history has it.
struct TextChange {
    std::int64_t operation = 0;
    std::string at, field, before, after;
};

std::map<std::int64_t, std::vector<TextChange>> text_changes(Connection& connection, int noun) {
    Statement get = connection.prepare(R"(
        SELECT c."record", c."operation", o."at", c."field", coalesce(c."old", ''),
            coalesce(c."new", '')
        FROM "change" c JOIN "operation" o ON o."id" = c."operation"
        WHERE c."noun" = ?1 AND c."field" IN ('title', 'body')
          AND o."undoes" IS NULL AND o."undone_by" IS NULL
        ORDER BY c."id")");
    std::map<std::int64_t, std::vector<TextChange>> out;
    for (get.with(noun); get.step();)
        out[get.integer(0)].push_back({get.integer(1), std::string(get.text(2)),
                                       std::string(get.text(3)), std::string(get.text(4)),
                                       std::string(get.text(5))});
    return out;
}

/// The first version has what the first changes found; each operation makes one more.
std::vector<Version> versions_of(Version now, const std::vector<TextChange>& changes) {
    Version first = now;
    bool title_known = false, body_known = false;
    for (const TextChange& change : changes) {
        bool& known = change.field == "title" ? title_known : body_known;
        if (!known)
            (change.field == "title" ? first.title : first.body) = change.before;
        known = true;
    }
    std::vector<Version> out{first};
    std::int64_t operation = 0;
    for (const TextChange& change : changes) {
        if (change.operation != operation) {
            Version next = out.back();
            next.at = change.at;
            out.push_back(std::move(next));
            operation = change.operation;
        }
        (change.field == "title" ? out.back().title : out.back().body) = change.after;
    }
    return out;
}

}  // namespace

void rename_articles(Connection& connection) {
    if (!connection.has_table("article") || connection.has_table("kb"))
        return;
    for (const std::string_view field :
         {"uid", "kind", "status", "visibility", "product", "account", "review_on", "owner",
          "created_at", "updated_at"})
        connection.run(
            fmt::format("DROP INDEX IF EXISTS {}", quoted(fmt::format("article_{}_index", field))));
    connection.run(R"(
        ALTER TABLE "article" RENAME TO "kb";
        ALTER TABLE "article_words" RENAME TO "kb_words";
        UPDATE "sequence" SET "noun" = 'kb' WHERE "noun" = 'article')");
    for (const std::string_view table : {"field", "segment", "view"})
        if (connection.has_table(table))
            connection.run(fmt::format(R"(UPDATE {} SET "noun" = 'kb' WHERE "noun" = 'article')",
                                       quoted(table)));
    for (const std::string_view count : {"helpful", "unhelpful", "reused"})
        if (has_field_column(connection, "kb", count))
            connection.run(fmt::format(R"(ALTER TABLE "kb" DROP COLUMN {})", quoted(count)));
}

void fill_versions(Connection& connection, const meta::Model& model) {
    if (!connection.has_table("kb"))
        return;
    // Rows that refer to a table are only written where it is there.
    for (const std::string_view noun : {"user", "ticket", "product", "account"})
        if (!connection.has_table(noun))
            make_tables(connection, model.get(noun));
    auto changes = text_changes(connection, model.get("kb").number);
    Statement get = connection.prepare(R"(
        SELECT "id", coalesce("created_at", '1970-01-01T00:00:00Z'), coalesce("title", ''),
            coalesce("body", '')
        FROM "kb" ORDER BY "id")");
    std::map<std::int64_t, Version> articles;
    while (get.step())
        articles[get.integer(0)] = {std::string(get.text(1)), std::string(get.text(2)),
                                    std::string(get.text(3))};
    get.reset();
    Statement put = connection.prepare(R"(
        INSERT INTO "kb_versions"("record", "position", "number", "at", "title", "body")
        VALUES(?1, ?2, ?2, ?3, ?4, ?5))");
    for (const auto& [id, now] : articles) {
        std::int64_t number = 0;
        for (const Version& version : versions_of(now, changes[id]))
            put.with(id, ++number, version.at, version.title,
                     version.body.empty() ? Value() : Value(version.body))
                .run();
    }
    connection.run(R"(UPDATE "kb" SET "published_on" = substr("created_at", 1, 10)
                      WHERE "status" = 'Published')");
}

}  // namespace crm::sql
