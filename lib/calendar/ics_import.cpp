#include "calendar/ics_import.hpp"

#include "base/id.hpp"
#include "base/text.hpp"
#include "calendar/busy.hpp"
#include "calendar/ics_values.hpp"
#include "calendar/meeting_change.hpp"
#include "form/charset.hpp"
#include "sql/expression.hpp"
#include "store/rows.hpp"
#include "time/recurrence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace crm::calendar {

using form::Component;
using form::Property;
using meta::Entity;
using meta::FieldInfo;
using store::Found;
using store::Record;

namespace {

constexpr std::chrono::seconds most_wasted{2};

std::string_view noun_of(const Component& component) {
    if (component.name == "VEVENT")
        return "meeting";
    if (component.name == "VTODO")
        return "task";
    return component.name == "VJOURNAL" ? "note" : "";
}

/// What is wrong with a component or a part of it.
const Component* damaged(const Component& component) {
    if (!component.flaw.empty())
        return &component;
    for (const Component& part : component.parts)
        if (const Component* found = damaged(part))
            return found;
    return nullptr;
}

std::string own_uid_of(const std::string& uid) {
    return is_uuid(uid) ? text::lower_ascii(uid) : std::string();
}

bool is_series(const Record& record) {
    return !record.text("recurrence").empty() || !record.text("also").empty();
}

std::string occurrence_key(const Record& series, Instant at) {
    return fmt::format("{}|{}", series.id, at.iso());
}

/// A rule that ends before an occurrence.
std::string ended_before(const std::string& rule, Instant at) {
    std::string out;
    for (const std::string_view part : text::split(std::string_view(rule), ';'))
        if (!part.starts_with("UNTIL=") && !part.starts_with("COUNT="))
            out += (out.empty() ? "" : ";") + std::string(part);
    return out + ";UNTIL=" + form::ics_instant({at.seconds - 1});
}

}  // namespace

struct IcsImport::File {
    const std::string& name;
    const std::string& method;
    IcsZones zones;
    long line = 0;  ///< of the component at hand
    /// Spent on recurrences that never happen: each is cheap, thousands are an attack.
    std::chrono::steady_clock::duration wasted{};
};

IcsImport::IcsImport(store::Writer& writer, Options options)
    : writer_(writer), options_(std::move(options)), people_(writer) {}

void IcsImport::reject(const File& file, long line, const std::string& why) {
    ++count_.rejected;
    options_.on_trouble({file.name, line, why, true, {}});
}

void IcsImport::read(std::string_view bytes, const std::string& name) {
    const form::Calendar calendar = form::read_ics(bytes);
    const auto warn = [&](long line, const std::string& text) {
        options_.on_trouble({name, line, text, false, {}});
    };
    File file{name, calendar.method, IcsZones(calendar, options_.clock, warn)};
    static constexpr std::string_view known[] = {"", "PUBLISH", "REQUEST", "REPLY", "CANCEL"};
    if (std::ranges::find(known, calendar.method) == std::end(known))
        return warn(1, fmt::format("METHOD:{} is skipped", text::clipped(calendar.method, 40)));
    std::map<std::string, int> skipped;
    // Series before their changed occurrences, wherever they are in the file.
    for (const bool occurrences : {false, true})
        for (const Component& component : calendar.components) {
            const bool is_occurrence = component.find("RECURRENCE-ID") != nullptr;
            if (component.name == "VTIMEZONE" || is_occurrence != occurrences)
                continue;
            if (noun_of(component).empty()) {
                ++skipped[component.name];
                continue;
            }
            ++count_.read;
            if (file.wasted > most_wasted)
                return reject(file, component.line,
                              "the rest of the file is not read: it has too many recurrences that "
                              "never happen");
            take(file, component);
        }
    for (const auto& [part, count] : skipped)
        warn(1, fmt::format("skipped: {} {}", count, text::clipped(part, 40)));
    if (!calendar.flaw.empty()) {
        ++count_.read;
        reject(file, calendar.flaw_line, calendar.flaw);
    }
}

