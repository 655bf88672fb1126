#include "cmd/cli/hooks.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/plugins.hpp"
#include "cmd/cli/questions.hpp"
#include "store/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

struct Event {
    std::string noun;
    std::string verb;
};

Event event_of(const Hook& hook) {
    const auto dot = hook.on.find('.');
    return {hook.on.substr(0, dot), hook.on.substr(dot + 1)};
}

[[noreturn]] void cannot_start(const Hook& hook) {
    throw Error(Fault::io, "launch",
                fmt::format("{} cannot be started: {}", hook.run[0], std::strerror(errno)));
}

/// A hook that is running.
class Process {
public:
    Process(const Hook& hook, const std::string& event, const Session& session)
        : hook_(hook),
          until_(std::chrono::steady_clock::now() + std::chrono::seconds(hook.seconds)) {
        int ends[2];
        if (::pipe(ends) != 0)
            cannot_start(hook);
        child_ = ::fork();
        if (child_ == 0)
            become(ends, event, session);
        ::close(ends[0]);
        input_ = ends[1];
        if (child_ < 0) {
            const int why = errno;
            close_input();
            errno = why;
            cannot_start(hook);
        }
    }
    Process(const Process&) = delete;
    ~Process() { close_input(); }

    /// Writes to its standard input as much as it reads.
    void write(std::string_view text) {
        while (!text.empty()) {
            pollfd writable{input_, POLLOUT, 0};
            if (::poll(&writable, 1, milliseconds_left()) <= 0)
                break;
            const ssize_t n =
                ::write(input_, text.data(), std::min<std::size_t>(text.size(), 4096));
            if (n <= 0)
                break;  // it has closed its standard input
            text.remove_prefix(static_cast<std::size_t>(n));
        }
        close_input();
    }

    /// Its exit code, 128 and more for a signal. Throws refused when it takes too long.
    int wait() {
        int status = 0;
        while (::waitpid(child_, &status, WNOHANG) != child_) {
            if (milliseconds_left() == 0) {
                ::kill(-child_, SIGKILL);
                ::waitpid(child_, &status, 0);
                throw Error(Fault::refused, "hook_timeout",
                            fmt::format("the hook {} took longer than {} s; nothing was changed",
                                        hook_.run[0], hook_.seconds),
                            fmt::format("allow more in {}: timeout = 60", hook_.origin));
            }
            ::usleep(2000);
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    [[noreturn]] void become(const int (&ends)[2], const std::string& event,
                             const Session& session) {
        ::setpgid(0, 0);
        ::dup2(ends[0], STDIN_FILENO);
        ::dup2(STDERR_FILENO, STDOUT_FILENO);  // standard output is the command's
        ::close(ends[0]);
        ::close(ends[1]);
        std::signal(SIGPIPE, SIG_DFL);
        std::signal(SIGXFSZ, SIG_DFL);
        set_plugin_environment(session);
        ::setenv("CRM_EVENT", event.c_str(), 1);
        std::vector<char*> words;
        for (const std::string& word : hook_.run)
            words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        ::execvp(words[0], words.data());
        ::_exit(127);
    }

    int milliseconds_left() const {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until_ - std::chrono::steady_clock::now());
        return static_cast<int>(std::max<long>(0, left.count()));
    }

    void close_input() {
        if (input_ >= 0)
            ::close(input_);
        input_ = -1;
    }

    const Hook& hook_;
    std::chrono::steady_clock::time_point until_;
    pid_t child_ = -1;
    int input_ = -1;
};

void ask(const Hook& hook, const std::string& event, const std::string& change,
         const Session& session) {
    Process process(hook, event, session);
    process.write(change);
    const int code = process.wait();
    if (code == 127)
        throw Error(Fault::config, "launch",
                    fmt::format("{}: the hook {} cannot be started; nothing was changed",
                                hook.origin, hook.run[0]));
    if (code != 0)
        throw Error(Fault::refused, "veto",
                    fmt::format("the hook {} refuses {} (exit {}); nothing was changed",
                                hook.run[0], event, code),
                    fmt::format("it is configured in {}", hook.origin));
}

std::vector<const Hook*> hooks_of(Session& session, const Parsed& parsed) {
    std::vector<const Hook*> out;
    if (parsed.command == nullptr || parsed.command->needs != Needs::writing ||
        parsed.args.noun == nullptr || parsed.command->verb == "import")
        return out;
    for (const Hook& hook : session.config.hooks) {
        const auto [noun, verb] = event_of(hook);
        if ((noun == "*" || session.model().find(noun) == parsed.args.noun) &&
            (verb == "*" || verb == parsed.command->verb))
            out.push_back(&hook);
    }
    return out;
}

[[noreturn]] void unknown_word(const Hook& hook, std::string_view what, const std::string& word,
                               std::span<const std::string> known) {
    Error e(Fault::config, "bad_config",
            fmt::format("{}: there is no {} '{}'", hook.origin, what,
                        text::visible(text::clipped(word, 40))));
    suggest(e, word, known);
    throw e;
}

/// The verbs of a noun; those of all nouns where it is null.
std::vector<std::string> hook_verbs(const meta::Entity* noun) {
    std::vector<std::string> out;
    for (const Command& c : commands()) {
        const bool of_it = noun == nullptr ? !c.noun.empty() : c.noun == noun->noun;
        if (c.noun == "*" || of_it)
            out.emplace_back(c.verb);
    }
    return out;
}

}  // namespace

