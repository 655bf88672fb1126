#include "sales/lead_conversion.hpp"

#include "base/text.hpp"
#include "sales/lead_status.hpp"
#include "store/assign.hpp"
#include "store/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace crm::sales {

using meta::Entity;
using store::Record;
using Op = store::Assignment::Op;
using Values = std::vector<std::pair<std::string_view, std::string>>;

namespace {

std::string domain_of(std::string_view address) {
    return std::string(address.substr(address.find('@') + 1));
}

class Conversion {
public:
    Conversion(store::Writer& writer, const Record& lead, const LeadConversion& request)
        : writer_(writer), lead_(lead), request_(request), resolver_(writer.store()) {}

    std::optional<ConvertedTo> account();
    ConvertedTo contact(const std::optional<ConvertedTo>& account);
    ConvertedTo deal(const std::optional<ConvertedTo>& account, const ConvertedTo& contact);
    Record converted_lead(const std::optional<ConvertedTo>& account, const ConvertedTo& contact,
                          const std::optional<ConvertedTo>& deal);

private:
    const Entity& noun(std::string_view name) const { return lead_.entity->model().get(name); }
    std::string lead_text(std::string_view field) const;
    std::vector<std::string> lead_items(std::string_view field) const;
    std::string company_domain() const;
    std::optional<Record> linked(std::string_view field) const;
    std::vector<std::int64_t> with_value(const Entity& entity, std::string_view field,
                                         const std::vector<std::string>& values) const;
    [[noreturn]] void refuse_several(const Entity& entity,
                                     const std::vector<std::int64_t>& ids) const;
    std::optional<Record> find_account() const;
    std::optional<Record> find_contact() const;
    void assign(Record& record, std::string_view field, Op op, const std::string& text);
    Record draft(const Entity& entity, const Values& values);
    ConvertedTo add(Record record);
    ConvertedTo complete_contact(const Record& contact, const std::optional<ConvertedTo>& account);

