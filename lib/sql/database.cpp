#include "sql/database.hpp"

#include "base/file.hpp"
#include "sql/schema.hpp"
#include "sql/sqlite/lock.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/// The path of a file is the name of a database of SQLite's: what is checked here before it is
/// opened is what its file says.
namespace crm::sql {
namespace {

/// The size of a file; -1 when there is none.
std::int64_t size_of(const std::string& path) {
    struct ::stat st {};
    return ::stat(path.c_str(), &st) == 0 ? st.st_size : -1;
}

/// The version of the schema by the file's header, without opening it: SQLite's name in the first
/// 16 bytes, user_version at 60, application_id at 68, big-endian (sqlite.org/fileformat2.html,
/// 1.3). Nothing when it cannot be read: opening it says why.
std::optional<std::int64_t> version_in_header(const std::string& path) {
    unsigned char head[100] = {};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return {};
    const ssize_t n = ::read(fd, head, sizeof head);
    ::close(fd);
    const auto number = [&](std::size_t at) {
        return std::int64_t{head[at]} << 24 | head[at + 1] << 16 | head[at + 2] << 8 | head[at + 3];
    };
    const std::string_view name(reinterpret_cast<const char*>(head), 15);
    if (n != sizeof head || name != "SQLite format 3" || number(68) != application_id)
        throw Error(Fault::refused, "not_a_store", path + " is not a crm database",
                    "crm init creates one: crm --db FILE init");
    return number(60);
}

/// SQLite keeps databases of some names in memory or in a temporary file, and reads others as URIs:
/// what is written to them would be lost.
void check_name(const std::string& path) {
    if (path.empty() || path == ":memory:" || path.starts_with("file:"))
        throw Error(Fault::usage, "bad_database",
                    fmt::format("'{}' is not the name of a database file", path),
                    path.empty() ? "--db FILE" : "--db ./" + path + " if the file has that name");
}

/// What can be said of a path without opening it.
void check_path(const std::string& path) {
    check_name(path);
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0)
        throw Error(Fault::not_found, "no_store", "there is no database " + path,
                    "crm init creates one; --db FILE, CRM_DB or .crm/crm.db name another");
    if (S_ISDIR(st.st_mode))
        throw Error(Fault::refused, "not_a_store", path + " is a directory, not a crm database");
    if (!S_ISREG(st.st_mode))
        throw Error(Fault::refused, "not_a_store",
                    path + " is a device or a pipe, not a crm database");
    if (st.st_size == 0)
        throw Error(Fault::refused, "not_a_store", path + " is empty, not a crm database",
                    "crm --db FILE init creates a database");
}

/// What a database of SQLite is made of, written by one transaction.
void build(Connection& connection, const std::function<void(Connection&)>& fill) {
    // Pages of 8 KB: half as many to read, to keep for a rollback and to write. They cannot be
    // chosen within a transaction.
    connection.run("PRAGMA page_size=8192");
    connection.run("BEGIN");
    create_schema(connection);
    connection.run(fmt::format("PRAGMA application_id={}", application_id));
    fill(connection);
    connection.run("COMMIT");
}

/// SQLite completes or takes back what a crash has left in the file, so that its size is true.
void recover(const std::string& path) {
    if (size_of(path) >= 0 && size_of(path + "-journal") > 0)
        Connection(path, Mode::reading).schema_version();
}

/// Whether there is something that a new database would replace: all but an empty file.
bool is_taken(const std::string& path) {
    struct ::stat st {};
    return ::lstat(path.c_str(), &st) == 0 && !(S_ISREG(st.st_mode) && st.st_size == 0);
}

}  // namespace

void create_database(const std::string& path, const std::function<void(Connection&)>& fill) {
    check_name(path);
    const WriterLock lock(path, Connection::lock_timeout);
    recover(path);
    if (is_taken(path))
        throw Error(Fault::refused, "exists", path + " exists already; nothing was changed");
    if (size_of(path) == 0) {
        Connection connection(path, Mode::writing);
        build(connection, fill);
        return;
    }
    NewFile file(path);
    {
        Connection connection(file.path(), Mode::creating);
        build(connection, fill);
    }
    file.publish();
}

void make_current(const std::string& path, const meta::Model& model) {
    check_path(path);
    const std::optional<std::int64_t> header = version_in_header(path);
    if (!header)
        return;
    std::int64_t version = *header;
    if (version > schema_version)
        throw Error(Fault::refused, "newer_store",
                    fmt::format("{} was written by a newer crm (schema {}, this one supports {}); "
                                "nothing was changed",
                                path, version, schema_version),
                    "install the newer crm");
    // With a journal beside it the header may be what a migration left that was killed while it
    // committed: SQLite knows what is true, and takes the rest back.
    if (version == schema_version && size_of(path + "-journal") > 0)
        version = Connection(path, Mode::reading).schema_version();
    if (version == schema_version)
        return;
    Connection connection(path, Mode::writing);
    Transaction transaction(connection, Connection::lock_timeout);
    migrate(connection, model);
    transaction.commit();
}

}  // namespace crm::sql
