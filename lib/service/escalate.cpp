#include "base/text.hpp"
#include "mail/write.hpp"
#include "meta/type.hpp"
#include "service/escalation.hpp"
#include "service/service_level.hpp"
#include "sql/expression.hpp"
#include "store/assign.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::service {

using meta::FieldInfo;
using store::Record;

namespace {

constexpr std::int64_t minute = 60;

std::string_view due_field(ClockName clock) {
    switch (clock) {
        case ClockName::response:
            return "response_due";
        case ClockName::next_response:
            return "next_response_due";
        default:
            return "resolution_due";
    }
}

/// The open tickets that a rule is for. Those of a rule that acts when a target is missed have a
/// due time that has passed, which an index finds.
std::set<std::int64_t> tickets_of(const EscalationContext& context, const EscalationRule& rule) {
    std::vector<std::string> query{"is:open"};
    if (!rule.at.percent && rule.at.offset >= 0)
        query.push_back(fmt::format("{}:..now", due_field(rule.on)));
    if (!rule.query.empty())
        query.push_back("(" + rule.query + ")");
    const store::Store& store = context.writer.store();
    try {
        const auto ids = store::select(context.resolver, context.writer.info().clock,
                                       store.model().get("ticket"), query)
                             .ids();
        return {ids.begin(), ids.end()};
    } catch (const Error& e) {
        throw Error(Fault::config, "bad_config",
                    fmt::format("{}: query: {}", rule.query_origin, e.message), e.hint);
    }
}

/// What the event says: for which due time the rule has acted.
std::string detail_of(const EscalationRule& rule, const TicketClock& clock) {
    return fmt::format("{}: {} due {}", rule.name, name_of(clock.name),
                       clock.due ? clock.due->iso() : "later");
}

const TicketClock* clock_of(const TicketTimes& times, ClockName name) {
    const auto found = std::ranges::find(times.clocks, name, &TicketClock::name);
    return found == times.clocks.end() ? nullptr : &*found;
}

bool has_acted(const std::vector<Event>& events, const std::string& detail) {
    return std::ranges::any_of(events, [&](const Event& event) {
        return event.what == "Escalated" && event.detail == detail;
    });
}

bool is_due(const TicketTimes& times, const EscalationRule& rule, const Record& ticket,
            Instant now) {
    const TicketClock* clock = clock_of(times, rule.on);
    if (clock == nullptr || clock->ended)
        return false;
    const auto point = reached_at(*times.time, *clock, rule.at.seconds(clock->target));
    if (!point || *point >= now || has_acted(events_of(ticket), detail_of(rule, *clock)))
        return false;
    return rule.always || times.time->used(now, {now.seconds + minute}) > 0;
}

/// The actions of a rule on one ticket.
class Actions {
public:
    Actions(const EscalationContext& context, const Record& before)
        : context_(context), before_(before), after_(before) {}

    void apply(const std::string& action) {
        const auto equals = action.find('=');
        const std::string name = action.substr(0, equals), value = action.substr(equals + 1);
        if (name == "mail")
            return send(value);
        if (name == "task")
            return add_task(value);
        assign(action);
        const FieldInfo* field = after_.entity->find(name);
        if (field == nullptr || field->type() == meta::Type::rows)
            return done_.push_back(action);
        const std::string was = shown(before_, *field), is = shown(after_, *field);
        done_.push_back(was == is ? fmt::format("{} {}", name, is)
                                  : fmt::format("{} {} -> {}", name, was, is));
    }

    Record& ticket() { return after_; }
    std::string done() const { return text::joined(done_, ", "); }

private:
    store::Store& store() const { return context_.writer.store(); }

    void assign(const std::string& action) {
        auto assignment = store::read_assignment(*after_.entity, action);
        if (!assignment)
            throw assignment.error();
        if (auto done = store::apply(after_, *assignment, context_.resolver, context_.reading);
            !done)
            throw done.error();
    }

    std::string shown(const Record& record, const FieldInfo& field) const {
        std::string text;
        if (field.type() == meta::Type::link && field.to != nullptr)
            text = store().name(*field.to, record.number(field));
        else if (field.cells > 0)
            text = meta::text(field, record.views(field));
        return text.empty() ? "none" : text;
    }

    void add_task(const std::string& subject) {
        Record task(store().model().get("task"));
        task.put(task.field("subject"), {Value(subject)});
        task.put(task.field("about"),
                 {Value(std::int64_t{after_.entity->number}), Value(after_.id)});
        if (const std::int64_t owner = after_.number("owner"); owner != 0)
            task.put(task.field("owner"), {Value(owner)});
        context_.writer.add(task);
        done_.push_back("task " + task.short_id());
    }

    /// `owner` is the owner of the ticket; all others are references or addresses.
    std::optional<mail::Recipient> recipient(const std::string& to) const {
        const FieldInfo& owner = after_.field("owner");
        if (to == "owner") {
            if (after_.number(owner) == 0)
                return {};
            return mail::Recipient{store::Found{owner.to, after_.number(owner)}, ""};
        }
        if (meta::is_email(to))
            return mail::Recipient{std::nullopt, to};
        auto user = context_.resolver.find(to, owner.to);
        if (!user)
            throw user.error();
        return mail::Recipient{*user, ""};
    }

