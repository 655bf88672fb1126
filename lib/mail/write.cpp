#include "mail/write.hpp"

#include "base/text.hpp"
#include "mail/delivery.hpp"
#include "mail/fill.hpp"
#include "mail/home.hpp"
#include "mail/language.hpp"
#include "mail/outbox.hpp"
#include "mail/template_versions.hpp"
#include "store/attachment.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace crm::mail {
namespace {

using meta::Entity;
using meta::FieldInfo;
using store::Record;

bool breaks_line(std::string_view text) {
    return text.find_first_of("\r\n") != std::string_view::npos;
}

void put_text(Record& record, std::string_view field, std::string text) {
    record.put(*record.entity->find(field), {text.empty() ? Value() : Value(std::move(text))});
}

/// One template in one language, read once.
struct Prepared {
    Template subject;
    MarkdownTemplate body;
    store::Found record;
};

/// A recipient with the address that is written to.
struct Target {
    std::optional<Record> who;
    std::string address;
};

class MailWriter {
public:
    MailWriter(store::Writer& writer, store::Resolver& resolver, const Record& mail,
               const WriteRequest& request)
        : writer_(writer),
          store_(writer.store()),
          mail_(mail),
          request_(request),
          filler_(resolver, writer.info().clock, noun_of_recipients(), request.about, request.me),
          ledger_(store_) {}

    std::vector<Written> write() {
        for (const Part& file : request_.attachments)
            if (breaks_line(file.name))
                throw Error(Fault::usage, "invalid_value",
                            "a line break in the name of an attachment", "rename the file");
        prepare();
        std::vector<Written> out;
        if (request_.each) {
            read_values();
            for (const Recipient& to : request_.to)
                out.push_back(write_each(to));
        } else {
            std::vector<Target> targets;
            for (const Recipient& to : request_.to)
                targets.push_back(target(to));
            for (const Target& one : targets)
                if (const auto why = refusal(one))
                    refuse(one, *why);
            out.push_back(write_one(targets));
        }
        if (!request_.draft)
            settle_home(store_);
        return out;
    }

private:
    const Entity* noun_of_recipients() const {
        const Entity* noun = nullptr;
        for (const Recipient& to : request_.to) {
            if (!to.who || (noun != nullptr && noun != to.who->entity))
                return nullptr;
            noun = to.who->entity;
        }
        return noun;
    }

    /// All versions of the template of the name; of one that goes by e-mail where there is one.
    std::vector<Record> templates() {
        const Entity& noun = store_.model().get("template");
        if (!store_.db().has_table(noun.noun))
            return {};
        const std::vector<std::int64_t> ids =
            store_.look_up(meta::Lookup::name, text::folded(request_.template_name), noun);
        if (ids.empty())
            return {};
        const auto fits = std::ranges::find_if(
            ids, [&](std::int64_t id) { return goes_by_mail(store_.get(noun, id)); });
        return mail_versions(store_, fits == ids.end() ? ids.front() : *fits);
    }

    /// Reads all templates of the name, and checks them, before anything is written.
    void prepare() {
        if (request_.template_name.empty())
            return;
        const Entity& noun = store_.model().get("template");
        for (const Record& record : templates()) {
            const std::string name = record.short_id();
            Template subject(record.text("subject"), name + ".subject");
            const Template body(record.text("body"), name + ".body");
            filler_.check(subject);
            filler_.check(body);
            prepared_.try_emplace(
                text::lower_ascii(record.text("language")),
                Prepared{std::move(subject), MarkdownTemplate(body), {&noun, record.id}});
        }
        if (prepared_.empty())
            throw Error(
                Fault::not_found, "not_found",
                fmt::format("there is no template '{}'", text::clipped(request_.template_name, 60)),
                "crm template list");
        if (filler_.uses_recipient() && !request_.each && request_.to.size() > 1)
            throw Error(Fault::usage, "several",
                        "the template has fields of the recipient, and there are several",
                        "--each writes a mail for each");
    }

