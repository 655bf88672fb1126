#include "store/consent.hpp"

#include "base/idna.hpp"
#include "base/phone.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/schema.hpp"
#include "store/record_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace crm::store {
namespace {

constexpr std::array<std::string_view, 3> channels{"mail", "phone", "post"};

/// Earlier releases kept hashes of this form alone, which still count.
std::string hash_of(std::string_view key) {
    return sha256("crm suppression\n" + std::string(key));
}

std::string number_key(std::string_view number) {
    return "tel:" + e164(number, {}).value_or(phone_digits(number));
}

/// The address without +tag: ada+news@acme.example -> ada@acme.example.
std::string without_tag(const std::string& folded) {
    const auto at = folded.rfind('@');
    const auto plus = folded.find('+');
    if (at == std::string::npos || plus == 0 || plus > at)
        return folded;
    return folded.substr(0, plus) + folded.substr(at);
}

std::string address_key(std::string_view address) {
    address = text::trimmed(address);
    const auto at = address.rfind('@');
    if (at == std::string_view::npos)
        return text::folded(address);
    return text::folded(address.substr(0, at)) + "@" + ascii_domain(address.substr(at + 1));
}

/// Of a postal address: its letters and digits.
std::string postal_key(std::string_view address) {
    return "post:" + text::key(text::words(address));
}

std::string topic_key(std::string_view topic) {
    return text::folded(text::trimmed(topic));
}

/// As earlier releases had it; the same for most addresses.
std::string folded_key(std::string_view address) {
    return text::folded(text::trimmed(address));
}

}  // namespace

std::string_view channel_word(Channel channel) {
    return channels[static_cast<std::size_t>(channel)];
}

std::optional<Channel> channel_named(std::string_view word) {
    const auto* it = std::ranges::find(channels, word);
    if (it == channels.end())
        return {};
    return static_cast<Channel>(it - channels.begin());
}

namespace {

std::string plain_key(Channel channel, std::string_view address) {
    switch (channel) {
        case Channel::phone:
            return number_key(address);
        case Channel::post:
            return postal_key(address);
        default:
            return address_key(address);
    }
}

}  // namespace

std::string consent_key(Channel channel, std::string_view address) {
    return hash_of(plain_key(channel, address));
}

std::string consent_base(Channel channel, std::string_view address) {
    const std::string key = plain_key(channel, address);
    return hash_of(channel == Channel::mail ? without_tag(key) : key);
}

namespace {

/// Hauptstr. 1, 10115 Berlin: what the country is called makes no other address.
std::string postal_line(const Record& who, const meta::FieldInfo& field) {
    enum Part { street, postcode, city };
    const auto cells = who.views(field);
    if (cells.size() <= city || cells[street].null() || cells[city].null())
        return {};
    return fmt::format("{}, {}{}{}", cells[street].text, cells[postcode].text,
                       cells[postcode].null() ? "" : " ", cells[city].text);
}

}  // namespace

std::vector<std::string> consent_addresses(const Record& who, Channel channel) {
    std::vector<std::string> out;
    const auto append = [&](std::string address) {
        if (!address.empty() && std::ranges::find(out, address) == out.end())
            out.push_back(std::move(address));
    };
    for (const meta::FieldInfo& field : who.entity->fields()) {
        const auto wanted = channel == Channel::mail    ? meta::Type::email
                            : channel == Channel::phone ? meta::Type::phone
                                                        : meta::Type::address;
        if (field.type() != wanted || field.is(meta::derived) || who.views(field).empty())
            continue;
        if (channel == Channel::post) {
            append(postal_line(who, field));
            continue;
        }
        for (const meta::Item& item : meta::read_items(who.text(field)))
            append(item.value);
    }
    return out;
}

std::string ConsentLedger::in_one_form(Channel channel, std::string_view address) {
    if (channel != Channel::phone)
        return std::string(address);
    return e164(address, store_.model().country()).value_or(std::string(address));
}

bool ConsentLedger::there() {
    if (!there_)
        there_ = store_.db().has_table("consent");
    return *there_;
}

