#include "store/backup.hpp"

#include "base/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace crm::store {
namespace {

namespace fs = std::filesystem;

void write_copy(Store& store, const NewFile& file) {
    store.db().copy_to(file.path());
    sql::Connection copy(file.path(), sql::Mode::reading);
    if (const auto faults = copy.faults(); !faults.empty())
        throw Error(Fault::io, "damaged", "the copy is damaged: " + faults.front(),
                    "crm check checks the database itself");
}

/// The n-th name of a second; n from 1.
std::string name_by_time(Instant now, int n) {
    std::string stamp = now.iso();
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
    return n == 1 ? fmt::format("crm-{}Z.db", stamp) : fmt::format("crm-{}.{}Z.db", stamp, n);
}

bool is_named_by_time(const std::string& name) {
    return name.size() >= 23 && name.starts_with("crm-2") && name.ends_with("Z.db");
}

/// The oldest first. An empty one is a name that a copy still being written has taken.
std::vector<fs::path> earlier_backups(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (is_named_by_time(entry.path().filename().string()) && entry.file_size(failed) > 0)
            out.push_back(entry.path());
    std::ranges::sort(out, {}, [](const fs::path& path) {
        std::error_code unknown;
        return std::pair(fs::last_write_time(path, unknown), path);
    });
    return out;
}

}  // namespace

void back_up(Store& store, const std::string& path) {
    NewFile file(path);
    write_copy(store, file);
    file.publish();
}

std::string back_up_by_time(Store& store, const std::string& folder, Instant now) {
    NewFile file(fs::path(folder) / "crm.db");
    write_copy(store, file);
    for (int n = 1;; ++n) {
        const fs::path path = fs::path(folder) / name_by_time(now, n);
        if (file.publish_as(path))
            return path;
    }
}

std::string next_backup(const std::string& folder, Instant now) {
    for (int n = 1;; ++n) {
        const fs::path path = fs::path(folder) / name_by_time(now, n);
        std::error_code failed;
        if (!fs::exists(path, failed))
            return path;
    }
}

void delete_old_backups(const std::string& folder, std::size_t keep) {
    const auto all = earlier_backups(folder);
    std::error_code failed;
    for (std::size_t i = 0; i + keep < all.size(); ++i)
        fs::remove(all[i], failed);
}

}  // namespace crm::store
