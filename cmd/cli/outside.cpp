#include "cmd/cli/outside.hpp"

#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/parse.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

bool built_in(const std::string& word, const meta::Model& model) {
    return model.find(word) != nullptr || std::ranges::any_of(commands(), [&](const Command& c) {
               return c.verb == word || c.alias == word;
           });
}

std::string own_path() {
    char path[PATH_MAX];
    const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
    return std::string(path, n > 0 ? static_cast<std::size_t>(n) : 0);
}

void surround(const Session& session) {
    ::setenv("CRM_DB", session.env.db.c_str(), 1);
    ::setenv("CRM_BIN", own_path().c_str(), 1);
}

void ask(const Hook& hook, const std::string& event, const std::string& change,
         const Session& session) {
    int in[2];
    if (::pipe(in) != 0)
        throw Error(Fault::io, "launch",
                    fmt::format("{} cannot be started: {}", hook.run[0], std::strerror(errno)));
    const pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0);
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(STDERR_FILENO, STDOUT_FILENO);  // standard output is the command's
        ::close(in[0]), ::close(in[1]);
        std::signal(SIGPIPE, SIG_DFL);
        surround(session);
        ::setenv("CRM_EVENT", event.c_str(), 1);
        std::vector<char*> words;
        for (const std::string& word : hook.run)
            words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }
    ::close(in[0]);
    if (child < 0) {
        ::close(in[1]);
        throw Error(Fault::io, "launch",
                    fmt::format("{} cannot be started: {}", hook.run[0], std::strerror(errno)));
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(hook.seconds);
    const auto left = [&] {
        return static_cast<int>(
            std::max<long>(0, std::chrono::duration_cast<std::chrono::milliseconds>(
                                  until - std::chrono::steady_clock::now())
                                  .count()));
    };
    for (std::size_t sent = 0; sent < change.size();) {
        pollfd writable{in[1], POLLOUT, 0};
        if (::poll(&writable, 1, left()) <= 0)
            break;
        const ssize_t n =
            ::write(in[1], change.data() + sent, std::min<std::size_t>(change.size() - sent, 4096));
        if (n <= 0)
            break;  // it does not want to hear more
        sent += static_cast<std::size_t>(n);
    }
    ::close(in[1]);
    int status = 0;
    for (;;) {
        const pid_t done = ::waitpid(child, &status, WNOHANG);
        if (done == child)
            break;
        if (left() == 0) {
            ::kill(-child, SIGKILL);
            ::waitpid(child, &status, 0);
            throw Error(Fault::refused, "hook_timeout",
                        fmt::format("the hook {} took longer than {} s; nothing was changed",
                                    hook.run[0], hook.seconds),
                        hook.origin + " says how long it may take: timeout = 60");
        }
        ::usleep(2000);
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code == 127)
        throw Error(Fault::config, "launch",
                    fmt::format("{}: the hook {} cannot be started; nothing was changed",
                                hook.origin, hook.run[0]));
    if (code != 0)
        throw Error(Fault::refused, "veto",
                    fmt::format("the hook {} refuses {} (exit {}); nothing was changed",
                                hook.run[0], event, code),
                    hook.origin + " is where it is configured");
}

}  // namespace

std::size_t first_word(const std::vector<std::string>& args) {
    for (std::size_t i = 0; i < args.size(); ++i) {
        if (!is_option(args[i]))
            return i;
        const Option* option = option_named(global_options(), args[i]);
        if (option != nullptr && option->kind != Kind::none &&
            args[i].find('=') == std::string::npos)
            ++i;
    }
    return args.size();
}

