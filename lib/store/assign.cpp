#include "store/assign.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/item_list.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;
using Op = Assignment::Op;

bool is_assignment(std::string_view word) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return false;
    std::string_view name = word.substr(0, equals);
    if (name.ends_with('+') || name.ends_with('-'))
        name.remove_suffix(1);
    return !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_') &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") ==
               std::string_view::npos;
}

Expected<Assignment> assignment(const Entity& entity, std::string_view name, Op op,
                                std::string_view text) {
    Assignment a{.field = entity.find(name), .op = op, .text = std::string(text)};
    if (a.field == nullptr)
        if (const auto dot = name.find('.'); dot != std::string_view::npos) {
            const FieldInfo* field = entity.find(name.substr(0, dot));
            const auto parts = meta::address_parts();
            const auto part = std::ranges::find(parts, name.substr(dot + 1));
            if (field != nullptr && field->type() == Type::address && part != parts.end())
                a.field = field, a.part = static_cast<int>(part - parts.begin());
        }
    if (a.field == nullptr) {
        std::vector<std::string> names = entity.field_names();
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", entity.noun,
                            text::visible(text::clipped(name, 60))));
        suggest(e, name, names, fmt::format("crm fields {} lists them", entity.noun));
        return std::unexpected(std::move(e));
    }
    if (a.field->is(meta::derived))
        return failure(Fault::usage, "derived_field",
                       fmt::format("{} is computed and cannot be set", name));
    if (op != Op::set && !a.field->is(meta::many))
        return failure(Fault::usage, "not_a_list",
                       fmt::format("{} has one value: write {}=…", name, name));
    return a;
}

namespace {

constexpr std::size_t shortest_tag = 2;  // bytes: one character of Chinese is a word

std::unexpected<Error> short_tag(std::string_view word) {
    return failure(Fault::usage, "short_tag",
                   fmt::format("'{}': a tag has at least two characters", word));
}

}  // namespace

Expected<void> check_tag(std::string_view tag) {
    if (text::trimmed(tag).size() < shortest_tag)
        return short_tag(tag);
    return {};
}

Expected<Assignment> read_assignment(const Entity& entity, std::string_view word) {
    if (word.size() > 1 && (word[0] == '+' || word[0] == '-') && !is_assignment(word)) {
        const std::string_view tag = word.substr(1);
        if (text::trimmed(tag).size() < shortest_tag)
            return short_tag(word);
        Item item{std::string(tag), {}};
        return assignment(entity, "tags", word[0] == '+' ? Op::add : Op::remove,
                          meta::items_text(std::span(&item, 1)));
    }
    const auto equals = word.find('=');
    std::string_view name = word.substr(0, equals);
    Op op = Op::set;
    if (name.ends_with('+'))
        op = Op::add, name.remove_suffix(1);
    else if (name.ends_with('-'))
        op = Op::remove, name.remove_suffix(1);
    return assignment(entity, name, op, word.substr(equals + 1));
}

