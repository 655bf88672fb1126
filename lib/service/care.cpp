#include "service/care.hpp"

#include "base/error.hpp"
#include "base/template.hpp"
#include "base/text.hpp"
#include "mail/fill.hpp"
#include "mail/write.hpp"
#include "store/query_context.hpp"
#include "time/date.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

namespace crm::service {

using meta::Entity;
using meta::FieldInfo;
using store::Found;
using store::Record;

namespace {

[[noreturn]] void config_error(const std::string& origin, std::string_view key,
                               const Error& error) {
    throw Error(Fault::config, "bad_config", fmt::format("{}: {}: {}", origin, key, error.message),
                error.hint);
}

std::string_view action_value(std::string_view action) {
    return action.substr(action.find('=') + 1);
}

/// The records about which a rule has made something that was not undone.
std::set<std::int64_t> records_with(store::Store& store, const CareRule& rule) {
    std::set<std::int64_t> out;
    for (const std::string_view noun : {"task", "mail"}) {
        if (!store.db().has_table(noun))
            continue;
        sql::Statement get = store.db().prepare(fmt::format(R"(SELECT "about" FROM "{}"
                           WHERE "care" = ?1 AND "about_noun" = ?2 AND "undone" IS NULL)",
                                                            noun));
        for (get.with(rule.name, std::int64_t{rule.noun->number}); get.step();)
            out.insert(get.integer(0));
    }
    return out;
}

/// The account and the contact of a record: those that it is, or that it links to.
struct CareCustomer {
    std::optional<Record> account, contact;
};

CareCustomer care_customer(store::Store& store, const Record& record) {
    CareCustomer out;
    const auto linked = [&](const Record& from, std::string_view name) -> std::optional<Record> {
        const FieldInfo* field = from.entity->find(name);
        if (field == nullptr || from.number(*field) == 0)
            return {};
        return store.find(*field->to, from.number(*field));
    };
    if (record.entity->role == meta::Role::person)
        out.contact = record;
    else
        out.contact = linked(record, "contact");
    if (record.entity->role == meta::Role::company)
        out.account = record;
    else
        out.account = linked(record, "account");
    if (!out.account && out.contact)
        out.account = linked(*out.contact, "account");
    return out;
}

/// Now, where the customer is.
Clock local_clock(const CareCustomer& customer, const Clock& clock) {
    const std::string zone = customer.contact ? customer.contact->text("timezone") : "";
    return {clock.now, zone.empty() ? clock.zone : zone};
}

/// The day of a date, or of a time where the customer is.
std::optional<Date> record_day(const Record& record, const FieldInfo& field, const Clock& clock) {
    if (const auto day = iso_date(record.text(field)))
        return day;
    if (const auto at = iso_instant(record.text(field)))
        return Clock{*at, clock.zone}.today();
    return {};
}

class Care {
public:
    Care(const CareContext& context, const CareRule& rule)
        : context_(context),
          rule_(rule),
          filler_(context.resolver, context.writer.info().clock, rule.noun, std::nullopt,
                  context.me) {
        for (const std::string& action : rule.actions) {
            if (action.starts_with("mail=")) {
                check_mail(action_value(action));
                continue;
            }
            try {
                subjects_.emplace_back(action_value(action), "task");
                filler_.check(subjects_.back());
            } catch (const Error& e) {
                config_error(rule.actions_origin, "do", e);
            }
        }
        ids_ = candidates();
    }

    void run(CareResult& out) {
        const std::set<std::int64_t> known = records_with(store(), rule_);
        for (const std::int64_t id : ids_) {
            if (known.contains(id))
                continue;
            const Record record = context_.writer.get(*rule_.noun, id);
            const CareCustomer customer = care_customer(store(), record);
            if (has_tier(customer) && is_due(record, local_clock(customer, clock())))
                act(record, customer, out);
        }
    }

private:
    store::Store& store() const { return context_.writer.store(); }
    const Clock& clock() const { return context_.writer.info().clock; }

    /// The day before which a record's day must lie so that `after` is over.
    Date latest(const Clock& at) const {
        const auto day = read_date("-" + rule_.after, at);
        return day ? *day : at.today();
    }

