#include "sql/sqlite/engine.hpp"
#include "sql/sqlite/lock.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/// A database in a file of SQLite's.
namespace crm::sql {
namespace {

/// A lock of a reader is over in a millisecond or two; SQLite's own waiting sleeps up to a tenth of
/// a second between looks, which a queue of writers feels.
int busy_handler(void*, int times) {
    if (times < 20 ? times >= Connection::lock_timeout.count()
                   : 5 * (times - 16) >= Connection::lock_timeout.count())
        return 0;
    ::usleep(times < 20 ? 1000 : 5000);
    return 1;
}

/// One thread works with a database, so SQLite need not lock; and nobody asks how much memory it
/// has. Neither a pool of small pieces nor one of pages is made ahead: a look-up would touch 200 KB
/// that it does not need.
void configure() {
    static const bool done = [] {
        sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 512, 24);
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
        return true;
    }();
    (void)done;
}

/// What a statement of a user may do: read, but neither the secrets of the database nor files.
/// `readable` is a Readable; `view` the view in whose definition it reads.
int authorize(void* readable, int action, const char* first, const char* second, const char*,
              const char* view) {
    const auto is = [](const char* a, std::string_view b) { return a != nullptr && b == a; };
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_RECURSIVE:
            return SQLITE_OK;
        case SQLITE_READ:  // the seed; attached files
            // A table of which no column is read is named after views are taken apart.
            if (*static_cast<Readable*>(readable) == Readable::views && view == nullptr &&
                !is(second, "") && (first == nullptr || !std::string_view(first).starts_with("v_")))
                return SQLITE_DENY;
            return is(first, "store") || is(first, "blob") ? SQLITE_DENY : SQLITE_OK;
        case SQLITE_FUNCTION:
            return is(second, "load_extension") || is(second, "fts3_tokenizer") ||
                           is(second, "readfile") || is(second, "writefile")
                       ? SQLITE_DENY
                       : SQLITE_OK;
        default:
            return SQLITE_DENY;
    }
}

class SqliteDriver final : public Driver {
public:
    SqliteDriver(const std::string& path, Mode mode);
    ~SqliteDriver() override {
        kept_->close();
        sqlite3_close_v2(db_);
    }

    const Dialect& dialect() const override { return sqlite_dialect(); }
    std::unique_ptr<Prepared> kept(std::string_view text) override;
    std::unique_ptr<Prepared> prepare(std::string_view text) override;
    std::unique_ptr<Prepared> prepare_guarded(std::string_view text, std::chrono::milliseconds most,
                                              Readable readable) override;
    void run(std::string_view text) override;
    void run_temporary(std::string_view text) override;
    void load(std::string_view table, std::span<const std::string> columns,
              const std::function<bool(std::span<View>)>& next) override;

    void begin_writing(std::chrono::milliseconds wait) override;
    void begin_reading() override { run("BEGIN"); }
    void commit() override;
    void roll_back() noexcept override;
    bool in_transaction() override;

    bool has_table(std::string_view name) override;
    std::vector<std::string> columns(std::string_view table) override;
    std::int64_t schema_version() override;
    void set_schema_version(std::int64_t version) override {
        run("PRAGMA user_version=" + std::to_string(version));
    }

    std::vector<std::string> explain(std::string_view text) override;
    std::vector<std::string> faults() override;
    std::vector<BrokenLink> broken_links() override;
    void defer_links() override { run("PRAGMA foreign_keys=OFF"); }
    void copy_to(const std::string& path) override;
    void overwrite_deleted() override { run("PRAGMA secure_delete=ON"); }
    void compact() override { run("VACUUM"); }
    void cache(int mebibytes) override {
        run("PRAGMA cache_size=-" + std::to_string(mebibytes * 1024));
    }

private:
    void open();
    void set_up();
    class Guard;

    sqlite3_stmt* compile(const char* text, int size, unsigned flags, const char** rest);
    void stop_after(std::chrono::milliseconds most);
    void stop_no_more();
    [[noreturn]] void refuse_statement();