    /// Somebody who cannot be written to does not hold up the other actions.
    void send(const std::string& to) {
        const auto who = recipient(to);
        if (!who)
            return done_.push_back("no mail, since it has no owner");
        mail::WriteRequest request;
        request.to.push_back(*who);
        request.about = store::Found{after_.entity, after_.id};
        Record mail(store().model().get("mail"));
        mail.put_text("subject", fmt::format("[{}] {}", after_.short_id(), after_.label()));
        mail.put_text("body", fmt::format("crm ticket sla {} --explain", after_.short_id()));
        mail.put_text("from", context_.sender());
        try {
            for (const mail::Written& written :
                 mail::write(context_.writer, context_.resolver, mail, request))
                done_.push_back("mail to " + written.to);
        } catch (const Error& e) {
            if (e.fault != Fault::refused)
                throw;
            done_.push_back("no mail, since " + e.message);
        }
    }

    const EscalationContext& context_;
    const Record& before_;
    Record after_;
    std::vector<std::string> done_;
};

class Escalator {
public:
    Escalator(const EscalationContext& context, const std::vector<EscalationRule>& rules)
        : context_(context),
          rules_(rules),
          levels_(context.writer.store(), context.writer.info().clock, context.writer.info().user) {
        for (const EscalationRule& rule : rules)
            tickets_.push_back(tickets_of(context, rule));
    }

    std::vector<Escalated> run() {
        for (const auto& [rule, ticket] : due())
            act(rules_[rule], ticket);
        return std::move(done_);
    }

private:
    Instant now() const { return context_.writer.info().clock.now; }
    const meta::Entity& entity() const { return context_.writer.store().model().get("ticket"); }

    /// A rule that is to act on a ticket, by their numbers. What one rule does decides nothing
    /// about the others of the same run.
    std::vector<std::pair<std::size_t, std::int64_t>> due() {
        std::set<std::int64_t> all;
        for (const std::set<std::int64_t>& tickets : tickets_)
            all.insert(tickets.begin(), tickets.end());
        std::vector<std::pair<std::size_t, std::int64_t>> out;
        for (const std::int64_t id : all) {
            const Record ticket = context_.writer.get(entity(), id);
            const TicketTimes times = times_of(levels_, ticket, now());
            for (std::size_t i = 0; i < rules_.size(); ++i)
                if (tickets_[i].contains(id) && is_due(times, rules_[i], ticket, now()))
                    out.emplace_back(i, id);
        }
        return out;
    }

    void act(const EscalationRule& rule, std::int64_t id) {
        const Record before = context_.writer.get(entity(), id);
        Actions actions(context_, before);
        try {
            for (const std::string& action : rule.actions)
                actions.apply(action);
        } catch (Error& e) {
            if (e.fault != Fault::config)
                e.message =
                    fmt::format("{}: {}: {}", rule.actions_origin, before.short_id(), e.message);
            throw;
        }
        record(rule, actions.ticket());
        context_.writer.change(before, actions.ticket());
        done_.push_back({actions.ticket(), rule.name + ": " + actions.done()});
    }

    /// By the clock as the ticket is now, with what the rule has changed.
    void record(const EscalationRule& rule, Record& ticket) {
        const TicketTimes times = times_of(levels_, ticket, now());
        const TicketClock* clock = clock_of(times, rule.on);
        add_event(ticket, now(), "Escalated",
                  clock == nullptr ? rule.name : detail_of(rule, *clock),
                  context_.writer.info().user);
    }

    const EscalationContext& context_;
    const std::vector<EscalationRule>& rules_;
    ServiceLevels levels_;
    std::vector<std::set<std::int64_t>> tickets_;  ///< by rule
    std::vector<Escalated> done_;
};

std::vector<std::int64_t> tickets_to_resume(store::Store& store, Date today) {
    std::vector<std::int64_t> out;
    if (!store.db().has_table("ticket"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "ticket"
           WHERE "pending_until" <= ?1 AND "status" = 'Pending' AND {} ORDER BY "id")",
        sql::live()));
    const std::string day = today.iso();
    for (get.with(day); get.step();)
        out.push_back(get.integer(0));
    return out;
}

}  // namespace

std::vector<Escalated> escalate(const EscalationContext& context,
                                const std::vector<EscalationRule>& rules) {
    return Escalator(context, rules).run();
}

std::vector<Escalated> resume_pending(store::Writer& writer) {
    const meta::Entity& entity = writer.store().model().get("ticket");
    std::vector<Escalated> out;
    for (const std::int64_t id : tickets_to_resume(writer.store(), writer.info().clock.today())) {
        const Record before = writer.get(entity, id);
        Record after = before;
        const FieldInfo& status = after.field("status");
        after.put(status, {Value(after.number("owner") != 0 ? "Assigned" : "New")});
        after.given.push_back(&status);
        writer.change(before, after);
        out.push_back({after, "Pending -> " + after.text("status")});
    }
    return out;
}

}  // namespace crm::service
