#include "exchange/draft_reader.hpp"

#include "base/text.hpp"
#include "form/import_cell.hpp"
#include "store/assign.hpp"
#include "store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <variant>

namespace crm::exchange {

using form::DraftField;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;
using store::Record;

namespace {

/// Keeps a value as an extra property if it may be, otherwise it is an error of the row.
Expected<void> keep_or_fail(IncomingRow& row, DraftField& given, Error error) {
    if (!given.keep_as_extra || given.source.empty())
        return std::unexpected(std::move(error));
    row.extra.push_back(std::move(given.source));
    return {};
}

void read_id(IncomingRow& row, const std::string& text) {
    const auto digits = text.find_first_of("0123456789");
    if (digits != std::string::npos)
        row.id = std::strtoll(text.c_str() + digits, nullptr, 10);
}

/// Whether a name is one of the record's addresses or numbers.
bool is_address_or_number(const Record& record, const std::string& name) {
    bool found = false;
    for (const FieldInfo* list : record.entity->lookups()) {
        if (list->name() != "emails" && list->name() != "phones")
            continue;
        meta::each_value(*list, record.text(*list),
                         [&](std::string_view value) { found = found || value == name; });
    }
    return found;
}

/// The name as given, whole or in parts. An address or a number that stands for a name is taken
/// out: it is none.
std::string given_name(Record& record) {
    const FieldInfo& name = *record.entity->name();
    const bool has_parts =
        !record.text("family_name").empty() || !record.text("given_name").empty();
    if (record.text(name).empty() && has_parts)
        store::complete(record);
    std::string given = record.text(name);
    if (given.empty() || !is_address_or_number(record, given))
        return given;
    record.put(name, {Value()});
    return {};
}

/// What other programs say where we have a field of numbers or of certain words must not cost the
/// row: it is kept as text.
void keep_as_text(IncomingRow& row, DraftField& given, const Error& why) {
    row.notes.push_back(fmt::format("{}; kept as text", why.message));
    if (given.source.empty())
        row.extra.push_back(meta::extra_property(given.field, given.value));
    else
        row.extra.push_back(std::move(given.source));
}

bool is_number(const FieldInfo& field) {
    return field.type() == Type::integer || field.type() == Type::percent;
}

/// "Buyer, since 2020" of the fields of a draft's link to its company.
std::string company_link_text(const std::vector<DraftField>& fields) {
    std::string out;
    for (const DraftField& field : fields) {
        if (field.value.empty())
            continue;
        if (!out.empty())
            out += ", ";
        if (field.field != "role")
            out += field.field + " ";
        out += field.value;
    }
    return out;
}

std::string joined_lines(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        if (!out.empty())
            out += '\n';
        out += line;
    }
    return out;
}

}  // namespace

DraftReader::Target DraftReader::find_target(const Entity& entity, const std::string& name) {
    using Kind = Target::Kind;
    if (name == "id")
        return {Kind::id};
    if (name == "uid")
        return {Kind::uid};
    if (name == "deleted_at")
        return {Kind::ignored};
    const auto assignment = store::assignment(entity, name, store::Assignment::Op::set, "");
    if (!assignment)
        return {assignment.error().code == "derived_field" ? Kind::ignored : Kind::unknown,
                entity.find(name)};
    const FieldInfo* field = assignment->field;
    if (assignment->part >= 0)
        return {Kind::part, field, field->first + static_cast<std::size_t>(assignment->part)};
    if (field->type() == Type::rows)
        return {Kind::rows, field};
    if (field->type() == Type::link)
        return {Kind::link, field};
    if (field->is(meta::mirror))
        return {Kind::mirror, field};
    return {field->is(meta::many) ? Kind::list : Kind::value, field};
}

const DraftReader::Target& DraftReader::target(const Entity& entity, const std::string& name) {
    auto [found, is_new] = targets_[static_cast<std::size_t>(entity.number)].try_emplace(name);
    if (is_new)
        found->second = find_target(entity, name);
    return found->second;
}

Expected<void> DraftReader::read_mirror(IncomingRow& row, const FieldInfo& field,
                                        DraftField& given) {
    auto value = meta::read_one(*field.of, given.value, context_.options.reading);
    if (!value)
        return keep_or_fail(row, given, std::move(value.error()));
    if (auto* items = std::get_if<std::string>(&*value))
        row.first.emplace_back(field.of, std::move(*items));
    return {};
}

/// The items of a list that can be read: one bad address among several must not lose the others.
Expected<std::vector<Value>> DraftReader::readable_items(IncomingRow& row, const FieldInfo& field,
                                                         DraftField& given) {
    const meta::Reading& reading = context_.options.reading;
    auto values = meta::read(field, given.value, reading);
    if (values || !given.keep_as_extra)
        return values;
    std::vector<Item> items = meta::read_items(given.value);
    std::erase_if(items, [&](const Item& item) {
        return !meta::read(field, meta::items_text(std::span(&item, 1)), reading).has_value();
    });
    if (!given.source.empty())
        row.extra.push_back(std::move(given.source));
    if (items.empty())
        return std::vector<Value>{};
    return meta::read(field, meta::items_text(items), reading);
}