std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model) {
    std::vector<std::string> way;
    for (;;) {
        const std::size_t first = first_word(args);
        if (first >= args.size())
            return args;
        const auto alias = config.aliases.find(args[first]);
        if (way.empty() && alias != config.aliases.end() && built_in(args[first], model))
            throw Error(
                Fault::config, "alias_hides",
                fmt::format("{}: crm has a word {} of its own, which an alias cannot replace",
                            alias->second.second, alias->first),
                "give the alias another name");
        if (alias == config.aliases.end() || built_in(args[first], model))
            return args;
        if (std::ranges::find(way, alias->first) != way.end() || way.size() >= 10)
            throw Error(Fault::config, "alias_cycle",
                        fmt::format("{}: the alias {} leads back to itself", alias->second.second,
                                    alias->first),
                        text::joined(way, " -> "));
        way.push_back(alias->first);
        std::vector<std::string> out(args.begin(), args.begin() + static_cast<long>(first));
        out.insert(out.end(), alias->second.first.begin(), alias->second.first.end());
        out.insert(out.end(), args.begin() + static_cast<long>(first) + 1, args.end());
        args = std::move(out);
    }
}

void call_outside(const std::vector<std::string>& args, Session& session) {
    const std::size_t first = first_word(args);
    if (first >= args.size())
        return;
    const std::string& word = args[first];
    if (word.empty() || word.find('/') != std::string::npos || built_in(word, session.model()))
        return;
    const std::string program = "crm-" + word;
    const char* path = std::getenv("PATH");
    for (std::string_view folder : text::split(path == nullptr ? "" : path, ':')) {
        const std::string candidate = std::string(folder) + "/" + program;
        if (folder.empty() || folder[0] != '/' || ::access(candidate.c_str(), X_OK) != 0)
            continue;
        for (std::size_t i = 0; i < first; ++i) {
            if (args[i] == "--db" && i + 1 < first)
                session.env.db = args[i + 1];
            else if (args[i].starts_with("--db="))
                session.env.db = args[i].substr(5);
        }
        surround(session);
        std::vector<char*> words{const_cast<char*>(candidate.c_str())};
        for (std::size_t i = first + 1; i < args.size(); ++i)
            words.push_back(const_cast<char*>(args[i].c_str()));
        words.push_back(nullptr);
        std::signal(SIGPIPE, SIG_DFL);
        ::execv(candidate.c_str(), words.data());
        throw Error(Fault::io, "launch",
                    fmt::format("{} cannot be started: {}", candidate, std::strerror(errno)));
    }
}

namespace {

std::vector<const Hook*> hooks_of(const Session& session, const Parsed& parsed) {
    std::vector<const Hook*> out;
    if (parsed.command == nullptr || parsed.command->needs != Needs::writing ||
        parsed.args.noun == nullptr || parsed.command->verb == "import")
        return out;
    for (const Hook& hook : session.config.hooks) {
        const auto dot = hook.on.find('.');
        const std::string on_noun = hook.on.substr(0, dot), on_verb = hook.on.substr(dot + 1);
        if ((on_noun == "*" || on_noun == parsed.args.noun->noun) &&
            (on_verb == "*" || on_verb == parsed.command->verb))
            out.push_back(&hook);
    }
    return out;
}

}  // namespace

bool has_hooks(const Session& session, const Parsed& parsed) {
    return !hooks_of(session, parsed).empty();
}

std::string would_change(Session& session, const Parsed& parsed) {
    const auto format = std::exchange(session.format, "jsonl");
    const bool dry = std::exchange(session.dry_run, true),
               quiet = std::exchange(session.quiet, false), yes = std::exchange(session.yes, true);
    std::string printed = std::exchange(session.out.buffer(), {}),
                remarks = session.remarks();  // of commands before this one
    parsed.command->run(session, parsed.args);
    session.format = format, session.dry_run = dry, session.quiet = quiet, session.yes = yes;
    std::string changes = session.take_output();
    session.out.buffer() = std::move(printed);
    if (!remarks.empty())
        remarks.pop_back(), session.remark(std::move(remarks));
    return changes;
}

void ask_hooks(const Session& session, const Parsed& parsed, const std::string& changes) {
    const std::string event = fmt::format("{}.{}", parsed.args.noun->noun, parsed.command->verb);
    for (std::string_view line : text::split(changes, '\n'))
        if (!line.empty())
            for (const Hook* hook : hooks_of(session, parsed))
                ask(*hook, event, std::string(line) + "\n", session);
}

}  // namespace crm::cmd
