#include "sql/connection.hpp"

#include "sql/tables_named.hpp"

namespace crm::sql {
namespace {

/// The engine that a database's name belongs to. The path of a file is SQLite's.
std::unique_ptr<Driver> open_driver(const std::string& path, Mode mode) {
    return open_sqlite(path, mode);
}

}  // namespace

std::string literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += '\'';
        out += c;
    }
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

Statement& Statement::bind(int at, View value) {
    if (value.kind == View::Kind::integer)
        return bind(at, value.number);
    if (!value.null())
        return bind(at, value.text);
    return bind_null(at);
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

Connection::Connection(const std::string& path, Mode mode)
    : path_(path), mode_(mode), driver_(open_driver(path, mode)) {}

void Connection::make_ready(std::string_view text) {
    if (!make_ready_)
        return;
    each_table_named(text, make_ready_);
    if (text.find(" v_") != std::string_view::npos)  // reports do not quote the names of views
        each_word(text, [&](std::string_view word) {
            if (word.starts_with("v_"))
                make_ready_(word, false);
        });
}

Statement Connection::prepare(std::string_view text) {
    if (auto kept = driver_->kept(text))
        return Statement(std::move(kept));
    make_ready(text);
    return Statement(driver_->prepare(text));
}

void Connection::run(std::string_view text) {
    make_ready(text);
    driver_->run(text);
}

/// A user need not quote names, so every word may be a table.
Statement Connection::query(std::string_view text, std::chrono::milliseconds most,
                            Readable readable) {
    if (make_ready_)
        each_word(text, [&](std::string_view word) { make_ready_(word, false); });
    return Statement(driver_->prepare_guarded(text, most, readable));
}

void Connection::load(std::string_view table, std::span<const std::string> columns,
                      const std::function<bool(std::span<View>)>& next) {
    if (make_ready_)
        make_ready_(table, true);
    driver_->load(table, columns, next);
}

std::vector<std::string> Connection::explain(std::string_view text) {
    make_ready(text);
    return driver_->explain(text);
}

}  // namespace crm::sql
