#pragma once

#include "base/error.hpp"
#include "form/draft.hpp"
#include "meta/entity.hpp"

#include <string>
#include <string_view>

/// Address books as directories write them: LDIF, RFC 2849, of inetOrgPerson (RFC 2798) and
/// mozillaAbPersonAlpha.
namespace crm::form {

/// Every person comes as a contact; what is not a person (lists, units) and values that would have
/// to be fetched (`:<`) as a remark; a change other than `add` and a line that is none as a
/// rejected entry. `bytes` is UTF-8.
void import_ldif(std::string_view bytes, const std::string& file, const meta::Model& model,
                 Intake& intake);

}  // namespace crm::form
