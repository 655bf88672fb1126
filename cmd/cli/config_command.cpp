#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/aliases.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/config_check.hpp"
#include "cmd/cli/config_file.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

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
    const auto found = config.values.find(setting.key);
    const bool own = found != config.values.end() && found->second.origin == variable_of(setting);
    const std::string variable(setting.variable);
    if (!own && !variable.empty() && std::getenv(variable.c_str()) != nullptr)
        return {std::getenv(variable.c_str()), variable};
    if (found != config.values.end())
        return found->second;
    return {std::string(setting.fallback), "default"};
}

/// The rules may name custom fields, so the database is asked where there is one.
void check_rules_of(Session& session, Config config) {
    session.config = std::move(config);
    std::error_code failed;
    if (std::filesystem::exists(session.env.db, failed))
        session.open(sql::Mode::reading);
    check_aliases(session.config, session.model());
    check_rules(session);
}

/// Nothing without a database, which has the users.
std::vector<Error> user_faults_of(Session& session) {
    return session.has_store() ? user_faults(session) : std::vector<Error>();
}

/// Checks all that is configured, the users whom it names, too.
int run_check(Session& session) {
    check_rules_of(session, read_config());
    const std::vector<Error> faults = user_faults_of(session);
    if (!faults.empty())
        throw faults.front();
    if (session.env.out_tty && !session.quiet)
        session.remark("no problems found");
    return 0;
}

const Setting& setting_named(const std::string& key) {
    const auto setting = std::ranges::find(settings(), key, &Setting::key);
    if (setting != settings().end())
        return *setting;
    std::vector<std::string> keys;
    for (const Setting& s : settings())
        keys.emplace_back(s.key);
    Error e(Fault::usage, "unknown_key",
            fmt::format("there is no key '{}'", text::clipped(key, 40)));
    suggest(e, key, keys, "valid keys are " + text::joined(keys, ", "));
    throw e;
}

[[noreturn]] void missing(std::string_view verb, std::string_view what) {
    throw Error(Fault::usage, "missing", fmt::format("config {} requires {}", verb, what),
                fmt::format("crm config {} currency{}", verb, verb == "set" ? " EUR" : ""));
}

int run_get(Session& session, const Arguments& args) {
    if (args.words.size() != 2)
        missing("get", "one KEY");
    const Configured found = value_of(read_config(), setting_named(args.words[1]));
    if (session.format.empty()) {
        session.out.write(found.value + "\n");
        return 0;
    }
    Rows rows(session, {"key", "value", "origin"});
    rows.row({args.words[1], found.value, found.origin});
    rows.end();
    return 0;
}

void write_config(const std::string& path, const std::string& text) {
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
    write_file(path, text);
}

int run_set(Session& session, const Arguments& args) {
    if (args.words.size() != 3)
        missing("set", "KEY and VALUE");
    const Setting& setting = setting_named(args.words[1]);
    const std::string& value = args.words[2];
    if (auto fault = fault_of(setting, value)) {
        fault->fault = Fault::usage;
        fault->hint = hint_as(*fault, setting, fmt::format("crm config set {} ", setting.key));
        throw *fault;
    }
    read_config();  // a file that is not valid is not changed
    const std::string path = user_config();
    const auto file = find_config_file(path);
    const std::string text = file ? file->bytes : std::string();
    const std::string changed = with_setting(path, text, setting.key, value);
    const bool same = changed == text;
    if (!same && !session.dry_run)
        write_config(path, changed);
    if (!session.quiet) {
        const std::string_view done = same ? "unchanged" : session.dry_run ? "would set" : "set";
        session.out.write(fmt::format("{} {}{}{}\n", done, setting.key, value.empty() ? "" : " ",
                                      text::visible(value)));
    }
    const std::string origin = value_of(read_config(), setting).origin;
    if (!session.quiet && origin != "default" && !origin.starts_with(path + ":"))
        session.remark(fmt::format("note: {} takes precedence over {}", origin, path));
    return 0;
}

