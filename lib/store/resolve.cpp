#include "store/resolve.hpp"

#include "base/id.hpp"
#include "base/number.hpp"
#include "base/phone.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sql/expression.hpp"
#include "store/phone_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace crm::store {

using meta::Entity;

namespace {

std::optional<std::int64_t> number(std::string_view s) {
    const auto n = whole_text_as<std::int64_t>(s);
    if (!n || *n <= 0 || s.front() == '0')
        return {};
    return n;
}

std::string noun_words(const Entity* noun) {
    return noun == nullptr ? "record" : std::string(noun->noun);
}

}  // namespace

std::vector<Found> Resolver::under(meta::Lookup kind, std::string_view key, const Entity* noun) {
    std::vector<Found> out;
    if (noun != nullptr) {
        for (std::int64_t id : store_.look_up(kind, key, *noun))
            out.push_back({noun, id});
        return out;
    }
    sql::Statement get = store_.db().prepare(
        "SELECT \"noun\",\"record\" FROM \"lookup\" WHERE \"kind\"=?1 AND \"key\"=?2 ORDER BY "
        "\"noun\",\"record\"");
    get.with(static_cast<int>(kind), key);
    while (get.step())
        if (const Entity* e = store_.model().by_number(static_cast<int>(get.integer(0))))
            out.push_back({e, get.integer(1)});
    return out;
}

std::vector<Found> Resolver::by_uid(std::string_view uid, const Entity* noun) {
    std::vector<Found> out;
    const std::string lower = text::lower_ascii(uid);
    for (const Entity* e : store_.nouns()) {
        if (noun != nullptr && noun != e)
            continue;
        sql::Statement get = store_.db().prepare(fmt::format(
            "SELECT \"id\" FROM {} WHERE \"uid\"=?1 AND \"undone\" IS NULL", sql::quoted(e->noun)));
        get.with(lower);
        while (get.step())
            out.push_back({e, get.integer(0)});
    }
    return out;
}

std::vector<Found> Resolver::by_phone(std::string_view text, const Entity* noun) {
    std::vector<Found> out;
    if (phone_digits(text).size() < 7)
        return out;
    for (const Found& f : under(meta::Lookup::phone, phone_key(text), noun))
        if (has_phone(store_.get(*f.entity, f.id), text))
            out.push_back(f);
    return out;
}

/// `GTXPro` for GTX Pro. The names are read once: this is for files that name the same few things
/// again and again.
std::vector<Found> Resolver::by_key(std::string_view text, const Entity& noun) {
    auto [names, fresh] = keyed_.try_emplace(noun.number);
    if (fresh && noun.name() != nullptr) {
        sql::Statement get = store_.db().prepare(fmt::format("SELECT \"id\", {} FROM {} WHERE {}",
                                                             sql::quoted(noun.name()->name()),
                                                             sql::quoted(noun.noun), sql::live()));
        while (get.step())
            names->second[text::key(get.text(1))].push_back(get.integer(0));
    }
    std::vector<Found> out;
    if (const auto it = names->second.find(text::key(text)); it != names->second.end())
        for (const std::int64_t id : it->second)
            out.push_back({&noun, id});
    return out;
}

std::vector<Found> Resolver::by_prefix(std::string_view text, const Entity* noun,
                                       std::size_t most) {
    std::vector<Found> out;
    const std::string from = text::folded(text);
    if (from.empty())
        return out;
    // U+10FFFF sorts after everything that a name begins with.
    sql::Statement get = store_.db().prepare(
        "SELECT \"noun\",\"record\" FROM \"lookup\" WHERE \"kind\"=?1 AND \"key\">=?2 AND "
        "\"key\"<?3 ORDER BY \"key\" LIMIT ?4");
    const std::string to = from + "\xf4\x8f\xbf\xbf";
    get.with(static_cast<int>(meta::Lookup::name), from, to, 200);
    while (get.step() && out.size() < most) {
        const Entity* e = store_.model().by_number(static_cast<int>(get.integer(0)));
        if (e != nullptr && (noun == nullptr || noun == e))
            out.push_back({e, get.integer(1)});
    }
    return out;
}

