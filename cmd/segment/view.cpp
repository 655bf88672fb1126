#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

/// view save, run: lists with a name.
namespace crm::cmd {
namespace {

using store::Record;

}  // namespace

void check_view(Context& context, const Record& view) {
    const auto of = [&](std::string_view field) -> std::string {
        return view.text(*view.entity->find(field));
    };
    const meta::Entity* on = context.model().find(of("noun"));
    if (on == nullptr)
        throw Error(Fault::usage, "unknown_noun",
                    fmt::format("there is no noun '{}'", text::clipped(of("noun"), 40)),
                    "crm view save NAME NOUN QUERY…");
    if (!of("query").empty())
        selection(context, *on, {of("query")});
    const std::string columns = of("columns");
    for (std::string_view field : text::split(std::string_view(columns), ','))
        if (!text::trimmed(field).empty())
            if (auto column = store::select_column(*on, text::trimmed(field)); !column)
                throw column.error();
}

namespace {

int run_save(Context& context, const Given& given) {
    const meta::Entity* on = context.model().find(given.words[1]);
    if (on == nullptr)
        throw Error(Fault::usage, "unknown_noun",
                    fmt::format("there is no noun '{}'", text::clipped(given.words[1], 40)),
                    "crm view save NAME NOUN QUERY…");
    Change change(context, given);
    const std::vector<std::string> words(given.words.begin() + 2, given.words.end());
    // What cannot be listed is not kept.
    Given list = given;
    list.noun = on;
    store::Selection probe = selection(context, list, words);
    set_columns(context, probe, *on, {"id"});
    Record after(*given.noun);
    assign(context, change, after, {"name=" + given.words[0]}, false);
    const auto before = by_key(context, after, "name");
    if (before)
        after = *before;
    assign(context, change, after,
           {"name=" + given.words[0], fmt::format("noun={}", on->noun),
            "query=" + query::joined_words(words), "sort=" + given.value("sort"),
            "columns=" + text::joined(context.fields, ",")},
           false);
    context.fields.clear();
    if (before) {
        const bool changed = change.writer.change(*before, after);
        change.told.tell(after, changed ? "updated" : "unchanged",
                         changed ? changed_fields(*before, after) : "");
    } else {
        change.writer.add(after);
        change.told.tell(after, "added", after.label());
    }
    return change.end();
}

int run_view(Context& context, const Given& given) {
    const store::Found found = named_one(context, given.noun, given.words[0]);
    const Record view = live(context, found);
    const auto of = [&](std::string_view field) -> std::string {
        return view.text(*given.noun->find(field));
    };
    Given list = given;
    list.noun = context.model().find(of("noun"));
    if (list.noun == nullptr)
        throw Error(Fault::refused, "unknown_noun",
                    fmt::format("{} lists '{}', which is no noun", view.label(), of("noun")));
    list.words.assign(given.words.begin() + 1, given.words.end());
    if (const std::string query = of("query"); !query.empty())
        list.words.push_back("(" + query + ")");
    if (!given.has("sort") && !of("sort").empty())
        list.options["sort"] = of("sort");
    const std::string columns = of("columns");
    if (context.fields.empty() && !columns.empty())
        for (std::string_view field : text::split(columns, ','))
            context.fields.emplace_back(field);
    return find_command(list.noun->noun, "list")->run(context, list);
}

}  // namespace

Command view_save() {
    return {
        .help = "Give a list a name: its query, order and columns",
        .needs = Needs::writing,
        .arguments =
            {{.name = "NAME", .kind = Kind::word, .required = true, .help = "what it is called"},
             {.name = "NOUN", .kind = Kind::noun, .required = true, .help = "what it lists"},
             {.name = "QUERY", .kind = Kind::query, .many = true, .help = "which of them"}},
        .options = {{.name = "sort",
                     .letter = 's',
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "order, -FIELD from high to low"}},
        .run = run_save,
        .examples = {
            {"view save late deal is:overdue -s -amount -F id,name,account,amount,close_date",
             "then: crm view run late"}}};
}

Command view_run() {
    return {
        .help = "List what a view is for",
        .needs = Needs::reading,
        .arguments =
            {{.name = "VIEW", .kind = Kind::reference, .required = true, .help = "the view"},
             {.name = "QUERY", .kind = Kind::query, .many = true, .help = "narrows it"}},
        .options =
            {{.name = "sort",
              .letter = 's',
              .kind = Kind::fields,
              .value = "FIELD,…",
              .help = "another order"},
             {.name = "limit", .kind = Kind::number, .value = "N", .help = "show no more than N"},
             {.name = "count", .help = "only say how many there are"},
             {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .run = run_view,
        .examples = {{"view run late", "as it was saved"},
                     {"view run late owner:me --json", "those of mine, as JSON"}}};
}

}  // namespace crm::cmd
