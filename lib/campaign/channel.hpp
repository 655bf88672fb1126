#pragma once

#include "store/consent.hpp"
#include "store/record.hpp"

#include <string_view>

namespace crm::campaign {

/// How a campaign reaches its members: Mail by post, Telesales by telephone, all others by e-mail.
store::Channel channel_of(const store::Record& campaign);

/// Whether somebody who prefers a channel (contact.preferred_channel) can be reached by this one.
bool prefers(std::string_view preferred, store::Channel channel);

}  // namespace crm::campaign
