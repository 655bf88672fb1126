#include "sql/sqlite/engine.hpp"

#include <algorithm>
#include <utility>

namespace crm::sql {
namespace {

/// A null pointer would bind NULL: an empty text is not nothing.
const char* bytes_of(std::string_view text) {
    return text.data() == nullptr ? "" : text.data();
}

/// A value that a function does not take, a number or a text that is too large, …
bool is_fault_of_statement(int code) {
    return code == SQLITE_ERROR || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH ||
           code == SQLITE_RANGE || code == SQLITE_CONSTRAINT;
}

}  // namespace

sqlite3_stmt* KeptStatements::take(std::string_view text) {
    const auto found = std::ranges::find(kept_, text, &Kept::text);
    return found == kept_.end() ? nullptr : std::exchange(*found, {}).stmt;
}

void KeptStatements::keep(sqlite3_stmt* stmt, unsigned period) {
    const char* sql = sqlite3_sql(stmt);
    const std::string_view text = sql == nullptr ? std::string_view() : sql;
    if (is_closed_ || period != period_ || text.empty() || text.size() > longest) {
        sqlite3_finalize(stmt);
        return;
    }
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    sqlite3_finalize(std::exchange(kept_[next_], {text, stmt}).stmt);
    next_ = (next_ + 1) % kept_.size();
}

void KeptStatements::forget() {
    ++period_;
    for (Kept& kept : kept_)
        sqlite3_finalize(std::exchange(kept, {}).stmt);
}

void KeptStatements::close() {
    is_closed_ = true;
    forget();
}

SqlitePrepared::~SqlitePrepared() {
    if (kept_)
        kept_->keep(stmt_, period_);
    else
        sqlite3_finalize(stmt_);
}

void SqlitePrepared::bind(int at, std::int64_t number) {
    if (sqlite3_bind_int64(stmt_, at, number) != SQLITE_OK)
        fail(sqlite3_db_handle(stmt_), "read");
}

void SqlitePrepared::bind(int at, std::string_view text) {
    if (sqlite3_bind_text64(stmt_, at, bytes_of(text), text.size(), SQLITE_STATIC, SQLITE_UTF8) !=
        SQLITE_OK)
        fail(sqlite3_db_handle(stmt_), "read");
}

void SqlitePrepared::bind_blob(int at, std::string_view bytes) {
    if (sqlite3_bind_blob64(stmt_, at, bytes_of(bytes), bytes.size(), SQLITE_STATIC) != SQLITE_OK)
        fail(sqlite3_db_handle(stmt_), "read");
}

void SqlitePrepared::bind_null(int at) {
    sqlite3_bind_null(stmt_, at);
}

bool SqlitePrepared::step() {
    const int code = sqlite3_step(stmt_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    if (author_ == Author::user && is_fault_of_statement(code & 0xff))
        throw Error(
            Fault::refused, "failed_sql",
            std::string("the statement failed: ") + sqlite3_errmsg(sqlite3_db_handle(stmt_)));
    fail(sqlite3_db_handle(stmt_), sqlite3_stmt_readonly(stmt_) != 0 ? "read" : "written");
}

void SqlitePrepared::reset() {
    sqlite3_reset(stmt_);
}

void SqlitePrepared::clear() {
    sqlite3_reset(stmt_);
    sqlite3_clear_bindings(stmt_);
}

int SqlitePrepared::columns() const {
    return sqlite3_column_count(stmt_);
}

std::string_view SqlitePrepared::column_name(int column) const {
    return sqlite3_column_name(stmt_, column);
}

bool SqlitePrepared::null(int column) const {
    return sqlite3_column_type(stmt_, column) == SQLITE_NULL;
}

std::int64_t SqlitePrepared::integer(int column) const {
    return sqlite3_column_int64(stmt_, column);
}

std::string_view SqlitePrepared::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(stmt_, column));
    if (bytes == nullptr)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column))};
}

View SqlitePrepared::view(int column) const {
    switch (sqlite3_column_type(stmt_, column)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return integer(column);
        case SQLITE_FLOAT: {
            const auto* digits = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
            return View::decimal(
                {digits, static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column))});
        }
        default: {
            const std::string_view bytes = text(column);
            return bytes.data() == nullptr ? View(std::string_view("", 0)) : View(bytes);
        }
    }
}

}  // namespace crm::sql
