#pragma once

#include "meta/entity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What exports of earlier releases call otherwise, or have in another place.
namespace crm::exchange {

/// The field that a name of earlier releases stands for; null where there is none.
const meta::FieldInfo* renamed_field(const meta::Entity& noun, std::string_view key);

/// Whether a field that is a link now was a text.
bool was_text(const meta::FieldInfo& field);

/// What a campaign had that is other records now: rows for its members, and a text for its mail.
struct OldCampaign {
    struct Member {
        const meta::Entity* noun = nullptr;
        std::int64_t who = 0;
        std::string status;
    };
    std::vector<Member> members;
    std::string template_text;

    bool empty() const { return members.empty() && template_text.empty(); }
};
bool is_old_members(const meta::Entity& noun, std::string_view key);
bool is_old_template(const meta::Entity& noun, const meta::FieldInfo& field);

}  // namespace crm::exchange