void IcsImport::take(File& file, const Component& component) {
    file.line = component.line;
    if (const Component* bad = damaged(component))
        return reject(file, bad->flaw_line, bad->flaw);
    const auto begun = std::chrono::steady_clock::now();
    try {
        const IcsIdentity identity = identity_of(component);
        if (file.method == "REPLY")
            answer(file, component, identity);
        else if (file.method == "CANCEL")
            cancel(identity, file);
        else
            put(file, component, identity);
    } catch (const Error& error) {
        if (error.fault != Fault::rejected && error.fault != Fault::refused &&
            error.fault != Fault::usage && error.fault != Fault::not_found)
            throw;
        if (error.code == "never_happens")
            file.wasted += std::chrono::steady_clock::now() - begun;
        reject(file, component.line, error.message);
    }
}

bool IcsImport::is_in_trash(const Entity& entity, const std::string& uid) {
    const auto known = trash_.find(entity.number);
    if (known != trash_.end())
        return known->second.contains(uid);
    std::set<std::string>& uids = trash_[entity.number];
    if (writer_.store().db().has_table(entity.noun)) {
        sql::Statement get = writer_.store().db().prepare(fmt::format(
            R"(SELECT "uid", "refs" FROM {} WHERE {})", sql::quoted(entity.noun), sql::in_trash()));
        while (get.step()) {
            uids.emplace(get.text(0));
            for (const meta::Item& ref : meta::read_items(get.text(1)))
                if (ref.value.starts_with(uid_prefix))
                    uids.emplace(ref.value.substr(uid_prefix.size()));
        }
    }
    return uids.contains(uid);
}

/// The record that a UID is of: of this import, one that came from a file, or an own one.
std::optional<Found> IcsImport::find(std::string_view noun, const std::string& uid) {
    const auto added = added_.find(fmt::format("{} {}", noun, uid));
    if (added != added_.end())
        return added->second;
    writer_.bulk().wait();
    store::Store& store = writer_.store();
    const Entity& entity = store.model().get(noun);
    auto ids = store.look_up(meta::Lookup::ref, std::string(uid_prefix) + uid, entity);
    if (!ids.empty())
        return Found{&entity, ids.front()};
    const bool is_callback = uid.starts_with(callback_mark);
    const std::string own = own_uid_of(is_callback ? uid.substr(callback_mark.size()) : uid);
    if (own.empty())
        return {};
    // A planned call, a visit and the time to call back are events, too.
    using Nouns = std::vector<std::string_view>;
    for (const std::string_view other :
         is_callback ? Nouns{"call", "member"} : Nouns{noun, "call", "visit"}) {
        const Entity& of = store.model().get(other);
        ids = store.db().has_table(other) ? store.by_uid(of, own) : std::vector<std::int64_t>();
        if (!ids.empty())
            return Found{&of, ids.front()};
    }
    return {};
}

std::optional<Found> IcsImport::find_occurrence(const Record& series, Instant at) {
    const auto added = added_.find(occurrence_key(series, at));
    if (added != added_.end())
        return added->second;
    writer_.bulk().wait();
    sql::Statement get = writer_.store().db().prepare(fmt::format(
        R"(SELECT "id" FROM "meeting" WHERE "series" = ?1 AND "occurrence" = ?2 AND {})",
        sql::live()));
    const std::string occurrence = at.iso();
    get.with(series.id, occurrence);
    return get.step() ? std::optional(Found{series.entity, get.integer(0)}) : std::nullopt;
}

void IcsImport::add_tags(Record& record) const {
    if (options_.tags.empty())
        return;
    std::vector<meta::Item> tags = meta::read_items(record.text("tags"));
    for (const std::string& tag : options_.tags)
        if (std::ranges::find(tags, tag, &meta::Item::value) == tags.end())
            tags.push_back({tag, {}});
    record.put_text("tags", meta::items_text(tags));
}

void IcsImport::add(File& file, Record record, const Component& component,
                    const IcsIdentity& identity, const std::string& key) {
    fill(record, component, file.zones, people_, options_.clock);
    add_tags(record);
    if (const Property* created = component.find("CREATED"))
        if (const auto time = form::ics_time(*created))
            record.put_text("created_at", Instant{time->wall()}.iso());
    writer_.add(record);
    ++count_.added;
    added_[key] = {record.entity, record.id};
    if (options_.on_record)
        options_.on_record(record, "added");
    writer_.imported_rows().add(digest(key + identity.stamp, writer_.store().seed()),
                                *record.entity, record.id, file.name, component.line);
}

