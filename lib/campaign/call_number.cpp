#include "campaign/call_number.hpp"

#include "base/phone.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "people/do_not_call.hpp"

#include <algorithm>

namespace crm::campaign {
namespace {

bool is_fax(const meta::Item& item) {
    return std::ranges::any_of(item.labels, [](const std::string& label) {
        return text::folded(label).find("fax") != std::string::npos;
    });
}

}  // namespace

CallNumber number_to_call(store::Store& store, const store::Record& who) {
    CallNumber out{{}, {}, "no number"};
    const meta::FieldInfo* phones = who.entity->find("phones");
    if (phones == nullptr)
        return out;
    for (const meta::Item& item : meta::read_items(who.text(*phones))) {
        if (is_fax(item) || phone_digits(item.value).empty())
            continue;
        out.left_out = "do not call";
        if (people::objection_to_calls(store, who, item.value))
            continue;
        const auto whole = e164(item.value, who.entity->model().country());
        return {whole.value_or(item.value), whole ? *whole : phone_digits(item.value)};
    }
    return out;
}

}  // namespace crm::campaign
