#include "store/link.hpp"

#include "campaign/members.hpp"
#include "cmd/cli/changes.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// link, unlink: two records that belong together.
namespace crm::cmd {
namespace {

constexpr std::string_view dates[] = {"since", "until"};

store::LinkDetails details_of(const Arguments& args, const Clock& clock) {
    store::LinkDetails out{.role = args.text("role"), .dates = {}};
    for (const std::string_view date : dates)
        if (const auto day = args.date(date, clock))
            out.dates.push_back(std::string(date) + " " + day->iso());
    return out;
}

void tell_dates(ChangeReport& report, const meta::Entity& entity, const Arguments& args,
                const Clock& clock) {
    for (const std::string_view date : dates)
        if (const auto day = args.date(date, clock); day && day->iso() != args.text(date))
            report.resolved(entity, date, with_weekday(*day));
}

/// A campaign and a person, who is a member of it: `role` is the status.
bool change_member(Change& change, const campaign::Joining& joining, const std::string& role,
                   bool link) {
    campaign::Members members(change.writer.store(), joining.campaign);
    return link ? members.join(change.writer, joining.who, role).is_changed
                : members.leave(change.writer, joining.who);
}

int run_link(Session& session, const Arguments& args, bool link) {
    const store::Found first = resolve_reference(session, args.noun, args.words[0]);
    const store::LinkDetails details = details_of(args, session.env.clock);
    Change change(session, args);
    for (std::size_t i = 1; i < args.words.size(); ++i) {
        const store::Found second = resolve_reference(session, nullptr, args.words[i]);
        if (const auto joining = campaign::joining(first, second)) {
            const bool done = change_member(change, *joining, details.role, link);
            change.report.add(load_not_deleted(session, first),
                              !done  ? "unchanged"
                              : link ? "linked"
                                     : "unlinked",
                              meta::short_id(*second.entity, second.id) + " " +
                                  session.store().name(*second.entity, second.id));
            continue;
        }
        const store::LinkPlace place = store::link_between(first, second);
        const store::Record before = load_not_deleted(session, place.from);
        store::Record after = before;
        if (link)
            store::put_link(after, place, details, session.resolver(), session.reading());
        else
            store::take_link(after, place, session.resolver(), session.reading());
        const bool changed = change.writer.change(before, after);
        const store::Found& to = place.to;
        const std::string_view done = link ? "linked" : "unlinked";
        tell_dates(change.report, *after.entity, args, session.env.clock);
        change.report.add(
            after, changed ? done : "unchanged",
            meta::short_id(*to.entity, to.id) + " " + session.store().name(*to.entity, to.id));
    }
    return change.end();
}

std::vector<Argument> arguments() {
    return {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"},
            {.name = "REF",
             .kind = Kind::any_reference,
             .required = true,
             .many = true,
             .help = "the other records, of any noun"}};
}

}  // namespace

Command record_link() {
    return {
        .help = "Link a record with others",
        .needs = Needs::writing,
        .arguments = arguments(),
        .options = {{.name = "role",
                     .kind = Kind::word,
                     .value = "ROLE",
                     .help = "the role, such as assistant"},
                    {.name = "since", .kind = Kind::moment, .value = "DATE", .help = "first day"},
                    {.name = "until", .kind = Kind::moment, .value = "DATE", .help = "last day"}},
        .run = [](Session& session,
                  const Arguments& args) { return run_link(session, args, true); },
        .details =
            "A contact has any number of accounts, past and present, of which the first is the "
            "one that lists show, and relations to other contacts.",
        .examples = {{"contact link c12 a3 --role 'Board member' --since 2024-01-01",
                      "a person and a company"},
                     {"contact link c12 c15 --role assistant", "c15 is the assistant of c12"}}};
}

Command record_unlink() {
    return {.help = "Remove links between records",
            .needs = Needs::writing,
            .arguments = arguments(),
            .run = [](Session& session,
                      const Arguments& args) { return run_link(session, args, false); },
            .examples = {{"contact unlink c12 a3", "they no longer belong together"}}};
}

}  // namespace crm::cmd
