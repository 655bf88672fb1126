#include "cmd/cli/records.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/card.hpp"
#include "query/lower.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::cmd {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using store::Record;

Rows::Rows(Session& session, std::vector<std::string> titles)
    : style_(style(session)),
      sink_([&session](std::string_view text) { session.out.write(text); }) {
    for (std::size_t i = 0; i < titles.size() && session.fields.empty(); ++i)
        picked_.push_back(i);
    for (const std::string& field : session.fields) {  // -F, as for records
        const auto it = std::ranges::find(titles, field);
        if (it == titles.end()) {
            Error e(Fault::usage, "unknown_field",
                    fmt::format("there is no column '{}'", text::clipped(field, 40)));
            suggest(e, field, titles, text::joined(titles, ", "));
            throw e;
        }
        picked_.push_back(static_cast<std::size_t>(it - titles.begin()));
    }
    for (const std::size_t i : picked_)
        columns_.push_back({titles[i], nullptr});
    writer_ = show::writer(row_format(session), columns_, style_, sink_);
}

void Rows::row(const std::vector<Value>& values) {
    std::vector<View> views(values.begin(), values.end());
    for (const std::size_t i : decimals_)
        if (views[i].kind == View::Kind::text)
            views[i] = View::decimal(views[i].text);
    row(std::span<const View>(views));
}

void Rows::row(std::span<const View> values) {
    std::vector<show::Cells> cells;
    cells.reserve(picked_.size());
    for (const std::size_t i : picked_)
        cells.push_back(values.subspan(i, 1));
    writer_->row(cells);
}

query::Context query_context(Session& session, const std::vector<std::string>& words) {
    return store::query_context(session.resolver(), session.env.clock, words);
}

store::Selection selection(Session& session, const Entity& noun, std::vector<std::string> words) {
    Arguments asked;
    asked.noun = &noun;
    return selection(session, asked, std::move(words));
}

std::string cell_text(Session& session, const store::SelectColumn& column,
                      std::span<const View> cells) {
    return store::cell_text(column, cells, session.env.clock);
}

std::vector<show::Column> shown_columns(const store::Selection& selection) {
    std::vector<show::Column> out;
    for (const auto& c : selection.columns)
        out.push_back({c.title, c.single() ? nullptr : c.field});
    return out;
}

store::Selection selection(Session& session, const Arguments& args,
                           std::vector<std::string> words) {
    const Entity& entity = *args.noun;
    store::Selection s(session.store(), entity);
    // "-" stands for the records that standard input names: an empty one for none, never for all.
    if (std::erase(words, "-") > 0) {
        s.among.emplace();
        for (const std::string& reference : session.references({"-"}))
            s.among->push_back(resolve_reference(session, &entity, reference).id);
    }
    s.trash = args.flag("trash");
    query::Context how = query_context(session, words);
    how.trash = s.trash;
    auto condition = query::compile(words, entity, how, "t");
    if (!condition)
        throw condition.error();
    s.condition = std::move(condition->sql);
    s.binds = std::move(condition->binds);
    if (args.has("sort"))
        if (auto sorted = s.sort(args.text("sort")); !sorted)
            throw sorted.error();
    if (const auto limit = args.number("limit"))
        s.limit = *limit;
    return s;
}

void set_columns(Session& session, store::Selection& s, const Entity& entity,
                 std::vector<std::string> otherwise) {
    store::add_columns(s, session.fields.empty() ? otherwise : session.fields);
    // A template names columns too, also over links.
    if (!session.fields.empty())
        return;
    const std::string& pattern = session.pattern;
    for (auto at = pattern.find("{{"); at != std::string::npos; at = pattern.find("{{", at + 2)) {
        const std::string name(text::trimmed(
            std::string_view(pattern).substr(at + 2, pattern.find("}}", at) - at - 2)));
        if (name.find('.') == std::string::npos ||
            std::ranges::find(s.columns, name, &store::SelectColumn::title) != s.columns.end())
            continue;
        if (auto column = store::select_column(entity, name))
            s.columns.push_back(std::move(*column));
        else
            throw column.error();
    }
}

show::Format row_format(Session& session) {
    if (session.format.empty())
        return session.env.out_tty ? show::Format::table : show::Format::tsv;
    if (const auto format = show::format_named(session.format))
        return *format;
    std::vector<std::string> words(show::format_words().begin(), show::format_words().end());
    words.insert(words.end(), {"vcard", "vcard3"});
    Error e(Fault::usage, "unknown_format",
            fmt::format("there is no format '{}' here", text::clipped(session.format, 40)));
    suggest(e, session.format, words, text::joined(words, ", "));
    throw e;
}