int run_list(Session& session, const Arguments& args) {
    Config read = read_config();
    take_untrusted_aliases(read, session.model());
    check_rules_of(session, std::move(read));
    remark_ignored(session);
    const Config& config = session.config;
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
        row("alias." + name, joined(alias.words), alias.origin);
    for (const Hook& hook : config.hooks)
        row("hooks." + hook.on, joined(hook.run), hook.origin);
    for (const RuleTable& table : rule_tables())
        for (const Rule& rule : config.of(table.name))
            row(std::string(table.name), rule_text(table, rule), rule.origin);
    rows.end();
    for (const Error& fault : user_faults_of(session))
        session.remark("warning: " + fault.message);
    return 0;
}

int run_trust(Session& session, const Arguments& args) {
    const auto path = args.words.size() > 1 ? std::optional(args.words[1]) : project_config();
    if (!path)
        throw Error(Fault::not_found, "no_config",
                    "there is no .crm/config.toml in this folder or above");
    const auto file = find_config_file(*path);
    if (!file)
        throw Error(Fault::io, "unreadable", *path + " cannot be read: there is no such file");
    if (trusted(*file)) {
        if (!session.quiet)
            session.out.write("unchanged " + *path + "\n");
        return 0;
    }
    if (!session.dry_run)
        trust(*file);
    if (!session.quiet)
        session.out.write(
            fmt::format("{} {}\n", session.dry_run ? "would trust" : "trusted", *path));
    return 0;
}

int run_config_command(Session& session, const Arguments& args) {
    const std::string& verb = args.words[0];
    if (verb == "list")
        return run_list(session, args);
    if (verb == "check")
        return run_check(session);
    if (verb == "trust")
        return run_trust(session, args);
    if (verb == "get")
        return run_get(session, args);
    if (verb == "set")
        return run_set(session, args);
    if (verb == "files") {
        for (const std::string& path : config_files())
            session.out.write(path + "\n");
        return 0;
    }
    Error e(Fault::usage, "unknown_verb",
            fmt::format("config has no verb '{}'", text::clipped(verb, 40)),
            "valid verbs are list, get, set, check, files, trust");
    suggest(e, verb, std::vector<std::string>{"list", "get", "set", "check", "files", "trust"});
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
        out += fmt::format(" `{}` takes precedence over the files.\n", variable_of(setting));
    }
    out +=
        "- `[alias]` :: a name for a command: `hot = \"deal list @hot -s -amount\"`. What is "
        "typed behind it takes the place of `$1` to `$9` and of `$@`, all of it; the rest is "
        "appended. It cannot replace a noun or command of crm.\n"
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
        "change of the file. Until then its aliases are used only if they name a command of crm "
        "other "
        "than config, replace nothing, and pass neither --yes nor --db nor a file that is written; "
        "a warning names the others. A program called `crm-foo` on PATH is run by `crm foo`, with "
        "CRM_DB "
        "and CRM_BIN set.";
    return out;
}

}  // namespace

Command config_command() {
    return {
        .help = "Show or change the configuration: list, get, set, check, files, trust",
        .arguments = {{.name = "list|get|set|check|files|trust",
                       .kind = Kind::word,
                       .required = true,
                       .help =
                           "list the values, show one, set one in your own file, check all, list "
                           "the files, or trust a project's file"},
                      {.name = "KEY|FILE",
                       .kind = Kind::setting,
                       .help = "the key to show or set; the file to trust, by default the "
                               "project's"},
                      {.name = "VALUE", .kind = Kind::word, .help = "the new value of the key"}},
        .options = {{.name = "origin", .help = "show where each value comes from"}},
        .formats = formats::rows,
        .run = run_config_command,
        .explain = explain,
        .examples = {{"config list --origin", "every key, its value, and where it is set"},
                     {"config set currency CHF", "write it to your own file"},
                     {"config get currency", ""},
                     {"config check", "exit 78 with file and line where something is wrong"},
                     {"config trust", "let this project's file name programs"}}};
}

}  // namespace crm::cmd
