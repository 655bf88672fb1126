#include "cmd/cli/config.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#define TOML_EXCEPTIONS 0
#include "base/money.hpp"
#include "base/phone.hpp"
#include "base/sha256.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/arguments.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/files.hpp"
#include "time/zone.hpp"

#include <toml++/toml.h>

namespace crm::cmd {
namespace {

std::string folder_of(const char* variable, std::string_view below_home) {
    const std::string set = environment_variable(variable);
    return set.empty() ? environment_variable("HOME") + std::string(below_home) : set;
}

[[noreturn]] void fail(const std::string& origin, std::string_view code, std::string message,
                       std::string hint = {}) {
    throw Error(Fault::config, std::string(code), origin + ": " + std::move(message),
                std::move(hint));
}

std::string at(const std::string& path, const toml::node& node) {
    return fmt::format("{}:{}", path, node.source().begin.line);
}
std::string at(const std::string& path, const toml::key& key) {
    return fmt::format("{}:{}", path, key.source().begin.line);
}

/// The configuration names programs: only its owner may write to it.
void check_owner(const std::string& path) {
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0)
        return;
    if (st.st_uid != ::geteuid() && st.st_uid != 0)
        fail(path, "foreign_config", "the file belongs to another user",
             fmt::format("chown $USER {}", path));
    if ((st.st_mode & 022) != 0)
        fail(path, "foreign_config", "other users may write to the file",
             fmt::format("chmod go-w {}", path));
}

std::vector<std::string> words_of(const std::string& path, const toml::node& node,
                                  std::string_view what) {
    std::vector<std::string> out;
    if (const auto* list = node.as_array()) {
        for (const toml::node& item : *list) {
            const auto word = item.value<std::string>();
            if (!word)
                fail(at(path, item), "bad_config", fmt::format("{} must be a list of texts", what));
            out.push_back(*word);
        }
    } else if (const auto line = node.value<std::string>()) {
        auto words_of_line = split_command_line(*line);
        if (!words_of_line)
            fail(at(path, node), "bad_config", words_of_line.error().message);
        out = std::move(*words_of_line);
    } else {
        fail(at(path, node), "bad_config",
             fmt::format("{} must be a text or a list of texts", what));
    }
    if (out.empty())
        fail(at(path, node), "bad_config", fmt::format("{} is empty", what));
    return out;
}

int seconds_of(const std::string& path, const toml::node& node) {
    if (const auto number = node.value<std::int64_t>(); number && *number > 0 && *number <= 3600)
        return static_cast<int>(*number);
    fail(at(path, node), "bad_config", "timeout must be a number of seconds from 1 to 3600");
}

void read_hooks(Config& config, const std::string& path, const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr)
        fail(at(path, node), "bad_config", "hooks are tables: [[hooks]]");
    for (const toml::node& item : *list) {
        const auto* table = item.as_table();
        if (table == nullptr)
            fail(at(path, item), "bad_config", "hooks are tables: [[hooks]]");
        Hook hook{.on = {}, .run = {}, .origin = at(path, item)};
        for (const auto& [key, value] : *table) {
            if (key == "on") {
                const auto on = value.value<std::string>();
                if (!on || on->find('.') == std::string::npos)
                    fail(at(path, value), "bad_config", "on must be NOUN.VERB",
                         "on = \"contact.add\"; also deal.* and *.rm");
                hook.on = *on;
            } else if (key == "run") {
                hook.run = words_of(path, value, "run");
            } else if (key == "timeout") {
                hook.seconds = seconds_of(path, value);
            } else {
                fail(at(path, key), "unknown_key",
                     fmt::format("hooks have no key '{}'", text::visible(key.str())),
                     "valid keys are on, run, timeout");
            }
        }
        if (hook.on.empty() || hook.run.empty())
            fail(hook.origin, "bad_config", "a hook requires on and run",
                 "on = \"contact.add\", run = [\"program\", \"argument\"]");
        config.hooks.push_back(std::move(hook));
    }
}

