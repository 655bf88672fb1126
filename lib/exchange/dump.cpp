#include "exchange/dump.hpp"

#include "base/text.hpp"
#include "form/json_reader.hpp"
#include "form/vcard.hpp"
#include "store/cursor.hpp"
#include "store/custom.hpp"
#include "store/erase.hpp"
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

}  // namespace

void dump(store::Store& store, const std::function<void(std::string_view)>& write) {
    auto& db = store.db();
    store::join_trashed_fields(
        store);  // what was in them comes back when they are restored, here as there
    auto nouns = store.nouns();
    std::ranges::stable_partition(nouns, [](const Entity* e) {
        return e->noun == "field";
    });                        // the others' records have them
    std::int64_t records = 0;  // said beforehand, so that a file that was cut off is known
    for (const Entity* entity : nouns) {
        sql::Statement count = db.prepare(fmt::format(
            "SELECT count(*) FROM {} WHERE \"undone\" IS NULL", sql::quoted(entity->noun)));
        if (count.step())
            records += count.integer(0);
    }
    std::string out =
        fmt::format("{{\"kind\":\"store\",\"schema\":{},\"currency\":\"{}\",\"records\":{}}}\n",
                    dump_schema, store.currency(), records);
    const auto flush = [&] {
        if (out.size() < (1u << 16))
            return;
        write(out);
        out.clear();
    };
    sql::Statement sequences =
        db.prepare("SELECT \"noun\", \"last\" FROM \"sequence\" ORDER BY \"noun\"");
    while (sequences.step())
        out += fmt::format("{{\"kind\":\"sequence\",\"noun\":\"{}\",\"last\":{}}}\n",
                           sequences.text(0), sequences.integer(1));
    sql::Statement tags = db.prepare("SELECT \"name\" FROM \"tag\" ORDER BY \"key\"");
    while (tags.step()) {
        out += "{\"kind\":\"tag\",\"name\":";
        meta::json_string(tags.text(0), out);
        out += "}\n";
    }
    for (const Entity* entity : nouns) {
        write_records(store, *entity, false, out, flush);
        write_records(store, *entity, true, out, flush);
    }
    if (db.has_table("suppression"))
        for (sql::Statement hashes =
                 db.prepare("SELECT \"hash\" FROM \"suppression\" ORDER BY \"hash\"");
             hashes.step();)
            out += fmt::format("{{\"kind\":\"suppression\",\"hash\":\"{}\"}}\n", hashes.text(0));
    if (store::has_cursors(store))
        for (sql::Statement done = db.prepare(
                 "SELECT \"name\", \"noun\", \"record\" FROM \"cursor\" ORDER BY 1, 2, 3");
             done.step();) {
            const Entity* noun = store.model().by_number(static_cast<int>(done.integer(1)));
            if (noun == nullptr)
                continue;
            out += "{\"kind\":\"cursor\",\"name\":";
            meta::json_string(done.text(0), out);
            out += fmt::format(",\"noun\":\"{}\",\"last\":{}}}\n", noun->noun, done.integer(2));
        }
    sql::Statement blobs = db.prepare("SELECT \"hash\", \"bytes\" FROM \"blob\" ORDER BY \"hash\"");
    while (blobs.step()) {
        out += fmt::format("{{\"kind\":\"blob\",\"hash\":\"{}\",\"data\":\"{}\"}}\n", blobs.text(0),
                           form::to_base64(blobs.text(1)));
        flush();
    }
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
            bad(fmt::format("'{}' is no id", text::clipped(text, 40)));
        return {entity, n};
    }

    std::optional<std::string> text_or_null() {
        if (in_.next() == JsonReader::Kind::text)
            return in_.text();
        if (in_.next() != JsonReader::Kind::null)
            bad("a value is no text");
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
                    bad(fmt::format("{} is no {}", field.name(), field.to->noun));
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
                    bad(fmt::format("{} is no whole number", field.name()));
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

}  // namespace

