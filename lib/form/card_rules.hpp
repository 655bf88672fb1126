#pragma once

#include "form/vcard.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Where reading and writing of cards must agree. Within form only.
namespace crm::form {

/// The label that a TYPE value stands for; nothing for those that say nothing (pref, internet,
/// voice, postal …).
std::optional<std::string> type_label(std::string_view type);
/// Whether TYPE=label comes back as this label; else it is written as X-ABLabel.
bool plain_label(std::string_view label);
/// `_$!<HomePage>!$_` -> HomePage.
std::string_view bare_label(std::string_view label);

bool language_tag(std::string_view text);
bool uuid(std::string_view text);
/// contact.do_not_mail -> X-CRM-DO-NOT-MAIL, address.type -> X-CRM-ADDRESS--TYPE, and back.
std::string crm_property(std::string_view field);
std::string crm_field(std::string_view property);

}  // namespace crm::form
