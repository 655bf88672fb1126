#include "cmd/cli/environment.hpp"

#include "base/error.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"

#include <climits>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace crm::cmd {

std::string environment_variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string locale_country() {
    for (const char* name : {"LC_ALL", "LC_TELEPHONE", "LANG"}) {
        const std::string locale = environment_variable(name);
        if (locale.empty())
            continue;
        const auto at = locale.find('_');
        const std::string country =
            at == std::string::npos ? std::string() : locale.substr(at + 1, 2);
        return knows_country(country) ? country : std::string();
    }
    return {};
}

namespace {

/// Whether the locale is UTF-8, as LC_CTYPE says it.
bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string locale = text::lower_ascii(environment_variable(name));
        if (!locale.empty())
            return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
    }
    return false;
}

/// The zone of TZ, else of the system; empty for UTC.
std::string zone() {
    std::string zone = environment_variable("TZ");
    if (zone.starts_with(':'))
        zone.erase(0, 1);
    if (zone.empty() && std::getenv("TZ") == nullptr) {
        char link[PATH_MAX];
        const ssize_t n = ::readlink("/etc/localtime", link, sizeof link);
        const std::string target(link, n > 0 ? static_cast<std::size_t>(n) : 0);
        if (const auto at = target.find("zoneinfo/"); at != std::string::npos)
            zone = target.substr(at + 9);
    }
    return zone == "UTC" || zone == "Etc/UTC" || zone == "UTC0" ? std::string() : zone;
}

/// .crm/crm.db here or in a directory above; else the one among the user's data.
std::string default_db(bool& found) {
    if (auto path = find_upward("crm.db")) {
        found = true;
        return *std::move(path);
    }
    std::string data = environment_variable("XDG_DATA_HOME");
    if (data.empty())
        data = environment_variable("HOME") + "/.local/share";
    return data + "/crm/crm.db";
}

int terminal_width() {
    if (const int columns = std::atoi(environment_variable("COLUMNS").c_str()); columns > 0)
        return columns;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

int terminal_height() {
    if (const int lines = std::atoi(environment_variable("LINES").c_str()); lines > 0)
        return lines;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        return size.ws_row;
    return 24;
}

std::string default_pager() {
    for (const char* name : {"CRM_PAGER", "PAGER"})
        if (std::getenv(name) != nullptr)
            return environment_variable(name);
    return "less -FRX";
}

/// The owner of a file or of a link to it who is not the user; nothing when the user owns both.
std::optional<uid_t> other_owner(const std::string& path) {
    struct ::stat link {
    }, file{};
    if (::lstat(path.c_str(), &link) == 0 && link.st_uid != ::geteuid())
        return link.st_uid;
    if (::stat(path.c_str(), &file) == 0 && file.st_uid != ::geteuid())
        return file.st_uid;
    return {};
}

std::string name_of_user(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    return entry == nullptr ? fmt::format("user {}", uid) : std::string(entry->pw_name);
}

}  // namespace

std::optional<std::string> find_upward(std::string_view name) {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) == nullptr)
        return {};
    for (std::string folder = here; !folder.empty(); folder.resize(folder.rfind('/')))
        if (std::string path = fmt::format("{}/.crm/{}", folder, name);
            ::access(path.c_str(), F_OK) == 0)
            return path;
    return {};
}

void check_database_owner(const Environment& env) {
    if (!env.db_is_found)
        return;
    if (const auto owner = other_owner(env.db))
        throw Error(Fault::config, "foreign_database",
                    fmt::format("{} belongs to {}", env.db, name_of_user(*owner)),
                    fmt::format("crm --db {} opens it, if you trust its owner", env.db));
}

Environment read_environment() {
    const auto is_set = [](const char* name) {
        const std::string value = environment_variable(name);
        return !value.empty() && value != "0";
    };
    Environment out;
    const bool force_tty = is_set("CRM_FORCE_TTY");
    const bool real_tty = ::isatty(STDOUT_FILENO) != 0 && !force_tty;
    out.in_tty = ::isatty(STDIN_FILENO) != 0;
    out.out_tty = real_tty || force_tty;
    out.err_tty = ::isatty(STDERR_FILENO) != 0;
    out.width = terminal_width();
    out.height = terminal_height();
    const bool dumb = environment_variable("TERM") == "dumb";
    const bool plain = dumb || !environment_variable("NO_COLOR").empty();
    out.utf8 = locale_is_utf8();
    out.color = (real_tty && !plain) || is_set("CLICOLOR_FORCE");
    out.clock = {Instant{static_cast<std::int64_t>(std::time(nullptr))}, zone()};
    out.user = environment_variable("CRM_USER");
    if (real_tty && !dumb)
        out.pager = default_pager();
    if (const std::string folder = environment_variable("TMPDIR"); !folder.empty())
        out.temporary_folder = folder;
    out.db = environment_variable("CRM_DB");
    out.db_is_default = out.db.empty();
    if (out.db_is_default)
        out.db = default_db(out.db_is_found);
    return out;
}

}  // namespace crm::cmd
