#include "campaign/call_route.hpp"

#include "campaign/call_sections.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::campaign {
namespace {

using store::Found;
using store::Record;

bool is_extension(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789*#+") == std::string_view::npos;
}

class Router {
public:
    Router(store::Resolver& resolver, const Clock& clock)
        : resolver_(resolver),
          store_(resolver.store()),
          users_(store_.model().with(meta::Role::user)),
          clock_(clock) {}

    /// Of the user or, where they no longer work here, of the first manager above who does.
    std::optional<std::string> of_user(std::int64_t id) {
        std::set<std::int64_t> seen;
        while (id != 0 && seen.insert(id).second) {
            const auto user = store_.find(users_, id);
            if (!user)
                return {};
            if (user->deleted_at.empty() && user->number("active") != 0) {
                const std::string& extension = user->text("extension");
                return extension.empty() ? std::nullopt : std::optional(extension);
            }
            id = user->number("manager");
        }
        return {};
    }

    std::optional<std::string> of_owner(std::string_view noun, std::int64_t id) {
        const auto record = store_.find(store_.model().get(noun), id);
        return record ? of_user(record->number("owner")) : std::nullopt;
    }

    /// The newest ticket comes first.
    std::optional<std::string> by_ticket(const Found& caller) {
        std::vector<std::int64_t> tickets = open_tickets(resolver_, clock_, caller);
        std::ranges::reverse(tickets);
        for (const std::int64_t ticket : tickets)
            if (auto extension = of_owner("ticket", ticket))
                return extension;
        return {};
    }

    std::optional<std::string> by_owner(const Found& caller) {
        if (caller.entity == &users_)
            return {};
        return of_owner(caller.entity->noun, caller.id);
    }

    std::optional<std::string> by_account(const Found& caller) {
        if (caller.entity->noun != "contact" && caller.entity->noun != "lead")
            return {};
        const std::int64_t account = store_.get(*caller.entity, caller.id).number("account");
        return account == 0 ? std::nullopt : of_owner("account", account);
    }

    bool finds(const RouteRule& rule, const std::vector<Found>& callers) {
        if (rule.query.empty())
            return true;
        const meta::Entity* noun = store_.model().find(rule.on);
        std::vector<std::int64_t> ids;
        for (const Found& caller : callers)
            if (caller.entity == noun)
                ids.push_back(caller.id);
        if (ids.empty())
            return false;
        try {
            store::Selection selection = store::select(resolver_, clock_, *noun, {rule.query});
            selection.among = ids;
            return selection.count() > 0;
        } catch (const Error& error) {
            throw Error(Fault::config, "bad_config",
                        fmt::format("{}: query: {}", rule.query_origin, error.message), error.hint);
        }
    }

    std::string target(const RouteRule& rule) {
        if (is_extension(rule.to))
            return rule.to;
        const auto user = resolver_.find(rule.to, &users_);
        if (!user)
            throw Error(Fault::config, "bad_config",
                        fmt::format("{}: to: {}", rule.to_origin, user.error().message),
                        "an extension, or a user who has one");
        if (auto extension = of_user(user->id))
            return *extension;
        throw Error(Fault::config, "bad_config",
                    fmt::format("{}: to: {} has no extension", rule.to_origin, rule.to),
                    fmt::format("crm user edit {} extension=…", rule.to));
    }

private:
    store::Resolver& resolver_;
    store::Store& store_;
    const meta::Entity& users_;
    const Clock& clock_;
};

}  // namespace

std::optional<std::string> extension_for(store::Resolver& resolver, const Clock& clock,
                                         const std::vector<Found>& callers,
                                         std::span<const RouteRule> rules) {
    Router router(resolver, clock);
    using Way = std::optional<std::string> (Router::*)(const Found&);
    for (const Way way : {&Router::by_ticket, &Router::by_owner, &Router::by_account})
        for (const Found& caller : callers)
            if (auto extension = (router.*way)(caller))
                return extension;
    for (const RouteRule& rule : rules)
        if (!rule.query.empty() && router.finds(rule, callers))
            return router.target(rule);
    for (const RouteRule& rule : rules)
        if (rule.query.empty())
            return router.target(rule);
    return {};
}

}  // namespace crm::campaign
