#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

#include <algorithm>

/// segment save, freeze, diff: queries with a name, and what they find.
namespace crm::cmd {
namespace {

using meta::Entity;
using store::Record;

/// A name that `@NAME` of a query can be.
void check_name(std::string_view name) {
    const bool good = !name.empty() && name.size() <= 100 && std::ranges::none_of(name, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' ||
               std::string_view("\"'():,@+|&;").find(c) != std::string_view::npos;
    });
    if (!good)
        throw Error(Fault::usage, "bad_name",
                    fmt::format("'{}' cannot be the name of a segment", text::clipped(name, 60)),
                    "letters, digits, - and _: hot-emea");
}

const Entity& noun_named(Session& session, const std::string& word) {
    if (const Entity* noun = session.model().find(word))
        return *noun;
    std::vector<std::string> nouns;
    for (const Entity& e : session.model().entities())
        nouns.emplace_back(e.noun);
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(word, 40)));
    e.candidates = text::nearest(word, nouns);
    e.hint = text::did_you_mean(e.candidates);
    throw e;
}

Record segment_or_throw(Session& session, std::string word) {
    if (word.starts_with('@'))
        word.erase(0, 1);
    if (auto found = segment_named(session.store(), word))
        return std::move(*found);
    return load_not_deleted(session,
                            resolve_reference(session, &session.model().get("segment"), word));
}

/// The ids that a segment finds now.
std::vector<std::int64_t> members(Session& session, const Arguments& args, const Record& segment,
                                  const Entity*& noun) {
    noun = &noun_named(session, segment.text(*segment.entity->find("noun")));
    Arguments query = args;
    query.noun = noun;
    query.options.clear();
    return selection(session, query, {"@" + segment.text(*segment.entity->name())}).ids();
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

}  // namespace

void check_segment(Session& session, const Record& segment) {
    const auto of = [&](std::string_view field) {
        return segment.text(*segment.entity->find(field));
    };
    const std::string name = of("name"), query = of("query");
    const Entity& on = noun_named(session, of("noun"));
    if (query.empty())
        return;
    // As it will be: a query that comes back to its own name is a circle.
    query::Context how = query_context(session, {query});
    const auto stored = how.segment;
    how.segment = [&](std::string_view asked) {
        return text::folded(asked) == text::folded(name)
                   ? query::Segment{std::string(on.noun), query}
                   : stored(asked);
    };
    const std::vector<std::string> itself{"@" + name};
    if (auto checked = query::compile(itself, on, how, "t"); !checked)
        throw checked.error();
}

