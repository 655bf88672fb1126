#include "base/error.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "exchange/dump.hpp"
#include "exchange/dump_record.hpp"
#include "exchange/dump_tables.hpp"
#include "sql/campaign_records.hpp"
#include "sql/schema.hpp"
#include "store/check.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace crm::exchange {

using form::JsonReader;
using meta::Entity;
using store::Record;

namespace {

/// Links in mail that was sent, and answers to it, are read with it.
std::uint64_t read_seed(std::string_view text) {
    constexpr int hexadecimal = 16;
    std::uint64_t out = 0;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), out, hexadecimal);
    if (failed != std::errc() || end != text.data() + text.size())
        refuse_dump("the seed is not a number");
    return out;
}

class Loader {
public:
    Loader(store::Writer& writer, const std::string& file)
        : writer_(writer),
          store_(writer.store()),
          file_(file),
          how_{.clock = &writer.info().clock, .kept = true} {}

    void line(std::string_view line, long number) {
        try {
            number_ = number;
            read_line(line);
        } catch (Error& e) {
            if (e.fault == Fault::refused || e.fault == Fault::usage)
                throw at(number, std::move(e));
            throw;
        }
    }

    /// Refuses a dump that is not complete or that says what could not be typed. Returns the number
    /// of records.
    std::int64_t finish();

private:
    Error at(long number, Error e) const;
    void read_line(std::string_view line);
    void describe(const DumpLine& line);
    void put(DumpedRecord&& read);
    void put(const DumpLine& line);
    std::int64_t named(const Entity& noun, const std::string& name);
    void put_old_campaigns();
    std::int64_t template_of(const std::string& text);
    void check_links() const;
    void check_bytes() const;
    void check_contents() const;

    store::Writer& writer_;
    store::Store& store_;
    const std::string& file_;
    const meta::Reading how_;  // words that have left their sets: `check_contents` finds them
    DumpIndex index_;
    std::map<std::pair<const Entity*, std::string>, std::int64_t> named_;
    std::vector<std::pair<Record, OldCampaign>> old_campaigns_;  // wait for the other records
    long number_ = 0;                                            // of the line
    bool has_records_ = false;                                   // other than fields
    std::int64_t records_ = 0;
    std::int64_t expected_ = -1;  // as the first line says; -1 where an older one does not
};

/// An error with the place in the file.
Error Loader::at(long number, Error e) const {
    e.message = fmt::format("{}:{}: {}; nothing was changed", file_, number, e.message);
    return e;
}

void Loader::read_line(std::string_view text) {
    JsonReader in(text, {.depth = 32, .text = std::size_t{400} << 20});
    std::optional<DumpedRecord> record;
    std::optional<DumpLine> line;
    in.object([&](const std::string& key) {
        if (record) {
            record->read(in, key);
        } else if (line) {
            line->read(in, key);
        } else if (key != "kind") {
            refuse_dump("a line does not begin with its kind");
        } else if (std::string kind = in.text(); const Entity* noun = store_.model().find(kind)) {
            record.emplace(*noun, how_, [this](const Entity& other, const std::string& name) {
                return named(other, name);
            });
        } else {
            line.emplace(std::move(kind));
        }
    });
    in.end();
    if ((number_ == 1) != (line && line->kind() == "store"))
        refuse_dump("the first line, and no other, describes the database");
    if (record)
        put(std::move(*record));
    else if (number_ == 1)
        describe(*line);
    else
        put(line.value_or(DumpLine("")));
}

void Loader::describe(const DumpLine& line) {
    if (const auto schema = line.number("schema", 0); schema > dump_schema)
        refuse_dump(fmt::format("it was written by a newer crm (schema {})", *schema));
    expected_ = line.number("records", 0).value_or(-1);
    if (const auto seed = line.text("seed"); !seed.empty())
        store_.set_seed(read_seed(seed));
    const std::string currency(line.text("currency"));
    if (currency.empty())
        return;
    if (!known_currency(currency))
        throw Error(Fault::usage, "unknown_currency",
                    fmt::format("'{}' is not a currency of ISO 4217",
                                text::visible(text::clipped(currency, 40))));
    store_.set_currency(currency);
}

void Loader::put(DumpedRecord&& read) {
    Record& record = read.record;
    if (record.id == 0 || record.uid.empty())
        refuse_dump("a record has no id or no uid");
    if (!record.deleted_at.empty() && !iso_instant(record.deleted_at))
        refuse_dump("deleted_at is not a valid date and time");
    // Fields are columns of tables that are written as a whole.
    if (record.entity->role != meta::Role::field)
        has_records_ = true;
    else if (has_records_)
        refuse_dump("fields come before all other records");
    if (const long first = index_.add(record, number_); first != number_)
        refuse_dump(fmt::format("{} is given twice, first in line {}", record.short_id(), first));
    for (DumpLink& link : read.links) {
        link.line = number_;
        index_.link(link);
    }
    if (read.old.empty())
        writer_.put(record);
    else
        old_campaigns_.emplace_back(std::move(record), std::move(read.old));
    ++records_;
}

