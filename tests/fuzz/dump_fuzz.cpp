#include "app/rules.hpp"
#include "base/error.hpp"
#include "exchange/dump.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdlib.h>
#include <string>
#include <string_view>

using namespace crm;

namespace {

/// An empty database in a folder of its own.
const std::string& empty_database() {
    static const std::string path = [] {
        std::string folder = (std::filesystem::temp_directory_path() / "crm-fuzz-XXXXXX").string();
        if (mkdtemp(folder.data()) == nullptr)
            std::abort();
        store::Store::create(folder + "/crm.db", "EUR");
        return folder + "/crm.db";
    }();
    return path;
}

}  // namespace

/// Any lines go the way of `crm import -` into an empty database: taken or refused, for a reason
/// that lies in them. Nothing is kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    meta::Model model;
    store::Store store(empty_database(), sql::Mode::writing, model, app::rules());
    store.db().defer_links();
    store::OperationInfo info;
    info.command = "crm import -";
    info.clock.now = *iso_instant("2026-11-25T10:00:00Z");
    store::Writer writer(store, info);
    try {
        exchange::load(writer, std::string_view(reinterpret_cast<const char*>(data), size), "-");
    } catch (const Error& e) {
        if ((e.fault != Fault::refused && e.fault != Fault::usage) || e.message.empty())
            throw;
    }
    return 0;
}
