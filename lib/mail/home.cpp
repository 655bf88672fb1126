#include "mail/home.hpp"

#include "base/id.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <sys/stat.h>

namespace crm::mail {
namespace {

constexpr std::string_view home_key = "outbox_home";
constexpr std::string_view nowhere = "none";

/// The machine, the file system and the file.
std::string here(store::Store& store) {
    std::string machine;
    std::ifstream("/etc/machine-id") >> machine;
    struct ::stat file {};
    ::stat(store.db().path().c_str(), &file);
    return fmt::format("{:016x}", digest(fmt::format("{} {} {}", machine, file.st_dev, file.st_ino),
                                         store.seed()));
}

std::string setting(store::Store& store, std::string_view key) {
    sql::Statement get = store.db().prepare(R"(SELECT "value" FROM "store" WHERE "key" = ?1)");
    get.with(key);
    return get.step() ? std::string(get.text(0)) : std::string();
}

void put_setting(store::Store& store, std::string_view key, std::string_view value) {
    store.db()
        .prepare(R"(INSERT INTO "store"("key", "value") VALUES(?1, ?2)
                    ON CONFLICT("key") DO UPDATE SET "value" = ?2)")
        .with(key, value)
        .run();
}

}  // namespace

void settle_home(store::Store& store) {
    if (setting(store, home_key).empty())
        move_home(store);
}

void leave_home(store::Store& store) {
    put_setting(store, home_key, nowhere);
}

void move_home(store::Store& store) {
    put_setting(store, home_key, here(store));
}

bool is_copy(store::Store& store) {
    const std::string home = setting(store, home_key);
    return !home.empty() && home != here(store);
}

void require_home(store::Store& store) {
    if (is_copy(store))
        throw Error(Fault::refused, "copied_store",
                    "this database was copied or restored, and the other one may send the same "
                    "mail; nothing was sent",
                    "crm mail adopt makes it the one that sends");
}

std::int64_t outbox_number(store::Store& store, std::string_view key) {
    const std::string text = setting(store, key);
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

void put_outbox_number(store::Store& store, std::string_view key, std::int64_t number) {
    put_setting(store, key, std::to_string(number));
}

}  // namespace crm::mail