void Loader::put(const DumpLine& line) {
    const auto table = std::ranges::find(dump_tables(), line.kind(), &DumpTable::kind);
    if (table == dump_tables().end())
        refuse_dump(fmt::format("there is no noun '{}'", text::clipped(line.kind(), 40)));
    table->put(writer_, line);
}

/// Exports of earlier releases have texts where there are links now: the first makes the record.
std::int64_t Loader::named(const Entity& noun, const std::string& name) {
    const auto [known, is_new] = named_.try_emplace({&noun, text::folded(name)}, 0);
    if (is_new) {
        Record record(noun);
        record.put(*noun.name(), {Value(std::string(text::trimmed(name)))});
        known->second = writer_.add(record);
        index_.add(record, number_);
    }
    return known->second;
}

/// The template of that name, else a new one that is the text.
std::int64_t Loader::template_of(const std::string& text) {
    const Entity& noun = store_.model().get("template");
    if (!store_.db().has_table(noun.noun))
        sql::make_tables(store_.db(), noun);
    if (const auto known = store_.look_up(meta::Lookup::name, text::folded(text), noun);
        !known.empty())
        return known.front();
    Record record(noun);
    record.put_text("name", text::clipped(text, 60));
    record.put_text("body", text);
    const std::int64_t id = writer_.add(record);
    index_.add(record, number_);
    writer_.write_waiting();
    return id;
}

/// Members and templates of exports of earlier releases, when all other records are there.
void Loader::put_old_campaigns() {
    const Entity& noun = store_.model().get("member");
    for (auto& [campaign, old] : old_campaigns_) {
        writer_.write_waiting();
        if (!old.template_text.empty())
            campaign.put(campaign.field("template"), {Value(template_of(old.template_text))});
        writer_.put(campaign);
        for (const OldCampaign::Member& member : old.members) {
            Record record(noun);
            record.put(record.field("campaign"), {Value(campaign.id)});
            record.put(record.field("who"),
                       {Value(std::int64_t{member.noun->number}), Value(member.who)});
            const sql::OldStanding standing =
                sql::old_standing(record.field("rank"), member.status);
            record.put_text("rank", std::string(standing.rank));
            if (!standing.mark.empty())
                record.put_text(standing.mark, writer_.info().clock.now.iso());
            writer_.add(record);
            index_.add(record, number_);
        }
    }
}

std::int64_t Loader::finish() {
    writer_.write_waiting();
    put_old_campaigns();
    writer_.write_waiting();
    if (expected_ >= 0 && records_ != expected_)
        refuse_dump(fmt::format("{}: it was cut off: {} of {} records; nothing was changed", file_,
                                records_, expected_));
    check_links();
    check_bytes();
    check_contents();
    return records_;
}

void Loader::check_links() const {
    if (const auto broken = index_.broken_link())
        throw at(broken->line, Error(Fault::refused, "bad_dump",
                                     fmt::format("{}: there is no {}", broken->field->name(),
                                                 meta::short_id(*broken->to, broken->id))));
}

void Loader::check_bytes() const {
    sql::Statement missing = store_.db().prepare(R"(
        SELECT 1 FROM "attachment"
        WHERE "hash" NOT IN (SELECT "hash" FROM "blob") LIMIT 1)");
    if (missing.step())
        refuse_dump(fmt::format(
            "{}: it was cut off: the bytes of an attachment are missing; nothing was changed",
            file_));
}

/// What `crm check` would find, and what the rules say of all records together.
void Loader::check_contents() const {
    const store::OperationInfo& info = writer_.info();
    store::check_contents(store_, info.clock, info.user, [&](const store::Finding& finding) {
        throw at(index_.line(*finding.entity, finding.id),
                 Error(finding.fault, "bad_dump", finding.says));
    });
}

/// Whether the lines are what an export of the store would be, and how many records that has.
bool is_export_of(store::Store& store, std::string_view lines, std::int64_t& records) {
    bool same = true;
    records = dump(store, [&](std::string_view piece) {
        same = same && lines.starts_with(piece);
        lines.remove_prefix(std::min(piece.size(), lines.size()));
    });
    return same && lines.empty();
}

}  // namespace

LoadCount load(store::Writer& writer, std::string_view lines, const std::string& file) {
    store::Store& store = writer.store();
    for (const Entity* noun : store.nouns()) {
        if (store::Selection any(store, *noun); any.count() == 0)
            continue;
        if (std::int64_t records = 0; is_export_of(store, lines, records))
            return {.read = records};
        throw Error(Fault::refused, "not_empty",
                    fmt::format("a whole database is imported into an empty one, and this one "
                                "has {}",
                                noun->plural),
                    "crm --db new.db init; crm --db new.db import " + file);
    }
    writer.begin_bulk_load();
    Loader loader(writer, file);
    long number = 0;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = text::trimmed(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        ++number;
        if (line.empty() && number > 1)
            continue;
        loader.line(line, number);
    }
    const std::int64_t records = loader.finish();
    return {.read = records, .added = records};
}

}  // namespace crm::exchange
