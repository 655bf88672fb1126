#include "service/clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace crm;
using namespace crm::service;

namespace {

Instant at(std::string_view text) {
    return iso_instant(std::string(text) + ":00Z").value();
}

std::string text_of_instant(const std::optional<Instant>& instant) {
    return instant ? instant->iso() : "";
}

WorkingTime hours(std::string zone, const std::vector<std::string>& lines,
                  const std::vector<std::string>& holidays = {}) {
    BusinessHours out(std::move(zone));
    for (const std::string& line : lines)
        REQUIRE(out.add_hours(line));
    for (const std::string& day : holidays)
        REQUIRE(out.add_holiday(day));
    return WorkingTime(std::move(out));
}

WorkingTime berlin() {
    return hours("Europe/Berlin", {"mon-fri 08:00-12:00 13:00-17:00"},
                 {"2026-12-25", "2027-01-01"});
}

constexpr std::int64_t hour = 3600;

/// The clock of the resolution, for a target in hours.
TicketClock resolution(const WorkingTime& time, std::int64_t target,
                       const std::vector<Event>& events) {
    Terms terms;
    terms.targets.resolution = target * hour;
    const auto clocks = clocks_of(time, terms, events);
    REQUIRE(clocks.size() == 1);
    return clocks.front();
}

std::string due(const WorkingTime& time, std::int64_t target, std::string_view created) {
    return text_of_instant(resolution(time, target, {{at(created), "Created"}}).due);
}

}  // namespace

TEST_CASE("a closing whose time nobody knows keeps no target") {
    const WorkingTime time = berlin();
    Terms terms;
    terms.targets = {hour, hour, hour};
    const Instant created = at("2026-11-25T08:00"), answered = at("2026-11-25T09:00");
    const Event closing{answered, "Closed", std::string(unknown_time)};
    CHECK(clocks_of(time, terms, std::vector<Event>{{created, "Created"}, closing}).empty());
    const auto clocks = clocks_of(
        time, terms, std::vector<Event>{{created, "Created"}, {answered, "Answer"}, closing});
    REQUIRE(clocks.size() == 1);
    CHECK(clocks.front().name == ClockName::response);
}

TEST_CASE("a target is due when the working time reaches it") {
    const WorkingTime time = berlin();
    CHECK(due(time, 4, "2026-11-25T15:00") == "2026-11-26T10:00:00Z");
    CHECK(due(time, 1, "2026-11-25T11:30") == "2026-11-25T13:00:00Z");  // in the lunch break
    CHECK(due(time, 8, "2026-12-24T15:00") == "2026-12-28T15:00:00Z");  // over a holiday
    CHECK(due(time, 7, "2026-11-25T08:00") == "2026-11-25T16:00:00Z");  // the end of the day
    CHECK(due(time, 3, "2026-11-25T08:00") == "2026-11-25T11:00:00Z");  // noon, not one o'clock
    CHECK(due(time, 8, "2026-11-28T12:00") == "2026-11-30T16:00:00Z");  // made on a Saturday
}

TEST_CASE("a pause stops the clock of the resolution") {
    const WorkingTime time = berlin();
    std::vector<Event> events{{at("2026-11-25T08:00"), "Created"},
                              {at("2026-11-25T10:00"), "Pending", "spare part"}};
    TicketClock clock = resolution(time, 8, events);
    CHECK_FALSE(clock.due);
    CHECK(clock.paused);
    CHECK(clock.state(at("2026-11-26T10:00")) == ClockState::paused);
    CHECK(*due_times(std::vector{clock}).left == 6 * hour);
    events.push_back({at("2026-11-27T13:00"), "Assigned"});
    clock = resolution(time, 8, events);
    CHECK(text_of_instant(clock.due) == "2026-11-30T10:00:00Z");
    CHECK(clock.used(time, at("2026-11-28T09:00")) == 5 * hour);
    CHECK_FALSE(due_times(std::vector{clock}).left);
    // Begun and ended outside of working hours.
    CHECK(text_of_instant(resolution(time, 4,
                                     {{at("2026-11-27T14:00"), "Created"},
                                      {at("2026-11-27T15:30"), "Pending"},
                                      {at("2026-11-30T08:30"), "Assigned"}})
                              .due) == "2026-11-30T11:00:00Z");
    // Reached when the pause begins: due then, and missed in the pause.
    clock = resolution(time, 2,
                       {{at("2026-11-25T08:00"), "Created"}, {at("2026-11-25T10:00"), "Pending"}});
    CHECK(text_of_instant(clock.due) == "2026-11-25T10:00:00Z");
    CHECK(clock.state(at("2026-11-25T10:00")) == ClockState::paused);
    CHECK(clock.state(at("2026-11-25T10:01")) == ClockState::missed);
}

