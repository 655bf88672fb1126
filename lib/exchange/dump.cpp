#include "exchange/dump.hpp"

#include "base/base64.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "exchange/dump_records.hpp"
#include "form/json_reader.hpp"
#include "sql/campaign_records.hpp"
#include "sql/schema.hpp"
#include "store/assign.hpp"
#include "store/check.hpp"
#include "store/consent.hpp"
#include "store/cursor.hpp"
#include "store/custom.hpp"
#include "store/gate_run.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <map>
#include <tuple>

namespace crm::exchange {

using form::JsonReader;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;
using store::Record;

constexpr int dump_schema = 1;
/// Numbers in a file end well below those that a database can have, so that records can be added.
constexpr std::int64_t last_number = 1'000'000'000'000;
constexpr std::size_t most_buffered = std::size_t{1} << 16;

namespace {

void write_records(store::Store& store, const Entity& entity, bool trash, std::string& out,
                   const std::function<void()>& flush) {
    store::Selection all(store, entity);
    all.trash = trash;
    std::vector<std::string> titles{"id", "uid"};
    for (const FieldInfo& field : entity.fields())
        if (!field.is(meta::mirror) && !field.computed())
            titles.emplace_back(field.name());
    titles.emplace_back("deleted_at");
    for (const std::string& title : titles)
        all.columns.push_back(*store::select_column(entity, title));
    all.each([&](std::span<const std::span<const View>> cells) {
        out += fmt::format("{{\"kind\":\"{}\"", entity.noun);
        for (std::size_t i = 0; i < titles.size(); ++i) {
            out += fmt::format(",\"{}\":", titles[i]);
            if (const FieldInfo* field = all.columns[i].field; field != nullptr)
                meta::json(*field, cells[i], out);
            else if (cells[i].front().null())
                out += "null";
            else
                meta::json_string(cells[i].front().text, out);
        }
        out += "}\n";
        flush();
        return true;
    });
}

/// The nouns in the order in which they are written: fields first, the others' records have them.
std::vector<const Entity*> nouns_to_dump(store::Store& store) {
    auto nouns = store.nouns();
    std::ranges::stable_partition(
        nouns, [](const Entity* noun) { return noun->role == meta::Role::field; });
    return nouns;
}

std::int64_t count_records(store::Store& store, std::span<const Entity* const> nouns) {
    std::int64_t records = 0;
    for (const Entity* noun : nouns) {
        sql::Statement count = store.db().prepare(fmt::format(
            R"(SELECT count(*) FROM {} WHERE "undone" IS NULL)", sql::quoted(noun->noun)));
        if (count.step())
            records += count.integer(0);
    }
    return records;
}

void write_sequences(store::Store& store, std::string& out) {
    sql::Statement sequences =
        store.db().prepare(R"(SELECT "noun", "last" FROM "sequence" ORDER BY "noun")");
    while (sequences.step())
        out += fmt::format("{{\"kind\":\"sequence\",\"noun\":\"{}\",\"last\":{}}}\n",
                           sequences.text(0), sequences.integer(1));
}

void write_tags(store::Store& store, std::string& out) {
    sql::Statement tags = store.db().prepare(R"(SELECT "name" FROM "tag" ORDER BY "key")");
    while (tags.step()) {
        out += R"({"kind":"tag","name":)";
        meta::json_string(tags.text(0), out);
        out += "}\n";
    }
}

/// The consent ledger. The number of an operation is left out: the history is no part of a dump.
void write_consent(store::Store& store, std::string& out) {
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
            if (!lines.null(i)) {
                out += fmt::format(",\"{}\":", keys[i]);
                meta::json_string(lines.text(i), out);
            }
        out += "}\n";
    }
}

/// Which address has had which step of which campaign. Records are named by their numbers, as they
/// may be gone.
void write_campaign_mail(store::Store& store, std::string& out) {
    if (!store.db().has_table("campaign_mail"))
        return;
    sql::Statement all = store.db().prepare(R"(
        SELECT "key", "campaign", "step", "member", "mail", "position", "variant", "values"
        FROM "campaign_mail" ORDER BY "id")");
    while (all.step()) {
        out += fmt::format(
            R"({{"kind":"campaign_mail","key":"{}","campaign":{},"step":{},"member":{},"mail":{},)"
            R"("position":{})",
            all.text(0), all.integer(1), all.integer(2), all.integer(3), all.integer(4),
            all.integer(5));
        for (const auto& [name, at] : {std::pair("variant", 6), {"values", 7}})
            if (!all.null(at)) {
                out += fmt::format(",\"{}\":", name);
                meta::json_string(all.text(at), out);
            }
        out += "}\n";
    }
}

void write_cursors(store::Store& store, std::string& out) {
    if (!store::has_cursors(store))
        return;
    sql::Statement cursors = store.db().prepare(
        R"(SELECT "name", "noun", "record" FROM "cursor" ORDER BY "name", "noun", "record")");
    while (cursors.step()) {
        const Entity* noun = store.model().by_number(static_cast<int>(cursors.integer(1)));
        if (noun == nullptr)
            continue;
        out += R"({"kind":"cursor","name":)";
        meta::json_string(cursors.text(0), out);
        out += fmt::format(",\"noun\":\"{}\",\"last\":{}}}\n", noun->noun, cursors.integer(2));
    }
}

void write_gate_runs(store::Store& store, std::string& out) {
    store::each_gate_run(store, [&](const store::GateRun& run) {
        out += R"({"kind":"gate_run")";
        const auto member = [&](std::string_view key, const std::string& text) {
            out += fmt::format(",\"{}\":", key);
            if (text.empty())
                out += "null";
            else
                meta::json_string(text, out);
        };
        member("at", run.at);
        member("file", run.file);
        member("gate", run.gate);
        member("state", run.state);
        member("value", run.value);
        member("base", run.base ? std::to_string(*run.base) : "");
        member("limit", run.limit);
        out += "}\n";
    });
}

void write_blobs(store::Store& store, std::string& out, const std::function<void()>& flush) {
    sql::Statement blobs =
        store.db().prepare(R"(SELECT "hash", "bytes" FROM "blob" ORDER BY "hash")");
    while (blobs.step()) {
        out += fmt::format("{{\"kind\":\"blob\",\"hash\":\"{}\",\"data\":\"{}\"}}\n", blobs.text(0),
                           to_base64(blobs.text(1)));
        flush();
    }
}

}  // namespace

