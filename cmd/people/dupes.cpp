#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"
#include "form/charset.hpp"
#include "people/duplicate_lines.hpp"
#include "people/duplicate_records.hpp"

#include <fmt/format.h>

/// dupes: records or lines that describe the same person or company.
namespace crm::cmd {
namespace {

using people::DupePair;

/// The lines of a CSV file; no database is needed.
int in_file(Session& session, const Arguments& args) {
    if (args.has("auto-merge"))
        throw Error(Fault::usage, "missing",
                    "--auto-merge merges records of the database, not lines of a file");
    const double at_least = args.share("at-least").value_or(0.5);
    const std::string path = args.text("from");
    const auto decoded = form::decoded(path == "-" ? session.read_input() : read_file(path));
    if (!decoded)
        throw decoded.error();
    std::vector<std::string> columns;
    const std::string asked = args.text("entity-columns");
    for (const std::string_view word : text::split(asked, ','))
        if (!text::trimmed(word).empty())
            columns.emplace_back(text::trimmed(word));
    const people::ComparedLines compared =
        people::compared_lines(*decoded, path, columns, [&](long line, std::string_view why) {
            session.say(fmt::format("{}:{}: {}", path, line, why));
        });
    Rows rows(session, {"probability", "line", "line_2", "id", "id_2", "reasons"});
    for (const DupePair& pair : people::find_dupes(compared.table, at_least))
        rows.row({fmt::format("{:.4f}", pair.probability),
                  static_cast<std::int64_t>(compared.lines[pair.a]),
                  static_cast<std::int64_t>(compared.lines[pair.b]), compared.ids[pair.a],
                  compared.ids[pair.b], people::reasons(compared.table, pair)});
    rows.end();
    return 0;
}

/// The noun that the first word names, which is then removed; contacts without one.
const meta::Entity& noun_of(Session& session, std::vector<std::string>& query) {
    const meta::Entity& contacts = session.model().get("contact");
    if (query.empty())
        return contacts;
    std::vector<std::string> nouns;
    for (const meta::Entity& entity : session.model().entities()) {
        if (query[0] == entity.noun || query[0] == entity.plural) {
            query.erase(query.begin());
            return entity;
        }
        nouns.emplace_back(entity.noun);
        nouns.emplace_back(entity.plural);
    }
    if (query.size() > 1 || query[0].starts_with('"'))
        return contacts;
    auto meant = text::nearest(query[0], nouns);
    if (meant.empty())
        return contacts;
    // A mistyped noun would be searched for in the contacts.
    Error e(Fault::usage, "unknown_noun",
            fmt::format("there is no noun '{}'", text::clipped(query[0], 40)),
            text::did_you_mean(meant) + " To search for the word, put it in quotes: '\"…\"'");
    e.candidates = std::move(meant);
    throw e;
}

void print_pairs(Session& session, const meta::Entity& entity,
                 const people::ComparedRecords& compared, const std::vector<DupePair>& pairs) {
    Rows rows(session, {"probability", "id", "id_2", "name", "name_2", "reasons"});
    store::Store& store = session.store();
    for (const DupePair& pair : pairs) {
        const std::int64_t a = compared.ids[pair.a];
        const std::int64_t b = compared.ids[pair.b];
        rows.row({fmt::format("{:.4f}", pair.probability), meta::short_id(entity, a),
                  meta::short_id(entity, b), store.name(entity, a), store.name(entity, b),
                  people::reasons(compared.table, pair)});
    }
    rows.end();
    if (pairs.empty())
        session.remark_nothing("no duplicates found");
}

int merge(Session& session, const Arguments& args, const meta::Entity& entity,
          const people::ComparedRecords& compared, const std::vector<DupePair>& pairs) {
    const auto groups = people::duplicate_groups(pairs, compared.ids);
    std::size_t dropped = 0;
    for (const auto& [keep, others] : groups)
        dropped += others.size();
    if (dropped == 0) {
        session.remark_nothing("no duplicates found");
        return 0;
    }
    require_confirmation(
        session,
        fmt::format("Merge {} {} into {}?", dropped, dropped == 1 ? entity.noun : entity.plural,
                    groups.size() == 1 ? "one" : std::to_string(groups.size())));
    if (session.dry_run)
        session.open(sql::Mode::writing);
    Change change(session, args);
    people::merge_groups(change.writer, entity, groups,
                         [&](const store::Record& kept, const store::Record& dropped) {
                             change.report.add(
                                 kept, "merged",
                                 fmt::format("{} {}", dropped.short_id(), dropped.label()));
                         });
    return change.end();
}

std::span<const std::string_view> formats_for(const Arguments& args) {
    return args.has("auto-merge") ? std::span<const std::string_view>(formats::changes)
                                  : formats::rows;
}

int run_dupes(Session& session, const Arguments& args) {
    if (args.has("from"))
        return in_file(session, args);
    const bool merging = args.has("auto-merge");
    const double at_least =
        merging ? args.share("auto-merge").value_or(1) : args.share("at-least").value_or(0.5);
    std::vector<std::string> query = args.words;
    const meta::Entity& entity = noun_of(session, query);
    if (!people::comparable(entity))
        throw Error(
            Fault::refused, "nameless",
            fmt::format("{} cannot be compared: they have no identifying fields", entity.plural));
    session.open(merging && !session.dry_run ? sql::Mode::writing : sql::Mode::reading);
    store::Selection chosen = selection(session, entity, query);
    const people::ComparedRecords compared = people::compared_records(chosen);
    const std::vector<DupePair> pairs = people::find_dupes(compared.table, at_least);
    if (merging)
        return merge(session, args, entity, compared, pairs);
    print_pairs(session, entity, compared, pairs);
    return args.flag("exit-empty") && pairs.empty() ? 1 : 0;
}

}  // namespace

Command dupes_command() {
    return {
        .help = "Find duplicates",
        .arguments = {{.name = "NOUN|QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help = "the noun, contacts by default, and which of its records"}},
        .options = {{.name = "at-least",
                     .kind = Kind::word,
                     .value = "P",
                     .help = "show pairs with at least this probability; 0.5 by default"},
                    {.name = "auto-merge",
                     .kind = Kind::word,
                     .value = "P",
                     .help = "merge records that are duplicates with at least this probability"},
                    {.name = "from",
                     .kind = Kind::input_file,
                     .value = "FILE",
                     .help = "compare the lines of a CSV file instead"},
                    {.name = "entity-columns",
                     .kind = Kind::word,
                     .value = "COLUMN,…",
                     .help = "with --from: the columns to compare; all but an id by default"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .formats = formats::rows_with_id,
        .formats_for = formats_for,
        .run = run_dupes,
        .details =
            "Compares names (words in any order), addresses, numbers, companies and birthdays. How "
            "much each of them counts is estimated from the records themselves (Fellegi and "
            "Sunter, 1969): a rare value in common counts more than a frequent one. "
            "Each pair is shown with its probability and the reasons. Nothing is merged unless "
            "--auto-merge is given; then the records of a group are merged into the oldest of "
            "them, in one operation that `crm undo` reverts.",
        .examples = {
            {"dupes", "pairs of contacts, the most probable first"},
            {"dupes account billing_address.country:none -o csv", "accounts that a query finds"},
            {"dupes --auto-merge 0.99 -n", "show what would be merged"},
            {"dupes --from people.csv --entity-columns name,city", "before an import"}}};
}

}  // namespace crm::cmd
