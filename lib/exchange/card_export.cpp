#include "exchange/card_export.hpp"

#include "form/card.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <span>
#include <vector>

namespace crm::exchange {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using store::Record;

constexpr std::string_view files_of_record = R"(
SELECT a."role", a."media_type", b."bytes"
FROM "attachment" a
JOIN "blob" b ON b."hash" = a."hash"
WHERE a."about_noun" = ?1 AND a."about" = ?2 AND a."role" IS NOT NULL AND {live}
ORDER BY a."id")";

/// Puts the fields of one record on a card.
class CardFields {
public:
    CardFields(store::Store& store, const Record& record, form::Exported& card)
        : store_(store), record_(record), card_(card) {}

    void add(const FieldInfo& field) {
        if (field.type() == Type::rows)
            return add_rows(field);
        if (field.is(meta::mirror) || field.is(meta::derived))
            return;
        if (field.type() == Type::link)
            return add_text(field, name_of(field, record_.of(field)));
        if (field.type() == Type::address)
            return add_address(field);
        add_text(field, meta::typed(field, record_.views(field)));
    }

private:
    /// Other records by what somebody outside knows them by: companies by their name, people by
    /// their address.
    std::string name_of(const FieldInfo& link, std::span<const Value> cells) const {
        const auto* id = std::get_if<std::int64_t>(&cells.back());
        if (id == nullptr || link.to == nullptr)
            return {};
        const FieldInfo* email =
            link.to->role == meta::Role::company ? nullptr : link.to->find("email");
        if (email != nullptr)
            if (const auto other = store_.find(*link.to, *id))
                if (const std::string& address = other->text(*email); !address.empty())
                    return address;
        return store_.name(*link.to, *id);
    }

    void add_text(const FieldInfo& field, std::string text) {
        if (!text.empty())
            card_.fields.emplace_back(field.name(), std::move(text));
    }

    void add_address(const FieldInfo& field) {
        for (std::size_t part = 0; part < field.cells; ++part)
            if (const auto* text = std::get_if<std::string>(&record_.cells[field.first + part]))
                card_.fields.emplace_back(
                    fmt::format("{}.{}", field.name(), meta::address_parts()[part]), *text);
    }

    /// The first of the rows goes beside the others where another field shows it: the company that
    /// is the ORG of the card.
    void add_rows(const FieldInfo& field) {
        std::span<const store::RowCells> rows = record_.rows[field.first];
        if (!rows.empty() && field.mirror != nullptr) {
            add_first_row(field, rows.front());
            rows = rows.subspan(1);
        }
        const FieldInfo& link = field.rows.front();
        std::vector<std::string> names;
        names.reserve(rows.size());  // the cells refer to them
        std::vector<View> cells;
        for (const store::RowCells& row : rows) {
            names.push_back(name_of(link, std::span(row).subspan(link.first, link.cells)));
            cells.emplace_back();
            cells.emplace_back(std::string_view(names.back()));
            for (const FieldInfo& inner : std::span(field.rows).subspan(1))
                for (std::size_t c = 0; c < meta::shown_cells(inner); ++c)
                    cells.push_back(inner.computed() ? View() : View(row[inner.first + c]));
        }
        if (!cells.empty())
            card_.fields.emplace_back(field.name(), meta::text(field, cells));
    }

    void add_first_row(const FieldInfo& field, const store::RowCells& row) {
        const FieldInfo& link = field.rows.front();
        card_.fields.emplace_back(field.mirror->name(),
                                  name_of(link, std::span(row).subspan(link.first, link.cells)));
        for (const FieldInfo& inner : std::span(field.rows).subspan(1)) {
            const auto begin = row.begin() + static_cast<long>(inner.first);
            const std::vector<View> cells(begin, begin + static_cast<long>(inner.cells));
            if (std::string text = meta::typed(inner, cells); !text.empty())
                card_.link.emplace_back(inner.name(), std::move(text));
        }
    }

    store::Store& store_;
    const Record& record_;
    form::Exported& card_;
};

}  // namespace

form::Exported card_fields(store::Store& store, const Record& record) {
    form::Exported card{.noun = std::string(record.entity->noun),
                        .uid = record.uid,
                        .fields = {},
                        .link = {},
                        .files = {}};
    CardFields fields(store, record, card);
    for (const FieldInfo& field : record.entity->fields())
        fields.add(field);
    return card;
}

std::string card_of(store::Store& store, const Record& record, int version) {
    const Entity& entity = *record.entity;
    form::Exported card = card_fields(store, record);
    sql::Statement files =
        store.db().prepare(fmt::format(files_of_record, fmt::arg("live", sql::live("a"))));
    for (files.with(entity.number, record.id); files.step();)
        card.files.push_back(
            {std::string(files.text(0)), std::string(files.text(1)), std::string(files.text(2))});
    return form::card_text(card, version);
}

}  // namespace crm::exchange
