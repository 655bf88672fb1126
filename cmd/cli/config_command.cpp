#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <cstdlib>

/// config: what is configured, and where.
namespace crm::cmd {
namespace {

int run_list(Session& session, const Arguments& args) {
    const Config config = read_config();
    std::vector<std::string> titles{"key", "value"};
    if (args.flag("origin"))
        titles.emplace_back("origin");
    Rows rows(session, titles);
    const auto row = [&](std::string key, std::string value, std::string origin) {
        std::vector<Value> cells{std::move(key), std::move(value)};
        if (args.flag("origin"))
            cells.emplace_back(std::move(origin));
        rows.row(cells);
    };
    for (const Setting& setting : settings()) {
        const char* variable =
            setting.variable.empty() ? nullptr : std::getenv(std::string(setting.variable).c_str());
        const auto found = config.values.find(setting.key);
        if (variable != nullptr)
            row(std::string(setting.key), variable, std::string(setting.variable));
        else if (found != config.values.end())
            row(std::string(setting.key), found->second.value, found->second.origin);
        else
            row(std::string(setting.key), std::string(setting.fallback), "default");
    }
    const auto line = [](const std::vector<std::string>& words) {
        std::string out;
        for (const std::string& word : words)
            out += (out.empty() ? "" : " ") + word;
        return out;
    };
    for (const auto& [name, alias] : config.aliases)
        row("alias." + name, line(alias.first), alias.second);
    for (const Hook& hook : config.hooks)
        row("hooks." + hook.on, line(hook.run), hook.origin);
    for (const RuleTable& table : rule_tables())
        for (const Rule& rule : config.of(table.name)) {
            std::string said;
            for (const RuleKey& key : table.keys)
                if (rule.has(key.name))
                    said += fmt::format("{}{}={}", said.empty() ? "" : " ", key.name,
                                        fmt::join(rule.list(key.name), ","));
            row(std::string(table.name), said, rule.origin);
        }
    rows.end();
    return 0;
}

int run_trust(Session& session, const Arguments& args) {
    const auto path = args.words.size() > 1 ? std::optional(args.words[1]) : project_config();
    if (!path)
        throw Error(Fault::not_found, "no_config", "there is no .crm/config.toml here or above");
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
            fmt::format("config has no verb '{}'", text::clipped(verb, 40)), "list, files, trust");
    suggest(e, verb, std::vector<std::string>{"list", "files", "trust"});
    throw e;
}

}  // namespace

Command config_command() {
    const auto explain = [] {
        std::string out =
            "The files are TOML: `.crm/config.toml` here or in a folder above, then "
            "`~/.config/crm/config.toml`, then `/etc/xdg/crm/config.toml`; the first that sets a "
            "key counts, after flags and variables. They are checked when they are read: exit 78 "
            "with file and line.\n\n";
        for (const Setting& setting : settings())
            out += fmt::format(
                "- `{}` :: {}; without it {}.{}\n", setting.key, setting.help, setting.fallback,
                setting.variable.empty() ? ""
                                         : fmt::format(" `{}` comes before it.", setting.variable));
        out +=
            "- `[alias]` :: a word for a command: `hot = \"deal list @hot -s -amount\"`. It cannot "
            "hide a built-in.\n"
            "- `[[hooks]]` :: a program that is asked before a command changes something: `on = "
            "\"contact.add\"` (also `contact.*`, `*.rm`), `run = [\"program\", \"argument\"]`, "
            "`timeout = 10`. It gets each change as a JSON object on standard input, as --json "
            "--dry-run prints it; what it prints goes to standard error; an exit other than 0 "
            "refuses the change (exit 4). It runs before the store is locked, so that it may call "
            "crm itself. Imports ask no hooks, and neither do undo, reassign and dupes "
            "--auto-merge, which are no verb of one noun. A hook hears the verb that was typed: "
            "contact.add does not hear contact upsert or lead convert, which may add one too; "
            "`contact.*` hears every verb of contacts.\n";
        for (const RuleTable& table : rule_tables()) {
            out += fmt::format("- `[[{}]]` :: {}:", table.name, table.help);
            for (const RuleKey& key : table.keys)
                out += fmt::format(
                    "{} `{}` ({}{}{})", &key == &table.keys.front() ? "" : ",", key.name, key.help,
                    key.words.empty() ? "" : fmt::format(": {}", fmt::join(key.words, ", ")),
                    key.required ? "" : "; may be left out");
            out += fmt::format(".\n\n{}\n\n", table.example);
        }
        out +=
            "\n"
            "A project's file may not name programs until `crm config trust` says so, and again "
            "after each change of it. A program called `crm-foo` on PATH answers `crm foo`, with "
            "CRM_DB and CRM_BIN set.";
        return out;
    };
    return {
        .help = "Show the configuration: list, files, trust",
        .arguments = {{.name = "list|files|trust",
                       .kind = Kind::word,
                       .required = true,
                       .help = "what is set, which files are read, or trusting a project's file"},
                      {.name = "FILE",
                       .kind = Kind::file,
                       .help = "to trust; the project's without it"}},
        .options = {{.name = "origin", .help = "where each value comes from"}},
        .run = run,
        .explain = explain,
        .examples = {
            {"config list --origin", "every key, its value, and the file and line that set it"},
            {"config trust", "let this project's file name programs"}}};
}

}  // namespace crm::cmd