std::vector<ConsentLedger::Hashes> ConsentLedger::hashes_of(Channel channel,
                                                            std::string_view address) {
    std::vector<Hashes> out;
    const auto add = [&](const std::string& key) {
        const std::string base = channel == Channel::mail ? without_tag(key) : key;
        std::string hash = hash_of(key);
        out.push_back({hash, base == key ? hash : hash_of(base)});  // most have no +tag
    };
    const std::string one_form = in_one_form(channel, address);
    const std::string key = plain_key(channel, one_form);
    add(key);
    if (channel == Channel::phone && one_form != address)
        add(plain_key(channel, address));
    if (channel == Channel::mail)
        if (const std::string folded = folded_key(address); folded != key)
            add(folded);
    return out;
}

void ConsentLedger::Acts::add(std::int64_t id, std::string_view act) {
    if (act == "in" || act == "confirm") {
        forbidden.clear();
        given_at = id;
        confirmed = confirmed || act == "confirm";
        return;
    }
    forbidden = act;
    forbidden_at = id;
    if (act != "bounce") {  // that is no word of theirs
        given_at = 0;
        confirmed = false;
    }
}

namespace {

/// After so many questions all hashes are read: a list of many records asks for each address.
constexpr int few_questions = 200;

/// Enough of a hash to tell it from others; who has the same beginning is asked for in the table.
std::uint64_t beginning(std::string_view hash) {
    std::uint64_t out = 0;
    std::from_chars(hash.data(), hash.data() + std::min<std::size_t>(hash.size(), 16), out, 16);
    return out;
}

}  // namespace

/// False where no line has this key or base.
bool ConsentLedger::may_have(std::string_view hash) {
    if (!hashes_ && ++questions_ < few_questions)
        return true;
    if (!hashes_) {
        hashes_.emplace();
        sql::Statement all = store_.db().prepare(R"(SELECT "key", "base" FROM "consent")");
        while (all.step())
            for (const int column : {0, 1})
                hashes_->insert(beginning(all.text(column)));
    }
    return hashes_->contains(beginning(hash));
}

ConsentLedger::ActsByKey ConsentLedger::acts(std::string_view column, const std::string& hash,
                                             Channel channel, const std::string& topic) {
    if (!may_have(hash))
        return {};
    sql::Statement& get = column == "base" ? of_base_ : of_key_;
    if (!get)
        get = store_.db().prepare(fmt::format(
            R"(SELECT "id", "key", "act" FROM "consent"
               WHERE {} = ?1 AND "channel" = ?2 AND ("topic" IS NULL OR "topic" = ?3)
                 AND "act" <> 'request'
               ORDER BY "id")",
            sql::quoted(column)));
    ActsByKey out;
    for (get.with(hash, channel_word(channel), topic); get.step();)
        out[std::string(get.text(1))].add(get.integer(0), get.text(2));
    get.reset();
    return out;
}

const ConsentLedger::ActsByKey& ConsentLedger::acts_of_domain(std::string_view domain,
                                                              const std::string& topic) {
    const auto [known, is_new] = domains_.try_emplace({std::string(domain), topic});
    if (is_new)
        for (const Hashes& hashes : hashes_of(Channel::mail, domain))
            known->second.merge(acts("key", hashes.key, Channel::mail, topic));
    return known->second;
}

ConsentStanding ConsentLedger::standing(Channel channel, std::string_view address,
                                        std::string_view topic) {
    ConsentStanding out;
    if (!there())
        return out;
    const std::string about = topic_key(topic);
    ActsByKey all;
    std::int64_t given_at = 0;
    for (const Hashes& hashes : hashes_of(channel, address)) {
        if (hashes.key != hashes.base)  // lines of earlier releases have no base
            all.merge(acts("key", hashes.key, channel, about));
        all.merge(acts("base", hashes.base, channel, about));
        if (const auto own = all.find(hashes.key); own != all.end()) {
            given_at = std::max(given_at, own->second.given_at);
            out.confirmed = out.confirmed || own->second.confirmed;
        }
    }
    out.given = given_at != 0;
    const auto at = address.rfind('@');
    if (channel == Channel::mail && at != std::string_view::npos) {
        const ActsByKey& domain = acts_of_domain(address.substr(at), about);
        all.insert(domain.begin(), domain.end());
    }
    std::int64_t last = given_at;
    for (const auto& [key, acts] : all)
        if (!acts.forbidden.empty() && acts.forbidden_at > last) {
            out.forbidden = acts.forbidden;
            last = acts.forbidden_at;
        }
    return out;
}

