#include "exchange/record_matcher.hpp"

#include "base/names.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "exchange/fold.hpp"
#include "sql/expression.hpp"
#include "store/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace crm::exchange {

using meta::Entity;
using meta::FieldInfo;
using meta::Lookup;
using store::Record;

namespace {

/// Kinds of keys: the first letter of their text.
constexpr char uid_key = 'u';
constexpr char ref_key = 'r';
constexpr char email_key = 'e';
constexpr char word_key = 'w';
constexpr char phone_and_name_key = 'p';
constexpr char name_key_kind = 'n';
constexpr char key_field = 'k';

constexpr std::size_t comparable_digits = 7;

/// Whether the same system has different numbers for the two: then they are two, whatever their
/// names are.
bool refs_differ(const Record& a, const Record& b) {
    const FieldInfo& refs = *a.entity->find("refs");
    if (a.text(refs).empty() || b.text(refs).empty())
        return false;
    const auto system = [](const meta::Item& ref) {
        return std::string_view(ref.value).substr(0, ref.value.find(':'));
    };
    const auto refs_of_a = meta::read_items(a.text(refs));
    const auto refs_of_b = meta::read_items(b.text(refs));
    bool differ = false;
    for (const meta::Item& one : refs_of_a) {
        for (const meta::Item& other : refs_of_b) {
            if (one.value == other.value)
                return false;
            differ = differ || (system(one) == system(other) && system(one) != "uid");
        }
    }
    return differ;
}

bool birthdays_differ(const Record& a, const Record& b) {
    const std::string one = text_of(a, "birthday");
    const std::string other = text_of(b, "birthday");
    return !one.empty() && !other.empty() && one != other;
}

/// Whether a record has the person's link to a company; without a company: whether nothing but a
/// name is known of it.
bool has_company(const Record& record, const FieldInfo& link, std::int64_t company) {
    if (company == 0)
        return record.number(link) == 0 && text_of(record, "emails").empty() &&
               text_of(record, "phones").empty();
    if (link.of == nullptr)
        return record.number(link) == company;
    return std::ranges::any_of(record.rows[link.of->first], [&](const store::RowCells& cells) {
        return cells.front() == Value(company);
    });
}

std::unexpected<Error> ambiguous(const Entity& entity, const std::vector<std::int64_t>& ids,
                                 std::string_view key) {
    return failure(Fault::rejected, "ambiguous_row",
                   fmt::format("matches {} and {} by its {}", meta::short_id(entity, ids[0]),
                               meta::short_id(entity, ids[1]), key));
}

}  // namespace

struct RecordMatcher::Level {
    const std::vector<Key>& keys;
    std::string_view label;
    bool personal = false;  ///< belongs to one person: the same key under another name is an error
    bool by_reference = false;
    bool by_email = false;
    bool by_name = false;
};

std::string RecordMatcher::key_field_key(std::string_view value) {
    return key_field + std::string(value);
}

std::string RecordMatcher::name_and_company_key(std::string_view name, std::int64_t company) {
    return fmt::format("{}{}|{}", name_key_kind, name_key(name), company);
}

void RecordMatcher::add_lookup_keys(Keys& keys, const IncomingRow& row, const FieldInfo& field,
                                    const std::string& name) const {
    const auto add = [&](std::vector<Key>& list, std::string text) {
        const std::uint64_t hash = context_.hash(text);
        list.push_back({std::move(text), hash});
    };
    const auto kind = meta::lookup_kind(field);
    meta::each_value(field, row.record.text(field), [&](std::string_view value) {
        if (*kind == Lookup::ref)
            add(keys.ref, ref_key + std::string(value));
        if (*kind == Lookup::email)
            add(keys.email, email_key + text::folded(value));
        if (*kind == Lookup::word && field.is(meta::unique))
            add(keys.email, word_key + text::folded(value));
        if (*kind == Lookup::phone && !name.empty()) {
            const std::string digits = phone_key(value);
            if (digits.size() >= comparable_digits)
                add(keys.phone, fmt::format("{}{}|{}", phone_and_name_key, digits, name));
        }
    });
}

Keys RecordMatcher::keys(const IncomingRow& row, std::int64_t company) const {
    Keys keys;
    const Record& record = row.record;
    const Entity& entity = row.entity();
    if (!record.uid.empty()) {
        std::string text = uid_key + record.uid;
        const std::uint64_t hash = context_.hash(text);
        keys.uid.push_back({std::move(text), hash});
    }
    const std::string name = entity.name() == nullptr ? std::string() : name_key(row.name);
    bool reachable = false;
    for (const FieldInfo* field : entity.lookups()) {
        if (record.text(*field).empty())
            continue;
        const auto kind = meta::lookup_kind(*field);
        reachable = reachable || *kind == Lookup::email || *kind == Lookup::phone;
        add_lookup_keys(keys, row, *field, name);
    }
    // A name alone is enough only where the noun has no companies, or where nothing else is known
    // of either.
    const bool has_companies = entity.find("account") != nullptr;
    const bool only_a_name = !reachable && !row.company && row.company_name.empty();
    if (!name.empty() && (!has_companies || company != 0 || only_a_name)) {
        std::string text = fmt::format("{}{}|{}", name_key_kind, name, has_companies ? company : 0);
        const std::uint64_t hash = context_.hash(text);
        keys.name.push_back({std::move(text), hash});
    }
    return keys;
}

