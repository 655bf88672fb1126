#include "base/names.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "form/charset.hpp"
#include "form/csv.hpp"
#include "people/duplicates.hpp"
#include "store/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

/// dupes: records that tell of the same person or company.
namespace crm::cmd {
namespace {

using meta::FieldInfo;
using meta::Type;
using people::Agreement;
using people::DupeColumn;
using people::DupePair;
using people::DupeTable;

double share(const std::string& word, std::string_view option) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (word.empty() || *end != '\0' || !(value > 0 && value <= 1))
        throw Error(Fault::usage, "bad_number",
                    fmt::format("--{}: '{}' is no probability", option, text::clipped(word, 40)),
                    fmt::format("--{} 0.95", option));
    return value;
}

/// What of an entity says who somebody is.
struct Source {
    const FieldInfo* field;
    int part = -1;
    DupeColumn column;
};

std::vector<Source> sources(const meta::Entity& entity) {
    std::vector<Source> out;
    for (const FieldInfo& field : entity.fields()) {
        const std::string name(field.name());
        if (&field == entity.name())
            out.push_back({&field, -1, {name, DupeColumn::Kind::name}});
        else if (field.is(meta::mirror) && !(field.type() == Type::link))
            continue;
        else if (field.type() == Type::email)
            out.push_back({&field, -1, {"e-mail", DupeColumn::Kind::code}});
        else if (field.type() == Type::phone)
            out.push_back({&field, -1, {"phone", DupeColumn::Kind::value}});
        else if (field.type() == Type::birthday)
            out.push_back({&field, -1, {name, DupeColumn::Kind::date}});
        else if (name == "domains")
            out.push_back({&field, -1, {"domain", DupeColumn::Kind::value}});
        else if (name == "account" || name == "company")
            out.push_back({&field, -1, {"company", DupeColumn::Kind::name}});
        else if (name == "serial" || name == "sku")
            out.push_back({&field, -1, {name, DupeColumn::Kind::code}});
        else if (field.type() == Type::address && out.size() < 20) {
            out.push_back({&field, 0, {"street", DupeColumn::Kind::text}});
            out.push_back({&field, 1, {"postcode", DupeColumn::Kind::code}});
            out.push_back({&field, 2, {"city", DupeColumn::Kind::text}});
        }
    }
    if (entity.name() != nullptr && entity.name()->is(meta::personal))
        for (Source& s : out)
            s.column.shared = s.field->type() == Type::phone || s.field->type() == Type::address ||
                              s.column.name == "company";
    // One address is enough to say where.
    bool street = false;
    std::erase_if(out, [&](const Source& s) {
        if (s.part < 0)
            return false;
        if (s.part == 0 && street)
            return true;
        if (s.part == 0)
            street = true;
        const auto first = std::ranges::find_if(out, [](const Source& o) { return o.part == 0; });
        return first != out.end() && s.field != first->field;
    });
    return out;
}

std::string value_of(const Source& source, std::span<const View> cells,
                     const meta::Entity& entity) {
    std::string out;
    const auto add = [&](std::string value) {
        if (value.empty())
            return;
        std::ranges::replace(value, '\n', ' ');
        out += (out.empty() ? "" : "\n") + value;
    };
    const FieldInfo& field = *source.field;
    if (source.part >= 0)
        return text::folded(cells[static_cast<std::size_t>(source.part)].text);
    if (field.type() == Type::phone) {
        meta::each_value(field, cells[0].text, [&](std::string_view phone) {
            if (phone_digits(phone).size() >= 7)
                add(phone_key(phone));
        });
    } else if (field.type() == Type::link) {
        add(text::folded(name_key(cells[1].text)));
    } else if (&field == entity.name()) {
        add(entity.noun == "account" ? name_key(cells[0].text) : text::words(cells[0].text));
    } else if (field.is(meta::many)) {
        meta::each_value(field, cells[0].text,
                         [&](std::string_view value) { add(text::folded(value)); });
    } else {
        add(text::folded(cells[0].text));
    }
    return out;
}

/// "same phone; name alike; other city"
std::string reasons(const DupeTable& table, const DupePair& pair) {
    std::string same, near, other;
    for (std::size_t i = 0; i < pair.columns.size(); ++i) {
        const auto add = [&](std::string& out) {
            out += (out.empty() ? "" : ", ") + table.columns[i].name;
        };
        if (pair.columns[i] == Agreement::same)
            add(same);
        if (pair.columns[i] == Agreement::near)
            add(near);
        if (pair.columns[i] == Agreement::differs)
            add(other);
    }
    std::string out;
    if (!same.empty())
        out = "same " + same;
    if (!near.empty())
        out += (out.empty() ? "" : "; ") + near + " alike";
    if (!other.empty())
        out += (out.empty() ? "" : "; ") + std::string("other ") + other;
    return out;
}

/// Lines of a CSV file as they stand: no import, no store.
int from_file(Session& session, const Arguments& args, double at_least) {
    const std::string path = args.value("from");
    const auto decoded = form::decoded(path == "-" ? session.read_input() : read_file(path));
    if (!decoded)
        throw decoded.error();
    const std::string& bytes = *decoded;
    const form::CsvLayout layout = form::csv_layout(bytes);
    form::CsvReader reader(bytes, layout.delimiter, layout.header, layout.line);
    DupeTable table;
    std::vector<long> lines;
    std::vector<std::size_t> columns;  // of the file
    std::vector<std::size_t> names;
    std::vector<std::string> ids;
    std::size_t id = std::string::npos;
    const std::vector<std::string> asked = [&] {
        std::vector<std::string> out;
        const std::string told = args.value("entity-columns");
        for (std::string_view word : text::split(told, ','))
            if (!text::trimmed(word).empty())
                out.push_back(text::key(text::trimmed(word)));
        return out;
    }();
    for (bool first = true;; first = false) {
        const auto step = reader.next();
        if (step == form::CsvReader::Step::end)
            break;
        if (step == form::CsvReader::Step::trouble) {
            session.say(fmt::format("{}:{}: {}", path, reader.line(), reader.why()));
            continue;
        }
        if (first) {
            std::vector<std::string> heads;
            for (std::string_view cell : reader.cells())
                heads.emplace_back(text::key(text::trimmed(cell)));
            for (const std::string& word : asked)
                if (std::ranges::find(heads, word) == heads.end()) {
                    Error e(Fault::usage, "unknown_field",
                            fmt::format("{} has no column '{}'", path, text::clipped(word, 40)));
                    e.candidates = text::nearest(word, heads);
                    e.hint = text::did_you_mean(e.candidates);
                    throw e;
                }
            for (std::size_t i = 0; i < heads.size(); ++i) {
                const std::string& head = heads[i];
                const auto has = [&](std::string_view part) {
                    return head.find(part) != std::string::npos;
                };
                if (asked.empty() && (head == "id" || head == "recid" || head == "uid")) {
                    id = i;
                    continue;
                }
                if (!asked.empty() && std::ranges::find(asked, head) == asked.end()) {
                    if (id == std::string::npos)
                        id = i;
                    continue;
                }
                if (has("name") || head == "given" || head == "surname" || head == "first" ||
                    head == "last") {
                    names.push_back(i);
                    continue;
                }
                const auto kind = has("date") || has("birth") || head == "dob"
                                      ? DupeColumn::Kind::date
                                  : has("phone") || has("mail") || has("id") || has("code") ||
                                          has("number") || has("zip")
                                      ? DupeColumn::Kind::code
                                      : DupeColumn::Kind::text;
                columns.push_back(i);
                table.columns.push_back({std::string(text::trimmed(reader.cells()[i])), kind});
            }
            if (!names.empty())
                table.columns.insert(table.columns.begin(), {"name", DupeColumn::Kind::name});
            if (table.columns.empty())
                throw Error(Fault::usage, "missing",
                            path + " has no column that says who somebody is",
                            "--entity-columns name,street,city");
            continue;
        }
        const auto cells = reader.cells();
        const auto cell = [&](std::size_t i) {
            return i < cells.size() ? text::words(cells[i]) : std::string();
        };
        std::vector<std::string> row;
        if (!names.empty()) {
            std::string name;
            for (const std::size_t i : names)
                if (std::string part = cell(i); !part.empty())
                    name += (name.empty() ? "" : " ") + part;
            row.push_back(std::move(name));
        }
        for (const std::size_t i : columns)
            row.push_back(cell(i));
        table.rows.push_back(std::move(row));
        ids.emplace_back(id < cells.size() ? text::trimmed(cells[id]) : "");
        lines.push_back(reader.line());
    }
    Rows rows(session, {"probability", "line", "line_2", "id", "id_2", "reasons"});
    for (const DupePair& pair : people::find_dupes(table, at_least))
        rows.row({fmt::format("{:.4f}", pair.probability), static_cast<std::int64_t>(lines[pair.a]),
                  static_cast<std::int64_t>(lines[pair.b]), ids[pair.a], ids[pair.b],
                  reasons(table, pair)});
    rows.end();
    return 0;
}

/// Puts the pairs into groups of records that are one, each under the smallest of its ids.
std::map<std::int64_t, std::vector<std::int64_t>> clusters(const std::vector<DupePair>& pairs,
                                                           const std::vector<std::int64_t>& ids) {
    std::map<std::int64_t, std::int64_t> above;
    const auto root = [&](std::int64_t id) {
        while (above.contains(id) && above[id] != id)
            id = above[id];
        return id;
    };
    for (const DupePair& pair : pairs) {
        const std::int64_t a = root(ids[pair.a]), b = root(ids[pair.b]);
        if (a != b)
            above[std::max(a, b)] = std::min(a, b);
    }
    std::map<std::int64_t, std::vector<std::int64_t>> out;
    for (const auto& [id, up] : above)
        out[root(id)].push_back(id);
    return out;
}

int run(Session& session, const Arguments& args) {
    const bool merging = args.has("auto-merge");
    const double at_least = merging                ? share(args.value("auto-merge"), "auto-merge")
                            : args.has("at-least") ? share(args.value("at-least"), "at-least")
                                                   : 0.5;
    if (args.has("from")) {
        if (merging)
            throw Error(Fault::usage, "missing",
                        "--auto-merge merges records of the store, not lines of a file");
        return from_file(session, args, at_least);
    }
    Arguments of = args;
    std::vector<std::string> query = args.words;
    of.noun = session.model().find("contact");
    if (!query.empty()) {
        std::vector<std::string> nouns;
        for (const meta::Entity& e : session.model().entities()) {
            if (query[0] == e.noun || query[0] == e.plural) {
                of.noun = &e, query.erase(query.begin());
                nouns.clear();
                break;
            }
            nouns.emplace_back(e.noun), nouns.emplace_back(e.plural);
        }
        // A mistyped noun would be searched for in the contacts.
        if (auto meant = query.empty() || query[0].starts_with('"')
                             ? std::vector<std::string>()
                             : text::nearest(query[0], nouns);
            query.size() == 1 && !meant.empty()) {
            Error e(
                Fault::usage, "unknown_noun",
                fmt::format("there is no noun '{}'", text::clipped(query[0], 40)),
                text::did_you_mean(meant) + " To search for the word, put it in quotes: '\"…\"'");
            e.candidates = std::move(meant);
            throw e;
        }
    }
    const meta::Entity& entity = *of.noun;
    const std::vector<Source> from = sources(entity);
    if (from.empty())
        throw Error(Fault::refused, "nameless",
                    fmt::format("a {} has nothing that says whether it is the same as another",
                                entity.noun));
    session.open(merging && !session.dry_run ? sql::Mode::writing : sql::Mode::reading);
    DupeTable table;
    std::vector<std::int64_t> ids;
    std::vector<std::string> labels;
    store::Selection s = selection(session, of, query);
    session.fields.clear();
    std::vector<std::string> wanted{"id"};
    for (const Source& source : from)
        table.columns.push_back(source.column), wanted.emplace_back(source.field->name());
    set_columns(session, s, entity, wanted);
    s.each([&](std::span<const std::span<const View>> cells) {
        ids.push_back(std::stoll(std::string(cells[0][0].text.substr(entity.prefix.size()))));
        std::vector<std::string>& row = table.rows.emplace_back();
        for (std::size_t i = 0; i < from.size(); ++i)
            row.push_back(value_of(from[i], cells[i + 1], entity));
        return true;
    });
    const std::vector<DupePair> pairs = people::find_dupes(table, at_least);
    if (!merging) {
        Rows rows(session, {"probability", "id", "id_2", "name", "name_2", "reasons"});
        for (const DupePair& pair : pairs)
            rows.row({fmt::format("{:.4f}", pair.probability), meta::short_id(entity, ids[pair.a]),
                      meta::short_id(entity, ids[pair.b]),
                      session.store().name(entity, ids[pair.a]),
                      session.store().name(entity, ids[pair.b]), reasons(table, pair)});
        rows.end();
        return args.has("exit-empty") && pairs.empty() ? 1 : 0;
    }
    const auto groups = clusters(pairs, ids);
    std::int64_t dropped = 0;
    for (const auto& [keep, others] : groups)
        dropped += static_cast<std::int64_t>(others.size());
    if (dropped == 0)
        return 0;
    require_confirmation(
        session,
        fmt::format("Merge {} {} into {}?", dropped, dropped == 1 ? entity.noun : entity.plural,
                    groups.size() == 1 ? "one" : std::to_string(groups.size())));
    if (session.dry_run)
        session.open(sql::Mode::writing);
    Change change(session, of);
    for (const auto& [keep, others] : groups)
        for (const std::int64_t id : others) {
            const store::Record drop = session.store().get(entity, id);
            store::merge(change.writer, session.store().get(entity, keep), drop,
                         [&](const store::Record& after) {
                             change.report.add(after, "merged",
                                               fmt::format("{} {}", drop.short_id(), drop.label()));
                         });
        }
    return change.end();
}

}  // namespace

