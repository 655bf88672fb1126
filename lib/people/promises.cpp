#include "people/promises.hpp"

#include "base/text.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace crm::people {
namespace {

/// The noun that a short id is of; empty for none.
std::string_view noun_of(const meta::Model& model, std::string_view id) {
    const auto digits = std::min(id.find_first_of("0123456789"), id.size());
    const meta::Entity* entity = model.by_prefix(id.substr(0, digits));
    return entity == nullptr ? std::string_view() : entity->noun;
}

/// Two colleagues promised the same for different days, or different things about the same deal,
/// quote, order or ticket.
bool contradict(const meta::Model& model, const Promise& a, const Promise& b) {
    if (a.by == b.by || a.state == PromiseState::taken_back || b.state == PromiseState::taken_back)
        return false;
    if (text::key(a.subject) == text::key(b.subject))
        return a.due != b.due;
    if (a.about_id.empty() || a.about_id != b.about_id)
        return false;
    const std::string_view noun = noun_of(model, a.about_id);
    return noun != "account" && noun != "contact";
}

PromiseState state_of(std::string_view status, std::string_view due, std::string_view today) {
    if (status == "Completed")
        return PromiseState::kept;
    if (status == "Canceled")
        return PromiseState::taken_back;
    return !due.empty() && due < today ? PromiseState::broken : PromiseState::open;
}

std::vector<Promise> read_promises(store::Resolver& resolver, const Clock& clock,
                                   const std::vector<std::string>& query) {
    const meta::Entity& tasks = resolver.store().model().get("task");
    store::Selection selection = store::select(resolver, clock, tasks, query);
    store::add_columns(selection, {"id", "subject", "due", "status", "promised_to", "promised_in",
                                   "about", "owner", "uid", "updated_at"});
    if (auto sorted = selection.sort("-created_at"); !sorted)
        throw sorted.error();
    const std::string today = clock.today().iso();
    std::vector<Promise> out;
    selection.each([&](std::span<const std::span<const View>> cells) {
        const auto text = [&](std::size_t i) {
            return store::cell_text(selection.columns[i], cells[i], clock);
        };
        const View about = cells[6].front();
        out.push_back({.id = text(0),
                       .subject = text(1),
                       .due = text(2),
                       .to = text(4),
                       .in = text(5),
                       .by = text(7),
                       .about = text(6),
                       .about_id = about.null() ? std::string() : std::string(about.text),
                       .uid = text(8),
                       .updated_at = std::string(cells[9].front().text),
                       .state = state_of(text(3), text(2), today)});
        return true;
    });
    return out;
}

}  // namespace

std::string_view state_name(PromiseState state) {
    switch (state) {
        case PromiseState::broken:
            return "broken";
        case PromiseState::open:
            return "open";
        case PromiseState::kept:
            return "kept";
        case PromiseState::taken_back:
            return "taken back";
    }
    return {};
}

std::vector<Promise> promises_to(store::Resolver& resolver, const Clock& clock,
                                 const store::Found& account) {
    const std::string id = meta::short_id(*account.entity, account.id);
    std::vector<Promise> all = read_promises(
        resolver, clock,
        {"promised_to:any or promised_in:any",
         fmt::format("promised_to.account:{0} or about:{0} or about.account:{0}", id)});
    const meta::Model& model = resolver.store().model();
    for (Promise& promise : all)
        for (const Promise& other : all)
            if (promise.id != other.id && contradict(model, promise, other))
                promise.contradicts.push_back(other.id);
    std::ranges::sort(all, {}, [](const Promise& p) {
        const PromiseState rank = p.pending() ? p.state : PromiseState::kept;
        return std::tuple(p.contradicts.empty(), rank, p.due.empty(), p.due, p.id);
    });
    return all;
}

std::vector<Promise> promises_with(store::Resolver& resolver, const Clock& clock,
                                   const store::Found& who) {
    if (!resolver.store().db().has_table("task"))
        return {};
    if (who.entity->noun == "account")
        return promises_to(resolver, clock, who);
    const std::string id = meta::short_id(*who.entity, who.id);
    const std::string about = fmt::format("promised_in:any about:{}", id);
    if (who.entity->noun != "contact")
        return read_promises(resolver, clock, {about});
    return read_promises(resolver, clock, {fmt::format("promised_to:{} or ({})", id, about)});
}

}  // namespace crm::people
