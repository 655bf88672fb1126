#include "store/imported_rows.hpp"

#include <algorithm>

namespace crm::store {

void ImportedRows::begin() {
    sql::Statement any = store_.db().prepare(R"(SELECT 1 FROM "import_row" LIMIT 1)");
    had_rows_ = any.step();
}

void ImportedRows::add(std::uint64_t digest, const meta::Entity& entity, std::int64_t record,
                       const std::string& file, std::int64_t line) {
    if (files_.empty() || files_.back() != file)
        files_.push_back(file);
    rows_.push_back({static_cast<std::int64_t>(digest), entity.number, record,
                     static_cast<std::int64_t>(files_.size() - 1), line});
}

void ImportedRows::rename(const std::function<std::uint64_t(std::uint64_t)>& digest) {
    for (Row& row : rows_)
        row.digest = static_cast<std::int64_t>(digest(static_cast<std::uint64_t>(row.digest)));
}

std::vector<std::int64_t> ImportedRows::write_files(std::int64_t operation) {
    if (operation == 0)
        return std::vector<std::int64_t>(files_.size(), 0);  // nothing came from them
    std::vector<std::int64_t> ids;
    sql::Statement put = store_.db().prepare(
        R"(INSERT INTO "source"("operation", "file") VALUES(?1, ?2) RETURNING "id")");
    for (const std::string& file : files_) {
        put.with(operation, file);
        put.step();
        ids.push_back(put.integer(0));
        put.run();
    }
    return ids;
}

void ImportedRows::write(std::int64_t operation) {
    if (rows_.empty())
        return;
    const std::vector<std::int64_t> ids = write_files(operation);
    // A row that was about one record before is about this one now; with the old ones out of the
    // way all go in at once.
    std::ranges::sort(rows_, {}, &Row::digest);
    const auto [from, to] = std::ranges::unique(rows_, {}, &Row::digest);
    rows_.erase(from, to);
    if (had_rows_) {
        sql::Statement out = store_.db().prepare(R"(DELETE FROM "import_row" WHERE "digest" = ?1)");
        for (const Row& row : rows_)
            out.with(row.digest).run();
    }
    static const std::vector<std::string> columns{"digest", "noun", "record", "source", "line"};
    std::size_t at = 0;
    store_.db().load("import_row", columns, [&](std::span<View> cells) {
        if (at == rows_.size())
            return false;
        const Row& row = rows_[at++];
        cells[0] = row.digest;
        cells[1] = static_cast<std::int64_t>(row.noun);
        cells[2] = row.record;
        cells[3] = ids[static_cast<std::size_t>(row.source)];
        cells[4] = row.line;
        return true;
    });
}

}  // namespace crm::store
