#include "report/run.hpp"

#include "base/money.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "report/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

namespace crm::report {
namespace {

/// The highest number of a parameter: ?3.
std::size_t last_parameter(std::string_view sql) {
    std::size_t out = 0;
    for (std::size_t at = sql.find('?'); at != sql.npos; at = sql.find('?', at + 1)) {
        std::size_t number = 0;
        std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
        out = std::max(out, number);
    }
    return out;
}

sql::Statement prepare(store::Store& store, const std::string& text, const Statement& statement) {
    sql::Statement out =
        statement.guarded ? store.db().query(text, longest_run) : store.db().prepare(text);
    const std::size_t most = std::min(last_parameter(text), statement.binds.size());
    for (std::size_t i = 0; i < most; ++i)
        out.bind(static_cast<int>(i) + 1, View(statement.binds[i]));
    return out;
}

void refuse_missing_rate(store::Store& store, const Statement& statement) {
    if (statement.missing_rate.empty())
        return;
    sql::Statement rows = prepare(store, statement.missing_rate, statement);
    if (!rows.step())
        return;
    const std::string from(rows.text(0));
    const std::string day(rows.text(1));
    throw Error(Fault::refused, "no_rate",
                fmt::format("{} has no rate to {} on {}", from, statement.currency, day),
                fmt::format("crm rate set {}/{} RATE --on {}", from, statement.currency, day));
}

/// A group of a set may be empty, but the set must have it.
void refuse_unknown_value(const meta::FieldInfo& field, std::string_view value) {
    if (field.type() != meta::Type::choice)
        return;
    const auto& words = field.field->more.words;
    if (std::ranges::any_of(
            words, [&](std::string_view word) { return text::key(word) == text::key(value); }))
        return;
    const std::vector<std::string> valid(words.begin(), words.end());
    Error e(Fault::usage, "unknown_word",
            fmt::format("--drill: '{}' is not a valid {}", text::clipped(value, 40), field.name()));
    suggest_values(e, value, valid);
    throw e;
}

/// A record of the report and its first group.
struct Grouped {
    std::int64_t record;
    std::string text;
    std::string id;  ///< of a group that is a record
    bool none;       ///< the group is empty
};

std::vector<Grouped> grouped_records(store::Store& store, const Statement& statement) {
    std::vector<Grouped> out;
    sql::Statement rows = prepare(store, statement.records, statement);
    while (rows.step()) {
        const bool none = rows.null(1) && rows.null(2);
        out.push_back(
            {rows.integer(0), std::string(rows.text(1)), std::string(rows.text(2)), none});
    }
    return out;
}

template <class Matches>
std::vector<Grouped> those_that(const std::vector<Grouped>& all, Matches matches) {
    std::vector<Grouped> out;
    std::ranges::copy_if(all, std::back_inserter(out), matches);
    return out;
}

/// The groups that are shown as this text: exactly, else in any case, else as words of sets are
/// compared.
std::vector<Grouped> by_text(const std::vector<Grouped>& all, std::string_view value) {
    const auto exact = those_that(all, [&](const Grouped& g) { return g.text == value; });
    if (!exact.empty())
        return exact;
    const std::string folded = text::folded(value);
    const auto same =
        those_that(all, [&](const Grouped& g) { return text::folded(g.text) == folded; });
    if (!same.empty())
        return same;
    return those_that(
        all, [&](const Grouped& g) { return !g.none && text::key(g.text) == text::key(value); });
}

/// The group that is the record of this name or reference.
std::vector<Grouped> by_record(store::Resolver& resolver, const Statement& statement,
                               const std::vector<Grouped>& all, const std::string& value) {
    const auto named =
        those_that(all, [&](const Grouped& g) { return g.text == value || g.id == value; });
    std::set<std::string> ids;
    for (const Grouped& group : named)
        ids.insert(group.id);
    if (ids.size() == 1)
        return named;
    if (ids.size() > 1) {
        Error e(Fault::ambiguous, "ambiguous",
                fmt::format("--drill: {} {} are called '{}'", ids.size(),
                            statement.first_noun->plural, text::clipped(value, 40)),
                fmt::format("--drill {}", *ids.begin()));
        e.candidates = {ids.begin(), ids.end()};
        throw e;
    }
    const auto found = resolver.find(value, statement.first_noun);
    if (!found)
        throw found.error();
    const std::string id = meta::short_id(*found->entity, found->id);
    return those_that(all, [&](const Grouped& g) { return g.id == id; });
}

/// Says of which groups a figure was not recorded. Those of the first one have it never.
void note_unrecorded(const Statement& statement, Result& out) {
    const std::size_t at = out.place_of(statement.unrecorded);
    if (at == out.columns.size() || out.rows.empty())
        return;
    std::vector<std::string> names;
    for (const Row& row : out.rows) {
        std::string name = text_of(row[0]);
        if (text_of(row[at]).empty() && name != text_of(out.rows[0][0]) &&
            std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
    }
    if (!names.empty())
        out.notes.push_back(
            fmt::format("Not recorded: {}. No history has these.", text::joined(names, ", ")));
}

}  // namespace

Result run(store::Store& store, const Statement& statement) {
    refuse_missing_rate(store, statement);
    sql::Statement rows = prepare(store, statement.sql, statement);
    Result out = read_rows(rows, statement);
    note_unrecorded(statement, out);
    if (!statement.note.empty() && !out.rows.empty())
        out.notes.push_back(statement.note);
    return out;
}

std::int64_t count_records(store::Store& store, const Statement& statement) {
    sql::Statement rows = prepare(store, statement.count, statement);
    return rows.step() ? rows.integer(0) : 0;
}

std::vector<std::int64_t> drill(store::Resolver& resolver, const Statement& statement,
                                std::string_view value) {
    if (statement.records.empty())
        throw Error(Fault::usage, "no_drill", "--drill requires a report about records",
                    "its file needs -- noun:, {by} and {group}");
    const std::vector<Grouped> all = grouped_records(resolver.store(), statement);
    std::vector<Grouped> found;
    if (value == "none")
        found = those_that(all, [](const Grouped& g) { return g.none; });
    else if (statement.first_noun != nullptr)
        found = by_record(resolver, statement, all, std::string(value));
    else
        found = by_text(all, value);
    if (found.empty() && value != "none" && statement.first_group != nullptr)
        refuse_unknown_value(*statement.first_group, value);
    std::vector<std::int64_t> out;
    for (const Grouped& group : found)
        out.push_back(group.record);
    return out;
}

}  // namespace crm::report