namespace {

/// Of texts that have one name and differ in their language, the one without a language, else the
/// first: a link to one of them means them all.
std::optional<Found> default_language(const Error& error, const meta::Entity* noun,
                                      Resolver& resolver) {
    const bool differ_in_language = noun != nullptr && noun->identity().size() == 1 &&
                                    noun->identity().front()->name() == "language";
    if (error.code != "ambiguous" || !differ_in_language)
        return {};
    std::optional<Found> first;
    for (const std::string& id : error.candidates) {
        const auto found = resolver.find(id, noun);
        if (!found)
            continue;
        if (resolver.store().get(*noun, found->id).text("language").empty())
            return *found;
        if (!first)
            first = *found;
    }
    return first;
}

Expected<std::vector<Value>> read_link(const FieldInfo& field, std::string_view text,
                                       Resolver& resolver) {
    std::vector<Value> cells(field.cells);
    if (text::trimmed(text).empty())
        return cells;
    auto found = resolver.find(text, field.to);
    if (!found)
        if (const auto of_language = default_language(found.error(), field.to, resolver))
            found = *of_language;
    if (!found) {
        if (found.error().code == "not_found" && field.to != nullptr && resolver.create) {
            cells.back() = resolver.create(*field.to, text::trimmed(text));
            return cells;
        }
        if (found.error().code == "not_found" && field.to != nullptr &&
            found.error().candidates.empty())
            found.error().hint = fmt::format("crm {} add '{}', or use --create", field.to->noun,
                                             text::clipped(text::trimmed(text), 60));
        return std::unexpected(found.error());
    }
    if (field.to == nullptr)
        cells.front() = std::int64_t{found->entity->number};
    cells.back() = found->id;
    return cells;
}

/// One row out of `value (role, since 2020, until 2022)`.
Expected<RowCells> read_row(const FieldInfo& rows, const Item& item, Resolver& resolver,
                            const meta::Reading& how) {
    const FieldInfo& last = rows.rows.back();
    RowCells cells(last.first + last.cells);
    const auto put = [&](const FieldInfo& field, std::string_view text) -> Expected<void> {
        // In an entry of a file there is no other place for a word of another program.
        meta::Reading inner = how;
        inner.kept =
            how.kept || (how.foreign && field.type() == Type::choice && !field.is(meta::strict));
        auto values = field.type() == Type::link ? read_link(field, text, resolver)
                                                 : meta::read(field, text, inner);
        if (!values) {
            if (field.type() != Type::link)  // a link says which record there is not
                values.error().message = fmt::format("{}.{}", rows.name(), values.error().message);
            return std::unexpected(std::move(values.error()));
        }
        std::ranges::move(*values, cells.begin() + static_cast<long>(field.first));
        return {};
    };
    if (auto done = put(rows.rows.front(), item.value); !done) {
        const FieldInfo* address = meta::address_of_row(rows);
        if (address == nullptr || done.error().code != "not_found" || !meta::is_email(item.value))
            return std::unexpected(done.error());
        done = put(*address, item.value);
        if (!done)
            return std::unexpected(done.error());
    }
    for (const std::string& label : item.labels) {
        const auto blank = label.find(' ');
        const auto named = std::ranges::find_if(rows.rows, [&](const FieldInfo& f) {
            return &f != &rows.rows.front() && f.name() == std::string_view(label).substr(0, blank);
        });
        const bool by_name = named != rows.rows.end() && blank != std::string::npos;
        if (by_name && named->is(meta::derived))
            continue;  // an export says it, and it is computed again
        if (rows.rows.size() < 2)
            return failure(Fault::usage, "invalid_value",
                           fmt::format("{}: '{}' is not a part of an entry", rows.name(), label));
        auto done = by_name ? put(*named, std::string_view(label).substr(blank + 1))
                            : put(rows.rows[1], label);
        if (!done)
            return std::unexpected(done.error());
    }
    return cells;
}

/// What makes two rows of a list one. Of what there may be one row only, it is the record that the
/// row names, or the address of somebody who is none; elsewhere (lines, payments) all that it says.
RowCells row_key(const FieldInfo& rows, const RowCells& row) {
    const FieldInfo& first = rows.rows.front();
    const bool names_nothing = std::holds_alternative<std::monostate>(row[first.cells - 1]);
    const FieldInfo* address = meta::address_of_row(rows);
    RowCells named(row.begin(), row.begin() + static_cast<long>(first.cells));
    if (names_nothing && address != nullptr && first.is(meta::unique)) {
        named.push_back(row[address->first]);
        return named;
    }
    if (!first.is(meta::unique) || names_nothing)
        return row;
    return named;
}

bool same_row(const FieldInfo& rows, const RowCells& a, const RowCells& b) {
    return row_key(rows, a) == row_key(rows, b);
}

}  // namespace

void unite_rows(const FieldInfo& field, std::vector<RowCells>& rows) {
    std::vector<RowCells> united;
    std::map<RowCells, std::size_t> places;
    for (RowCells& row : rows) {
        const auto [place, is_new] = places.emplace(row_key(field, row), united.size());
        if (is_new) {
            united.push_back(std::move(row));
            continue;
        }
        RowCells& same = united[place->second];
        for (std::size_t i = 0; i < row.size(); ++i)
            if (std::holds_alternative<std::monostate>(same[i]))
                same[i] = std::move(row[i]);
    }
    rows = std::move(united);
}

