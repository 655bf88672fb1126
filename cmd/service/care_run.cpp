#include "cmd/cli/changes.hpp"
#include "cmd/mail/settings.hpp"
#include "cmd/service/care_rules.hpp"

#include <fmt/format.h>

/// care run: what the rules of care say for customers.
namespace crm::cmd {
namespace {

int run_care_command(Session& session, const Arguments& args) {
    if (args.words.front() != "run")
        throw Error(Fault::usage, "unknown_verb",
                    fmt::format("care has no verb '{}'", args.words.front()), "crm care run");
    const auto rules = care_rules(session.config, session.model());
    Change change(session, args);
    std::optional<store::Found> me;
    if (const auto user = session.resolver().me())
        me = store::Found{&session.model().with(meta::Role::user), *user};
    const service::CareContext context{
        .writer = change.writer, .resolver = session.resolver(), .me = me, .sender = [&session] {
            return default_sender(session).address;
        }};
    const service::CareResult result = service::run_care(context, rules);
    for (const service::CareAction& action : result.done)
        change.report.add(action.made, action.made.entity->noun == "mail" ? "queued" : "added",
                          action.says);
    const int code = change.end();
    if (!session.quiet)
        for (const std::string& line : result.left_out)
            session.remark(line);
    return code;
}

}  // namespace

Command care_command() {
    return {
        .help = "Do what the rules of care say for customers",
        .needs = Needs::writing,
        .arguments = {{.name = "run", .kind = Kind::word, .required = true, .help = "the verb"}},
        .run = run_care_command,
        .details =
            "For cron, with -q. The rules are the [[care]] tables of the configuration, see "
            "crm-config(5). A rule adds tasks and writes mails for each record of its noun and "
            "query, when so much time has passed since its date: in days where the contact of the "
            "record is. It acts once for each record; undoing it lets it act again. Its tasks and "
            "mails are about the record and have the name of the rule in the field care. Tasks are "
            "due on the day, for the owner of the record, else of its account. Mail that cannot be "
            "written, since the address is missing or suppressed, is named; a rule that did "
            "nothing "
            "else tries it again in the next run. When there is nothing to do, nothing is printed "
            "or changed. A rule that is "
            "new also finds old records: a query such as order_date:-30d.. leaves them out.",
        .examples = {{"care run -q", "every morning, from cron"},
                     {"care run --dry-run", "show what would happen"}}};
}

}  // namespace crm::cmd
