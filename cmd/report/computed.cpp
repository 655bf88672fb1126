#include "cmd/report/computed.hpp"

#include "base/text.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/record/nouns.hpp"
#include "cmd/report/calls.hpp"
#include "cmd/report/knowledge.hpp"
#include "cmd/report/service.hpp"
#include "cmd/report/value.hpp"
#include "report/capacity.hpp"
#include "report/quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crm::cmd {
namespace {

/// Options that reports over SQL take as well, and computed ones only where they say so.
constexpr std::string_view shared_options[] = {"by", "period", "where", "in", "drill", "method"};

/// The value of a parameter; empty where it is not given.
std::string parameter_of(const Arguments& args, std::string_view name) {
    for (const std::string& word : std::span(args.words).subspan(1))
        if (word.starts_with(name) && word[name.size()] == '=')
            return word.substr(name.size() + 1);
    return {};
}

std::vector<report::Parameter> quality_parameters() {
    return {{.name = "noun",
             .type = report::Parameter::Type::text,
             .type_text = "text",
             .optional = true,
             .help = "the fields of this noun only"}};
}

report::Result run_quality(Session& session, const Arguments& args) {
    const std::string noun = parameter_of(args, "noun");
    return report::quality(session.store(), session.env.clock,
                           noun.empty() ? nullptr : &noun_named(session.store().model(), noun));
}

constexpr ComputedReport of_the_database[] = {
    {.name = "quality",
     .title = "Quality of the data",
     .help = "what is filled and valid, by noun and field",
     .sums = "invalid",
     .run = run_quality,
     .columns = [](std::string_view) { return report::quality_columns(); },
     .parameters = quality_parameters},
    {.name = "capacity",
     .title = "Capacity of the database",
     .help = "how full and how fast the database is, by noun",
     .sums = "records bytes per_month",
     .run =
         [](Session& session, const Arguments&) {
             return report::capacity(session.resolver(), session.env.clock);
         },
     .columns = [](std::string_view) { return report::capacity_columns(); }},
};

std::vector<ComputedReport> read_reports() {
    std::vector<ComputedReport> out(std::begin(of_the_database), std::end(of_the_database));
    for (const auto reports :
         {service_reports(), call_reports(), knowledge_reports(), value_reports()})
        out.insert(out.end(), reports.begin(), reports.end());
    return out;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view word : text::split(text, ' '))
        if (!word.empty())
            out.emplace_back(word);
    return out;
}

std::span<const ComputedReport> computed_reports() {
    static const std::vector<ComputedReport> all = read_reports();
    return all;
}

report::Report described(const ComputedReport& report) {
    report::Report out;
    out.name = report.name;
    out.title = report.title;
    out.help = report.help;
    out.noun = report.noun;
    out.period = report.period;
    if (report.parameters != nullptr)
        out.parameters = report.parameters();
    out.computed = true;
    return out;
}

std::span<const ComputedReport> computed_methods() {
    return value_methods();
}

const ComputedReport* computed_method(std::string_view name, std::string_view method) {
    for (const ComputedReport& report : computed_methods())
        if (report.name == name && report.method == method)
            return &report;
    return nullptr;
}

const ComputedReport* find_computed(std::string_view name, std::string_view method) {
    if (const ComputedReport* report = computed_method(name, method))
        return report;
    const auto all = computed_reports();
    const auto found = std::ranges::find(all, name, &ComputedReport::name);
    return found == all.end() ? nullptr : &*found;
}

const ComputedReport& computed_report(std::string_view name) {
    for (const ComputedReport& report : computed_reports())
        if (report.name == name)
            return report;
    throw Error(Fault::internal, "no_report", fmt::format("{} is not computed", name));
}

std::span<const Option> computed_options() {
    static const std::vector<Option> all = [] {
        std::vector<Option> out;
        for (const auto options : {value_options(), service_options()})
            out.insert(out.end(), options.begin(), options.end());
        return out;
    }();
    return all;
}

void check_options(const ComputedReport& report, const Arguments& args) {
    const std::vector<std::string> taken = words_of(report.options);
    const auto check = [&](std::string_view option) {
        if (args.has(option) && std::ranges::find(taken, option) == taken.end())
            throw Error(Fault::usage, "unknown_option",
                        fmt::format("{} does not take --{}", report.name, option),
                        taken.empty() ? "leave it out"
                                      : fmt::format("it takes --{}", fmt::join(taken, " --")));
    };
    if (report.about_record && args.words.size() > 2)
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(args.words[2], 40)),
                    fmt::format("crm report {} {}", report.name, text::clipped(args.words[1], 40)));
    for (const Option& option : computed_options())
        check(option.name);
    for (const std::string_view option : shared_options)
        check(option);
}

void refuse_computed_options(const Arguments& args) {
    for (const Option& option : computed_options())
        if (args.has(option.name))
            throw Error(Fault::usage, "unknown_option",
                        args.words.empty()
                            ? fmt::format("--{} requires the name of a report", option.name)
                            : fmt::format("{} does not take --{}", text::clipped(args.words[0], 40),
                                          option.name),
                        "crm report --help");
}

}  // namespace crm::cmd
