#include "base/id.hpp"
#include "base/names.hpp"
#include "base/phone.hpp"
#include "base/text.hpp"
#include "exchange/importer_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Which record a draft tells of: uid, external reference, e-mail address, number with the same
/// name, name and account.
namespace crm::exchange {

using form::Draft;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Lookup;
using meta::Type;
using store::Record;

Importer::Keys Importer::keys(const Incoming& in, std::int64_t account) const {
    Keys k;
    const auto add = [&](std::vector<Key>& level, std::string text) {
        const std::uint64_t hashed = hash(text);
        level.push_back({std::move(text), hashed});
    };
    const Record& record = in.record;
    const Entity& entity = *record.entity;
    if (!record.uid.empty())
        add(k.uid, 'u' + record.uid);
    const std::string name = entity.name() == nullptr ? std::string() : name_key(in.name);
    bool reachable = false;
    for (const FieldInfo* looked_up : entity.lookups()) {
        const FieldInfo& field = *looked_up;
        const auto kind = meta::lookup_kind(field);
        const std::string& text = record.text(field);
        if (text.empty())
            continue;
        const auto each = [&](auto&& take) { meta::each_value(field, text, take); };
        if (*kind == Lookup::ref)
            each([&](std::string_view v) { add(k.ref, 'r' + std::string(v)); });
        if (*kind == Lookup::email)
            reachable = true,
            each([&](std::string_view v) { add(k.email, 'e' + text::folded(v)); });
        if (*kind == Lookup::word && field.is(meta::unique))
            each([&](std::string_view v) { add(k.email, 'w' + text::folded(v)); });
        if (*kind == Lookup::phone) {
            reachable = true;
            if (!name.empty())
                each([&](std::string_view v) {
                    if (const std::string digits = phone_key(v); digits.size() >= 7)
                        add(k.phone, 'p' + digits + '|' + name);
                });
        }
    }
    // A name alone says who is meant only where the noun has no companies, or where nothing else is
    // known of either.
    const bool companies = entity.find("account") != nullptr;
    const bool alone = !reachable && !in.company && in.company_name.empty();
    if (!name.empty() && (!companies || account != 0 || alone))
        add(k.name, 'n' + name + '|' + std::to_string(companies ? account : 0));
    return k;
}

std::vector<std::int64_t> Importer::stored(std::string_view key, const Incoming& in,
                                           std::int64_t account) {
    const Entity& entity = *in.record.entity;
    const std::string_view value = key.substr(1);
    switch (key[0]) {
        case 'u': {
            std::vector<std::int64_t> ids;
            sql::Statement get = store_.db().prepare(
                fmt::format("SELECT \"id\" FROM {} WHERE \"uid\"=?1 AND \"deleted_at\" IS NULL",
                            sql::quoted(entity.noun)));
            get.with(value);
            while (get.step())
                ids.push_back(get.integer(0));
            if (ids.empty())
                return store_.look_up(Lookup::ref, "uid:" + std::string(value), entity);
            return ids;
        }
        case 'r':
            return store_.look_up(Lookup::ref, value, entity);
        case 'e':
            return store_.look_up(Lookup::email, value, entity);
        case 'w':
            return store_.look_up(Lookup::word, value, entity);
        case 'p': {
            std::vector<std::int64_t> ids =
                store_.look_up(Lookup::phone, value.substr(0, value.find('|')), entity);
            const std::string_view name = value.substr(value.find('|') + 1);
            std::erase_if(
                ids, [&](std::int64_t id) { return name_key(store_.name(entity, id)) != name; });
            return ids;
        }
        default: {
            std::vector<std::int64_t> ids =
                store_.look_up(Lookup::name, text::folded(in.name), entity);
            const FieldInfo* link = entity.find("account");
            if (link == nullptr)
                return ids;
            std::erase_if(ids, [&](std::int64_t id) {
                const Record r = store_.get(entity, id);
                if (account == 0)
                    return r.number(*link) != 0 || !text_of(r, "emails").empty() ||
                           !text_of(r, "phones").empty();
                const FieldInfo* rows = link->of;
                if (rows == nullptr)
                    return r.number(*link) != account;
                return std::ranges::none_of(r.rows[rows->first], [&](const store::RowCells& row) {
                    return row.front() == Value(account);
                });
            });
            return ids;
        }
    }
}

namespace {

/// Whether one system has different numbers for the two: then they are two, however they are
/// called.
bool numbered_otherwise(const Record& a, const Record& b) {
    const FieldInfo& refs = *a.entity->find("refs");
    if (a.text(refs).empty() || b.text(refs).empty())
        return false;
    const auto of_one = meta::read_items(a.text(refs)), of_other = meta::read_items(b.text(refs));
    const auto system = [](const meta::Item& ref) {
        return std::string_view(ref.value).substr(0, ref.value.find(':'));
    };
    bool differ = false;
    for (const meta::Item& one : of_one)
        for (const meta::Item& other : of_other) {
            if (one.value == other.value)
                return false;
            differ = differ || (system(one) == system(other) && system(one) != "uid");
        }
    return differ;
}

/// Two of one name that were not born on the same day.
bool born_otherwise(const Record& a, const Record& b) {
    const FieldInfo* birthday = a.entity->find("birthday");
    return birthday != nullptr && !a.text(*birthday).empty() && !b.text(*birthday).empty() &&
           a.text(*birthday) != b.text(*birthday);
}

}  // namespace

bool Importer::another(const Incoming& in, std::int64_t account, std::int64_t record) {
    const std::string born = text_of(in.record, "birthday"), numbered = text_of(in.record, "refs");
    // Of two who are called alike and of whom nothing else is known, the towns tell.
    const std::string lives = account == 0 ? town_of(in.record) : std::string();
    if (born.empty() && numbered.empty() && lives.empty())
        return false;
    const Entity& entity = *in.record.entity;
    // What this import added is known from its marks: asking for the record would end the second
    // thread's work.
    const Touched* mark = touched(entity, record);
    if (mark != nullptr && mark->added) {
        if (!born.empty() && mark->born != 0 && mark->born != (hash(born) | 1))
            return true;
        if (!lives.empty() && mark->lives != 0 && mark->lives != (hash(lives) | 1))
            return true;
        if (numbered.empty() || mark->numbered == 0 || mark->numbered == (hash(numbered) | 1))
            return false;
    }
    const Record other = writer_.get(entity, record);
    const std::string lived = lives.empty() ? lives : town_of(other);
    return numbered_otherwise(in.record, other) || born_otherwise(in.record, other) ||
           (!lived.empty() && lived != lives);
}

Expected<std::int64_t> Importer::match(Incoming& in, std::int64_t account, const Keys& keys,
                                       const Draft& draft) {
    const Entity& entity = *in.record.entity;
    auto& seen_here = seen(entity);
    const struct {
        const std::vector<Key>& keys;
        std::string_view what;
        bool firm;  ///< the key is somebody's own: another name under it is an error
    } levels[] = {{keys.uid, "uid", true},
                  {keys.ref, "reference", true},
                  {keys.email, "e-mail address", true},
                  {keys.phone, "telephone number", false},
                  {keys.name, "name", false}};
    for (const auto& level : levels) {
        std::vector<std::int64_t> ids;
        std::string key_found;
        const Seen* before = nullptr;
        for (const Key& key : level.keys) {
            const std::size_t had = ids.size();
            if (const Seen* there = seen_here.find(key.hash))
                ids.push_back(there->record), before = there;
            if (had_records_[entity.number])
                std::ranges::copy(stored(key.text, in, account), std::back_inserter(ids));
            if (ids.size() > had)
                key_found = key.text;
        }
        std::ranges::sort(ids);
        ids.erase(std::ranges::unique(ids).begin(), ids.end());
        if (&level.keys == &keys.name)
            std::erase_if(ids, [&](std::int64_t id) { return another(in, account, id); });
        if (ids.empty())
            continue;
        if (ids.size() > 1)
            return failure(
                Fault::rejected, "ambiguous_row",
                fmt::format("matches {} and {} by its {}", meta::short_id(entity, ids[0]),
                            meta::short_id(entity, ids[1]), level.what));
        const Touched* mark = touched(entity, ids.front());
        if (level.firm && mark != nullptr && names_differ(in.name, mark->name)) {
            const Seen where =
                before != nullptr
                    ? *before
                    : Seen{ids.front(), static_cast<std::int32_t>(mark->line), mark->file};
            const std::string& file = files_[static_cast<std::size_t>(where.file)];
            return failure(
                Fault::rejected, "repeated_key",
                fmt::format("{} is {} on {} {}, here {}", key_found.substr(1), mark->name,
                            file == draft.file ? "line" : file + " line", where.line, in.name));
        }
        // An address that several people read says little: whoever has quite another name is
        // somebody else.
        if (&level.keys == &keys.email && mark == nullptr) {
            const Record stored = writer_.get(entity, ids.front());
            const std::string name = stored.label();
            if (!stands_in(stored, name) && names_foreign(in.name, name))
                return failure(Fault::rejected, "repeated_key",
                               fmt::format("{} is {} {}, here {}; --key email would rename it",
                                           key_found.substr(1), meta::short_id(entity, ids.front()),
                                           name, in.name));
        }
        return ids.front();
    }
    return 0;
}

bool Importer::stands_in(const Record& record, std::string_view name) {
    for (const std::string_view list : {"emails", "phones", "domains", "urls"}) {
        const auto items = meta::read_items(text_of(record, list));
        if (std::ranges::any_of(items, [&](const Item& item) { return item.value == name; }))
            return true;
    }
    return false;
}

/// The value of --key that a draft tells, folded; for a list its first.
std::string Importer::key_of(const Incoming& in) const {
    if (options_.key == "id")
        return in.id == 0 ? "" : std::to_string(in.id);
    if (options_.key == "uid")
        return in.record.uid;
    const FieldInfo* field = in.record.entity->find(options_.key);
    std::string value;
    if (field != nullptr && field->cells > 0)
        meta::each_value(*field, in.record.text(*field), [&](std::string_view v) {
            if (value.empty())
                value = text::folded(v);
        });
    return value;
}

Expected<std::int64_t> Importer::match_key(const Incoming& in) {
    const Entity& entity = *in.record.entity;
    const std::string value = key_of(in);
    if (value.empty())
        return failure(Fault::rejected, "no_key",
                       fmt::format("has no {} to match by", options_.key));
    const std::string key = 'k' + value;
    if (const Seen* there = seen(entity).find(hash(key))) {
        const Touched* mark = touched(entity, there->record);
        if (mark != nullptr && names_differ(in.name, mark->name))
            return failure(Fault::rejected, "repeated_key",
                           fmt::format("{} is {} on line {}, here {}", value, mark->name,
                                       there->line, in.name));
        return there->record;
    }
    std::vector<std::int64_t> ids = store::by_value(store_, entity, options_.key, value);
    if (ids.size() > 1)
        return failure(Fault::rejected, "ambiguous_row",
                       fmt::format("matches {} and {} by its {}", meta::short_id(entity, ids[0]),
                                   meta::short_id(entity, ids[1]), options_.key));
    return ids.empty() ? 0 : ids.front();
}

}  // namespace crm::exchange
