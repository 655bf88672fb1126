#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "service/due_times.hpp"
#include "service/explain.hpp"
#include "service/service_level.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <optional>

/// ticket sla: the clocks of tickets, and what they counted.
namespace crm::cmd {
namespace {

using service::ClockLine;
using service::hours_text;
using service::TicketClock;
using store::Record;

/// Mon 2026-11-30 11:00
std::string moment_text(Instant at, const Clock& clock) {
    return with_weekday(clock.day(at)).substr(0, 4) + day_and_minute(at, clock);
}

/// A clock of a ticket at an instant.
struct ShownClock {
    const Record& ticket;
    const service::TicketTimes& times;
    const TicketClock& clock;
    Instant at;

    std::int64_t used() const { return clock.used(*times.time, at); }
    std::string name() const { return std::string(service::name_of(clock.name)); }
    std::string state() const { return std::string(service::name_of(clock.state(at))); }
};

/// Prints rows, or explanations for a person.
class ClockPrinter {
public:
    ClockPrinter(Session& session, bool explain) : session_(session), explain_(explain) {
        if (explain_ && session.json())
            rows_.emplace(session, std::vector<Rows::Head>{"ticket", "clock", "from", "to",
                                                           "seconds", "what", "why"});
        else if (!explain_)
            rows_.emplace(session, std::vector<Rows::Head>{
                                       "ticket", "clock", "sla", "target", "used", "left",
                                       Rows::Head("due", show::Shape::time).whole(), "state"});
    }

    void print(const ShownClock& shown) {
        if (!explain_)
            return print_row(shown);
        const auto end = shown.clock.ended.value_or(shown.at);
        const auto lines = service::explain(*shown.times.time, shown.clock, end);
        if (rows_)
            return print_lines(shown, lines);
        print_header(shown);
        for (const ClockLine& line : lines)
            session_.out.write("     " + text_of(shown, line) + "\n");
    }

    void end() {
        if (rows_)
            rows_->end();
    }

private:
    void print_row(const ShownClock& shown) {
        const TicketClock& clock = shown.clock;
        rows_->row({shown.ticket.short_id(), shown.name(), shown.times.level->name,
                    hours_text(clock.target), hours_text(shown.used()),
                    hours_text(clock.target - shown.used()),
                    clock.due ? Value(session_.env.clock.local(*clock.due)) : Value(),
                    shown.state()});
    }

    void print_lines(const ShownClock& shown, const std::vector<ClockLine>& lines) {
        for (const ClockLine& line : lines)
            rows_->row({shown.ticket.short_id(), shown.name(), session_.env.clock.local(line.from),
                        session_.env.clock.local(line.to), line.seconds, line.what,
                        line.why.empty() ? Value() : Value(line.why)});
    }

    void print_header(const ShownClock& shown) {
        const TicketClock& clock = shown.clock;
        const std::string due =
            clock.due ? "  due " + moment_text(*clock.due, zone(shown)) : std::string();
        session_.out.write(
            text::visible(fmt::format(
                "{}  {}  {}  {}  used {}  left {}{}  {}", shown.ticket.short_id(), shown.name(),
                shown.times.level->name, hours_text(clock.target), hours_text(shown.used()),
                hours_text(clock.target - shown.used()), due, shown.state())) +
            "\n");
    }

    /// Times are those of the calendar, which has the zone.
    Clock zone(const ShownClock& shown) const {
        return {session_.env.clock.now, shown.times.time->hours().zone()};
    }

    std::string span_text(const ShownClock& shown, const ClockLine& line) const {
        const Clock clock = zone(shown);
        const std::string from = moment_text(line.from, clock), to = moment_text(line.to, clock);
        const bool same_day = clock.day(line.from) == clock.day(line.to);
        return same_day ? from + "-" + to.substr(to.rfind(' ') + 1) : from + " - " + to;
    }

