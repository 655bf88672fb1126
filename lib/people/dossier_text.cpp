#include "meta/type.hpp"
#include "people/dossier.hpp"
#include "show/html.hpp"

#include <fmt/format.h>

#include <array>

/// A dossier as JSON and as a page.
namespace crm::people {
namespace {

using show::escaped;
using show::Html;

constexpr std::array<std::string_view, 6> history_keys = {"at",    "user", "command",
                                                          "field", "old",  "new"};

std::array<std::string_view, 6> cells_of(const Dossier::Change& change) {
    return {change.at,    change.user,      change.command,
            change.field, change.old_value, change.new_value};
}

void add_json(const Dossier::Change& change, std::string& out) {
    const auto cells = cells_of(change);
    out += '{';
    for (std::size_t i = 0; i < cells.size(); ++i) {
        out += fmt::format("{}\"{}\":", i == 0 ? "" : ",", history_keys[i]);
        if (cells[i].empty())
            out += "null";
        else
            meta::json_string(cells[i], out);
    }
    out += '}';
}

void add_html(const Dossier::Entry& entry, Html& out) {
    out += "<h2>";
    out += escaped(fmt::format("{} {}", entry.noun, entry.id));
    out += "</h2>\n<table>\n";
    for (const auto& [field, text] : entry.fields) {
        out += "<tr><th>";
        out += escaped(field);
        out += "</th><td>";
        out += escaped(text);
        out += "</td></tr>\n";
    }
    out += "</table>\n";
}

void add_html(const std::vector<Dossier::Change>& history, Html& out) {
    if (history.empty())
        return;
    out += "<h2>history</h2>\n<table>\n";
    for (const Dossier::Change& change : history) {
        out += "<tr>";
        for (const std::string_view cell : cells_of(change)) {
            out += "<td>";
            out += escaped(cell);
            out += "</td>";
        }
        out += "</tr>\n";
    }
    out += "</table>\n";
}

}  // namespace

std::string dossier_json(const Dossier& dossier) {
    std::string out = "{\"schema\":1,\"records\":[";
    bool first = true;
    for (const Dossier::Entry& entry : dossier.records) {
        out += first ? "\n" : ",\n";
        out += fmt::format("{{\"noun\":\"{}\",\"record\":{}}}", entry.noun, entry.json);
        first = false;
    }
    out += "\n],\"history\":[";
    first = true;
    for (const Dossier::Change& change : dossier.history) {
        out += first ? "\n" : ",\n";
        add_json(change, out);
        first = false;
    }
    return out + "\n]}\n";
}

std::string dossier_html(const Dossier& dossier, std::string_view day) {
    Html out("<h1>");
    out += escaped(dossier.name);
    out += "</h1>\n<p>";
    out += escaped(day);
    out += "</p>\n";
    for (const Dossier::Entry& entry : dossier.records)
        add_html(entry, out);
    add_html(dossier.history, out);
    const Html style(
        "body{max-width:50em}"
        "table{width:100%}"
        "td,th{white-space:pre-wrap;overflow-wrap:anywhere}"
        "th{width:11em;font-weight:normal;color:#555}"
        "h2{margin-top:2em;font-size:1.1em}");
    return show::page(dossier.name, style, out);
}

}  // namespace crm::people
