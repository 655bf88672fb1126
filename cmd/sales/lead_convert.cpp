#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

/// lead convert: a lead becomes a customer.
namespace crm::cmd {
namespace {

using meta::Entity;
using store::Record;

/// What a lead becomes is found before it is made: by what was told, what the lead links to
/// already, and then by these keys.
struct LeadConversion {
    Session& session;
    Change& change;
    const Record& lead;

    std::string of(std::string_view field) const {
        return store::history_text(lead, *lead.entity->find(field), session.model());
    }
    std::vector<std::string> mails() const {
        std::vector<std::string> out;
        for (const meta::Item& item : meta::read_items(of("emails")))
            out.push_back(item.value);
        return out;
    }

    /// The one live record with that value; nothing where there are none or several of them.
    std::optional<Record> one(const Entity& entity, std::string_view field,
                              std::string_view value) const {
        const auto ids = store::by_value(session.store(), entity, field, value);
        if (ids.size() != 1)
            return {};
        return session.store().get(entity, ids.front());
    }

    std::optional<Record> linked(std::string_view field, const Entity& entity) const {
        const auto cells = lead.of(*lead.entity->find(field));
        const auto* id = std::get_if<std::int64_t>(&cells.back());
        if (id == nullptr)
            return {};
        auto record = session.store().find(entity, *id);
        return record && record->deleted_at.empty() ? std::move(record) : std::nullopt;
    }

    std::optional<Record> account(const std::string& told) const {
        const Entity& accounts = session.model().get("account");
        if (!told.empty())
            return load_not_deleted(session, resolve_reference(session, &accounts, told));
        if (auto there = linked("account", accounts))
            return there;
        for (const std::string& mail : mails())
            if (auto there = one(accounts, "domains", mail.substr(mail.find('@') + 1)))
                return there;
        if (const std::string company = of("company"); !company.empty())
            return one(accounts, "name", company);
        return {};
    }

    /// The domain of an address that bears the company's name: others may be anybody's.
    std::string domain(std::string_view company) const {
        for (const std::string& mail : mails()) {
            const std::string whole = mail.substr(mail.find('@') + 1),
                              label = text::key(whole.substr(0, whole.find('.')));
            if (label.size() > 2 && text::key(company).starts_with(label))
                return whole;
        }
        return {};
    }

    std::optional<Record> contact(const std::string& told) const {
        const Entity& contacts = session.model().get("contact");
        if (!told.empty())
            return load_not_deleted(session, resolve_reference(session, &contacts, told));
        if (auto there = linked("contact", contacts))
            return there;
        for (const std::string& mail : mails())
            if (auto there = one(contacts, "emails", mail))
                return there;
        return {};
    }

