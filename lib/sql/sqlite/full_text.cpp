#include "sql/full_text.hpp"

#include "base/text.hpp"
#include "sql/schema.hpp"
#include "sql/sqlite/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Full text by FTS5 (sqlite.org/fts5.html), in the table "search". It keeps no texts of its own
/// (content=''), so what is taken out has to be given as it was put in.
namespace crm::sql {
namespace {

/// Between runs of pairs; no word of text::words.
constexpr std::string_view gap = " ·";

/// The pairs of characters that are words of their own: of 卡 纸 a 打 印 机 they are
/// " · 卡纸 · 打印 印机". A text has few entries under a pair and many under one character, and
/// comparing the places of two of those costs more than all else of a search.
std::string pairs(std::string_view words) {
    std::string out;
    std::string_view before;
    bool follows = false;  ///< the word before ends a pair
    for (const std::string_view word : text::split(words, ' ')) {
        const bool is_character = text::is_character(word),
                   is_pair = is_character && !before.empty();
        if (is_pair)
            out.append(follows ? "" : gap).append(" ").append(before).append(word);
        follows = is_pair;
        before = is_character ? word : std::string_view();
    }
    return out;
}

/// What finds these words: pairs where all of them are characters.
std::string quoted_phrase(const std::string& words) {
    const auto all = text::split(std::string_view(words), ' ');
    if (all.size() < 2 || !std::ranges::all_of(all, text::is_character))
        return "\"" + words + "\"";
    return "\"" + pairs(words).substr(gap.size() + 1) + "\"";
}

void crm_indexed(sqlite3_context* context, int, sqlite3_value** args) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(args[0]));
    const std::string_view words(bytes == nullptr ? "" : bytes,
                                 static_cast<std::size_t>(sqlite3_value_bytes(args[0])));
    constexpr char first_character = '\xe1';  ///< with which U+1100 begins
    const bool has_characters = std::ranges::any_of(words, [](char c) {
        return static_cast<unsigned char>(c) >= static_cast<unsigned char>(first_character);
    });
    const std::string more = has_characters ? pairs(words) : std::string();
    if (more.empty())
        return sqlite3_result_value(context, args[0]);
    const std::string out = std::string(words) + more;
    sqlite3_result_text64(context, out.data(), out.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

class SqliteFullText final : public FullText {
public:
    std::string create() const override {
        return "CREATE VIRTUAL TABLE IF NOT EXISTS \"search\""
               " USING fts5(\"name\", \"text\", content='', tokenize='ascii');\n"
               "INSERT INTO \"search\"(\"search\", \"rank\") VALUES('hashsize', 16777216);\n";
    }

    std::string add() const override {
        return R"(INSERT INTO "search"("rowid", "name", "text") VALUES(?1, crm_indexed(?2), crm_indexed(?3)))";
    }
    std::string remove() const override {
        return R"(INSERT INTO "search"("search", "rowid", "name", "text")
                  VALUES('delete', ?1, crm_indexed(?2), crm_indexed(?3)))";
    }
    std::string add_from(std::string_view number, std::string_view name, std::string_view text,
                         std::string_view from) const override {
        return fmt::format(R"(INSERT INTO "search"("rowid", "name", "text")
                              SELECT {}, crm_indexed({}), crm_indexed({}) {})",
                           number, name, text, from);
    }
    std::string remove_from(std::string_view number, std::string_view name, std::string_view text,
                            std::string_view from) const override {
        return fmt::format(R"(INSERT INTO "search"("search", "rowid", "name", "text")
                              SELECT 'delete', {}, crm_indexed({}), crm_indexed({}) {})",
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
                any += fmt::format("{}{}{}", any.empty() ? "" : " OR ", quoted_phrase(words),
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
    std::string size() const override {
        return R"(SELECT count(*) FROM "search_docsize" WHERE "id" BETWEEN ?1 AND ?2)";
    }
};

}  // namespace

void add_full_text_function(sqlite3* db) {
    if (sqlite3_create_function_v2(db, "crm_indexed", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                   nullptr, crm_indexed, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(db, "opened");
}

const FullText& sqlite_full_text() {
    static const SqliteFullText full_text;
    return full_text;
}

}  // namespace crm::sql