void dump(store::Store& store, const std::function<void(std::string_view)>& write) {
    // Values of fields in the trash come back when the fields are restored, here as there.
    store::join_trashed_fields(store);
    const auto nouns = nouns_to_dump(store);
    // The number of records comes first, so that a file that was cut off is noticed.
    std::string out = fmt::format(R"({{"kind":"store","schema":{},"currency":)", dump_schema);
    meta::json_string(store.currency(), out);
    out += fmt::format(",\"records\":{}}}\n", count_records(store, nouns));
    const auto flush = [&] {
        if (out.size() < most_buffered)
            return;
        write(out);
        out.clear();
    };
    write_sequences(store, out);
    write_tags(store, out);
    for (const Entity* noun : nouns) {
        write_records(store, *noun, false, out, flush);
        write_records(store, *noun, true, out, flush);
    }
    write_consent(store, out);
    write_campaign_mail(store, out);
    write_cursors(store, out);
    write_gate_runs(store, out);
    write_blobs(store, out, flush);
    write(out);
}

namespace {

[[noreturn]] void bad(std::string why) {
    throw Error(Fault::refused, "bad_dump", std::move(why));
}

/// A field that earlier releases called otherwise.
const FieldInfo* renamed_field(const Entity& noun, std::string_view key) {
    return noun.noun == "contract" && key == "plan" ? noun.find("sla") : nullptr;
}

/// Whether a field that is a link now was a text in earlier releases.
bool was_text(const FieldInfo& field) {
    return field.to != nullptr && (field.to->noun == "queue" || field.to->noun == "sla");
}

/// Gives the record of a noun that has a name.
using NamedRecord = std::function<std::int64_t(const Entity&, const std::string&)>;

/// What a campaign of an earlier release has that is other records now.
struct OldCampaign {
    struct Member {
        const Entity* noun = nullptr;
        std::int64_t who = 0;
        std::string status;
    };
    std::vector<Member> members;
    std::string template_text;