    /// A new record of what the lead says, and of what the words say.
    Record make(const Entity& entity,
                const std::vector<std::pair<std::string_view, std::string>>& values,
                const std::vector<std::string>& words = {}) {
        Record record(entity);
        std::vector<std::string> all;
        for (const auto& [field, value] : values)
            if (!value.empty())
                all.push_back(fmt::format("{}={}", field, value));
        all.insert(all.end(), words.begin(), words.end());
        assign(session, change, record, all, false);
        store::complete(record);
        change.writer.add(record);
        change.report.add(record, "added", record.label());
        return record;
    }
};

int run(Session& session, const Arguments& args) {
    if (args.has("deal") && args.has("no-deal"))
        throw Error(Fault::usage, "contradiction", "--deal and --no-deal contradict each other");
    const std::vector<std::string> words(args.words.begin() + 1, args.words.end());
    if (args.has("no-deal") && !words.empty())
        throw Error(Fault::usage, "contradiction",
                    fmt::format("'{}' is for the deal, and --no-deal wants none",
                                text::clipped(words.front(), 60)));
    Change change(session, args);
    const Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const Entity& leads = *args.noun;
    if (before.text(*leads.find("status")) == "Converted")
        throw Error(Fault::refused, "converted",
                    fmt::format("{} {} was converted already", before.short_id(), before.label()),
                    "crm lead show " + before.short_id());
    LeadConversion to{session, change, before};
    const std::vector<std::pair<std::string_view, std::string>> shared = {
        {"source", to.of("source")}, {"owner", to.of("owner")}};
    const auto with = [&](std::vector<std::pair<std::string_view, std::string>> more) {
        return more.insert(more.begin(), shared.begin(), shared.end()), more;
    };

    std::optional<Record> account = to.account(args.value("account"));
    if (account)
        change.report.add(*account, "found", account->label());
    else if (const std::string company = to.of("company"); !company.empty())
        account =
            to.make(session.model().get("account"), with({{"name", company},
                                                          {"domains", to.domain(company)},
                                                          {"territory", to.of("territory")}}));
    const std::string account_id = account ? account->short_id() : std::string();

    std::optional<Record> contact = to.contact(args.value("contact"));
    if (contact) {
        Record after = *contact;
        std::vector<std::string> fills;
        for (const std::string& mail : to.mails())
            fills.push_back("emails+=" + mail);
        for (const meta::Item& item : meta::read_items(to.of("phones")))
            fills.push_back("phones+=" + item.value);
        if (const auto& list = *after.entity->find("accounts");
            account && after.rows[list.first].empty())
            fills.push_back("accounts=" + account_id);
        if (after.text(*after.entity->find("title")).empty() && !to.of("title").empty())
            fills.push_back("title=" + to.of("title"));
        assign(session, change, after, fills, false);
        const bool changed = change.writer.change(*contact, after);
        change.report.add(after, changed ? "updated" : "found",
                          changed ? changed_fields(*contact, after) : after.label());
    } else {
        contact = to.make(session.model().get("contact"), with({{"name", before.label()},
                                                                {"title", to.of("title")},
                                                                {"emails", to.of("emails")},
                                                                {"phones", to.of("phones")},
                                                                {"campaign", to.of("campaign")},
                                                                {"accounts", account_id}}));
    }

    std::optional<Record> deal;
    if (!args.has("no-deal"))
        deal = to.make(session.model().get("deal"),
                       with({{"name", args.has("deal") ? args.value("deal")
                                      : account        ? account->label()
                                                       : before.label()},
                             {"account", account_id},
                             {"contacts", contact->short_id()},
                             {"campaign", to.of("campaign")},
                             {"partner", to.of("partner")},
                             {"territory", to.of("territory")}}),
                       words);
    Record after = before;
    std::vector<std::string> becomes{"status=Converted", "converted_at=now",
                                     "contact=" + contact->short_id()};
    if (account)
        becomes.push_back("account=" + account_id);
    if (deal)
        becomes.push_back("deal=" + deal->short_id());
    assign(session, change, after, becomes, false);
    change.writer.change(before, after);
    change.report.add(after, "converted", before.label());
    return change.end();
}

}  // namespace

Command lead_convert() {
    return {.help = "Make a customer of a lead: company, person and deal",
            .needs = Needs::writing,
            .arguments =
                {{.name = "LEAD", .kind = Kind::reference, .required = true, .help = "the lead"},
                 {.name = "FIELD=VALUE",
                  .kind = Kind::assignments,
                  .many = true,
                  .help = "what else is known of the deal"}},
            .options = {{.name = "deal",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "what the deal is called; as the company"},
                        {.name = "no-deal", .help = "make no deal"},
                        {.name = "account",
                         .kind = Kind::word,
                         .value = "REF",
                         .help = "the company it becomes, when it is there"},
                        {.name = "contact",
                         .kind = Kind::word,
                         .value = "REF",
                         .help = "the person it becomes, when they are there"}},
            .run = run,
            .details =
                "A company that is there is found by the domain of the lead's e-mail addresses, "
                "then by its exact name; a person by an e-mail address. What is not there is made. "
                "The lead stays, as Converted, with links to what it became. One undo takes all of "
                "it back.",
            .examples = {{"lead convert l7 --deal 'Pumps for Oslo' amount=40k close_date=eoq",
                          "a company, a person and a deal, made or found"},
                         {"lead convert ada@acme.example --no-deal", "nothing to sell yet"}}};
}

}  // namespace crm::cmd
