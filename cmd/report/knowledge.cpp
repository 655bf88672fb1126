#include "cmd/report/knowledge.hpp"

#include "cmd/cli/session.hpp"
#include "knowledge/reports.hpp"

namespace crm::cmd {
namespace {

constexpr ComputedReport reports_of_knowledge[] = {
    {.name = "dependence",
     .title = "Dependence on one colleague",
     .help = "products or accounts (--by account) of which one colleague has 80 % and more of what "
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
