#include "sql/full_text.hpp"

#include "sql/schema.hpp"

#include <fmt/format.h>

/// Full text by FTS5 (sqlite.org/fts5.html), in the table "search". It keeps no texts of its own
/// (content=''), so what is taken out has to be given as it was put in.
namespace crm::sql {
namespace {

class SqliteFullText final : public FullText {
public:
    std::string create() const override {
        return "CREATE VIRTUAL TABLE IF NOT EXISTS \"search\""
               " USING fts5(\"name\", \"text\", content='', tokenize='ascii');\n"
               "INSERT INTO \"search\"(\"search\", \"rank\") VALUES('hashsize', 16777216);\n";
    }

    std::string add() const override {
        return R"(INSERT INTO "search"("rowid", "name", "text") VALUES(?1, ?2, ?3))";
    }
    std::string remove() const override {
        return R"(INSERT INTO "search"("search", "rowid", "name", "text")
                  VALUES('delete', ?1, ?2, ?3))";
    }
    std::string add_from(std::string_view number, std::string_view name, std::string_view text,
                         std::string_view from) const override {
        return fmt::format(R"(INSERT INTO "search"("rowid", "name", "text") SELECT {}, {}, {} {})",
                           number, name, text, from);
    }
    std::string remove_from(std::string_view number, std::string_view name, std::string_view text,
                            std::string_view from) const override {
        return fmt::format(R"(INSERT INTO "search"("search", "rowid", "name", "text")
                              SELECT 'delete', {}, {}, {} {})",
                           number, name, text, from);
    }
    std::string clear() const override {
        return R"(INSERT INTO "search"("search") VALUES('delete-all'))";
    }
    std::string optimise() const override {
        return R"(INSERT INTO "search"("search") VALUES('optimize'))";
    }

    std::string expression(std::span<const Phrase> phrases, bool in_name) const override {
        std::string out;
        for (const Phrase& phrase : phrases) {
            std::string any;
            for (const std::string& words : phrase.spellings)
                any += fmt::format("{}\"{}\"{}", any.empty() ? "" : " OR ", words,
                                   phrase.prefix ? " *" : "");
            out += out.empty() ? "" : " AND ";
            out += phrase.spellings.size() > 1 ? "(" + any + ")" : any;
        }
        return in_name ? "{\"name\"} : (" + out + ")" : out;
    }
    std::string records(int noun, std::string_view parameter,
                        std::optional<std::size_t> limit) const override {
        const std::int64_t first = search_id(noun, 0);
        return fmt::format(R"(SELECT "rowid" - {0} FROM "search")"
                           R"( WHERE "search" MATCH {1} AND "rowid" BETWEEN {0} AND {2}{3})",
                           first, parameter, search_id(noun + 1, 0) - 1,
                           limit ? fmt::format(R"( ORDER BY "rowid" DESC LIMIT {})", *limit) : "");
    }
    std::string find(Order order, std::size_t limit) const override {
        return fmt::format(
            R"(SELECT "rowid" FROM "search" WHERE "search" MATCH ?1 AND "rowid" BETWEEN ?2 AND ?3
               ORDER BY {}"rowid" DESC LIMIT {})",
            order == Order::best ? "bm25(\"search\", 8.0, 1.0), " : "", limit);
    }
    std::string count(std::size_t limit) const override {
        return fmt::format(
            R"(SELECT count(*)
               FROM (SELECT 1 FROM "search"
                     WHERE "search" MATCH ?1 AND "rowid" BETWEEN ?2 AND ?3
                     LIMIT {}) AS "found")",
            limit);
    }
};

}  // namespace

const FullText& sqlite_full_text() {
    static const SqliteFullText full_text;
    return full_text;
}

}  // namespace crm::sql