void IcsImport::change(const Record& before, Record& after, const Component* component,
                       File& file) {
    if (component != nullptr) {
        fill(after, *component, file.zones, people_, options_.clock);
        add_tags(after);
    }
    // A file that was only written anew says nothing new.
    Record same = after;
    same.put_text("extra", before.text("extra"));
    const auto without_stamp = [](const Record& record) {
        std::string out;
        for (const std::string_view line :
             text::split(std::string_view(record.text("extra")), '\n'))
            if (!line.starts_with("DTSTAMP"))
                (out += line) += '\n';
        return out;
    };
    const bool differs = !(same == before) || without_stamp(after) != without_stamp(before);
    if (!differs || !writer_.change(before, after))
        return;
    ++count_.updated;
    if (options_.on_record)
        options_.on_record(after, "updated");
}

void IcsImport::put(File& file, const Component& component, const IcsIdentity& identity) {
    const std::string_view noun = noun_of(component);
    const Entity& entity = writer_.store().model().get(noun);
    const auto series = find(noun, identity.uid);
    if (identity.occurrence && noun == "meeting" && series && series->entity == &entity) {
        Record whole = writer_.get(entity, series->id);
        if (is_series(whole))
            return put_occurrence(file, component, identity, std::move(whole));
    }
    std::string uid = identity.uid;
    if (identity.occurrence)
        uid += std::string(occurrence_mark) + form::ics_wall(identity.occurrence->wall());
    const auto known = identity.occurrence ? find(noun, uid) : series;
    if (known && known->entity != &entity)
        return;  // an own call, visit or time to call back
    if (known) {
        const Record before = writer_.get(entity, known->id);
        if (version_of(before) >= IcsVersion{identity.sequence, identity.stamp})
            return;
        Record after = before;
        return change(before, after, &component, file);
    }
    if (is_in_trash(entity, uid))
        return;
    Record record(entity);
    const std::string own = own_uid_of(uid);
    if (own == uid && !identity.occurrence) {
        record.uid = own;
    } else {
        const meta::Item ref{std::string(uid_prefix) + uid, {}};
        record.put_text("refs", meta::items_text(std::span(&ref, 1)));
    }
    add(file, std::move(record), component, identity, fmt::format("{} {}", noun, uid));
}

void IcsImport::put_occurrence(File& file, const Component& component, const IcsIdentity& identity,
                               Record series) {
    const Instant at = occurrence_of(series, identity, file.zones, options_.clock);
    if (identity.and_future)
        return split_series(file, component, identity, series, at);
    if (const auto known = find_occurrence(series, at)) {
        const Record before = writer_.get(*series.entity, known->id);
        if (version_of(before) >= IcsVersion{identity.sequence, identity.stamp})
            return;
        Record after = before;
        return change(before, after, &component, file);
    }
    Record record(*series.entity);
    record.put(*series.entity->find("series"), {Value(series.id)});
    record.put_text("occurrence", at.iso());
    add(file, std::move(record), component, identity, occurrence_key(series, at));
}

/// From an occurrence on, the series is another one.
void IcsImport::split_series(File& file, const Component& component, const IcsIdentity& identity,
                             const Record& series, Instant at) {
    const std::string uid =
        identity.uid + std::string(occurrence_mark) + form::ics_wall(identity.occurrence->wall());
    const auto known = find("meeting", uid);
    if (known) {
        const Record before = writer_.get(*series.entity, known->id);
        if (version_of(before) >= IcsVersion{identity.sequence, identity.stamp})
            return;
        Record after = before;
        const std::string rule = before.text("recurrence");
        fill(after, component, file.zones, people_, options_.clock);
        if (after.text("recurrence").empty())
            after.put_text("recurrence", rule);
        return change(before, after, nullptr, file);
    }
    Record first = series;
    first.put_text("recurrence", ended_before(series.text("recurrence"), at));
    writer_.change(series, first);
    Component rest = component;
    std::erase_if(rest.properties, [](const Property& p) { return p.name == "RECURRENCE-ID"; });
    if (rest.find("RRULE") == nullptr)
        rest.properties.push_back({{}, "RRULE", {}, series.text("recurrence"), component.line});
    Record record(*series.entity);
    const meta::Item ref{std::string(uid_prefix) + uid, {}};
    record.put_text("refs", meta::items_text(std::span(&ref, 1)));
    add(file, std::move(record), rest, identity, "meeting " + uid);
}

