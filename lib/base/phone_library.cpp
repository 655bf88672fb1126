#include "base/phone_library.hpp"

#include "base/phone_module.hpp"

#include <array>
#include <dlfcn.h>
#include <filesystem>
#include <system_error>

namespace crm::phone_library {
namespace {

/// The module beside the program (build tree), else where it is installed; empty when the place of
/// the program is not known.
std::filesystem::path module_path() {
    std::error_code failed;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed)
        return {};
    const auto folder = program.parent_path();
    const auto beside = folder / "crm-phone.so";
    if (std::filesystem::exists(beside, failed))
        return beside;
    return folder / CRM_MODULE_FOLDER / "crm-phone.so";
}

/// Stays loaded until the program ends.
struct Module {
    Module() {
        const auto path = module_path();
        void* handle = path.empty() ? nullptr : ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle != nullptr)
            function =
                reinterpret_cast<decltype(&crm_phone_e164)>(::dlsym(handle, "crm_phone_e164"));
    }

    decltype(&crm_phone_e164) function = nullptr;
};

const Module& module() {
    static const Module loaded;
    return loaded;
}

}  // namespace

bool available() {
    return module().function != nullptr;
}

std::optional<std::string> e164(std::string_view digits, std::string_view country) {
    std::array<char, 32> out;
    std::string region(country);
    for (char& c : region)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    const std::size_t size =
        module().function(std::string(digits).c_str(), region.c_str(), out.data(), out.size());
    if (size == 0)
        return std::nullopt;
    return std::string(out.data(), size);
}

}  // namespace crm::phone_library
