#include "segment/segment.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "query/lower.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

/// segment save, freeze, diff: queries with a name, and what they find.
namespace crm::cmd {
namespace {

using meta::Entity;
using store::Record;

const Entity& noun_named(Session& session, const std::string& word) {
    if (const Entity* noun = session.model().find(word))
        return *noun;
    std::vector<std::string> nouns;
    for (const Entity& e : session.model().entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(word, 40)));
    suggest(e, word, nouns);
    throw e;
}

/// @NAME, NAME or a reference to a segment.
Record find_segment(Session& session, const std::string& word) {
    const std::string name = segment::name_of(word);
    if (auto found = store::segment_named(session.store(), name))
        return std::move(*found);
    return load_not_deleted(session,
                            resolve_reference(session, &session.model().get("segment"), name));
}

segment::Members members_of(Session& session, const Record& segment) {
    return segment::members(session.resolver(), session.env.clock, segment);
}

void write(Change& change, const std::optional<Record>& before, Record after) {
    if (!before) {
        change.writer.add(after);
        change.report.add(after, "added", after.label());
        return;
    }
    const bool changed = change.writer.change(*before, after);
    change.report.add(after, changed ? "updated" : "unchanged",
                      changed ? changed_fields(*before, after) : "");
}

int run_segment_save(Session& session, const Arguments& args) {
    const std::string name = segment::name_of(args.words[0]);
    segment::check_name(name);
    Change change(session, args);
    const Entity& segments = *args.noun;
    const auto before = store::segment_named(session.store(), name);
    std::string noun = args.text("on");
    if (noun.empty() && before)
        noun = before->text(*segments.find("noun"));
    if (noun.empty())
        throw Error(Fault::usage, "missing", "a new segment requires --on NOUN", "--on contact");
    const std::vector<std::string> words(args.words.begin() + 1, args.words.end());
    const std::string query = query::joined_words(words);
    if (query.empty())
        throw Error(Fault::usage, "missing", "segment save requires a query",
                    "crm segment save vips --on contact +vip");
    Record after = before ? *before : Record(segments);
    assign(session, change, after,
           {"name=" + name, fmt::format("noun={}", noun_named(session, noun).noun),
            "query=" + query, "frozen=", "provenance="},
           false);
    write(change, before, std::move(after));
    return change.end();
}

int run_freeze(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record source = find_segment(session, args.words[0]);
    const Date today = session.env.clock.today();
    const std::string name =
        args.words.size() > 1 ? args.words[1] : source.text(*args.noun->name()) + "-" + today.iso();
    segment::check_name(name);
    if (store::segment_named(session.store(), name))
        throw Error(Fault::refused, "exists", fmt::format("the segment '{}' already exists", name),
                    "crm segment freeze NAME ANOTHER-NAME");
    write(change, {}, segment::frozen(source, members_of(session, source), name, today));
    return change.end();
}

int run_diff(Session& session, const Arguments& args) {
    const Record first = find_segment(session, args.words[0]);
    const Record second = find_segment(session, args.words[1]);
    const segment::Members in_first = members_of(session, first);
    const auto differences =
        segment::difference(first, in_first, second, members_of(session, second));
    Rows rows(session, {"id", "in", "name"});
    for (const segment::Difference& d : differences)
        rows.row({meta::short_id(*in_first.noun, d.id), (d.in_first ? first : second).label(),
                  session.store().name(*in_first.noun, d.id)});
    rows.end();
    return 0;
}

}  // namespace

Command segment_save() {
    return {.help = "Save a query under a name that other queries can use",
            .needs = Needs::writing,
            .arguments = {{.name = "NAME",
                           .kind = Kind::word,
                           .required = true,
                           .help = "name of the segment; @NAME in queries"},
                          {.name = "QUERY",
                           .kind = Kind::query,
                           .required = true,
                           .many = true,
                           .help = "what it finds"}},
            .options = {{.name = "on",
                         .kind = Kind::noun,
                         .value = "NOUN",
                         .help = "what it consists of; required for a new segment"}},
            .run = run_segment_save,
            .details =
                "A segment is evaluated each time it is used. It may refer to other segments, but "
                "not to itself, directly or through others. Saving an existing segment changes it.",
            .examples = {
                {"segment save hot --on deal 'is:open amount:10k..'", "then: crm deal list @hot"},
                {"segment save key --on account 'deal:@hot or +key'",
                 "one that uses another, across a link"}}};
}

Command segment_freeze() {
    return {
        .help = "Save what a segment finds now as a fixed list",
        .needs = Needs::writing,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "the segment"},
             {.name = "NAME",
              .kind = Kind::word,
              .help = "name of the list; by default SEGMENT-DATE"}},
        .run = run_freeze,
        .details =
            "The list is a segment too. It says where it came from, and finds the same records "
            "until they are deleted.",
        .examples = {{"segment freeze hot hot-at-new-year", "what @hot finds today, for later"}}};
}

Command segment_diff() {
    return {
        .help = "Show the records that only one of two segments finds",
        .needs = Needs::reading,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "the first"},
             {.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "the second"}},
        .formats = formats::rows_with_id,
        .run = run_diff,
        .examples = {{"segment diff hot-at-new-year hot", "who left and who came"}}};
}

}  // namespace crm::cmd