    std::string text_of(const ShownClock& shown, const ClockLine& line) const {
        const std::string why = line.why.empty() ? "" : " (" + line.why + ")";
        if (line.whole_days) {
            const Clock clock = zone(shown);
            const Date first = clock.day(line.from), last{clock.day(line.to).days - 1};
            std::string days = with_weekday(first);
            if (last != first)
                days += (last.days == first.days + 1 ? ", " : " - ") + with_weekday(last);
            return text::visible(days + "   closed" + why);
        }
        return text::visible(fmt::format("{}   {}  {}", span_text(shown, line),
                                         hours_text(line.seconds),
                                         line.what == "paused" ? line.why : line.what));
    }

    Session& session_;
    bool explain_;
    std::optional<Rows> rows_;
};

/// Writes the due times that the tickets keep again.
void recount(Session& session, const std::vector<store::Found>& tickets) {
    std::vector<std::int64_t> ids;
    for (const store::Found& ticket : tickets)
        ids.push_back(ticket.id);
    if (!session.dry_run)
        session.open(sql::Mode::writing);
    const std::size_t wrong = service::recount(session.store(), session.env.clock, session.user(),
                                               ids, session.lock_wait, session.dry_run);
    if (!session.dry_run)
        session.open(sql::Mode::reading);
    if (wrong > 0 && !session.quiet)
        session.remark(fmt::format("{}corrected the due times of {} of {} tickets",
                                   session.dry_run ? "would have " : "", wrong, ids.size()));
}

int run_ticket_sla(Session& session, const Arguments& args) {
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "no ticket is given",
                    "crm ticket sla t1, or --where is:open");
    const auto references = session.references(args.words);
    const Instant at = args.moment("at", session.env.clock).value_or(session.env.clock.now);
    if (args.flag("recount"))
        recount(session, resolve_references(session, args, references));
    service::ServiceLevels levels(session.store(), session.env.clock, session.user());
    ClockPrinter printer(session, args.flag("explain"));
    for (const store::Found& found : resolve_references(session, args, references)) {
        const Record ticket = load_not_deleted(session, found);
        const service::TicketTimes times = service::times_of(levels, ticket, at);
        if (times.clocks.empty())
            session.remark_nothing(ticket.short_id() + (times.level == nullptr
                                                            ? " has no service level"
                                                            : " has no target for its priority"));
        for (const TicketClock& clock : times.clocks)
            printer.print({ticket, times, clock, at});
    }
    printer.end();
    return 0;
}

}  // namespace

Command ticket_sla() {
    return {
        .help = "Show the clocks of tickets: targets, time used and left, due times",
        .needs = Needs::reading,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help = "the tickets; - reads them from standard input"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the tickets that the query finds"},
                    {.name = "at",
                     .kind = Kind::moment,
                     .value = "WHEN",
                     .help = "as it was or will be then; default: now"},
                    {.name = "recount",
                     .help = "first write the due times that the tickets keep again"},
                    {.name = "explain",
                     .help = "list the time that counts and the time that does not, with reasons"}},
        .formats = formats::rows,
        .run = run_ticket_sla,
        .details =
            "A row for each clock: response, next response and resolution. Time is working time "
            "on the calendar of the service level. The resolution is paused in the statuses that "
            "the service level names (Pending) and while the ticket is closed; a reopened ticket "
            "goes on. The targets of the present priority count from the creation. --explain "
            "prints times in the zone of the calendar; with --json its lines are rows with "
            "seconds. The due times that tickets keep follow every change by themselves; should "
            "something else have changed the database, --recount corrects those of these tickets, "
            "and crm check --rebuild all.\n\n"
            "The service level is that of the ticket, else of its contract, of a contract that "
            "covers its asset, of a contract of its account that is in force on the day of its "
            "creation, else of its queue, else the first by rank whose rule finds the ticket, "
            "else the default one.",
        .examples = {{"ticket sla t1", ""},
                     {"ticket sla t1 --explain", "every hour, with its reason"},
                     {"ticket sla --where is:breaching -o table", "what is urgent"}}};
}

}  // namespace crm::cmd
