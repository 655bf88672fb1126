#pragma once

#include "base/error.hpp"
#include "base/value.hpp"
#include "sql/dialect.hpp"
#include "sql/driver.hpp"

#include <chrono>
#include <cstdint>
#include <forward_list>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The seam to the database engine. Everything above works with Connection and Statement, and
/// writes SQL that every engine understands; what differs is in Dialect.
namespace crm::sql {

/// An identifier in double quotes. Identifiers come from meta only; a quote inside is a fault of
/// the program.
std::string quoted(std::string_view identifier);
/// A text as SQL writes it.
std::string literal(std::string_view text);

enum class Mode {
    reading,  ///< never writes; a journal left by a crash is rolled back all the same
    writing,
    creating,  ///< an empty file that is still private: a crash may leave it half written
};

/// A prepared statement. Parameters are numbered from 1, columns from 0. Text of a column is valid
/// until the next step.
class Statement {
public:
    Statement() = default;
    explicit Statement(std::unique_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}

    Statement& bind(int at, std::int64_t number) {
        prepared_->bind(at, number);
        return *this;
    }
    /// Borrowed: the text must live until the statement is stepped to its end or reset.
    Statement& bind(int at, std::string_view text) {
        prepared_->bind(at, text);
        return *this;
    }
    Statement& bind(int at, View value);
    Statement& bind_blob(int at, std::string_view bytes) {
        prepared_->bind_blob(at, bytes);
        return *this;
    }
    Statement& bind_null(int at) {
        prepared_->bind_null(at);
        return *this;
    }
    /// Binds all parameters. Texts are borrowed, but for temporary ones, which are kept.
    template <class... T>
    Statement& with(T&&... values) {
        reset();
        kept_.clear();
        int at = 0;
        (bind_any(++at, std::forward<T>(values)), ...);
        return *this;
    }

    bool step() { return prepared_->step(); }  ///< true: a row is ready
    void run();                                ///< steps to the end and resets
    void reset() { prepared_->reset(); }
    void clear() { prepared_->clear(); }  ///< resets and empties all parameters

    int columns() const { return prepared_->columns(); }
    std::string_view column_name(int column) const { return prepared_->column_name(column); }
    bool null(int column) const { return prepared_->null(column); }
    std::int64_t integer(int column) const { return prepared_->integer(column); }
    std::string_view text(int column) const { return prepared_->text(column); }
    View view(int column) const { return prepared_->view(column); }
    explicit operator bool() const { return prepared_ != nullptr; }

private:
    void bind_any(int at, std::int64_t v) { bind(at, v); }
    void bind_any(int at, int v) { bind(at, std::int64_t{v}); }
    void bind_any(int at, std::size_t v) { bind(at, static_cast<std::int64_t>(v)); }
    void bind_any(int at, std::string_view v) { bind(at, v); }
    void bind_any(int at, const std::string& v) { bind(at, std::string_view(v)); }
    void bind_any(int at, std::string&& v) {
        kept_.push_front(std::move(v));
        bind(at, std::string_view(kept_.front()));
    }
    void bind_any(int at, const char* v) { bind(at, std::string_view(v)); }
    void bind_any(int at, const View& v) { bind(at, v); }
    void bind_any(int at, const Value& v) { bind(at, View(v)); }
    void bind_any(int at, Value&& v) {
        if (auto* text = std::get_if<std::string>(&v))
            bind_any(at, std::move(*text));
        else
            bind(at, View(v));
    }