TEST_CASE("a ticket that is reopened goes on where it was closed") {
    const WorkingTime time = berlin();
    std::vector<Event> events{{at("2026-11-25T08:00"), "Created"},
                              {at("2026-11-25T10:00"), "Closed"}};
    TicketClock clock = resolution(time, 4, events);
    CHECK(text_of_instant(clock.due) == "2026-11-25T13:00:00Z");  // what it had
    CHECK(clock.state(at("2026-12-01T08:00")) == ClockState::kept);
    CHECK_FALSE(clock.breach_at());
    events.push_back({at("2026-11-26T08:00"), "Reopened"});
    clock = resolution(time, 4, events);
    CHECK(text_of_instant(clock.due) == "2026-11-26T10:00:00Z");
    CHECK(clock.state(at("2026-11-26T10:00")) == ClockState::running);
    events.push_back({at("2026-11-26T10:01"), "Closed"});
    clock = resolution(time, 4, events);
    CHECK(text_of_instant(clock.breach_at()) == "2026-11-26T10:00:00Z");
    CHECK(clock.state(at("2026-12-01T08:00")) == ClockState::missed);
    // Closed while it was paused: it had no due time.
    clock = resolution(time, 4,
                       {{at("2026-11-25T08:00"), "Created"},
                        {at("2026-11-25T09:00"), "Pending"},
                        {at("2026-12-25T09:00"), "Rejected"}});
    CHECK_FALSE(clock.due);
    CHECK(clock.state(at("2026-12-31T08:00")) == ClockState::kept);
}

TEST_CASE("answers end the clocks of responses") {
    const WorkingTime time = berlin();
    Terms terms;
    terms.targets = {.response = 1 * hour, .next_response = 2 * hour, .resolution = {}};
    std::vector<Event> events{{at("2026-11-25T08:00"), "Created"}};
    const auto now = [&] { return clocks_of(time, terms, events); };
    REQUIRE(now().size() == 1);
    CHECK(text_of_instant(now()[0].due) == "2026-11-25T09:00:00Z");
    CHECK(text_of_instant(now()[0].warn_at) ==
          "2026-11-25T08:30:00Z");                           // at least half an hour before
    events.push_back({at("2026-11-25T08:10"), "Pending"});   // never pauses
    events.push_back({at("2026-11-25T08:20"), "Customer"});  // before the first answer
    CHECK(now().size() == 1);
    CHECK(text_of_instant(now()[0].due) == "2026-11-25T09:00:00Z");
    events.push_back({at("2026-11-25T09:00"), "Answer"});
    CHECK(now()[0].state(at("2026-11-30T09:00")) == ClockState::kept);
    events.push_back({at("2026-11-25T10:30"), "Customer"});
    events.push_back({at("2026-11-25T10:40"), "Customer"});  // still the first message counts
    REQUIRE(now().size() == 2);
    CHECK(text_of_instant(now()[1].due) == "2026-11-25T13:30:00Z");
    events.push_back({at("2026-11-25T13:31"), "Answer"});
    CHECK(text_of_instant(now()[1].breach_at()) == "2026-11-25T13:30:00Z");
    events.push_back({at("2026-11-26T08:00"), "Customer"});
    events.push_back({at("2026-11-26T08:01"), "Answer"});
    CHECK(text_of_instant(now()[1].breach_at()) == "2026-11-25T13:30:00Z");  // missed stays missed
    const DueTimes due = due_times(now());
    CHECK(text_of_instant(due.breach_at) == "2026-11-25T13:30:00Z");
    CHECK_FALSE(due.warn_at);
    events.push_back({at("2026-11-26T09:00"), "Customer"});  // and the next one has its own time
    CHECK(text_of_instant(now()[1].due) == "2026-11-26T11:00:00Z");
    CHECK(now()[1].state(at("2026-11-26T09:30")) == ClockState::missed);
}

TEST_CASE("a change of the clock is neither lost nor counted twice") {
    const WorkingTime always = hours("Europe/Berlin", {"mon-sun 00:00-24:00"});
    CHECK(due(always, 24, "2026-03-28T11:00") == "2026-03-29T11:00:00Z");
    CHECK(due(always, 24, "2026-10-24T10:00") == "2026-10-25T10:00:00Z");
    const WorkingTime night = hours("America/New_York", {"mon-sun 22:00-06:00"});
    CHECK(due(night, 8, "2026-03-08T03:00") == "2026-03-09T03:00:00Z");
    CHECK(due(night, 8, "2026-11-01T02:00") == "2026-11-01T10:00:00Z");
    const WorkingTime island = hours("Australia/Lord_Howe", {"mon-sun 00:00-24:00"});
    CHECK(due(island, 12, "2026-04-04T09:00") == "2026-04-04T21:00:00Z");
    const WorkingTime nepal = hours("Asia/Kathmandu", {"sun-fri 10:00-17:00"});
    CHECK(due(nepal, 2, "2026-11-27T10:45") == "2026-11-29T05:45:00Z");
    std::vector<std::string> holidays{"+2026-10-10 08:00-12:00"};
    for (int day = 1; day <= 7; ++day)
        holidays.push_back("2026-10-0" + std::to_string(day));
    const WorkingTime china = hours("Asia/Shanghai", {"mon-fri 08:00-12:00 13:00-17:00"}, holidays);
    CHECK(due(china, 10, "2026-09-30T08:00") == "2026-10-09T01:00:00Z");
    CHECK(china.used(at("2026-09-30T08:00"), at("2026-10-11T00:00")) == (1 + 8 + 8 + 4) * hour);
}

