#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/print.hpp"

#include <fmt/format.h>

#include <cstdlib>

/// config: what is configured, and where.
namespace crm::cmd {
namespace {

std::string joined(std::span<const std::string> words) {
    return fmt::format("{}", fmt::join(words, " "));
}

/// "name=Demo probability=30"
std::string rule_text(const RuleTable& table, const Rule& rule) {
    std::string out;
    for (const RuleKey& key : table.keys)
        if (rule.has(key.name))
            out += fmt::format("{}{}={}", out.empty() ? "" : " ", key.name,
                               fmt::join(rule.list(key.name), ","));
    return out;
}

/// The value of a setting and where it comes from.
Configured value_of(const Config& config, const Setting& setting) {
    const std::string variable(setting.variable);
    if (!variable.empty() && std::getenv(variable.c_str()) != nullptr)
        return {std::getenv(variable.c_str()), variable};
    if (const auto found = config.values.find(setting.key); found != config.values.end())
        return found->second;
    return {std::string(setting.fallback), "default"};
}

int run_list(Session& session, const Arguments& args) {
    const Config config = read_config();
    const bool with_origin = args.flag("origin");
    std::vector<Rows::Head> titles{"key", "value"};
    if (with_origin)
        titles.emplace_back("origin");
    Rows rows(session, titles);
    const auto row = [&](std::string key, std::string value, std::string origin) {
        std::vector<Value> cells{std::move(key), std::move(value)};
        if (with_origin)
            cells.emplace_back(std::move(origin));
        rows.row(cells);
    };
    for (const Setting& setting : settings()) {
        const Configured found = value_of(config, setting);
        row(std::string(setting.key), found.value, found.origin);
    }
    for (const auto& [name, alias] : config.aliases)
        row("alias." + name, joined(alias.first), alias.second);
    for (const Hook& hook : config.hooks)
        row("hooks." + hook.on, joined(hook.run), hook.origin);
    for (const RuleTable& table : rule_tables())
        for (const Rule& rule : config.of(table.name))
            row(std::string(table.name), rule_text(table, rule), rule.origin);
    rows.end();
    return 0;
}

int run_trust(Session& session, const Arguments& args) {
    const auto path = args.words.size() > 1 ? std::optional(args.words[1]) : project_config();
    if (!path)
        throw Error(Fault::not_found, "no_config",
                    "there is no .crm/config.toml in this folder or above");
    if (trusted(*path)) {
        if (!session.quiet)
            session.out.write("unchanged " + *path + "\n");
        return 0;
    }
    if (!session.dry_run)
        trust(*path);
    if (!session.quiet)
        session.out.write(
            fmt::format("{} {}\n", session.dry_run ? "would trust" : "trusted", *path));
    return 0;
}

int run(Session& session, const Arguments& args) {
    const std::string& verb = args.words[0];
    if (verb == "list")
        return run_list(session, args);
    if (verb == "trust")
        return run_trust(session, args);
    if (verb == "files") {
        for (const std::string& path : config_files())
            session.out.write(path + "\n");
        return 0;
    }
    Error e(Fault::usage, "unknown_verb",
            fmt::format("config has no verb '{}'", text::clipped(verb, 40)),
            "valid verbs are list, files, trust");
    suggest(e, verb, std::vector<std::string>{"list", "files", "trust"});
    throw e;
}

/// What the files may say, out of the tables that read them.
std::string explain() {
    std::string out =
        "The files are TOML: `.crm/config.toml` in this folder or one above it, then "
        "`~/.config/crm/config.toml`, then `/etc/xdg/crm/config.toml`. The first file that sets a "
        "key is used; options and environment variables come before all files. An error in a file "
        "is exit 78 with file and line.\n\n";
    for (const Setting& setting : settings()) {
        out +=
            fmt::format("- `{}` :: {}; default: {}.", setting.key, setting.help, setting.fallback);
        if (!setting.variable.empty())
            out += fmt::format(" `{}` comes before it.", setting.variable);
        out += "\n";
    }
    out +=
        "- `[alias]` :: a name for a command: `hot = \"deal list @hot -s -amount\"`. It cannot "
        "replace a noun or command of crm.\n"
        "- `[[hooks]]` :: a program that is asked before a command changes something: `on = "
        "\"contact.add\"` (also `contact.*`, `*.rm`), `run = [\"program\", \"argument\"]`, "
        "`timeout = 10`. It reads each change as a JSON object on standard input, as --json "
        "--dry-run prints it; what it prints goes to standard error; an exit code other than 0 "
        "refuses the change (exit 4). It runs before the database is locked, so it may call crm "
        "itself. A hook is asked about the verb that was typed: contact.add is not asked about "
        "contact upsert or lead convert, which may add contacts too; `contact.*` is asked about "
        "every verb of contacts. Imports, undo, reassign and dupes --auto-merge ask no hooks.\n";
    for (const RuleTable& table : rule_tables()) {
        out += fmt::format("- `[[{}]]` :: {}. Keys:", table.name, table.help);
        for (const RuleKey& key : table.keys) {
            out += fmt::format("{} `{}` ({}", &key == &table.keys.front() ? "" : ",", key.name,
                               key.help);
            if (!key.words.empty())
                out += fmt::format(": {}", fmt::join(key.words, ", "));
            out += key.required ? "; required)" : ")";
        }
        out += fmt::format(".\n\n{}\n\n", table.example);
    }
    out +=
        "\n"
        "A project's file may name programs only after `crm config trust`, and again after each "
        "change of the file. A program called `crm-foo` on PATH is run by `crm foo`, with CRM_DB "
        "and CRM_BIN set.";
    return out;
}

}  // namespace

Command config_command() {
    return {
        .help = "Show the configuration: list, files, trust",
        .arguments = {{.name = "list|files|trust",
                       .kind = Kind::word,
                       .required = true,
                       .help = "the values, the files that are read, or trust a project's file"},
                      {.name = "FILE",
                       .kind = Kind::file,
                       .help = "the file to trust; default: the project's"}},
        .options = {{.name = "origin", .help = "show where each value comes from"}},
        .formats = formats::rows,
        .run = run,
        .explain = explain,
        .examples = {{"config list --origin", "every key, its value, and where it is set"},
                     {"config trust", "let this project's file name programs"}}};
}

}  // namespace crm::cmd