namespace {

/// The rows of a list by what makes two of them one; of lines there may be several alike.
std::multimap<RowCells, std::size_t> places_of(const FieldInfo& field,
                                               const std::vector<RowCells>& rows) {
    std::multimap<RowCells, std::size_t> places;
    for (std::size_t at = 0; at < rows.size(); ++at)
        places.emplace(row_key(field, rows[at]), at);
    return places;
}

void add_rows(const FieldInfo& field, std::vector<RowCells>& rows, std::vector<RowCells> given) {
    auto places = places_of(field, rows);
    for (RowCells& row : given) {
        const auto same = places.lower_bound(row_key(field, row));
        if (same == places.end() || same->first != row_key(field, row)) {
            places.emplace_hint(same, row_key(field, row), rows.size());
            rows.push_back(std::move(row));
            continue;
        }
        for (std::size_t i = 0; i < row.size(); ++i)
            if (!std::holds_alternative<std::monostate>(row[i]))
                rows[same->second][i] = std::move(row[i]);
    }
}

/// Each given row takes one out.
void remove_rows(const FieldInfo& field, std::vector<RowCells>& rows,
                 const std::vector<RowCells>& given) {
    auto places = places_of(field, rows);
    std::set<std::size_t> gone;
    for (const RowCells& row : given) {
        const auto [same, end] = places.equal_range(row_key(field, row));
        if (same == end)
            continue;
        gone.insert(same->second);
        places.erase(same);
    }
    std::size_t at = 0;
    std::erase_if(rows, [&](const RowCells&) { return gone.contains(at++); });
}

Expected<void> apply_rows(Record& record, const FieldInfo& field, Op op, std::string_view text,
                          Resolver& resolver, const meta::Reading& how) {
    auto& rows = record.rows[field.first];
    std::vector<RowCells> given;
    for (const Item& item : meta::read_items(text)) {
        auto row = read_row(field, item, resolver, how);
        if (!row)
            return std::unexpected(row.error());
        given.push_back(std::move(*row));
    }
    if (op == Op::set)
        rows = std::move(given);
    else if (op == Op::add)
        add_rows(field, rows, std::move(given));
    else
        remove_rows(field, rows, given);
    return {};
}

Expected<void> check_tags(std::string_view tags) {
    for (const Item& item : meta::read_items(tags))
        if (auto checked = check_tag(item.value); !checked)
            return checked;
    return {};
}

Expected<void> apply_list(Record& record, const FieldInfo& field, Op op, std::string_view text,
                          const meta::Reading& how) {
    auto read = meta::read(field, text, how);
    if (!read)
        return std::unexpected(read.error());
    const auto* given = std::get_if<std::string>(&read->front());
    if (field.name() == "tags" && op != Op::remove && given != nullptr)
        if (auto checked = check_tags(*given); !checked)
            return checked;
    if (op == Op::set) {
        record.put(field, std::move(*read));
        return {};
    }
    if (given == nullptr)
        return {};
    if (field.type() == Type::extra) {
        const std::string& have = record.text(field);
        std::string lines =
            op == Op::remove ? meta::lines_without(have, *given) : meta::united_lines(have, *given);
        record.put(field, {lines.empty() ? Value() : Value(std::move(lines))});
        return {};
    }
    meta::ItemList list(field, meta::read_items(record.text(field)));
    std::vector<Item> items = meta::read_items(*given);
    if (op == Op::remove)
        list.remove(items);
    else
        for (Item& item : items) {
            if (Item* same = list.find(item.value))
                meta::add_labels(*same, item.labels);
            else
                list.append(std::move(item));
        }
    record.put(field, {list.items().empty() ? Value() : Value(meta::items_text(list.items()))});
    return {};
}

/// Sets the first of a list: a value that is in it moves to the front, another takes the place of
/// the first.
Expected<void> apply_mirror(Record& record, const FieldInfo& mirror, std::string_view text,
                            Resolver& resolver, const meta::Reading& how) {
    const FieldInfo& list = *mirror.of;
    if (list.type() == Type::rows) {
        auto& rows = record.rows[list.first];
        if (text::trimmed(text).empty()) {
            if (!rows.empty())
                rows.erase(rows.begin());
            return {};
        }
        auto row = read_row(list, {std::string(text::trimmed(text)), {}}, resolver, how);
        if (!row)
            return std::unexpected(row.error());
        const auto same =
            std::ranges::find_if(rows, [&](const RowCells& r) { return same_row(list, r, *row); });
        if (same != rows.end())
            std::rotate(rows.begin(), same, same + 1);
        else if (rows.empty())
            rows.push_back(std::move(*row));
        else
            rows.front() = std::move(*row);
        return {};
    }
    std::vector<Item> items = meta::read_items(record.text(list));
    auto read = meta::read(list, text, how);
    if (!read)
        return std::unexpected(read.error());
    const auto* given = std::get_if<std::string>(&read->front());
    if (given == nullptr) {
        if (!items.empty())
            items.erase(items.begin());
    } else {
        Item item = meta::read_items(*given).front();
        const auto same = std::ranges::find_if(items, [&](const Item& have) {
            return meta::same_value(list, have.value, item.value);
        });
        if (same != items.end()) {
            std::rotate(items.begin(), same, same + 1);
            items.front().value = item.value;
        } else if (items.empty()) {
            items.push_back(std::move(item));
        } else {
            if (item.labels.empty())
                item.labels = items.front().labels;
            items.front() = std::move(item);
        }
    }
    record.put(list, {items.empty() ? Value() : Value(meta::items_text(items))});
    return {};
}

std::string_view currency_in(const Record& record, const FieldInfo& amount) {
    const auto* currency = std::get_if<std::string>(&record.of(amount)[1]);
    return currency == nullptr ? std::string_view() : *currency;
}

/// The currency of a bare number: the one that the amount has; else that of the record, which an
/// entry in one of its lists has, too; else `otherwise`.
std::string currency_of_bare(const Record& record, const FieldInfo& field,
                             std::string_view otherwise) {
    std::string_view currency;
    if (field.type() == Type::money)
        currency = currency_in(record, field);
    if (const FieldInfo* own = record.entity->find("currency"); own != nullptr && currency.empty())
        currency = record.text(*own);
    if (field.type() == Type::rows)
        for (const FieldInfo& other : record.entity->fields())
            if (currency.empty() && other.type() == Type::money && !other.computed() &&
                !other.is(meta::custom))
                currency = currency_in(record, other);
    return std::string(currency.empty() ? otherwise : currency);
}

/// The time at the end of "fri 17:00" and what is before it.
std::optional<std::pair<std::string, std::string>> day_and_time(std::string_view text,
                                                                const meta::Reading& how) {
    const auto blank = text.rfind(' ');
    const std::string_view last = blank == text.npos ? text : text.substr(blank + 1);
    if (const auto time = read_time_of_day(last))
        return std::pair(blank == text.npos ? "today" : std::string(text.substr(0, blank)), *time);
    if (how.clock == nullptr || read_date(text, *how.clock))
        return {};
    const auto at = read_instant(text, *how.clock);
    if (!at)
        return {};
    Clock then = *how.clock;
    then.now = *at;
    return std::pair(then.today().iso(), time_of_day_text(then.second_of_day()));
}

/// A day whose time is a field of its own: due='fri 17:00' sets due and due_time, and due= empties
/// both.
Expected<void> apply_day(Record& record, const FieldInfo& day, const FieldInfo& time,
                         std::string_view typed, const meta::Reading& how) {
    const std::string_view text = text::trimmed(typed);
    const auto both = how.foreign ? std::nullopt : day_and_time(text, how);
    auto values = meta::read(day, both ? std::string_view(both->first) : text, how);
    if (!values)
        return std::unexpected(values.error());
    record.put(day, std::move(*values));
    if (text.empty())
        record.put(time, {Value()});
    if (both)
        record.put(time, {Value(both->second)});
    return {};
}

/// Whether a point in time is typed as a day.
bool is_whole_day(std::string_view text, const meta::Reading& how) {
    return how.clock != nullptr && text.find(':') == text.npos && text != "now" &&
           read_date(text, *how.clock).has_value();
}

/// The time that belongs to a day; null where it has none.
const FieldInfo* time_of_day_field(const FieldInfo& field) {
    return field.type() == Type::date ? field.entity->find(std::string(field.name()) + "_time")
                                      : nullptr;
}

}  // namespace

