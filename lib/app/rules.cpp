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

std::span<const store::Rule> rules() {
    static const std::vector<store::Rule> all = [] {
        std::vector<store::Rule> out;
        for (const auto table :
             {calendar::rules(), campaign::rules(), knowledge::rules(), mail::rules(),
              people::consent_rules(), people::rules(), sales::rules(), service::rules(),
              segment::rules(), store::rules()})
            out.insert(out.end(), table.begin(), table.end());
        return out;
    }();
    return all;
}

}  // namespace crm::app
