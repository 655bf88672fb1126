#include "base/pattern.hpp"
#include "sql/connection.hpp"

#include <sqlite3.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

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

[[noreturn]] void fail(sqlite3* db, std::string_view doing) {
    const int code = db != nullptr ? sqlite3_errcode(db) : SQLITE_NOMEM;
    const std::string said = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
    const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
    const std::string store = file != nullptr && *file != '\0' ? file : "the store";
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Error(Fault::busy, "busy", store + " is busy",
                        "try again, or wait longer with --lock-wait 60s");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Error(Fault::io, "damaged", store + " is damaged or no store: " + said,
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
                        store + " cannot be " + std::string(doing) + ": " +
                            (why != 0 ? std::strerror(why) : said) + "; nothing was changed");
        }
        case SQLITE_NOMEM:
            throw Error(Fault::io, "memory", "out of memory; nothing was changed");
        case SQLITE_INTERRUPT:
            throw Error(Fault::refused, "too_long", "the statement took too long and was given up",
                        "ask for less, or say --timeout 5min");
        case SQLITE_TOOBIG:
            throw Error(Fault::refused, "too_big", "a value is too long to be kept");
        default:
            throw Error(Fault::internal, "sql", "SQLite: " + said);
    }
}

void crm_match(sqlite3_context* context, int, sqlite3_value** args) {
    const auto text = [](sqlite3_value* v) {
        const auto* s = reinterpret_cast<const char*>(sqlite3_value_text(v));
        return std::string_view(s == nullptr ? "" : s,
                                static_cast<std::size_t>(sqlite3_value_bytes(v)));
    };
    auto* pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0));
    if (pattern == nullptr) {
        auto compiled = Pattern::compile(text(args[0]));
        if (!compiled)
            return sqlite3_result_error(context, compiled.error().message.c_str(), -1);
        pattern = new Pattern(std::move(*compiled));
        sqlite3_set_auxdata(context, 0, pattern, [](void* p) { delete static_cast<Pattern*>(p); });
        // SQLite may drop what it was handed at once when memory is short.
        pattern = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0));
        if (pattern == nullptr)
            return sqlite3_result_error_nomem(context);
    }
    sqlite3_result_int(
        context,
        sqlite3_value_type(args[1]) != SQLITE_NULL && pattern->found_in(text(args[1])) ? 1 : 0);
}

/// Rows out of memory as a table that SQLite reads from: what Connection::load inserts.
struct Feed {
    static constexpr std::size_t most = 200;
    const std::function<bool(std::span<View>)>* next;
    std::vector<View> cells;

    struct Table {
        sqlite3_vtab base;
        Feed* feed;
    };
    struct Cursor {
        sqlite3_vtab_cursor base;
        Feed* feed;
        sqlite3_int64 row;
        bool end;
    };
    static int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** table,
                       char**) {
        std::string columns = "CREATE TABLE x(c0";
        for (std::size_t i = 1; i < most; ++i)
            columns += ",c" + std::to_string(i);
        if (const int code = sqlite3_declare_vtab(db, (columns + ")").c_str()); code != SQLITE_OK)
            return code;
        auto* made = new Table{{}, static_cast<Feed*>(aux)};
        *table = &made->base;
        return SQLITE_OK;
    }
    static int disconnect(sqlite3_vtab* table) {
        delete reinterpret_cast<Table*>(table);
        return SQLITE_OK;
    }
    static int plan(sqlite3_vtab*, sqlite3_index_info* info) {
        info->estimatedCost = 1e6;
        return SQLITE_OK;
    }
    static int open(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
        auto* made = new Cursor{{}, reinterpret_cast<Table*>(table)->feed, 0, false};
        *cursor = &made->base;
        return SQLITE_OK;
    }
    static int close(sqlite3_vtab_cursor* cursor) {
        delete reinterpret_cast<Cursor*>(cursor);
        return SQLITE_OK;
    }
    static int step(sqlite3_vtab_cursor* cursor) {
        auto* c = reinterpret_cast<Cursor*>(cursor);
        ++c->row;
        c->end = !(*c->feed->next)(c->feed->cells);
        return SQLITE_OK;
    }
    static int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
        return step(cursor);
    }
    static int at_end(sqlite3_vtab_cursor* cursor) {
        return reinterpret_cast<Cursor*>(cursor)->end ? 1 : 0;
    }
    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int n) {
        const View& cell =
            reinterpret_cast<Cursor*>(cursor)->feed->cells[static_cast<std::size_t>(n)];
        if (cell.kind == View::Kind::integer)
            sqlite3_result_int64(context, cell.number);
        else if (cell.kind == View::Kind::text)
            sqlite3_result_text64(context, cell.text.data() == nullptr ? "" : cell.text.data(),
                                  cell.text.size(), SQLITE_STATIC, SQLITE_UTF8);
        return SQLITE_OK;
    }
    static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* row) {
        *row = reinterpret_cast<Cursor*>(cursor)->row;
        return SQLITE_OK;
    }
    static const sqlite3_module module;
};
const sqlite3_module Feed::module = {.iVersion = 0,
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
                                     .xRowid = rowid};

