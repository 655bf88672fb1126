#include "report/capacity.hpp"

#include "report/numbers.hpp"
#include "sql/expression.hpp"
#include "sql/table_sizes.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace crm::report {
namespace {

using meta::Entity;
using sql::quoted;

constexpr std::int32_t days_of_growth = 365;
constexpr double months_of_growth = 12;
constexpr double longest_forecast = 1200;  ///< months

/// Tables that belong to no noun.
constexpr std::pair<std::string_view, std::string_view> shared_tables[] = {
    {"operation", "history"},
    {"change", "history"},
    {"source", "history"},
    {"import_row", "history"},
    {"blob", "attachment"}};

struct Part {
    std::int64_t records = 0;
    std::int64_t added = 0;  ///< in the days of growth
    std::int64_t bytes = 0;
};

std::string size_text(double bytes) {
    static constexpr std::string_view units[] = {"bytes", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < std::size(units); ++unit)
        bytes /= 1000;
    return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

class CapacityReader {
public:
    CapacityReader(store::Resolver& resolver, const Clock& clock)
        : resolver_(resolver), store_(resolver.store()), clock_(clock) {}

    Result read() {
        count_records();
        measure_tables();
        Result out{capacity_columns(), {}, {}, {}};
        for (const auto& [name, part] : parts_)
            out.rows.push_back(
                {name, part.records, bytes_known_ ? Value(part.bytes) : Value(),
                 rounded_text(static_cast<double>(part.added) / months_of_growth, 1)});
        note_room(out.notes);
        note_probes(out.notes);
        return out;
    }

private:
    /// `table` has a column of times.
    Part count(std::string_view table, std::string_view time, const std::string& where) {
        const Date since{clock_.today().days - days_of_growth};
        sql::Statement row = store_.db().prepare(
            fmt::format("SELECT count(*), count(CASE WHEN {} > '{}' THEN 1 END) FROM {} WHERE {}",
                        quoted(time), since.iso(), quoted(table), where));
        Part out;
        if (row.step()) {
            out.records = row.integer(0);
            out.added = row.integer(1);
        }
        return out;
    }

    void count_records() {
        for (const Entity* noun : store_.nouns()) {
            const Part part = count(noun->noun, "created_at", sql::live());
            if (part.records > largest_count_) {
                largest_ = noun;
                largest_count_ = part.records;
            }
            parts_.emplace_back(noun->noun, part);
            place_table(std::string(noun->noun), noun->noun);
            place_table(std::string(noun->noun) + "_words", noun->noun);
            for (const meta::FieldInfo& field : noun->fields())
                if (field.type() == meta::Type::rows)
                    place_table(field.table(), noun->noun);
        }
        parts_.emplace_back("history", count("operation", "at", "TRUE"));
        for (const auto& [table, part] : shared_tables)
            place_table(std::string(table), part);
        parts_.emplace_back("search and others", Part{});
    }

    void place_table(std::string table, std::string_view part) {
        tables_.emplace(std::move(table), part);
    }

    void measure_tables() {
        const auto sizes = sql::table_sizes(store_.db());
        bytes_known_ = sizes.has_value();
        if (!sizes)
            return;
        for (const auto& [table, bytes] : *sizes) {
            const auto place = tables_.find(table);
            const std::string name = place == tables_.end() ? "" : place->second;
            const auto found =
                std::ranges::find(parts_, name, &std::pair<std::string, Part>::first);
            (found == parts_.end() ? parts_.back() : *found).second.bytes += bytes;
        }
    }

    void note_room(std::vector<std::string>& notes) {
        std::error_code failed;
        const std::filesystem::path path = store_.db().path();
        const auto bytes = std::filesystem::file_size(path, failed);
        if (failed)
            return;
        notes.push_back(fmt::format("the file has {}", size_text(static_cast<double>(bytes))));
        const auto space =
            std::filesystem::space(path.parent_path().empty() ? "." : path.parent_path(), failed);
        if (failed)
            return;
        const auto free = static_cast<double>(space.available);
        notes.push_back(fmt::format("its disk has {} free", size_text(free)));
        std::int64_t records = 0;
        std::int64_t added = 0;
        for (const auto& [name, part] : parts_) {
            records += part.records;
            added += part.added;
        }
        if (added == 0)
            return;
        const double growth = static_cast<double>(bytes) / static_cast<double>(records) *
                              static_cast<double>(added) / months_of_growth;
        const double months = std::floor(free / growth);
        if (months > longest_forecast)
            notes.emplace_back("at the rate of the last year it is not full within 100 years");
        else
            notes.push_back(fmt::format("at the rate of the last year it is full in {:.0f} {}",
                                        months, months == 1 ? "month" : "months"));
    }

    static std::string time_of(std::string_view name, const std::function<void()>& probe) {
        const auto begin = std::chrono::steady_clock::now();
        probe();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        return fmt::format("{} {:.1f}", name, took.count());
    }

    /// What people wait for, of the noun with the most records.
    void note_probes(std::vector<std::string>& notes) {
        if (largest_ == nullptr)
            return;
        const Entity& noun = *largest_;
        std::vector<std::string> times;
        times.push_back(time_of("count", [&] { store::Selection(store_, noun).count(); }));
        std::vector<std::int64_t> ids;
        times.push_back(time_of("list of 50", [&] {
            store::Selection newest(store_, noun);
            newest.limit = 50;
            if (newest.sort("-updated_at"))
                ids = newest.ids();
        }));
        times.push_back(time_of("record", [&] {
            if (!ids.empty())
                static_cast<void>(store_.get(noun, ids.front()));
        }));
        times.push_back(time_of("search", [&] {
            const std::string name = ids.empty() ? "a" : store_.name(noun, ids.front());
            store::select(resolver_, clock_, noun, {name.substr(0, name.find(' '))}).count();
        }));
        times.push_back(time_of("history", [&] {
            sql::Statement rows =
                store_.db().prepare(R"(SELECT "id" FROM "operation" ORDER BY "id" DESC LIMIT 50)");
            while (rows.step()) {
            }
        }));
        notes.push_back(
            fmt::format("milliseconds, of the noun {}: {}", noun.noun, fmt::join(times, ", ")));
    }

    store::Resolver& resolver_;
    store::Store& store_;
    const Clock& clock_;
    std::vector<std::pair<std::string, Part>> parts_;
    std::map<std::string, std::string> tables_;  // which part a table belongs to
    const Entity* largest_ = nullptr;
    std::int64_t largest_count_ = 0;
    bool bytes_known_ = false;
};

}  // namespace

std::vector<Column> capacity_columns() {
    return {{.name = "noun", .group = true, .help = "the kind of record, or history and search"},
            {.name = "records", .type = ColumnType::integer, .help = "not in the trash"},
            {.name = "bytes",
             .type = ColumnType::integer,
             .charted = true,
             .help = "of their tables, with indexes"},
            {.name = "per_month",
             .type = ColumnType::number,
             .digits = 1,
             .help = "records added a month in the last 365 days"}};
}

Result capacity(store::Resolver& resolver, const Clock& clock) {
    return CapacityReader(resolver, clock).read();
}

}  // namespace crm::report