std::optional<std::string> ConsentLedger::suppressed(Channel channel, std::string_view address,
                                                     std::string_view topic) {
    std::string act = standing(channel, address, topic).forbidden;
    if (act.empty())
        return {};
    return act;
}

std::int64_t ConsentLedger::add(ConsentLine line) {
    if (!there()) {
        sql::make_consent(store_.db());
        there_ = true;
    }
    domains_.clear();
    const std::string topic = topic_key(line.topic);
    if (!put_)
        put_ = store_.db().prepare(R"(
            INSERT INTO "consent"("at", "key", "base", "address", "channel", "topic", "act",
                "basis", "source", "proof", "operation")
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING "id")");
    put_.with(line.at, line.key, line.base, text_or_null(line.address), channel_word(line.channel),
              text_or_null(topic), line.act, text_or_null(line.basis), text_or_null(line.source),
              text_or_null(line.proof), line.operation == 0 ? View() : View(line.operation));
    if (hashes_) {
        hashes_->insert(beginning(line.key));
        hashes_->insert(beginning(line.base));
    }
    put_.step();
    const std::int64_t id = put_.integer(0);
    put_.reset();
    return id;
}

ConsentLine ConsentLedger::line_of(Channel channel, std::string_view address) {
    ConsentLine out;
    out.channel = channel;
    out.address = in_one_form(channel, address);
    out.key = consent_key(channel, out.address);
    out.base = consent_base(channel, out.address);
    return out;
}

bool ConsentLedger::says(const ConsentLine& line) {
    if (!there())
        return false;
    const ActsByKey known = acts("key", line.key, line.channel, topic_key(line.topic));
    const auto own = known.find(line.key);
    if (own == known.end() || own->second.forbidden.empty())
        return false;
    // An objection says more than a mail that came back.
    if (own->second.forbidden == "bounce" && line.act != "bounce")
        return false;
    return !agreed_since(line, own->second.forbidden_at);
}

/// Whether somebody whom the line is about agreed after line `id`, to what the line is about.
bool ConsentLedger::agreed_since(const ConsentLine& line, std::int64_t id) {
    constexpr std::string_view agreed = R"(
        SELECT 1 FROM "consent"
        WHERE "id" > ?1 AND "channel" = ?2 AND "act" IN ('in', 'confirm')
          AND (?3 = '' OR "topic" IS NULL OR "topic" = ?3))";
    const std::string topic = topic_key(line.topic);
    // Who agreed in a domain cannot be told from hashes: anybody may be there.
    if (line.address.starts_with('@'))
        return store_.db()
            .prepare(std::string(agreed) + " LIMIT 1")
            .with(id, channel_word(line.channel), topic)
            .step();
    if (!agreed_)
        agreed_ = store_.db().prepare(std::string(agreed) + R"( AND "base" = ?4 LIMIT 1)");
    const bool found = agreed_.with(id, channel_word(line.channel), topic, line.base).step();
    agreed_.reset();
    return found;
}

void ConsentLedger::forbid(Channel channel, std::string_view address, std::string_view act,
                           std::string_view source, std::string_view at, std::int64_t operation) {
    ConsentLine line = line_of(channel, address);
    line.at = at;
    line.act = act;
    line.source = source;
    line.operation = operation;
    if (!says(line))
        add(std::move(line));
}

namespace {

constexpr std::string_view lines_select = R"(
SELECT "id", "at", "key", "base", coalesce("address", ''), "channel", coalesce("topic", ''), "act",
    coalesce("basis", ''), coalesce("source", ''), coalesce("proof", ''), coalesce("operation", 0)
FROM "consent")";

ConsentLine line_at(const sql::Statement& row) {
    ConsentLine out;
    out.id = row.integer(0);
    out.at = row.text(1);
    out.key = row.text(2);
    out.base = row.text(3);
    out.address = row.text(4);
    out.channel = channel_named(row.text(5)).value_or(Channel::mail);
    out.topic = row.text(6);
    out.act = row.text(7);
    out.basis = row.text(8);
    out.source = row.text(9);
    out.proof = row.text(10);
    out.operation = row.integer(11);
    return out;
}

}  // namespace

std::optional<ConsentLine> ConsentLedger::find(std::int64_t id) {
    if (!there())
        return {};
    sql::Statement get = store_.db().prepare(std::string(lines_select) + R"( WHERE "id" = ?1)");
    get.with(id);
    if (!get.step())
        return {};
    return line_at(get);
}

