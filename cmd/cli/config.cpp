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
#include "cmd/cli/files.hpp"
#include "time/zone.hpp"

#include <toml++/toml.h>

namespace crm::cmd {
namespace {

std::string env(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string folder_of(const char* variable, std::string_view below_home) {
    const std::string set = env(variable);
    return set.empty() ? env("HOME") + std::string(below_home) : set;
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

/// Nobody else may say what this program does.
void check_owner(const std::string& path) {
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0)
        return;
    if (st.st_uid != ::geteuid() && st.st_uid != 0)
        fail(path, "foreign_config", "it belongs to somebody else", "chown it, or remove it");
    if ((st.st_mode & 022) != 0)
        fail(path, "foreign_config", "others may write to it", fmt::format("chmod go-w {}", path));
}

std::vector<std::string> words_of(const std::string& path, const toml::node& node,
                                  std::string_view what) {
    std::vector<std::string> out;
    if (const auto* list = node.as_array()) {
        for (const toml::node& item : *list) {
            const auto word = item.value<std::string>();
            if (!word)
                fail(at(path, item), "bad_config", fmt::format("{} is a list of texts", what));
            out.push_back(*word);
        }
    } else if (const auto line = node.value<std::string>()) {
        auto parted = split_command_line(*line);
        if (!parted)
            fail(at(path, node), "bad_config", parted.error().message);
        out = std::move(*parted);
    } else {
        fail(at(path, node), "bad_config", fmt::format("{} is a text or a list of texts", what));
    }
    if (out.empty())
        fail(at(path, node), "bad_config", fmt::format("{} is empty", what));
    return out;
}

int seconds_of(const std::string& path, const toml::node& node) {
    if (const auto number = node.value<std::int64_t>(); number && *number > 0 && *number <= 3600)
        return static_cast<int>(*number);
    fail(at(path, node), "bad_config", "timeout is a number of seconds, 1 to 3600");
}

void read_hooks(Config& config, const std::string& path, const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr)
        fail(at(path, node), "bad_config", "hooks are written as [[hooks]]");
    for (const toml::node& item : *list) {
        const auto* table = item.as_table();
        if (table == nullptr)
            fail(at(path, item), "bad_config", "hooks are written as [[hooks]]");
        Hook hook{.on = {}, .run = {}, .origin = at(path, item)};
        for (const auto& [key, value] : *table) {
            if (key == "on") {
                const auto on = value.value<std::string>();
                if (!on || on->find('.') == std::string::npos)
                    fail(at(path, value), "bad_config",
                         "on is NOUN.VERB: contact.add, deal.*, *.rm");
                hook.on = *on;
            } else if (key == "run") {
                hook.run = words_of(path, value, "run");
            } else if (key == "timeout") {
                hook.seconds = seconds_of(path, value);
            } else {
                fail(at(path, key), "unknown_key",
                     fmt::format("a hook has no '{}'", text::visible(key.str())),
                     "on, run, timeout");
            }
        }
        if (hook.on.empty() || hook.run.empty())
            fail(hook.origin, "bad_config", "a hook needs on and run",
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
                 fmt::format("{} is a whole number{}", key.name, percent ? " from 0 to 100" : ""));
        return {std::to_string(*number)};
    }
    if (key.kind == Kind::list && node.is_array())
        return words_of(path, node, key.name);
    const auto one = node.value<std::string>();
    if (!one || one->empty())
        fail(at(path, node), "bad_config",
             fmt::format("{} is a text in quotation marks{}", key.name,
                         key.kind == Kind::list ? ", or a list of them" : ""));
    if (!key.words.empty() && std::ranges::find(key.words, *one) == key.words.end())
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not one of its words", key.name,
                         text::visible(text::clipped(*one, 40))),
             fmt::format("{}", fmt::join(key.words, ", ")));
    return {*one};
}

/// The first file with such a table says them all.
void read_rules(Config& config, const std::string& path, const RuleTable& rules,
                const toml::node& node) {
    const auto* list = node.as_array();
    if (list == nullptr)
        fail(at(path, node), "bad_config", fmt::format("write [[{}]], once for each", rules.name));
    if (config.rules.contains(rules.name))
        return;
    std::vector<Rule>& all = config.rules[std::string(rules.name)];
    for (const toml::node& item : *list) {
        const auto* table = item.as_table();
        if (table == nullptr)
            fail(at(path, item), "bad_config",
                 fmt::format("write [[{}]], once for each", rules.name));
        Rule& rule = all.emplace_back(Rule{{}, at(path, item)});
        for (const auto& [key, value] : *table) {
            const auto known = std::ranges::find(rules.keys, key.str(), &RuleKey::name);
            if (known == rules.keys.end()) {
                std::vector<std::string_view> names;
                for (const RuleKey& k : rules.keys)
                    names.push_back(k.name);
                fail(at(path, key), "unknown_key",
                     fmt::format("[[{}]] has no '{}'", rules.name,
                                 text::visible(text::clipped(key.str(), 40))),
                     fmt::format("{}", fmt::join(names, ", ")));
            }
            rule.values.emplace(known->name, rule_value(path, *known, value));
        }
        for (const RuleKey& key : rules.keys)
            if (key.required && !rule.has(key.name))
                fail(rule.origin, "bad_config",
                     fmt::format("[[{}]] needs {}", rules.name, key.name),
                     fmt::format("write {} = … below [[{}]]", key.name, rules.name));
    }
}

