#pragma once

#include "store/record.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>

namespace crm::campaign {

/// The number under which somebody is called, or why there is none.
struct CallNumber {
    std::string number;           ///< in E.164 where it is complete, else as typed
    std::string key;              ///< what is compared: E.164, else the digits
    std::string_view left_out{};  ///< "do not call", "no number"; empty where there is a number
};

/// The first number that is not a fax and may be called; of those who have do_not_call set none.
CallNumber number_to_call(store::Store& store, const store::Record& who);

}  // namespace crm::campaign