std::int64_t load(store::Writer& writer, std::string_view lines, const std::string& file) {
    store::Store& store = writer.store();
    for (const Entity* entity : store.nouns())
        if (store::Selection any(store, *entity); any.count() > 0)
            throw Error(Fault::refused, "not_empty",
                        "a whole store is read into an empty one, and this one has " +
                            std::string(entity->plural),
                        "crm --db new.db init; crm --db new.db import " + file);
    writer.bulk();
    std::int64_t records = 0,
                 expected = -1;  // expected: as the file says, -1 where an older one does not
    long number = 0;
    for (std::string_view rest = lines; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = text::trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++number;
        if (line.empty())
            continue;
        try {
            JsonReader in(line, {.depth = 32, .text = std::size_t{400} << 20});
            std::optional<Record> record;
            std::string kind, hash, data, name, noun;
            std::int64_t last = 0, schema = 0, told = -1;
            in.object([&](const std::string& key) {
                if (kind.empty()) {
                    if (key != "kind")
                        bad("a line does not begin with its kind");
                    kind = in.text();
                    if (const Entity* entity = store.model().find(kind))
                        record.emplace(*entity);
                    return;
                }
                if (record)
                    return Line(in, store.model(), *record).member(key);
                if (key == "hash")
                    hash = in.text();
                else if (key == "data")
                    data = in.text();
                else if (key == "name")
                    name = in.text();
                else if (key == "noun")
                    noun = in.text();
                else if (key == "currency")
                    store.set_currency(in.text());
                else if (key == "last")
                    last = std::strtoll(std::string(in.skip()).c_str(), nullptr, 10);
                else if (key == "records")
                    told = std::strtoll(std::string(in.skip()).c_str(), nullptr, 10);
                else if (key == "schema")
                    schema = std::strtoll(std::string(in.skip()).c_str(), nullptr, 10);
                else
                    in.skip();
            });
            in.end();
            if (number == 1 && kind != "store")
                bad("the first line is not the store's");
            if (record) {
                if (record->id == 0 || record->uid.empty())
                    bad("a record has no id or no uid");
                if (!record->deleted_at.empty() && !iso_instant(record->deleted_at))
                    bad("deleted_at is no moment");
                writer.put(*record);
                ++records;
            } else if (kind == "store") {
                if (schema > dump_schema)
                    bad(fmt::format("it was written by a newer crm (schema {})", schema));
                expected = told;
            } else if (kind == "sequence") {
                if (const Entity* entity = store.model().find(noun))
                    writer.count_from(*entity, last);
            } else if (kind == "tag") {
                writer.keep_tag(name);
            } else if (kind == "cursor") {
                if (const Entity* entity = store.model().find(noun))
                    store::move_cursor(store, name, *entity, last);
            } else if (kind == "suppression") {
                if (hash.size() != 64 ||
                    hash.find_first_not_of("0123456789abcdef") != std::string::npos)
                    bad("a suppression is no hash");
                store::suppress(store.db(), hash);
            } else if (kind == "blob") {
                if (writer.keep_blob(form::from_base64(data)) != hash)
                    bad("the bytes of an attachment do not have their hash");
            } else {
                bad(fmt::format("there is no noun '{}'", text::clipped(kind, 40)));
            }
        } catch (Error& e) {
            if (e.fault == Fault::refused || e.fault == Fault::usage)
                e.message = fmt::format("{}:{}: {}; nothing was changed", file, number, e.message);
            throw;
        }
    }
    writer.flush_pending();
    const bool files_whole =
        !store.db()
             .prepare(
                 R"(SELECT 1 FROM "attachment" WHERE "hash" NOT IN (SELECT "hash" FROM "blob") LIMIT 1)")
             .step();
    if (expected >= 0 && records != expected)
        bad(fmt::format("{}: it was cut off: {} of {} records; nothing was changed", file, records,
                        expected));
    if (!files_whole)
        bad(fmt::format(
            "{}: it was cut off: the bytes of an attachment are missing; nothing was changed",
            file));
    if (!store.db().broken_links().empty())
        bad(file + ": a link leads to a record that is not there; nothing was changed");
    return records;
}

}  // namespace crm::exchange
