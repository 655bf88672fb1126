#pragma once

#include "meta/type.hpp"
#include "store/writer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// A lead becomes a customer: an account, a contact and a deal.
namespace crm::sales {

struct LeadConversion {
    std::optional<store::Record> account, contact;  ///< chosen by the user instead of found
    bool with_deal = true;
    std::string deal_name;  ///< empty: the name of the account, else of the lead
    std::function<void(store::Record& deal)> complete_deal;  ///< more fields of the deal
    meta::Reading reading;
};

/// A record that a lead was converted to.
struct ConvertedTo {
    enum class Result { found, updated, added };
    Result result = Result::found;
    std::optional<store::Record> before;  ///< where it was updated
    store::Record record;
};

struct ConvertedLead {
    std::optional<ConvertedTo> account;
    ConvertedTo contact;
    std::optional<ConvertedTo> deal;
    store::Record lead;
};

/// An existing account is found by the link of the lead, the domain of an e-mail address, or the
/// exact name of the company; an existing contact by the link or an e-mail address. What is not
/// found is added. An existing contact gets what the lead knows and the contact lacks. The lead
/// stays, as Converted, with links to what it became. Throws refused for a converted lead,
/// ambiguous where several accounts or contacts could be meant.
ConvertedLead convert_lead(store::Writer& writer, const store::Record& lead,
                           const LeadConversion& conversion);

}  // namespace crm::sales
