#include "base/text.hpp"
#include "cmd/cli/aliases.hpp"
#include "cmd/cli/config_check.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/errors.hpp"
#include "cmd/cli/freed_memory.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/hooks.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/plugins.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/cli/setup.hpp"
#include "sql/damage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

constexpr std::string_view version_line = "crm " CRM_VERSION "\n";

/// The first word that is not an option: a noun, a verb, an alias or a plugin. Help without one.
std::string first_word(const std::vector<std::string>& args) {
    const std::vector<std::size_t> named = command_words(args);
    return named.empty() ? "help" : args[named[0]];
}

/// Reads the configuration. What helps to repair it works without it.
void load_config(Session& session, const std::vector<std::string>& args) {
    const std::string word = first_word(args);
    if (word == "config")  // it says which files may name programs, and reads them itself
        return;
    try {
        Config config = read_config();
        take_untrusted_aliases(config, session.model());
        check_aliases(config, session.model());
        session.config = std::move(config);
    } catch (const Error& e) {
        const bool asks_help = std::ranges::any_of(
            args, [](const std::string& arg) { return arg == "--help" || arg == "-h"; });
        if (word != "help" && word != "doctor" && !asks_help)
            throw;
        session.config_fault = e.message;
    }
}

/// What brings back a custom field or a whole database must work while a rule of the configuration
/// still lacks it.
bool may_mend_config(const Parsed& parsed) {
    const std::string_view verb = parsed.command->verb;
    const bool of_field = parsed.args.noun != nullptr && parsed.args.noun->noun == "field";
    return of_field || verb == "undo" || verb == "__complete" ||
           (parsed.args.noun == nullptr && (verb == "import" || verb == "export"));
}

int run_command(Session& session, const Parsed& parsed) {
    check_output_files(session, parsed);
    switch (parsed.command->needs_with(parsed.args)) {
        case Needs::nothing:
            break;
        case Needs::reading:
            session.out.stream();
            if (!parsed.args.has(parsed.command->unneeded_with))
                session.open(sql::Mode::reading);
            break;
        case Needs::writing:
            session.open(sql::Mode::writing);
            break;
    }
    if (session.has_store() && !may_mend_config(parsed))
        check_rules(session);
    const int code =
        has_hooks(session, parsed) ? run_with_hooks(session, parsed) : run_asking(session, parsed);
    session.wrote = parsed.command->needs_with(parsed.args) == Needs::writing && !session.dry_run;
    return code;
}

int dispatch(Session& session, const std::vector<std::string>& given) {
    load_config(session, given);
    const std::vector<std::string> args = without_alias(given, session.config, session.model());
    apply_config(session);
    run_plugin(args, session);
    const Parsed parsed = parse(args, session.model());
    apply_global_options(session, parsed.args);
    if (parsed.version) {
        session.out.write(version_line);
        return 0;
    }
    if (parsed.help || parsed.command == nullptr) {
        session.out.write(help_text(parsed.command, parsed.args.noun, session.env.width));
        return 0;
    }
    session.command = name_of(parsed);
    if (!session.quiet && !parsed.command->hidden)
        remark_ignored(session);
    const bool columns = !session.fields.empty() || !session.pattern.empty();
    check_format(session.format, *parsed.command, parsed.args, columns, session.command);
    return run_command(session, parsed);
}

/// The output, when the database is closed.
void print_output(Session& session) {
    if (session.format == "xlsx" && session.env.out_tty && !session.out.buffer().empty())
        throw Error(Fault::usage, "terminal", "a workbook cannot be shown on a terminal",
                    "crm … -o xlsx > FILE.xlsx");
    // The remarks come below; a line is left for the prompt.
    const int remarks = static_cast<int>(std::ranges::count(session.remarks(), '\n'));
    const bool paged = (session.format.empty() || session.format == "table") &&
                       !session.out.fits(session.env.width, session.env.height - remarks);
    try {
        session.out.print(paged ? session.env.pager : std::string());
    } catch (Error& e) {
        if (session.wrote)
            e.message += "; the changes of the command are saved";
        throw;
    }
    if (!session.remarks().empty())
        std::fputs(text::visible(session.remarks(), true).c_str(), stderr);
}

/// A fault of the program may be one of the file: then that is said, with what is wrong.
Error blamed(Session& session, const Error& fault) {
    if (fault.fault != Fault::internal || fault.code == "memory" || session.env.db.empty() ||
        ::access(session.env.db.c_str(), R_OK) != 0)
        return fault;
    session.close();
    const std::string damage = sql::damage_of(session.env.db, session.model());
    if (damage.empty())
        return fault;
    return Error(Fault::io, "damaged", fmt::format("{} is damaged: {}", session.env.db, damage),
                 "restore a backup");
}

int run(const std::vector<std::string>& args) {
    Session session{Environment{}};
    try {
        int code = 0;
        if (args.size() == 1 && args[0] == "--version") {
            session.out.write(version_line);  // costs no more than starting the program
        } else {
            session.env = read_environment();
            code = dispatch(session, args);
        }
        session.close();
        print_output(session);
        return code;
    } catch (const Error& e) {
        return print_error(blamed(session, e), session.json_errors || wants_json_errors(args));
    } catch (const std::bad_alloc&) {
        return print_error(Error(Fault::internal, "memory", "out of memory"), false);
    } catch (const std::exception& e) {
        const Error fault(Fault::internal, "fault",
                          std::string("an error in crm itself: ") + e.what(),
                          "please report it with the command that you typed");
        return print_error(blamed(session, fault), false);
    }
}

/// What cannot be caught: memory that runs out before main, while the constants of libraries are
/// made, or while an error is being reported.
[[noreturn]] void end_without_abort() {
    constexpr std::string_view memory = "crm: out of memory\n";
    constexpr std::string_view fault = "crm: an error in crm itself\n";
    bool is_memory = false;
    try {
        if (const auto exception = std::current_exception())
            std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        is_memory = true;
    } catch (...) {
    }
    const std::string_view text = is_memory ? memory : fault;
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(static_cast<int>(Fault::internal));
}

/// Before all other constructors.
[[gnu::constructor(101)]] void set_up_end() {
    std::set_terminate(end_without_abort);
}

}  // namespace
}  // namespace crm::cmd

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error like a full disk
    crm::cmd::keep_freed_memory();
    return crm::cmd::run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
