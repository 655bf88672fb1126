#pragma once

#include "form/draft.hpp"
#include "form/vcard.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a card means: a contact or an account, and the way back.
namespace crm::form {

/// A record as it goes onto a card: every field that is set, in the one text form that assignments
/// use.
struct Exported {
    std::string noun;  ///< contact or account
    std::string uid;
    /// Field and text; an address in parts ("address.city"). `account` is the name of the first
    /// company, `accounts` the text form of the others.
    std::vector<std::pair<std::string, std::string>> fields;
    std::vector<std::pair<std::string, std::string>>
        link;  ///< role, since, until at the first company
    std::vector<Attached> files;
};

/// A card to a draft of a contact, or of an account where the card is a company's (KIND:org,
/// X-ABShowAs:COMPANY). What has no field goes to "extra", one content line a line. Agents are not
/// followed. A card that names nobody is an Error.
Expected<Draft> draft_of(Card&& card, std::string_view file);

/// Version 3 or 4. What vCard has no property for is X-CRM-<FIELD> (a '_' as '-', a '.' as "--"),
/// so that `draft_of` gives every field back and a second export is the same bytes.
std::string card_text(const Exported& record, int version);

/// The lines of "extra" without the wordings (form/card_wording.hpp) of values that the record has
/// no more.
std::string current_extra(const Exported& record);

/// Whether "extra" has wordings.
bool has_wordings(std::string_view extra);

/// A whole file (vCard, xCard or jCard, in any encoding) to drafts; agents follow the card they
/// stand in.
void read_cards(std::string_view bytes, const std::string& file, Intake& intake);

}  // namespace crm::form
