#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"
#include "store/store.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <unistd.h>

using namespace crm;

namespace {

/// The first cell of the first row, "-" for NULL.
std::string value(sql::Connection& db, const std::string& expression) {
    sql::Statement get = db.prepare("SELECT " + expression);
    if (!get.step())
        return "no row";
    const View cell = get.view(0);
    if (cell.null())
        return "-";
    return cell.kind == View::Kind::integer ? std::to_string(cell.number) : std::string(cell.text);
}

}  // namespace

TEST_CASE("what the engines write differently") {
    sql::Connection db(":memory:", sql::Mode::writing);
    const sql::Dialect& d = db.dialect();
    const auto is = [&](const std::string& expression) { return value(db, expression); };
    CHECK(is(d.days_between("'2026-11-01'", "'2026-11-28'")) == "27.0");
    CHECK(is(d.days_between("'2026-11-28T12:00:00Z'", "'2026-11-28T00:00:00Z'")) == "-0.5");
    CHECK(is(d.days_between("NULL", "'2026-11-28'")) == "-");
    CHECK(is(d.add_days("'2026-02-28'", "1")) == "2026-03-01");
    CHECK(is(d.week_start("'2026-11-29'")) == "2026-11-23");
    CHECK(is(d.week_start("'2026-11-23'")) == "2026-11-23");
    CHECK(is(d.rounded("2.5")) == "3");
    CHECK(is(d.rounded("-2.5")) == "-3");
    CHECK(is(d.rounded_exactly("2.5")) == "3");
    CHECK(is(d.rounded_exactly("-2.5")) == "-3");
    CHECK(is(d.rounded_exactly("NULL")) == "-");
    CHECK(is(d.rounded_exactly("9223372036854775807")) == "9223372036854775807");
    CHECK(is(d.rounded_exactly("9007199254740992.0")) == "9007199254740992");
    CHECK_THROWS(is(d.rounded_exactly("9007199254740994.0")));
    CHECK_THROWS(is(d.rounded_exactly("9e999")));
    CHECK_THROWS(is(d.rounded_exactly("-1e19")));
    CHECK(is(d.padded("7", 2)) == "07");
    CHECK(is(d.padded("1234", 2)) == "1234");
    CHECK(is(d.decimal("1.5", 2)) == "1.50");
    CHECK(is(d.decimal("NULL", 2)) == "-");
    CHECK(is(d.decimal("0", 2)) == "0.00");
    CHECK(is(d.decimal("-1.005e3", 0)) == "-1005");
    CHECK(is(d.greater("2", "10")) == "10");
    CHECK(is(d.greater("NULL", "10")) == "-");
    CHECK(is(d.lesser("2", "NULL")) == "-");
    CHECK(is(d.lesser("2", "10")) == "2");
    CHECK(is(d.position("'b'", "'abc'")) == "2");
    CHECK(is(d.position("'x'", "'abc'")) == "0");
    CHECK(is(d.lower_ascii("'ABC'")) == "abc");
    CHECK(is(d.matches("'abc'", "'b.'")) == "1");
    CHECK(is("(SELECT count(*) FROM (SELECT 1) t LEFT JOIN " +
             d.list_items("'tea; \"black\" coffee'", "i") + " ON TRUE)") == "2");
}

