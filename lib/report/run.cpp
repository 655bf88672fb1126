#include "report/run.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::report {
namespace {

sql::Statement prepare(store::Store& store, const std::string& text, const Statement& statement) {
    sql::Statement out = store.db().prepare(text);
    int at = 0;
    for (const Value& value : statement.binds)
        out.bind(++at, View(value));
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

}  // namespace

Result run(store::Store& store, const Statement& statement) {
    refuse_missing_rate(store, statement);
    Result out{statement.columns, {}};
    sql::Statement rows = prepare(store, statement.sql, statement);
    while (rows.step()) {
        Row& row = out.rows.emplace_back();
        for (std::size_t i = 0; i < out.columns.size(); ++i)
            row.push_back(rows.view(static_cast<int>(i)).owned());
    }
    return out;
}

std::vector<std::int64_t> drill(store::Store& store, const Statement& statement,
                                std::string_view value) {
    const bool none = value == "none";
    std::vector<std::int64_t> out;
    sql::Statement rows = prepare(store, statement.records, statement);
    while (rows.step()) {
        const bool found = none ? rows.null(1) : text::key(rows.text(1)) == text::key(value);
        if (found)
            out.push_back(rows.integer(0));
    }
    if (out.empty() && !none && statement.first_group != nullptr)
        refuse_unknown_value(*statement.first_group, value);
    return out;
}

}  // namespace crm::report
