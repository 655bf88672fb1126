#include "cmd/cli/plugins.hpp"

#include "base/text.hpp"
#include "cmd/cli/aliases.hpp"
#include "cmd/cli/parse.hpp"

#include <climits>
#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <unistd.h>

namespace crm::cmd {
namespace {

std::string own_path() {
    char path[PATH_MAX];
    const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
    return std::string(path, n > 0 ? static_cast<std::size_t>(n) : 0);
}

/// The program in a folder of PATH; empty when there is none. Relative folders do not count.
std::string program_on_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    for (const std::string_view folder : text::split(path == nullptr ? "" : path, ':')) {
        const std::string candidate = fmt::format("{}/{}", folder, name);
        if (folder.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
    }
    return {};
}

/// --db among the words before the name of the plugin.
void take_db(std::span<const std::string> before, Session& session) {
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i] == "--db" && i + 1 < before.size())
            session.env.use_db(before[i + 1]);
        else if (before[i].starts_with("--db="))
            session.env.use_db(before[i].substr(5));
    }
}

}  // namespace

bool has_plugin(const std::string& name) {
    return !program_on_path("crm-" + name).empty();
}

void set_plugin_environment(const Session& session) {
    check_database_owner(session.env);
    ::setenv("CRM_DB", session.env.db.c_str(), 1);
    ::setenv("CRM_BIN", own_path().c_str(), 1);
}

void run_plugin(const std::vector<std::string>& args, Session& session) {
    const std::vector<std::size_t> named = command_words(args);
    if (named.empty())
        return;
    const std::size_t first = named[0];
    const std::string& word = args[first];
    if (word.empty() || word.find('/') != std::string::npos || is_built_in(word, session.model()))
        return;
    const std::string program = program_on_path("crm-" + word);
    if (program.empty())
        return;
    take_db(std::span(args).first(first), session);
    set_plugin_environment(session);
    std::vector<char*> words{const_cast<char*>(program.c_str())};
    for (std::size_t i = first + 1; i < args.size(); ++i)
        words.push_back(const_cast<char*>(args[i].c_str()));
    words.push_back(nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    std::signal(SIGXFSZ, SIG_DFL);
    ::execv(program.c_str(), words.data());
    throw Error(Fault::io, "launch",
                fmt::format("{} cannot be started: {}", program, std::strerror(errno)));
}

}  // namespace crm::cmd