namespace {

int run_save(Session& session, const Arguments& args) {
    std::string name = args.words[0];
    if (name.starts_with('@'))
        name.erase(0, 1);
    check_name(name);
    const Entity& segments = *args.noun;
    Change change(session, args);
    const auto before = segment_named(session.store(), name);
    Record after = before ? *before : Record(segments);
    std::string noun = args.value("on");
    if (noun.empty() && before)
        noun = before->text(*segments.find("noun"));
    if (noun.empty())
        throw Error(Fault::usage, "missing",
                    "segment save needs --on NOUN, what the segment is made of", "--on contact");
    const Entity& on = noun_named(session, noun);
    const std::vector<std::string> words(args.words.begin() + 1, args.words.end());
    const std::string query = query::joined_words(words);
    if (query.empty())
        throw Error(Fault::usage, "missing", "segment save needs a query",
                    "crm segment save vips --on contact +vip");
    assign(session, change, after,
           {"name=" + name, "noun=" + std::string(on.noun), "query=" + query,
            "frozen=", "provenance="},
           false);
    write(change, before, std::move(after));
    return change.end();
}

int run_freeze(Session& session, const Arguments& args) {
    Change change(session, args);
    const Record source = segment_or_throw(session, args.words[0]);
    const Entity& segments = *args.noun;
    const Entity* noun = nullptr;
    const auto ids = members(session, args, source, noun);
    const std::string from = source.text(*segments.name()), day = session.env.clock.today().iso();
    const std::string name = args.words.size() > 1 ? args.words[1] : from + "-" + day;
    check_name(name);
    if (segment_named(session.store(), name))
        throw Error(Fault::refused, "exists", fmt::format("there is a segment '{}' already", name),
                    "crm segment freeze NAME ANOTHER-NAME");
    Record after(segments);
    assign(
        session, change, after,
        {"name=" + name, "noun=" + std::string(noun->noun),
         fmt::format("provenance=@{} on {}: {}", from, day, source.text(*segments.find("query")))},
        false);
    auto& rows = after.rows[segments.find("frozen")->first];
    for (const std::int64_t id : ids)
        rows.push_back({Value(std::int64_t{noun->number}), Value(id)});
    if (rows.empty())
        throw Error(Fault::refused, "empty_segment",
                    fmt::format("@{} finds nothing: there is nothing to keep", from));
    write(change, {}, std::move(after));
    return change.end();
}

int run_diff(Session& session, const Arguments& args) {
    const Entity *left_noun = nullptr, *right_noun = nullptr;
    const Record left = segment_or_throw(session, args.words[0]),
                 right = segment_or_throw(session, args.words[1]);
    auto a = members(session, args, left, left_noun), b = members(session, args, right, right_noun);
    if (left_noun != right_noun)
        throw Error(Fault::usage, "wrong_segment",
                    fmt::format("{} is a set of {}, {} of {}", left.label(), left_noun->plural,
                                right.label(), right_noun->plural));
    std::ranges::sort(a), std::ranges::sort(b);
    Rows rows(session, {"id", "in", "name"});
    for (auto i = a.begin(), j = b.begin(); i != a.end() || j != b.end();) {
        if (i != a.end() && j != b.end() && *i == *j) {
            ++i, ++j;
            continue;
        }
        const bool first = j == b.end() || (i != a.end() && *i < *j);
        const std::int64_t id = first ? *i++ : *j++;
        rows.row({meta::short_id(*left_noun, id), (first ? left : right).label(),
                  session.store().name(*left_noun, id)});
    }
    rows.end();
    return 0;
}

}  // namespace

Command segment_save() {
    return {.help = "Give a query a name, by which any query may call it",
            .needs = Needs::writing,
            .arguments = {{.name = "NAME",
                           .kind = Kind::word,
                           .required = true,
                           .help = "what it is called; @NAME in queries"},
                          {.name = "QUERY",
                           .kind = Kind::query,
                           .required = true,
                           .many = true,
                           .help = "what it finds"}},
            .options = {{.name = "on",
                         .kind = Kind::noun,
                         .value = "NOUN",
                         .help = "what it is made of; as before, for one that is there"}},
            .run = run_save,
            .details =
                "A segment is evaluated whenever it is used. It may call others, as a tree; one "
                "that would contain itself is refused. Saving one that is there changes it.",
            .examples = {
                {"segment save hot --on deal 'is:open amount:10k..'", "then: crm deal list @hot"},
                {"segment save key --on account 'deal:@hot or +key'",
                 "one that calls another, across a link"}}};
}

Command segment_freeze() {
    return {
        .help = "Keep what a segment finds now as a fixed list",
        .needs = Needs::writing,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "the segment"},
             {.name = "NAME",
              .kind = Kind::word,
              .help = "of the list; SEGMENT-today without one"}},
        .run = run_freeze,
        .details =
            "The list is a segment too. It says where it came from, and finds the same records "
            "until they go to the trash.",
        .examples = {{"segment freeze hot hot-at-new-year", "what @hot finds today, for later"}}};
}

Command segment_diff() {
    return {
        .help = "Show what one of two segments finds and the other does not",
        .needs = Needs::reading,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "one"},
             {.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "the other"}},
        .run = run_diff,
        .examples = {{"segment diff hot-at-new-year hot", "who left and who came"}}};
}

}  // namespace crm::cmd