Error Resolver::not_found(std::string_view text, const Entity* noun) {
    Error e(Fault::not_found, "not_found",
            fmt::format("no {} '{}'", noun_words(noun), text::visible(text::clipped(text, 80))));
    std::vector<std::string> names;
    const std::string folded = text::folded(text);
    for (std::size_t length : {folded.size(), std::size_t{4}, std::size_t{2}, std::size_t{1}}) {
        if (length == 0 || length > folded.size())
            continue;
        for (const Found& f : by_prefix(folded.substr(0, length), noun, 200))
            names.push_back(store_.name(*f.entity, f.id));
        if (!names.empty())
            break;
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    const std::string search = fmt::format("crm search {}", text::clipped(text, 40));
    suggest(e, text, names,
            noun == nullptr ? "" : fmt::format("crm {} list, or {}", noun->noun, search));
    return e;
}

namespace {

/// Whether the addresses of a record are those of others: a mail has them of who it is about.
bool writes_to_others(const Found& found) {
    return std::ranges::any_of(found.entity->fields(), [](const meta::FieldInfo& field) {
        return field.type() == meta::Type::email && field.is(meta::erased_with);
    });
}

}  // namespace

Expected<Found> Resolver::single(std::vector<Found> found, std::string_view text,
                                 const Entity* noun) {
    std::ranges::sort(found, {}, [](const Found& f) { return std::pair(f.entity->number, f.id); });
    found.erase(std::ranges::unique(found).begin(), found.end());
    if (noun == nullptr && !std::ranges::all_of(found, writes_to_others))
        std::erase_if(found, writes_to_others);
    if (found.size() == 1)
        return found.front();
    if (found.empty())
        return std::unexpected(not_found(text, noun));
    Error e(Fault::ambiguous, "ambiguous",
            fmt::format("'{}' is {} {}", text::visible(text::clipped(text, 80)), found.size(),
                        noun == nullptr ? "records" : std::string(noun->plural)));
    for (const Found& f : found) {
        const std::string id = meta::short_id(*f.entity, f.id);
        e.candidates.push_back(id);
        if (e.candidates.size() <= 6)
            e.hint += (e.hint.empty() ? "choose one: " : ", ") + id + " " +
                      store_.get(*f.entity, f.id).label();
    }
    if (found.size() > 6)
        e.hint += ", …";
    return std::unexpected(std::move(e));
}

std::optional<std::int64_t> Resolver::me() {
    if (me_)
        return *me_;
    me_.emplace();
    const Entity& users = store_.model().with(meta::Role::user);
    const std::string name = me_name ? me_name() : std::string();
    for (auto kind : {meta::Lookup::word, meta::Lookup::email, meta::Lookup::name})
        if (const auto ids = store_.look_up(kind, text::folded(name), users);
            ids.size() == 1 && !*me_)
            *me_ = ids.front();
    if (!*me_ && name.starts_with(users.prefix))
        if (const auto id = number(std::string_view(name).substr(users.prefix.size()));
            id && store_.find(users, *id))
            *me_ = *id;
    return *me_;
}

Expected<Found> Resolver::find_me() {
    if (const auto id = me())
        return Found{&store_.model().with(meta::Role::user), *id};
    const std::string name = me_name ? me_name() : std::string();
    return failure(Fault::usage, "no_me",
                   fmt::format("'me' is not known: there is no user '{}'", name),
                   fmt::format("crm user add '{}' login={}", name, name));
}

std::optional<Resolver::OwnId> Resolver::own_id(std::string_view text, const Entity* noun) {
    const auto digits = text.find_first_of("0123456789");
    if (digits == std::string_view::npos || (digits == 0 && noun == nullptr))
        return {};
    const auto id = number(text.substr(digits));
    const Entity* entity = digits == 0 ? noun : store_.model().by_prefix(text.substr(0, digits));
    if (!id || entity == nullptr)
        return {};
    const bool exists = store_.exists(*entity, *id);
    // Seven digits and more may be a telephone number; as a record they must exist.
    if (digits == 0 && text.size() >= 7 && !exists)
        return {};
    return OwnId{{entity, *id}, digits == 0, exists};
}

/// A short id with its prefix, as typed.
Expected<Found> Resolver::by_own_id(const OwnId& own, std::string_view text, const Entity* noun) {
    const Entity& entity = *own.record.entity;
    if (own.exists && noun != nullptr && &entity != noun)
        return failure(Fault::usage, "wrong_noun",
                       fmt::format("{} is not {}", text, meta::with_article(noun->noun)),
                       fmt::format("crm {} show {}", entity.noun, text));
    if (own.exists)
        return own.record;
    if (auto named = under(meta::Lookup::name, text::folded(text), noun); !named.empty())
        return single(std::move(named), text, noun);
    return failure(Fault::not_found, "not_found",
                   fmt::format("no {} {}", entity.noun, meta::short_id(entity, own.record.id)),
                   fmt::format("crm {} list", entity.noun));
}

/// By a reference, address, name or word: the first kind that has any.
std::vector<Found> Resolver::by_value_of(std::string_view text, const Entity* noun) {
    std::vector<Found> found;
    if (text.find(':') != std::string_view::npos)
        found = under(meta::Lookup::ref, text, noun);
    if (text.find('@') != std::string_view::npos)
        std::ranges::move(under(meta::Lookup::email, text::folded(text), noun),
                          std::back_inserter(found));
    for (const meta::Lookup kind : {meta::Lookup::name, meta::Lookup::word})
        if (found.empty())
            found = under(kind, text::folded(text), noun);
    return found;
}

Expected<Found> Resolver::find(std::string_view given, const Entity* noun) {
    const std::string_view text = text::trimmed(given);
    if (text.empty())
        return std::unexpected(
            Error(Fault::usage, "empty_reference",
                  fmt::format("a reference to a {} is empty", noun_words(noun))));
    if (text == "me" && (noun == nullptr || noun->role == meta::Role::user))
        return find_me();
    const auto own = own_id(text, noun);
    if (own && !own->is_bare && !loose &&
        (noun == nullptr || noun == own->record.entity || own->exists))
        return by_own_id(*own, text, noun);
    if (is_uuid(text))
        return single(by_uid(text, noun), text, noun);
    std::vector<Found> found = by_value_of(text, noun);
    if (own && own->is_bare && own->exists && !loose)
        found.push_back(own->record);
    if (own && found.empty() && !loose)
        return by_own_id(*own, text, noun);
    const auto more = [&](std::vector<Found> f) {
        std::ranges::move(f, std::back_inserter(found));
    };
    if (found.empty() &&
        text.find_first_not_of("0123456789+-()/. \t\xc2\xa0") == std::string_view::npos)
        more(by_phone(text, noun));
    if (found.empty() && text.find('.') != std::string_view::npos)
        more(under(meta::Lookup::domain, text::folded(text), noun));
    if (found.empty() && own && !own->is_bare && own->exists &&
        (noun == nullptr || noun == own->record.entity))
        return own->record;
    if (found.empty() && loose && noun != nullptr)
        more(by_key(text, *noun));
    if (found.empty() && prefixes)
        more(by_prefix(text, noun, 20));
    return single(std::move(found), text, noun);
}

std::vector<std::int64_t> by_value(Store& store, const Entity& entity, std::string_view name,
                                   std::string_view value) {
    std::vector<std::int64_t> ids;
    const meta::FieldInfo* field = entity.find(name);
    std::string column(name);
    if (name != "id" && name != "uid") {
        if (field == nullptr || field->cells == 0) {
            Error e(Fault::usage, "unknown_field",
                    fmt::format("{} cannot be matched by '{}'", entity.noun, name));
            suggest(e, name, entity.field_names());
            throw e;
        }
        const meta::FieldInfo& list =
            field->is(meta::mirror) && field->of->cells > 0 ? *field->of : *field;
        if (const auto kind = meta::lookup_kind(list)) {
            std::vector<View> cells(list.cells);
            cells.back() = View(value);
            for (const std::string& key : meta::lookup_keys(list, cells))
                std::ranges::copy(store.look_up(*kind, key, entity), std::back_inserter(ids));
            if (*kind == meta::Lookup::phone)
                std::erase_if(ids, [&](std::int64_t id) {
                    const Record record = store.get(entity, id);
                    return std::ranges::none_of(
                        meta::read_items(record.text(list)), [&](const meta::Item& item) {
                            return same_phone(item.value, value, store.model().country());
                        });
                });
            std::ranges::sort(ids);
            ids.erase(std::ranges::unique(ids).begin(), ids.end());
            return ids;
        }
        column = field->columns.back().name;
    }
    sql::Statement get =
        store.db().prepare(fmt::format("SELECT \"id\" FROM {} WHERE {}=?1 AND {} ORDER BY \"id\"",
                                       sql::quoted(entity.noun), sql::quoted(column), sql::live()));
    if (field != nullptr &&
        field->type() == meta::Type::link) {  // known by the id of the record that it names
        const auto digits = std::min(value.find_first_of("0123456789"), value.size());
        std::int64_t number = 0;
        std::from_chars(value.data() + digits, value.data() + value.size(), number);
        get.with(number);
    } else {
        get.with(value);
    }
    while (get.step())
        ids.push_back(get.integer(0));
    return ids;
}

std::optional<Found> in_trash(Store& store, const Entity& entity, std::string_view reference) {
    std::string same;
    for (const meta::FieldInfo& field : entity.fields())
        if (&field == entity.name() || field.name() == "email" || field.name() == "login")
            same += fmt::format("{}{}=?1", same.empty() ? "" : " OR ",
                                sql::quoted(field.columns[0].name));
    if (same.empty())
        return {};
    sql::Statement get =
        store.db().prepare(fmt::format("SELECT \"id\" FROM {} WHERE {} AND ({}) ORDER BY \"id\"",
                                       sql::quoted(entity.noun), sql::in_trash(), same));
    get.with(reference);
    std::vector<std::string> ids;
    std::int64_t id = 0;
    while (get.step())
        ids.push_back(meta::short_id(entity, id = get.integer(0)));
    if (ids.size() > 1) {
        Error e(Fault::ambiguous, "ambiguous",
                fmt::format("'{}' is {} {} in the trash", reference, ids.size(), entity.plural),
                "choose one: " + text::joined(ids, ", "));
        e.candidates = ids;
        throw e;
    }
    return ids.empty() ? std::nullopt : std::optional(Found{&entity, id});
}

}  // namespace crm::store
