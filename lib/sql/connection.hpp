#pragma once

#include "base/error.hpp"
#include "base/value.hpp"
#include "sql/dialect.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

/// The seam to the engine. Everything above speaks Connection and Statement; sqlite.cpp alone knows
/// SQLite.
namespace crm::sql {

/// An identifier in double quotes. Identifiers come from meta only; a quote inside is a fault of
/// the program.
std::string quoted(std::string_view identifier);
/// A text as SQL writes it.
std::string literal(std::string_view text);

enum class Mode {
    reading,  ///< never writes; a journal left by a crash is rolled back all the same
    writing,
    creating,  ///< the file must not exist
};

/// A prepared statement. Parameters are numbered from 1, columns from 0. Text of a column is valid
/// until the next step.
class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* stmt) : stmt_(stmt) {}  ///< takes it over

    Statement& bind(int at, std::int64_t number);
    Statement& bind(
        int at,
        std::string_view text);  ///< borrowed: must live until the statement is stepped or reset
    Statement& bind(int at, View value);
    Statement& bind_blob(int at, std::string_view bytes);
    Statement& bind_null(int at);
    template <class... T>
    Statement& with(const T&... values) {
        reset();
        int at = 0;
        (bind_any(++at, values), ...);
        return *this;
    }

    bool step();  ///< true: a row stands ready
    void run();   ///< steps to the end and resets
    void reset();
    void clear();  ///< resets and empties all parameters

    int columns() const;
    std::string_view column_name(int column) const;
    bool null(int column) const;
    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    View view(int column) const;
    explicit operator bool() const { return stmt_ != nullptr; }

private:
    struct Close {
        void operator()(sqlite3_stmt* stmt) const;
    };
    void bind_any(int at, std::int64_t v) { bind(at, v); }
    void bind_any(int at, int v) { bind(at, std::int64_t{v}); }
    void bind_any(int at, std::size_t v) { bind(at, static_cast<std::int64_t>(v)); }
    void bind_any(int at, std::string_view v) { bind(at, v); }
    void bind_any(int at, const std::string& v) { bind(at, std::string_view(v)); }
    void bind_any(int at, const char* v) { bind(at, std::string_view(v)); }
    void bind_any(int at, const View& v) { bind(at, v); }
    void bind_any(int at, const Value& v) { bind(at, View(v)); }

    std::unique_ptr<sqlite3_stmt, Close> stmt_;
};

/// A store file that is open. Throws Error: io when it cannot be read or is damaged, busy when it
/// stays locked.
class Connection {
public:
    /// How long any of them waits for a lock of another program.
    static inline std::chrono::milliseconds lock_timeout{30'000};

    Connection(const std::string& path, Mode mode);
    ~Connection();
    Connection(Connection&&) = delete;

    Statement prepare(std::string_view text);
    void run(std::string_view text);  ///< one or several statements without parameters
    /// Asked when a statement names a table that is not there: makes it and answers true, or
    /// answers false.
    void on_missing_table(std::function<bool(std::string_view)> make) {
        make_table_ = std::move(make);
    }
    /// Runs what makes tables that only this connection sees, also when it must not write to the
    /// file.
    void run_temporary(std::string_view text);
    const std::string& path() const { return path_; }
    Mode mode() const { return mode_; }
    /// What the engine writes in its own way.
    const Dialect& dialect() const { return sqlite_dialect(); }

    /// A statement that somebody wrote: it may read what is not secret, and nothing else. Throws
    /// usage where it is wrong or does more; what takes longer than `most` is given up with
    /// refused.
    Statement query(std::string_view text, std::chrono::milliseconds most);
    /// A copy of the whole file as it is now, also while others write. `path` must not exist. The
    /// copy is on the disk when it returns.
    void copy_to(const std::string& path);
    /// What the engine finds wrong with the file itself; empty when all is well.
    std::vector<std::string> faults();

    /// Many rows into a table by one statement, which costs a fraction of one statement a row (rows
    /// in the order of the table's key cost least). `next` fills the cells of the next row, or
    /// answers false; they live until it is called again.
    void load(std::string_view table, std::span<const std::string> columns,
              const std::function<bool(std::span<View>)>& next);

    /// Before a transaction that loads a whole store in any order: links are checked once, by
    /// `links_hold`, not row by row.
    void defer_links();
    bool links_hold();

    /// For work that writes much in one transaction: a page cache of this many MiB.
    void cache(int mebibytes);

private:
    sqlite3_stmt* compile(const char* text, int size, unsigned flags, const char** rest);

    static int allowed(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);

    std::function<bool(std::string_view)> make_table_;
    std::chrono::steady_clock::time_point until_{};
    bool guarded_ = false;
    std::string path_;
    Mode mode_;
    sqlite3* db_ = nullptr;
};

/// One write transaction: a blocking lock on the side file first (so that writers queue instead of
/// polling), then BEGIN IMMEDIATE. Rolled back unless committed.
class Transaction {
public:
    Transaction(Connection& connection, std::chrono::milliseconds wait);
    ~Transaction();
    Transaction(Transaction&&) = delete;
    void commit();

private:
    void roll_back() noexcept;

    Connection& connection_;
    int lock_ = -1;
    bool open_ = false;
};

/// Many readings that must agree; ends when it goes.
class Snapshot {
public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(Snapshot&&) = delete;

private:
    Connection& connection_;
};

}  // namespace crm::sql
