#include "campaign/opt_out.hpp"

#include "campaign/channel.hpp"
#include "people/objection.hpp"

#include <fmt/format.h>

namespace crm::campaign {

bool keep_opt_out(store::Writer& writer, const store::Record& member) {
    store::Store& store = writer.store();
    const store::Record campaign =
        writer.get(store.model().get("campaign"), member.number("campaign"));
    const meta::FieldInfo& link = member.field("who");
    const int noun = static_cast<int>(member.views(link).front().number);
    const store::Record who = writer.get(*store.model().by_number(noun), member.number(link));
    people::Statement statement = people::objection_to(campaign);
    statement.source = fmt::format("opted out of {}", campaign.short_id());
    const store::Channel channel = channel_of(campaign);
    bool changed = false;
    for (const std::string& address : store::consent_addresses(who, channel))
        changed = people::object(writer, {channel, address}, statement) || changed;
    return changed;
}

}  // namespace crm::campaign
