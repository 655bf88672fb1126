#include "report/catalogue.hpp"

#include "base/embedded.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm {

/// The files of lib/report/sql and of its folder methods (CMakeLists.txt).
std::span<const EmbeddedFile> report_files();
std::span<const EmbeddedFile> report_method_files();

namespace report {
namespace {

/// The order of the list; reports that it does not name come after them.
constexpr std::string_view listed[] = {
    "pipeline",       "forecast",    "won",           "lost",         "leaderboard",
    "win-rate",       "funnel",      "stage-time",    "velocity",     "stale",
    "partners",       "territories", "leads",         "targets",      "tickets",
    "ticket-flow",    "backlog",     "first-contact", "satisfaction", "defects",
    "service-return", "repurchase",  "programmes",    "commissions",
};

/// The order of --method's help; the first one a report has counts without --method.
constexpr std::string_view listed_methods[] = {"stage",        "overall", "product",
                                               "product-mean", "owner",   "owner-shrunk"};

template <class Names>
auto place_in(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) - std::begin(names);
}

std::vector<Method> read_methods() {
    std::vector<Method> out;
    for (const EmbeddedFile& file : report_method_files())
        out.push_back(read_method(file.text, file.name));
    std::ranges::stable_sort(out, {},
                             [](const Method& m) { return place_in(listed_methods, m.name); });
    return out;
}

std::vector<Report> read_reports() {
    const std::vector<Method> methods = read_methods();
    std::vector<Report> out;
    for (const EmbeddedFile& file : report_files()) {
        Report& report = out.emplace_back(read_report(file.text, file.name));
        for (const Method& method : methods)
            if (std::ranges::find(method.reports, report.name) != method.reports.end())
                report.methods.push_back(method);
    }
    std::ranges::stable_sort(out, {}, [](const Report& r) { return place_in(listed, r.name); });
    return out;
}

bool has_basis(const Report& report, std::string_view basis) {
    return std::ranges::find(report.basis, basis) != report.basis.end();
}

/// The report of commissions with what a plan says.
Report with_plan(Report report, const CommissionPlan& plan) {
    report.plan = plan;
    if (!plan.query.empty())
        report.query = fmt::format("{} ({})", report.query, plan.query);
    if (plan.basis == "margin of won deals")
        report.value = "margin";
    return report;
}

const Report& find_plan(std::span<const Report> reports, std::string_view name,
                        std::string_view method) {
    for (const Report& report : reports)
        if (report.name == name && text::key(report.plan->name) == text::key(method))
            return report;
    throw Error(Fault::usage, "unknown_method",
                fmt::format("there is no commission plan '{}'", text::clipped(method, 40)),
                "crm config list | grep commission");
}

[[noreturn]] void unknown_report(std::span<const Report> reports, std::string_view name,
                                 std::span<const std::string> others) {
    std::vector<std::string> names;
    for (const Report& report : reports)
        names.push_back(report.name);
    names.insert(names.end(), others.begin(), others.end());
    Error e(Fault::usage, "unknown_report",
            fmt::format("there is no report '{}'", text::clipped(name, 40)));
    suggest(e, name, names, text::joined(names, ", "));
    throw e;
}

}  // namespace

std::vector<Report> catalogue(std::span<const CommissionPlan> plans) {
    const std::vector<Report> files = read_reports();
    std::vector<Report> out;
    std::ranges::copy_if(files, std::back_inserter(out),
                         [](const Report& report) { return report.basis.empty(); });
    if (plans.empty())
        out.push_back(*std::ranges::find_if(
            files, [](const Report& report) { return has_basis(report, "won deals"); }));
    for (const CommissionPlan& plan : plans)
        for (const Report& report : files)
            if (has_basis(report, plan.basis))
                out.push_back(with_plan(report, plan));
    return out;
}

const Report& find_report(std::span<const Report> reports, std::string_view name,
                          std::string_view method, std::span<const std::string> others) {
    const auto found = std::ranges::find(reports, name, &Report::name);
    if (found == reports.end())
        unknown_report(reports, name, others);
    if (!found->basis.empty() && !found->plan)
        throw Error(Fault::config, "no_rules", "there are no commission plans",
                    "add [[commission]] to the configuration; crm help config shows how");
    if (found->plan && !method.empty())
        return find_plan(reports, name, method);
    return *found;
}

}  // namespace report

}  // namespace crm
