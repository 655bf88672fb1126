#include "campaign/channel.hpp"

namespace crm::campaign {

using store::Channel;

Channel channel_of(const store::Record& campaign) {
    const std::string& type = campaign.text("type");
    return type == "Mail" ? Channel::post : type == "Telesales" ? Channel::phone : Channel::mail;
}

bool prefers(std::string_view preferred, Channel channel) {
    switch (channel) {
        case Channel::post:
            return preferred == "Mail";
        case Channel::phone:
            return preferred == "Phone" || preferred == "Mobile";
        default:
            return preferred == "Email";
    }
}

}  // namespace crm::campaign
