#include "exchange/dump_tables.hpp"

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "form/json_reader.hpp"
#include "meta/type.hpp"
#include "sql/schema.hpp"
#include "store/assign.hpp"
#include "store/consent.hpp"
#include "store/cursor.hpp"
#include "store/gate_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace crm::exchange {

using form::JsonReader;
using meta::Entity;
using store::Store;
using store::Writer;
using Flush = std::function<void()>;

namespace {

/// ,"key":"text"
void add_text(std::string& out, std::string_view key, std::string_view text) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":", key);
    meta::json_string(text, out);
}

const Entity& noun_of(const Store& store, const DumpLine& line) {
    const Entity* noun = store.model().find(line.text("noun"));
    if (noun == nullptr)
        refuse_dump(fmt::format("there is no noun '{}'", text::clipped(line.text("noun"), 40)));
    return *noun;
}

template <class Words>
void check_word(const Words& valid, std::string_view key, std::string_view word) {
    if (std::ranges::find(valid, word) == std::end(valid))
        refuse_dump(fmt::format("{}: '{}' is not a valid value; valid values are {}", key,
                                text::visible(text::clipped(word, 40)), fmt::join(valid, ", ")));
}

bool is_hexadecimal(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// --- sequence: the last number that a noun has had

void write_sequences(Store& store, std::string& out, const Flush& /*flush*/) {
    sql::Statement sequences =
        store.db().prepare(R"(SELECT "noun", "last" FROM "sequence" ORDER BY "noun")");
    while (sequences.step())
        out += fmt::format("{{\"kind\":\"sequence\",\"noun\":\"{}\",\"last\":{}}}\n",
                           sequences.text(0), sequences.integer(1));
}

void put_sequence(Writer& writer, const DumpLine& line) {
    writer.count_from(noun_of(writer.store(), line), line.number("last", 0).value_or(0));
}

// --- tag: one that is known, whether records have it or not

void write_tags(Store& store, std::string& out, const Flush& /*flush*/) {
    sql::Statement tags = store.db().prepare(R"(SELECT "name" FROM "tag" ORDER BY "key")");
    while (tags.step()) {
        out += R"({"kind":"tag")";
        add_text(out, "name", tags.text(0));
        out += "}\n";
    }
}

void put_tag(Writer& writer, const DumpLine& line) {
    if (auto valid = store::check_tag(line.text("name")); !valid)
        throw std::move(valid.error());
    writer.keep_tag(text::trimmed(line.text("name")));
}

// --- consent: a line of the ledger. The number of its operation is left out: the history is no
// part of an export.

void write_consent(Store& store, std::string& out, const Flush& flush) {
    if (!store.db().has_table("consent"))
        return;
    constexpr std::string_view keys[] = {"at",    "hash", "base",  "address", "channel",
                                         "topic", "act",  "basis", "source",  "proof"};
    sql::Statement lines = store.db().prepare(R"(
        SELECT "at", "key", "base", "address", "channel", "topic", "act", "basis", "source", "proof"
        FROM "consent" ORDER BY "id")");
    while (lines.step()) {
        out += R"({"kind":"consent")";
        for (int i = 0; i < lines.columns(); ++i)
            if (!lines.null(i))
                add_text(out, keys[i], lines.text(i));
        out += "}\n";
        flush();
    }
}

void add_consent(Writer& writer, store::ConsentLine line) {
    constexpr std::size_t digits = 64;
    if (!is_hexadecimal(line.key, digits) || !is_hexadecimal(line.base, digits))
        refuse_dump("the hash of an address is not valid");
    if (!iso_instant(line.at))
        refuse_dump("a line about consent has no valid time");
    check_word(store::consent_acts, "act", line.act);
    if (!line.proof.empty() && !is_hexadecimal(line.proof, digits))
        refuse_dump("the proof of a line about consent is not a hash");
    if (!line.address.empty() && (store::consent_key(line.channel, line.address) != line.key ||
                                  store::consent_base(line.channel, line.address) != line.base))
        refuse_dump("the hash of an address does not match it");
    writer.write_waiting();
    writer.consent().add(std::move(line));
}

void put_consent(Writer& writer, const DumpLine& line) {
    const auto channel = store::channel_named(line.text("channel"));
    if (!channel)
        refuse_dump("a line about consent has no valid channel");
    const auto text = [&](std::string_view key) { return std::string(line.text(key)); };
    add_consent(writer, {.at = text("at"),
                         .key = text("hash"),
                         .base = text("base"),
                         .address = text("address"),
                         .channel = *channel,
                         .topic = text("topic"),
                         .act = text("act"),
                         .basis = text("basis"),
                         .source = text("source"),
                         .proof = text("proof")});
}

/// Exports of earlier releases have the hash of an address that was erased, and nothing else.
void put_suppression(Writer& writer, const DumpLine& line) {
    const std::string hash(line.text("hash"));
    add_consent(writer, {.at = writer.info().clock.now.iso(),
                         .key = hash,
                         .base = hash,
                         .act = "out",
                         .source = "erased"});
}

// --- campaign_mail: which address has had which step of which campaign, and what the mail was
// filled with. Records are named by their numbers, as they may be gone.

constexpr std::string_view campaign_mail_numbers[] = {"campaign", "step", "member", "mail",
                                                      "position"};

void write_campaign_mail(Store& store, std::string& out, const Flush& flush) {
    if (!store.db().has_table("campaign_mail"))
        return;
    sql::Statement all = store.db().prepare(R"(
        SELECT "key", "variant", "values", "campaign", "step", "member", "mail", "position"
        FROM "campaign_mail" ORDER BY "id")");
    while (all.step()) {
        out += R"({"kind":"campaign_mail")";
        add_text(out, "key", all.text(0));
        for (int i = 0; i < static_cast<int>(std::size(campaign_mail_numbers)); ++i)
            fmt::format_to(std::back_inserter(out), ",\"{}\":{}", campaign_mail_numbers[i],
                           all.integer(i + 3));
        for (const auto& [name, at] : {std::pair("variant", 1), {"values", 2}})
            if (!all.null(at))
                add_text(out, name, all.text(at));
        out += "}\n";
        flush();
    }
}

void put_campaign_mail(Writer& writer, const DumpLine& line) {
    constexpr std::size_t digits = 32;
    if (!is_hexadecimal(line.text("key"), digits))
        refuse_dump("the key of a mail of a campaign is not valid");
    std::int64_t numbers[std::size(campaign_mail_numbers)];
    for (std::size_t i = 0; i < std::size(numbers); ++i) {
        const auto number = line.number(campaign_mail_numbers[i], 1);
        if (!number)
            refuse_dump("a mail of a campaign has no campaign, step, member or mail");
        numbers[i] = *number;
    }
    if (const std::string_view filled = line.text("values"); !filled.empty()) {
        JsonReader values(filled);
        values.object([&](const std::string&) { values.array([&] { values.text(); }); });
        values.end();
    }
    const auto text_or_null = [&](std::string_view key) {
        const std::string_view text = line.text(key);
        return text.empty() ? View() : View(text);
    };
    writer.write_waiting();
    sql::make_campaign_mail(writer.store().db());
    sql::Statement put = writer.store().db().prepare(R"(
        INSERT INTO "campaign_mail"("key", "campaign", "step", "member", "mail", "position",
            "variant", "values")
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT("key") DO NOTHING RETURNING "id")");
    if (!put.with(line.text("key"), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
                  text_or_null("variant"), text_or_null("values"))
             .step())
        refuse_dump("the key of a mail of a campaign is given twice");
}

// --- cursor: a record that a job of `segment each --entered` has done

void write_cursors(Store& store, std::string& out, const Flush& flush) {
    if (!store::has_cursors(store))
        return;
    sql::Statement cursors = store.db().prepare(
        R"(SELECT "name", "noun", "record" FROM "cursor" ORDER BY "name", "noun", "record")");
    while (cursors.step()) {
        const Entity* noun = store.model().by_number(static_cast<int>(cursors.integer(1)));
        if (noun == nullptr)
            continue;
        out += R"({"kind":"cursor")";
        add_text(out, "name", cursors.text(0));
        out += fmt::format(",\"noun\":\"{}\",\"last\":{}}}\n", noun->noun, cursors.integer(2));
        flush();
    }
}

void put_cursor(Writer& writer, const DumpLine& line) {
    const std::string name(line.text("name"));
    const std::int64_t record = line.number("last", 0).value_or(0);
    if (name.empty() || record == 0)
        refuse_dump("a cursor has no name or no record");
    store::move_cursor(writer.store(), name, noun_of(writer.store(), line), record);
}

// --- gate_run: a measurement of `gate --record`

void write_gate_runs(Store& store, std::string& out, const Flush& flush) {
    store::each_gate_run(store, [&](const store::GateRun& run) {
        out += R"({"kind":"gate_run")";
        const auto member = [&](std::string_view key, const std::string& text) {
            if (text.empty())
                out += fmt::format(",\"{}\":null", key);
            else
                add_text(out, key, text);
        };
        member("at", run.at);
        member("file", run.file);
        member("gate", run.gate);
        member("state", run.state);
        member("value", run.value);
        member("base", run.base ? std::to_string(*run.base) : "");
        member("limit", run.limit);
        out += "}\n";
        flush();
    });
}

/// A decimal number as it is written; an empty one is none.
bool is_decimal(std::string_view text) {
    if (text.empty())
        return true;
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const auto point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const auto has_digits = [](std::string_view part) {
        return !part.empty() && part.size() <= 20 &&
               std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    return has_digits(whole) && (point == text.npos || has_digits(text.substr(point + 1)));
}

void put_gate_run(Writer& writer, const DumpLine& line) {
    const auto text = [&](std::string_view key) { return std::string(line.text(key)); };
    store::GateRun run{.at = text("at"),
                       .file = text("file"),
                       .gate = text("gate"),
                       .state = text("state"),
                       .value = text("value"),
                       .limit = text("limit")};
    if (!iso_instant(run.at) || run.gate.empty())
        refuse_dump("the run of a gate has no valid time or no gate");
    check_word(store::gate_states, "state", run.state);
    for (const auto& [key, number] : {std::pair("value", &run.value), {"limit", &run.limit}})
        if (!is_decimal(*number))
            refuse_number(key, *number);
    if (const std::string_view base = line.text("base"); !base.empty())
        run.base = whole_number("base", base, std::numeric_limits<std::int64_t>::min());
    store::add_gate_run(writer.store(), run);
}

// --- blob: the bytes of an attachment

void write_blobs(Store& store, std::string& out, const Flush& flush) {
    sql::Statement blobs =
        store.db().prepare(R"(SELECT "hash", "bytes" FROM "blob" ORDER BY "hash")");
    while (blobs.step()) {
        out += fmt::format("{{\"kind\":\"blob\",\"hash\":\"{}\",\"data\":\"{}\"}}\n", blobs.text(0),
                           to_base64(blobs.text(1)));
        flush();
    }
}

void put_blob(Writer& writer, const DumpLine& line) {
    if (writer.keep_blob(from_base64(line.text("data"))) != line.text("hash"))
        refuse_dump("the bytes of an attachment do not match their hash");
}

void write_nothing(Store& /*store*/, std::string& /*out*/, const Flush& /*flush*/) {}

constexpr DumpTable table_of_kinds[] = {
    {"sequence", true, write_sequences, put_sequence},
    {"tag", true, write_tags, put_tag},
    {"suppression", false, write_nothing, put_suppression},
    {"consent", false, write_consent, put_consent},
    {"campaign_mail", false, write_campaign_mail, put_campaign_mail},
    {"cursor", false, write_cursors, put_cursor},
    {"gate_run", false, write_gate_runs, put_gate_run},
    {"blob", false, write_blobs, put_blob},
};

}  // namespace

std::span<const DumpTable> dump_tables() {
    return table_of_kinds;
}

}  // namespace crm::exchange
