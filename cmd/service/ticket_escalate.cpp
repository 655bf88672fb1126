#include "base/text.hpp"
#include "cmd/mail/settings.hpp"
#include "cmd/service/escalation_rules.hpp"
#include "cmd/service/ticket_words.hpp"
#include "mail/write.hpp"

#include <fmt/format.h>

#include <algorithm>

/// ticket escalate: what the rules do with tickets that are or will be late.
namespace crm::cmd {
namespace {

using store::Record;

/// The open tickets that a rule is for.
std::set<std::int64_t> tickets_of(Session& session, const ConfiguredEscalation& escalation) {
    std::vector<std::string> query{"is:open"};
    if (!escalation.query.empty())
        query.push_back("(" + escalation.query + ")");
    try {
        const auto ids = selection(session, session.model().get("ticket"), query).ids();
        return {ids.begin(), ids.end()};
    } catch (const Error& e) {
        throw Error(Fault::config, "bad_config",
                    fmt::format("{}: query: {}", escalation.query_origin, e.message), e.hint);
    }
}

/// Does what the rules say, ticket by ticket.
class Escalator {
public:
    Escalator(Session& session, Change& change, std::vector<ConfiguredEscalation> rules)
        : session_(session),
          change_(change),
          configured_(std::move(rules)),
          levels_(session.store(), session.env.clock, session.user()),
          who_(actor(session)) {
        for (const ConfiguredEscalation& escalation : configured_) {
            rules_.push_back(escalation.rule);
            rules_.back().tickets = tickets_of(session, escalation);
        }
    }

    void run() {
        for (const auto& [rule, ticket] :
             service::due_escalations(session_.store(), levels_, rules_, who_.now))
            act(rule, ticket);
    }

private:
    void act(std::size_t index, std::int64_t id) {
        const ConfiguredEscalation& escalation = configured_[index];
        const Record before = change_.writer.get(session_.model().get("ticket"), id);
        Record after = before;
        done_.clear();
        try {
            for (const std::string& action : escalation.actions)
                apply(before, after, action);
        } catch (Error& e) {
            if (e.fault != Fault::config)
                e.message = fmt::format("{}: {}: {}", escalation.actions_origin, before.short_id(),
                                        e.message);
            throw;
        }
        service::record_escalation(after, levels_, rules_[index], who_.now, who_.user);
        change_.writer.change(before, after);
        change_.report.add(after, "escalated",
                           escalation.rule.name + ": " + text::joined(done_, ", "));
    }

    void apply(const Record& before, Record& after, const std::string& action) {
        const auto equals = action.find('=');
        const std::string name = action.substr(0, equals), value = action.substr(equals + 1);
        if (name == "mail")
            return send(after, value);
        if (name == "task")
            return add_task(after, value);
        assign(session_, change_, after, {action}, false);
        const meta::FieldInfo* field = after.entity->find(name);
        if (field == nullptr || field->type() == meta::Type::rows)
            return done_.push_back(action);
        const std::string was = shown(before, *field), is = shown(after, *field);
        done_.push_back(was == is ? fmt::format("{} {}", name, is)
                                  : fmt::format("{} {} -> {}", name, was, is));
    }

    std::string shown(const Record& record, const meta::FieldInfo& field) {
        std::string text;
        if (field.type() == meta::Type::link && field.to != nullptr)
            text = session_.store().name(*field.to, record.number(field));
        else if (field.cells > 0)
            text = meta::text(field, record.views(field));
        return text.empty() ? "none" : text;
    }

    void add_task(const Record& ticket, const std::string& subject) {
        Record task(session_.model().get("task"));
        task.put(task.field("subject"), {Value(subject)});
        task.put(task.field("about"),
                 {Value(std::int64_t{ticket.entity->number}), Value(ticket.id)});
        if (const std::int64_t owner = ticket.number("owner"); owner != 0)
            task.put(task.field("owner"), {Value(owner)});
        change_.writer.add(task);
        done_.push_back("task " + task.short_id());
    }

    /// `owner` is the owner of the ticket; all others are references or addresses.
    void send(const Record& ticket, const std::string& to) {
        mail::WriteRequest request;
        const meta::FieldInfo& owner = ticket.field("owner");
        if (to == "owner") {
            if (ticket.number(owner) == 0)
                return done_.push_back("no mail, since it has no owner");
            request.to.push_back({store::Found{owner.to, ticket.number(owner)}, ""});
        } else if (meta::is_email(to)) {
            request.to.push_back({std::nullopt, to});
        } else {
            request.to.push_back({resolve_reference(session_, owner.to, to), ""});
        }
        request.about = store::Found{ticket.entity, ticket.id};
        Record mail(session_.model().get("mail"));
        mail.put(mail.field("subject"),
                 {Value(fmt::format("[{}] {}", ticket.short_id(), ticket.label()))});
        mail.put(mail.field("body"),
                 {Value(fmt::format("crm ticket sla {} --explain", ticket.short_id()))});
        mail.put(mail.field("from"), {Value(default_sender(session_).address)});
        for (const mail::Written& written :
             mail::write(change_.writer, session_.resolver(), mail, request))
            done_.push_back("mail to " + written.to);
    }

    Session& session_;
    Change& change_;
    std::vector<ConfiguredEscalation> configured_;
    service::ServiceLevels levels_;
    std::vector<service::EscalationRule> rules_;
    service::Actor who_;
    std::vector<std::string> done_;
};

/// Tickets come back on the day until which they wait.
void resume(Session& session, Change& change) {
    const meta::Entity& entity = session.model().get("ticket");
    for (const std::int64_t id :
         service::tickets_to_resume(session.store(), session.env.clock.today())) {
        const Record before = change.writer.get(entity, id);
        Record after = before;
        service::resume(after);
        change.writer.change(before, after);
        change.report.add(after, "moved", "Pending -> " + after.text("status"));
    }
}

int run(Session& session, const Arguments& args) {
    Change change(session, args);
    resume(session, change);
    auto rules = escalations(session.config);
    if (!rules.empty())
        Escalator(session, change, std::move(rules)).run();
    return change.end();
}

}  // namespace

Command ticket_escalate() {
    return {
        .help = "Do what the rules say with tickets that are or will be late",
        .needs = Needs::writing,
        .run = run,
        .details =
            "For cron, with -q. The rules are the [[escalate]] tables of the configuration, see "
            "crm-config(5). A rule acts when a clock of an open ticket reaches a point: a part of "
            "its target, its due time, or working time before or after it. It acts once for each "
            "ticket, clock and due time; undoing it lets it act again. Outside of the working "
            "hours of the calendar it waits, unless it says always. Tickets that are Pending until "
            "today or an earlier day become Assigned, or New without an owner. When there is "
            "nothing to do, nothing is printed or changed.",
        .examples = {{"ticket escalate -q", "every five minutes, from cron"},
                     {"ticket escalate --dry-run", "show what would happen"}}};
}

}  // namespace crm::cmd