    store::Writer& writer_;
    const Record& lead_;
    const LeadConversion& request_;
    store::Resolver resolver_;
};

std::string Conversion::lead_text(std::string_view field) const {
    return store::history_text(lead_, *lead_.entity->find(field), lead_.entity->model());
}

std::vector<std::string> Conversion::lead_items(std::string_view field) const {
    std::vector<std::string> values;
    for (const meta::Item& item : meta::read_items(lead_text(field)))
        values.push_back(item.value);
    return values;
}

/// The domain of an e-mail address, if it begins like the name of the company. Other domains may
/// belong to a mail provider.
std::string Conversion::company_domain() const {
    const std::string company = text::key(lead_text("company"));
    for (const std::string& address : lead_items("emails")) {
        const std::string domain = domain_of(address);
        const std::string label = text::key(domain.substr(0, domain.find('.')));
        if (label.size() > 2 && company.starts_with(label))
            return domain;
    }
    return {};
}

std::optional<Record> Conversion::linked(std::string_view field) const {
    const meta::FieldInfo& link = *lead_.entity->find(field);
    if (lead_.number(link) == 0)
        return {};
    auto record = writer_.store().find(*link.to, lead_.number(link));
    if (!record || !record->deleted_at.empty())
        return {};
    return record;
}

std::vector<std::int64_t> Conversion::with_value(const Entity& entity, std::string_view field,
                                                 const std::vector<std::string>& values) const {
    std::vector<std::int64_t> found;
    for (const std::string& value : values)
        for (const std::int64_t id : store::by_value(writer_.store(), entity, field, value))
            if (std::ranges::find(found, id) == found.end())
                found.push_back(id);
    return found;
}

/// Throws ambiguous with what to type instead.
void Conversion::refuse_several(const Entity& entity, const std::vector<std::int64_t>& ids) const {
    std::string choices;
    Error e(Fault::ambiguous, "ambiguous",
            fmt::format("{} {} may belong to {} {}", lead_.short_id(), lead_.label(), ids.size(),
                        entity.plural));
    for (const std::int64_t id : ids) {
        const std::string short_id = meta::short_id(entity, id);
        e.candidates.push_back(short_id);
        choices += fmt::format("{}{} {}", choices.empty() ? "" : ", ", short_id,
                               writer_.store().get(entity, id).label());
    }
    e.hint = fmt::format("--{} {}; choose one: {}", entity.noun, e.candidates.front(), choices);
    throw e;
}

/// By the domain and by the name of the company. Where one of them finds several, the other may
/// decide.
std::optional<Record> Conversion::find_account() const {
    if (request_.account)
        return request_.account;
    if (auto account = linked("account"))
        return account;
    const Entity& accounts = noun("account");
    std::vector<std::string> domains;
    for (const std::string& address : lead_items("emails"))
        domains.push_back(domain_of(address));
    const std::string company = lead_text("company");
    const auto by_domain = with_value(accounts, "domains", domains);
    const auto by_name =
        company.empty() ? std::vector<std::int64_t>() : with_value(accounts, "name", {company});
    std::vector<std::int64_t> both;
    std::ranges::copy_if(by_domain, std::back_inserter(both), [&](std::int64_t id) {
        return std::ranges::find(by_name, id) != by_name.end();
    });
    for (const auto& found : {both, by_domain, by_name})
        if (found.size() == 1)
            return writer_.store().get(accounts, found.front());
    for (const auto& found : {both, by_name, by_domain})
        if (!found.empty())
            refuse_several(accounts, found);
    return {};
}

std::optional<Record> Conversion::find_contact() const {
    if (request_.contact)
        return request_.contact;
    if (auto contact = linked("contact"))
        return contact;
    const Entity& contacts = noun("contact");
    const auto found = with_value(contacts, "emails", lead_items("emails"));
    if (found.empty())
        return {};
    if (found.size() > 1)
        refuse_several(contacts, found);
    return writer_.store().get(contacts, found.front());
}

void Conversion::assign(Record& record, std::string_view field, Op op, const std::string& text) {
    if (text.empty())
        return;
    const auto assignment = store::assignment(*record.entity, field, op, text);
    if (!assignment)
        throw assignment.error();
    const auto done = store::apply(record, *assignment, resolver_, request_.reading);
    if (!done)
        throw done.error();
}

/// A new record with the source and the owner of the lead, and these values.
Record Conversion::draft(const Entity& entity, const Values& values) {
    Record record(entity);
    assign(record, "source", Op::set, lead_text("source"));
    assign(record, "owner", Op::set, lead_text("owner"));
    for (const auto& [field, value] : values)
        assign(record, field, Op::set, value);
    return record;
}

ConvertedTo Conversion::add(Record record) {
    store::complete(record);
    writer_.add(record);
    return {.result = ConvertedTo::Result::added, .before = {}, .record = std::move(record)};
}

std::optional<ConvertedTo> Conversion::account() {
    if (auto found = find_account())
        return ConvertedTo{.before = {}, .record = std::move(*found)};
    const std::string company = lead_text("company");
    if (company.empty())
        return {};
    return add(draft(
        noun("account"),
        {{"name", company}, {"domains", company_domain()}, {"territory", lead_text("territory")}}));
}

ConvertedTo Conversion::complete_contact(const Record& contact,
                                         const std::optional<ConvertedTo>& account) {
    Record after = contact;
    for (const std::string& address : lead_items("emails"))
        assign(after, "emails", Op::add, address);
    for (const std::string& number : lead_items("phones"))
        assign(after, "phones", Op::add, number);
    if (account && after.rows[after.entity->find("accounts")->first].empty())
        assign(after, "accounts", Op::set, account->record.short_id());
    if (after.text(*after.entity->find("title")).empty())
        assign(after, "title", Op::set, lead_text("title"));
    if (!writer_.change(contact, after))
        return {.before = {}, .record = std::move(after)};
    return {.result = ConvertedTo::Result::updated, .before = contact, .record = std::move(after)};
}

ConvertedTo Conversion::contact(const std::optional<ConvertedTo>& account) {
    if (const auto found = find_contact())
        return complete_contact(*found, account);
    return add(draft(noun("contact"), {{"name", lead_.label()},
                                       {"title", lead_text("title")},
                                       {"emails", lead_text("emails")},
                                       {"phones", lead_text("phones")},
                                       {"campaign", lead_text("campaign")},
                                       {"accounts", account ? account->record.short_id() : ""}}));
}

ConvertedTo Conversion::deal(const std::optional<ConvertedTo>& account,
                             const ConvertedTo& contact) {
    std::string name = request_.deal_name;
    if (name.empty())
        name = account ? account->record.label() : lead_.label();
    Record deal = draft(noun("deal"), {{"name", name},
                                       {"account", account ? account->record.short_id() : ""},
                                       {"contacts", contact.record.short_id()},
                                       {"campaign", lead_text("campaign")},
                                       {"partner", lead_text("partner")},
                                       {"territory", lead_text("territory")}});
    if (request_.complete_deal)
        request_.complete_deal(deal);
    return add(std::move(deal));
}

Record Conversion::converted_lead(const std::optional<ConvertedTo>& account,
                                  const ConvertedTo& contact,
                                  const std::optional<ConvertedTo>& deal) {
    Record after = lead_;
    put_status(after, converted_status);
    after.put(*after.entity->find("converted_at"), {Value(writer_.info().clock.now.iso())});
    after.put(*after.entity->find("contact"), {Value(contact.record.id)});
    if (account)
        after.put(*after.entity->find("account"), {Value(account->record.id)});
    if (deal)
        after.put(*after.entity->find("deal"), {Value(deal->record.id)});
    writer_.change(lead_, after);
    return after;
}

}  // namespace

ConvertedLead convert_lead(store::Writer& writer, const Record& lead,
                           const LeadConversion& request) {
    require_not_converted(lead);
    Conversion conversion(writer, lead, request);
    auto account = conversion.account();
    auto contact = conversion.contact(account);
    std::optional<ConvertedTo> deal;
    if (request.with_deal)
        deal = conversion.deal(account, contact);
    Record after = conversion.converted_lead(account, contact, deal);
    return {.account = std::move(account),
            .contact = std::move(contact),
            .deal = std::move(deal),
            .lead = std::move(after)};
}

}  // namespace crm::sales
