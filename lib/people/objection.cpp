#include "people/objection.hpp"

#include "base/email.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "store/phone_search.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::people {
namespace {

using store::Channel;
using store::ConsentLedger;
using store::ConsentLine;

bool is_number(std::string_view word) {
    constexpr std::size_t shortest = 5, longest = 20;
    const auto is_part = [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("+ ()-./").contains(c);
    };
    const std::size_t digits = phone_digits(word).size();
    return std::ranges::all_of(word, is_part) && digits >= shortest && digits <= longest;
}

ConsentLine line_of(store::Writer& writer, const ContactPoint& to, const Statement& statement) {
    ConsentLine out = writer.consent().line_of(to.channel, to.address);
    out.at = writer.info().clock.now.iso();
    out.topic = statement.topic;
    out.basis = statement.basis;
    out.source = statement.source;
    out.proof = statement.proof;
    return out;
}

/// Whether the last line about this very address and topic is the same, and nothing that it would
/// lift was said since, by a tag, for the domain or, where it is about everything, about any topic.
bool agreed_already(ConsentLedger& ledger, const ConsentLine& line) {
    const std::string topic = text::folded(text::trimmed(line.topic));
    bool same = false;
    for (const ConsentLine& known : ledger.lines(line.channel, line.address)) {
        const bool about_it = known.topic.empty() || known.topic == topic;
        if (known.forbids())
            same = same && !about_it && !topic.empty();
        else if (about_it && known.key == line.key)
            same = known.act == "in" && known.topic == topic && known.proof == line.proof;
    }
    return same;
}

}  // namespace

std::optional<ContactPoint> read_contact_point(std::string_view word,
                                               std::optional<Channel> channel) {
    word = text::trimmed(word);
    if (channel.value_or(Channel::phone) == Channel::phone) {
        const std::string number = bare_phone(word);
        if (is_number(number))
            return ContactPoint{Channel::phone, number};
    }
    if (channel.value_or(Channel::mail) != Channel::mail || !word.contains('@'))
        return {};
    if (word.starts_with('@')) {
        if (!word.contains('.') || !meta::is_email("a" + std::string(word)))
            return {};
        return ContactPoint{Channel::mail, text::lower_ascii(word)};
    }
    // Lena <lena@acme.example>
    const std::size_t open = word.ends_with('>') ? word.rfind('<') : std::string_view::npos;
    std::string address = bare_email(open == std::string_view::npos ? word : word.substr(open));
    if (!meta::is_email(address))
        return {};
    return ContactPoint{Channel::mail, std::move(address)};
}

std::vector<ContactPoint> contact_points(const store::Record& who, std::optional<Channel> channel) {
    std::vector<ContactPoint> out;
    for (const Channel one : {Channel::mail, Channel::phone, Channel::post})
        if (!channel || channel == one)
            for (std::string& address : store::consent_addresses(who, one))
                out.push_back({one, std::move(address)});
    if (out.empty())
        throw Error(Fault::usage, "no_address",
                    fmt::format("{} {} has no {}", who.short_id(), who.label(),
                                !channel ? "e-mail address, telephone number or postal address"
                                : channel == Channel::mail  ? "e-mail address"
                                : channel == Channel::phone ? "telephone number"
                                                            : "postal address"));
    return out;
}

namespace {

/// The records of a noun that have an address or a number.
std::vector<std::int64_t> with_point(store::Store& store, const meta::Entity& entity,
                                     const ContactPoint& point) {
    const bool domain = point.address.starts_with('@');
    if (point.channel == Channel::post || point.address.empty() || domain ||
        !store.db().has_table(entity.noun))
        return {};
    return point.channel == Channel::mail
               ? store.look_up(meta::Lookup::email, text::folded(point.address), entity)
               : store::with_phone(store, entity, point.address);
}

std::vector<store::Record> take_flags_off(store::Writer& writer, const ContactPoint& point) {
    std::vector<store::Record> out;
    store::Store& store = writer.store();
    const std::string_view name = point.channel == Channel::mail ? "do_not_mail" : "do_not_call";
    for (const std::string_view noun : {"contact", "lead"}) {
        const meta::Entity& entity = store.model().get(noun);
        const meta::FieldInfo& flag = *entity.find(name);
        for (const std::int64_t id : with_point(store, entity, point)) {
            const store::Record before = writer.get(entity, id);
            if (before.number(flag) == 0)
                continue;
            store::Record after = before;
            after.put(flag, {Value(std::int64_t{0})});
            writer.change(before, after);
            out.push_back(std::move(after));
        }
    }
    return out;
}

}  // namespace

std::optional<store::Found> owner_of(store::Store& store, const ContactPoint& point) {
    for (const std::string_view noun : {"contact", "lead", "account", "user"}) {
        const meta::Entity& entity = store.model().get(noun);
        if (const auto ids = with_point(store, entity, point); !ids.empty())
            return store::Found{&entity, ids.front()};
    }
    return {};
}

Statement objection_to(const store::Record& campaign) {
    return {.topic = campaign.text("topic")};
}

bool object(store::Writer& writer, const ContactPoint& to, const Statement& statement) {
    ConsentLedger& ledger = writer.consent();
    ConsentLine line = line_of(writer, to, statement);
    line.act = "out";
    if (ledger.says(line))
        return false;
    line.operation = writer.begin_operation();
    ledger.add(std::move(line));
    return true;
}

Agreed agree(store::Writer& writer, const ContactPoint& to, const Statement& statement) {
    ConsentLedger& ledger = writer.consent();
    ConsentLine line = line_of(writer, to, statement);
    line.act = "in";
    if (agreed_already(ledger, line))
        return {};
    // First the flags, since what is said last counts.
    Agreed out{true, take_flags_off(writer, to)};
    line.operation = writer.begin_operation();
    ledger.add(std::move(line));
    return out;
}

}  // namespace crm::people
