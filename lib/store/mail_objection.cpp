#include "store/mail_objection.hpp"

#include "store/consent.hpp"

#include <memory>

namespace crm::store {

meta::MailObjection mail_objection(Store& store) {
    return [ledger = std::make_shared<ConsentLedger>(store)](std::string_view address) {
        return ledger->suppressed(Channel::mail, address).value_or("");
    };
}

}  // namespace crm::store