std::vector<std::int64_t> RecordMatcher::stored_by_uid(std::string_view uid, const Entity& entity) {
    std::vector<std::int64_t> ids;
    sql::Statement get = context_.store.db().prepare(
        fmt::format(R"(SELECT "id" FROM {} WHERE "uid" = ?1 AND "deleted_at" IS NULL)",
                    sql::quoted(entity.noun)));
    get.with(uid);
    while (get.step())
        ids.push_back(get.integer(0));
    if (ids.empty())
        return context_.store.look_up(Lookup::ref, "uid:" + std::string(uid), entity);
    return ids;
}

std::vector<std::int64_t> RecordMatcher::stored_by_name(const IncomingRow& row,
                                                        std::int64_t company) {
    const Entity& entity = row.entity();
    std::vector<std::int64_t> ids =
        context_.store.look_up(Lookup::name, text::folded(row.name), entity);
    const FieldInfo* link = entity.find("account");
    if (link == nullptr)
        return ids;
    std::erase_if(ids, [&](std::int64_t id) {
        return !has_company(context_.store.get(entity, id), *link, company);
    });
    return ids;
}

std::vector<std::int64_t> RecordMatcher::stored(std::string_view key, const IncomingRow& row,
                                                std::int64_t company) {
    store::Store& store = context_.store;
    const Entity& entity = row.entity();
    const std::string_view value = key.substr(1);
    switch (key[0]) {
        case uid_key:
            return stored_by_uid(value, entity);
        case ref_key:
            return store.look_up(Lookup::ref, value, entity);
        case email_key:
            return store.look_up(Lookup::email, value, entity);
        case word_key:
            return store.look_up(Lookup::word, value, entity);
        case phone_and_name_key: {
            const std::size_t end = value.find('|');
            const std::string_view name = value.substr(end + 1);
            auto ids = store.look_up(Lookup::phone, value.substr(0, end), entity);
            std::erase_if(
                ids, [&](std::int64_t id) { return name_key(store.name(entity, id)) != name; });
            return ids;
        }
        default:
            return stored_by_name(row, company);
    }
}

bool RecordMatcher::is_somebody_else(const IncomingRow& row, std::int64_t company,
                                     std::int64_t record) {
    const std::string birthday = text_of(row.record, "birthday");
    const std::string refs = text_of(row.record, "refs");
    // The towns of two who have nothing but the same name keep them apart.
    const std::string town = company == 0 ? town_of(row.record) : std::string();
    if (birthday.empty() && refs.empty() && town.empty())
        return false;
    // What this import added is known from its marks: reading the record would end the second
    // thread's work.
    const auto differs = [&](const std::string& text, std::uint64_t first) {
        return !text.empty() && first != 0 && first != (context_.hash(text) | 1);
    };
    const RecordMark* mark = memory_.find(row.entity(), record);
    if (mark != nullptr && mark->added) {
        if (differs(birthday, mark->birthday) || differs(town, mark->town))
            return true;
        if (!differs(refs, mark->refs))
            return false;
    }
    const Record other = context_.writer.get(row.entity(), record);
    const std::string other_town = town.empty() ? std::string() : town_of(other);
    return refs_differ(row.record, other) || birthdays_differ(row.record, other) ||
           (!other_town.empty() && other_town != town);
}

RecordMatcher::Candidates RecordMatcher::candidates(const std::vector<Key>& keys,
                                                    const IncomingRow& row, std::int64_t company) {
    const Entity& entity = row.entity();
    Candidates found;
    for (const Key& key : keys) {
        const std::size_t before = found.ids.size();
        if (const KeyPlace* place = memory_.find_key(entity, key.hash)) {
            found.ids.push_back(place->record);
            found.place = place;
        }
        if (context_.had_records(entity))
            std::ranges::copy(stored(key.text, row, company), std::back_inserter(found.ids));
        if (found.ids.size() > before)
            found.key = key.text;
    }
    std::ranges::sort(found.ids);
    found.ids.erase(std::ranges::unique(found.ids).begin(), found.ids.end());
    return found;
}

