#include "calendar/free_slots.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "time/describe.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

/// meeting find: when people are free.
namespace crm::cmd {
namespace {

constexpr std::int64_t default_days = 14;

std::int64_t length_given(const Arguments& args) {
    if (!args.has("for"))
        throw Error(Fault::usage, "missing", "meeting find requires --for DUR", "--for 1h");
    const auto length = read_duration(args.text("for"));
    if (!length)
        throw length.error();
    const std::int64_t seconds = duration_seconds(*length);
    if (seconds < 60 || seconds > 86'400)
        throw Error(Fault::usage, "bad_duration", "--for must be between 1min and 24h", "--for 1h");
    return seconds;
}

Interval time_given(const Arguments& args, const Clock& clock) {
    DateSpan span = args.dates("within", clock)
                        .value_or(DateSpan{clock.today(), Date{clock.today().days +
                                                               static_cast<int>(default_days)}});
    const Date first = span.first.value_or(clock.today());
    const Date last = span.last.value_or(Date{first.days + 366});
    return {clock.at(first, 0), clock.at({std::min(last.days, first.days + 3660) + 1}, 0)};
}

/// The time of every participant in their own zone.
std::vector<View> local_times(const std::vector<store::Found>& people,
                              const std::vector<std::string>& zones,
                              const calendar::MeetingTime& slot, std::vector<std::string>& kept) {
    kept.clear();
    kept.reserve(people.size() * 3);
    for (std::size_t i = 0; i < people.size(); ++i) {
        const Clock local{{}, zones[i]};
        kept.push_back(meta::short_id(*people[i].entity, people[i].id));
        kept.push_back(local.local(slot.start));
        kept.push_back(local.local(slot.end));
    }
    std::vector<View> out;
    for (const std::string& text : kept)
        out.emplace_back(std::string_view(text));
    return out;
}

int run_meeting_find(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const std::int64_t seconds = length_given(args);
    const Interval within = time_given(args, clock);
    std::vector<store::Found> people;
    std::vector<std::string> zones;
    for (const std::string& word : session.references(args.words)) {
        people.push_back(resolve_reference(session, nullptr, word));
        zones.push_back(calendar::zone_of(session.store(), people.back(), clock));
    }
    const auto most = static_cast<std::size_t>(args.number("limit", 1).value_or(1'000'000));
    const auto slots = calendar::free_slots(session.store(), people, seconds, within, most, clock);
    Rows rows(session, {"start", "end", Rows::Head::list("local", {"id", "start", "end"})});
    std::vector<std::string> kept;
    for (const calendar::MeetingTime& slot : slots) {
        const std::string start = clock.local(slot.start), end = clock.local(slot.end);
        const std::vector<View> times{View(std::string_view(start)), View(std::string_view(end))};
        const std::vector<View> local = local_times(people, zones, slot, kept);
        rows.row(std::vector<std::span<const View>>{
            std::span(times).subspan(0, 1), std::span(times).subspan(1, 1), std::span(local)});
    }
    rows.end();
    if (slots.empty())
        session.remark_nothing("nobody has so much time");
    return slots.empty() && args.flag("exit-empty") ? 1 : 0;
}

}  // namespace

Command meeting_find() {
    return {
        .help = "Find times at which people are free",
        .needs = Needs::reading,
        .arguments = {{.name = "WHO",
                       .kind = Kind::any_reference,
                       .required = true,
                       .many = true,
                       .help = "users, contacts and leads"}},
        .options =
            {{.name = "for",
              .kind = Kind::word,
              .value = "DUR",
              .help = "how long: 1h",
              .required = true},
             {.name = "within",
              .kind = Kind::moment,
              .value = "RANGE",
              .help = "the days: 'next week', 2026-12; default: two weeks"},
             {.name = "limit", .kind = Kind::number, .value = "N", .help = "at most so many"},
             {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there is none"}},
        .formats = formats::rows,
        .run = run_meeting_find,
        .details =
            "A time lies in the working hours of everybody, never across a break and never in "
            "the past; users have their calendar, others that of the database in their own "
            "time zone. It starts on the half hour, of less than 30 minutes on the quarter. "
            "The last column has the time of each in their own zone.",
        .examples = {{"meeting find me ada@acme.example --for 1h --within 'next week' --limit 3",
                      "three proposals"}}};
}

}  // namespace crm::cmd
