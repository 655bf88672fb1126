#include "cmd/cli/config_check.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/report/reports.hpp"
#include "cmd/sales/assignment_rules.hpp"
#include "cmd/service/care_rules.hpp"
#include "cmd/service/escalation_rules.hpp"
#include "query/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crm::cmd {
namespace {

[[noreturn]] void wrong_rule(const Rule& rule, std::string_view key, std::string message,
                             std::string hint) {
    throw Error(Fault::config, "bad_config",
                fmt::format("{}: {}: {}", rule.origin_of(key), key, message), std::move(hint));
}

/// A query may name segments that other commands still make; they are checked when it is used.
void check_query(Session& session, const Rule& rule, const meta::Entity& noun) {
    if (!rule.has("query"))
        return;
    const std::vector<std::string> words{rule.text("query")};
    const query::Context context{.model = session.model(), .clock = session.env.clock, .me = 0};
    const auto parsed = query::parse(words);
    const auto checked = parsed ? query::check(*parsed, noun, context)
                                : Expected<query::Checked>(std::unexpected(parsed.error()));
    if (!checked && checked.error().code != "unknown_segment")
        wrong_rule(rule, "query", checked.error().message, checked.error().hint);
}

void check_highlight(Session& session, const Rule& rule) {
    const std::string on = rule.text("on");
    const meta::Entity* noun = session.model().find(on);
    if (noun != nullptr && (on == noun->noun))
        return check_query(session, rule, *noun);
    std::vector<std::string> nouns;
    for (const meta::Entity& e : session.model().entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::config, "bad_config",
            fmt::format("{}: on: there is no noun '{}'", rule.origin_of("on"),
                        text::visible(text::clipped(on, 40))));
    if (noun != nullptr)
        e.hint = fmt::format("on = \"{}\"", noun->noun);
    else
        suggest(e, on, nouns);
    throw e;
}

void check_stage(Session& session, const Rule& rule) {
    const meta::Entity& deal = session.model().get("deal");
    for (const std::string& field : rule.list("requires")) {
        if (deal.find(field) != nullptr)
            continue;
        Error e(Fault::config, "bad_config",
                fmt::format("{}: requires: deal has no field '{}'", rule.origin_of("requires"),
                            text::visible(text::clipped(field, 40))));
        suggest(e, field, deal.field_names(), "crm fields deal lists them");
        throw e;
    }
}

}  // namespace

void check_rules(Session& session) {
    const Config& config = session.config;
    const meta::Model& model = session.model();
    for (const Rule& rule : config.of("stage"))
        check_stage(session, rule);
    for (const Rule& rule : config.of("highlight"))
        check_highlight(session, rule);
    for (const Rule& rule : config.of("assign"))
        check_query(session, rule, model.get(assigned_noun(rule)));
    for (const Rule& rule : config.of("score"))
        check_query(session, rule, model.get("lead"));
    for (const Rule& rule : config.of("escalate"))
        check_query(session, rule, model.get("ticket"));
    for (const Rule& rule : config.of("route"))
        check_query(session, rule,
                    model.get(rule.has("on") ? rule.text("on") : std::string("contact")));
    escalation_rules(config);   // reads points in time and actions
    care_rules(config, model);  // reads nouns, dates and actions
    for (const Rule& rule : config.of("care"))
        check_query(session, rule, *model.find(rule.text("on")));
    if (config.of("commission").empty())
        return;
    known_reports(config);  // reads rates and tiers
    for (const Rule& rule : config.of("commission"))
        check_query(session, rule, model.get(rule.text("of") == "paid orders" ? "order" : "deal"));
}

std::vector<Error> user_faults(Session& session) {
    std::vector<Error> faults;
    for (const std::string_view noun : {"lead", "ticket"})
        for (const people::AssignmentRule& rule : assignment_rules(session.config, noun))
            std::ranges::move(people::user_faults(session.resolver(), rule),
                              std::back_inserter(faults));
    return faults;
}

}  // namespace crm::cmd
