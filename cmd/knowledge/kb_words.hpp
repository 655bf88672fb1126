#pragma once

#include "cmd/cli/changes.hpp"

#include <functional>
#include <string>

/// What the verbs of articles share.
namespace crm::cmd {

/// REF, or several with -.
Argument articles_argument();

/// Changes each article that the words or --where name, and reports `result` with what `more` says,
/// or `unchanged`. `follow`: what else is changed with it.
int change_articles(Session& session, const Arguments& args,
                    const std::function<void(store::Record&)>& put, std::string_view result,
                    const std::function<std::string(const store::Record&)>& more,
                    const std::function<void(Change&, const store::Record&)>& follow = {});

}  // namespace crm::cmd