std::vector<std::string> columns_of(show::Format format, const Entity& entity) {
    if (format == show::Format::ids)
        return {"id"};
    if (format == show::Format::mutt)
        return {entity.find("emails") != nullptr ? "emails" : "email", "name",
                entity.find("account") != nullptr ? "account" : "id"};
    if (format != show::Format::ics)
        return {};
    if (entity.find("start") == nullptr && entity.find("due") == nullptr &&
        entity.find("close_date") == nullptr)
        throw Error(Fault::usage, "no_calendar",
                    fmt::format("{} have no place in a calendar", entity.plural),
                    "meeting, call, visit, event, task, contract and deal have one");
    std::vector<std::string> out{"uid", "updated_at"};
    for (const std::string_view name :
         {"subject", "name", "ticket", "start", "end", "duration", "due", "close_date", "location",
          "status", "priority", "description"})
        if (entity.find(name) != nullptr)
            out.emplace_back(name);
    return out;
}

show::Style style(Session& session) {
    const bool person =
        session.env.out_tty && (session.format.empty() || session.format == "table");
    show::Style s;
    if (!session.header)
        s.header = false;
    s.person = person;
    s.colour = person && session.env.color;
    s.width = person ? session.env.width : 0;
    s.drops = person && session.fields.empty();  // what was asked for is shown
    s.clock = &session.env.clock;
    return s;
}

int card_version(const Session& session) {
    return session.format == "vcard" ? 4 : session.format == "vcard3" ? 3 : 0;
}

std::string card_of(Session& session, const Record& record, int version) {
    const Entity& entity = *record.entity;
    if (entity.noun != "contact" && entity.noun != "account")
        throw Error(Fault::usage, "no_card", fmt::format("a {} is nobody's card", entity.noun),
                    "cards are made of contacts and accounts");
    form::Exported card{
        .noun = std::string(entity.noun), .uid = record.uid, .fields = {}, .link = {}, .files = {}};
    store::Store& store = session.store();
    // Other records are named as somebody outside would find them: people by their address, the
    // rest by name.
    const auto name_of = [&](const FieldInfo& link, std::span<const Value> cells) {
        const auto* id = std::get_if<std::int64_t>(&cells.back());
        if (id == nullptr || link.to == nullptr)
            return std::string();
        if (link.to->noun != "account")
            if (const auto other = store.find(*link.to, *id))
                if (const FieldInfo* email = link.to->find("email");
                    email != nullptr && !other->text(*email).empty())
                    return other->text(*email);
        return store.name(*link.to, *id);
    };
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() == Type::rows) {
            const auto& rows = record.rows[field.first];
            std::vector<std::string> texts;
            std::vector<View> shown;
            texts.reserve(rows.size());
            const bool first_apart = field.mirror != nullptr;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const FieldInfo& link = field.rows.front();
                const std::string name =
                    name_of(link, std::span(rows[i]).subspan(link.first, link.cells));
                if (i == 0 && first_apart) {
                    card.fields.emplace_back(field.mirror->name(), name);
                    for (const FieldInfo& inner : std::span(field.rows).subspan(1)) {
                        const std::vector<View> cells(
                            rows[i].begin() + static_cast<long>(inner.first),
                            rows[i].begin() + static_cast<long>(inner.first + inner.cells));
                        if (std::string text = meta::typed(inner, cells); !text.empty())
                            card.link.emplace_back(inner.name(), std::move(text));
                    }
                    continue;
                }
                texts.push_back(name);
                shown.emplace_back(), shown.emplace_back(std::string_view(texts.back()));
                for (const FieldInfo& inner : std::span(field.rows).subspan(1))
                    for (std::size_t c = 0; c < meta::shown_cells(inner); ++c)
                        shown.emplace_back(inner.computed() ? View()
                                                            : View(rows[i][inner.first + c]));
            }
            if (!shown.empty())
                card.fields.emplace_back(field.name(), meta::text(field, shown));
        } else if (field.is(meta::mirror) || field.is(meta::derived)) {
            continue;
        } else if (field.type() == Type::link) {
            if (std::string name = name_of(field, record.of(field)); !name.empty())
                card.fields.emplace_back(field.name(), std::move(name));
        } else if (field.type() == Type::address) {
            for (std::size_t part = 0; part < field.cells; ++part)
                if (const auto* text = std::get_if<std::string>(&record.cells[field.first + part]))
                    card.fields.emplace_back(
                        fmt::format("{}.{}", field.name(), meta::address_parts()[part]), *text);
        } else if (std::string text = meta::typed(field, record.views(field)); !text.empty()) {
            card.fields.emplace_back(field.name(), std::move(text));
        }
    }
    sql::Statement files = store.db().prepare(
        "SELECT a.\"role\", a.\"media_type\", b.\"bytes\" FROM \"attachment\" a JOIN \"blob\" b ON "
        "b.\"hash\"=a.\"hash\" WHERE a.\"about_noun\"=?1 AND a.\"about\"=?2 AND a.\"deleted_at\" "
        "IS NULL AND a.\"role\" IS NOT "
        "NULL ORDER BY a.\"id\"");
    files.with(entity.number, record.id);
    while (files.step())
        card.files.push_back(
            {std::string(files.text(0)), std::string(files.text(1)), std::string(files.text(2))});
    return form::card_text(card, version);
}

