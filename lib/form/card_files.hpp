#pragma once

#include "form/draft.hpp"
#include "form/vcard.hpp"

#include <optional>

/// Files on cards: PHOTO, LOGO, SOUND and KEY. Within form only.
namespace crm::form {

/// The file that a property contains, whether inline or as a data URI; nothing where it only says
/// where the file is.
std::optional<Attached> read_file(const Property& property);

/// Whether a property says more than its file: where the picture is cut, whose it is. The value of
/// its wording is the size of the file.
bool has_more_than_file(const Property& property);
Property file_wording(const Property& property, const Attached& file);
bool is_wording_of(const Property& wording, const Attached& file);

/// Whether a file has a property on cards.
bool belongs_on_card(const Attached& file);

/// The property of a file: a data URI in version 4, base64 in version 3 (RFC 2426 3.1.4).
Property file_property(const Attached& file, int version);

}  // namespace crm::form