Expected<void> apply(Record& record, const Assignment& a, Resolver& resolver,
                     const meta::Reading& reading) {
    const FieldInfo& field = *a.field;
    const std::string currency = currency_of_bare(record, field, reading.currency);
    meta::Reading how = reading;
    how.currency = currency;
    Expected<void> done;
    if (field.is(meta::mirror)) {
        done = apply_mirror(record, field, a.text, resolver, how);
    } else if (field.type() == Type::rows) {
        done = apply_rows(record, field, a.op, a.text, resolver, how);
    } else if (field.is(meta::many)) {
        done = apply_list(record, field, a.op, a.text, how);
    } else if (a.part >= 0) {
        const std::string_view part = text::trimmed(a.text);
        record.cells[field.first + static_cast<std::size_t>(a.part)] =
            part.empty() ? Value() : Value(std::string(part));
    } else if (const FieldInfo* time = time_of_day_field(field); time != nullptr && !how.kept) {
        done = apply_day(record, field, *time, a.text, how);
    } else {
        auto values = field.type() == Type::link ? read_link(field, a.text, resolver)
                                                 : meta::read(field, a.text, how);
        if (!values)
            return std::unexpected(values.error());
        record.put(field, std::move(*values));
    }
    if (!done)
        return done;
    // A meeting that is given by days takes whole days.
    const FieldInfo* all_day = field.name() == "start" ? record.entity->find("all_day") : nullptr;
    if (all_day != nullptr && !how.kept && !record.is_given(*all_day)) {
        const bool whole = is_whole_day(text::trimmed(a.text), how);
        if (whole || record.number(*all_day) == 1)
            record.put(*all_day, {whole ? Value(std::int64_t{1}) : Value()});
    }
    record.given.push_back(&field);
    align_mirrors(record);
    return done;
}

