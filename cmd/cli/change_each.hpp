#pragma once

#include "cmd/cli/changes.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace crm::cmd {

/// What a verb does to each record that it is given.
struct EachChange {
    /// Changes the record; throws to refuse it.
    std::function<void(Change&, store::Record&)> put;
    /// How a changed record is reported: `result` with what `says` returns, its name where that is
    /// empty.
    std::string_view result;
    std::function<std::string(const store::Record& before, const store::Record& after)> says{};
    /// What else is changed with it; may be empty.
    std::function<void(Change&, const store::Record&)> follow{};
};

/// Changes each record that the words or --where name, and reports it, or `unchanged`. Returns the
/// exit code. Throws usage where none is named.
int change_each(Session& session, const Arguments& args, const EachChange& each);

}  // namespace crm::cmd