Command dupes_command() {
    return {
        .help = "Find records that tell of the same person or company",
        .arguments = {{.name = "NOUN|QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help = "which records; contacts without a noun"}},
        .options = {{.name = "at-least",
                     .kind = Kind::word,
                     .value = "P",
                     .help = "pairs that are at least so probable; 0.5"},
                    {.name = "auto-merge",
                     .kind = Kind::word,
                     .value = "P",
                     .help = "merge those that are at least so probable"},
                    {.name = "from",
                     .kind = Kind::file,
                     .value = "FILE",
                     .help = "look through the lines of a CSV file instead"},
                    {.name = "entity-columns",
                     .kind = Kind::word,
                     .value = "COLUMN,…",
                     .help = "with --from: the columns that say who somebody is; all but an id"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .run = run,
        .details =
            "Names in any order, addresses, numbers, companies and birthdays are compared. How "
            "much each of them says is learnt from the records themselves (Fellegi and Sunter, "
            "1969): a rare thing in common says more than a frequent one. "
            "Each pair is shown with its probability and the reasons. Nothing is merged unless "
            "--auto-merge says from which probability on; then records that belong together become "
            "the oldest of them, in one operation that undo takes back.",
        .examples = {{"dupes", "pairs of contacts, the surest first"},
                     {"dupes account country:none -o csv", "accounts that a query finds"},
                     {"dupes --auto-merge 0.99 -n", "what would be merged"},
                     {"dupes --from people.csv --entity-columns name,city", "before an import"}}};
}

}  // namespace crm::cmd