    std::unique_ptr<Prepared> prepared_;
    std::forward_list<std::string> kept_;
};

/// A database that is open. Throws Error: io when it cannot be read or is damaged, busy when it
/// stays locked.
class Connection {
public:
    /// How long any of them waits for a lock of another program.
    static inline std::chrono::milliseconds lock_timeout{30'000};

    Connection(const std::string& path, Mode mode);
    Connection(Connection&&) = delete;

    const std::string& path() const { return path_; }
    Mode mode() const { return mode_; }
    /// The SQL that differs from engine to engine.
    const Dialect& dialect() const { return driver_->dialect(); }

    Statement prepare(std::string_view text);
    void run(std::string_view text);  ///< one or several statements without parameters
    /// Runs what makes tables that only this connection sees, also when it must not write.
    void run_temporary(std::string_view text) { driver_->run_temporary(text); }
    /// Called with each table that a statement names, before the statement reaches the engine, so
    /// that a missing table can be made: a statement that fails would end a transaction in some
    /// engines. `changed`: its rows are added, changed or deleted.
    void before_use(std::function<void(std::string_view table, bool changed)> make_ready) {
        make_ready_ = std::move(make_ready);
    }

    /// A statement that a user wrote: it may read what is not secret, and nothing else. Throws
    /// usage where it is wrong or does more, with the place in the text (Error::at, npos where it
    /// is not known); what takes longer than `most` is stopped with refused.
    Statement query(std::string_view text, std::chrono::milliseconds most,
                    Readable readable = Readable::all);

    /// Many rows into a table by one statement, which costs a fraction of one statement a row (rows
    /// in the order of the table's key cost least). `next` fills the cells of the next row, or
    /// answers false; they live until it is called again.
    void load(std::string_view table, std::span<const std::string> columns,
              const std::function<bool(std::span<View>)>& next);

    /// Whether a Transaction or a Snapshot is open.
    bool in_transaction() { return driver_->in_transaction(); }

    /// Whether a table is there, not counting temporary ones. Costs next to nothing.
    bool has_table(std::string_view name) { return driver_->has_table(name); }
    /// The columns of a table; none when it is not there.
    std::vector<std::string> columns(std::string_view table) { return driver_->columns(table); }
    /// The version of the schema of the database.
    std::int64_t schema_version() { return driver_->schema_version(); }
    void set_schema_version(std::int64_t version) { driver_->set_schema_version(version); }

    /// How the engine would run a statement, a step a line.
    std::vector<std::string> explain(std::string_view text);
    /// What the engine finds wrong with the database itself; empty when all is well.
    std::vector<std::string> faults() { return driver_->faults(); }
    std::vector<BrokenLink> broken_links() { return driver_->broken_links(); }
    /// Before a transaction that loads a whole database in any order: links are checked once, by
    /// `broken_links`, not row by row.
    void defer_links() { driver_->defer_links(); }
    /// A copy of the whole database as it is now, also while others write, in an empty file that
    /// nobody else knows of. The copy is on the disk when it returns.
    void copy_to(const std::string& path) { driver_->copy_to(path); }
    /// From now on, what is deleted is overwritten in the same transaction.
    void overwrite_deleted() { driver_->overwrite_deleted(); }
    /// Gives back the space of what was deleted; outside of a transaction.
    void compact() { driver_->compact(); }
    /// For work that writes much in one transaction: a page cache of this many MiB.
    void cache(int mebibytes) { driver_->cache(mebibytes); }

private:
    friend class Transaction;
    friend class Snapshot;

    void make_ready(std::string_view text);

    std::function<void(std::string_view, bool)> make_ready_;
    std::string path_;
    Mode mode_;
    std::unique_ptr<Driver> driver_;
};

/// One write transaction. Writers queue, at most `wait`; then Error busy. Rolled back unless
/// committed.
class Transaction {
public:
    Transaction(Connection& connection, std::chrono::milliseconds wait);
    ~Transaction();
    Transaction(Transaction&&) = delete;
    void commit();

private:
    Driver& driver_;
    bool open_ = true;
};

/// Many readings that must agree; ends when it goes.
class Snapshot {
public:
    explicit Snapshot(Connection& connection);
    ~Snapshot();
    Snapshot(Snapshot&&) = delete;

private:
    Driver& driver_;
};

}  // namespace crm::sql
