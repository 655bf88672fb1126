#include "cmd/cli/config.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/toml.hpp"
#include "cmd/cli/config_file.hpp"
#include "cmd/cli/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace crm::cmd {
namespace {

[[noreturn]] void fail(const std::string& origin, std::string_view code, std::string message,
                       std::string hint = {}) {
    throw Error(Fault::config, std::string(code), origin + ": " + std::move(message),
                std::move(hint));
}

std::string at(const std::string& path, const TomlNode& node) {
    return fmt::format("{}:{}", path, node.line);
}

std::vector<std::string> words_of(const std::string& path, const TomlNode& node,
                                  std::string_view what) {
    std::vector<std::string> out;
    if (node.is(TomlNode::Kind::list)) {
        for (const TomlNode& item : node.items) {
            const auto word = item.as_text();
            if (!word)
                fail(at(path, item), "bad_config", fmt::format("{} must be a list of texts", what));
            out.push_back(*word);
        }
    } else if (const auto line = node.as_text()) {
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

int seconds_of(const std::string& path, const TomlNode& node) {
    if (const auto number = node.as_integer(); number && *number > 0 && *number <= 3600)
        return static_cast<int>(*number);
    fail(at(path, node), "bad_config", "timeout must be a number of seconds from 1 to 3600");
}

void read_hooks(Config& config, const std::string& path, const TomlNode& node) {
    if (!node.is(TomlNode::Kind::list))
        fail(at(path, node), "bad_config", "hooks are tables: [[hooks]]");
    for (const TomlNode& item : node.items) {
        if (!item.is(TomlNode::Kind::table))
            fail(at(path, item), "bad_config", "hooks are tables: [[hooks]]");
        Hook hook{.on = {}, .run = {}, .origin = at(path, item)};
        for (const TomlNode& member : item.items) {
            const std::string& key = member.key;
            if (key == "on") {
                const auto on = member.as_text();
                if (!on || on->find('.') == std::string::npos)
                    fail(at(path, member), "bad_config", "on must be NOUN.VERB",
                         "on = \"contact.add\"; also deal.* and *.rm");
                hook.on = *on;
            } else if (key == "run") {
                hook.run = words_of(path, member, "run");
            } else if (key == "timeout") {
                hook.seconds = seconds_of(path, member);
            } else {
                fail(at(path, member), "unknown_key",
                     fmt::format("hooks have no key '{}'", text::visible(key)),
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
                                    const TomlNode& node) {
    using Kind = RuleKey::Kind;
    if (key.kind == Kind::number || key.kind == Kind::percent) {
        const auto number = node.as_integer();
        const bool percent = key.kind == Kind::percent;
        if (!number || (percent && (*number < 0 || *number > 100)))
            fail(at(path, node), "bad_config",
                 fmt::format("{} must be a whole number{}", key.name,
                             percent ? " from 0 to 100" : ""));
        return {std::to_string(*number)};
    }
    if (key.kind == Kind::list && node.is(TomlNode::Kind::list))
        return words_of(path, node, key.name);
    auto one = node.as_text();
    const bool is_switch = std::ranges::find(key.words, "true") != key.words.end();
    if (is_switch && node.is(TomlNode::Kind::boolean))
        one = node.integer == 1 ? "true" : "false";
    if (one && one->empty())
        fail(at(path, node), "bad_config", fmt::format("{} is empty", key.name));
    if (!one)
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
                const TomlNode& node) {
    if (!node.is(TomlNode::Kind::list))
        fail(at(path, node), "bad_config", fmt::format("{0} must be tables: [[{0}]]", rules.name));
    if (config.rules.contains(rules.name))
        return;
    std::vector<Rule>& all = config.rules[std::string(rules.name)];
    for (const TomlNode& item : node.items) {
        if (!item.is(TomlNode::Kind::table))
            fail(at(path, item), "bad_config",
                 fmt::format("{0} must be tables: [[{0}]]", rules.name));
        Rule& rule = all.emplace_back(Rule{{}, {}, at(path, item)});
        for (const TomlNode& member : item.items) {
            const auto known = std::ranges::find(rules.keys, member.key, &RuleKey::name);
            if (known == rules.keys.end()) {
                std::vector<std::string_view> names;
                for (const RuleKey& k : rules.keys)
                    names.push_back(k.name);
                fail(at(path, member), "unknown_key",
                     fmt::format("[[{}]] has no key '{}'", rules.name,
                                 text::visible(text::clipped(member.key, 40))),
                     fmt::format("valid keys are {}", fmt::join(names, ", ")));
            }
            rule.values.emplace(known->name, rule_value(path, *known, member));
            rule.origins.emplace(known->name, at(path, member));
        }
        for (const RuleKey& key : rules.keys)
            if (key.required && !rule.has(key.name))
                fail(rule.origin, "bad_config",
                     fmt::format("[[{}]] requires {}", rules.name, key.name),
                     fmt::format("write {} = … below [[{}]]", key.name, rules.name));
    }
}

/// Words as a line that split_command_line takes apart again.
std::string command_line_of(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += out.empty() ? "'" : " '";
        for (const char c : word)
            out += c == '\'' ? "'\\''" : std::string(1, c);
        out += "'";
    }
    return out;
}

void read_setting(Config& config, const std::string& path, const Setting& setting,
                  const TomlNode& node) {
    auto value = node.as_text();
    if (setting.kind == Setting::Kind::program && node.is(TomlNode::Kind::list))
        value = command_line_of(words_of(path, node, setting.key));
    if (!value)
        fail(at(path, node), "bad_config",
             fmt::format("{} must be a text in quotation marks", setting.key),
             fmt::format("{} = \"…\"", setting.key));
    if (const auto fault = fault_of(setting, *value))
        fail(at(path, node), "bad_config", fault->message, fault->hint);
    config.values.try_emplace(std::string(setting.key), Configured{*value, at(path, node)});
}

/// CRM_CURRENCY and its like come before the files. An empty one counts only for the pager, where
/// it means none.
void read_variables(Config& config) {
    for (const Setting& setting : settings()) {
        const std::string variable = variable_of(setting);
        const char* value = std::getenv(variable.c_str());
        if (value == nullptr || (*value == '\0' && setting.key != "pager"))
            continue;
        if (const auto fault = fault_of(setting, value))
            fail(variable, "bad_config", fault->message, hint_as(*fault, setting, variable + "="));
        config.values[std::string(setting.key)] = {value, variable};
    }
}

/// The first file that names an alias counts. Those of a project that is not trusted wait for
/// take_untrusted_aliases.
void read_aliases(Config& config, const std::string& path, bool is_trusted, const TomlNode& node) {
    if (!node.is(TomlNode::Kind::table))
        fail(at(path, node), "bad_config", "aliases are keys of the table [alias]");
    auto& aliases = is_trusted ? config.aliases : config.untrusted_aliases;
    for (const TomlNode& alias : node.items) {
        const std::string& name = alias.key;
        if (name.empty() || name.find_first_of(" -.=:+@\t\n") == 0)
            fail(at(path, alias), "bad_config",
                 fmt::format("'{}' is not a valid name of an alias", text::visible(name)));
        aliases.try_emplace(name, Alias{words_of(path, alias, name), at(path, alias)});
    }
}

[[noreturn]] void unknown_key(const std::string& path, const TomlNode& member) {
    std::vector<std::string> known{"alias", "hooks"};
    for (const RuleTable& table : rule_tables())
        known.emplace_back(table.name);
    for (const Setting& setting : settings())
        known.emplace_back(setting.key);
    Error e(Fault::config, "unknown_key",
            fmt::format("{}: there is no key '{}'", at(path, member),
                        text::visible(text::clipped(member.key, 40))));
    suggest(e, member.key, known, "crm config list shows all of them");
    throw e;
}

/// The text of a line, counted from 1.
std::string_view line_of(std::string_view text, std::size_t number) {
    const auto lines = text::split(text, '\n');
    return number >= 1 && number <= lines.size() ? lines[number - 1] : std::string_view();
}

/// color = never: the usual mistake, of which TOML says only that it is no number.
void check_quotation_marks(const std::string& origin, std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos)
        return;
    const std::string_view key = text::trimmed(line.substr(0, equals));
    std::string_view value = line.substr(equals + 1);
    value = text::trimmed(value.substr(0, value.find('#')));
    if (key.empty() || value.empty() || value.find_first_of("\"'{") != value.npos)
        return;
    if (value.starts_with('['))
        fail(origin, "bad_config",
             fmt::format("the texts in {} must be in quotation marks", text::visible(key)),
             fmt::format("{} = [\"one\", \"two\"]", text::visible(key)));
    fail(origin, "bad_config",
         fmt::format("the value of {} must be in quotation marks", text::visible(key)),
         fmt::format("{} = \"{}\"", text::visible(key), text::visible(value)));
}

/// The TOML of a file. Throws config with file and line.
TomlNode parsed_toml(const std::string& path, std::string_view bytes) {
    auto parsed = parse_toml(bytes);
    if (parsed)
        return std::move(*parsed);
    const std::size_t line = parsed.error().line;
    const std::string origin = fmt::format("{}:{}", path, line);
    if (!parsed.error().too_deep)
        check_quotation_marks(origin, line_of(bytes, line));
    fail(origin, "bad_config", text::visible(parsed.error().message));
}

void read_file_into(Config& config, const ConfigFile& file, bool is_trusted) {
    const std::string& path = file.path;
    const TomlNode parsed = parsed_toml(path, file.bytes);
    for (const TomlNode& member : parsed.items) {
        const std::string& key = member.key;
        const auto rules = std::ranges::find(rule_tables(), key, &RuleTable::name);
        const auto setting = std::ranges::find(settings(), key, &Setting::key);
        const bool only_trusted =
            key == "hooks" || (setting != settings().end() && setting->only_trusted);
        if (only_trusted && !is_trusted)
            fail(at(path, member), "untrusted",
                 fmt::format("'{}' cannot be set by a file that is not trusted", key),
                 "read the file, then run crm config trust");
        if (key == "alias")
            read_aliases(config, path, is_trusted, member);
        else if (key == "hooks")
            read_hooks(config, path, member);
        else if (rules != rule_tables().end())
            read_rules(config, path, *rules, member);
        else if (setting != settings().end())
            read_setting(config, path, *setting, member);
        else
            unknown_key(path, member);
    }
}

/// A text as TOML writes it.
std::string toml_text(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + "\"";
}

/// Where the text of TOML that begins at `from` ends: behind its closing quotation marks.
std::size_t end_of_text(std::string_view text, std::size_t from) {
    const std::string_view rest = text.substr(from);
    const std::size_t marks = rest.starts_with("\"\"\"") || rest.starts_with("'''") ? 3 : 1;
    const std::string_view quote = rest.substr(0, marks);
    std::size_t at = marks;
    while (at < rest.size() && !rest.substr(at).starts_with(quote))
        at += rest[at] == '\\' && quote[0] == '"' ? 2 : 1;
    return std::min(from + at + marks, text.size());
}

std::size_t start_of_line(std::string_view text, std::size_t number) {
    std::size_t at = 0;
    for (; number > 1 && at < text.size(); --number)
        at = std::min(text.find('\n', at), text.size() - 1) + 1;
    return at;
}

/// Where a new key of the top level goes: before the first table and the comments that belong to
/// it.
std::size_t place_of_new_key(std::string_view text, const TomlNode& parsed) {
    const auto is_table = [](const TomlNode& node) { return node.is(TomlNode::Kind::table); };
    std::size_t first = std::string_view::npos;
    for (const TomlNode& node : parsed.items)
        if (is_table(node) || (!node.items.empty() && std::ranges::all_of(node.items, is_table)))
            first = std::min(first, node.line);
    if (first == std::string_view::npos)
        return text.size();
    while (first > 1 && line_of(text, first - 1).starts_with('#'))
        --first;
    return start_of_line(text, first);
}

/// The text with the line of a key; the comment behind its value stays.
std::string with_line(std::string text, const TomlNode& parsed, std::string_view key,
                      const std::string& line) {
    const TomlNode* node = parsed.find(key);
    if (node == nullptr) {
        const std::size_t at = place_of_new_key(text, parsed);
        const bool open = at > 0 && text[at - 1] != '\n';
        const bool before_table = at < text.size();
        return text.insert(
            at, fmt::format("{}{}\n{}", open ? "\n" : "", line, before_table ? "\n" : ""));
    }
    const std::size_t begin = start_of_line(text, node->line);
    const std::size_t quote = text.find_first_of("\"'", text.find('=', begin));
    if (!node->is(TomlNode::Kind::text) || quote == std::string::npos)
        return text;
    return text.replace(begin, end_of_text(text, quote) - begin, line);
}

}  // namespace

std::string hint_as(const Error& fault, const Setting& setting, std::string_view instead) {
    const std::string begun = fmt::format("{} = ", setting.key);
    if (!fault.hint.starts_with(begun))
        return fault.hint;
    return std::string(instead) + fault.hint.substr(begun.size());
}

Config read_config() {
    Config config;
    const auto project = project_config();
    for (const std::string& path : config_files(project))
        if (const auto file = find_config_file(path))
            read_file_into(config, *file, path != project || trusted(*file));
    read_variables(config);
    return config;
}

std::string with_setting(const std::string& path, const std::string& text, std::string_view key,
                         std::string_view value) {
    const std::string line = fmt::format("{} = {}", key, toml_text(value));
    const std::string out = with_line(text, parsed_toml(path, text), key, line);
    const TomlNode made = parsed_toml(path, out);
    const TomlNode* node = made.find(key);
    if (node == nullptr || node->as_text() != value)
        throw Error(Fault::config, "bad_config",
                    fmt::format("{}: {} cannot be set without changing other keys", path, key),
                    fmt::format("write {} into the file", line));
    return out;
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