std::vector<std::string> rule_value(const std::string& path, const RuleKey& key,
                                    const toml::node& node) {
    using Kind = RuleKey::Kind;
    if (key.kind == Kind::number || key.kind == Kind::percent) {
        const auto number = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
        const bool percent = key.kind == Kind::percent;
        if (!number || (percent && (*number < 0 || *number > 100)))
            fail(at(path, node), "bad_config",
                 fmt::format("{} must be a whole number{}", key.name,
                             percent ? " from 0 to 100" : ""));
        return {std::to_string(*number)};
    }
    if (key.kind == Kind::list && node.is_array())
        return words_of(path, node, key.name);
    const auto one = node.value<std::string>();
    if (!one || one->empty())
        fail(at(path, node), "bad_config",
             fmt::format("{} must be a text in quotation marks{}", key.name,
                         key.kind == Kind::list ? ", or a list of them" : ""));
    if (!key.words.empty() && std::ranges::find(key.words, *one) == key.words.end())
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a valid value", key.name,
                         text::visible(text::clipped(*one, 40))),
             fmt::format("valid values are {}", fmt::join(key.words, ", ")));
    return {*one};
}

/// The first file with such a table counts; its tables are not added to those
/// of other files.
void read_rules(Config& config, const std::string& path, const RuleTable& rules,
                const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr)
        fail(at(path, node), "bad_config", fmt::format("{0} must be tables: [[{0}]]", rules.name));
    if (config.rules.contains(rules.name))
        return;
    std::vector<Rule>& all = config.rules[std::string(rules.name)];
    for (const toml::node& item : *list) {
        const auto* table = item.as_table();
        if (table == nullptr)
            fail(at(path, item), "bad_config",
                 fmt::format("{0} must be tables: [[{0}]]", rules.name));
        Rule& rule = all.emplace_back(Rule{{}, at(path, item)});
        for (const auto& [key, value] : *table) {
            const auto known = std::ranges::find(rules.keys, key.str(), &RuleKey::name);
            if (known == rules.keys.end()) {
                std::vector<std::string_view> names;
                for (const RuleKey& k : rules.keys)
                    names.push_back(k.name);
                fail(at(path, key), "unknown_key",
                     fmt::format("[[{}]] has no key '{}'", rules.name,
                                 text::visible(text::clipped(key.str(), 40))),
                     fmt::format("valid keys are {}", fmt::join(names, ", ")));
            }
            rule.values.emplace(known->name, rule_value(path, *known, value));
        }
        for (const RuleKey& key : rules.keys)
            if (key.required && !rule.has(key.name))
                fail(rule.origin, "bad_config",
                     fmt::format("[[{}]] requires {}", rules.name, key.name),
                     fmt::format("write {} = … below [[{}]]", key.name, rules.name));
    }
}

void read_setting(Config& config, const std::string& path, const Setting& setting,
                  const toml::node& node) {
    const auto value = node.value<std::string>();
    if (!value)
        fail(at(path, node), "bad_config",
             fmt::format("{} must be a text in quotation marks", setting.key));
    if (setting.kind == Setting::Kind::choice &&
        std::ranges::find(setting.words, *value) == setting.words.end())
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a valid value", setting.key, text::clipped(*value, 40)),
             fmt::format("valid values are {}", fmt::join(setting.words, ", ")));
    if (setting.kind == Setting::Kind::duration && !read_wait(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a valid duration", setting.key,
                         text::visible(text::clipped(*value, 40))),
             fmt::format("{} = \"{}\"", setting.key, setting.fallback));
    if (setting.kind == Setting::Kind::zone && zone(*value) == nullptr)
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a time zone", setting.key,
                         text::visible(text::clipped(*value, 40))),
             fmt::format("{} = \"Europe/Berlin\"", setting.key));
    if (setting.kind == Setting::Kind::currency && !known_currency(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a currency", setting.key, text::clipped(*value, 40)),
             "currency = \"EUR\"");
    if (setting.kind == Setting::Kind::country && !knows_country(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a known country", setting.key,
                         text::visible(text::clipped(*value, 40))),
             "country = \"DE\"");
    config.values.try_emplace(std::string(setting.key), Configured{*value, at(path, node)});
}

void read_aliases(Config& config, const std::string& path, const toml::node& node) {
    const auto* aliases = node.as_table();
    if (aliases == nullptr)
        fail(at(path, node), "bad_config", "aliases are keys of the table [alias]");
    for (const auto& [name, words] : *aliases) {
        if (name.str().empty() || name.str().find_first_of(" -.=:+@\t\n") == 0)
            fail(at(path, name), "bad_config",
                 fmt::format("'{}' is not a valid name of an alias", text::visible(name.str())));
        config.aliases.try_emplace(std::string(name.str()),
                                   std::pair(words_of(path, words, name.str()), at(path, name)));
    }
}

