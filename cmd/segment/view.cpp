#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

#include <utility>

/// view save, run: lists with a name.
namespace crm::cmd {
namespace {

using store::Record;

constexpr std::string_view save_usage = "crm view save NAME NOUN QUERY…";

/// Throws usage where the list could not be shown.
void check_list(Session& session, const Arguments& args, const meta::Entity& noun,
                const std::vector<std::string>& query) {
    Arguments list = args;
    list.noun = &noun;
    store::Selection probe = selection(session, list, query);
    set_columns(session, probe, {"id"});
}

int run_view_save(Session& session, const Arguments& args) {
    const meta::Entity* noun = session.model().find(args.words[1]);
    if (noun == nullptr)
        throw Error(Fault::usage, "unknown_noun",
                    fmt::format("there is no noun '{}'", text::clipped(args.words[1], 40)),
                    std::string(save_usage));
    const std::vector<std::string> query(args.words.begin() + 2, args.words.end());
    check_list(session, args, *noun, query);
    // Here -F is of the view, not of what is printed.
    const std::vector<std::string> columns = std::exchange(session.fields, {});
    Change change(session, args);
    Record after(*args.noun);
    assign(session, change, after, {"name=" + args.words[0]}, false);
    const auto before = by_key(session, after, "name");
    if (before)
        after = *before;
    assign(session, change, after,
           {"name=" + args.words[0], fmt::format("noun={}", noun->noun),
            "query=" + query::joined_words(query), "sort=" + args.text("sort"),
            "columns=" + text::joined(columns, ",")},
           false);
    if (before) {
        const bool changed = change.writer.change(*before, after);
        change.report.add(after, changed ? "updated" : "unchanged",
                          changed ? changed_fields(*before, after) : "");
    } else {
        change.writer.add(after);
        change.report.add(after, "added", after.label());
    }
    return change.end();
}

int run_view(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, args.noun, args.words[0]);
    const Record view = load_not_deleted(session, found);
    const auto text_of = [&](std::string_view field) { return view.text(*args.noun->find(field)); };
    Arguments list = args;
    list.noun = session.model().find(text_of("noun"));
    if (list.noun == nullptr)
        throw Error(
            Fault::refused, "unknown_noun",
            fmt::format("{} lists '{}', which is not a noun", view.label(), text_of("noun")));
    list.words.assign(args.words.begin() + 1, args.words.end());
    if (const std::string query = text_of("query"); !query.empty())
        list.words.push_back("(" + query + ")");
    if (!args.has("sort") && !text_of("sort").empty())
        list.options["sort"] = text_of("sort");
    const std::string columns = text_of("columns");
    if (session.fields.empty() && !columns.empty())
        for (const std::string_view field : text::split(std::string_view(columns), ','))
            session.fields.emplace_back(field);
    return find_command(list.noun->noun, "list")->run(session, list);
}

}  // namespace

Command view_save() {
    return {.help = "Save a list under a name: its query, order and columns",
            .needs = Needs::writing,
            .arguments =
                {{.name = "NAME", .kind = Kind::word, .required = true, .help = "name of the view"},
                 {.name = "NOUN", .kind = Kind::noun, .required = true, .help = "what it lists"},
                 {.name = "QUERY", .kind = Kind::query, .many = true, .help = "which of them"}},
            .options = {{.name = "sort",
                         .letter = 's',
                         .kind = Kind::fields,
                         .value = "FIELD,…",
                         .help = "order by these fields; -FIELD for descending"}},
            .run = run_view_save,
            .examples = {
                {"view save late deal is:overdue -s -amount -F id,name,account,amount,close_date",
                 "then: crm view run late"}}};
}

Command view_run() {
    return {
        .help = "Show the list that a view describes",
        .needs = Needs::reading,
        .arguments =
            {{.name = "VIEW", .kind = Kind::reference, .required = true, .help = "the view"},
             {.name = "QUERY",
              .kind = Kind::query,
              .many = true,
              .help = "only records that match this too"}},
        .options = {{.name = "sort",
                     .letter = 's',
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "another order"},
                    {.name = "limit", .kind = Kind::number, .value = "N", .help = "show at most N"},
                    {.name = "count", .help = "print only their number"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .formats = formats::records,
        .run = run_view,
        .examples = {{"view run late", "as it was saved"},
                     {"view run late owner:me --json", "my own, as JSON"}}};
}

}  // namespace crm::cmd
