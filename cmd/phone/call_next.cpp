#include "base/text.hpp"
#include "campaign/call_list.hpp"
#include "campaign/call_sections.hpp"
#include "campaign/script.hpp"
#include "cmd/campaign/campaign_complete.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/people/overview.hpp"
#include "cmd/phone/call_words.hpp"
#include "cmd/phone/person_card.hpp"
#include "mail/program.hpp"
#include "people/open_problems.hpp"
#include "show/sheet.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <chrono>

/// call next: whom to call, with all that is known of them.
namespace crm::cmd {
namespace {

using store::Found;
using store::Record;

constexpr std::size_t most_history = 10;

/// A callee and what is shown of the call.
struct CallScreen {
    campaign::Callee callee;
    Record list;
    std::string script;
    std::vector<people::OverviewSection> sections;  ///< history, promises, tickets
    std::vector<people::OpenProblem> problems;

    Found who() const { return {callee.who.entity, callee.who.id}; }
    const people::OverviewSection& tickets() const { return sections.back(); }
};

CallScreen screen_of(Session& session, campaign::Callee callee, std::int64_t user) {
    Record list =
        session.store().get(session.model().get("campaign"), callee.member.number("campaign"));
    std::string script =
        campaign::script_for(session.resolver(), session.env.clock, list, callee.who, user);
    const Found who{callee.who.entity, callee.who.id};
    const people::OverviewRequest request = call_request(session, who);
    return {std::move(callee),
            std::move(list),
            std::move(script),
            {campaign::history_section(request, most_history),
             campaign::promises_section(request, false), campaign::tickets_section(request)},
            people::open_problems(session.store(), session.env.clock, who)};
}

/// Empty where the zone of the callee is not known.
std::string local_time(Session& session, const CallScreen& screen) {
    const std::string zone = screen.callee.zone();
    const Instant now = session.env.clock.now;
    return zone.empty() ? std::string() : Clock{now, zone}.local(now);
}

std::string local_time_text(Session& session, const CallScreen& screen) {
    const auto& zones = screen.callee.zones;
    if (screen.callee.zone().empty())
        return fmt::format("unknown ({} to {})", zones.front(), zones.back());
    const Clock local{session.env.clock.now, zones.front()};
    return fmt::format("{} {}", day_and_minute(local.now, local), local.zone);
}

void add_key(std::string& out, std::string_view key, std::string_view text) {
    meta::json_string(key, out);
    out += ':';
    if (text.empty())
        out += "null";
    else
        meta::json_string(text, out);
    out += ',';
}

std::string screen_json(Session& session, const CallScreen& screen) {
    const Record& member = screen.callee.member;
    std::string out = "{";
    add_key(out, "member", member.short_id());
    out += "\"list\":{";
    add_key(out, "id", screen.list.short_id());
    add_key(out, "name", screen.list.label());
    out.back() = '}';
    out += ",\"who\":" + person_json(session, screen.who()) + ',';
    add_key(out, "number", screen.callee.number);
    add_key(out, "local_time", local_time(session, screen));
    add_key(out, "timezone", screen.callee.zone());
    add_key(out, "script", screen.script);
    out += sections_json(session, screen.sections);
    out += fmt::format(",\"attempts\":{},", member.number("attempts"));
    add_key(out, "result", member.text("result"));
    out.back() = '}';
    return out;
}

void print_screen(Session& session, const CallScreen& screen) {
    if (session.json()) {
        session.out.write(screen_json(session, screen) + "\n");
        return;
    }
    const Record& member = screen.callee.member;
    const std::string id = member.short_id();
    const std::string list = fmt::format("{} {}", screen.list.short_id(), screen.list.label());
    const std::string time = local_time_text(session, screen);
    const std::string attempts = fmt::format("{}", member.number("attempts"));
    const std::pair<std::string, std::string_view> values[] = {
        {"member", id},           {"list", list},         {"number", screen.callee.number},
        {"local_time", time},     {"attempts", attempts}, {"result", member.text("result")},
        {"script", screen.script}};
    std::vector<show::Column> columns;
    std::vector<std::vector<View>> views;
    for (const auto& [name, value] : values) {
        if (value.empty())
            continue;
        columns.push_back({name, nullptr});
        views.push_back({View(value)});
    }
    const std::vector<show::Cells> cells(views.begin(), views.end());
    std::string& out = session.out.buffer();
    if (session.env.out_tty)
        show::sheet(columns, cells, style(session), out);
    else
        show::key_values(columns, cells, style(session), out);
    print_person(session, screen.who(), screen.sections);
}

/// A problem comes first: whoever has one is not sold to without a thought.
void warn_of_tickets(Session& session, const CallScreen& screen) {
    for (const people::OpenProblem& problem : screen.problems)
        session.remark("warning: open ticket " + people::problem_text(problem));
    if (!screen.problems.empty())
        return;
    for (const people::OverviewRow& row : screen.tickets().rows)
        session.remark("warning: open ticket " + unaligned(row.line));
}

std::string when_next(Instant at, const Clock& clock) {
    constexpr std::int64_t six_days = std::int64_t{6} * 86400;
    const std::string text = with_weekday(at, clock);  // Fri 2026-11-27T15:00:00+01:00
    const std::string day = text.substr(0, 3), date = text.substr(4, 10), time = text.substr(15, 5);
    return at.seconds - clock.now.seconds < six_days ? day + " " + time
                                                     : fmt::format("{} {} {}", day, date, time);
}

[[noreturn]] void throw_nobody(Session& session, campaign::CallQueue& queue,
                               std::size_t passed_over) {
    Error error(Fault::not_found, "nobody_left", "nobody is left to call",
                "crm call build LIST QUERY adds people");
    if (const auto at = queue.next_time()) {
        error.code = "nobody_now";
        error.message =
            fmt::format("nobody can be called now: next at {}", when_next(*at, session.env.clock));
        error.hint = "members are called in the hours of the list, in their own time zone";
    } else if (passed_over > 0) {
        error.message = "nobody else is left to call";
        error.hint = "--anyway dials those with an open problem, too";
    } else if (queue.held() > 0) {
        error.message = fmt::format("nobody is left to call: {} {} being called", queue.held(),
                                    queue.held() == 1 ? "is" : "are");
        error.hint = "crm member list leased_until:any";
    } else if (queue.without_hours() > 0) {
        error.message =
            fmt::format("nobody is left to call: {} may be in zones with no hours in common",
                        queue.without_hours());
        error.hint = "crm contact edit REF timezone=Europe/Moscow";
    }
    throw error;
}

std::vector<std::string> dial_words(const Session& session) {
    const auto words = split_command_line(session.config.value("dial"));
    if (!words || words->empty())
        throw Error(Fault::config, "no_dial", "--dial requires the setting dial",
                    "dial = [\"linphonec\", \"-s\", \"{number}\"]");
    return *words;
}

void dial(std::vector<std::string> words, const std::string& number) {
    constexpr std::chrono::milliseconds longest(60'000);
    constexpr std::string_view mark = "{number}";
    for (std::string& word : words)
        for (auto at = word.find(mark); at != std::string::npos;
             at = word.find(mark, at + number.size()))
            word.replace(at, mark.size(), number);
    const mail::Ended ended = mail::run_program(words, "", longest);
    if (ended.code != 0 || ended.killed)
        throw Error(Fault::io, "dial", fmt::format("{} failed", words.front()),
                    "dial by hand, or crm call release");
}

bool has_open_problem(Session& session, const campaign::Callee& callee) {
    const Found who{callee.who.entity, callee.who.id};
    const auto problems = people::open_problems(session.store(), session.env.clock, who);
    if (problems.empty())
        return false;
    session.remark(text::visible(fmt::format("passed over: {} {} has an open problem: {}",
                                             callee.who.short_id(), callee.who.label(),
                                             people::problems_text(problems))));
    return true;
}

std::vector<Record> lists_given(Session& session, const Arguments& args) {
    if (args.words.empty())
        return campaign::call_lists(session.store());
    Record list = campaign::call_list(session.resolver(), args.words.front());
    const std::string& status = list.text("status");
    if (status == "Inactive" || status == "Complete")
        throw Error(Fault::not_found, "nobody_left",
                    fmt::format("{} {} is {}", list.short_id(), list.label(), status),
                    fmt::format("crm campaign edit {} status=active", list.short_id()));
    return {std::move(list)};
}

/// Of those who are dialled, nobody with an open problem unless `anyway`.
campaign::Callee next_callee(Session& session, const Arguments& args,
                             const std::vector<Record>& lists, std::int64_t user) {
    campaign::CallQueue queue(session.store(), session.env.clock, lists, call_settings(session),
                              user);
    const bool is_choosy = args.flag("dial") && !args.flag("anyway");
    std::size_t passed_over = 0;
    auto found = queue.first([&](const campaign::Callee& callee) {
        const bool declined = is_choosy && has_open_problem(session, callee);
        passed_over += declined ? 1 : 0;
        return !declined;
    });
    if (!found)
        throw_nobody(session, queue, passed_over);
    return std::move(*found);
}

int run_next(Session& session, const Arguments& args) {
    const std::int64_t user = calling_user(session);
    const bool dials = args.flag("dial");
    const std::vector<std::string> words = dials ? dial_words(session) : std::vector<std::string>();
    const std::vector<Record> lists = lists_given(session, args);
    std::optional<store::Writer> writer;
    if (!args.flag("peek"))
        writer.emplace(session.store(), session.operation_info(args.line));
    campaign::Callee callee = next_callee(session, args, lists, user);
    if (writer)
        callee.member = campaign::claim(*writer, callee.member, user);
    const CallScreen screen = screen_of(session, std::move(callee), user);
    print_screen(session, screen);
    if (!session.quiet)
        warn_of_tickets(session, screen);
    if (writer)
        writer->commit();
    writer.reset();
    if (dials && !session.dry_run) {
        session.close();
        dial(words, screen.callee.number);
    }
    return 0;
}

}  // namespace

Command call_next() {
    return {.help = "Claim the next member of a call list and show what is known of them",
            .needs = Needs::writing,
            .arguments = {{.name = "LIST",
                           .kind = Kind::word,
                           .help = "the call list; default: all that are not stopped"}},
            .options = {{.name = "peek", .help = "only show who is next"},
                        {.name = "dial", .help = "run the program of the setting dial"},
                        {.name = "anyway", .help = "dial in spite of an open problem"}},
            .formats = formats::text,
            .run = run_next,
            .complete = complete_call_list,
            .details =
                "Shows number, local time, the script filled in, history, promises and open "
                "tickets. The member is yours for 30 minutes: nobody else gets them, also when "
                "several sellers ask at once. First come callbacks whose time has come, those "
                "that you made before others; then who was never called; then the others by the "
                "time at which they are to be called. A callback waits 30 minutes for its seller. "
                "Nobody is called outside of the hours of the list's calendar (else the default "
                "one) in their own time zone: that of the contact, else that of their number's "
                "country where it has one. Where it has several, such as the USA (+1), they are "
                "called only when it is within the hours in all of them, and local_time is "
                "unknown: crm contact edit c12 timezone=America/Chicago says more. Nobody left, or "
                "nobody now, is exit 1, and the message says when the next can be called. An open "
                "ticket is a warning; --dial passes over who has an open problem and names them, "
                "unless --anyway is given. Settings: call_retry, "
                "call_attempts, dial.",
            .examples = {{"call next Renewals", ""},
                         {"call next Renewals --peek --json | jq -r .script", "read the script"}}};
}

}  // namespace crm::cmd
