#include "exchange/record_matcher.hpp"

#include "base/names.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "exchange/fold.hpp"
#include "form/row_plan.hpp"
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
constexpr char same_key = 's';
constexpr char key_field = 'k';

constexpr std::size_t comparable_digits = 7;
/// From so many records of one name on, they are read once and kept.
constexpr std::size_t many_namesakes = 8;

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

/// Whether a value of the field belongs to one record: a unique one, or an address or number in a
/// list of its own. The addresses of a message belong to others.
bool identifies(const FieldInfo& field) {
    return field.is(meta::unique) || field.mirror != nullptr;
}

/// Whether several records of the noun may have one e-mail address.
bool shares_addresses(const Entity& entity) {
    const FieldInfo* emails = entity.find("emails");
    return emails != nullptr && !emails->is(meta::unique);
}

/// Whether a record has the person's link to a company; without a company: whether nothing but a
/// name is known of it.
bool has_company(const Record& record, const FieldInfo& link, std::int64_t company) {
    if (company == 0)
        return record.number(link) == 0 && record.text("emails").empty() &&
               record.text("phones").empty();
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
    bool may_be_shared = false;  ///< records with different uids may have the same key
};

std::string RecordMatcher::key_field_key(std::string_view value) {
    return key_field + std::string(value);
}

