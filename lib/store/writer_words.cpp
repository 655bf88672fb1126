#include "base/text.hpp"
#include "sql/full_text.hpp"
#include "store/writer_noun.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

/// Everything derived from records: look-ups, words and full text, kept in step with them.
namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

std::string words_of(std::span<const View> cells, const sql::WordsColumn& column) {
    const FieldInfo& field = *column.field;
    if (column.part >= 0)
        return text::words(cells[field.first + static_cast<std::size_t>(column.part)].text);
    if (field.cells == 1)
        return text::words(cells[field.first].text);
    return text::words(meta::text(field, cells.subspan(field.first, field.cells)));
}

std::string words_table(const Entity& entity) {
    return quoted(std::string(entity.noun) + "_words");
}

std::string search_number(const Entity& entity) {
    return fmt::format("{}+\"id\"", sql::search_id(entity.number, 0));
}

std::pair<std::string, std::string> search_columns(const Entity& entity,
                                                   std::span<const sql::WordsColumn> words,
                                                   const std::vector<bool>* used) {
    std::string name = "''", rest;
    for (const auto& column : words) {
        if (column.part >= 0 ||
            (used != nullptr && !(*used)[static_cast<std::size_t>(&column - words.data())]))
            continue;
        if (column.field == entity.name()) {
            name = fmt::format("coalesce({}, '')", quoted(column.name));
        } else {
            rest += fmt::format("{}coalesce({} || ' ', '')", rest.empty() ? "" : " || ",
                                quoted(column.name));
        }
    }
    return {name, rest.empty() ? "''" : rest};
}

void search_text(const Entity& entity, std::span<const sql::WordsColumn> columns,
                 std::span<const std::size_t> of, std::span<const std::string> words,
                 SearchText& out) {
    out.name.clear(), out.text.clear();
    for (std::size_t i = 0; i < of.size(); ++i) {
        const sql::WordsColumn& column = columns[of[i]];
        if (column.part >= 0 || words[i].empty())
            continue;
        if (column.field == entity.name())
            out.name = words[i];
        else
            out.text += words[i], out.text += ' ';
    }
}

void Writer::write_words(const Record& record) {
    Noun& n = noun(*record.entity);
    const std::vector<View> cells(record.cells.begin(), record.cells.end());
    std::vector<std::string> words;
    words.reserve(n.words.size());
    n.words_in.reset();
    n.words_in.bind(1, record.id);
    int at = 1;
    for (const auto& column : n.words) {
        words.push_back(words_of(cells, column));
        if (!words.back().empty())
            n.worded[words.size() - 1] = true;
        n.words_in.bind(++at, words.back().empty() ? View() : View(std::string_view(words.back())));
    }
    n.words_in.run();
}

/// Puts into or takes out of the full text what the words table says of a record.
void Writer::index(const Record& record, bool in) {
    Noun& n = noun(*record.entity);
    if (fresh(record)) {  // with the other additions, in the end
        if (in || record.id > n.searchable || n.outdated.contains(record.id))
            return;
        const std::vector<View> cells(record.cells.begin(), record.cells.end());
        std::vector<std::string> words;
        std::vector<std::size_t> columns;
        for (const auto& column : n.words)
            columns.push_back(words.size()), words.push_back(words_of(cells, column));
        search_text(*record.entity, n.words, columns, words, n.outdated[record.id]);
        return;
    }
    sql::Statement& statement = in ? n.search : n.unsearch;
    if (!statement) {
        const sql::FullText& full_text = store_.db().dialect().full_text();
        const auto [name, rest] = search_columns(*record.entity, n.words);
        const std::string number = search_number(*record.entity);
        const std::string from = "FROM " + words_table(*record.entity) + " WHERE \"id\"=?1";
        statement = store_.db().prepare(in ? full_text.add_from(number, name, rest, from)
                                           : full_text.remove_from(number, name, rest, from));
    }
    statement.with(record.id).run();
}

/// Takes a run of records out of the full text, as the words table has them.
void Writer::unindex_run(const Entity& entity, std::int64_t first, std::int64_t last) {
    const auto [name, rest] = search_columns(entity, noun(entity).words);
    const std::string from =
        fmt::format("FROM {} WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", words_table(entity));
    store_.db()
        .prepare(
            store_.db().dialect().full_text().remove_from(search_number(entity), name, rest, from))
        .with(first, last)
        .run();
}

/// Look-ups and full text, from what a record was to what it is; a record in the trash has neither.
void Writer::rederive(const Record& before, const Record& after) {
    Noun& n = noun(*after.entity);
    lookups_.change(before, after);
    remember_tags(*after.entity, std::vector<View>(after.cells.begin(), after.cells.end()));

    const bool was = before.deleted_at.empty(), is = after.deleted_at.empty();
    const bool same =
        was && is && std::ranges::all_of(n.words, [&](const auto& column) {
            return std::ranges::equal(before.of(*column.field), after.of(*column.field));
        });
    if (same)
        return;
    if (was) {
        index(before, false);
        if (!n.words_out)
            n.words_out = store_.db().prepare(
                fmt::format("DELETE FROM {} WHERE \"id\"=?1", words_table(*after.entity)));
        n.words_out.with(after.id).run();
    }
    if (is) {
        write_words(after);
        index(after, true);
    }
}

void Writer::remember_tags(const Entity& entity, std::span<const View> cells) {
    const FieldInfo& tags = *noun(entity).tags;
    meta::each_value(tags, cells[tags.first].text, [&](std::string_view tag) { tags_.keep(tag); });
}

/// Full text of a noun's additions, those that have none yet: all at once and in the order of their
/// numbers, since the engine writes out what it has gathered whenever a number is smaller than the
/// one before.
void Writer::make_searchable(Noun& n) {
    auto& db = store_.db();
    const auto [name, rest] = search_columns(*n.entity, n.words, &n.worded);
    const std::string number = search_number(*n.entity), table = words_table(*n.entity);
    const sql::FullText& full_text = db.dialect().full_text();
    const std::string added =
        fmt::format("FROM {} WHERE \"id\" BETWEEN ?1 AND ?2 ORDER BY \"id\"", table);
    db.prepare(full_text.add_from(number, name, rest, added))
        .with(std::max(n.first_added, n.searchable + 1), n.last_added)
        .run();
    if (n.outdated.empty())
        return;
    sql::Statement take = db.prepare(full_text.remove());
    for (const auto& [id, text] : n.outdated)
        take.with(sql::search_id(n.entity->number, id), text.name, text.text).run();
    sql::Statement get = db.prepare(
        fmt::format("SELECT {}, {}, {} FROM {} WHERE \"id\"=?1", number, name, rest, table));
    for (const auto& [id, text] : n.outdated)
        if (get.with(id).step())
            n.put_text.with(get.integer(0), get.text(1), get.text(2)).run();
    n.outdated.clear();
}

std::string Writer::keep_tag(std::string_view tag) {
    wait();
    return tags_.keep(tag);
}

}  // namespace crm::store
