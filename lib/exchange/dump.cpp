#include "exchange/dump.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "form/json_reader.hpp"
#include "store/consent.hpp"
#include "store/cursor.hpp"
#include "store/custom.hpp"
#include "store/gate_run.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::exchange {

using form::JsonReader;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;
using store::Record;

constexpr int dump_schema = 1;
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
    std::string out =
        fmt::format("{{\"kind\":\"store\",\"schema\":{},\"currency\":\"{}\",\"records\":{}}}\n",
                    dump_schema, store.currency(), count_records(store, nouns));
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
    write_cursors(store, out);
    write_gate_runs(store, out);
    write_blobs(store, out, flush);
    write(out);
}

namespace {

[[noreturn]] void bad(std::string why) {
    throw Error(Fault::refused, "bad_dump", std::move(why));
}

/// Reads one record's members into cells. Links are the ids that the dump gave them.
class Line {
public:
    Line(JsonReader& in, const meta::Model& model, Record& record)
        : in_(in), model_(model), record_(record) {}

    void member(const std::string& key) {
        if (key == "id") {
            record_.id = id(in_.text()).second;
        } else if (key == "uid") {
            record_.uid = in_.text();
        } else if (key == "deleted_at") {
            if (auto at = text_or_null())
                record_.deleted_at = *at;
        } else {
            const FieldInfo* field = record_.entity->find(key);
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
        if (entity == nullptr || wrong != std::errc{} || end != text.data() + text.size() || n <= 0)
            bad(fmt::format("'{}' is not an id", text::clipped(text, 40)));
        return {entity, n};
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
        } else if (field.type() == Type::link) {
            in_.object([&](const std::string& key) {
                if (key != "id")
                    return void(in_.skip());
                const auto [entity, number] = id(in_.text());
                if (field.to != nullptr && entity != field.to)
                    bad(fmt::format("{} is not a {}", field.name(), field.to->noun));
                if (field.to == nullptr)
                    cells.front() = std::int64_t{entity->number};
                cells.back() = number;
            });
        } else if (field.type() == Type::address) {
            in_.object([&](const std::string& key) {
                const auto parts = meta::address_parts();
                const auto part = std::ranges::find(parts, key);
                if (part == parts.end())
                    bad("an address has no " + key);
                if (auto text = text_or_null())
                    cells[static_cast<std::size_t>(part - parts.begin())] = std::move(*text);
            });
        } else if (field.type() == Type::money) {
            std::string amount, currency;
            in_.object([&](const std::string& key) {
                (key == "amount" ? amount : currency) = in_.text();
            });
            auto read = meta::read(field, amount + " " + currency, {});
            if (!read)
                bad(read.error().message);
            std::ranges::move(*read, cells.begin());
        } else if (field.columns.front().integer) {
            const std::string word(in_.skip());
            std::int64_t n = word == "true" ? 1 : 0;
            if (word != "true" && word != "false") {
                if (field.field->more.scale > 0) {
                    auto read = meta::read(field, word, {});
                    if (!read)
                        bad(read.error().message);
                    cells.front() = std::move(read->front());
                    return;
                }
                const auto [end, wrong] =
                    std::from_chars(word.data(), word.data() + word.size(), n);
                if (wrong != std::errc{} || end != word.data() + word.size())
                    bad(fmt::format("{} is not a whole number", field.name()));
            }
            cells.front() = n;
        } else {
            cells.front() = in_.text();
        }
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
        cells.front() = field.type() == Type::extra ? lines : meta::items_text(items);
    }

