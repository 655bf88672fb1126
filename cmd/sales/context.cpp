#include "cmd/sales/context.hpp"

#include "cmd/cli/select.hpp"

namespace crm::cmd {

sales::RecordQuery record_query(Session& session) {
    return [&session](const meta::Entity& noun, const std::vector<std::string>& words) {
        return selection(session, noun, words).ids();
    };
}

sales::PricingContext pricing_context(Session& session) {
    return {.store = session.store(),
            .today = session.env.clock.today().iso(),
            .find = record_query(session)};
}

}  // namespace crm::cmd
