#include "cmd/mail/queue_words.hpp"

#include "cmd/campaign/campaign_words.hpp"
#include "mail/queue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {

store::Found queue_reference(Session& session, const Arguments& args,
                             const std::string& reference) {
    // Of members only ids count: an address or a name is that of a mail.
    const meta::Entity& members = session.model().get("member");
    if (reference.starts_with(members.prefix))
        if (const auto member = session.resolver().find(reference, &members);
            member && meta::short_id(members, member->id) == reference)
            return *member;
    return resolve_reference(session, args.noun, reference);
}

std::vector<store::Found> queue_references(Session& session, const Arguments& args,
                                           const std::vector<std::string>& references) {
    if (args.has("where"))
        return resolve_references(session, args, references);
    std::vector<store::Found> out;
    for (const std::string& reference : references)
        if (const store::Found found = queue_reference(session, args, reference);
            std::ranges::find(out, found) == out.end())
            out.push_back(found);
    return out;
}

std::string queue_label(Session& session, const store::Record& what) {
    return what.entity->noun == "member" ? short_id_and_name(session, who_of(session, what))
                                         : what.label();
}

void remark_members(Session& session, const store::Record& what) {
    if (what.entity->noun != "mail")
        return;
    if (const std::size_t members = mail::members_of(session.store(), what); members > 1)
        session.remark(
            fmt::format("{} is the mail to {} members of a campaign; crm mail queue "
                        "has an id for each",
                        what.short_id(), members));
}

}  // namespace crm::cmd
