#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

/// query explain: what a query means and what it costs.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    if (args.words[0] != "explain") {
        Error e(Fault::usage, "unknown_verb",
                fmt::format("query has no verb '{}'", text::clipped(args.words[0], 40)),
                "crm query explain QUERY --on NOUN");
        e.candidates = {"explain"};
        throw e;
    }
    const meta::Entity* on = session.model().find(args.has("on") ? args.text("on") : "contact");
    if (on == nullptr)
        throw Error(Fault::usage, "unknown_noun",
                    fmt::format("there is no noun '{}'", text::clipped(args.text("on"), 40)),
                    "--on deal");
    const std::vector<std::string> words(args.words.begin() + 1, args.words.end());
    auto condition = query::compile(words, *on, query_context(session, words), "t");
    if (!condition)
        throw condition.error();
    store::Selection s(session.store(), *on);
    s.condition = condition->sql, s.binds = condition->binds;
    auto id = store::select_column(*on, "id");
    s.columns.push_back(std::move(*id));
    const std::string sql = s.sql();
    std::vector<std::pair<std::string, std::string>> told;
    for (std::string_view line : text::split(condition->explain, '\n'))
        if (!line.empty())
            told.emplace_back("means", line);
    told.emplace_back("sql", sql);
    for (std::size_t i = 0; i < condition->binds.size(); ++i) {
        const Value& value = condition->binds[i];
        const auto* number = std::get_if<std::int64_t>(&value);
        const auto* words_ = std::get_if<std::string>(&value);
        told.emplace_back("value", fmt::format("?{} = {}", i + 1,
                                               number != nullptr   ? std::to_string(*number)
                                               : words_ != nullptr ? "'" + *words_ + "'"
                                                                   : "NULL"));
    }
    for (std::string& step : session.store().db().explain(sql))
        told.emplace_back("plan", std::move(step));
    if (session.format.empty()) {
        std::string last;
        for (const auto& [what, line] : told) {
            session.out.write(
                fmt::format("{:<6} {}\n", what == last ? "" : what, text::visible(line)));
            last = what;
        }
        return 0;
    }
    Rows rows(session, {"what", "text"});
    for (const auto& [what, line] : told)
        rows.row({what, line});
    rows.end();
    return 0;
}

}  // namespace

Command query_command() {
    return {
        .help = "Explain a query: its parsed form, its dates, its SQL and the index that serves it",
        .needs = Needs::reading,
        .arguments =
            {{.name = "explain", .kind = Kind::word, .required = true, .help = "the word explain"},
             {.name = "QUERY", .kind = Kind::query, .many = true, .help = "the query"}},
        .options = {{.name = "on",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "what it is asked of; contact"}},
        .run = run,
        .details =
            "The plan is that of the stored data as they are now: a noun has indexes from its "
            "thousandth record on.",
        .examples = {{"query explain 'is:open close_date:..eom amount:10k..' --on deal",
                      "what eom is today, and which index is used"}}};
}

}  // namespace crm::cmd