    std::string path_;
    Mode mode_;
    sqlite3* db_ = nullptr;
    WriterLock lock_;
    /// Shared with the statements that are in use, of which one may go after the driver.
    std::shared_ptr<KeptStatements> kept_ = std::make_shared<KeptStatements>();
    std::chrono::steady_clock::time_point until_{};  ///< of a guarded statement
    int own_length_ = 0;  ///< the longest value of statements that are not guarded
};

SqliteDriver::SqliteDriver(const std::string& path, Mode mode) : path_(path), mode_(mode) {
    configure();
    try {
        open();
        set_up();
    } catch (...) {
        sqlite3_close(db_);
        throw;
    }
}

/// A reader opens for writing, too, since it rolls back the journal that a crash left; where the
/// file may only be read it does without.
void SqliteDriver::open() {
    const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    int code = sqlite3_open_v2(path_.c_str(), &db_, common | SQLITE_OPEN_READWRITE, nullptr);
    if (code != SQLITE_OK && mode_ == Mode::reading) {
        sqlite3_close(db_);
        code = sqlite3_open_v2(path_.c_str(), &db_, common | SQLITE_OPEN_READONLY, nullptr);
    }
    if (code != SQLITE_OK)
        fail(db_, "opened");
}

void SqliteDriver::set_up() {
    sqlite3_busy_handler(db_, busy_handler, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    add_match_function(db_);
    add_round_function(db_);
    add_full_text_function(db_);
    switch (mode_) {
        case Mode::reading:
            return run("PRAGMA query_only=ON");
        case Mode::writing:
            // What is changed stays in memory until the commit, up to 256 MiB (65,536 pages):
            // written before, it would lock out readers until then.
            return run(
                "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; "
                "PRAGMA cache_spill=65536");
        case Mode::creating:
            return run("PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL");
    }
}

sqlite3_stmt* SqliteDriver::compile(const char* text, int size, unsigned flags, const char** rest) {
    sqlite3_stmt* stmt = nullptr;
    if (sqlite3_prepare_v3(db_, text, size, flags, &stmt, rest) != SQLITE_OK)
        fail(db_, "read");
    return stmt;
}

std::unique_ptr<Prepared> SqliteDriver::kept(std::string_view text) {
    sqlite3_stmt* stmt = kept_->take(text);
    if (stmt == nullptr)
        return nullptr;
    stop_no_more();
    return std::make_unique<SqlitePrepared>(stmt, Author::program, kept_);
}

std::unique_ptr<Prepared> SqliteDriver::prepare(std::string_view text) {
    stop_no_more();
    sqlite3_stmt* stmt =
        compile(text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, nullptr);
    return std::make_unique<SqlitePrepared>(stmt, Author::program, kept_);
}

constexpr int most_length_of_user_value = 16 << 20;

/// Limits that hold while a statement of a user is compiled.
class SqliteDriver::Guard {
public:
    Guard(sqlite3* db, Readable& readable)
        : db_(db),
          length_(sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 1 << 20)),
          depth_(sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 200)) {
        sqlite3_set_authorizer(db_, authorize, &readable);
    }
    ~Guard() {
        sqlite3_set_authorizer(db_, nullptr, nullptr);
        sqlite3_limit(db_, SQLITE_LIMIT_SQL_LENGTH, length_);
        sqlite3_limit(db_, SQLITE_LIMIT_EXPR_DEPTH, depth_);
    }
    Guard(const Guard&) = delete;

private:
    sqlite3* db_;
    int length_, depth_;
};

void SqliteDriver::stop_after(std::chrono::milliseconds most) {
    until_ = std::chrono::steady_clock::now() + most;
    const auto too_late = [](void* self) {
        const auto now = std::chrono::steady_clock::now();
        return now > static_cast<SqliteDriver*>(self)->until_ ? 1 : 0;
    };
    sqlite3_progress_handler(db_, 10000, too_late, this);
}

void SqliteDriver::stop_no_more() {
    if (until_ == std::chrono::steady_clock::time_point{})
        return;
    until_ = {};
    sqlite3_progress_handler(db_, 0, nullptr, nullptr);
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, own_length_);
}

