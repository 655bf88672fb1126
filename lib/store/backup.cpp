#include "store/backup.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace crm::store {

void back_up(Store& store, const std::string& path) {
    const std::string part = path + ".part";
    std::remove(part.c_str());
    store.db().copy_to(part);
    try {
        sql::Connection copy(part, sql::Mode::reading);
        if (const auto faults = copy.faults(); !faults.empty())
            throw Error(Fault::io, "damaged", "the copy is damaged: " + faults.front(),
                        "crm check checks the database itself");
        if (std::rename(part.c_str(), path.c_str()) != 0)
            throw Error(Fault::io, "create", path + " cannot be created: " + std::strerror(errno));
    } catch (...) {
        std::remove(part.c_str());
        throw;
    }
}

}  // namespace crm::store