/// Whether one of the records that were merged into this one had the name.
bool RecordMatcher::has_been_named(const Entity& entity, std::int64_t id, std::string_view name) {
    const Record record = context_.writer.get(entity, id);
    sql::Statement merged =
        context_.store.db().prepare(fmt::format(R"(SELECT "id" FROM {} WHERE "uid" = ?1 AND {})",
                                                sql::quoted(entity.noun), sql::in_trash()));
    constexpr std::string_view uid = "uid:";
    for (const meta::Item& ref : meta::read_items(text_of(record, "refs"))) {
        if (!ref.value.starts_with(uid))
            continue;
        merged.with(std::string_view(ref.value).substr(uid.size()));
        if (merged.step() &&
            !names_differ(name, context_.writer.get(entity, merged.integer(0)).label()))
            return true;
    }
    return false;
}

Expected<void> RecordMatcher::check_name(const Level& level, const Candidates& found,
                                         const IncomingRow& row, const form::Draft& draft) {
    const Entity& entity = row.entity();
    const std::int64_t id = found.ids.front();
    const std::string_view value = std::string_view(found.key).substr(1);
    const RecordMark* mark = memory_.find(entity, id);
    if (level.personal && mark != nullptr && names_differ(row.name, mark->name)) {
        const auto where = [&](int file, long line) {
            const std::string& name = memory_.file_name(file);
            return fmt::format("{} {}", name == draft.file ? "line" : name + " line", line);
        };
        if (found.place != nullptr)
            return failure(Fault::rejected, "repeated_key",
                           fmt::format("{} is {} on {}, here {}", value, mark->name,
                                       where(found.place->file, found.place->line), row.name));
        // The database knows the record by both keys: of two that were merged each keeps its own
        // uid and name in the file.
        if (!level.by_reference && !has_been_named(entity, id, row.name))
            return failure(Fault::rejected, "repeated_key",
                           fmt::format("{} is that of {}, which is {} on {}, here {}", value,
                                       meta::short_id(entity, id), mark->name,
                                       where(mark->file, mark->line), row.name));
    }
    if (!level.by_email || mark != nullptr)
        return {};
    // Several people may read one address: a different name is a different person.
    const Record stored = context_.writer.get(entity, id);
    const std::string name = stored.label();
    if (is_placeholder_name(stored, name) || !names_foreign(row.name, name) ||
        has_been_named(entity, id, row.name))
        return {};
    return failure(Fault::rejected, "repeated_key",
                   fmt::format("{} is {} {}, here {}; --key email would rename it", value,
                               meta::short_id(entity, id), name, row.name));
}

Expected<std::int64_t> RecordMatcher::find(const IncomingRow& row, std::int64_t company,
                                           const Keys& keys, const form::Draft& draft) {
    const Level levels[] = {
        {.keys = keys.uid, .label = "uid", .personal = true, .by_reference = true},
        {.keys = keys.ref, .label = "reference", .personal = true, .by_reference = true},
        {.keys = keys.email, .label = "e-mail address", .personal = true, .by_email = true},
        {.keys = keys.phone, .label = "telephone number"},
        {.keys = keys.name, .label = "name", .by_name = true}};
    for (const Level& level : levels) {
        Candidates found = candidates(level.keys, row, company);
        if (level.by_name)
            std::erase_if(found.ids,
                          [&](std::int64_t id) { return is_somebody_else(row, company, id); });
        if (found.ids.empty())
            continue;
        if (found.ids.size() > 1)
            return ambiguous(row.entity(), found.ids, level.label);
        if (auto same = check_name(level, found, row, draft); !same)
            return std::unexpected(std::move(same.error()));
        return found.ids.front();
    }
    return 0;
}

std::string RecordMatcher::key_value(const IncomingRow& row) const {
    const std::string& key = context_.options.key;
    if (key == "id")
        return row.id == 0 ? "" : std::to_string(row.id);
    if (key == "uid")
        return row.record.uid;
    const FieldInfo* field = row.entity().find(key);
    if (field == nullptr || field->cells == 0)
        return {};
    std::string first;
    meta::each_value(*field, row.record.text(*field), [&](std::string_view value) {
        if (first.empty())
            first = text::folded(value);
    });
    return first;
}

Expected<std::int64_t> RecordMatcher::find_by_key_field(const IncomingRow& row) {
    const Entity& entity = row.entity();
    const std::string& field = context_.options.key;
    const std::string value = key_value(row);
    if (value.empty())
        return failure(Fault::rejected, "no_key", fmt::format("has no {} to match by", field));
    if (const KeyPlace* place = memory_.find_key(entity, context_.hash(key_field_key(value)))) {
        const RecordMark* mark = memory_.find(entity, place->record);
        if (mark != nullptr && names_differ(row.name, mark->name))
            return failure(Fault::rejected, "repeated_key",
                           fmt::format("{} is {} on line {}, here {}", value, mark->name,
                                       place->line, row.name));
        return place->record;
    }
    const std::vector<std::int64_t> ids = store::by_value(context_.store, entity, field, value);
    if (ids.size() > 1)
        return ambiguous(entity, ids, field);
    return ids.empty() ? 0 : ids.front();
}

}  // namespace crm::exchange
