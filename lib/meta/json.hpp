#pragma once

#include "base/value.hpp"
#include "meta/entity.hpp"
#include "time/date.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace crm::meta {

/// The act of the consent ledger that forbids mail to an address; empty where none does.
using MailObjection = std::function<std::string(std::string_view address)>;

/// A value as JSON for a reader, appended: instants in the zone of `clock`, telephone numbers with
/// what they are in E.164, e-mail addresses with what `objection` knows of them.
void json(const FieldInfo& field, std::span<const View> cells, std::string& out, const Clock* clock,
          const MailObjection& objection);

}  // namespace crm::meta
