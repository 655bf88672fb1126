#include "show/gates.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::show {

using report::GateResult;
using report::GateSample;
using report::GateState;

namespace {

std::string json_text(std::string_view text) {
    std::string out;
    meta::json_string(text, out);
    return out;
}

/// A decimal number as JSON has it: an amount of money is a text.
std::string json_number(const std::string& decimal, bool money) {
    if (decimal.empty())
        return "null";
    return money ? json_text(decimal) : decimal;
}

std::string json_sample(const GateSample& sample) {
    std::string out = "{";
    for (const auto& [name, value, is_number] : sample.cells) {
        out += (out.size() > 1 ? "," : "") + json_text(name) + ":";
        if (const auto* number = std::get_if<std::int64_t>(&value))
            out += std::to_string(*number);
        else if (const auto* text = std::get_if<std::string>(&value))
            out += is_number ? *text : json_text(*text);
        else
            out += "null";
    }
    return out + "}";
}

std::string json_gate(const GateResult& result) {
    std::string sample;
    for (const GateSample& one : result.sample)
        sample += (sample.empty() ? "" : ",") + json_sample(one);
    return fmt::format(
        R"({{"gate":{},"state":"{}","value":{},"of":{},"percent":{},"limit":{},"message":{},"sample":[{}]}})",
        json_text(result.name), report::word_of(result.state),
        json_number(result.value, result.money), result.of ? std::to_string(*result.of) : "null",
        json_number(result.percent, false), json_number(result.limit, result.money),
        json_text(result.message()), sample);
}

std::string_view text_word(GateState state) {
    switch (state) {
        case GateState::pass:
            return "ok  ";
        case GateState::warn:
            return "warn";
        case GateState::fail:
            return "not ok";
        case GateState::error:
            break;
    }
    return "error";
}

/// A description of a test: in one line, in which # begins no directive.
std::string tap_text(std::string_view text) {
    std::string out;
    for (const char c : text::visible(text)) {
        if (c == '#' || c == '\\')
            out += '\\';
        out += c;
    }
    return out;
}

/// A block of YAML, whose texts are those of JSON.
std::string tap_details(const GateResult& result) {
    std::string out = "  ---\n";
    out += fmt::format("  message: {}\n", json_text(result.message()));
    if (result.state == GateState::fail) {
        out += fmt::format("  value: {}\n", json_number(result.value, result.money));
        out += fmt::format("  limit: {}\n", json_number(result.limit, result.money));
        out += result.sample.empty() ? "  sample: []\n" : "  sample:\n";
        for (const GateSample& sample : result.sample)
            out += fmt::format("    - {}\n", json_text(sample.text));
    }
    return out + "  ...\n";
}

/// Text of XML, also within attributes. What XML 1.0 has no character for is made visible.
std::string xml_text(std::string_view text) {
    std::string out;
    for (const char c : text::visible(text, true)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\n':
                out += "&#10;";
                break;
            default:
                out += c;
        }
    }
    // The two characters of the Basic Multilingual Plane that are none.
    for (const std::string_view none : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
        for (std::size_t at; (at = out.find(none)) != std::string::npos;)
            out.replace(at, none.size(), "\xef\xbf\xbd");
    return out;
}

std::string junit_outcome(const GateResult& result) {
    const std::string message = xml_text(result.message());
    std::string lines;
    for (const GateSample& sample : result.sample)
        lines += xml_text(text::visible(sample.text)) + "\n";
    switch (result.state) {
        case GateState::fail:
            return fmt::format("<failure type=\"gate\" message=\"{0}\">{0}\n{1}</failure>", message,
                               lines);
        case GateState::error:
            return fmt::format("<error type=\"gate\" message=\"{0}\">{0}</error>", message);
        case GateState::warn:
            return fmt::format("<system-err>warning: {}</system-err>", message);
        case GateState::pass:
            break;
    }
    return fmt::format("<system-out>{}</system-out>", message);
}

std::string junit_suite(const std::string& file, std::span<const GateResult> results) {
    const auto count = [&](GateState state) {
        return std::ranges::count(results, state, &GateResult::state);
    };
    std::string out = fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n", xml_text(file),
        results.size(), count(GateState::fail), count(GateState::error));
    for (const GateResult& result : results)
        out += fmt::format("    <testcase name=\"{}\" classname=\"{}\">{}</testcase>\n",
                           xml_text(result.name), xml_text(file), junit_outcome(result));
    return out + "  </testsuite>\n";
}

}  // namespace

std::string gates_text(std::span<const GateResult> results) {
    std::string out;
    for (const GateResult& result : results) {
        out += fmt::format("{} {}: {}\n", text_word(result.state), text::visible(result.name),
                           text::visible(result.message()));
        for (const GateSample& sample : result.sample)
            out += fmt::format("  {}\n", text::visible(sample.text));
    }
    return out;
}

std::string gates_tap(std::span<const GateResult> results) {
    std::string out = fmt::format("TAP version 13\n1..{}\n", results.size());
    std::size_t number = 0;
    for (const GateResult& result : results) {
        const bool ok = result.state == GateState::pass || result.state == GateState::warn;
        out += fmt::format("{} {} - {}", ok ? "ok" : "not ok", ++number, tap_text(result.name));
        out += result.state == GateState::error ? ": error\n"
                                                : fmt::format(": {}\n", tap_text(result.figure));
        if (result.state == GateState::warn)
            out += fmt::format("# warning: {}\n", text::visible(result.message()));
        if (!ok)
            out += tap_details(result);
    }
    return out;
}

std::string gates_json(std::span<const GateResult> results, bool array) {
    std::string out;
    for (const GateResult& result : results) {
        if (array)
            out += out.empty() ? "[\n" : ",\n";
        out += json_gate(result);
        if (!array)
            out += '\n';
    }
    return array ? out + (out.empty() ? "[]\n" : "\n]\n") : out;
}

std::string gates_junit(std::span<const GateResult> results) {
    std::string suites;
    for (std::size_t first = 0, last = 0; first < results.size(); first = last) {
        while (last < results.size() && results[last].file == results[first].file)
            ++last;
        suites += junit_suite(results[first].file, results.subspan(first, last - first));
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites +
           "</testsuites>\n";
}

}  // namespace crm::show
