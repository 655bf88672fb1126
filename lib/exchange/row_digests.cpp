#include "exchange/row_digests.hpp"

#include "base/id.hpp"

#include <variant>

namespace crm::exchange {

RowDigests::RowDigests(ImportContext& context)
    : context_(context), earlier_(context.store.db().prepare(R"(
          SELECT "noun", "record" FROM "import_row" WHERE "digest" = ?1)")) {}

void RowDigests::append(std::int64_t number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void RowDigests::append(const IncomingRow& row) {
    bytes_ += '\x1e';
    bytes_ += row.record.uid;
    for (std::size_t i = 0; i < row.record.cells.size(); ++i) {
        const Value& cell = row.record.cells[i];
        if (std::holds_alternative<std::monostate>(cell))
            continue;
        append(static_cast<std::int64_t>(i));
        if (const auto* text = std::get_if<std::string>(&cell)) {
            append(static_cast<std::int64_t>(text->size()));
            bytes_ += *text;
        } else {
            append(std::get<std::int64_t>(cell));
        }
    }
    for (const auto& [field, text] : row.links) {
        bytes_ += '\x1f';
        bytes_ += field->name();
        bytes_ += text;
    }
    bytes_ += row.company_link;
    if (!row.company_name.empty()) {
        bytes_ += '\x1d';
        bytes_ += row.company_name;
    } else if (row.company) {
        append(*row.company);
    }
}

std::uint64_t RowDigests::digest(const IncomingRow& row, const form::Draft& draft) {
    bytes_ = row.entity().noun;
    append(row);
    for (const auto& file : draft.files)
        append(static_cast<std::int64_t>(context_.hash(file.bytes)));
    return context_.hash(bytes_);
}

std::int64_t RowDigests::find(std::uint64_t digest) {
    if (const auto* record = rows_.find(digest))
        return *record;
    if (!context_.had_rows)
        return 0;
    earlier_.with(static_cast<std::int64_t>(digest));
    std::int64_t record = 0;
    if (earlier_.step()) {
        const auto* entity =
            context_.store.model().by_number(static_cast<int>(earlier_.integer(0)));
        if (entity != nullptr && context_.store.find(*entity, earlier_.integer(1)))
            record = earlier_.integer(1);
    }
    earlier_.reset();
    return record;
}

}  // namespace crm::exchange
