#include "store/batch.hpp"

#include <algorithm>
#include <cstring>

/// A record is: uid, deleted_at, the number of its cells that are set, each with its place, and of
/// each row list the number of rows and all cells. A text is its size and bytes; a cell its kind
/// and number or text. Numbers are in the byte order of the machine.
namespace crm::store {
namespace {

template <class T>
void put(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Reads back what `put` wrote.
class Bytes {
public:
    explicit Bytes(const char* at) : at_(at) {}
    template <class T>
    T take() {
        T value;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    std::string_view text() {
        const auto size = take<std::uint32_t>();
        const std::string_view out(at_, size);
        at_ += size;
        return out;
    }
    View cell() {
        switch (take<View::Kind>()) {
            case View::Kind::integer:
                return take<std::int64_t>();
            case View::Kind::text:
                return text();
            default:
                return {};
        }
    }

private:
    const char* at_;
};

}  // namespace

Batch::Batch(const meta::Entity& entity)
    : entity_(&entity),
      row_cells_(entity.row_lists()),
      used_(entity.cells()),
      used_rows_(entity.row_lists()) {
    for (const meta::FieldInfo& field : entity.fields())
        for (const meta::FieldInfo& inner : field.rows)
            row_cells_[field.first] += inner.cells;
}

void Batch::pack_text(std::string_view text) {
    put(bytes_, static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
}

void Batch::pack(const View& view) {
    put(bytes_, view.kind);
    if (view.kind == View::Kind::integer)
        put(bytes_, view.number);
    else if (!view.null())
        pack_text(view.text);
}

void Batch::pack(const Record& record) {
    pack_text(record.uid);
    pack_text(record.deleted_at);
    const std::size_t count_at = bytes_.size();
    std::uint16_t count = 0;
    put(bytes_, count);
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
        if (std::holds_alternative<std::monostate>(record.cells[i]))
            continue;
        put(bytes_, static_cast<std::uint16_t>(i));
        pack(View(record.cells[i]));
        used_[i] = true;
        ++count;
    }
    std::memcpy(bytes_.data() + count_at, &count, sizeof count);
    for (std::size_t list = 0; list < record.rows.size(); ++list) {
        put(bytes_, static_cast<std::uint32_t>(record.rows[list].size()));
        if (!record.rows[list].empty())
            used_rows_[list] = true;
        for (const RowCells& row : record.rows[list])
            for (const Value& cell : row)
                pack(View(cell));
    }
}

void Batch::add(const Record& record) {
    const Entry entry{record.id, bytes_.size()};
    if (entries_.empty() || entries_.back().id < record.id)
        entries_.push_back(entry);
    else  // the export of a database has the trash after what is not in it
        entries_.insert(std::ranges::upper_bound(entries_, record.id, {}, &Entry::id), entry);
    pack(record);
}

void Batch::replace(const Record& record) {
    entries_[place(record.id)].at = bytes_.size();
    pack(record);
}

void Batch::clear() {
    entries_.clear();
    bytes_.clear();
    used_.assign(used_.size(), false);
    used_rows_.assign(used_rows_.size(), false);
}

std::size_t Batch::place(std::int64_t id) const {
    const auto it = std::ranges::lower_bound(entries_, id, {}, &Entry::id);
    return it == entries_.end() || it->id != id ? none
                                                : static_cast<std::size_t>(it - entries_.begin());
}

void Batch::read(std::size_t n, Packed& out) const {
    out.cells.resize(entity_->cells());
    out.rows.resize(row_cells_.size());
    for (const std::uint16_t cell : out.set)
        out.cells[cell] = View();
    out.set.clear();
    out.id = entries_[n].id;
    Bytes in(bytes_.data() + entries_[n].at);
    out.uid = in.text();
    out.deleted_at = in.text();
    for (auto left = in.take<std::uint16_t>(); left > 0; --left) {
        out.set.push_back(in.take<std::uint16_t>());
        out.cells[out.set.back()] = in.cell();
    }
    for (std::size_t list = 0; list < row_cells_.size(); ++list) {
        out.rows[list].clear();
        for (auto left = in.take<std::uint32_t>() * row_cells_[list]; left > 0; --left)
            out.rows[list].push_back(in.cell());
    }
}

std::optional<Record> Batch::get(std::int64_t id) const {
    const std::size_t n = place(id);
    if (n == none)
        return {};
    Packed packed;
    read(n, packed);
    Record record(*entity_);
    record.id = id;
    record.uid = packed.uid;
    record.deleted_at = packed.deleted_at;
    for (const std::uint16_t cell : packed.set)
        record.cells[cell] = packed.cells[cell].owned();
    for (std::size_t list = 0; list < row_cells_.size(); ++list)
        for (std::size_t at = 0; at < packed.rows[list].size(); at += row_cells_[list]) {
            RowCells& row = record.rows[list].emplace_back();
            for (std::size_t i = 0; i < row_cells_[list]; ++i)
                row.push_back(packed.rows[list][at + i].owned());
        }
    return record;
}

}  // namespace crm::store