/// A tag of one letter is not set: it is kept as text, and the others are set.
void DraftReader::remove_short_tags(IncomingRow& row, DraftField& given) {
    std::vector<Item> tags = meta::read_items(given.value);
    const auto is_short = [&](const Item& tag) {
        const auto checked = store::check_tag(tag.value);
        if (checked)
            return false;
        row.notes.push_back(fmt::format("tags: {}; kept as text", checked.error().message));
        row.extra.push_back(meta::extra_property(given.field, tag.value));
        return true;
    };
    if (std::erase_if(tags, is_short) > 0)
        given.value = meta::items_text(tags);
}

Expected<void> DraftReader::read_list(IncomingRow& row, const FieldInfo& field, DraftField& given) {
    if (field.type() == Type::extra) {
        row.extra.push_back(std::move(given.value));
        return {};
    }
    if (field.name() == "tags")
        remove_short_tags(row, given);
    auto values = readable_items(row, field, given);
    if (!values)
        return std::unexpected(std::move(values.error()));
    if (values->empty())
        return {};
    if (row.record.text(field).empty()) {
        row.record.put(field, std::move(*values));
        return {};
    }
    std::string both = row.record.text(field);
    if (const auto* more = std::get_if<std::string>(&values->front()))
        both += "; " + *more;
    row.record.put(field, *meta::read(field, both, context_.options.reading));
    return {};
}

/// A word of another program must not cost the row: one that is not valid here is kept as text, and
/// so is one that was translated into ours. Fields on which a due time depends are stricter.
Expected<void> DraftReader::read_choice(IncomingRow& row, const FieldInfo& field,
                                        DraftField& given) {
    auto value = meta::read_one(field, given.value, context_.options.reading);
    if (!value && (value.error().code != "unknown_word" || field.is(meta::strict)))
        return std::unexpected(std::move(value.error()));
    const auto* word = value ? std::get_if<std::string>(&*value) : nullptr;
    const bool is_same_word = word != nullptr && text::key(*word) == text::key(given.value);
    if (!value) {
        keep_as_text(row, given, value.error());
        return {};
    }
    row.record.cells[field.first] = *value;
    if (!is_same_word && !given.source.empty())
        row.extra.push_back(std::move(given.source));
    return {};
}

Expected<void> DraftReader::read_value(IncomingRow& row, const FieldInfo& field,
                                       DraftField& given) {
    if (field.type() == Type::choice || field.type() == Type::zone)
        return read_choice(row, field, given);
    if (field.cells == 1) {
        auto value = meta::read_one(field, given.value, context_.options.reading);
        if (!value && is_number(field) && form::is_vague_number(given.value)) {
            keep_as_text(row, given, value.error());
            return {};
        }
        if (!value)
            return keep_or_fail(row, given, std::move(value.error()));
        row.record.cells[field.first] = std::move(*value);
        return {};
    }
    auto values = meta::read(field, given.value, context_.options.reading);
    if (!values)
        return keep_or_fail(row, given, std::move(values.error()));
    row.record.put(field, std::move(*values));
    return {};
}

Expected<void> DraftReader::read_field(IncomingRow& row, DraftField& given) {
    using Kind = Target::Kind;
    if (given.field.empty()) {
        row.extra.push_back(std::move(given.source));
        return {};
    }
    const Target& to = target(row.entity(), given.field);
    switch (to.kind) {
        case Kind::ignored:
            if (to.field != nullptr && to.field->type() == Type::rows)
                row.histories.emplace_back(to.field, meta::read_items(given.value).size());
            return {};
        case Kind::unknown:  // a custom field of another database
            return keep_or_fail(
                row, given,
                Error(Fault::refused, "unknown_field",
                      fmt::format("{} has no field '{}'", row.entity().noun, given.field)));
        case Kind::id:
            read_id(row, given.value);
            return {};
        case Kind::uid:
            row.record.uid = text::lower_ascii(given.value);
            return {};
        case Kind::part:
            if (const auto part = text::trimmed(given.value); !part.empty())
                row.record.cells[to.part] = std::string(part);
            return {};
        case Kind::link:
        case Kind::rows:
            if (!text::trimmed(given.value).empty())
                row.links.emplace_back(to.field, std::move(given.value));
            return {};
        case Kind::mirror:
            return read_mirror(row, *to.field, given);
        case Kind::list:
            return read_list(row, *to.field, given);
        case Kind::value:
            return read_value(row, *to.field, given);
    }
    return {};
}

void DraftReader::put_first_values(IncomingRow& row) {
    for (auto& [list, value] : row.first) {
        const std::string& rest = row.record.text(*list);
        if (rest.empty())
            row.record.cells[list->first] = value;
        else
            row.record.put(*list,
                           *meta::read(*list, value + "; " + rest, context_.options.reading));
    }
}

Expected<void> DraftReader::read(IncomingRow& row, form::Draft& draft) {
    for (DraftField& given : draft.fields)
        if (auto done = read_field(row, given); !done)
            return done;
    put_first_values(row);
    if (!row.extra.empty())
        row.record.put(*row.entity().find("extra"), {Value(joined_lines(row.extra))});
    store::align_mirrors(row.record);
    if (row.entity().name() != nullptr)
        row.name = given_name(row.record);
    if (draft.account != nullptr)
        row.company_link = company_link_text(draft.link);
    return {};
}

}  // namespace crm::exchange
