#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meta/stages.hpp"

/// What `crm report` can tell, as data: each report is one grouped statement over the records of a noun, alias t.
namespace crm::cmd {

struct Measure {
    std::string_view title;
    std::string_view sql;       ///< of money the sum of minor units; {group} are the keys of --by, {now} is the moment
    bool money = false;
};

struct Report {
    std::string_view name, help, noun;
    std::string_view by;        ///< fields it is grouped by unless --by says others
    std::string_view which;     ///< query of the records that it is about
    std::string_view period;    ///< the field that -p is about
    std::vector<Measure> measures;
    std::string join{};         ///< what else is in FROM
    std::string_view key{}, key_title{}, order{};  ///< a first group that is no field, and its order
};

/// SQL of every stay of a deal in a stage: id, n (its place among those of one moment), stage, at, until; the one that lasts has no end. In brackets, for FROM.
std::string stays();

std::vector<Report> reports(const meta::Stages& stages);

}  // namespace crm::cmd
