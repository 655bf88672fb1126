#include "exchange/import_links.hpp"

#include "base/email.hpp"
#include "base/text.hpp"
#include "exchange/fold.hpp"
#include "exchange/record_matcher.hpp"
#include "exchange/row_digests.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>
#include <variant>

namespace crm::exchange {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using store::Record;

namespace {

/// The extra property for the text of a link that names nothing.
std::string extra_property(const FieldInfo& field, std::string_view text) {
    std::string value;
    for (const char c : text) {
        if (c == '\n')
            value += "\\n";
        else if (c == '\\')
            value += "\\\\";
        else
            value += c;
    }
    return fmt::format("X-COLUMN;NAME={}:{}", field.name(), value);
}

void remove_extra_property(Record& record, const std::string& property) {
    const FieldInfo& extra = *record.entity->find("extra");
    const std::string lines = record.text(extra);
    std::string left;
    for (const std::string_view line : text::split(std::string_view(lines), '\n')) {
        if (line.empty() || line == property)
            continue;
        if (!left.empty())
            left += '\n';
        left += line;
    }
    record.put(extra, {left.empty() ? Value() : Value(std::move(left))});
}

/// The address in "Bo Lee <bo@example.com>", or in an address alone.
std::string address_in(std::string_view text) {
    const auto open = text.rfind('<');
    return bare_email(open == text.npos ? text : text.substr(open));
}

/// Whether a text names the person who wrote a ticket by an e-mail address: that is enough to add
/// a contact.
bool adds_writer(const Record& record, const FieldInfo& field, std::string_view text) {
    return record.entity->noun == "ticket" && field.name() == "contact" &&
           meta::is_email(address_in(text));
}

bool has_link(const Record& record, const FieldInfo& field) {
    if (field.type() == Type::rows)
        return !record.rows[field.first].empty();
    return !std::holds_alternative<std::monostate>(record.of(field).back());
}

}  // namespace

/// Adds a record of which only the name is known, once for each name.
std::int64_t ImportLinks::add_named(const Entity& entity, std::string_view name) {
    const std::uint64_t key = context_.hash(RecordMatcher::name_and_company_key(name, 0));
    if (const KeyPlace* place = memory_.find_key(entity, key))
        return place->record;
    Record record(entity);
    record.put(*entity.name(), {Value(std::string(name))});
    const std::int64_t id = context_.writer.add(record);
    memory_.add_key(entity, key, {id, 0, 0});
    return id;
}

/// Adds the person who wrote, once for each address: Bo Lee <bo@example.com>, or the address alone.
std::int64_t ImportLinks::add_writer(const Entity& entity, std::string_view text) {
    const std::string address = address_in(text);
    const std::uint64_t key = context_.hash(RecordMatcher::name_and_company_key(address, 0));
    if (const KeyPlace* place = memory_.find_key(entity, key))
        return place->record;
    Record record(entity);
    const std::string_view name = text::trimmed(text.substr(0, text.find('<')));
    record.put(*entity.name(),
               {Value(text.find('<') == text.npos || name.empty() ? address : std::string(name))});
    const FieldInfo& emails = *entity.find("emails");
    record.put(emails, *meta::read(emails, address, context_.options.reading));
    store::align_mirrors(record);
    store::complete(record);
    const std::int64_t id = context_.writer.add(record);
    memory_.add_key(entity, key, {id, 0, 0});
    return id;
}

Expected<void> ImportLinks::apply(Record& record, const FieldInfo& field, const std::string& text) {
    const bool adds_to_list = field.type() == Type::rows && !lists_products(field);
    return store::apply(
        record,
        {.field = &field,
         .op = adds_to_list ? store::Assignment::Op::add : store::Assignment::Op::set,
         .text = text},
        context_.resolver, context_.options.reading);
}

Expected<void> ImportLinks::set(Record& record, const FieldInfo& field, const std::string& text) {
    context_.writer.bulk().wait();
    store::Resolver& resolver = context_.resolver;
    const FieldInfo& link = field.type() == Type::rows ? field.rows.front() : field;
    const bool to_company = link.to != nullptr && link.to->role == meta::Role::company;
    const bool adds_company = record.entity->role == meta::Role::person && to_company;
    const auto kept = resolver.create;
    resolver.loose = true;
    std::string name = text;
    if (adds_writer(record, field, text)) {
        name = address_in(text);
        const std::uint64_t key = context_.hash(RecordMatcher::name_and_company_key(name, 0));
        if (const KeyPlace* place = memory_.find_key(*field.to, key)) {
            record.put(field, {Value(place->record)});
            return {};
        }
        resolver.create = [&](const Entity& entity, std::string_view) {
            return add_writer(entity, text);
        };
    } else if (context_.options.create || adds_company) {
        resolver.create = [&](const Entity& entity, std::string_view missing) -> std::int64_t {
            if (!context_.options.create && entity.role != meta::Role::company)
                return 0;
            return add_named(entity, missing);
        };
    } else if (record.entity->role == meta::Role::person) {
        resolver.create = nullptr;
    }
    auto done = apply(record, field, name);
    resolver.create = kept;
    return done;
}

ImportLinks::Unresolved ImportLinks::set_all(Record& record, const IncomingRow& row) {
    Unresolved unresolved;
    for (const auto& [field, text] : row.links)
        if (!set(record, *field, text))
            unresolved.emplace_back(field, text);
    return unresolved;
}

void ImportLinks::defer(Unresolved links, const Entity& entity, std::int64_t record,
                        const form::Draft& draft, std::uint64_t digest) {
    for (auto& [field, text] : links)
        deferred_.push_back(
            {&entity, record, field, std::move(text), draft.file, draft.line, digest});
}

void ImportLinks::keep_as_text(Record& record, const Deferred& link, const Error& error) {
    context_.warn_once(link.file, link.line,
                       fmt::format("{}: {}; kept as text", link.field->name(), error.message));
    const FieldInfo& extra = *link.entity->find("extra");
    record.put(extra,
               {Value(united(extra, record.text(extra), extra_property(*link.field, link.text)))});
}

/// A link that a rule refuses, such as a circle, is kept as text like one that names nothing.
Expected<void> ImportLinks::change(const Record& before, Record& after, RecordMark& mark) {
    try {
        if (context_.writer.change(before, after))
            memory_.count_update(mark);
    } catch (const Error& error) {
        if (error.fault != Fault::refused && error.fault != Fault::usage)
            throw;
        return std::unexpected(error);
    }
    return {};
}

void ImportLinks::finish() {
    store::Writer& writer = context_.writer;
    if (!deferred_.empty())
        writer.write_waiting();
    std::set<std::uint64_t> open;
    for (const Deferred& link : deferred_) {
        const Record before = writer.get(*link.entity, link.record);
        Record after = before;
        RecordMark& mark = memory_.mark(*link.entity, link.record, {});
        auto done = set(after, *link.field, link.text);
        if (done)
            done = change(before, after, mark);
        if (done)
            continue;
        after = before;
        keep_as_text(after, link, done.error());
        open.insert(link.digest);
        if (const auto kept = change(before, after, mark); !kept)
            context_.warn(link.file, link.line, kept.error().message);
    }
    deferred_.clear();
    writer.imported_rows().rename([&](std::uint64_t digest) {
        return open.contains(digest) ? RowDigests::with_open_link(digest) : digest;
    });
}

/// Whether all links of the row are set afterwards.
bool ImportLinks::set_empty_links(const Record& before, Record& after, const IncomingRow& row) {
    bool all = true;
    for (const auto& [field, text] : row.links) {
        if (has_link(before, *field))
            continue;
        if (set(after, *field, text))
            remove_extra_property(after, extra_property(*field, text));
        else
            all = false;
    }
    return all;
}

void ImportLinks::resolve_again(const IncomingRow& row, std::int64_t record,
                                const form::Draft& draft, std::uint64_t digest) {
    store::Writer& writer = context_.writer;
    const Entity& entity = row.entity();
    writer.bulk().wait();
    const Record before = writer.get(entity, record);
    if (!before.deleted_at.empty())
        return;
    Record after = before;
    const bool all = set_empty_links(before, after, row);
    RecordMark& mark = memory_.mark(entity, record, {});
    if (const auto done = change(before, after, mark); !done)
        return context_.reject(draft, done.error().message);
    if (context_.options.on_record)
        context_.options.on_record(after, mark.counted ? "updated" : "unchanged");
    if (all)
        writer.imported_rows().add(digest, entity, record, draft.file, draft.line);
}

}  // namespace crm::exchange