void read_setting(Config& config, const std::string& path, const Setting& setting,
                  const toml::node& node) {
    const auto value = node.value<std::string>();
    if (!value)
        fail(at(path, node), "bad_config",
             fmt::format("{} is a text in quotation marks", setting.key));
    if (setting.kind == Setting::Kind::choice &&
        std::ranges::find(setting.words, *value) == setting.words.end())
        fail(
            at(path, node), "bad_config",
            fmt::format("{}: '{}' is not one of its words", setting.key, text::clipped(*value, 40)),
            fmt::format("{}", fmt::join(setting.words, ", ")));
    if (setting.kind == Setting::Kind::duration && !read_wait(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is not a valid duration", setting.key,
                         text::visible(text::clipped(*value, 40))),
             fmt::format("{} = \"{}\"", setting.key, setting.fallback));
    if (setting.kind == Setting::Kind::zone && zone(*value) == nullptr)
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is no time zone", setting.key,
                         text::visible(text::clipped(*value, 40))),
             fmt::format("{} = \"Europe/Berlin\"", setting.key));
    if (setting.kind == Setting::Kind::currency && !known_currency(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is no currency", setting.key, text::clipped(*value, 40)),
             "three letters: EUR");
    if (setting.kind == Setting::Kind::country && !knows_country(*value))
        fail(at(path, node), "bad_config",
             fmt::format("{}: '{}' is no country whose numbers are known", setting.key,
                         text::visible(text::clipped(*value, 40))),
             "two letters: DE");
    config.values.try_emplace(std::string(setting.key), Configured{*value, at(path, node)});
}

void read_file_into(Config& config, const std::string& path, bool may_run) {
    check_owner(path);
    const std::string bytes = read_file(path);
    if (bytes.size() > (1u << 20))
        fail(path, "bad_config", "it is larger than a configuration can be");
    const toml::parse_result parsed = toml::parse(bytes, path);
    if (!parsed)
        fail(fmt::format("{}:{}", path, parsed.error().source().begin.line), "bad_config",
             text::visible(parsed.error().description()));
    const toml::table& table = parsed.table();
    const auto program = [&](const toml::key& key) {
        if (!may_run)
            fail(at(path, key), "untrusted",
                 fmt::format("'{}' names a program, and nobody has trusted this file", key.str()),
                 "read it, then: crm config trust");
    };
    for (const auto& [key, value] : table) {
        if (key == "alias") {
            const auto* aliases = value.as_table();
            if (aliases == nullptr)
                fail(at(path, key), "bad_config", "aliases are written below [alias]");
            for (const auto& [name, words] : *aliases) {
                if (name.str().empty() || name.str().find_first_of(" -.=:+@\t\n") == 0)
                    fail(at(path, name), "bad_config",
                         fmt::format("'{}' cannot be an alias", text::visible(name.str())));
                config.aliases.try_emplace(
                    std::string(name.str()),
                    std::pair(words_of(path, words, name.str()), at(path, name)));
            }
        } else if (key == "hooks") {
            program(key);
            read_hooks(config, path, value);
        } else if (const auto rules = std::ranges::find(rule_tables(), key.str(), &RuleTable::name);
                   rules != rule_tables().end()) {
            read_rules(config, path, *rules, value);
        } else {
            const auto setting = std::ranges::find(settings(), key.str(), &Setting::key);
            if (setting == settings().end()) {
                std::vector<std::string> known{"alias", "hooks"};
                for (const RuleTable& t : rule_tables())
                    known.emplace_back(t.name);
                for (const Setting& s : settings())
                    known.emplace_back(s.key);
                Error e(Fault::config, "unknown_key",
                        fmt::format("{}: there is no key '{}'", at(path, key),
                                    text::visible(text::clipped(key.str(), 40))));
                suggest(e, key.str(), known, "crm config list shows them all");
                throw e;
            }
            if (setting->runs)
                program(key);
            read_setting(config, path, *setting, value);
        }
    }
}

