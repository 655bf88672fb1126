#include "cmd/report/knowledge.hpp"

#include "cmd/cli/session.hpp"
#include "knowledge/reports.hpp"
#include "knowledge/stats.hpp"
#include "service/care_report.hpp"

namespace crm::cmd {
namespace {

report::Result run_knowledge(Session& session, const Arguments& args) {
    const auto period = args.dates("period", session.env.clock);
    return knowledge::knowledge_report(session.store(), session.env.clock, args.text("by"),
                                       period.value_or(DateSpan{}));
}

constexpr ComputedReport reports_of_knowledge[] = {
    {.name = "knowledge",
     .title = "Knowledge base",
     .help =
         "what the knowledge base brings, by month, owner or product: uses, votes, tickets with "
         "an article, first contact, self-service, minutes saved",
     .options = "by period",
     .sums = "articles published uses helpful unhelpful tickets self_service minutes_saved",
     .run = run_knowledge,
     .columns = [](std::string_view) { return knowledge::knowledge_columns("month"); }},
    {.name = "care",
     .title = "Care for customers",
     .help = "which customers nobody has looked after, by phase of the purchase or fields of "
             "accounts",
     .noun = "account",
     .options = "by where",
     .sums = "customers cared_for nobody",
     .run =
         [](Session& session, const Arguments& args) {
             return service::care_report(session.resolver(), session.env.clock, args.text("by"),
                                         args.text("where"));
         },
     .columns = service::care_columns},
    {.name = "dependence",
     .title = "Dependence on one colleague",
     .help = "products, accounts (--by account) or keywords of articles (--by topic) of which one "
             "colleague has 80 % and more of what "
             "was solved, won and written",
     .options = "by",
     .run =
         [](Session& session, const Arguments& args) {
             return knowledge::dependence_report(session.store(), session.env.clock,
                                                 args.text("by"));
         },
     .columns = [](std::string_view) { return knowledge::dependence_columns("product"); }},
};

}  // namespace

std::span<const ComputedReport> knowledge_reports() {
    return reports_of_knowledge;
}

}  // namespace crm::cmd