    bool empty() const { return members.empty() && template_text.empty(); }
};

/// Reads one record's members into cells. Links are the ids that the dump gave them.
class Line {
public:
    Line(JsonReader& in, Record& record, const meta::Reading& how, std::vector<DumpLink>& links,
         NamedRecord named, OldCampaign& old)
        : in_(in),
          model_(record.entity->model()),
          record_(record),
          how_(how),
          links_(links),
          named_(std::move(named)),
          old_(old) {}

    void member(const std::string& key) {
        if (key == "id") {
            const std::string text = in_.text();
            const auto [entity, number] = id(text);
            if (entity != record_.entity)
                bad(fmt::format("'{}' is not the id of {}", text,
                                meta::with_article(record_.entity->word)));
            record_.id = number;
        } else if (key == "uid") {
            record_.uid = in_.text();
        } else if (key == "deleted_at") {
            if (auto at = text_or_null())
                record_.deleted_at = *at;
        } else {
            const FieldInfo* field = record_.entity->find(key);
            if (field == nullptr && record_.entity->noun == "campaign" && key == "members")
                return old_members();
            if (field == nullptr)
                field = renamed_field(*record_.entity, key);
            if (field == nullptr)
                bad(fmt::format("{} has no field '{}'", record_.entity->noun,
                                text::clipped(key, 60)));
            if (field->computed())
                return void(in_.skip());
            if (field->type() == Type::rows)
                rows(*field);
            else
                value(*field, std::span(record_.cells).subspan(field->first, field->cells));
        }
    }

private:
    std::pair<const Entity*, std::int64_t> id(std::string_view text) {
        const auto digits = std::min(text.find_first_of("0123456789"), text.size());
        std::int64_t n = 0;
        const auto [end, wrong] =
            std::from_chars(text.data() + digits, text.data() + text.size(), n);
        const Entity* entity = model_.by_prefix(text.substr(0, digits));
        if (entity == nullptr || wrong != std::errc{} || end != text.data() + text.size() ||
            n <= 0 || n > last_number)
            bad(fmt::format("'{}' is not an id", text::clipped(text, 40)));
        return {entity, n};
    }

    /// The record that a field links to.
    std::pair<const Entity*, std::int64_t> target(const FieldInfo& field) {
        const auto [entity, number] = id(in_.text());
        if (field.to != nullptr && entity != field.to)
            bad(fmt::format("{}: {} is not {}", field.name(), meta::short_id(*entity, number),
                            meta::with_article(field.to->word)));
        links_.push_back({&field, entity, number, 0});
        return {entity, number};
    }

    std::optional<std::string> text_or_null() {
        if (in_.next() == JsonReader::Kind::text)
            return in_.text();
        if (in_.next() != JsonReader::Kind::null)
            bad("a value is not a text");
        in_.skip();
        return {};
    }

