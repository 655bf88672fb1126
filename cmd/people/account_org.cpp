#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "people/org_chart.hpp"

/// account org: the reporting lines of a company.
namespace crm::cmd {
namespace {

int run_account_org(Session& session, const Arguments& args) {
    const store::Found account = resolve_reference(session, args.noun, args.words[0]);
    const meta::Entity& contacts = session.model().get("contact");
    const bool indented = session.env.out_tty && session.format.empty();
    Rows rows(session, {"id", "name", "title", "department", "reports_to", "level", "gap"});
    const auto entries =
        people::org_chart(session.store(), account.id, session.env.clock.today().iso());
    for (const people::OrgEntry& entry : entries) {
        const std::string indent(indented ? static_cast<std::size_t>(entry.level) * 2 : 0, ' ');
        const std::string manager =
            entry.reports_to == 0 ? "" : session.store().name(contacts, entry.reports_to);
        rows.row({meta::short_id(contacts, entry.id), indent + entry.name, entry.title,
                  entry.department, manager, std::int64_t{entry.level}, entry.gap});
    }
    rows.end();
    if (entries.empty())
        session.remark_nothing("nobody is known to work there");
    return 0;
}

}  // namespace

Command account_org() {
    return {.help = "Show the reporting lines in a company, and the gaps",
            .needs = Needs::reading,
            .arguments = {{.name = "ACCOUNT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the company"}},
            .formats = formats::rows_with_id,
            .run = run_account_org,
            .details =
                "Lists the people who work there now, each below the person they report to. A gap "
                "is shown where no manager is known, where a department has several heads, where "
                "the manager works at another company, and where people report in a circle.",
            .examples = {{"account org acme.example", "the reporting lines of Acme"}}};
}

}  // namespace crm::cmd