TEST_CASE("a calendar that is never open again has no due time") {
    const WorkingTime time = hours("UTC", {}, {"+2026-10-10 08:00-12:00"});
    CHECK(due(time, 4, "2026-10-01T00:00") == "2026-10-10T12:00:00Z");
    CHECK(due(time, 5, "2026-10-01T00:00").empty());
    CHECK(due(berlin(), 1, "0001-01-01T00:00") == "0001-01-01T08:06:32Z");
}

namespace {

constexpr std::array zones{"Europe/Berlin",   "America/New_York", "Australia/Lord_Howe",
                           "Asia/Kathmandu",  "Asia/Shanghai",    "America/Sao_Paulo",
                           "America/Havana",  "Africa/Cairo",     "Pacific/Auckland",
                           "America/St_Johns"};

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    int below(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most)); }

    /// Half hours, one to three intervals a day, sometimes over midnight or round the clock.
    WorkingTime calendar(std::string zone) {
        BusinessHours out(std::move(zone));
        constexpr std::array days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
        for (const char* day : days)
            for (int i = below(4); i > 0; --i) {
                const int from = below(47), to = from + 1 + below(20);
                (void)out.add_hours(std::string(day) + " " + clock(from) + "-" + clock(to));
            }
        (void)out.add_hours(below(3) == 0 ? "mon-sun 00:00-24:00" : "wed 09:00-10:00");
        for (int i = below(8); i > 0; --i)
            (void)out.add_holiday(Date{first_day + below(365)}.iso());
        return WorkingTime(std::move(out));
    }

    Instant instant(int days = 365) {
        return {std::int64_t{first_day} * 86400 + below(days) * std::int64_t{86400} + below(86400)};
    }

    static constexpr int first_day = 20454;  // 2026-01-01

private:
    static std::string clock(int half_hours) {
        const int minutes = half_hours % 48 * 30;
        const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
        return two(minutes / 60) + ":" + two(minutes % 60);
    }

    std::mt19937 engine_;
};

/// The instants of 2026 at which clocks of the zone are changed, by the hour.
std::vector<Instant> changes_of(const std::string& zone) {
    std::vector<Instant> out;
    const Clock clock{{}, zone};
    for (std::int64_t hours = 0; hours < 365 * 24; ++hours) {
        const Instant from{Random::first_day * std::int64_t{86400} + hours * hour};
        if (clock.offset(from) != clock.offset({from.seconds + hour}))
            out.push_back(from);
    }
    return out;
}

void check_inverse(const WorkingTime& time, Instant from, std::int64_t seconds) {
    const auto due = time.due(from, seconds);
    REQUIRE(due);
    CHECK(time.used(from, *due) == seconds);
    if (seconds > 0)
        CHECK(time.used(from, {due->seconds - 1}) == seconds - 1);
}

}  // namespace

TEST_CASE("working time is additive and never falls, and due times are its inverse") {
    Random random(20);
    for (const char* zone : zones) {
        CAPTURE(zone);
        const std::vector<Instant> changes = changes_of(zone);
        for (int round = 0; round < 12; ++round) {
            const WorkingTime time = random.calendar(zone);
            std::vector<Instant> points;
            for (int i = 0; i < 12; ++i)
                points.push_back(random.instant());
            for (const Instant change : changes)
                for (const int minutes : {-90, -1, 0, 31, 60, 61, 240})
                    points.push_back({change.seconds + minutes * 60});
            std::ranges::sort(points);
            for (std::size_t i = 2; i < points.size(); ++i) {
                const std::int64_t first = time.used(points[i - 2], points[i - 1]),
                                   second = time.used(points[i - 1], points[i]);
                CHECK(first >= 0);
                CHECK(time.used(points[i - 2], points[i]) == first + second);
                CHECK(first <= points[i - 1].seconds - points[i - 2].seconds);
                check_inverse(time, points[i], random.below(40 * 3600));
            }
        }
    }
}

TEST_CASE(
    "pauses never make a ticket due earlier, and what is used at the due time is the target") {
    Random random(21);
    for (const char* zone : zones) {
        CAPTURE(zone);
        for (int round = 0; round < 20; ++round) {
            const WorkingTime time = random.calendar(zone);
            std::vector<Event> events{{random.instant(300), "Created"}};
            const std::int64_t target = 1 + random.below(60);
            const auto plain = resolution(time, target, events).due;
            for (int i = random.below(5); i > 0; --i) {
                const std::int64_t last = events.back().at.seconds;
                events.push_back({{last + random.below(4 * 86400)}, "Pending"});
                events.push_back(
                    {{events.back().at.seconds + random.below(9 * 86400)}, "Assigned"});
            }
            const TicketClock clock = resolution(time, target, events);
            REQUIRE(clock.due);
            CHECK(*clock.due >= *plain);
            // Events after the due time change nothing.
            std::erase_if(events, [&](const Event& event) { return event.at > *clock.due; });
            CHECK(resolution(time, target, events).used(time, *clock.due) == target * hour);
        }
    }
}