    void value(const FieldInfo& field, std::span<Value> cells) {
        if (in_.next() == JsonReader::Kind::null)
            return void(in_.skip());
        if (field.is(meta::many)) {
            list(field, cells);
        } else if (record_.entity->noun == "campaign" && field.name() == "template" &&
                   in_.next() == JsonReader::Kind::text) {
            old_.template_text = text::trimmed(in_.text());
        } else if (was_text(field) && in_.next() == JsonReader::Kind::text) {
            cells.back() = named_(*field.to, in_.text());
        } else if (field.type() == Type::link) {
            in_.object([&](const std::string& key) {
                if (key != "id")
                    return void(in_.skip());
                const auto [entity, number] = target(field);
                if (field.to == nullptr)
                    cells.front() = std::int64_t{entity->number};
                cells.back() = number;
            });
        } else if (field.type() == Type::address) {
            in_.object([&](const std::string& key) {
                const auto parts = meta::address_parts();
                const auto part = std::ranges::find(parts, key);
                if (part == parts.end())
                    bad(fmt::format("an address has no '{}'", text::clipped(key, 60)));
                if (auto text = text_or_null(); text && !text::trimmed(*text).empty())
                    cells[static_cast<std::size_t>(part - parts.begin())] =
                        std::string(text::trimmed(*text));
            });
        } else if (field.type() == Type::money) {
            std::string amount, currency;
            in_.object([&](const std::string& key) {
                (key == "amount" ? amount : currency) = in_.text();
            });
            read(field, amount + " " + currency, cells);
        } else if (field.type() == Type::boolean) {
            const std::string_view word = in_.skip();
            if (word != "true" && word != "false")
                bad(fmt::format("{} is not true or false", field.name()));
            cells.front() = std::int64_t{word == "true" ? 1 : 0};
        } else if (field.columns.front().integer) {
            read(field, in_.skip(), cells);
        } else if (std::string text = in_.text(); !is_free(field.type())) {
            read(field, text, cells);
        } else if (!text::trimmed(text).empty()) {
            cells.front() = std::move(text);
        }
    }

    static bool is_free(Type type) {
        return type == Type::text || type == Type::prose || type == Type::url;
    }

    /// A value as it would be typed. What is a set now had other words in earlier releases.
    void read(const FieldInfo& field, std::string_view text, std::span<Value> cells) {
        meta::Reading how = how_;
        how.foreign = field.type() == Type::choice;
        auto values = meta::read(field, text, how);
        if (!values)
            throw std::move(values.error());
        std::ranges::move(*values, cells.begin());
    }

    void list(const FieldInfo& field, std::span<Value> cells) {
        std::vector<Item> items;
        std::string lines;
        in_.array([&] {
            Item item;
            if (in_.next() == JsonReader::Kind::object) {
                in_.object([&](const std::string& key) {
                    if (key == "value")
                        item.value = in_.text();
                    else if (key == "type") {
                        if (auto labels = text_or_null())
                            item.labels = meta::read_labels(*labels);
                    } else
                        in_.skip();
                });
            } else {
                item.value = in_.text();
            }
            lines += (lines.empty() ? "" : "\n") + item.value;
            items.push_back(std::move(item));
        });
        if (items.empty())
            return;
        if (field.name() == "tags")
            for (const Item& item : items)
                if (auto valid = store::check_tag(item.value); !valid)
                    throw std::move(valid.error());
        read(field, field.type() == Type::extra ? lines : meta::items_text(items), cells);
    }

    void old_members() {
        const FieldInfo& who = *model_.get("member").find("who");
        in_.array([&] {
            OldCampaign::Member member;
            in_.object([&](const std::string& key) {
                if (key == "id" && in_.next() == JsonReader::Kind::text)
                    std::tie(member.noun, member.who) = target(who);
                else if (key == "status")
                    member.status = text_or_null().value_or("");
                else
                    in_.skip();
            });
            if (member.noun != nullptr)
                old_.members.push_back(std::move(member));
        });
    }

    void rows(const FieldInfo& field) {
        in_.array([&] {
            const FieldInfo &first = field.rows.front(), &last = field.rows.back();
            store::RowCells row(last.first + last.cells);
            in_.object([&](const std::string& key) {
                if (first.type() == Type::link && key == "id") {
                    if (in_.next() == JsonReader::Kind::null)
                        return void(in_.skip());
                    const auto [noun, number] = target(first);
                    if (first.cells > 1)
                        row[first.first] = std::int64_t{noun->number};
                    row[first.first + first.cells - 1] = number;
                    return;
                }
                const auto inner = std::ranges::find(field.rows, std::string_view(key),
                                                     [](const FieldInfo& p) { return p.name(); });
                if (inner == field.rows.end() || inner->computed())
                    return void(in_.skip());
                value(*inner, std::span(row).subspan(inner->first, inner->cells));
            });
            drop_name_of_record(field, row);
            record_.rows[field.first].push_back(std::move(row));
        });
    }