/// One thread works with a store, so SQLite need not lock; and nobody asks how much memory it has.
/// Neither a pool of small pieces nor one of pages is made ahead: a look-up would touch 200 KB that
/// it does not need.
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

}  // namespace

std::string literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

std::string quoted(std::string_view identifier) {
    if (identifier.find('"') != std::string_view::npos)
        throw Error(Fault::internal, "identifier", "a quote within an identifier");
    std::string out;
    out.reserve(identifier.size() + 2);
    out += '"';
    out += identifier;
    out += '"';
    return out;
}

void Statement::Close::operator()(sqlite3_stmt* stmt) const {
    sqlite3_finalize(stmt);
}

Statement& Statement::bind(int at, std::int64_t number) {
    if (sqlite3_bind_int64(stmt_.get(), at, number) != SQLITE_OK)
        fail(sqlite3_db_handle(stmt_.get()), "read");
    return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
    // A null pointer would bind NULL: an empty text is not nothing.
    if (sqlite3_bind_text64(stmt_.get(), at, text.data() == nullptr ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
        fail(sqlite3_db_handle(stmt_.get()), "read");
    return *this;
}
Statement& Statement::bind(int at, View value) {
    if (value.kind == View::Kind::integer)
        return bind(at, value.number);
    if (!value.null())
        return bind(at, value.text);
    return bind_null(at);
}
Statement& Statement::bind_blob(int at, std::string_view bytes) {
    if (sqlite3_bind_blob64(stmt_.get(), at, bytes.data() == nullptr ? "" : bytes.data(),
                            bytes.size(), SQLITE_STATIC) != SQLITE_OK)
        fail(sqlite3_db_handle(stmt_.get()), "read");
    return *this;
}
Statement& Statement::bind_null(int at) {
    sqlite3_bind_null(stmt_.get(), at);
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(stmt_.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    sqlite3* db = sqlite3_db_handle(stmt_.get());
    fail(db, sqlite3_stmt_readonly(stmt_.get()) != 0 ? "read" : "written");
}
void Statement::run() {
    while (step()) {
    }
    reset();
}
void Statement::reset() {
    sqlite3_reset(stmt_.get());
}
void Statement::clear() {
    sqlite3_reset(stmt_.get());
    sqlite3_clear_bindings(stmt_.get());
}

std::string_view Statement::column_name(int column) const {
    return sqlite3_column_name(stmt_.get(), column);
}
int Statement::columns() const {
    return sqlite3_column_count(stmt_.get());
}
bool Statement::null(int column) const {
    return sqlite3_column_type(stmt_.get(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(stmt_.get(), column);
}
std::string_view Statement::text(int column) const {
    const auto* s = static_cast<const char*>(sqlite3_column_blob(stmt_.get(), column));
    return s == nullptr
               ? std::string_view()
               : std::string_view(
                     s, static_cast<std::size_t>(sqlite3_column_bytes(stmt_.get(), column)));
}
View Statement::view(int column) const {
    switch (sqlite3_column_type(stmt_.get(), column)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return integer(column);
        case SQLITE_FLOAT: {
            const auto* s = reinterpret_cast<const char*>(sqlite3_column_text(stmt_.get(), column));
            return View::decimal(std::string_view(
                s, static_cast<std::size_t>(sqlite3_column_bytes(stmt_.get(), column))));
        }
        default: {
            const std::string_view s = text(column);
            return s.data() == nullptr ? View(std::string_view("", 0)) : View(s);
        }
    }
}

Connection::Connection(const std::string& path, Mode mode) : path_(path), mode_(mode) {
    configure();
    if (mode == Mode::creating) {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
            throw Error(Fault::io, "create", path + " cannot be made: " + std::strerror(errno));
        ::fchmod(fd, 0600);
        ::close(fd);
    }
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      SQLITE_OPEN_PRIVATECACHE;
    int code = sqlite3_open_v2(path.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK && mode == Mode::reading) {
        sqlite3_close(db_);
        code = sqlite3_open_v2(path.c_str(), &db_,
                               (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY, nullptr);
    }
    try {
        if (code != SQLITE_OK)
            fail(db_, "opened");
        sqlite3_busy_handler(db_, busy_handler, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
        if (sqlite3_create_function_v2(db_, "crm_match", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                       nullptr, crm_match, nullptr, nullptr, nullptr) != SQLITE_OK)
            fail(db_, "opened");
        if (mode == Mode::reading)
            run("PRAGMA query_only=ON");
        else
            run("PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL");
    } catch (...) {
        sqlite3_close(db_);
        throw;
    }
}

Connection::~Connection() {
    sqlite3_close_v2(db_);
}

/// A table that is not there may be made, each of them once: the loop ends.
sqlite3_stmt* Connection::compile(const char* text, int size, unsigned flags, const char** rest) {
    constexpr std::string_view missing = "no such table: ";
    for (;;) {
        sqlite3_stmt* stmt = nullptr;
        const int code = sqlite3_prepare_v3(db_, text, size, flags, &stmt, rest);
        if (code == SQLITE_OK)
            return stmt;
        if (code != SQLITE_ERROR || !make_table_)
            fail(db_, "read");
        std::string said = sqlite3_errmsg(db_);
        if (!said.starts_with(missing))
            fail(db_, "read");
        said.erase(0, missing.size());
        if (said.starts_with("main."))
            said.erase(0, 5);
        if (!make_table_(said))
            throw Error(Fault::internal, "sql", "SQLite: no such table: " + said);
    }
}

Statement Connection::prepare(std::string_view text) {
    return Statement(
        compile(text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, nullptr));
}

void Connection::run_temporary(std::string_view text) {
    if (guarded_)
        sqlite3_set_authorizer(db_, nullptr, nullptr);
    if (mode_ == Mode::reading)
        run("PRAGMA query_only=OFF");
    run(text);
    if (mode_ == Mode::reading)
        run("PRAGMA query_only=ON");
    if (guarded_)
        sqlite3_set_authorizer(db_, allowed, this);
}

int Connection::allowed(void*, int action, const char* first, const char* second, const char*,
                        const char*) {
    const auto is = [](const char* a, std::string_view b) { return a != nullptr && b == a; };
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_RECURSIVE:
            return SQLITE_OK;
        case SQLITE_READ:
            return is(first, "store") || is(first, "blob")
                       ? SQLITE_DENY
                       : SQLITE_OK;  // the seed; other people's files
        case SQLITE_FUNCTION:
            return is(second, "load_extension") || is(second, "fts3_tokenizer") ||
                           is(second, "readfile") || is(second, "writefile")
                       ? SQLITE_DENY
                       : SQLITE_OK;
        default:
            return SQLITE_DENY;
    }
}

Statement Connection::query(std::string_view text, std::chrono::milliseconds most) {
    guarded_ = true;
    until_ = std::chrono::steady_clock::now() + most;
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, 100 << 20);
    sqlite3_limit(db_, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
    sqlite3_limit(db_, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_progress_handler(
        db_, 10000,
        [](void* self) {
            return std::chrono::steady_clock::now() > static_cast<Connection*>(self)->until_ ? 1
                                                                                             : 0;
        },
        this);
    sqlite3_set_authorizer(db_, allowed, this);
    const std::string all(text);
    const char* rest = nullptr;
    sqlite3_stmt* stmt = nullptr;
    try {
        stmt = compile(all.c_str(), static_cast<int>(all.size()), 0, &rest);
    } catch (const Error& e) {
        if (e.fault != Fault::internal)
            throw;
        std::string said = e.message;
        if (said.starts_with("SQLite: "))
            said.erase(0, 8);
        const bool denied = sqlite3_errcode(db_) == SQLITE_AUTH;
        throw Error(Fault::usage, denied ? "not_allowed" : "bad_sql",
                    denied ? "only reading is allowed here, and not of everything: " + said : said,
                    denied ? "crm … edit changes records"
                           : "crm sql --views shows the views and their columns");
    }
    Statement out(stmt);
    if (stmt == nullptr)
        throw Error(Fault::usage, "bad_sql", "there is no statement",
                    "crm sql 'SELECT name FROM v_contact'");
    while (*rest == ';' || std::isspace(static_cast<unsigned char>(*rest)) != 0)
        ++rest;
    if (*rest != '\0')
        throw Error(Fault::usage, "bad_sql", "one statement at a time");
    return out;
}

void Connection::copy_to(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        throw Error(errno == EEXIST ? Fault::refused : Fault::io,
                    errno == EEXIST ? "exists" : "create",
                    path + " cannot be made: " + std::strerror(errno));
    ::close(fd);
    sqlite3* to = nullptr;
    int code =
        sqlite3_open_v2(path.c_str(), &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) {
        sqlite3_exec(to, "PRAGMA synchronous=FULL", nullptr, nullptr, nullptr);
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
    ::unlink(path.c_str());
    throw Error(Fault::io, (code & 0xff) == SQLITE_FULL ? "disk_full" : "io",
                path + " cannot be written: " + said);
}

std::vector<std::string> Connection::faults() {
    std::vector<std::string> out;
    Statement check = prepare("PRAGMA integrity_check(20)");
    while (check.step())
        if (check.text(0) != "ok")
            out.emplace_back(check.text(0));
    return out;
}

void Connection::run(std::string_view text) {
    const std::string all(text);
    for (const char* rest = all.c_str(); *rest != '\0';) {
        sqlite3_stmt* stmt = compile(rest, -1, 0, &rest);
        if (stmt == nullptr)
            continue;
        int code;
        while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        }
        const bool reads = sqlite3_stmt_readonly(stmt) != 0;
        if (code != SQLITE_DONE) {
            sqlite3_finalize(stmt);
            fail(db_, reads ? "read" : "written");
        }
        sqlite3_finalize(stmt);
    }
}

void Connection::load(std::string_view table, std::span<const std::string> columns,
                      const std::function<bool(std::span<View>)>& next) {
    Feed feed{.next = &next, .cells = std::vector<View>(columns.size())};
    if (columns.size() > Feed::most)
        throw Error(Fault::internal, "load", "too many columns to load");
    if (sqlite3_create_module_v2(db_, "crm_feed", &Feed::module, &feed, nullptr) != SQLITE_OK)
        fail(db_, "written");
    std::string names, values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        names += (i > 0 ? "," : "") + quoted(columns[i]);
        values += (i > 0 ? ",c" : "c") + std::to_string(i);
    }
    prepare("INSERT OR ROLLBACK INTO " + quoted(table) + "(" + names + ") SELECT " + values +
            " FROM crm_feed")
        .run();
    sqlite3_create_module_v2(db_, "crm_feed", nullptr, nullptr, nullptr);
}

void Connection::defer_links() {
    run("PRAGMA foreign_keys=OFF");
}
bool Connection::links_hold() {
    return !prepare("PRAGMA foreign_key_check").step();
}

void Connection::cache(int mebibytes) {
    run("PRAGMA cache_size=-" + std::to_string(mebibytes * 1024));
}

}  // namespace crm::sql