namespace {

/// The colours of records by their ids, as [[highlight]] of the configuration says; the first rule
/// that finds one counts.
std::map<std::string, std::string_view, std::less<>> highlights(Session& session,
                                                                const Entity& entity) {
    static constexpr std::pair<std::string_view, std::string_view> colours[] = {
        {"red", "31"},     {"green", "32"}, {"yellow", "33"}, {"blue", "34"},
        {"magenta", "35"}, {"cyan", "36"},  {"bold", "1"},    {"dim", "2"}};
    std::map<std::string, std::string_view, std::less<>> out;
    for (const Rule& rule : session.config.of("highlight")) {
        if (session.model().find(rule.text("on")) != &entity)
            continue;
        const auto colour = std::ranges::find(
            colours, rule.text("color"), &std::pair<std::string_view, std::string_view>::first);
        try {
            for (const std::int64_t id : selection(session, entity, {rule.text("query")}).ids())
                out.try_emplace(meta::short_id(entity, id), colour->second);
        } catch (Error& e) {
            throw Error(Fault::config, "bad_config", fmt::format("{}: {}", rule.origin, e.message),
                        e.hint);
        }
    }
    return out;
}

}  // namespace

std::int64_t print_rows(Session& session, store::Selection& s, bool safe, FileWriter* file) {
    std::int64_t rows = 0;
    const auto write = [&](std::string_view text) {
        file != nullptr ? file->write(text) : session.out.write(text);
    };
    if (const int version = card_version(session); version != 0) {
        s.columns.clear();
        const auto records = s.ids();
        for (std::int64_t id : records) {
            write(card_of(session, session.store().get(s.entity(), id), version));
            ++rows;
        }
        return rows;
    }
    show::Style how = style(session);
    how.spreadsheet_safe = safe;
    const std::vector<show::Column> columns = shown_columns(s);
    show::Sink sink(write);
    const auto tints =
        how.colour && session.pattern.empty() && row_format(session) == show::Format::table
            ? highlights(session, s.entity())
            : std::map<std::string, std::string_view, std::less<>>();
    if (!tints.empty())
        s.columns.push_back(*store::select_column(s.entity(), "id"));
    std::unique_ptr<show::Writer> writer;
    if (session.pattern.empty()) {
        writer = show::writer(row_format(session), columns, how, sink);
    } else {
        auto made = show::template_writer(session.pattern, columns, how, sink);
        if (!made)
            throw made.error();
        writer = std::move(*made);
    }
    s.each([&](std::span<const std::span<const View>> cells) {
        if (!tints.empty()) {
            const auto tint = tints.find(cells.back().front().text);
            writer->tint(tint == tints.end() ? std::string_view() : tint->second);
        }
        writer->row(cells.first(columns.size()));
        ++rows;
        return true;
    });
    writer->end();
    return rows;
}

store::Found resolve_reference(Session& session, const Entity* noun, const std::string& reference) {
    auto found = session.resolver().find(reference, noun);
    if (!found)
        throw found.error();
    return *found;
}