    /// The name of a row that leads to a record is that of the record.
    static void drop_name_of_record(const FieldInfo& field, store::RowCells& row) {
        if (std::holds_alternative<std::monostate>(row[field.rows.front().cells - 1]))
            return;
        for (const FieldInfo& inner : field.rows)
            if (meta::is_name_of_row(field, inner))
                row[inner.first] = Value();
    }

    JsonReader& in_;
    const meta::Model& model_;
    Record& record_;
    const meta::Reading& how_;
    std::vector<DumpLink>& links_;
    NamedRecord named_;
    OldCampaign& old_;
};

/// Which address has had which step of a campaign, and what the mail was filled with.
struct CampaignMailLine {
    std::string key;
    std::int64_t campaign = 0, step = 0, member = 0, mail = 0, position = 0;
    std::string variant, values;
};

/// One line of a dump that is not a record.
struct Entry {
    std::string kind;
    std::string hash;
    std::string data;
    std::string name;
    std::string noun;
    store::ConsentLine consent;
    std::string channel;
    std::string currency;
    std::int64_t last = 0;
    std::int64_t schema = 0;
    std::int64_t records = -1;
    store::GateRun run{};
    CampaignMailLine campaign_mail{};
};

/// The text of a member of a gate's run; null where the line has another kind.
std::string* text_of_run(store::GateRun& run, std::string_view key) {
    if (key == "at")
        return &run.at;
    if (key == "file")
        return &run.file;
    if (key == "gate")
        return &run.gate;
    if (key == "state")
        return &run.state;
    if (key == "value")
        return &run.value;
    if (key == "limit")
        return &run.limit;
    return nullptr;
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
    std::optional<Record> read(std::string_view line, Entry& entry);
    static void read_campaign_mail(JsonReader& in, const std::string& key, CampaignMailLine& line);
    void put_campaign_mail(const CampaignMailLine& line);
    static void read_run(JsonReader& in, const std::string& key, store::GateRun& run);
    void put_run(const store::GateRun& run);
    void read_member(JsonReader& in, const std::string& key, Entry& entry);
    std::int64_t named(const Entity& noun, const std::string& name);
    void put(Record& record);
    void put(const Entry& entry);
    void put_old_campaigns();
    std::int64_t template_of(const std::string& text);
    void put_consent(const Entry& entry);
    void describe(const Entry& entry);
    void check_links() const;
    void check_bytes() const;
    void check_contents() const;

    store::Writer& writer_;
    store::Store& store_;
    const std::string& file_;
    const meta::Reading how_;  // words that have left their sets: `check_contents` finds them
    DumpRecords read_;
    std::map<std::pair<const Entity*, std::string>, std::int64_t> named_;
    std::vector<DumpLink> links_;                                // of the record that is read
    OldCampaign old_;                                            // of the record that is read
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

void Loader::read_line(std::string_view line) {
    Entry entry;
    std::optional<Record> record = read(line, entry);
    if ((number_ == 1) != (entry.kind == "store"))
        bad("the first line, and no other, describes the database");
    if (record)
        put(*record);
    else
        put(entry);
}

std::optional<Record> Loader::read(std::string_view line, Entry& entry) {
    links_.clear();
    old_ = {};
    JsonReader in(line, {.depth = 32, .text = std::size_t{400} << 20});
    std::optional<Record> record;
    in.object([&](const std::string& key) {
        if (entry.kind.empty()) {
            if (key != "kind")
                bad("a line does not begin with its kind");
            entry.kind = in.text();
            if (const Entity* noun = store_.model().find(entry.kind))
                record.emplace(*noun);
        } else if (record) {
            Line(
                in, *record, how_, links_,
                [this](const Entity& noun, const std::string& name) { return named(noun, name); },
                old_)
                .member(key);
        } else {
            read_member(in, key, entry);
        }
    });
    in.end();
    return record;
}

/// Where a member of a line of the consent ledger goes; null for any other.
std::string* consent_member(std::string_view key, Entry& entry) {
    store::ConsentLine& line = entry.consent;
    const std::pair<std::string_view, std::string*> members[] = {
        {"at", &line.at},       {"base", &line.base},     {"address", &line.address},
        {"topic", &line.topic}, {"act", &line.act},       {"basis", &line.basis},
        {"proof", &line.proof}, {"source", &line.source}, {"channel", &entry.channel}};
    const auto* found =
        std::ranges::find(members, key, &std::pair<std::string_view, std::string*>::first);
    return entry.kind == "consent" && found != std::end(members) ? found->second : nullptr;
}

[[noreturn]] void refuse_number(std::string_view key, std::string_view word) {
    bad(fmt::format("{}: '{}' is not a valid number", key, text::clipped(word, 40)));
}

std::int64_t whole_number(std::string_view key, std::string_view word, std::int64_t least) {
    std::int64_t n = 0;
    const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), n);
    if (wrong != std::errc{} || end != word.data() + word.size() || n < least)
        refuse_number(key, word);
    return n;
}