    void rows(const FieldInfo& field) {
        in_.array([&] {
            const FieldInfo &first = field.rows.front(), &last = field.rows.back();
            store::RowCells row(last.first + last.cells);
            in_.object([&](const std::string& key) {
                if (first.type() == Type::link && key == "id") {
                    const auto [noun, number] = id(in_.text());
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
            record_.rows[field.first].push_back(std::move(row));
        });
    }

    JsonReader& in_;
    const meta::Model& model_;
    Record& record_;
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
    std::int64_t last = 0;
    std::int64_t schema = 0;
    std::int64_t records = -1;
    store::GateRun run{};
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
    explicit Loader(store::Writer& writer) : writer_(writer), store_(writer.store()) {}

    void line(std::string_view line, bool is_first) {
        Entry entry;
        std::optional<Record> record = read(line, entry);
        if (is_first && entry.kind != "store")
            bad("the first line does not describe the database");
        if (record)
            return put(*record);
        put(entry);
    }

    /// Refuses a dump that is not complete. Returns the number of records.
    std::int64_t finish(const std::string& file);

private:
    std::optional<Record> read(std::string_view line, Entry& entry);
    static void read_run(JsonReader& in, const std::string& key, store::GateRun& run);
    void read_member(JsonReader& in, const std::string& key, Entry& entry);
    void put(Record& record);
    void put(const Entry& entry);
    void put_consent(const Entry& entry);

    store::Writer& writer_;
    store::Store& store_;
    std::int64_t records_ = 0;
    std::int64_t expected_ = -1;  // as the first line says; -1 where an older one does not
};

std::optional<Record> Loader::read(std::string_view line, Entry& entry) {
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
            Line(in, store_.model(), *record).member(key);
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

void Loader::read_run(JsonReader& in, const std::string& key, store::GateRun& run) {
    if (in.next() == JsonReader::Kind::null)
        return void(in.skip());
    if (std::string* text = text_of_run(run, key))
        *text = in.text();
    else if (key == "base")
        run.base = std::strtoll(in.text().c_str(), nullptr, 10);
    else
        in.skip();
}

void Loader::read_member(JsonReader& in, const std::string& key, Entry& entry) {
    if (entry.kind == "gate_run")
        return read_run(in, key, entry.run);
    const auto number = [&] {
        return static_cast<std::int64_t>(std::strtoll(std::string(in.skip()).c_str(), nullptr, 10));
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
        store_.set_currency(in.text());
    else if (key == "last")
        entry.last = number();
    else if (key == "records")
        entry.records = number();
    else if (key == "schema")
        entry.schema = number();
    else
        in.skip();
}

void Loader::put(Record& record) {
    if (record.id == 0 || record.uid.empty())
        bad("a record has no id or no uid");
    if (!record.deleted_at.empty() && !iso_instant(record.deleted_at))
        bad("deleted_at is not a valid date and time");

    writer_.put(record);
    ++records_;
}

void Loader::put(const Entry& entry) {
    const Entity* noun = store_.model().find(entry.noun);
    if (entry.kind == "store") {
        if (entry.schema > dump_schema)
            bad(fmt::format("it was written by a newer crm (schema {})", entry.schema));
        expected_ = entry.records;
    } else if (entry.kind == "sequence") {
        if (noun != nullptr)
            writer_.count_from(*noun, entry.last);
    } else if (entry.kind == "tag") {
        writer_.keep_tag(entry.name);
    } else if (entry.kind == "cursor") {
        if (noun != nullptr)
            store::move_cursor(store_, entry.name, *noun, entry.last);
    } else if (entry.kind == "gate_run") {
        if (!iso_instant(entry.run.at) || entry.run.gate.empty() || entry.run.state.empty())
            bad("the run of a gate has no valid time, gate or state");
        store::add_gate_run(store_, entry.run);
    } else if (entry.kind == "suppression" || entry.kind == "consent") {
        put_consent(entry);
    } else if (entry.kind == "blob") {
        if (writer_.keep_blob(from_base64(entry.data)) != entry.hash)
            bad("the bytes of an attachment do not match their hash");
    } else {
        bad(fmt::format("there is no noun '{}'", text::clipped(entry.kind, 40)));
    }
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
    if (!iso_instant(line.at) || line.act.empty())
        bad("a line about consent has no valid time or act");
    writer_.bulk().flush();
    store::ConsentLedger(store_).add(std::move(line));
}

std::int64_t Loader::finish(const std::string& file) {
    writer_.bulk().flush();
    if (expected_ >= 0 && records_ != expected_)
        bad(fmt::format("{}: it was cut off: {} of {} records; nothing was changed", file, records_,
                        expected_));
    sql::Statement missing = store_.db().prepare(R"(
        SELECT 1 FROM "attachment"
        WHERE "hash" NOT IN (SELECT "hash" FROM "blob") LIMIT 1)");
    if (missing.step())
        bad(fmt::format(
            "{}: it was cut off: the bytes of an attachment are missing; nothing was changed",
            file));
    if (!store_.db().broken_links().empty())
        bad(file + ": a link refers to a record that does not exist; nothing was changed");
    return records_;
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
    Loader loader(writer);
    long number = 0;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = text::trimmed(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        ++number;
        if (line.empty())
            continue;
        try {
            loader.line(line, number == 1);
        } catch (Error& e) {
            if (e.fault == Fault::refused || e.fault == Fault::usage)
                e.message = fmt::format("{}:{}: {}; nothing was changed", file, number, e.message);
            throw;
        }
    }
    const std::int64_t records = loader.finish(file);
    return {.read = records, .added = records};
}

}  // namespace crm::exchange
