#pragma once

#include "form/card.hpp"
#include "store/store.hpp"

#include <string>

namespace crm::exchange {

/// The fields of a contact or an account as they go onto a card, without its files.
form::Exported card_fields(store::Store& store, const store::Record& record);

/// A contact or an account as a vCard of version 3 or 4, with its photo and the like. Throws usage
/// for other nouns.
std::string card_of(store::Store& store, const store::Record& record, int version);

}  // namespace crm::exchange