/// What the engine says about a statement of a user.
void SqliteDriver::refuse_statement() {
    const int code = sqlite3_errcode(db_) & 0xff;
    const std::string said = sqlite3_errmsg(db_);
    Error e(Fault::usage, "bad_sql", said, "crm sql --views shows the views and their columns");
    if (code == SQLITE_AUTH) {
        e.code = "not_allowed";
        e.message = "only reading is allowed here, and not of everything: " + said;
        e.hint = "crm … edit changes records";
    } else if (code != SQLITE_ERROR) {
        fail(db_, "read");
    }
    const int at = sqlite3_error_offset(db_);
    e.at = at < 0 ? std::string::npos : static_cast<std::size_t>(at);
    throw e;
}

std::unique_ptr<Prepared> SqliteDriver::prepare_guarded(std::string_view text,
                                                        std::chrono::milliseconds most,
                                                        Readable readable) {
    stop_after(most);
    const int before = sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, most_length_of_user_value);
    own_length_ = std::max(own_length_, before);
    const Guard guard(db_, readable);
    const std::string all(text);
    const char* rest = nullptr;
    sqlite3_stmt* stmt = nullptr;
    if (sqlite3_prepare_v3(db_, all.c_str(), static_cast<int>(all.size()), 0, &stmt, &rest) !=
        SQLITE_OK)
        refuse_statement();
    auto prepared = std::make_unique<SqlitePrepared>(stmt, Author::user);
    if (stmt == nullptr)
        throw Error(Fault::usage, "bad_sql", "there is no statement",
                    "crm sql 'SELECT name FROM v_contact'");
    while (*rest == ';' || std::isspace(static_cast<unsigned char>(*rest)) != 0)
        ++rest;
    if (*rest != '\0')
        throw Error(Fault::usage, "bad_sql", "only one statement is allowed");
    return prepared;
}

void SqliteDriver::run(std::string_view text) {
    const std::string all(text);
    for (const char* rest = all.c_str(); *rest != '\0';) {
        sqlite3_stmt* stmt = compile(rest, -1, 0, &rest);
        if (stmt == nullptr)
            continue;
        SqlitePrepared prepared(stmt);
        while (prepared.step()) {
        }
    }
}

void SqliteDriver::run_temporary(std::string_view text) {
    if (mode_ != Mode::reading)
        return run(text);
    run("PRAGMA query_only=OFF");
    run(text);
    run("PRAGMA query_only=ON");
}

void SqliteDriver::load(std::string_view table, std::span<const std::string> columns,
                        const std::function<bool(std::span<View>)>& next) {
    const Feed feed(db_, columns.size(), next);
    std::string names;
    std::string cells;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        names += (i > 0 ? "," : "") + quoted(columns[i]);
        cells += (i > 0 ? ",c" : "c") + std::to_string(i);
    }
    run("INSERT OR ROLLBACK INTO " + quoted(table) + "(" + names + ") SELECT " + cells +
        " FROM crm_feed");
}

/// The lock first, so that writers queue instead of polling.
void SqliteDriver::begin_writing(std::chrono::milliseconds wait) {
    lock_.take(path_, wait);
    try {
        run("BEGIN IMMEDIATE");
    } catch (...) {
        lock_.release();
        throw;
    }
}

void SqliteDriver::commit() {
    run("COMMIT");
    lock_.release();
}

bool SqliteDriver::in_transaction() {
    return sqlite3_get_autocommit(db_) == 0;
}

void SqliteDriver::roll_back() noexcept {
    try {
        run("ROLLBACK");
    } catch (const Error&) {
        // SQLite has rolled back by itself after a full disk or a failed write.
    }
    // The tables of statements that were compiled meanwhile may be gone.
    kept_->forget();
    lock_.release();
}

