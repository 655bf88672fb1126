#include "cmd/service/care_rules.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

std::string shown(std::string_view text) {
    return text::visible(text::clipped(text, 40));
}

Error care_fault(const Rule& rule, std::string_view key, const std::string& why,
                 std::string hint = {}) {
    return {Fault::config, "bad_config", fmt::format("{}: {}: {}", rule.origin_of(key), key, why),
            std::move(hint)};
}

const meta::Entity& noun_of(const Rule& rule, const meta::Model& model) {
    const std::string on = rule.text("on");
    if (const meta::Entity* noun = model.find(on))
        return *noun;
    std::vector<std::string> nouns;
    for (const meta::Entity& entity : model.entities())
        nouns.emplace_back(entity.noun);
    Error e = care_fault(rule, "on", fmt::format("there is no noun '{}'", shown(on)));
    suggest(e, on, nouns);
    throw e;
}

const meta::FieldInfo& date_of(const Rule& rule, const meta::Entity& noun) {
    const std::string name = rule.has("date") ? rule.text("date") : "created_at";
    const meta::FieldInfo* field = noun.find(name);
    const bool is_date =
        field != nullptr && !field->is(meta::many) && !field->computed() &&
        (field->type() == meta::Type::date || field->type() == meta::Type::instant);
    if (is_date)
        return *field;
    std::vector<std::string> dates;
    for (const meta::FieldInfo& other : noun.fields())
        if (!other.computed() &&
            (other.type() == meta::Type::date || other.type() == meta::Type::instant))
            dates.emplace_back(other.name());
    throw care_fault(rule, "date", fmt::format("{} has no date '{}'", noun.noun, shown(name)),
                     fmt::format("valid values are {}", text::joined(dates, ", ")));
}

void check_action(const Rule& rule, const std::string& action) {
    const auto equals = action.find('=');
    const std::string name = action.substr(0, equals);
    if (equals == std::string::npos || (name != "task" && name != "mail") ||
        text::trimmed(std::string_view(action).substr(equals + 1)).empty())
        throw care_fault(
            rule, "do",
            fmt::format("'{}' is neither task=SUBJECT nor mail=TEMPLATE", shown(action)),
            "do = [\"task=Ask how {{account.name}} gets on\"]");
}

service::CareRule read_rule(const Rule& rule, const meta::Model& model) {
    service::CareRule out;
    out.name = rule.text("name");
    out.noun = &noun_of(rule, model);
    out.query = rule.text("query");
    out.date = &date_of(rule, *out.noun);
    const auto after = read_duration(rule.has("after") ? rule.text("after") : "0d");
    if (!after)
        throw care_fault(rule, "after", after.error().message, "after = \"7d\"");
    if (after->ends_with('h') || after->ends_with("min") || after->ends_with('s'))
        throw care_fault(rule, "after", fmt::format("'{}' is not whole days", shown(*after)),
                         "after = \"7d\"");
    out.after = *after;
    for (const std::string& action : rule.list("do")) {
        check_action(rule, action);
        out.actions.push_back(action);
    }
    const auto tiers = rule.list("tier");
    out.tiers.assign(tiers.begin(), tiers.end());
    out.query_origin = rule.origin_of("query");
    out.actions_origin = rule.origin_of("do");
    return out;
}

}  // namespace

std::vector<service::CareRule> care_rules(const Config& config, const meta::Model& model) {
    std::vector<service::CareRule> out;
    for (const Rule& rule : config.of("care")) {
        service::CareRule next = read_rule(rule, model);
        if (std::ranges::find(out, next.name, &service::CareRule::name) != out.end())
            throw care_fault(rule, "name",
                             fmt::format("'{}' is the name of two rules", shown(next.name)),
                             "each rule acts once per record, by its name");
        out.push_back(std::move(next));
    }
    return out;
}

}  // namespace crm::cmd