bool there(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

std::string trust_file() {
    return folder_of("XDG_DATA_HOME", "/.local/share") + "/crm/trusted";
}

/// A file as it is now: its path and what stands in it.
std::string mark_of(const std::string& path) {
    std::error_code failed;
    return sha256(read_file(path)) + " " + std::filesystem::canonical(path, failed).string();
}

}  // namespace

std::span<const Setting> settings() {
    using Kind = Setting::Kind;
    static const std::vector<Setting> all = {
        {"user", Kind::text, "the login name", "who acts: the login, address or name of a user",
         "CRM_USER"},
        {"timezone", Kind::zone, "the system's",
         "the zone in which days begin and times are shown: Europe/Berlin", "TZ"},
        {"country", Kind::country, "the locale's",
         "where telephone numbers without + are dialled: DE"},
        {"currency", Kind::currency, "EUR", "of a store that crm init makes"},
        {"seller", Kind::text, "nobody",
         "name and address at the head of quotes and orders, in lines"},
        {"color",
         Kind::choice,
         "auto",
         "colours: auto, always or never",
         {},
         false,
         {"auto", "always", "never"}},
        {"pager", Kind::text, "less -FRX", "what shows long tables on a terminal; empty for none",
         "CRM_PAGER", true},
        {"opener", Kind::text, "xdg-open", "what crm open hands an address to", "CRM_OPENER", true},
        {"lock_wait", Kind::duration, "30s", "how long to wait for a busy store"},
    };
    return all;
}

std::span<const RuleTable> rule_tables() {
    using Kind = RuleKey::Kind;
    static const std::vector<RuleTable> all = {
        {"stage",
         "an open stage of the sales process, in order, or what Closed Won and Closed Lost require",
         {{"name", Kind::text, true, "what it is called"},
          {"probability", Kind::percent, false,
           "the chance of a deal that comes to it; an open stage needs one"},
          {"pipeline", Kind::text, false,
           "the pipeline that it belongs to; all of them without it"},
          {"requires", Kind::list, false, "fields that a deal must have to come here"},
          {"playbook", Kind::list, false, "articles that help here, by their titles"}},
         "    [[stage]]\n    name = \"Demo\"\n    probability = 30\n    requires = [\"amount\"]"},
        {"assign",
         "who follows up leads, for crm lead assign; the first that fits counts",
         {{"query", Kind::text, false, "the leads that it is about"},
          {"to", Kind::list, false, "users; those of the territory when it goes by that"},
          {"by",
           Kind::text,
           false,
           "how one of them is chosen",
           {"round robin", "least busy", "territory"}},
          {"name", Kind::text, false, "what it is called in reasons"}},
         "    [[assign]]\n    query = \"source:Trade-Show\"\n    to = [\"ada\", \"bob\"]\n    by = "
         "\"least busy\""},
        {"commission",
         "a plan of commission, for crm report commissions; a sum above a tier earns the tier's "
         "rate from there on",
         {{"name", Kind::text, true, "what the plan is called"},
          {"rate", Kind::text, true, "what is earned: 5 %"},
          {"tiers", Kind::list, false, "higher rates from a sum on: 100k = 7 %"},
          {"of",
           Kind::text,
           false,
           "of what; won deals",
           {"won deals", "paid orders", "margin of won deals"}},
          {"query", Kind::text, false, "only those that it finds"},
          {"team", Kind::text, false, "the part of a deal that its team shares: 30 %"}},
         "    [[commission]]\n    name = \"Sales\"\n    rate = \"5 %\"\n    tiers = [\"100k = 7 "
         "%\"]\n    team = \"30 %\""},
        {"highlight",
         "colours of records in tables on a terminal; the first that fits counts",
         {{"on", Kind::text, true, "the noun"},
          {"query", Kind::text, true, "which records"},
          {"color",
           Kind::text,
           true,
           "how they look",
           {"red", "green", "yellow", "blue", "magenta", "cyan", "bold", "dim"}}},
         "    [[highlight]]\n    on = \"deal\"\n    query = \"is:overdue\"\n    color = \"red\""},
        {"score",
         "points for leads, for crm lead score",
         {{"query", Kind::text, true, "the leads that get them"},
          {"points", Kind::number, true, "how many; also below zero"},
          {"why", Kind::text, false, "what it means"}},
         "    [[score]]\n    query = \"source:Partner\"\n    points = 20\n    why = \"partners "
         "know their customers\""},
    };
    return all;
}

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
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), failed);
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
            out.emplace_back(), open = true;
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
