#include "cmd/cli/change_report.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crm::cmd {
namespace {

using meta::FieldInfo;
using store::Record;

constexpr std::pair<std::string_view, std::string_view> infinitives[] = {
    {"added", "add"},         {"updated", "update"},   {"removed", "remove"},
    {"restored", "restore"},  {"purged", "purge"},     {"linked", "link"},
    {"unlinked", "unlink"},   {"moved", "move"},       {"merged", "merge"},
    {"erased", "erase"},      {"accepted", "accept"},  {"won", "win"},
    {"converted", "convert"}, {"recycled", "recycle"}, {"disqualified", "disqualify"},
    {"assigned", "assign"},   {"scored", "score"},     {"answered", "answer"},
    {"closed", "close"},      {"reopened", "reopen"},  {"escalated", "escalate"}};

/// What a dry run says: "would add" for "added".
std::string would(std::string_view result) {
    for (const auto& [past, infinitive] : infinitives)
        if (past == result)
            return "would " + std::string(infinitive);
    return std::string(result);
}

bool same(const FieldInfo& field, const Record& a, const Record& b) {
    if (field.type() == meta::Type::rows)
        return a.rows[field.first] == b.rows[field.first];
    return std::ranges::equal(a.of(field), b.of(field));
}

/// What an amount became, since a currency that was not typed is that of the database.
std::string new_amount(const Record& after, const FieldInfo& field) {
    if (field.type() != meta::Type::money || field.cells == 0)
        return {};
    const auto* minor = std::get_if<std::int64_t>(&after.of(field)[0]);
    const auto* currency = std::get_if<std::string>(&after.of(field)[1]);
    if (minor == nullptr || currency == nullptr)
        return {};
    return fmt::format(" {} {}", money_text(*minor, *currency), *currency);
}

}  // namespace

ChangeReport::ChangeReport(Session& session)
    : session_(session),
      progress_(session, Progress::Unit::records),
      columns_(!session.json() && session.format != "ids" &&
               (!session.fields.empty() || !session.pattern.empty())) {}

/// What was asked for is printed.
bool ChangeReport::silent() const {
    return session_.quiet && session_.format.empty() && !columns_;
}

void ChangeReport::resolved(const meta::Entity& entity, std::string_view field, std::string text) {
    // What was worked out before, to find the record, is worked out again.
    std::erase_if(resolved_, [&](const Resolved& value) {
        return value.entity == &entity && value.field == field;
    });
    resolved_.push_back({&entity, std::string(field), std::move(text)});
}

std::vector<ChangeReport::Resolved> ChangeReport::take_resolved(const meta::Entity& entity) {
    std::vector<Resolved> out;
    std::ranges::copy_if(resolved_, std::back_inserter(out),
                         [&](const Resolved& value) { return value.entity == &entity; });
    std::erase_if(resolved_, [&](const Resolved& value) { return value.entity == &entity; });
    return out;
}

/// Names of changed fields without those whose values are shown.
std::string ChangeReport::without(std::string_view names, const std::vector<Resolved>& shown) {
    std::vector<std::string> out;
    for (const std::string_view name : text::split(names, ' '))
        if (std::ranges::find(shown, name, &Resolved::field) == shown.end())
            out.emplace_back(name);
    return text::joined(out, " ");
}

void ChangeReport::add(const Record& record, std::string_view result, std::string_view more) {
    progress_.at(++done_);
    const std::vector<Resolved> shown = take_resolved(*record.entity);
    if (silent())
        return;
    ++rows_;
    const std::string done = session_.dry_run ? would(result) : std::string(result);
    if (session_.format == "ids") {
        session_.out.write(record.short_id() + "\n");
    } else if (session_.json()) {
        add_json(record, done);
    } else if (columns_) {
        add_columns(record);
    } else {
        std::string line = done + " " + record.short_id();
        const std::string rest = result == "updated" ? without(more, shown) : std::string(more);
        if (!rest.empty())
            line += " " + rest;
        std::string_view separator = rest.empty() ? " " : ", ";
        for (const Resolved& one : shown) {
            line += fmt::format("{}{} {}", separator, one.field, one.text);
            separator = ", ";
        }
        session_.out.write(text::visible(line) + "\n");
    }
}

/// The columns of -F or --format. Records whose noun lacks one of them are passed over.
void ChangeReport::add_columns(const Record& record) {
    store::Selection selection(session_.store(), *record.entity);
    selection.one = record.id;
    try {
        set_columns(session_, selection, store::all_columns(*record.entity, false));
        const bool other_columns = session_.fields.empty() && noun_ != record.entity;
        if (!rows_of_columns_ || other_columns) {
            if (rows_of_columns_)
                rows_of_columns_->end();
            rows_of_columns_ = std::make_unique<RecordRows>(session_, selection);
        }
    } catch (const Error& e) {
        if (e.code != "unknown_field")
            throw;
        lacking_ = lacking_.value_or(e);
        return;
    }
    noun_ = record.entity;
    if (rows_of_columns_->add(selection) == 0)
        rows_of_columns_->add_gone(selection, record);
}

/// The record as it is now, with what was done to it as its first key.
void ChangeReport::add_json(const Record& record, const std::string& result) {
    store::Selection selection(session_.store(), *record.entity);
    const std::vector<std::string> all = store::all_columns(*record.entity, false);
    if (session_.rehearsal)
        store::add_columns(selection, all);
    else
        set_columns(session_, selection, all);
    selection.one = record.id;
    const std::vector<show::Column> columns = shown_columns(selection);
    std::string object;
    selection.each([&](std::span<const std::span<const View>> cells) {
        show::json_object(columns, cells, style(session_), object);
        return true;
    });
    while (object.ends_with('\n'))
        object.pop_back();
    std::string& out = session_.out.buffer();
    if (session_.format == "json")
        out += rows_ == 1 ? "[" : ",\n";
    out += "{\"result\":";
    meta::json_string(result, out);
    if (object.empty())
        out += fmt::format(",\"id\":\"{}\"}}", record.short_id());
    else
        out += "," + object.substr(1);
    if (session_.format == "jsonl")
        out += "\n";
    session_.out.flush_if_large();
}

void ChangeReport::end() {
    if (session_.format == "json")
        session_.out.write(rows_ == 0 ? "[]\n" : "]\n");
    if (rows_of_columns_)
        rows_of_columns_->end();
    else if (lacking_)
        throw *lacking_;
}

std::string changed_fields(const Record& before, const Record& after) {
    std::vector<std::string> names;
    for (const FieldInfo& field : after.entity->fields()) {
        if (same(field, before, after) || field.is_bookkeeping() || field.is(meta::derived))
            continue;
        // A list and its first value change together; then the first value is named, which most
        // people mean.
        const bool named_by_mirror = field.mirror != nullptr && !same(*field.mirror, before, after);
        if (!named_by_mirror)
            names.push_back(fmt::format("{}{}", field.name(), new_amount(after, field)));
    }
    return text::joined(names, " ");
}

}  // namespace crm::cmd
