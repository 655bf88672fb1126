#pragma once

#include "sql/connection.hpp"

#include <sqlite3.h>

#include <array>
#include <memory>
#include <string_view>

/// Within lib/sql/sqlite, which alone sees SQLite's own header through this one.
namespace crm::sql {

/// Throws what the last call on a connection failed with; `doing` completes "it cannot be …".
[[noreturn]] void fail(sqlite3* db, std::string_view doing);

/// Whose a statement is decides what its failure at run time means: a fault of the program, or of
/// what the user wrote.
enum class Author { program, user };

/// Statements that were compiled and are not in use. A function that prepares its statement at each
/// call, as those of the rules do, pays for compiling it once.
class KeptStatements {
public:
    KeptStatements() = default;
    KeptStatements(const KeptStatements&) = delete;
    ~KeptStatements() { close(); }

    /// The statement with this text, which is then in use; null where none is kept.
    sqlite3_stmt* take(std::string_view text);
    /// Takes over a statement that was compiled in this period, and lets another one go. Its
    /// parameters are NULL again. One of an earlier period is not kept.
    void keep(sqlite3_stmt* stmt, unsigned period);
    /// Tables may be gone: lets all go, and a new period begins.
    void forget();
    unsigned period() const { return period_; }
    /// Keeps nothing from now on: the connection is closed.
    void close();

private:
    static constexpr std::size_t longest = 4000;  ///< what is long is hardly asked for again

    struct Kept {
        std::string_view text;  ///< the engine's
        sqlite3_stmt* stmt = nullptr;
    };
    std::array<Kept, 48> kept_{};
    std::size_t next_ = 0;  ///< the place of the oldest
    unsigned period_ = 0;
    bool is_closed_ = false;
};

class SqlitePrepared final : public Prepared {
public:
    /// Takes the statement over; it goes to `kept` in the end.
    explicit SqlitePrepared(sqlite3_stmt* stmt, Author author = Author::program,
                            std::shared_ptr<KeptStatements> kept = nullptr)
        : stmt_(stmt),
          author_(author),
          kept_(std::move(kept)),
          period_(kept_ ? kept_->period() : 0) {}
    ~SqlitePrepared() override;

    void bind(int at, std::int64_t number) override;
    void bind(int at, std::string_view text) override;
    void bind_blob(int at, std::string_view bytes) override;
    void bind_null(int at) override;

    bool step() override;
    void reset() override;
    void clear() override;

    int columns() const override;
    std::string_view column_name(int column) const override;
    bool null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    View view(int column) const override;

private:
    sqlite3_stmt* stmt_;
    Author author_;
    std::shared_ptr<KeptStatements> kept_;
    unsigned period_;
};

/// Makes rows that `next` fills a table for the time of one INSERT (Connection::load): the columns
/// of "crm_feed" are c0, c1, …
class Feed {
public:
    static constexpr std::size_t most_columns = 200;

    Feed(sqlite3* db, std::size_t columns, const std::function<bool(std::span<View>)>& next);
    ~Feed();
    Feed(const Feed&) = delete;

    bool read() { return next_(cells_); }
    const View& cell(std::size_t column) const { return cells_[column]; }

private:
    sqlite3* db_;
    const std::function<bool(std::span<View>)>& next_;
    std::vector<View> cells_;
};

/// The function crm_match(pattern, text) of SqliteDialect::matches.
void add_match_function(sqlite3* db);

/// Adds crm_round(number): halves away from zero; fails with this text where the number is too
/// large to be exact.
inline constexpr std::string_view inexact = "a result is too large to be exact";
void add_round_function(sqlite3* db);

/// Adds crm_indexed(words): what the full text has of them.
void add_full_text_function(sqlite3* db);

}  // namespace crm::sql
