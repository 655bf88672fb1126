#pragma once

#include <string>
#include <string_view>

namespace crm::knowledge {

/// The part of a mail or message that its writer wrote: without quoted history, greeting, closing
/// and signature.
std::string visible_text(std::string_view message);

}  // namespace crm::knowledge
