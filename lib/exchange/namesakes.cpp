#include "exchange/namesakes.hpp"

#include "exchange/row_identity.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace crm::exchange {

using meta::FieldInfo;
using store::Record;

namespace {

/// Fewer records of one name are compared one by one.
constexpr std::size_t worth_an_index = 8;

constexpr std::string_view town = "address.city";
constexpr std::string_view reference = "refs.system";

}  // namespace

void Namesakes::Match::add(std::int64_t id, std::size_t in_fields) {
    if (in_fields < agreement)
        return;
    if (in_fields > agreement)
        ids.clear();
    agreement = in_fields;
    if (ids.size() < 2 && std::ranges::find(ids, id) == ids.end())
        ids.push_back(id);
}

Namesakes::Namesakes(std::vector<Record> records, ImportContext& context)
    : context_(context),
      records_(std::move(records)),
      all_(records_.size()),
      is_indexed_(records_.size() >= worth_an_index) {
    std::iota(all_.begin(), all_.end(), 0u);
    if (!is_indexed_)
        return;
    for (const std::uint32_t place : all_)
        add_to_index(place);
}

std::uint64_t Namesakes::key(std::string_view what, std::string_view value) const {
    return context_.hash(std::string(what) + '\x1f' + std::string(value));
}

void Namesakes::add_to_index(std::uint32_t place) {
    const Record& record = records_[place];
    const auto add = [&](std::string_view what, std::string_view value) {
        by_value_[key(what, value)].push_back(place);
    };
    const meta::Entity& entity = *record.entity;
    for (const FieldInfo* field : entity.identity())
        if (!has_value(record, *field))
            add(field->name(), "");
    for (const FieldInfo* field : telling_fields(entity))
        if (has_value(record, *field))
            add(field->name(), cells_text(record.of(*field)));
    add(town, town_of(record));
    for (const std::string& system : systems_of(record))
        add(reference, system);
}

Namesakes::Places Namesakes::places(std::uint64_t key) const {
    const auto found = by_value_.find(key);
    return found == by_value_.end() ? Places() : Places(found->second);
}

Namesakes::Choice Namesakes::choice(std::string_view what, std::string_view value) const {
    return {value.empty() ? Places() : places(key(what, value)), places(key(what, ""))};
}

/// No record with a number in a system is the one of a row with another number there.
Namesakes::Places Namesakes::without_references_to(std::string_view system) {
    const std::uint64_t system_key = key(reference, system);
    const Places with = places(system_key);
    if (with.empty())
        return all_;
    auto [found, is_new] = without_system_.try_emplace(system_key);
    if (is_new)
        std::ranges::set_difference(all_, with, std::back_inserter(found->second));
    return found->second;
}

/// The fewest records that one of the values which tell records apart leaves.
Namesakes::Choice Namesakes::smallest_choice(const IncomingRow& row, std::int64_t company) {
    Choice smallest{.same = {}, .none = all_};
    if (!is_indexed_)
        return smallest;
    const auto take = [&](const Choice& other) {
        if (other.size() < smallest.size())
            smallest = other;
    };
    for (const FieldInfo* field : row.entity().identity())
        if (const auto value = identity_value(row, *field, context_))
            take(choice(field->name(), *value));
    if (const std::string row_town = town_of(row.record); company == 0 && !row_town.empty())
        take(choice(town, row_town));
    for (const std::string& system : systems_of(row.record))
        take({.same = {}, .none = without_references_to(system)});
    return smallest;
}

/// For each value of the row the records that have it, too; the rarest value first.
std::vector<Namesakes::Places> Namesakes::agreeing(const IncomingRow& row) const {
    std::vector<Places> lists;
    if (!is_indexed_ || !row.entity().name_describes())
        return lists;
    for (const FieldInfo* field : telling_fields(row.entity()))
        if (has_value(row.record, *field))
            lists.push_back(places(key(field->name(), cells_text(row.record.of(*field)))));
    std::ranges::sort(lists, {}, &Places::size);
    return lists;
}

Namesakes::Match Namesakes::find(const IncomingRow& row, std::int64_t company,
                                 const Test& is_another) {
    const bool describes = row.entity().name_describes();
    Match match;
    // Ends early when two agree in as many fields as any other could.
    const auto look_at = [&](Places places, std::size_t most_fields) {
        for (const std::uint32_t place : places) {
            const Record& record = records_[place];
            if (is_another(record))
                continue;
            match.add(record.id, describes ? agreement(row, record) : 0);
            if (match.ids.size() == 2 && match.agreement == most_fields)
                return;
        }
    };
    const Choice possible = smallest_choice(row, company);
    const std::vector<Places> lists = agreeing(row);
    // A record that is in none of the lists so far agrees in no more fields than there are left.
    std::size_t fields_left = describes ? count_of_values(row) : 0;
    for (const Places list : lists) {
        if (list.size() >= possible.size())
            break;
        look_at(list, fields_left);
        --fields_left;
        if (match.agreement > fields_left)
            break;
    }
    if (match.agreement <= fields_left) {
        look_at(possible.same, fields_left);
        look_at(possible.none, fields_left);
    }
    std::ranges::sort(match.ids);
    return match;
}

}  // namespace crm::exchange