    /// One day more than where the user is: somewhere it is tomorrow.
    std::vector<std::int64_t> candidates() const {
        const Date last{latest(clock()).days + 1};
        std::vector<std::string> query{fmt::format("{}:..{}", rule_.date->name(), last.iso())};
        if (!rule_.query.empty())
            query.push_back("(" + rule_.query + ")");
        try {
            return store::select(context_.resolver, clock(), *rule_.noun, query).ids();
        } catch (const Error& e) {
            config_error(rule_.query_origin, "query", e);
        }
    }

    void check_mail(std::string_view name) const {
        const Entity& templates = store().model().get("template");
        const bool is_there =
            store().db().has_table(templates.noun) &&
            !store().look_up(meta::Lookup::name, text::folded(name), templates).empty();
        if (!is_there)
            config_error(rule_.actions_origin, "do",
                         Error(Fault::config, "not_found",
                               fmt::format("there is no template '{}'", text::clipped(name, 40)),
                               "crm template list"));
    }

    bool has_tier(const CareCustomer& customer) const {
        if (rule_.tiers.empty())
            return true;
        const std::string tier = customer.account ? customer.account->text("tier") : "";
        return std::ranges::any_of(rule_.tiers, [&](const std::string& wanted) {
            return text::key(wanted) == text::key(tier);
        });
    }

    bool is_due(const Record& record, const Clock& at) const {
        const auto day = record_day(record, *rule_.date, at);
        return day && day->days <= latest(at).days;
    }

    void act(const Record& record, const CareCustomer& customer, CareResult& out) {
        const TemplateValues values = filler_.values(record.id);
        std::size_t subject = 0;
        for (const std::string& action : rule_.actions) {
            if (action.starts_with("mail="))
                send(record, customer, std::string(action_value(action)), out);
            else
                add_task(record, customer, subjects_[subject++].filled(values), out);
        }
    }

    std::string says(const std::string& text) const {
        return fmt::format("{} (care: {})", text, rule_.name);
    }

    void add_task(const Record& record, const CareCustomer& customer, std::string subject,
                  CareResult& out) {
        Record task(store().model().get("task"));
        task.put_text("subject", std::move(subject));
        task.put_text("due", clock().today().iso());
        task.put_text("care", rule_.name);
        task.put(task.field("about"),
                 {Value(std::int64_t{record.entity->number}), Value(record.id)});
        std::int64_t owner = record.number("owner");
        if (owner == 0 && customer.account)
            owner = customer.account->number("owner");
        if (owner != 0)
            task.put(task.field("owner"), {Value(owner)});
        context_.writer.add(task);
        out.done.push_back({task, says(task.label())});
    }

    /// Somebody who cannot be written to does not hold up the others.
    void send(const Record& record, const CareCustomer& customer, std::string name,
              CareResult& out) {
        const auto& who = customer.contact ? customer.contact : customer.account;
        const std::string about = fmt::format("{} {}", record.short_id(), record.label());
        if (!who) {
            out.left_out.push_back(
                fmt::format("{}: no mail, since it has neither contact nor account", about));
            return;
        }
        mail::WriteRequest request;
        request.to.push_back({Found{who->entity, who->id}, ""});
        request.template_name = std::move(name);
        request.about = Found{record.entity, record.id};
        request.me = context_.me;
        Record mail(store().model().get("mail"));
        mail.put_text("from", context_.sender());
        mail.put_text("care", rule_.name);
        try {
            for (const mail::Written& written :
                 mail::write(context_.writer, context_.resolver, mail, request))
                if (written.mail)
                    out.done.push_back(
                        {*written.mail,
                         says(fmt::format("{} to {}", written.mail->label(), written.to))});
        } catch (const Error& e) {
            if (e.fault != Fault::refused)
                throw;
            out.left_out.push_back(fmt::format("{}: no mail, since {}", about, e.message));
        }
    }

    const CareContext& context_;
    const CareRule& rule_;
    mail::Filler filler_;
    std::vector<Template> subjects_;  ///< of the tasks, in the order of the actions
    std::vector<std::int64_t> ids_;
};

}  // namespace

CareResult run_care(const CareContext& context, const std::vector<CareRule>& rules) {
    std::vector<std::unique_ptr<Care>> all;
    for (const CareRule& rule : rules)
        all.push_back(std::make_unique<Care>(context, rule));
    CareResult out;
    for (const auto& care : all)
        care->run(out);
    return out;
}

}  // namespace crm::service
