#pragma once

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

/// What an engine provides. The rooms above see Connection, Statement and Dialect; only lib/sql
/// sees this.
///
/// A further engine (PostgreSQL) is a folder beside sqlite/ with
/// - a Prepared and a Driver. Parameters are written ?1 ?2 in all SQL; an engine that numbers them
///   otherwise rewrites them in `prepare`.
/// - a Dialect and a FullText.
/// - its way to make and to check a database (sql/database.hpp), with types for the tables of
///   sql/schema.cpp.
/// - a line in `open_driver`, which chooses the engine by what the name of a database looks like.
namespace crm::sql {

/// A statement that the engine has compiled. Parameters count from 1, columns from 0. Every
/// function may throw an Error of those that Connection names.
class Prepared {
public:
    Prepared() = default;
    Prepared(const Prepared&) = delete;
    virtual ~Prepared() = default;

    virtual void bind(int at, std::int64_t number) = 0;
    virtual void bind(int at, std::string_view text) = 0;        ///< borrowed until the next reset
    virtual void bind_blob(int at, std::string_view bytes) = 0;  ///< borrowed until the next reset
    virtual void bind_null(int at) = 0;

    virtual bool step() = 0;   ///< true: a row is ready
    virtual void reset() = 0;  ///< ready to run again; parameters keep their values
    virtual void clear() = 0;  ///< reset, and every parameter is NULL

    virtual int columns() const = 0;
    virtual std::string_view column_name(int column) const = 0;
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;  ///< valid until the next step
    virtual View view(int column) const = 0;              ///< valid until the next step
};

/// A link whose record is missing.
struct BrokenLink {
    std::string table;
    std::int64_t record = 0;
    std::string to;  ///< the table that should have it
};

/// What a statement of a user may read.
enum class Readable : unsigned char {
    all,    ///< every table that is not secret
    views,  ///< the documented views only
};

/// A database that is open. Connection says what each function promises.
class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    virtual ~Driver() = default;

    virtual const Dialect& dialect() const = 0;
    /// A statement that was compiled before and is not in use, whose tables are there; null where
    /// there is none.
    virtual std::unique_ptr<Prepared> kept(std::string_view text) = 0;
    virtual std::unique_ptr<Prepared> prepare(std::string_view text) = 0;
    virtual std::unique_ptr<Prepared> prepare_guarded(std::string_view text,
                                                      std::chrono::milliseconds most,
                                                      Readable readable) = 0;
    virtual void run(std::string_view text) = 0;
    virtual void run_temporary(std::string_view text) = 0;
    virtual void load(std::string_view table, std::span<const std::string> columns,
                      const std::function<bool(std::span<View>)>& next) = 0;

    /// Waits for other writers, at most this long, first come, first served.
    virtual void begin_writing(std::chrono::milliseconds wait) = 0;
    virtual void begin_reading() = 0;
    virtual void commit() = 0;
    virtual void roll_back() noexcept = 0;
    virtual bool in_transaction() = 0;

    virtual bool has_table(std::string_view name) = 0;
    virtual std::vector<std::string> columns(std::string_view table) = 0;
    virtual std::int64_t schema_version() = 0;
    virtual void set_schema_version(std::int64_t version) = 0;

    virtual std::vector<std::string> explain(std::string_view text) = 0;
    virtual std::vector<std::string> faults() = 0;
    virtual std::vector<BrokenLink> broken_links() = 0;
    virtual void defer_links() = 0;
    virtual void copy_to(const std::string& path) = 0;
    virtual void overwrite_deleted() = 0;
    virtual void compact() = 0;
    virtual void cache(int mebibytes) = 0;
};

/// SQLite's; see Connection for the modes.
enum class Mode;
std::unique_ptr<Driver> open_sqlite(const std::string& path, Mode mode);

}  // namespace crm::sql