std::string RecordMatcher::name_and_company_key(std::string_view name, std::int64_t company) {
    return fmt::format("{}{}|{}", name_key_kind, text::folded(name), company);
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

/// A row that says nothing of itself but its name has no such key.
void RecordMatcher::add_same_key(Keys& keys, const IncomingRow& row,
                                 const std::string& name) const {
    const std::string town = town_of(row.record);
    if (keys.traits.empty() && row.record.uid.empty() && town.empty())
        return;
    std::string text = same_key + name + '|' + row.record.uid + '|' + town;
    for (const Trait& trait : keys.traits)
        text += fmt::format("|{}:{:x}", trait.field, trait.value);
    const std::uint64_t hash = context_.hash(text);
    keys.same.push_back({std::move(text), hash});
}

Keys RecordMatcher::keys(const IncomingRow& row, std::int64_t company) const {
    Keys keys;
    const Record& record = row.record;
    const Entity& entity = row.entity();
    if (!record.uid.empty()) {
        std::string text = uid_key + record.uid;
        const std::uint64_t hash = context_.hash(text);
        keys.own_uid = hash | 1;
        keys.uid.push_back({std::move(text), hash});
    }
    const std::string words = entity.name() == nullptr ? std::string() : name_key(row.name);
    bool reachable = false;
    for (const FieldInfo* field : entity.lookups()) {
        if (record.text(*field).empty() || !identifies(*field))
            continue;
        const auto kind = meta::lookup_kind(*field);
        reachable = reachable || *kind == Lookup::email || *kind == Lookup::phone;
        add_lookup_keys(keys, row, *field, words);
    }
    // A name alone is enough only where the noun has no companies, or where nothing else is known
    // of either.
    const bool has_companies = entity.find("account") != nullptr;
    const bool only_a_name = !reachable && !row.company && row.company_name.empty();
    keys.traits = traits_of(row, context_);
    if (entity.name() != nullptr && !row.name.empty() &&
        (!has_companies || company != 0 || only_a_name)) {
        std::string text = name_and_company_key(row.name, has_companies ? company : 0);
        add_same_key(keys, row, text);
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

/// A mail that was written here is known by the Message-ID that it left with.
std::vector<std::int64_t> RecordMatcher::stored_by_reference(std::string_view ref,
                                                             const Entity& entity) {
    std::vector<std::int64_t> ids = context_.store.look_up(Lookup::ref, ref, entity);
    if (!ids.empty() || !ref.starts_with(form::message_id_prefix))
        return ids;
    sql::Statement get = context_.store.db().prepare(
        fmt::format(R"(SELECT "id" FROM {} WHERE "message_id" = ?1 AND "deleted_at" IS NULL)",
                    sql::quoted(entity.noun)));
    get.with(ref.substr(form::message_id_prefix.size()));
    while (get.step())
        ids.push_back(get.integer(0));
    return ids;
}

/// Records of the row's name, and of its company where the noun has one.
std::vector<Record> RecordMatcher::stored_by_name(const IncomingRow& row, std::int64_t company) {
    const Entity& entity = row.entity();
    std::vector<Record> records;
    for (const std::int64_t id :
         context_.store.look_up(Lookup::name, text::folded(row.name), entity))
        records.push_back(context_.writer.get(entity, id));
    const FieldInfo* link = entity.find("account");
    if (link != nullptr)
        std::erase_if(records,
                      [&](const Record& record) { return !has_company(record, *link, company); });
    return records;
}

Namesakes& RecordMatcher::stored_namesakes(std::string_view name_key, const IncomingRow& row,
                                           std::int64_t company) {
    const std::uint64_t key = context_.hash(name_key);
    const auto known = many_namesakes_.find(key);
    if (known != many_namesakes_.end())
        return known->second;
    std::vector<Record> records = stored_by_name(row, company);
    if (records.size() < many_namesakes)
        return namesakes_.emplace(std::move(records), context_);
    return many_namesakes_.try_emplace(key, std::move(records), context_).first->second;
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
            return stored_by_reference(value, entity);
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
        default: {
            std::vector<std::int64_t> ids;
            for (const Record& record : stored_namesakes(key, row, company).records())
                ids.push_back(record.id);
            return ids;
        }
    }
}

bool RecordMatcher::was_another(const IncomingRow& row, const Keys& keys, std::int64_t company,
                                std::int64_t record) {
    const RecordMark* mark = memory_.find(row.entity(), record);
    if (mark == nullptr)
        return false;
    const auto differs = [&](const std::string& text, std::uint64_t first) {
        return !text.empty() && first != 0 && first != (context_.hash(text) | 1);
    };
    if (keys.own_uid != 0 && mark->uid != 0 && keys.own_uid != mark->uid)
        return true;
    if (!same_identity(row.entity(), keys.traits, mark->traits))
        return true;
    // The towns of two who have nothing but the same name keep them apart.
    if (company == 0 && differs(town_of(row.record), mark->town))
        return true;
    // Reading a record that this import has added would end the second thread's work.
    return differs(row.record.text("refs"), mark->refs) &&
           refs_differ(row.record, context_.writer.get(row.entity(), record));
}

bool RecordMatcher::is_another(const IncomingRow& row, std::int64_t company, const Record& stored) {
    const std::string town = company == 0 ? town_of(row.record) : std::string();
    const std::string stored_town = town.empty() ? std::string() : town_of(stored);
    return refs_differ(row.record, stored) || contradicts(row, stored, context_) ||
           (!stored_town.empty() && stored_town != town);
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
    for (const meta::Item& ref : meta::read_items(record.text("refs"))) {
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

/// The record of the row's name and company, unless the row says of itself that it is another one.
Expected<std::int64_t> RecordMatcher::find_by_name(const IncomingRow& row, std::int64_t company,
                                                   const Keys& keys) {
    if (keys.name.empty())
        return 0;
    const Entity& entity = row.entity();
    const Key& name = keys.name.front();
    const KeyPlace* same_row =
        keys.same.empty() ? nullptr : memory_.find_key(entity, keys.same.front().hash);
    if (same_row != nullptr && !was_another(row, keys, company, same_row->record))
        return same_row->record;
    if (!has_whole_identity(row))
        return 0;
    std::vector<std::int64_t> ids;
    const KeyPlace* place = memory_.find_key(entity, name.hash);
    if (place != nullptr && !was_another(row, keys, company, place->record))
        ids.push_back(place->record);
    // A uid that no record has makes it another one where the name only describes.
    const bool is_new = entity.name_describes() && keys.own_uid != 0;
    if (context_.had_records(entity) && !is_new) {
        Namesakes::Match match =
            stored_namesakes(name.text, row, company).find(row, company, [&](const Record& stored) {
                const bool is_known = place != nullptr && place->record == stored.id;
                return is_known || was_another(row, keys, company, stored.id) ||
                       is_another(row, company, stored);
            });
        // Of records of one name that with most of the row's values is meant.
        if (match.agreement > 0)
            ids.clear();
        std::ranges::copy(match.ids, std::back_inserter(ids));
    }
    if (ids.size() > 1)
        return ambiguous(entity, ids, "name");
    return ids.empty() ? 0 : ids.front();
}

Expected<std::int64_t> RecordMatcher::find(const IncomingRow& row, std::int64_t company,
                                           const Keys& keys, const form::Draft& draft) {
    const bool may_share = shares_addresses(row.entity());
    const Level levels[] = {
        {.keys = keys.uid, .label = "uid", .personal = true, .by_reference = true},
        {.keys = keys.ref, .label = "reference", .personal = true, .by_reference = true},
        {.keys = keys.email,
         .label = "e-mail address",
         .personal = true,
         .by_email = true,
         .may_be_shared = may_share},
        {.keys = keys.phone, .label = "telephone number", .may_be_shared = true}};
    for (const Level& level : levels) {
        Candidates found = candidates(level.keys, row, company);
        if (level.may_be_shared)
            std::erase_if(found.ids, [&](std::int64_t id) {
                const RecordMark* mark = memory_.find(row.entity(), id);
                return mark != nullptr && mark->uid != 0 && keys.own_uid != 0 &&
                       mark->uid != keys.own_uid;
            });
        if (found.ids.empty())
            continue;
        if (found.ids.size() > 1)
            return ambiguous(row.entity(), found.ids, level.label);
        if (auto same = check_name(level, found, row, draft); !same)
            return std::unexpected(std::move(same.error()));
        return found.ids.front();
    }
    return find_by_name(row, company, keys);
}

std::string RecordMatcher::key_value_of(const FieldInfo& field, std::string_view text) const {
    std::string first;
    meta::each_value(field, text, [&](std::string_view value) {
        if (first.empty())
            first = text::folded(value);
    });
    return first;
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
    return key_value_of(*field, row.record.text(*field));
}

/// Records with a value in the field of --key. The values of a field that has no look-up keys are
/// read once.
std::vector<std::int64_t> RecordMatcher::stored_by_key_field(const Entity& entity,
                                                             const std::string& value) {
    const std::string& name = context_.options.key;
    const FieldInfo* field = entity.find(name);
    const bool is_text = field != nullptr && field->cells == 1 && !field->columns[0].integer &&
                         !field->is(meta::mirror) && !meta::lookup_kind(*field);
    if (!is_text)
        return store::by_value(context_.store, entity, name, value);
    if (!key_field_) {
        key_field_.emplace();
        sql::Statement all = context_.store.db().prepare(fmt::format(
            R"(SELECT "id", {0} FROM {1} WHERE {0} IS NOT NULL AND {2} ORDER BY "id")",
            sql::quoted(field->columns[0].name), sql::quoted(entity.noun), sql::live()));
        while (all.step())
            key_field_->emplace(key_value_of(*field, all.text(1)), all.integer(0));
    }
    std::vector<std::int64_t> ids;
    const auto [from, to] = key_field_->equal_range(value);
    for (auto found = from; found != to; ++found)
        ids.push_back(found->second);
    std::ranges::sort(ids);
    return ids;
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
    if (!context_.had_records(entity))
        return 0;
    const std::vector<std::int64_t> ids = stored_by_key_field(entity, value);
    if (ids.size() > 1)
        return ambiguous(entity, ids, field);
    return ids.empty() ? 0 : ids.front();
}

}  // namespace crm::exchange
