#include "cmd/cli/command.hpp"

#include <algorithm>
#include <array>
#include <string_view>

/// kb stats: crm report knowledge under a shorter name.
namespace crm::cmd {

Command report_command();

namespace {

/// What the report takes of the options of crm report.
constexpr std::array<std::string_view, 12> stats_options{
    "by",    "period", "pivot", "figure", "totals",  "sort",
    "limit", "chart",  "all",   "out",    "fail-if", "exit-empty"};

int run_kb_stats(Session& session, const Arguments& args) {
    Arguments report = args;
    report.words.insert(report.words.begin(), "knowledge");
    return report_command().run(session, report);
}

}  // namespace

Command kb_stats() {
    Command c = report_command();
    c.help = "Show what the knowledge base brings";
    c.arguments = {};
    std::erase_if(c.options, [](const Option& option) {
        return std::ranges::find(stats_options, option.name) == stats_options.end();
    });
    c.unneeded_with = {};
    c.formats_for = nullptr;
    c.run = run_kb_stats;
    c.explain = nullptr;
    c.details =
        "The same as crm report knowledge: by month, or --by owner or product, articles added and "
        "published, uses and votes, closed tickets and their share with an article, solution at "
        "first contact gross and net, self-service (helpful votes of contacts who had no ticket in "
        "the next 7 days), and minutes saved: uses × the difference of the medians of tickets "
        "without and with an article, which is an association and no proof.";
    c.examples = {{"kb stats", "by month"},
                  {"kb stats --by product -p 'this year'", "which product needs articles"}};
    return c;
}

}  // namespace crm::cmd