std::vector<store::Found> resolve_references(Session& session, const Arguments& args,
                                             const std::vector<std::string>& references) {
    std::vector<store::Found> out;
    std::set<std::pair<int, std::int64_t>> seen;
    for (const std::string& reference : references) {
        const store::Found found = resolve_reference(session, args.noun, reference);
        if (seen.emplace(found.entity->number, found.id).second)
            out.push_back(found);
    }
    // A variable that was not set must not turn into everything.
    if (args.has("where") && text::trimmed(args.text("where")).empty())
        throw Error(Fault::usage, "empty_query", "--where is empty, which would be every record",
                    "--where id:any means all of them");
    // Both together could mean either of two sets, and one of them would be a nasty surprise.
    if (args.has("where") && !references.empty())
        throw Error(Fault::usage, "contradiction",
                    fmt::format("'{}' and --where both say which records",
                                text::clipped(references.front(), 40)),
                    "--where 'id:(c12,c14) and …' wants both");
    const std::size_t before = out.size();
    if (args.has("where"))
        for (std::int64_t id : selection(session, args, {args.text("where")}).ids())
            if (seen.emplace(args.noun->number, id).second)
                out.push_back({args.noun, id});
    // A job in a crontab has nothing to say then; a person may have mistyped.
    if (args.has("where") && out.size() == before && session.env.err_tty)
        session.remark(fmt::format("no {} matches", args.noun->noun));
    return out;
}

std::string changed_fields(const Record& before, const Record& after) {
    std::string out;
    const auto same = [&](const FieldInfo& field) {
        return field.type() == Type::rows ? before.rows[field.first] == after.rows[field.first]
                                          : std::ranges::equal(before.of(field), after.of(field));
    };
    for (const FieldInfo& field : after.entity->fields()) {
        if (same(field) || field.is_bookkeeping())
            continue;
        // A list and its first value change together; then the first value is named, which most
        // people mean.
        if (field.mirror != nullptr && !same(*field.mirror))
            continue;
        out += (out.empty() ? "" : " ") + std::string(field.name());
    }
    return out;
}

namespace {

/// "would add" for "added": what a dry run says.
std::string would(std::string_view result) {
    static constexpr std::pair<std::string_view, std::string_view> infinitives[] = {
        {"added", "add"},         {"updated", "update"},   {"removed", "remove"},
        {"restored", "restore"},  {"purged", "purge"},     {"linked", "link"},
        {"unlinked", "unlink"},   {"moved", "move"},       {"merged", "merge"},
        {"erased", "erase"},      {"accepted", "accept"},  {"won", "win"},
        {"converted", "convert"}, {"recycled", "recycle"}, {"disqualified", "disqualify"},
        {"assigned", "assign"},   {"scored", "score"}};
    for (const auto& [did, infinitive] : infinitives)
        if (did == result)
            return "would " + std::string(infinitive);
    return std::string(result);
}

}  // namespace

ChangeReport::ChangeReport(Session& session) : session_(session) {
    if (!session.format.empty() && session.format != "ids" && !session.json() &&
        session.format != "tsv" && session.format != "table")
        row_format(session);
}

/// A format that was asked for is an answer that was asked for.
bool ChangeReport::silent() const {
    return session_.quiet && session_.format.empty();
}

void ChangeReport::add(const Record& record, std::string_view result, std::string_view more) {
    if (silent())
        return;
    ++rows_;
    std::string& out = session_.out.buffer();
    if (session_.format == "ids") {
        out += record.short_id() + "\n";
    } else if (session_.json()) {
        if (session_.format == "json")
            out += rows_ == 1 ? "[" : ",\n";
        // The record as it is now, with what was done to it as its first key.
        std::string one;
        store::Selection s(session_.store(), *record.entity);
        set_columns(session_, s, *record.entity, store::all_columns(*record.entity, false));
        s.one = record.id;
        const std::vector<show::Column> columns = shown_columns(s);
        s.each([&](std::span<const std::span<const View>> cells) {
            show::json_object(columns, cells, style(session_), one);
            return true;
        });
        while (one.ends_with('\n'))
            one.pop_back();
        out += "{\"result\":";
        meta::json_string(session_.dry_run ? would(result) : std::string(result), out);
        out +=
            one.empty() ? fmt::format(",\"id\":\"{}\"}}", record.short_id()) : "," + one.substr(1);
        if (session_.format == "jsonl")
            out += "\n";
    } else {
        std::string line = session_.dry_run ? would(result) : std::string(result);
        line += " " + record.short_id();
        if (!more.empty())
            line += " " + std::string(more);
        out += text::visible(line) + "\n";
    }
    session_.out.flush_if_large();
}

void ChangeReport::end() {
    if (session_.format == "json")
        session_.out.buffer() += rows_ == 0 ? "[]\n" : "]\n";
}

}  // namespace crm::cmd
