#include "base/text.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/outside.hpp"
#include "cmd/cli/parse.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

int dispatch(const std::vector<std::string>& words, Session& session) {
    // What says which programs may run is not asked for before it says so.
    const bool about_trust =
        first_word(words) + 1 < words.size() && words[first_word(words)] == "config";
    if (!about_trust)
        try {
            session.config = read_config();
        } catch (const Error& e) {
            // What helps to mend the configuration works without it.
            const std::string first =
                first_word(words) < words.size() ? words[first_word(words)] : "help";
            if (first != "help" && first != "doctor" &&
                std::ranges::none_of(
                    words, [](const std::string& w) { return w == "--help" || w == "-h"; }))
                throw;
            session.config_fault = e.message;
        }
    const Config& config = session.config;
    const std::vector<std::string> args = without_alias(words, config, session.model());
    configure(session);
    call_outside(args, session);
    const Parsed parsed = parse(args, session.model());
    apply_global_options(session, parsed.args);
    if (parsed.version) {
        session.out.write("crm " CRM_VERSION "\n");
        return 0;
    }
    if (parsed.help || parsed.command == nullptr) {
        session.out.write(help_text(parsed.command, parsed.args.noun));
        return 0;
    }
    if (has_hooks(session, parsed)) {
        session.open(sql::Mode::writing);
        const std::string changes = would_change(session, parsed);
        session.close();  // a hook may call crm itself
        ask_hooks(session, parsed, changes);
    }
    if (parsed.command->needs == Needs::reading)
        session.out.stream();
    if (parsed.command->needs != Needs::nothing)
        session.open(parsed.command->needs == Needs::reading ? sql::Mode::reading
                                                             : sql::Mode::writing);
    const int code = parsed.command->run(session, parsed.args);
    session.wrote = parsed.command->needs == Needs::writing && !session.dry_run;
    return code;
}

bool wants_json_errors(const std::vector<std::string>& args) {
    for (std::size_t i = 0; i < args.size(); ++i)
        if (args[i] == "--json" || args[i] == "--jsonl" || args[i] == "--errors=json" ||
            (args[i] == "--errors" && i + 1 < args.size() && args[i + 1] == "json"))
            return true;
    return false;
}

int run(const std::vector<std::string>& args) {
    // Asked before all else, so that it costs no more than starting the program.
    const bool version = args.size() == 1 && args[0] == "--version";
    Session session(version ? Environment{} : surroundings());
    try {
        const int code =
            version ? (session.out.write("crm " CRM_VERSION "\n"), 0) : dispatch(args, session);
        session.close();
        if (session.format == "xlsx" && session.env.out_tty && !session.out.buffer().empty())
            throw Error(Fault::usage, "terminal", "a terminal is no place for a workbook",
                        "crm … -o xlsx > FILE.xlsx");
        const bool paged = session.format.empty() || session.format == "table";
        try {
            session.out.print(paged ? session.env.pager : std::string());
        } catch (Error& e) {
            if (session.wrote)
                e.message += "; what the command changed stays changed";
            throw;
        }
        if (!session.remarks().empty())
            std::fputs(text::visible(session.remarks(), true).c_str(), stderr);
        return code;
    } catch (const Error& e) {
        return report(e, session.json_errors || wants_json_errors(args));
    } catch (const std::bad_alloc&) {
        return report(Error(Fault::io, "memory", "out of memory; nothing was changed"), false);
    } catch (const std::exception& e) {
        return report(
            Error(Fault::internal, "fault", std::string("a fault of the program: ") + e.what(),
                  "please report it with the command that you typed"),
            false);
    }
}

}  // namespace
}  // namespace crm::cmd

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    return crm::cmd::run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