/// The meeting, or the occurrence of one, that a message is about. `changes`: an occurrence that is
/// part of its series becomes a record of its own.
Record IcsImport::target(File& file, const IcsIdentity& identity, bool changes) {
    const auto found = find("meeting", identity.uid);
    const Entity& entity = writer_.store().model().get("meeting");
    if (!found || found->entity != &entity)
        throw Error(Fault::rejected, "no_meeting", "no meeting has this UID");
    Record series = writer_.get(entity, found->id);
    if (!identity.occurrence || !is_series(series) || !changes)
        return series;
    const Instant at = occurrence_of(series, identity, file.zones, options_.clock);
    if (const auto known = find_occurrence(series, at))
        return writer_.get(entity, known->id);
    const auto time = own_time(series, options_.clock);
    const std::int64_t length = time ? time->end.seconds - time->start.seconds : 0;
    Record own = split_off(series, {at, {at.seconds + length}});
    writer_.add(own);
    added_[occurrence_key(series, at)] = {own.entity, own.id};
    return own;
}

void IcsImport::cancel(const IcsIdentity& identity, File& file) {
    const Record before = target(file, identity, false);
    if (identity.sequence < version_of(before).sequence)
        return;
    Record after = before;
    std::string what = fmt::format("{} {}", before.short_id(), before.label());
    if (identity.occurrence && is_series(before)) {
        const Instant at = occurrence_of(before, identity, file.zones, options_.clock);
        if (const auto own = find_occurrence(before, at)) {
            const Record changed = writer_.get(*own->entity, own->id);
            Record cancelled = changed;
            cancelled.put_text("status", "Not Held");
            change(changed, cancelled, nullptr, file);
        } else {
            std::vector<meta::Item> except = meta::read_items(before.text("except"));
            if (std::ranges::find(except, at.iso(), &meta::Item::value) == except.end())
                except.push_back({at.iso(), {}});
            after.put_text("except", meta::items_text(except));
        }
        what += " " + options_.clock.day(at).iso();
    } else {
        after.put_text("status", "Not Held");
    }
    const std::int64_t updated = count_.updated;
    if (!(after == before))
        change(before, after, nullptr, file);
    if (count_.updated != updated)
        lines_.push_back("cancelled " + what);
}

void IcsImport::answer(File& file, const Component& component, const IcsIdentity& identity) {
    const Property* property = component.find("ATTENDEE");
    const std::string address = property == nullptr ? "" : address_of(property->value);
    if (address.empty())
        throw Error(Fault::rejected, "no_attendee", "an answer requires ATTENDEE");
    const std::string* given = property->parameter("PARTSTAT");
    const std::string response = response_of(given == nullptr ? "" : *given);
    const Record before = target(file, identity, true);
    const auto who = people_.find(address);
    const FieldInfo& attendees = *before.entity->find("attendees");
    Record after = before;
    const auto row = std::ranges::find_if(after.rows[attendees.first], [&](const auto& cells) {
        const auto own = store::row_text(cells, store::inner_field(attendees, "email"));
        const bool same_address = own && text::folded(*own) == text::folded(address);
        return same_address || (who && cells[0] == Value(std::int64_t{who->entity->number}) &&
                                cells[1] == Value(who->id));
    });
    const std::string name = who ? id_and_name(writer_.store(), *who) : address;
    if (row == after.rows[attendees.first].end())
        throw Error(
            Fault::rejected, "not_attending",
            fmt::format("{} is not invited to {} {}", name, before.short_id(), before.label()));
    const std::string mark = fmt::format("{};ADDRESS=\"{}\":", reply_mark, text::folded(address));
    std::string extra, last;
    for (const std::string_view line : text::split(std::string_view(before.text("extra")), '\n'))
        if (line.starts_with(mark))
            last = line.substr(mark.size());
        else if (!line.empty())
            extra += (extra.empty() ? "" : "\n") + std::string(line);
    if (identity.sequence < version_of(before).sequence ||
        (!last.empty() && identity.stamp <= last))
        return;
    (*row)[store::inner_field(attendees, "response").first] = response;
    after.put_text("extra", extra + (extra.empty() ? "" : "\n") + mark + identity.stamp);
    const std::int64_t updated = count_.updated;
    change(before, after, nullptr, file);
    if (count_.updated != updated)
        lines_.push_back(fmt::format(
            "{} {} {}: {}", response == "None" ? "unanswered" : text::lower_ascii(response),
            before.short_id(), before.label(), name));
}

}  // namespace crm::calendar
