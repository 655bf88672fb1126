#include "cmd/cli/config_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/files.hpp"

#include <climits>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

constexpr std::size_t largest_config = std::size_t{1} << 20;

std::string folder_of(const char* variable, std::string_view below_home) {
    const std::string set = environment_variable(variable);
    return set.empty() ? environment_variable("HOME") + std::string(below_home) : set;
}

[[noreturn]] void refuse(const std::string& path, std::string_view code, std::string_view why,
                         std::string hint) {
    throw Error(Fault::config, std::string(code), fmt::format("{}: {}", path, why),
                std::move(hint));
}

/// What a path names that is not a file.
std::string_view kind_of(const struct ::stat& st) {
    switch (st.st_mode & S_IFMT) {
        case S_IFDIR:
            return "a folder";
        case S_IFIFO:
            return "a pipe";
        case S_IFSOCK:
            return "a socket";
        default:
            return "a device";
    }
}

void check_kind(const std::string& path, const struct ::stat& st) {
    if (!S_ISREG(st.st_mode))
        refuse(path, "bad_config",
               fmt::format("the configuration must be a file, not {}", kind_of(st)),
               fmt::format("rename or remove {}", path));
}

/// The configuration names programs: only its owner may write to it.
void check_owner(const std::string& path, const struct ::stat& st) {
    if (st.st_uid != ::geteuid() && st.st_uid != 0)
        refuse(path, "foreign_config", "the file belongs to another user",
               fmt::format("chown $USER {}", path));
    if ((st.st_mode & 022) != 0)
        refuse(path, "foreign_config", "other users may write to the file",
               fmt::format("chmod go-w {}", path));
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0)
            ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

[[noreturn]] void unreadable(const std::string& path) {
    throw Error(Fault::io, "unreadable",
                fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
}

std::string trust_file() {
    return folder_of("XDG_DATA_HOME", "/.local/share") + "/crm/trusted";
}

std::string trusted_marks() {
    const auto file = find_config_file(trust_file());
    return file ? file->bytes : std::string();
}

/// A file as it was read: a hash of its content, and its path.
std::string mark_of(const ConfigFile& file) {
    std::error_code failed;
    const std::string path = std::filesystem::canonical(file.path, failed).string();
    return fmt::format("{} {}\n", sha256(file.bytes), path);
}

}  // namespace

std::optional<ConfigFile> find_config_file(const std::string& path) {
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0)
        return {};
    check_kind(path, st);
    // It may have become a pipe in the meantime, for which opening would wait.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (file.number() < 0 || ::fstat(file.number(), &st) != 0)
        unreadable(path);
    check_kind(path, st);
    check_owner(path, st);
    ConfigFile out{path, std::string(largest_config + 1, '\0')};
    if (static_cast<std::size_t>(st.st_size) < largest_config)
        out.bytes.resize(static_cast<std::size_t>(st.st_size) + 1);
    std::size_t had = 0;
    while (had < out.bytes.size()) {
        const ssize_t n = ::read(file.number(), out.bytes.data() + had, out.bytes.size() - had);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            unreadable(path);
        if (n == 0)
            break;
        had += static_cast<std::size_t>(n);
    }
    if (had > largest_config)
        refuse(path, "bad_config", "the file is larger than 1 MiB", "remove what is not needed");
    out.bytes.resize(had);
    return out;
}

std::string user_config() {
    return folder_of("XDG_CONFIG_HOME", "/.config") + "/crm/config.toml";
}

std::optional<std::string> project_config() {
    return find_upward("config.toml");
}

std::vector<std::string> config_files(std::optional<std::string> project) {
    std::vector<std::string> out;
    if (project)
        out.push_back(std::move(*project));
    out.push_back(user_config());
    out.emplace_back("/etc/xdg/crm/config.toml");
    return out;
}

void trust(const ConfigFile& file) {
    const std::string all = trusted_marks(), mark = mark_of(file);
    if (all.find(mark) != std::string::npos)
        return;
    create_private_folder(crm::folder_of(trust_file()));
    write_file(trust_file(), all + mark);
}

bool trusted(const ConfigFile& file) {
    return trusted_marks().find(mark_of(file)) != std::string::npos;
}

}  // namespace crm::cmd