void Loader::read_run(JsonReader& in, const std::string& key, store::GateRun& run) {
    if (in.next() == JsonReader::Kind::null)
        return void(in.skip());
    if (std::string* text = text_of_run(run, key))
        *text = in.text();
    else if (key == "base")
        run.base = whole_number(key, in.text(), std::numeric_limits<std::int64_t>::min());
    else
        in.skip();
}

void Loader::read_campaign_mail(JsonReader& in, const std::string& key, CampaignMailLine& line) {
    if (key == "key" || key == "variant" || key == "values") {
        (key == "key" ? line.key : key == "variant" ? line.variant : line.values) = in.text();
        return;
    }
    const std::pair<std::string_view, std::int64_t*> numbers[] = {{"campaign", &line.campaign},
                                                                  {"step", &line.step},
                                                                  {"member", &line.member},
                                                                  {"mail", &line.mail},
                                                                  {"position", &line.position}};
    for (const auto& [name, number] : numbers)
        if (key == name) {
            *number = whole_number(key, in.skip(), 1);
            return;
        }
    in.skip();
}

void Loader::put_campaign_mail(const CampaignMailLine& line) {
    constexpr std::size_t digits = 32;
    if (line.key.size() != digits ||
        line.key.find_first_not_of("0123456789abcdef") != std::string::npos)
        bad("the key of a mail of a campaign is not valid");
    for (const std::int64_t number :
         {line.campaign, line.step, line.member, line.mail, line.position})
        if (number < 1 || number > last_number)
            bad("a mail of a campaign has no campaign, step, member or mail");
    if (!line.values.empty()) {
        JsonReader values(line.values);
        values.object([&](const std::string&) { values.array([&] { values.text(); }); });
        values.end();
    }
    writer_.write_waiting();
    sql::make_campaign_mail(store_.db());
    sql::Statement put = store_.db().prepare(R"(
        INSERT INTO "campaign_mail"("key", "campaign", "step", "member", "mail", "position",
            "variant", "values")
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT("key") DO NOTHING RETURNING "id")");
    if (!put.with(line.key, line.campaign, line.step, line.member, line.mail, line.position,
                  line.variant.empty() ? View() : View(std::string_view(line.variant)),
                  line.values.empty() ? View() : View(std::string_view(line.values)))
             .step())
        bad("the key of a mail of a campaign is given twice");
}

