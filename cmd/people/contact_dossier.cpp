#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/records.hpp"
#include "cmd/people/overview.hpp"
#include "meta/type.hpp"
#include "show/html.hpp"
#include "show/sheet.hpp"
#include "store/erase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// contact dossier: everything that the store holds about one person.
namespace crm::cmd {
namespace {

using meta::Entity;

/// Each record that is told, as text by field and as JSON.
struct Piece {
    std::string noun, id, json;
    std::vector<std::pair<std::string, std::string>> fields;
};

std::vector<Piece> records(Session& session, const Entity& entity, const std::string& condition,
                           std::vector<Value> binds, std::vector<std::string> names = {}) {
    std::vector<Piece> out;
    for (const bool trash : {false, true}) {
        store::Selection s(session.store(), entity);
        s.condition = condition, s.binds = binds, s.trash = trash;
        if (names.empty())
            names = all_columns(entity, false), names.emplace_back("deleted_at");
        for (const std::string& name : names)
            s.columns.push_back(*store::select_column(entity, name));
        const std::vector<show::Column> columns = shown_columns(s);
        s.each([&](std::span<const std::span<const View>> cells) {
            Piece one{.noun = std::string(entity.noun),
                      .id = std::string(cells[0].front().text),
                      .json = {},
                      .fields = {}};
            show::json_object(columns, cells, style(session), one.json);
            while (one.json.ends_with('\n'))
                one.json.pop_back();
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const meta::FieldInfo* field = s.columns[i].single() ? nullptr : s.columns[i].field;
                if (field != nullptr && field->is(meta::mirror))
                    continue;
                if (std::string text = cell_text(session, s.columns[i], cells[i]); !text.empty())
                    one.fields.emplace_back(s.columns[i].title, std::move(text));
            }
            out.push_back(std::move(one));
            return true;
        });
    }
    return out;
}

std::string as_json(const std::vector<Piece>& all,
                    const std::vector<std::array<std::string, 6>>& history) {
    std::string out = "{\"schema\":1,\"records\":[";
    for (std::size_t i = 0; i < all.size(); ++i) {
        out += fmt::format("{}\n{{\"noun\":\"{}\",\"record\":{}}}", i == 0 ? "" : ",", all[i].noun,
                           all[i].json);
    }
    out += "\n],\"history\":[";
    static constexpr std::string_view keys[] = {"at", "user", "command", "field", "old", "new"};
    for (std::size_t i = 0; i < history.size(); ++i) {
        out += i == 0 ? "\n{" : ",\n{";
        for (std::size_t k = 0; k < std::size(keys); ++k) {
            out += fmt::format("{}\"{}\":", k == 0 ? "" : ",", keys[k]);
            if (history[i][k].empty())
                out += "null";
            else
                meta::json_string(history[i][k], out);
        }
        out += '}';
    }
    return out + "\n]}\n";
}

std::string as_html(const std::vector<Piece>& all,
                    const std::vector<std::array<std::string, 6>>& history, const std::string& name,
                    const std::string& day) {
    using show::escaped;
    show::Html out("<h1>");
    out += escaped(name);
    out += "</h1>\n<p>";
    out += escaped(day);
    out += "</p>\n";
    for (const Piece& one : all) {
        out += "<h2>";
        out += escaped(one.noun + " " + one.id);
        out += "</h2>\n<table>\n";
        for (const auto& [field, text] : one.fields) {
            out += "<tr><th>";
            out += escaped(field);
            out += "</th><td>";
            out += escaped(text);
            out += "</td></tr>\n";
        }
        out += "</table>\n";
    }
    if (!history.empty())
        out += "<h2>history</h2>\n<table>\n";
    for (const auto& change : history) {
        out += "<tr>";
        for (const std::string& cell : change) {
            out += "<td>";
            out += escaped(cell);
            out += "</td>";
        }
        out += "</tr>\n";
    }
    if (!history.empty())
        out += "</table>\n";
    return show::page(name,
                      show::Html("body{max-width:50em}table{width:100%}td,th{white-space:pre-wrap;"
                                 "overflow-wrap:anywhere}th{width:11em;font-weight:normal;color:#"
                                 "555}h2{margin-top:2em;font-size:1.1em}"),
                      out);
}

int run(Session& session, const Arguments& args) {
    if (!session.format.empty() && session.format != "json" && session.format != "html")
        throw Error(
            Fault::usage, "unknown_format",
            fmt::format("a dossier is not written as '{}'", text::clipped(session.format, 40)),
            "-o json, -o html");
    const store::Found found = resolve_reference(session, args.noun, args.words[0]);
    store::Store& store = session.store();
    std::vector<Piece> all = records(session, *found.entity, "t.\"id\"=?1", {Value(found.id)});
    for (const Entity* noun : in_order(store.nouns()))
        if (const std::string where = references_to(*noun, found, 1); !where.empty())
            // Of other people only who they are: the rest is theirs.
            for (Piece& one : records(session, *noun, where, {Value(found.id)},
                                      noun == found.entity ? std::vector<std::string>{"id", "name"}
                                                           : std::vector<std::string>{}))
                if (one.id != all.front().id)
                    all.push_back(std::move(one));
    for (const store::Record& record :
         store::personal_records(store, store.get(*found.entity, found.id)))
        if (std::ranges::find(all, record.short_id(), &Piece::id) == all.end())
            for (Piece& one : records(session, *record.entity, "t.\"id\"=?1", {Value(record.id)}))
                all.push_back(std::move(one));
    std::vector<std::array<std::string, 6>> history;
    sql::Statement changes = store.db().prepare(
        R"(SELECT o."at", o."user", o."command", coalesce(c."field", c."action"), c."old", c."new" FROM "change" c JOIN "operation" o ON o."id" = c."operation"
        WHERE c."noun" = ?1 AND c."record" <= ?2 AND c."through" >= ?2 ORDER BY c."id")");
    for (changes.with(found.entity->number, found.id); changes.step();) {
        std::array<std::string, 6> row;
        for (int i = 0; i < 6; ++i)
            row[static_cast<std::size_t>(i)] = changes.text(i);
        history.push_back(std::move(row));
    }
    const std::string name = store.name(*found.entity, found.id);
    const std::string text = session.format == "html"
                                 ? as_html(all, history, name, session.env.clock.today().iso())
                                 : as_json(all, history);
    if (!args.has("out")) {
        session.out.write(text);
        return 0;
    }
    FileWriter file(args.value("out"), !session.dry_run);
    file.write(text);
    file.commit();
    if (!session.quiet)
        session.remark(fmt::format("{} {} {}written to {}", all.size(),
                                   all.size() == 1 ? "record" : "records",
                                   session.dry_run ? "would be " : "", args.value("out")));
    return 0;
}

}  // namespace

Command contact_dossier() {
    return {.help = "Everything that is known about one person",
            .needs = Needs::reading,
            .arguments = {{.name = "CONTACT",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the person"}},
            .options = {{.name = "out",
                         .kind = Kind::file,
                         .value = "FILE",
                         .help = "where to; standard output otherwise"}},
            .run = run,
            .details =
                "The person's record, every record that links to it (of other people who they "
                "are), the leads and mails with their addresses, from the trash too, and the "
                "history of their own record: what a person may ask for under article 15 of the "
                "GDPR. As JSON, or with `-o html` as one page for print.",
            .examples = {{"contact dossier ada@acme.example -o html --out ada.html", "to send it"},
                         {"contact dossier c12 | jq '.records[].record.id'", "what there is"}}};
}

}  // namespace crm::cmd
