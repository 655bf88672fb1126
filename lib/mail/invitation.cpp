#include "mail/invitation.hpp"

#include "base/text.hpp"
#include "calendar/busy.hpp"
#include "calendar/ics_values.hpp"
#include "calendar/ics_write.hpp"
#include "calendar/meeting_change.hpp"
#include "meta/type.hpp"
#include "show/html.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

namespace crm::mail {

using meta::FieldInfo;
using store::Found;
using store::Record;

namespace {

/// Which version of a meeting each address had, as lines of "extra".
class Invited {
public:
    explicit Invited(const Record& meeting) {
        for (const std::string_view line :
             text::split(std::string_view(meeting.text("extra")), '\n')) {
            const auto property = form::ics_property(line);
            if (!property || property->name != calendar::invited_mark)
                (others_ += others_.empty() ? "" : "\n") += line;
            else if (const std::string* address = property->parameter("ADDRESS"))
                versions_[*address] = property->value;
        }
    }

    bool has(const std::string& address) const { return versions_.contains(key(address)); }
    bool had(const std::string& address, const std::string& version) const {
        const auto it = versions_.find(key(address));
        return it != versions_.end() && it->second == version;
    }
    void put(const std::string& address, std::string version) {
        versions_[key(address)] = std::move(version);
    }
    std::string extra() const {
        std::string out = others_;
        for (const auto& [address, version] : versions_)
            (out += out.empty() ? "" : "\n") +=
                fmt::format("{};ADDRESS=\"{}\":{}", calendar::invited_mark, address, version);
        return out;
    }

private:
    static std::string key(const std::string& address) { return text::folded(address); }

    std::map<std::string, std::string> versions_;
    std::string others_;
};

std::vector<Recipient> attendees_of(store::Store& store, const Record& meeting,
                                    const Address& from) {
    std::vector<Recipient> out;
    const FieldInfo& attendees = *meeting.entity->find("attendees");
    for (const store::RowCells& row : meeting.rows[attendees.first]) {
        Recipient to;
        to.address = store::row_text(row, store::inner_field(attendees, "email")).value_or("");
        if (const auto* noun = std::get_if<std::int64_t>(&row[0]))
            to.who = Found{store.model().by_number(static_cast<int>(*noun)),
                           std::get<std::int64_t>(row[1])};
        if (to.address.empty() && to.who)
            if (const auto person = store.find(*to.who->entity, to.who->id))
                to.address = person->text("email");
        if (to.address.empty() || text::folded(to.address) != text::folded(from.address))
            out.push_back(std::move(to));
    }
    return out;
}

/// The meeting as a message of a method. Somebody has to invite: without an organizer the sender.
std::string calendar_message(store::Writer& writer, Record meeting, std::string_view method,
                             const Inviter& inviter) {
    if (calendar::linked(meeting, "organizer").id == 0 &&
        meeting.text("extra").find("ORGANIZER") == std::string::npos) {
        const std::string& extra = meeting.text("extra");
        meeting.put_text("extra", (extra.empty() ? "" : extra + "\n") +
                                      "ORGANIZER:mailto:" + inviter.from.address);
    }
    meeting.put_text("updated_at", inviter.clock.now.iso());
    return calendar::calendar_of(writer.store(), inviter.clock, {std::move(meeting)}, method);
}

/// Subject, text and HTML: what, when and where.
Record mail_about(store::Store& store, const Record& meeting, std::string_view what,
                  const Inviter& inviter) {
    Record mail(store.model().get("mail"));
    const auto time = calendar::own_time(meeting, inviter.clock);
    const std::string when = time ? calendar::time_line(*time, inviter.clock) : "";
    std::string text = meeting.label() + "\n";
    for (const std::string& line : {when, meeting.text("location"), meeting.text("description")})
        if (!line.empty())
            text += "\n" + line + "\n";
    show::Html html;
    for (const std::string_view line : text::split(std::string_view(text), '\n'))
        if (!line.empty()) {
            html += "<p>";
            html += show::escaped(line);
            html += "</p>\n";
        }
    mail.put_text("subject", fmt::format("{}: {}{}", what, meeting.label(),
                                         when.empty() ? "" : " (" + when + ")"));
    mail.put_text("body", std::move(text));
    mail.put_text("html", html.text());
    mail.put_text("from", inviter.from.address);
    return mail;
}

std::vector<Written> send(store::Writer& writer, store::Resolver& resolver, const Record& about,
                          const Record& mail, std::vector<Recipient> to, std::string calendar) {
    if (to.empty())
        return {};
    WriteRequest request;
    request.each = true;
    request.to = std::move(to);
    request.about = Found{about.entity, about.id};
    request.attachments.push_back({"invite.ics", "text/calendar", std::move(calendar)});
    return write(writer, resolver, mail, request);
}

/// The same, and remembers who has had this version of the meeting.
std::vector<Written> send_version(store::Writer& writer, store::Resolver& resolver,
                                  const Record& before, Record& meeting, const Record& mail,
                                  std::vector<Recipient> to, std::string calendar) {
    const std::string version = std::to_string(meeting.number(*meeting.entity->find("sequence")));
    std::vector<std::string> addresses;
    for (const Recipient& one : to)
        addresses.push_back(one.address);
    auto written = send(writer, resolver, meeting, mail, std::move(to), std::move(calendar));
    Invited invited(meeting);
    for (std::size_t i = 0; i < written.size(); ++i)
        if (written[i].mail && written[i].fault.empty())
            invited.put(addresses[i], version);
    meeting.put_text("extra", invited.extra());
    writer.change(before, meeting);
    return written;
}

}  // namespace

std::vector<Written> invite(store::Writer& writer, store::Resolver& resolver, Record& meeting,
                            const Inviter& inviter) {
    const Record before = meeting;
    const FieldInfo& sequence = *meeting.entity->find("sequence");
    meeting.put(sequence, {Value(meeting.number(sequence))});
    const std::string version = std::to_string(meeting.number(sequence));
    const Invited invited(meeting);
    bool again = false;
    std::vector<Recipient> to;
    for (Recipient& one : attendees_of(writer.store(), meeting, inviter.from)) {
        if (invited.had(one.address, version))
            continue;
        again = again || invited.has(one.address);
        to.push_back(std::move(one));
    }
    const Record mail =
        mail_about(writer.store(), meeting, again ? "Changed" : "Invitation", inviter);
    std::string message = calendar_message(writer, meeting, "REQUEST", inviter);
    return send_version(writer, resolver, before, meeting, mail, std::move(to), std::move(message));
}

std::vector<Written> cancel_invitation(store::Writer& writer, store::Resolver& resolver,
                                       Record& meeting, Record part, const Inviter& inviter) {
    const Record before = meeting;
    const Invited invited(meeting);
    std::vector<Recipient> to;
    for (Recipient& one : attendees_of(writer.store(), part, inviter.from))
        if (invited.has(one.address))
            to.push_back(std::move(one));
    part.put_text("status", "Not Held");
    const FieldInfo& sequence = *meeting.entity->find("sequence");
    part.put(sequence, {Value(meeting.number(sequence))});
    const Record mail = mail_about(writer.store(), part, "Cancelled", inviter);
    std::string message = calendar_message(writer, part, "CANCEL", inviter);
    return send_version(writer, resolver, before, meeting, mail, std::move(to), std::move(message));
}

}  // namespace crm::mail
