#include "sql/sqlite/engine.hpp"

#include <string>

/// A virtual table over rows in memory (sqlite.org/vtab.html).
namespace crm::sql {
namespace {

struct FeedTable {
    sqlite3_vtab base;
    Feed* feed;
};

struct Cursor {
    sqlite3_vtab_cursor base;
    Feed* feed;
    sqlite3_int64 row;
    bool end;
};

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** table, char**) {
    std::string columns = "CREATE TABLE x(c0";
    for (std::size_t i = 1; i < Feed::most_columns; ++i)
        columns += ",c" + std::to_string(i);
    if (const int code = sqlite3_declare_vtab(db, (columns + ")").c_str()); code != SQLITE_OK)
        return code;
    auto* made = new FeedTable{{}, static_cast<Feed*>(aux)};
    *table = &made->base;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete reinterpret_cast<FeedTable*>(table);
    return SQLITE_OK;
}

int plan(sqlite3_vtab*, sqlite3_index_info* info) {
    info->estimatedCost = 1e6;
    return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
    auto* made = new Cursor{{}, reinterpret_cast<FeedTable*>(table)->feed, 0, false};
    *cursor = &made->base;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
    delete reinterpret_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

int step(sqlite3_vtab_cursor* cursor) {
    auto* c = reinterpret_cast<Cursor*>(cursor);
    ++c->row;
    c->end = !c->feed->read();
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
    return step(cursor);
}

int at_end(sqlite3_vtab_cursor* cursor) {
    return reinterpret_cast<Cursor*>(cursor)->end ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int n) {
    const View& cell = reinterpret_cast<Cursor*>(cursor)->feed->cell(static_cast<std::size_t>(n));
    if (cell.kind == View::Kind::integer)
        sqlite3_result_int64(context, cell.number);
    else if (cell.kind == View::Kind::text)
        sqlite3_result_text64(context, cell.text.data() == nullptr ? "" : cell.text.data(),
                              cell.text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return SQLITE_OK;
}

int row_number(sqlite3_vtab_cursor* cursor, sqlite3_int64* row) {
    *row = reinterpret_cast<Cursor*>(cursor)->row;
    return SQLITE_OK;
}

const sqlite3_module module = {.iVersion = 0,
                               .xCreate = nullptr,
                               .xConnect = connect,
                               .xBestIndex = plan,
                               .xDisconnect = disconnect,
                               .xOpen = open,
                               .xClose = close,
                               .xFilter = filter,
                               .xNext = step,
                               .xEof = at_end,
                               .xColumn = column,
                               .xRowid = row_number};

}  // namespace

Feed::Feed(sqlite3* db, std::size_t columns, const std::function<bool(std::span<View>)>& next)
    : db_(db), next_(next), cells_(columns) {
    if (columns > most_columns)
        throw Error(Fault::internal, "load", "too many columns to load");
    if (sqlite3_create_module_v2(db, "crm_feed", &module, this, nullptr) != SQLITE_OK)
        fail(db, "written");
}

Feed::~Feed() {
    sqlite3_create_module_v2(db_, "crm_feed", nullptr, nullptr, nullptr);
}

}  // namespace crm::sql
