#include "base/diff.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/versions.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

/// kb diff: what changed between two versions of an article.
namespace crm::cmd {
namespace {

using knowledge::Version;

constexpr std::string_view red = "\x1b[31m", green = "\x1b[32m", marked = "\x1b[7m",
                           unmarked = "\x1b[27m", off = "\x1b[0m";

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    return wrong == std::errc{} && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

/// 2..3; of 2 the change that it made.
std::pair<std::int64_t, std::int64_t> read_range(std::string_view typed, std::int64_t last) {
    const auto dots = typed.find("..");
    const auto to = number_in(dots == typed.npos ? typed : typed.substr(dots + 2));
    const auto from = dots == typed.npos ? to : number_in(typed.substr(0, dots));
    const bool open_end = dots != typed.npos && dots + 2 == typed.size();
    if (!from || (!to && !open_end))
        throw Error(Fault::usage, "bad_number",
                    fmt::format("'{}' is not a range of versions", typed), "crm kb diff k1 1..2");
    return {dots == typed.npos ? *from - 1 : *from, open_end ? last : *to};
}

/// A line of the output without its end.
void write_line(Session& session, char sign, std::string_view text, bool colour) {
    const std::string_view tint = !colour ? "" : sign == '-' ? red : sign == '+' ? green : "";
    session.out.write(
        fmt::format("{}{}{}{}\n", tint, sign, text, tint.empty() ? std::string_view() : off));
}

/// A line that replaces another one: each with the words that differ marked.
std::pair<std::string, std::string> with_marks(std::string_view before, std::string_view after) {
    const auto old_words = word_pieces(before), new_words = word_pieces(after);
    std::string out[2];
    const auto add = [](std::string& to, std::string_view text, bool mark) {
        to += mark ? fmt::format("{}{}{}", marked, text::visible(text), unmarked)
                   : text::visible(text);
    };
    for (const DiffStep& step : differences(old_words, new_words)) {
        if (step.what != Difference::added)
            add(out[0], old_words[step.before], step.what == Difference::removed);
        if (step.what != Difference::removed)
            add(out[1], new_words[step.after], step.what == Difference::added);
    }
    return {out[0], out[1]};
}

using Lines = std::vector<std::string_view>;

/// Lines that were removed, and those that took their place.
void write_change(Session& session, std::span<const std::string_view> removed,
                  std::span<const std::string_view> added, bool colour) {
    std::vector<std::string> shown[2];
    const bool in_pairs = colour && removed.size() == added.size();
    for (std::size_t i = 0; in_pairs && i < removed.size(); ++i) {
        auto [before, after] = with_marks(removed[i], added[i]);
        shown[0].push_back(std::move(before));
        shown[1].push_back(std::move(after));
    }
    for (std::size_t i = 0; i < removed.size(); ++i)
        write_line(session, '-', in_pairs ? shown[0][i] : text::visible(removed[i]), colour);
    for (std::size_t i = 0; i < added.size(); ++i)
        write_line(session, '+', in_pairs ? shown[1][i] : text::visible(added[i]), colour);
}

void write_hunk(Session& session, const DiffHunk& hunk, const Lines& before, const Lines& after,
                bool colour) {
    session.out.write(fmt::format("@@ -{},{} +{},{} @@\n", hunk.before, hunk.before_lines,
                                  hunk.after, hunk.after_lines));
    Lines removed, added;
    for (const DiffStep& step : hunk.steps) {
        if (step.what == Difference::removed && added.empty()) {
            removed.push_back(before[step.before]);
            continue;
        }
        if (step.what == Difference::added) {
            added.push_back(after[step.after]);
            continue;
        }
        write_change(session, removed, added, colour);
        removed.clear();
        added.clear();
        if (step.what == Difference::removed)
            removed.push_back(before[step.before]);
        else
            write_line(session, ' ', text::visible(before[step.before]), colour);
    }
    write_change(session, removed, added, colour);
}

std::string title_of(Session& session, const store::Record& article, const Version& version) {
    return fmt::format("{} version {} {}", article.short_id(), version.number,
                       shown_time(version.at.iso(), session.env.clock));
}

int run_kb_diff(Session& session, const Arguments& args) {
    const store::Record article =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const std::int64_t last = knowledge::versions_of(article).back().number;
    if (args.words.size() < 2 && last < 2)
        return 0;
    const auto [from, to] =
        args.words.size() < 2 ? std::pair(last - 1, last) : read_range(args.words[1], last);
    const Version before = knowledge::version_of(article, from);
    const Version after = knowledge::version_of(article, to);
    const std::string texts[] = {knowledge::version_text(before), knowledge::version_text(after)};
    Lines lines[2];
    for (int side : {0, 1})
        lines[side] =
            text::split(std::string_view(texts[side]).substr(0, texts[side].size() - 1), '\n');
    const auto steps = differences(lines[0], lines[1]);
    const auto parts = hunks(steps);
    if (parts.empty())
        return 0;
    session.out.write(fmt::format("--- {}\n+++ {}\n", title_of(session, article, before),
                                  title_of(session, article, after)));
    for (const DiffHunk& hunk : parts)
        write_hunk(session, hunk, lines[0], lines[1], style(session).colour);
    return 0;
}

}  // namespace

Command kb_diff() {
    return {
        .help = "Show what changed between two versions of an article",
        .needs = Needs::reading,
        .arguments =
            {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the article"},
             {.name = "VERSIONS",
              .help = "2..3; 3: what version 3 changed; default: the last change"}},
        .run = run_kb_diff,
        .details =
            "In the unified format of diff(1); on a terminal the words that differ are "
            "marked. Versions without a difference print nothing.",
        .examples = {{"kb diff k1", "the last change"}, {"kb diff k1 1..", "all since the first"}}};
}

}  // namespace crm::cmd
