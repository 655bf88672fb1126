#include "base/memory.hpp"
#include "base/text.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/outside.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/environment.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

int dispatch(const std::vector<std::string>& words, Context& context) {
    // What says which programs may run is not asked for before it says so.
    const bool about_trust =
        first_word(words) + 1 < words.size() && words[first_word(words)] == "config";
    if (!about_trust)
        try {
            context.config = read_config();
        } catch (const Error& e) {
            // What helps to mend the configuration works without it.
            const std::string first =
                first_word(words) < words.size() ? words[first_word(words)] : "help";
            if (first != "help" && first != "doctor" &&
                std::ranges::none_of(
                    words, [](const std::string& w) { return w == "--help" || w == "-h"; }))
                throw;
            context.config_fault = e.message;
        }
    const Config& config = context.config;
    const std::vector<std::string> args = without_alias(words, config, context.model());
    configure(context);
    call_outside(args, context);
    const Parsed parsed = parse(args, context.model());
    settle(context, parsed.given);
    if (parsed.version) {
        context.out.write("crm " CRM_VERSION "\n");
        return 0;
    }
    if (parsed.help || parsed.command == nullptr) {
        context.out.write(help_text(parsed.command, parsed.given.noun));
        return 0;
    }
    if (watched(context, parsed)) {
        context.open(sql::Mode::writing);
        const std::string changes = would_change(context, parsed);
        context.close();  // a hook may call crm itself
        ask_hooks(context, parsed, changes);
    }
    if (parsed.command->needs == Needs::reading)
        context.out.stream();
    if (parsed.command->needs != Needs::nothing)
        context.open(parsed.command->needs == Needs::reading ? sql::Mode::reading
                                                             : sql::Mode::writing);
    const int code = parsed.command->run(context, parsed.given);
    context.wrote = parsed.command->needs == Needs::writing && !context.dry_run;
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
    if (!version)
        touch_memory();
    Context context(version ? Surroundings{} : surroundings());
    try {
        const int code =
            version ? (context.out.write("crm " CRM_VERSION "\n"), 0) : dispatch(args, context);
        context.close();
        if (context.format == "xlsx" && context.around.out_tty && !context.out.buffer().empty())
            throw Error(Fault::usage, "terminal", "a terminal is no place for a workbook",
                        "crm … -o xlsx > FILE.xlsx");
        const bool paged = context.format.empty() || context.format == "table";
        try {
            context.out.print(paged ? context.around.pager : std::string());
        } catch (Error& e) {
            if (context.wrote)
                e.message += "; what the command changed stays changed";
            throw;
        }
        if (!context.remarks().empty())
            std::fputs(text::visible(context.remarks(), true).c_str(), stderr);
        return code;
    } catch (const Error& e) {
        return report(e, context.json_errors || wants_json_errors(args));
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