void Loader::read_member(JsonReader& in, const std::string& key, Entry& entry) {
    if (entry.kind == "gate_run")
        return read_run(in, key, entry.run);
    if (entry.kind == "campaign_mail")
        return read_campaign_mail(in, key, entry.campaign_mail);
    const auto number = [&] {
        const std::string_view word = in.skip();
        const std::int64_t n = whole_number(key, word, 0);
        if (n > last_number)
            refuse_number(key, word);
        return n;
    };
    if (key == "hash")
        entry.hash = in.text();
    else if (key == "data")
        entry.data = in.text();
    else if (key == "name")
        entry.name = in.text();
    else if (key == "noun")
        entry.noun = in.text();
    else if (std::string* text = consent_member(key, entry))
        *text = in.text();
    else if (key == "currency")
        entry.currency = in.text();
    else if (key == "last")
        entry.last = number();
    else if (key == "records")
        entry.records = number();
    else if (key == "schema")
        entry.schema = number();
    else
        in.skip();
}

/// Exports of earlier releases have texts where there are links now: the first makes the record.
std::int64_t Loader::named(const Entity& noun, const std::string& name) {
    const auto [known, is_new] = named_.try_emplace({&noun, text::folded(name)}, 0);
    if (is_new) {
        Record record(noun);
        record.put(*noun.name(), {Value(std::string(text::trimmed(name)))});
        known->second = writer_.add(record);
        read_.add(record, number_);
    }
    return known->second;
}

void Loader::put(Record& record) {
    if (record.id == 0 || record.uid.empty())
        bad("a record has no id or no uid");
    if (!record.deleted_at.empty() && !iso_instant(record.deleted_at))
        bad("deleted_at is not a valid date and time");
    // Fields are columns of tables that are written as a whole.
    if (record.entity->role != meta::Role::field)
        has_records_ = true;
    else if (has_records_)
        bad("fields come before all other records");
    if (const long first = read_.add(record, number_); first != number_)
        bad(fmt::format("{} is given twice, first in line {}", record.short_id(), first));
    for (DumpLink& link : links_) {
        link.line = number_;
        read_.link(link);
    }
    if (old_.empty())
        writer_.put(record);
    else
        old_campaigns_.emplace_back(record, std::move(old_));
    ++records_;
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
    read_.add(record, number_);
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
            read_.add(record, number_);
        }
    }
}

void Loader::describe(const Entry& entry) {
    if (entry.schema > dump_schema)
        bad(fmt::format("it was written by a newer crm (schema {})", entry.schema));
    expected_ = entry.records;
    if (entry.currency.empty())
        return;
    if (!known_currency(entry.currency))
        throw Error(Fault::usage, "unknown_currency",
                    fmt::format("'{}' is not a currency of ISO 4217",
                                text::visible(text::clipped(entry.currency, 40))));
    store_.set_currency(entry.currency);
}

