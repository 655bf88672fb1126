#include "exchange/dump_old.hpp"

namespace crm::exchange {

using meta::Entity;
using meta::FieldInfo;

const FieldInfo* renamed_field(const Entity& noun, std::string_view key) {
    return noun.noun == "contract" && key == "plan" ? noun.find("sla") : nullptr;
}

bool was_text(const FieldInfo& field) {
    return field.to != nullptr && (field.to->noun == "queue" || field.to->noun == "sla");
}

bool is_old_members(const Entity& noun, std::string_view key) {
    return noun.noun == "campaign" && key == "members";
}

bool is_old_template(const Entity& noun, const FieldInfo& field) {
    return noun.noun == "campaign" && field.name() == "template";
}

}  // namespace crm::exchange