TEST_CASE("the day of an instant is that of the zone of the process") {
    sql::Connection db(":memory:", sql::Mode::writing);
    const auto day = [&](const char* zone, const std::string& instant) {
        ::setenv("TZ", zone, 1);
        ::tzset();
        return value(db, db.dialect().local_day(instant));
    };
    CHECK(day("UTC", "'2026-11-28T10:00:00Z'") == "2026-11-28");
    CHECK(day("America/New_York", "'2026-02-01T01:30:00Z'") == "2026-01-31");
    CHECK(day("Europe/Berlin", "'2026-06-30T22:30:00Z'") == "2026-07-01");
    CHECK(day("Europe/Berlin", "'2026-12-31T22:30:00Z'") == "2026-12-31");
    CHECK(day("Europe/Berlin", "'2076-12-31T23:30:00Z'") == "2077-01-01");
    CHECK(day("Asia/Tokyo", "'2026-11-28'") == "2026-11-28");
    CHECK(day("Asia/Tokyo", "NULL") == "-");
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("what they write alike") {
    sql::Connection db(":memory:", sql::Mode::writing);
    const auto is = [&](const std::string& expression) { return value(db, expression); };
    CHECK(is(sql::month_key("'2026-11-28'")) == "2026-11");
    CHECK(is(sql::duration_seconds("'12min'")) == "720");
    CHECK(is(sql::duration_seconds("NULL")) == "-");
    CHECK(is(sql::as_money(db.dialect(), "123456", "'EUR'")) == "1234.56");
    CHECK(is(sql::as_money(db.dialect(), "123456", "'JPY'")) == "123456");
    CHECK(is(sql::as_money(db.dialect(), "123456", "'KWD'")) == "123.456");
    CHECK(is(sql::as_money(db.dialect(), "123456", "'CLF'")) == "12.3456");
    CHECK(is(sql::as_money(db.dialect(), "NULL", "'EUR'")) == "-");
}

TEST_CASE("an amount as text is exact, and as a number where that is") {
    sql::Connection db(":memory:", sql::Mode::writing);
    const auto money = [&](const std::string& minor, const std::string& currency) {
        return value(db, sql::as_money(db.dialect(), minor, sql::literal(currency)));
    };
    CHECK(money("9223372036854775807", "EUR") == "92233720368547758.07");
    CHECK(money("-9223372036854775807", "EUR") == "-92233720368547758.07");
    CHECK(money("9223372036854775807", "JPY") == "9223372036854775807");
    CHECK(money("9223372036854775807", "CLF") == "922337203685477.5807");
    CHECK(money("-5", "EUR") == "-0.05");
    CHECK(money("100 + 5", "EUR") == "1.05");
    CHECK(money("0", "EUR") == "0.00");
    const auto number = [&](const std::string& minor, const std::string& currency) {
        const std::string as = sql::as_number(db.dialect(), minor, sql::literal(currency));
        return value(db, as) + " " + value(db, "typeof(" + as + ")");
    };
    CHECK(number("123456", "EUR") == "1234.56 real");
    CHECK(number("-123456", "EUR") == "-1234.56 real");
    CHECK(number("999999999999999", "EUR") == "9999999999999.99 real");
    CHECK(number("1000000000000000", "EUR") == "10000000000000.00 text");
    CHECK(number("-9007199254740993", "JPY") == "-9007199254740993 text");
    CHECK(number("NULL", "EUR") == "- null");
}

TEST_CASE("sqlite: what a user wrote is stopped, and leaves no limit behind") {
    sql::Connection db(":memory:", sql::Mode::writing);
    const auto code_of = [&](std::string_view text) {
        try {
            sql::Statement rows = db.query(text, std::chrono::milliseconds(50));
            while (rows.step()) {
            }
        } catch (const Error& e) {
            return e.code + " " + std::to_string(static_cast<int>(e.fault));
        }
        return std::string();
    };
    CHECK(code_of("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
                  "SELECT count(*) FROM c") == "too_long 4");
    CHECK(code_of("SELECT length(hex(zeroblob(20000000)))").ends_with(" 4"));
    sql::Statement own = db.prepare("SELECT length(hex(zeroblob(20000000)))");
    REQUIRE(own.step());
    CHECK(own.integer(0) == 40000000);
}

TEST_CASE("a large change locks out readers only while it is committed") {
    char folder[] = "/tmp/crm-readers-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/x.db";
    store::Store::create(path, "EUR");
    const auto waits = sql::Connection::lock_timeout;
    sql::Connection::lock_timeout = std::chrono::milliseconds(1);
    {
        sql::Connection writer(path, sql::Mode::writing);
        sql::Transaction change(writer, std::chrono::seconds(1));
        writer.run("CREATE TABLE filler (bytes BLOB)");
        for (int i = 0; i < 16; ++i)
            writer.run("INSERT INTO filler VALUES (zeroblob(1048576))");
        sql::Connection reader(path, sql::Mode::reading);
        CHECK(value(reader, "count(*) > 0 FROM sqlite_master") == "1");
        CHECK_FALSE(reader.has_table("filler"));
        change.commit();
    }
    sql::Connection reader(path, sql::Mode::reading);
    CHECK(value(reader, "count(*) FROM filler") == "16");
    sql::Connection::lock_timeout = waits;
    std::filesystem::remove_all(folder);
}