void Loader::put(const Entry& entry) {
    const Entity* noun = store_.model().find(entry.noun);
    if (noun == nullptr && (entry.kind == "sequence" || entry.kind == "cursor"))
        bad(fmt::format("there is no noun '{}'", text::clipped(entry.noun, 40)));
    if (entry.kind == "store") {
        describe(entry);
    } else if (entry.kind == "sequence") {
        writer_.count_from(*noun, entry.last);
    } else if (entry.kind == "tag") {
        if (auto valid = store::check_tag(entry.name); !valid)
            throw std::move(valid.error());
        writer_.keep_tag(text::trimmed(entry.name));
    } else if (entry.kind == "cursor") {
        if (entry.name.empty() || entry.last == 0)
            bad("a cursor has no name or no record");
        store::move_cursor(store_, entry.name, *noun, entry.last);
    } else if (entry.kind == "gate_run") {
        put_run(entry.run);
    } else if (entry.kind == "campaign_mail") {
        put_campaign_mail(entry.campaign_mail);
    } else if (entry.kind == "suppression" || entry.kind == "consent") {
        put_consent(entry);
    } else if (entry.kind == "blob") {
        if (writer_.keep_blob(from_base64(entry.data)) != entry.hash)
            bad("the bytes of an attachment do not match their hash");
    } else {
        bad(fmt::format("there is no noun '{}'", text::clipped(entry.kind, 40)));
    }
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

template <class Words>
void check_word(const Words& valid, std::string_view key, std::string_view word) {
    if (std::ranges::find(valid, word) == std::end(valid))
        bad(fmt::format("{}: '{}' is not a valid value; valid values are {}", key,
                        text::visible(text::clipped(word, 40)), fmt::join(valid, ", ")));
}

void Loader::put_run(const store::GateRun& run) {
    if (!iso_instant(run.at) || run.gate.empty())
        bad("the run of a gate has no valid time or no gate");
    check_word(store::gate_states, "state", run.state);
    for (const auto& [key, number] : {std::pair("value", &run.value), {"limit", &run.limit}})
        if (!is_decimal(*number))
            refuse_number(key, *number);
    store::add_gate_run(store_, run);
}

/// Exports of earlier releases have the hash alone.
void Loader::put_consent(const Entry& entry) {
    const auto is_hash = [](std::string_view text) {
        return text.size() == 64 &&
               text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    };
    store::ConsentLine line = entry.consent;
    line.key = entry.hash;
    if (entry.kind == "suppression") {
        line.at = writer_.info().clock.now.iso();
        line.base = line.key;
        line.act = "out";
        line.source = "erased";
    } else if (const auto channel = store::channel_named(entry.channel)) {
        line.channel = *channel;
    } else {
        bad("a line about consent has no valid channel");
    }
    if (!is_hash(line.key) || !is_hash(line.base))
        bad("the hash of an address is not valid");
    if (!iso_instant(line.at))
        bad("a line about consent has no valid time");
    check_word(store::consent_acts, "act", line.act);
    if (!line.proof.empty() && !is_hash(line.proof))
        bad("the proof of a line about consent is not a hash");
    if (!line.address.empty() && (store::consent_key(line.channel, line.address) != line.key ||
                                  store::consent_base(line.channel, line.address) != line.base))
        bad("the hash of an address does not match it");
    writer_.write_waiting();
    store::ConsentLedger(store_).add(std::move(line));
}

std::int64_t Loader::finish() {
    writer_.write_waiting();
    put_old_campaigns();
    writer_.write_waiting();
    if (expected_ >= 0 && records_ != expected_)
        bad(fmt::format("{}: it was cut off: {} of {} records; nothing was changed", file_,
                        records_, expected_));
    check_links();
    check_bytes();
    check_contents();
    return records_;
}

void Loader::check_links() const {
    if (const auto broken = read_.broken_link())
        throw at(broken->line, Error(Fault::refused, "bad_dump",
                                     fmt::format("{}: there is no {}", broken->field->name(),
                                                 meta::short_id(*broken->to, broken->id))));
}

void Loader::check_bytes() const {
    sql::Statement missing = store_.db().prepare(R"(
        SELECT 1 FROM "attachment"
        WHERE "hash" NOT IN (SELECT "hash" FROM "blob") LIMIT 1)");
    if (missing.step())
        bad(fmt::format(
            "{}: it was cut off: the bytes of an attachment are missing; nothing was changed",
            file_));
}

/// What `crm check` would find, and what the rules say of all records together.
void Loader::check_contents() const {
    const store::OperationInfo& info = writer_.info();
    store::check_contents(store_, info.clock, info.user, [&](const store::Finding& finding) {
        throw at(read_.line(*finding.entity, finding.id),
                 Error(finding.fault, "bad_dump", finding.says));
    });
}

}  // namespace

namespace {

/// Whether the lines are what an export of the store would be.
bool is_export_of(store::Store& store, std::string_view lines) {
    bool same = true;
    dump(store, [&](std::string_view piece) {
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
        if (is_export_of(store, lines))
            return {.read = count_records(store, nouns_to_dump(store))};
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
