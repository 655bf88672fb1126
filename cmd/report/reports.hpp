#pragma once

#include "cmd/cli/config.hpp"
#include "meta/stages.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What `crm report` can tell, as data: each report is one grouped statement over the records of a
/// noun, alias t.
namespace crm::cmd {

struct Measure {
    std::string title;
    std::string
        sql;  ///< of money the sum of minor units; {value} is what a record is worth, {group} are
              ///< the keys of --by, {now} is the moment, {weight} what the method says
    bool money = false;
};

/// One of several ways to reckon.
struct Method {
    std::string_view name, help;
    std::string weight;  ///< SQL
    std::string join{};  ///< what else is in FROM
};

struct Report {
    std::string_view name, help, noun;
    std::string by;           ///< fields it is grouped by unless --by says others
    std::string which;        ///< query of the records that it is about
    std::string_view period;  ///< the field that -p is about
    std::vector<Measure> measures;
    std::string join{};                       ///< what else is in FROM
    std::string key{}, key_title{}, order{};  ///< a first group that is no field, and its order
    std::string value = "t.\"amount\"",
                currency = "t.\"amount_currency\"";  ///< what a record is worth, in minor units
    std::vector<Method> methods{};                   ///< for --method, the first one without it
    std::string plan{};                              ///< of commissions: which; --method names it
};

using Nouns = std::function<bool(std::string_view noun)>;  ///< whether there are records of it

/// By the stages and the plans of commission that are configured.
std::vector<Report> reports(
    const meta::Stages& stages, const Config& config,
    const Nouns& nouns = [](std::string_view) { return true; });

}  // namespace crm::cmd
