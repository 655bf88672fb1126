#include "cmd/cli/aliases.hpp"

#include "base/text.hpp"
#include "cmd/cli/parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {

bool is_built_in(const std::string& word, const meta::Model& model) {
    return model.find(word) != nullptr || std::ranges::any_of(commands(), [&](const Command& c) {
               return c.verb == word || c.alias == word;
           });
}

std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model) {
    std::vector<std::string> replaced;
    for (;;) {
        const std::vector<std::size_t> named = command_words(args);
        if (named.empty())
            return args;
        const auto first = args.begin() + static_cast<long>(named[0]);
        const auto alias = config.aliases.find(*first);
        if (alias == config.aliases.end())
            return args;
        const auto& [words, origin] = alias->second;
        if (is_built_in(*first, model)) {
            if (!replaced.empty())
                return args;
            throw Error(Fault::config, "alias_hides",
                        fmt::format("{}: the alias {} has the name of a noun or command of crm",
                                    origin, alias->first),
                        "give the alias another name");
        }
        if (std::ranges::find(replaced, alias->first) != replaced.end() || replaced.size() >= 10)
            throw Error(Fault::config, "alias_cycle",
                        fmt::format("{}: the alias {} refers to itself", origin, alias->first),
                        text::joined(replaced, " -> "));
        replaced.push_back(alias->first);
        std::vector<std::string> out(args.begin(), first);
        out.insert(out.end(), words.begin(), words.end());
        out.insert(out.end(), first + 1, args.end());
        args = std::move(out);
    }
}

}  // namespace crm::cmd
