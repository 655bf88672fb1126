#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <array>

/// date: what words for days and times mean.
namespace crm::cmd {
namespace {

std::string with_weekday(Date day) {
    static constexpr std::array names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return fmt::format("{} {}", names[static_cast<std::size_t>(day.weekday() - 1)], day.iso());
}

/// A day, a span or a moment, in words that leave no doubt.
std::string meaning(const std::string& word, const Clock& clock) {
    const auto dots = word.find("..");
    if (dots != std::string::npos) {
        std::string from = word.substr(0, dots), to = word.substr(dots + 2);
        const auto end = [&](const std::string& part, bool last) -> std::string {
            if (part.empty())
                return "";
            const auto days = read_dates(part, clock);
            if (!days)
                throw days.error();
            const auto day = last ? days->last : days->first;
            return day ? with_weekday(*day) : "";
        };
        const std::string begins = end(from, false), ends = end(to, true);
        if (!begins.empty() && !ends.empty() && begins.substr(4) > ends.substr(4))
            throw Error(Fault::usage, "bad_date", fmt::format("{} ends before it begins", word),
                        fmt::format("{}..{}", to, from));
        return begins + ".." + ends;
    }
    const bool moment = word.find(':') != std::string::npos || word == "now" ||
                        word.ends_with("min") ||
                        (word.size() > 1 && word.ends_with('h') &&
                         word.find_first_of("0123456789") != std::string::npos);
    if (moment) {
        const auto at = read_instant(word, clock);
        if (!at)
            throw at.error();
        const std::string local = clock.local(*at);
        return fmt::format("{} {}", with_weekday(*iso_date(local.substr(0, 10))).substr(0, 3),
                           local);
    }
    const auto days = read_dates(word, clock);
    if (!days)
        throw days.error();
    if (days->first && days->last && *days->first == *days->last)
        return with_weekday(*days->first);
    return (days->first ? with_weekday(*days->first) : "") + ".." +
           (days->last ? with_weekday(*days->last) : "");
}

int run(Session& session, const Arguments& args) {
    std::vector<std::pair<std::string, std::string>> told;
    try {
        for (const std::string& word : args.words)
            told.emplace_back(word, meaning(word, session.env.clock));
    } catch (const Error&) {
        // next fri, without quotes
        const std::string all = text::joined(args.words, " ");
        if (args.words.size() < 2 || !read_dates(all, session.env.clock))
            throw;
        told.assign(1, {all, meaning(all, session.env.clock)});
    }
    if (session.format.empty() && told.size() == 1) {
        session.out.write(told[0].second + "\n");
        return 0;
    }
    Rows rows(session, {"given", "means"});
    for (const auto& [word, means] : told)
        rows.row({word, means});
    rows.end();
    return 0;
}

}  // namespace

Command date_command() {
    return {.help = "Show what words for days and times mean",
            .arguments = {{.name = "WHEN",
                           .kind = Kind::moment,
                           .required = true,
                           .many = true,
                           .help = "a day, a time, a range: 'next fri', +3bd, 2026-Q4, -7d.."}},
            .run = run,
            .details =
                "Every place that takes a date takes these words: assignments, queries, --now. "
                "crm-dates(7) has the grammar.",
            .examples = {{"date 'next fri' +3bd eom", "what each means today"},
                         {"date 2026-W48 --now 2026-11-01", "a week, on another day"}}};
}

}  // namespace crm::cmd
