#include "knowledge/programmes.hpp"

#include "base/error.hpp"
#include "meta/type.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <variant>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Found;
using store::Record;
using store::RowCells;
using store::RuleContext;

namespace {

constexpr std::array<std::string_view, 4> contributors{"contact", "account", "lead", "user"};
constexpr std::array<std::string_view, 3> contents{"kb", "feedback", "event"};

Found target_of(const Record& record, const RowCells& row, const FieldInfo& link) {
    const auto *noun = std::get_if<std::int64_t>(&row[link.first]),
               *id = std::get_if<std::int64_t>(&row[link.first + 1]);
    if (noun == nullptr || id == nullptr)
        return {};
    return {record.entity->model().by_number(static_cast<int>(*noun)), *id};
}

void put_target(RowCells& row, const FieldInfo& link, const Found& target) {
    row[link.first] = std::int64_t{target.entity->number};
    row[link.first + 1] = target.id;
}

void check_noun(const Found& target, std::string_view field,
                std::span<const std::string_view> nouns, std::string_view valid) {
    if (target.entity == nullptr || std::ranges::find(nouns, target.entity->noun) != nouns.end())
        return;
    throw Error(Fault::usage, "invalid_value",
                fmt::format("contributions: {} cannot be {}: {}", field,
                            meta::with_article(target.entity->noun),
                            meta::short_id(*target.entity, target.id)),
                fmt::format("valid are {}", valid));
}

}  // namespace

std::vector<Contribution> contributions_of(const Record& programme) {
    const FieldInfo& field = programme.field("contributions");
    std::vector<Contribution> out;
    for (const RowCells& row : programme.rows[field.first])
        out.push_back({store::row_text(row, store::inner_field(field, "date")).value_or(""),
                       target_of(programme, row, store::inner_field(field, "who")),
                       target_of(programme, row, store::inner_field(field, "what")),
                       store::row_text(row, store::inner_field(field, "note")).value_or("")});
    return out;
}

bool contribute(Record& programme, const Contribution& contribution) {
    const auto known = contributions_of(programme);
    const auto is_same = [&](const Contribution& other) {
        return other.who == contribution.who && other.what == contribution.what;
    };
    if (std::ranges::any_of(known, is_same))
        return false;
    const FieldInfo& field = programme.field("contributions");
    RowCells row = store::empty_row(field);
    row[store::inner_field(field, "date").first] = contribution.date;
    put_target(row, store::inner_field(field, "who"), contribution.who);
    put_target(row, store::inner_field(field, "what"), contribution.what);
    if (!contribution.note.empty())
        row[store::inner_field(field, "note").first] = contribution.note;
    programme.rows[field.first].push_back(std::move(row));
    return true;
}

void check_contributions(RuleContext&, const Record* before, const Record& programme) {
    const std::size_t rows = programme.field("contributions").first;
    if (before != nullptr && before->rows[rows] == programme.rows[rows])
        return;
    for (const Contribution& contribution : contributions_of(programme)) {
        check_noun(contribution.who, "who", contributors, "contacts, accounts, leads and users");
        check_noun(contribution.what, "what", contents, "articles, feedback and events");
    }
}

void check_outcome(RuleContext& context, const Record* before, const Record& feedback) {
    const std::string& status = feedback.text("status");
    const bool ends = status == "Adopted" || status == "Declined";
    const bool is_new = before == nullptr || before->text("status") != status;
    if (!ends || !is_new || context.imported || context.relinked || context.checking ||
        !feedback.text("outcome").empty())
        return;
    throw Error(
        Fault::refused, "required",
        fmt::format("{}{}: {} requires an outcome",
                    feedback.id == 0 ? "" : feedback.short_id() + " ", feedback.label(), status),
        "outcome='what came of it'");
}

}  // namespace crm::knowledge
