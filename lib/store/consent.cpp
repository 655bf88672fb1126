#include "store/consent.hpp"

#include "base/idna.hpp"
#include "base/phone.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "sql/schema.hpp"
#include "store/record_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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

std::string consent_key(Channel channel, std::string_view address) {
    return hash_of(channel == Channel::phone ? number_key(address) : address_key(address));
}

std::string consent_base(Channel channel, std::string_view address) {
    return hash_of(channel == Channel::phone ? number_key(address)
                                             : without_tag(address_key(address)));
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

std::optional<std::string> ConsentLedger::last_act(Channel channel, std::string_view column,
                                                   const std::string& hash,
                                                   std::string_view topic) {
    sql::Statement get = store_.db().prepare(fmt::format(
        R"(SELECT "act" FROM "consent"
           WHERE {} = ?1 AND "channel" = ?2 AND ("topic" IS NULL OR "topic" = ?3)
             AND "act" IN ('in', 'out', 'bounce', 'complaint', 'confirm')
           ORDER BY "id" DESC LIMIT 1)",
        sql::quoted(column)));
    get.with(hash, channel_word(channel), topic);
    if (!get.step() || get.text(0) == "in" || get.text(0) == "confirm")
        return {};
    return std::string(get.text(0));
}

std::optional<std::string> ConsentLedger::forbidding(Channel channel, std::string_view column,
                                                     std::string_view address,
                                                     std::string_view topic) {
    const bool is_base = column == "base";
    const std::string one_form = in_one_form(channel, address);
    const std::string hash =
        is_base ? consent_base(channel, one_form) : consent_key(channel, one_form);
    if (auto act = last_act(channel, column, hash, topic))
        return act;
    if (channel != Channel::mail)
        return one_form == address
                   ? std::nullopt
                   : last_act(channel, column, consent_key(channel, address), topic);
    const std::string folded = folded_key(address);
    if (folded == address_key(address))
        return {};
    return last_act(channel, column, hash_of(is_base ? without_tag(folded) : folded), topic);
}

std::optional<std::string> ConsentLedger::suppressed(Channel channel, std::string_view address,
                                                     std::string_view topic) {
    if (!there())
        return {};
    if (auto act = forbidding(channel, "key", address, topic))
        return act;
    if (auto act = forbidding(channel, "base", address, topic))
        return act;
    const auto at = address.rfind('@');
    if (channel != Channel::mail || at == std::string_view::npos)
        return {};
    return forbidding(channel, "key", address.substr(at), topic);
}

void ConsentLedger::add(ConsentLine line) {
    if (!there()) {
        sql::make_consent(store_.db());
        there_ = true;
    }
    store_.db()
        .prepare(R"(
            INSERT INTO "consent"("at", "key", "base", "address", "channel", "topic", "act",
                "basis", "source", "proof", "operation")
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))")
        .with(line.at, line.key, line.base, text_or_null(line.address), channel_word(line.channel),
              text_or_null(line.topic), line.act, text_or_null(line.basis),
              text_or_null(line.source), text_or_null(line.proof),
              line.operation == 0 ? View() : View(line.operation))
        .run();
}

void ConsentLedger::forbid(Channel channel, std::string_view address, std::string_view act,
                           std::string_view source, std::string_view at, std::int64_t operation) {
    std::string one_form = in_one_form(channel, address);
    const std::string key = consent_key(channel, one_form);
    if (there() && last_act(channel, "key", key, {}))
        return;
    add({.at = std::string(at),
         .key = key,
         .base = consent_base(channel, one_form),
         .address = std::move(one_form),
         .channel = channel,
         .act = std::string(act),
         .source = std::string(source),
         .operation = operation});
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