namespace {

/// The domain of a company's own page; nothing for a page on a network of many.
std::string domain_of(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#:"));
    std::string host = text::lower_ascii(url);
    if (host.starts_with("www."))
        host.erase(0, 4);
    static constexpr std::string_view shared[] = {"linkedin.com", "facebook.com",  "twitter.com",
                                                  "x.com",        "instagram.com", "xing.com",
                                                  "youtube.com",  "github.com"};
    const bool plain = host.find('.') != std::string::npos &&
                       host.find_first_of(" @\t") == std::string::npos && host.size() <= 253;
    return plain && std::ranges::find(shared, host) == std::end(shared) ? host : std::string();
}

}  // namespace

namespace {

std::string name_of_parts(const Record& record) {
    const std::string family = record.text("family_name"), given = record.text("given_name");
    // East Asian names are written family first and without a blank.
    if (!family.empty() && !given.empty() && static_cast<unsigned char>(family[0]) >= 0xe3 &&
        static_cast<unsigned char>(given[0]) >= 0xe3)
        return family + given;
    std::string joined;
    for (const std::string& part : {given, record.text("middle_name"), family})
        if (!part.empty())
            joined += (joined.empty() ? "" : " ") + part;
    return joined;
}

}  // namespace

void align_name(const Record& before, Record& after) {
    const FieldInfo* name = after.entity->name();
    if (name == nullptr || after.entity->find("family_name") == nullptr)
        return;
    const std::string was = name_of_parts(before), is = name_of_parts(after);
    if (was.empty() || before.text(*name) != was)
        return;
    if (was != is && after.text(*name) == was) {
        if (!is.empty())
            after.put(*name, {Value(is)});
    } else if (was == is && after.text(*name) != was) {
        for (const std::string_view part : {"given_name", "middle_name", "family_name"})
            after.put(*after.entity->find(part), {Value()});
    }
}

void complete(Record& record) {
    if (const FieldInfo* domains = record.entity->find("domains"),
        *urls = record.entity->find("urls");
        domains != nullptr && urls != nullptr && record.text(*domains).empty()) {
        std::string domain;
        meta::each_value(*urls, record.text(*urls), [&](std::string_view url) {
            if (domain.empty())
                domain = domain_of(url);
        });
        if (!domain.empty())
            record.put(*domains, {Value(std::move(domain))});
    }
    const FieldInfo* name = record.entity->name();
    if (name == nullptr || !record.text(*name).empty())
        return;
    std::string joined = name_of_parts(record);
    for (std::string_view other : {"nickname", "email", "phone"})
        if (joined.empty())
            joined = record.text(other);
    if (!joined.empty())
        record.put(*name, {Value(std::move(joined))});
}

}  // namespace crm::store
