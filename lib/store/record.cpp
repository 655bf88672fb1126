#include "store/record.hpp"

#include "base/text.hpp"
#include "meta/item_list.hpp"

#include <utility>

namespace crm::store {

using meta::FieldInfo;
using meta::Item;
using meta::Type;

const std::string& Record::text(std::string_view name) const {
    static const std::string nothing;
    const FieldInfo* found = entity->find(name);
    return found == nullptr || found->cells == 0 ? nothing : text(*found);
}

void Record::put_text(std::string_view name, std::string value) {
    put(*entity->find(name), {value.empty() ? Value() : Value(std::move(value))});
}

std::string Record::label() const {
    if (entity->name() == nullptr)
        return short_id();
    const std::string& name = text(*entity->name());
    if (entity->name()->type() != Type::prose)
        return name.empty() ? short_id() : name;
    return text::clipped(name.substr(0, name.find('\n')), 60);
}

void align_mirrors(Record& record) {
    for (const FieldInfo* list : record.entity->mirrored()) {
        Value& first = record.cells[list->mirror->first + list->mirror->cells - 1];
        if (list->type() == Type::rows) {
            const auto& rows = record.rows[list->first];
            first = rows.empty() ? Value() : rows.front().at(list->rows.front().cells - 1);
        } else if (const std::string& items = record.text(*list); items.empty()) {
            first = Value();
        } else {
            first = meta::is_plain_item(items) ? items : meta::first_item(items)->value;
        }
    }
}

namespace {

std::string link_text(std::span<const Value> cells, const FieldInfo& field,
                      const meta::Model& model) {
    const auto* id = std::get_if<std::int64_t>(&cells.back());
    if (id == nullptr)
        return {};
    const meta::Entity* to = field.to;
    if (to == nullptr) {
        const auto* noun = std::get_if<std::int64_t>(&cells.front());
        to = noun == nullptr ? nullptr : model.by_number(static_cast<int>(*noun));
    }
    return to == nullptr ? std::string() : meta::short_id(*to, *id);
}

}  // namespace

std::string history_text(const Record& record, const FieldInfo& field, const meta::Model& model) {
    if (field.type() == Type::link)
        return link_text(record.of(field), field, model);
    if (field.type() != Type::rows)
        return meta::typed(field, record.views(field));
    // Links are written as ids and shown cells take two places for a link, so the row is rebuilt
    // with both.
    std::vector<std::string> ids;
    std::vector<View> shown;
    const auto& rows = record.rows[field.first];
    ids.reserve(rows.size() * field.rows.size());
    for (const RowCells& row : rows)
        for (const FieldInfo& inner : field.rows) {
            if (inner.type() == Type::link) {
                ids.push_back(
                    link_text(std::span(row).subspan(inner.first, inner.cells), inner, model));
                shown.emplace_back(std::string_view(ids.back()));
                shown.emplace_back();
            } else {
                for (std::size_t i = 0; i < meta::shown_cells(inner); ++i)
                    shown.emplace_back(inner.computed() ? View() : View(row[inner.first + i]));
            }
        }
    return meta::text(field, shown);
}

}  // namespace crm::store