/// Looks into the schema that SQLite has read already.
bool SqliteDriver::has_table(std::string_view name) {
    const std::string table(name);
    return sqlite3_table_column_metadata(db_, "main", table.c_str(), nullptr, nullptr, nullptr,
                                         nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::vector<std::string> SqliteDriver::columns(std::string_view table) {
    const auto get = prepare("SELECT \"name\" FROM pragma_table_info(?1)");
    get->bind(1, table);
    std::vector<std::string> out;
    while (get->step())
        out.emplace_back(get->text(0));
    return out;
}

std::int64_t SqliteDriver::schema_version() {
    const auto get = prepare("PRAGMA user_version");
    return get->step() ? get->integer(0) : 0;
}

std::vector<std::string> SqliteDriver::explain(std::string_view text) {
    const auto plan = prepare("EXPLAIN QUERY PLAN " + std::string(text));
    std::vector<std::string> out;
    while (plan->step())
        out.emplace_back(plan->text(3));
    return out;
}

std::vector<std::string> SqliteDriver::faults() {
    std::vector<std::string> out;
    const auto check = prepare("PRAGMA integrity_check(20)");
    while (check->step())
        if (check->text(0) != "ok")
            out.emplace_back(check->text(0));
    return out;
}

std::vector<BrokenLink> SqliteDriver::broken_links() {
    std::vector<BrokenLink> out;
    const auto check = prepare("PRAGMA foreign_key_check");
    while (check->step())
        out.push_back(
            {std::string(check->text(0)), check->integer(1), std::string(check->text(2))});
    return out;
}

void SqliteDriver::copy_to(const std::string& path) {
    sqlite3* to = nullptr;
    int code =
        sqlite3_open_v2(path.c_str(), &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) {
        sqlite3_exec(to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL", nullptr, nullptr,
                     nullptr);
        sqlite3_backup* copy = sqlite3_backup_init(to, "main", db_, "main");
        if (copy == nullptr) {
            code = sqlite3_errcode(to);
        } else {
            do
                code = sqlite3_backup_step(copy, -1);
            while (code == SQLITE_BUSY && busy_handler(nullptr, 1) != 0);
            const int finished = sqlite3_backup_finish(copy);
            code = code == SQLITE_DONE ? finished : code;
        }
    }
    const std::string said = to == nullptr ? "out of memory" : sqlite3_errmsg(to);
    sqlite3_close(to);
    if (code == SQLITE_OK)
        return;
    throw Error(Fault::io, (code & 0xff) == SQLITE_FULL ? "disk_full" : "io",
                path + " cannot be written: " + said);
}

}  // namespace

void fail(sqlite3* db, std::string_view doing) {
    const int code = db != nullptr ? sqlite3_errcode(db) : SQLITE_NOMEM;
    const std::string said = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
    const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
    const std::string name = file != nullptr && *file != '\0' ? file : "the database";
    // SQLite has no code of its own for a header that it does not know.
    const bool unknown_format = said == "unsupported file format";
    switch (unknown_format ? SQLITE_NOTADB : code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Error(Fault::busy, "busy", name + " is busy",
                        "try again, or wait longer with --lock-wait 60s");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Error(Fault::io, "damaged", name + " is damaged or not a database: " + said,
                        "restore a backup");
        case SQLITE_FULL:
            throw Error(Fault::io, "disk_full", "the disk is full; nothing was changed",
                        "make room and run the command again");
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_IOERR: {
            const int why = db != nullptr ? sqlite3_system_errno(db) : 0;
            throw Error(Fault::io, "io",
                        name + " cannot be " + std::string(doing) + ": " +
                            (why != 0 ? std::strerror(why) : said) + "; nothing was changed");
        }
        case SQLITE_NOMEM:
            throw Error(Fault::internal, "memory", "out of memory");
        case SQLITE_INTERRUPT:
            throw Error(Fault::refused, "too_long", "the statement took too long and was stopped",
                        "ask for less, or allow more time: --timeout 5min");
        case SQLITE_TOOBIG:
            throw Error(Fault::refused, "too_big", "a value is too long to be stored");
        default:
            if (said == "integer overflow")
                throw Error(Fault::refused, "overflow",
                            "a sum is too large: it has more than 18 digits in the smallest unit",
                            "leave out the largest amounts: --where 'amount:..1000000000'");
            if (said == inexact)
                throw Error(Fault::refused, "overflow",
                            "a result is too large to be exact: it has more than 15 digits",
                            "leave out the largest amounts: --where 'amount:..1000000000'");
            throw Error(Fault::internal, "sql", "SQLite: " + said);
    }
}

std::unique_ptr<Driver> open_sqlite(const std::string& path, Mode mode) {
    return std::make_unique<SqliteDriver>(path, mode);
}

}  // namespace crm::sql