    /// Of all recipients at once.
    void read_values() {
        if (!filler_.uses_recipient())
            return;
        std::vector<std::int64_t> ids;
        for (const Recipient& to : request_.to)
            if (to.who)
                ids.push_back(to.who->id);
        values_ = filler_.values_of(ids);
    }

    Values values_for(const Target& to) {
        const std::int64_t id = to.who && filler_.uses_recipient() ? to.who->id : 0;
        const auto known = values_.find(id);
        return known == values_.end() ? filler_.values(id) : known->second;
    }

    const Prepared& prepared_for(const std::string& language) const {
        std::vector<std::string> tags;
        for (const auto& [tag, text] : prepared_)
            tags.push_back(tag);
        if (const auto version = version_for(tags, language))
            return prepared_.at(tags[*version]);
        throw Error(Fault::refused, "no_language",
                    fmt::format("there is no template '{}' for the language '{}'",
                                text::clipped(request_.template_name, 60), language),
                    "crm template list");
    }

    Target target(const Recipient& to) {
        if (!to.who)
            return {std::nullopt, to.address};
        Target out{store_.get(*to.who->entity, to.who->id), {}};
        out.address = to.address;
        if (const FieldInfo* email = to.who->entity->find("email"); out.address.empty() && email)
            out.address = out.who->text(*email);
        return out;
    }

    /// Why nothing can be sent there; nothing where it can.
    std::optional<std::string> refusal(const Target& to) {
        if (to.address.empty())
            return "has no e-mail address";
        if (request_.anyway || request_.draft)
            return {};
        return objection(to);
    }

    std::optional<std::string> objection(const Target& to) {
        const bool colleague = to.who && to.who->entity->role == meta::Role::user;
        const auto act = ledger_.suppressed(store::Channel::mail, to.address);
        if (act && (!colleague || *act == "bounce"))
            return fmt::format("is suppressed ({})", *act);
        const FieldInfo* flag = to.who ? to.who->entity->find("do_not_mail") : nullptr;
        if (flag != nullptr && to.who->number(*flag) != 0)
            return "has do_not_mail set";
        return {};
    }

    static std::string named(const Target& to) {
        if (!to.who)
            return to.address;
        return fmt::format("{} {}", to.who->short_id(), to.who->label());
    }

    [[noreturn]] void refuse(const Target& to, const std::string& why) {
        throw Error(Fault::refused, "suppressed", fmt::format("{} {}", named(to), why),
                    to.address.empty() ? fmt::format("crm {} edit {} email=…", to.who->entity->noun,
                                                     to.who->short_id())
                                       : "--anyway writes to one person all the same");
    }

    Written write_each(const Recipient& to) {
        const Target one = target(to);
        if (const auto why = refusal(one))
            return {std::nullopt, named(one), *why};
        if (!seen_.insert(text::folded(one.address)).second)
            return {std::nullopt, named(one), "gets it already"};
        return write_one({one});
    }

    Written write_one(const std::vector<Target>& targets) {
        Record mail = mail_;
        put_text(mail, "direction", "Outbound");
        Written out;
        std::vector<std::string> addresses;
        for (const Target& to : targets)
            addresses.push_back(to.address);
        out.to = text::joined(addresses, ", ");
        put_text(mail, "to", meta::items_text(items_of(addresses)));
        fill(mail, targets, out.fault);
        if (mail.text("subject").empty())
            throw Error(Fault::usage, "missing", "a mail requires a subject", "subject='…'");
        if (breaks_line(mail.text("subject")))
            throw Error(Fault::usage, "invalid_value", "subject: a line break in the subject",
                        "subject='one line'");
        put_about(mail, targets);
        put_recipients(mail, targets, out.fault);
        writer_.add(mail);
        if (!request_.draft)
            put_message_id(store_, mail);
        for (const Part& file : request_.attachments)
            store::attach(writer_, mail, file.name, file.bytes, "");
        out.mail = std::move(mail);
        return out;
    }

    static std::vector<meta::Item> items_of(const std::vector<std::string>& values) {
        std::vector<meta::Item> out;
        for (const std::string& value : values)
            out.push_back({value, {}});
        return out;
    }

