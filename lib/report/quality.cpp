#include "report/quality.hpp"

#include "sql/expression.hpp"
#include "store/check.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace crm::report {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

/// What can be entered. A list is shown by the field that holds its first value.
bool is_entered(const FieldInfo& field) {
    return !field.computed() && !field.is(meta::derived) && field.type() != Type::extra &&
           field.mirror == nullptr && field.name() != "created_at" && !field.is_bookkeeping();
}

/// Of these types every text is valid.
bool can_be_invalid(const FieldInfo& field) {
    switch (field.type()) {
        case Type::text:
        case Type::prose:
        case Type::boolean:
        case Type::link:
            return false;
        default:
            return true;
    }
}

std::vector<std::string> cells_of(const FieldInfo& field, std::string_view alias) {
    std::vector<std::string> out;
    for (const meta::Column& column : field.columns)
        out.push_back(fmt::format("{}.{}", alias, quoted(column.name)));
    return out;
}

std::string is_filled(const FieldInfo& field) {
    return fmt::format("coalesce({}) IS NOT NULL", [&] {
        std::vector<std::string> cells;
        for (const std::string& cell : cells_of(field, "t"))
            cells.push_back(fmt::format("CAST({} AS TEXT)", cell));
        if (cells.size() == 1)
            cells.emplace_back("NULL");
        return fmt::to_string(fmt::join(cells, ", "));
    }());
}

/// One noun.
class NounReader {
public:
    NounReader(store::Store& store, const Clock& clock, const Entity& noun, Result& out)
        : store_(store),
          noun_(noun),
          how_{.clock = &clock, .currency = store.currency()},
          out_(out) {
        for (const FieldInfo& field : noun.fields())
            if (is_entered(field))
                fields_.push_back(&field);
    }

    void read() {
        const std::vector<std::int64_t> counts = count_filled();
        if (counts[0] == 0)
            return;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const std::int64_t filled = counts[i + 1];
            out_.rows.push_back({std::string(noun_.noun), std::string(fields_[i]->name()),
                                 counts[0], filled,
                                 fmt::format("{:.6f}", static_cast<double>(filled) /
                                                           static_cast<double>(counts[0])),
                                 filled == 0 ? std::int64_t{0} : count_invalid(*fields_[i])});
        }
    }

private:
    std::string records() const {
        return fmt::format("FROM {} t\nWHERE {}", quoted(noun_.noun), sql::live("t"));
    }

    /// How many records there are, and how many have each field.
    std::vector<std::int64_t> count_filled() const {
        std::string sql = "SELECT count(*)";
        for (const FieldInfo* field : fields_)
            sql += field->type() == Type::rows
                       ? fmt::format(
                             ",\n       count(CASE WHEN EXISTS (SELECT 1 FROM {} r "
                             "WHERE r.\"record\" = t.\"id\") THEN 1 END)",
                             quoted(field->table()))
                       : fmt::format(",\n       count(CASE WHEN {} THEN 1 END)", is_filled(*field));
        sql::Statement row = store_.db().prepare(sql + "\n" + records());
        std::vector<std::int64_t> out(fields_.size() + 1);
        if (row.step())
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = row.integer(static_cast<int>(i));
        return out;
    }

    std::int64_t count_invalid(const FieldInfo& field) const {
        // All values of a list, not only the first one.
        const FieldInfo& whole = field.of != nullptr ? *field.of : field;
        if (field.type() != Type::rows)
            return count_invalid(whole, cells_of(whole, "t"), records());
        std::int64_t out = 0;
        for (const FieldInfo& inner : field.rows)
            out += count_invalid(
                inner, cells_of(inner, "r"),
                fmt::format("FROM {} r\nJOIN {} t ON t.\"id\" = "
                            "r.\"record\"\nWHERE {}",
                            quoted(field.table()), quoted(noun_.noun), sql::live("t")));
        return out;
    }

    /// Each value is read once.
    std::int64_t count_invalid(const FieldInfo& field, const std::vector<std::string>& cells,
                               const std::string& from) const {
        if (!can_be_invalid(field) || field.computed() || cells.empty())
            return 0;
        const std::string list = fmt::to_string(fmt::join(cells, ", "));
        sql::Statement rows = store_.db().prepare(
            fmt::format("SELECT count(*), {}\n{}\nGROUP BY {}", list, from, list));
        std::int64_t out = 0;
        std::vector<View> views(cells.size());
        while (rows.step()) {
            for (std::size_t i = 0; i < cells.size(); ++i)
                views[i] = rows.view(static_cast<int>(i) + 1);
            if (store::invalid_value(field, views, how_))
                out += rows.integer(0);
        }
        return out;
    }

    store::Store& store_;
    const Entity& noun_;
    meta::Reading how_;
    Result& out_;
    std::vector<const FieldInfo*> fields_;
};

}  // namespace

std::vector<Column> quality_columns() {
    return {{.name = "noun", .group = true, .help = "the kind of record"},
            {.name = "field", .group = true, .help = "a field that can be entered"},
            {.name = "records", .type = ColumnType::integer, .help = "of the noun"},
            {.name = "filled", .type = ColumnType::integer, .help = "records that have a value"},
            {.name = "filled_share",
             .type = ColumnType::share,
             .charted = true,
             .help = "these as a share of all records"},
            {.name = "invalid",
             .type = ColumnType::integer,
             .help = "values that could not be entered any more; crm check names them"}};
}

Result quality(store::Store& store, const Clock& clock, const Entity* only) {
    Result out{quality_columns(), {}, {}, {}};
    for (const Entity* noun : store.nouns())
        if (only == nullptr || noun == only)
            NounReader(store, clock, *noun, out).read();
    if (out.rows.empty())
        out.notes.emplace_back("there are no records");
    return out;
}

}  // namespace crm::report
