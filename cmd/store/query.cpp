#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

/// query explain: what a query means and what it costs.
namespace crm::cmd {
namespace {

/// What is explained, and a line of it.
using Lines = std::vector<std::pair<std::string, std::string>>;

std::string value_text(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value))
        return "'" + *text + "'";
    return "NULL";
}

Lines explain(Session& session, const meta::Entity& on, const std::vector<std::string>& words) {
    auto condition = query::compile(words, on, query_context(session, words), "t");
    if (!condition)
        throw condition.error();
    store::Selection selection(session.store(), on);
    selection.condition = condition->sql;
    selection.binds = condition->binds;
    store::add_columns(selection, {"id"});
    Lines out;
    for (const std::string_view line : text::split(condition->explain, '\n'))
        if (!line.empty())
            out.emplace_back("means", line);
    const std::string sql = selection.sql();
    out.emplace_back("sql", sql);
    for (std::size_t i = 0; i < condition->binds.size(); ++i)
        out.emplace_back("value", fmt::format("?{} = {}", i + 1, value_text(condition->binds[i])));
    for (std::string& step : session.store().db().explain(sql))
        out.emplace_back("plan", std::move(step));
    return out;
}

void print(Session& session, const Lines& lines) {
    if (!session.format.empty()) {
        Rows rows(session, {"what", "text"});
        for (const auto& [what, line] : lines)
            rows.row({what, line});
        rows.end();
        return;
    }
    std::string_view last;
    for (const auto& [what, line] : lines) {
        session.out.write(fmt::format("{:<6} {}\n", what == last ? "" : what, text::visible(line)));
        last = what;
    }
}

int run_query(Session& session, const Arguments& args) {
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
    print(session, explain(session, *on, {args.words.begin() + 1, args.words.end()}));
    return 0;
}

}  // namespace

Command query_command() {
    return {
        .help = "Explain a query: its meaning, its dates, its SQL and the index that serves it",
        .needs = Needs::reading,
        .arguments =
            {{.name = "explain", .kind = Kind::word, .required = true, .help = "the word explain"},
             {.name = "QUERY", .kind = Kind::query, .many = true, .help = "the query"}},
        .options = {{.name = "on",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "the noun that is searched; contact by default"}},
        .formats = formats::rows,
        .run = run_query,
        .details =
            "The plan is that of the present data: a noun has indexes from its thousandth "
            "record on.",
        .examples = {{"query explain 'is:open close_date:..eom amount:10k..' --on deal",
                      "what eom is today, and which index is used"}}};
}

}  // namespace crm::cmd