    void fill(Record& mail, const std::vector<Target>& targets, std::string& fault) {
        if (request_.template_name.empty())
            return;
        const auto& who = targets.front().who;
        std::string language = mail.text("language");
        if (language.empty() && who && who->entity->find("language") != nullptr)
            language = who->text("language");
        const Prepared& from = prepared_for(language);
        const Values values = values_for(targets.front());
        std::string subject = from.subject.filled(values);
        if (breaks_line(subject)) {
            fault = "a line break in the subject";
            std::ranges::replace_if(
                subject, [](char c) { return c == '\r' || c == '\n'; }, ' ');
        }
        if (mail.text("subject").empty())
            put_text(mail, "subject", std::move(subject));
        put_text(mail, "body", from.body.text(values));
        put_text(mail, "html", from.body.html(values));
        put_text(mail, "language", std::move(language));
        mail.put(*mail.entity->find("template"), {Value(from.record.id)});
    }

    /// Without --about, a mail to one record is about it.
    void put_about(Record& mail, const std::vector<Target>& targets) {
        std::optional<store::Found> about = request_.about;
        if (!about && targets.size() == 1 && targets.front().who)
            about = store::Found{targets.front().who->entity, targets.front().who->id};
        if (about)
            mail.put(*mail.entity->find("about"),
                     {Value(std::int64_t{about->entity->number}), Value(about->id)});
    }

    void put_recipients(Record& mail, const std::vector<Target>& targets,
                        const std::string& fault) {
        if (request_.draft)
            return;
        auto& rows = mail.rows[mail.entity->find("recipients")->first];
        for (const Target& to : targets)
            add_recipient(mail, rows, to, "To", fault);
        for (const std::string_view copy : {"cc", "bcc"})
            for (const meta::Item& item : meta::read_items(mail.text(copy))) {
                const Target to{std::nullopt, item.value};
                if (const auto why = request_.anyway ? std::nullopt : objection(to))
                    refuse(to, *why);
                add_recipient(mail, rows, to, copy == "cc" ? "Cc" : "Bcc", fault);
            }
        if (rows.size() > most_recipients)
            throw Error(Fault::refused, "too_many",
                        fmt::format("a mail has at most {} recipients", most_recipients),
                        "--each writes a mail for each");
    }

    void add_recipient(const Record& mail, std::vector<store::RowCells>& rows, const Target& to,
                       std::string_view kind, const std::string& fault) {
        const FieldInfo& field = *mail.entity->find("recipients");
        store::RowCells row(field.rows.back().first + field.rows.back().cells);
        const auto put = [&](std::string_view name, Value value, std::size_t more = 0) {
            const auto it =
                std::ranges::find(field.rows, name, [](const FieldInfo& f) { return f.name(); });
            row[it->first + more] = std::move(value);
        };
        put("address", to.address);
        put("kind", std::string(kind));
        if (to.who) {
            put("who", std::int64_t{to.who->entity->number});
            put("who", to.who->id, 1);
        }
        put("state", std::string(word(fault.empty() ? State::queued : State::failed)));
        if (!fault.empty())
            put("verdict", fault);
        else if (const auto why = request_.anyway ? objection(to) : std::nullopt)
            put("verdict", "anyway: the address " + *why);
        put("attempts", std::int64_t{0});
        rows.push_back(std::move(row));
    }

    store::Writer& writer_;
    store::Store& store_;
    const Record& mail_;
    const WriteRequest& request_;
    Filler filler_;
    store::ConsentLedger ledger_;
    std::map<std::string, Prepared> prepared_;  ///< by language
    std::map<std::int64_t, Values> values_;     ///< of the recipients, where each gets a mail
    std::set<std::string> seen_;                ///< addresses that have a mail of their own
};

}  // namespace

std::vector<Written> write(store::Writer& writer, store::Resolver& resolver, const Record& mail,
                           const WriteRequest& request) {
    return MailWriter(writer, resolver, mail, request).write();
}

}  // namespace crm::mail
