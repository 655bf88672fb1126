#include "cmd/report/reports.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cmd/cli/config_file.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/computed.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unistd.h>

namespace crm::cmd {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

/// The nearest folder .crm/reports from here upward; empty where there is none.
std::string project_reports() {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) == nullptr)
        return {};
    for (std::string folder = here; !folder.empty(); folder.resize(folder.rfind('/')))
        if (std::string reports = folder + "/.crm/reports"; is_folder(reports))
            return reports;
    return {};
}

std::string name_of(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return std::string(path.substr(0, path.rfind('.')));
}

/// A path as it is shown: from the current folder where it is below it.
std::string shown_path(const std::string& path) {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) == nullptr)
        return path;
    const std::string folder = std::string(here) + "/";
    return path.starts_with(folder) ? path.substr(folder.size()) : path;
}

}  // namespace

std::vector<report::Report> known_reports(const Config& config) {
    std::vector<report::CommissionPlan> plans;
    for (const Rule& rule : config.of("commission")) {
        const auto tiers = rule.list("tiers");
        plans.push_back(report::read_plan({.name = rule.text("name"),
                                           .rate = rule.text("rate"),
                                           .tiers = {tiers.begin(), tiers.end()},
                                           .basis = rule.text("of"),
                                           .query = rule.text("query"),
                                           .team = rule.text("team"),
                                           .origins = rule.origins}));
    }
    std::vector<report::Report> out = report::catalogue(plans);
    for (const ComputedReport& computed : computed_reports())
        out.push_back(described(computed));
    for (const ComputedReport& method : computed_methods())
        for (report::Report& report : out)
            if (report.name == method.name)
                report.methods.push_back(
                    {.name = std::string(method.method), .help = std::string(method.help)});
    return out;
}

bool is_report_verb(std::string_view word) {
    return word == "list" || word == "show" || word == "run" || word == "mail" || word == "gates";
}

std::vector<OwnReport> own_reports(const Config& config, std::vector<OwnReport>* hidden) {
    static constexpr std::string_view endings[] = {".sql", ".toml"};
    std::vector<OwnReport> files;
    for (const std::string& folder : {project_reports(), folder_of(user_config()) + "/reports"}) {
        if (folder.empty() || !is_folder(folder))
            continue;
        std::vector<std::string> others;
        for (const std::string& path : files_below(folder, endings, others))
            files.push_back({name_of(path), shown_path(path)});
    }
    if (files.empty())
        return {};
    const std::vector<report::Report> known = known_reports(config);
    std::vector<OwnReport> out;
    for (OwnReport& own : files) {
        const bool is_known =
            is_report_verb(own.name) ||
            std::ranges::find(known, own.name, &report::Report::name) != known.end();
        if (is_known && hidden != nullptr)
            hidden->push_back(own);
        if (!is_known && std::ranges::find(out, own.name, &OwnReport::name) == out.end())
            out.push_back(std::move(own));
    }
    std::ranges::sort(out, {}, &OwnReport::name);
    return out;
}

report::Report read_report_file(const std::string& path) {
    return report::read_own_report(read_file(path, largest_file), path);
}

std::optional<std::string> dashboard_named(const Config& config, const std::string& word) {
    if (word.ends_with(".toml"))
        return word;
    const std::vector<OwnReport> own = own_reports(config);
    const auto found = std::ranges::find(own, word, &OwnReport::name);
    if (found == own.end() || !found->is_dashboard())
        return {};
    return found->path;
}

report::Report report_named(Session& session, const std::string& word, std::string_view method) {
    if (word.ends_with(".sql"))
        return read_report_file(word);
    std::vector<OwnReport> hidden;
    const std::vector<OwnReport> own = own_reports(session.config, &hidden);
    const auto is_hidden = std::ranges::find(hidden, word, &OwnReport::name);
    if (is_hidden != hidden.end())
        session.say(fmt::format("warning: {} is not used: {} is a name of the program",
                                is_hidden->path, word));
    const auto found = std::ranges::find(own, word, &OwnReport::name);
    if (word.ends_with(".toml") || (found != own.end() && found->is_dashboard()))
        throw Error(
            Fault::usage, "is_dashboard",
            fmt::format("{} is a dashboard and cannot be used here", text::clipped(word, 60)),
            "name one of its reports");
    if (found == own.end()) {
        // The files of all other reports need not be read for it.
        if (const ComputedReport* computed = find_computed(word, {}))
            return described(*computed);
        std::vector<std::string> names;
        for (const OwnReport& report : own)
            names.push_back(report.name);
        return report::find_report(known_reports(session.config), word, method, names);
    }
    report::Report out = read_report_file(found->path);
    if (out.name != word)
        throw out.fault_at("report",
                           fmt::format("the report is called {}, its file {}", out.name, word),
                           fmt::format("-- report: {}", word));
    return out;
}

}  // namespace crm::cmd
