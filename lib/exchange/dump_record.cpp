#include "exchange/dump_record.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "exchange/dump_line.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>
#include <variant>

namespace crm::exchange {

using form::JsonReader;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;

namespace {

bool is_free(Type type) {
    return type == Type::text || type == Type::prose || type == Type::url;
}

std::optional<std::string> text_or_null(JsonReader& in) {
    if (in.next() == JsonReader::Kind::text)
        return in.text();
    if (in.next() != JsonReader::Kind::null)
        refuse_dump("a value is not a text");
    in.skip();
    return {};
}

void read_address(JsonReader& in, std::span<Value> cells) {
    in.object([&](const std::string& key) {
        const auto parts = meta::address_parts();
        const auto part = std::ranges::find(parts, key);
        if (part == parts.end())
            refuse_dump(fmt::format("an address has no '{}'", text::clipped(key, 60)));
        if (auto text = text_or_null(in); text && !text::trimmed(*text).empty())
            cells[static_cast<std::size_t>(part - parts.begin())] =
                std::string(text::trimmed(*text));
    });
}

/// The name of a row that leads to a record is that of the record.
void drop_name_of_record(const FieldInfo& field, store::RowCells& row) {
    if (std::holds_alternative<std::monostate>(row[field.rows.front().cells - 1]))
        return;
    for (const FieldInfo& inner : field.rows)
        if (meta::is_name_of_row(field, inner))
            row[inner.first] = Value();
}

}  // namespace

void DumpedRecord::read(JsonReader& in, const std::string& key) {
    const Entity& noun = *record.entity;
    if (key == "id") {
        const std::string text = in.text();
        const auto [entity, number] = id(text);
        if (entity != &noun)
            refuse_dump(
                fmt::format("'{}' is not the id of {}", text, meta::with_article(noun.noun)));
        record.id = number;
        return;
    }
    if (key == "uid") {
        record.uid = in.text();
        return;
    }
    if (key == "deleted_at") {
        record.deleted_at = text_or_null(in).value_or("");
        return;
    }
    const FieldInfo* field = noun.find(key);
    if (field == nullptr && is_old_members(noun, key))
        return read_old_members(in);
    if (field == nullptr)
        field = renamed_field(noun, key);
    if (field == nullptr)
        refuse_dump(fmt::format("{} has no field '{}'", noun.noun, text::clipped(key, 60)));
    if (field->computed())
        in.skip();
    else if (field->type() == Type::rows)
        read_rows(in, *field);
    else
        read_value(in, *field, std::span(record.cells).subspan(field->first, field->cells));
}

DumpedRecord::Target DumpedRecord::id(std::string_view text) const {
    const auto digits = std::min(text.find_first_of("0123456789"), text.size());
    std::int64_t number = 0;
    const auto [end, wrong] =
        std::from_chars(text.data() + digits, text.data() + text.size(), number);
    const Entity* entity = record.entity->model().by_prefix(text.substr(0, digits));
    if (entity == nullptr || wrong != std::errc{} || end != text.data() + text.size() ||
        number <= 0 || number > last_dump_number)
        refuse_dump(fmt::format("'{}' is not an id", text::clipped(text, 40)));
    return {entity, number};
}

/// The record that a field links to.
DumpedRecord::Target DumpedRecord::target(JsonReader& in, const FieldInfo& field) {
    const auto [entity, number] = id(in.text());
    if (field.to != nullptr && entity != field.to)
        refuse_dump(fmt::format("{}: {} is not {}", field.name(), meta::short_id(*entity, number),
                                meta::with_article(field.to->noun)));
    links.push_back({&field, entity, number, 0});
    return {entity, number};
}

void DumpedRecord::read_value(JsonReader& in, const FieldInfo& field, std::span<Value> cells) {
    const bool is_text = in.next() == JsonReader::Kind::text;
    if (in.next() == JsonReader::Kind::null) {
        in.skip();
    } else if (field.is(meta::many)) {
        read_list(in, field, cells);
    } else if (is_text && is_old_template(*record.entity, field)) {
        old.template_text = text::trimmed(in.text());
    } else if (is_text && was_text(field)) {
        cells.back() = named_(*field.to, in.text());
    } else if (field.type() == Type::link) {
        in.object([&](const std::string& key) {
            if (key != "id")
                return void(in.skip());
            const auto [entity, number] = target(in, field);
            if (field.to == nullptr)
                cells.front() = std::int64_t{entity->number};
            cells.back() = number;
        });
    } else if (field.type() == Type::address) {
        read_address(in, cells);
    } else if (field.type() == Type::money) {
        std::string amount, currency;
        in.object(
            [&](const std::string& key) { (key == "amount" ? amount : currency) = in.text(); });
        read_typed(field, amount + " " + currency, cells);
    } else if (field.type() == Type::boolean) {
        const std::string_view word = in.skip();
        if (word != "true" && word != "false")
            refuse_dump(fmt::format("{} is not true or false", field.name()));
        cells.front() = std::int64_t{word == "true" ? 1 : 0};
    } else if (field.columns.front().integer) {
        read_typed(field, in.skip(), cells);
    } else if (std::string text = in.text(); !is_free(field.type())) {
        read_typed(field, text, cells);
    } else if (!text::trimmed(text).empty()) {
        cells.front() = std::move(text);
    }
}

/// A value as it would be typed. What is a set now had other words in earlier releases.
void DumpedRecord::read_typed(const FieldInfo& field, std::string_view text,
                              std::span<Value> cells) {
    meta::Reading how = how_;
    how.foreign = field.type() == Type::choice;
    auto values = meta::read(field, text, how);
    if (!values)
        throw std::move(values.error());
    std::ranges::move(*values, cells.begin());
}

void DumpedRecord::read_list(JsonReader& in, const FieldInfo& field, std::span<Value> cells) {
    std::vector<Item> items;
    std::string lines;
    in.array([&] {
        Item item;
        if (in.next() == JsonReader::Kind::object) {
            in.object([&](const std::string& key) {
                if (key == "value")
                    item.value = in.text();
                else if (key == "type") {
                    if (auto labels = text_or_null(in))
                        item.labels = meta::read_labels(*labels);
                } else
                    in.skip();
            });
        } else {
            item.value = in.text();
        }
        lines += (lines.empty() ? "" : "\n") + item.value;
        items.push_back(std::move(item));
    });
    if (items.empty())
        return;
    if (field.name() == "tags")
        for (const Item& item : items)
            if (auto valid = store::check_tag(item.value); !valid)
                throw std::move(valid.error());
    read_typed(field, field.type() == Type::extra ? lines : meta::items_text(items), cells);
}

void DumpedRecord::read_rows(JsonReader& in, const FieldInfo& field) {
    in.array([&] {
        const FieldInfo &first = field.rows.front(), &last = field.rows.back();
        store::RowCells row(last.first + last.cells);
        in.object([&](const std::string& key) {
            if (first.type() == Type::link && key == "id") {
                if (in.next() == JsonReader::Kind::null)
                    return void(in.skip());
                const auto [noun, number] = target(in, first);
                if (first.cells > 1)
                    row[first.first] = std::int64_t{noun->number};
                row[first.first + first.cells - 1] = number;
                return;
            }
            const auto inner = std::ranges::find(field.rows, std::string_view(key),
                                                 [](const FieldInfo& p) { return p.name(); });
            if (inner == field.rows.end() || inner->computed())
                return void(in.skip());
            read_value(in, *inner, std::span(row).subspan(inner->first, inner->cells));
        });
        drop_name_of_record(field, row);
        record.rows[field.first].push_back(std::move(row));
    });
}

void DumpedRecord::read_old_members(JsonReader& in) {
    const FieldInfo& who = *record.entity->model().get("member").find("who");
    in.array([&] {
        OldCampaign::Member member;
        in.object([&](const std::string& key) {
            if (key == "id" && in.next() == JsonReader::Kind::text)
                std::tie(member.noun, member.who) = target(in, who);
            else if (key == "status")
                member.status = text_or_null(in).value_or("");
            else
                in.skip();
        });
        if (member.noun != nullptr)
            old.members.push_back(std::move(member));
    });
}

}  // namespace crm::exchange
