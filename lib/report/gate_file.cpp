#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/toml.hpp"
#include "report/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace crm::report {
namespace {

using Bound = Gate::Bound;
using Kind = TomlNode::Kind;
using Source = Gate::Source;

constexpr std::array<std::string_view, 13> keys = {
    "name", "on",  "query",       "of",          "report", "fail_if", "sql",
    "max",  "min", "max_percent", "min_percent", "warn",   "sample"};
constexpr std::array<std::string_view, 4> bounds = {"max", "min", "max_percent", "min_percent"};
constexpr std::int64_t most_samples = 1000;
constexpr std::size_t most_gate_bytes = 1u << 20;
constexpr std::int64_t most_limit = 9'000'000'000;

[[noreturn]] void wrong_gate(std::string message, std::string hint = {}) {
    throw Error(Fault::usage, "bad_gate", std::move(message), std::move(hint));
}

std::string node_text(const TomlNode& node) {
    const auto text = node.as_text();
    if (!text)
        wrong_gate(fmt::format("{} must be a text in quotation marks", node.key),
                   fmt::format("{} = \"…\"", node.key));
    if (text::trimmed(*text).empty())
        wrong_gate(fmt::format("{} is empty", node.key),
                   node.key == "query" || node.key == "of"
                       ? fmt::format("{} = \"id:any\" stands for all records", node.key)
                       : "");
    return *text;
}

std::vector<std::string> texts_of(const TomlNode& node) {
    std::vector<std::string> out;
    if (!node.is(Kind::list))
        wrong_gate(fmt::format("{} must be a list of texts", node.key),
                   node.key == "report" ? R"(report = ["leaderboard", "-p", "this quarter"])"
                                        : R"(fail_if = ["rows<1"])");
    for (const TomlNode& item : node.items) {
        const auto text = item.as_text();
        if (!text)
            wrong_gate(fmt::format("{} must be a list of texts", node.key),
                       "write each word in quotation marks");
        out.push_back(*text);
    }
    if (out.empty())
        wrong_gate(fmt::format("{} is empty", node.key));
    return out;
}

/// A number without an exponent: 0.00001 of 1e-05.
std::string decimals_of(const TomlNode& node) {
    if (node.text.find("e-") == std::string::npos)
        return node.text;
    std::string out = fmt::format("{:.17f}", std::strtod(node.text.c_str(), nullptr));
    out.erase(out.find_last_not_of('0') + 1);
    return out;
}

/// A decimal number in units of 10^-9.
std::int64_t limit_of(const TomlNode& node, std::int64_t most) {
    const std::string text = decimals_of(node);
    const bool number = node.is(Kind::integer) || node.is(Kind::number);
    std::int64_t out = 0;
    int decimals = -1;
    bool valid = number && !text.empty();
    for (const char c : text) {
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        valid = valid && c >= '0' && c <= '9' && decimals < 9 && out <= most * 1'000'000'000 / 10;
        if (!valid)
            break;
        out = out * 10 + (c - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    for (decimals = std::max(decimals, 0); valid && decimals < 9; ++decimals) {
        valid = out <= most * 1'000'000'000 / 10;
        out *= valid ? 10 : 1;
    }
    if (!valid || out > most * 1'000'000'000)
        wrong_gate(
            fmt::format("{} must be a number from 0 to {} with at most 9 decimals", node.key, most),
            fmt::format("{} = {}", node.key, most == 100 ? "10" : "0"));
    return out;
}

/// One [[gate]].
class GateReader {
public:
    GateReader(std::string file, const TomlNode& table) : table_(table) {
        gate_.file = std::move(file);
        gate_.line = table.line;
    }

    Gate read(std::size_t number) {
        gate_.name = fmt::format("gate {}", number);
        try {
            if (!table_.is(Kind::table))
                wrong_gate("gates are tables: [[gate]]");
            read_name();
            for (const TomlNode& member : table_.items)
                at(member, [&] { check_key(member); });
            read_source();
            read_limits();
        } catch (const Error& e) {
            gate_.fault = gate_error(gate_, key_, e);
        }
        return std::move(gate_);
    }

private:
    /// Errors within are about this key.
    template <class Work>
    void at(const TomlNode& node, Work&& work) {
        key_ = node.key;
        work();
        key_.clear();
    }

    void read_name() {
        for (const TomlNode& member : table_.items)
            gate_.lines.emplace(member.key, member.line);
        const TomlNode* name = table_.find("name");
        if (name == nullptr)
            wrong_gate("the gate has no name", "name = \"next step\"");
        at(*name, [&] { gate_.name = node_text(*name); });
    }

    static void check_key(const TomlNode& member) {
        if (std::ranges::find(keys, member.key) != keys.end())
            return;
        Error e(Fault::usage, "unknown_key",
                fmt::format("a gate has no key '{}'", text::clipped(member.key, 40)));
        suggest(e, member.key, std::vector<std::string>(keys.begin(), keys.end()),
                fmt::format("valid keys are {}", fmt::join(keys, ", ")));
        throw e;
    }

    void read_source() {
        const bool records = has("on"), report = has("report"), sql = has("sql");
        if (records + report + sql != 1) {
            key_ = "name";
            wrong_gate(records + report + sql == 0 ? "the gate does not say what it is about"
                                                   : "the gate is about several things",
                       "it requires one of on with query, report with fail_if, or sql");
        }
        gate_.source = records ? Source::records : report ? Source::report : Source::sql;
        only_with(records, "on", {"query", "of", "max_percent", "min_percent"});
        only_with(report, "report", {"fail_if"});
        if (records) {
            gate_.on = required("on");
            gate_.query = required("query");
            if (has("of"))
                gate_.of = required("of");
        } else if (report) {
            at(*table_.find("report"), [&] { gate_.report = texts_of(*table_.find("report")); });
            read_conditions();
        } else {
            gate_.sql = required("sql");
        }
    }

    void read_conditions() {
        const TomlNode* node = table_.find("fail_if");
        if (node == nullptr)
            wrong_gate("the gate has no limit", R"(fail_if = ["coverage<3"])");
        at(*node, [&] {
            const std::vector<std::string> texts = texts_of(*node);
            for (std::size_t i = 0; i < texts.size(); ++i) {
                gate_.lines["fail_if"] = node->items[i].line;
                gate_.conditions.push_back({read_fail_if(texts[i]), node->items[i].line});
            }
        });
    }

    void read_limits() {
        read_sample();
        const bool report = gate_.source == Source::report;
        std::vector<const TomlNode*> given;
        for (const std::string_view bound : bounds)
            if (const TomlNode* node = table_.find(bound))
                given.push_back(node);
        if (report) {
            only_with(false, "on or sql", {"max", "min", "warn"});
            return;
        }
        if (given.empty())
            wrong_gate("the gate has no limit", gate_.source == Source::sql
                                                    ? "max or min"
                                                    : "max, min, max_percent or min_percent");
        if (given.size() > 1) {
            key_ = given[1]->key;
            wrong_gate("the gate has two limits", "write two gates");
        }
        const TomlNode& node = *given.front();
        gate_.bound = static_cast<Bound>(std::ranges::find(bounds, node.key) - bounds.begin());
        const std::int64_t most = gate_.in_percent() ? 100 : most_limit;
        at(node, [&] { gate_.limit = limit_of(node, most); });
        gate_.limit_text = decimals_of(node);
        if (const TomlNode* warn = table_.find("warn"))
            at(*warn, [&] { read_warning(*warn, most); });
    }

    void read_warning(const TomlNode& node, std::int64_t most) {
        gate_.warn = limit_of(node, most);
        gate_.warn_text = decimals_of(node);
        const bool is_most = gate_.bound == Bound::max || gate_.bound == Bound::max_percent;
        if (is_most ? *gate_.warn > gate_.limit : *gate_.warn < gate_.limit)
            wrong_gate(fmt::format("warn must be {} {}, so that it comes before a failure",
                                   is_most ? "at most" : "at least", gate_.limit_text));
    }

    void read_sample() {
        const TomlNode* node = table_.find("sample");
        if (node == nullptr)
            return;
        at(*node, [&] {
            const auto number = node->as_integer();
            if (!number || *number < 0 || *number > most_samples)
                wrong_gate(fmt::format("sample must be a whole number from 0 to {}", most_samples),
                           "sample = 3");
            gate_.sample = static_cast<std::size_t>(*number);
        });
    }

    bool has(std::string_view key) const { return table_.find(key) != nullptr; }

    std::string required(std::string_view key) {
        const TomlNode* node = table_.find(key);
        if (node == nullptr)
            wrong_gate(fmt::format("the gate has no {}", key),
                       R"(query = "is:open next_step:none")");
        std::string out;
        at(*node, [&] { out = node_text(*node); });
        return out;
    }

    void only_with(bool present, std::string_view what,
                   std::initializer_list<std::string_view> members) {
        for (const std::string_view key : members) {
            if (present || !has(key))
                continue;
            key_ = key;
            wrong_gate(
                fmt::format("{} requires {}", key, what),
                gate_.source == Source::report ? R"(a report has fail_if = ["rows>0"])" : "");
        }
    }

    const TomlNode& table_;
    Gate gate_;
    std::string key_;  ///< that is read now
};

/// A fault of the file itself.
Gate file_fault(const std::string& file, std::size_t line, std::string message,
                std::string hint = {}) {
    Gate out;
    out.file = file;
    out.name = file;
    out.line = line;
    out.fault =
        gate_error(out, "", Error(Fault::usage, "bad_gate", std::move(message), std::move(hint)));
    return out;
}

/// The first gate of a name keeps it.
void check_gate_names(std::vector<Gate>& gates) {
    std::map<std::string, std::size_t, std::less<>> seen;
    for (Gate& gate : gates) {
        const auto [first, is_new] = seen.emplace(gate.name, gate.line);
        if (!is_new && !gate.fault && gate.name != gate.file)
            gate.fault = gate_error(
                gate, "name",
                Error(Fault::usage, "bad_gate",
                      fmt::format("the gate of line {} has the same name", first->second),
                      "names are unique within a file"));
    }
}

}  // namespace

std::vector<Gate> read_gates(const std::string& file, std::string_view bytes) {
    if (bytes.size() > most_gate_bytes)
        return {file_fault(file, 1, "the file is larger than 1 MiB")};
    const auto parsed = parse_toml(bytes);
    if (!parsed)
        return {file_fault(file, parsed.error().line, text::visible(parsed.error().message))};
    std::vector<Gate> out;
    for (const TomlNode& member : parsed->items) {
        if (member.key != "gate") {
            out.push_back(file_fault(
                file, member.line,
                fmt::format("there is no key '{}'", text::clipped(member.key, 40)), "[[gate]]"));
            continue;
        }
        if (!member.is(Kind::list)) {
            out.push_back(file_fault(file, member.line, "gates are tables: [[gate]]"));
            continue;
        }
        for (const TomlNode& item : member.items)
            out.push_back(GateReader(file, item).read(out.size() + 1));
    }
    if (out.empty())
        out.push_back(file_fault(file, 1, "the file has no gates",
                                 R"(a gate begins with [[gate]] and name = "…")"));
    check_gate_names(out);
    return out;
}

}  // namespace crm::report