[[noreturn]] void unknown_key(const std::string& path, const toml::key& key) {
    std::vector<std::string> known{"alias", "hooks"};
    for (const RuleTable& table : rule_tables())
        known.emplace_back(table.name);
    for (const Setting& setting : settings())
        known.emplace_back(setting.key);
    Error e(Fault::config, "unknown_key",
            fmt::format("{}: there is no key '{}'", at(path, key),
                        text::visible(text::clipped(key.str(), 40))));
    suggest(e, key.str(), known, "crm config list shows all of them");
    throw e;
}

void read_file_into(Config& config, const std::string& path, bool may_run) {
    check_owner(path);
    const std::string bytes = read_file(path);
    if (bytes.size() > (1u << 20))
        fail(path, "bad_config", "the file is larger than 1 MiB");
    const toml::parse_result parsed = toml::parse(bytes, path);
    if (!parsed)
        fail(fmt::format("{}:{}", path, parsed.error().source().begin.line), "bad_config",
             text::visible(parsed.error().description()));
    for (const auto& [key, value] : parsed.table()) {
        const auto rules = std::ranges::find(rule_tables(), key.str(), &RuleTable::name);
        const auto setting = std::ranges::find(settings(), key.str(), &Setting::key);
        const bool runs = key == "hooks" || (setting != settings().end() && setting->runs);
        if (runs && !may_run)
            fail(at(path, key), "untrusted",
                 fmt::format("'{}' names a program, but the file is not trusted", key.str()),
                 "read the file, then run crm config trust");
        if (key == "alias")
            read_aliases(config, path, value);
        else if (key == "hooks")
            read_hooks(config, path, value);
        else if (rules != rule_tables().end())
            read_rules(config, path, *rules, value);
        else if (setting != settings().end())
            read_setting(config, path, *setting, value);
        else
            unknown_key(path, key);
    }
}

bool there(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::string trust_file() {
    return folder_of("XDG_DATA_HOME", "/.local/share") + "/crm/trusted";
}

/// A file as it is now: a hash of its content, and its path.
std::string mark_of(const std::string& path) {
    std::error_code failed;
    return sha256(read_file(path)) + " " + std::filesystem::canonical(path, failed).string();
}

}  // namespace

std::optional<std::string> project_config() {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) == nullptr)
        return {};
    for (std::string dir = here; !dir.empty(); dir.resize(dir.rfind('/')))
        if (std::string path = dir + "/.crm/config.toml"; there(path))
            return path;
    return {};
}

std::vector<std::string> config_files(std::optional<std::string> project) {
    std::vector<std::string> out;
    if (project)
        out.push_back(std::move(*project));
    out.push_back(folder_of("XDG_CONFIG_HOME", "/.config") + "/crm/config.toml");
    out.emplace_back("/etc/xdg/crm/config.toml");
    return out;
}

Config read_config() {
    Config config;
    const auto project = project_config();
    for (const std::string& path : config_files(project))
        if (there(path))
            read_file_into(config, path, path != project || trusted(path));
    return config;
}

void trust(const std::string& path) {
    const std::string file = trust_file(), mark = mark_of(path);
    std::string all = there(file) ? read_file(file) : std::string();
    if (all.find(mark + "\n") != std::string::npos)
        return;
    create_private_folder(crm::folder_of(file));
    write_file(file, all + mark + "\n");
}

bool trusted(const std::string& path) {
    const std::string file = trust_file();
    return there(file) && read_file(file).find(mark_of(path) + "\n") != std::string::npos;
}

Expected<std::vector<std::string>> split_command_line(std::string_view line) {
    std::vector<std::string> out;
    bool open = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
            open = false;
            continue;
        }
        if (!open)
            out.emplace_back();
        open = true;
        if (quote != 0 && c == quote)
            quote = 0;
        else if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == '\\' && quote != '\'' && i + 1 < line.size())
            out.back() += line[++i];
        else
            out.back() += c;
    }
    if (quote != 0)
        return failure(Fault::usage, "bad_line", "a quotation mark is not closed");
    return out;
}

}  // namespace crm::cmd
