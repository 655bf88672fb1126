#pragma once

#include "store/record.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Care for customers before, during and after a purchase, by rules.
namespace crm::service {

/// One [[care]] table of the configuration.
struct CareRule {
    std::string name;
    const meta::Entity* noun = nullptr;
    std::string query;                         ///< the records that it is for
    const meta::FieldInfo* date = nullptr;     ///< the day from which `after` counts
    std::string after;                         ///< a duration
    std::vector<std::string> actions;          ///< task=SUBJECT, mail=TEMPLATE
    std::vector<std::string> tiers;            ///< of the account; empty: all
    std::string query_origin, actions_origin;  ///< file:line, for errors
};

struct CareContext {
    store::Writer& writer;
    store::Resolver& resolver;
    std::optional<store::Found> me;       ///< who acts, for {{me.name}}
    std::function<std::string()> sender;  ///< the address that mail comes from; may throw
};

/// A task or a mail that a rule made.
struct CareAction {
    store::Record made;
    std::string says;  ///< Ask how Acme gets on (care: after purchase)
};
struct CareResult {
    std::vector<CareAction> done;
    std::vector<std::string> left_out;  ///< who could not be written to, and why
};

/// Does what the rules say, rule by rule, for each record whose day plus `after` has come where its
/// customer is. A rule acts once for each record: its tasks and mails name it in the field `care`
/// and are about the record. Throws config where a query, a field of a text or a template is wrong,
/// before anything is done.
CareResult run_care(const CareContext& context, const std::vector<CareRule>& rules);

}  // namespace crm::service