void check_hooks(Session& session) {
    for (const Hook& hook : session.config.hooks) {
        const auto [noun, verb] = event_of(hook);
        const meta::Entity* entity = session.model().find(noun);
        if (entity == nullptr && noun != "*") {
            std::vector<std::string> nouns;
            for (const meta::Entity& e : session.model().entities())
                nouns.emplace_back(e.noun);
            unknown_word(hook, "noun", noun, nouns);
        }
        const bool known =
            verb == "*" || (entity != nullptr && find_command(entity->noun, verb) != nullptr);
        if (known)
            continue;
        const std::vector<std::string> verbs = hook_verbs(entity);
        if (std::ranges::find(verbs, verb) == verbs.end())
            unknown_word(hook, "verb", verb, verbs);
    }
}

bool has_hooks(Session& session, const Parsed& parsed) {
    return !hooks_of(session, parsed).empty();
}

namespace {

/// What the command would change, as JSON lines, in the database that is open; it is rolled back.
std::string would_change(Session& session, const Parsed& parsed) {
    const auto format = std::exchange(session.format, "jsonl");
    const bool dry_run = std::exchange(session.dry_run, true);
    const bool quiet = std::exchange(session.quiet, false);
    const bool yes = std::exchange(session.yes, true);
    const std::vector<std::string> fields = session.fields;
    const std::string remarks = session.remarks();
    session.rehearsal = true;
    std::string changes = session.captured([&] { parsed.command->run(session, parsed.args); });
    session.store().forget_dry_runs();
    session.rehearsal = false;
    session.restore_remarks(remarks);
    session.fields = fields;
    session.format = format;
    session.dry_run = dry_run;
    session.quiet = quiet;
    session.yes = yes;
    return changes;
}

void ask_hooks(Session& session, const Parsed& parsed, const std::string& changes) {
    const std::string event = fmt::format("{}.{}", parsed.args.noun->noun, parsed.command->verb);
    for (const std::string_view line : text::split(changes, '\n')) {
        if (line.empty())
            continue;
        for (const Hook* hook : hooks_of(session, parsed))
            ask(*hook, event, std::string(line) + "\n", session);
    }
}

/// What was typed in the editor is not lost when a hook refuses it.
void ask_and_keep_text(Session& session, const Parsed& parsed, const std::string& changes) {
    try {
        ask_hooks(session, parsed, changes);
    } catch (Error& e) {
        if (session.edit)
            e.hint +=
                (e.hint.empty() ? "your text is in " : "; your text is in ") + session.edit->path;
        throw;
    }
}

/// Another command has written since the rehearsal.
struct Overtaken {};

/// The command itself, if nothing was written since the operation `seen`.
int run_unless_overtaken(Session& session, const Parsed& parsed, std::int64_t seen) {
    const auto wanted = std::exchange(session.in_same_transaction, nullptr);
    session.in_same_transaction = [&](store::Store& store) {
        // Its own entry is in the history already.
        if (store::last_operation(store) > seen + 1)
            throw Overtaken{};
        if (wanted)
            wanted(store);
    };
    const std::string remarks = session.remarks();
    int code = 0;
    try {
        const std::string printed = session.captured([&] { code = run_asking(session, parsed); });
        session.out.write(printed);
    } catch (...) {
        session.in_same_transaction = wanted;
        session.restore_remarks(remarks);
        throw;
    }
    session.in_same_transaction = wanted;
    return code;
}

}  // namespace

int run_with_hooks(Session& session, const Parsed& parsed) {
    constexpr int most_rounds = 5;
    const Uuids uids(session.env.clock.now.seconds);
    std::optional<std::string> heard;
    for (int round = 0; round < most_rounds; ++round) {
        const std::int64_t seen = store::last_operation(session.store());
        session.uids = uids;
        const std::string changes = would_change(session, parsed);
        if (heard != changes) {
            ask_and_keep_text(session, parsed, changes);
            heard = changes;
        }
        session.uids = uids;
        try {
            const int code = run_unless_overtaken(session, parsed, seen);
            session.uids.reset();
            session.edit.reset();
            return code;
        } catch (const Overtaken&) {
        }
    }
    throw Error(Fault::busy, "busy",
                "the database changes whenever the hooks are asked; nothing was changed",
                "a hook must not change what the command changes");
}

}  // namespace crm::cmd
