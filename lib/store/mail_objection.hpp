#pragma once

#include "meta/json.hpp"
#include "store/store.hpp"

namespace crm::store {

/// What JSON says of e-mail addresses. It asks the ledger as it is when it is first asked.
meta::MailObjection mail_objection(Store& store);

}  // namespace crm::store
