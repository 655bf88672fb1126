#include "app/rules.hpp"

#include "calendar/rules.hpp"
#include "campaign/rules.hpp"
#include "knowledge/rules.hpp"
#include "mail/rules.hpp"
#include "people/consent_rules.hpp"
#include "people/rules.hpp"
#include "sales/rules.hpp"
#include "segment/rules.hpp"
#include "service/rules.hpp"
#include "store/rules.hpp"

#include <vector>

namespace crm::app {

namespace {

std::vector<store::Rule> all_rules(bool four_eyes) {
    std::vector<store::Rule> out;
    for (const auto table : {calendar::rules(), campaign::rules(), knowledge::rules(four_eyes),
                             mail::rules(), people::consent_rules(), people::rules(),
                             sales::rules(), service::rules(), segment::rules(), store::rules()})
        out.insert(out.end(), table.begin(), table.end());
    return out;
}

}  // namespace

std::span<const store::Rule> rules(bool four_eyes) {
    static const std::vector<store::Rule> all = all_rules(false), strict = all_rules(true);
    return four_eyes ? strict : all;
}

}  // namespace crm::app
