#pragma once

#include "form/vcard.hpp"

/// Whose card it is. Within form only.
namespace crm::form {

/// Whether a card is a company's: KIND:org or group and no name of a person in N; or no other name
/// than the company's and X-ABShowAs, or nothing that is only said of people, as many programs
/// write companies.
bool is_company(const Card& card);

}  // namespace crm::form