std::vector<ConsentLine> ConsentLedger::lines(Channel channel, std::string_view address) {
    std::vector<ConsentLine> out;
    if (!there())
        return out;
    sql::Statement get = store_.db().prepare(
        std::string(lines_select) + R"( WHERE "channel" = ?2 AND ("base" = ?1 OR "key" = ?3))");
    const auto take = [&](const std::string& base, const std::string& key) {
        for (get.with(base, channel_word(channel), key); get.step();)
            out.push_back(line_at(get));
    };
    for (const Hashes& hashes : hashes_of(channel, address))
        take(hashes.base, hashes.key);
    const auto at = address.rfind('@');
    if (channel == Channel::mail && at != std::string_view::npos && at != 0)
        for (const Hashes& hashes : hashes_of(channel, address.substr(at)))
            take(hashes.base, hashes.key);
    std::ranges::sort(out, {}, &ConsentLine::id);
    const auto same = std::ranges::unique(out, {}, &ConsentLine::id);
    out.erase(same.begin(), same.end());
    return out;
}

std::vector<ConsentLine> ConsentLedger::suppressions(std::optional<Channel> channel,
                                                     std::optional<std::string_view> topic) {
    std::vector<ConsentLine> out;
    if (!there())
        return out;
    // By channel and address: the last line for each topic.
    std::map<std::pair<Channel, std::string>, std::map<std::string, ConsentLine>> last;
    const std::string about = topic_key(topic.value_or(""));
    sql::Statement all = store_.db().prepare(std::string(lines_select) +
                                             R"( WHERE "act" <> 'request' ORDER BY "id")");
    while (all.step()) {
        ConsentLine line = line_at(all);
        if ((channel && line.channel != *channel) ||
            (topic && !line.topic.empty() && line.topic != about))
            continue;
        auto& topics = last[{line.channel, line.key}];
        const bool allows = line.act == "in" || line.act == "confirm";
        if (allows && (line.topic.empty() || topic))
            topics.clear();
        else if (allows)
            topics.erase(line.topic);
        else
            topics.insert_or_assign(line.topic, std::move(line));
    }
    for (auto& [key, topics] : last)
        for (auto& [name, line] : topics)
            out.push_back(std::move(line));
    std::ranges::sort(out, {}, &ConsentLine::id);
    return out;
}

std::vector<ConsentLine> ConsentLedger::lines_of(std::int64_t operation) {
    std::vector<ConsentLine> out;
    if (!there())
        return out;
    sql::Statement get =
        store_.db().prepare(std::string(lines_select) + R"( WHERE "operation" = ?1 ORDER BY "id")");
    for (get.with(operation); get.step();)
        out.push_back(line_at(get));
    return out;
}

std::vector<std::string> ConsentLedger::forbidden_by(std::int64_t operation) {
    std::vector<std::string> out;
    for (ConsentLine& line : lines_of(operation))
        if (line.forbids() && !line.address.empty() &&
            suppressed(line.channel, line.address, line.topic))
            out.push_back(std::move(line.address));
    return out;
}

std::string ConsentLedger::proof_text(const ConsentLine& line) {
    constexpr std::size_t short_text = 200;
    if (line.proof.empty())
        return {};
    sql::Statement get = store_.db().prepare(R"(SELECT "bytes" FROM "blob" WHERE "hash" = ?1)");
    if (!get.with(line.proof).step())
        return line.proof;
    const std::string_view bytes = get.text(0);
    return bytes.size() <= short_text && text::valid(bytes) ? std::string(bytes) : line.proof;
}

bool ConsentLedger::is_proof(const std::string& hash) {
    return there() &&
           store_.db().prepare(R"(SELECT 1 FROM "consent" WHERE "proof" = ?1)").with(hash).step();
}

void ConsentLedger::forget_address(Channel channel, std::string_view address) {
    if (!there())
        return;
    sql::Statement forget =
        store_.db().prepare(R"(UPDATE "consent" SET "address" = NULL WHERE "key" = ?1)");
    forget.with(consent_key(channel, address)).run();
    forget.with(consent_key(channel, in_one_form(channel, address))).run();
    if (channel == Channel::mail)
        forget.with(hash_of(folded_key(address))).run();
}

}  // namespace crm::store
