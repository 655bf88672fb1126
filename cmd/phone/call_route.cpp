#include "campaign/call_route.hpp"

#include "base/text.hpp"
#include "campaign/callers.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/phone/call_words.hpp"

#include <fmt/format.h>

/// call route: to whom a call is put through.
namespace crm::cmd {
namespace {

std::vector<campaign::RouteRule> route_rules(const Config& config) {
    std::vector<campaign::RouteRule> out;
    for (const Rule& rule : config.of("route"))
        out.push_back({.query = rule.text("query"),
                       .on = rule.has("on") ? rule.text("on") : "contact",
                       .to = rule.text("to"),
                       .query_origin = rule.origin_of("query"),
                       .to_origin = rule.origin_of("to")});
    return out;
}

int run_route(Session& session, const Arguments& args) {
    const std::string number = text::joined(args.words, " ");
    const auto extension = campaign::extension_for(session.resolver(), session.env.clock,
                                                   campaign::callers(session.store(), number),
                                                   route_rules(session.config));
    if (!extension)
        throw Error(
            Fault::not_found, "no_route",
            fmt::format("nobody is responsible for '{}'", text::visible(text::clipped(number, 40))),
            "a [[route]] table without query is for all others: crm help config");
    session.out.write(*extension + "\n");
    return 0;
}

}  // namespace

Command call_route() {
    return {.help = "Print the extension to which a call is put through",
            .needs = Needs::reading,
            .arguments = {caller_argument()},
            .run = run_route,
            .details =
                "The extension (user.extension) of who owns an open ticket of the caller, else "
                "who owns the contact or lead, else who owns their account. Of an owner who no "
                "longer works here it is the manager's. Without any of them it is that of the "
                "first [[route]] table of the configuration whose query finds the caller, then of "
                "the one without a query. Nobody: exit 1. Nothing is written.",
            .examples = {{"call route 00491715550142", "one extension, for a telephone system"}}};
}

}  // namespace crm::cmd
