#include "people/do_not_call.hpp"

#include "store/consent.hpp"

#include <fmt/format.h>

namespace crm::people {

std::optional<std::string> objection_to_calls(store::Store& store, const store::Record& who,
                                              std::string_view number) {
    const meta::FieldInfo* flag = who.entity->find("do_not_call");
    if (flag != nullptr && who.number(*flag) != 0)
        return "do_not_call is set";
    const auto act = store::ConsentLedger(store).suppressed(store::Channel::phone, number);
    if (!act)
        return {};
    return fmt::format("the number is suppressed ({})", *act);
}

}  // namespace crm::people
