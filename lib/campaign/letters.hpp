#pragma once

#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Letters of a campaign of type Mail: one page for each member.
namespace crm::campaign {

struct LetterRequest {
    std::string seller;              ///< the sender, line by line; may be empty
    std::optional<store::Found> me;  ///< {{me.name}}
};

struct Letters {
    std::string html;                    ///< the pages
    std::vector<store::Record> members;  ///< who get one
    /// Members without a complete address, and what is missing.
    std::vector<std::pair<store::Record, std::string>> incomplete;
    std::int64_t sent = 0;  ///< left out, since a letter has been sent to them
    /// Left out for other reasons, as campaign check has them: "opted out".
    std::map<std::string_view, std::int64_t> left_out;
};

/// Fills the template of the campaign for each member, in their language. Throws refused for a
/// campaign of another type or a template of another kind, usage where it has none or that is
/// wrong.
Letters letters_of(store::Resolver& resolver, const Clock& clock, const store::Record& campaign,
                   const LetterRequest& request);

/// The member has been sent a letter.
store::Record mark_sent(store::Writer& writer, const store::Record& member);

}  // namespace crm::campaign
