#include "cmd/report/words.hpp"

#include "base/error.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"
#include "cmd/report/computed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crm::cmd {

Arguments report_arguments(Session& session, const std::vector<std::string>& words) {
    static constexpr std::string_view asked[] = {"by",     "period", "where",  "method", "in",
                                                 "totals", "pivot",  "figure", "sort",   "limit"};
    std::vector<std::string> line = {"report"};
    line.insert(line.end(), words.begin(), words.end());
    Arguments args = parse(line, session.model()).args;
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "the name of a report is missing",
                    "crm report lists them");
    const std::span<const Option> computed = computed_options();
    for (const auto& [name, value] : args.options)
        if (std::ranges::find(asked, name) == std::end(asked) &&
            std::ranges::find(computed, name, &Option::name) == computed.end())
            throw Error(Fault::usage, "unknown_option",
                        fmt::format("{}: --{} cannot be used here", args.words[0], name),
                        fmt::format("valid options are --{}", fmt::join(asked, ", --")));
    return args;
}

}  // namespace crm::cmd
