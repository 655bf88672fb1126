#include "calendar/ics_read.hpp"

#include "base/id.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "calendar/ics_values.hpp"
#include "calendar/meeting_series.hpp"
#include "meta/type.hpp"
#include "store/assign.hpp"
#include "store/rows.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace crm::calendar {

using form::Component;
using form::IcsTime;
using form::Parameter;
using form::Property;
using meta::FieldInfo;
using store::Found;
using store::Record;

namespace {

constexpr std::size_t most_parts = 1000;   ///< attendees, or alarms
constexpr std::size_t longest_uid = 1000;  ///< bytes
constexpr std::int64_t most_sequence = 1'000'000'000;

[[noreturn]] void reject(std::string why) {
    throw Error(Fault::rejected, "bad_event", std::move(why));
}

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\r', ' ');
    return std::string(text::trimmed(text));
}

std::int64_t sequence_of(std::string_view value) {
    std::int64_t out = 0;
    for (const char c : text::trimmed(value)) {
        if (c < '0' || c > '9')
            return 0;
        out = std::min(out * 10 + (c - '0'), most_sequence);
    }
    return out;
}

std::string stored_time(const Property* property) {
    const auto time = property == nullptr ? std::nullopt : form::ics_time(*property);
    return time ? Instant{time->wall()}.iso() : std::string();
}

/// The line that a property is kept as, with the zone under the name that it has here.
std::string kept_line(Property property, IcsZones& zones) {
    for (Parameter& parameter : property.parameters)
        if (parameter.name == "TZID")
            if (std::string name = zones.name_of(parameter.value, property.line); !name.empty())
                parameter.value = std::move(name);
    return form::content_line(property);
}

bool has_other_parameters(const Property& property, std::span<const std::string_view> own) {
    return std::ranges::any_of(property.parameters, [&](const Parameter& parameter) {
        return std::ranges::find(own, parameter.name) == own.end();
    });
}

/// Puts one component into one record.
class Filler {
public:
    Filler(Record& record, const Component& component, IcsZones& zones, IcsPeople& people,
           const Clock& clock)
        : record_(record),
          component_(component),
          zones_(zones),
          people_(people),
          clock_(clock),
          task_(record.entity->noun == "task"),
          meeting_(record.entity->noun == "meeting") {}

    void fill() {
        if (record_.entity->noun == "note")
            return fill_note();
        keep("DTSTAMP", component_.find("DTSTAMP"));
        put("subject", one_line(component_.text("SUMMARY")));
        if (record_.text("subject").empty())
            record_.put_text("subject", "untitled");
        put("description", text::sanitised(component_.text("DESCRIPTION")));
        put_status();
        put_tags();
        if (task_)
            put_task();
        else
            put_meeting();
        put_alarms();
        put_kept();
    }

private:
    void put(std::string_view name, std::string value) {
        const FieldInfo& field = *record_.entity->find(name);
        auto cells = meta::read(field, value, reading_);
        if (!cells)
            reject(cells.error().message);
        record_.put(field, std::move(*cells));
    }

    void put_status() {
        const FieldInfo& field = *record_.entity->find("status");
        const std::string own = component_.text(own_status);
        auto cells = own.empty() ? Expected<std::vector<Value>>(std::vector<Value>(1))
                                 : meta::read(field, own, reading_);
        if (own.empty() || !cells)
            put("status", status_of(task_, component_.text("STATUS")));
        else
            record_.put(field, std::move(*cells));
    }

    const Property* find(std::string_view name) {
        taken_.insert(name);
        return component_.find(name);
    }

    void keep(std::string_view name, const Property* property) {
        taken_.insert(name);
        if (property != nullptr)
            extra_ += (extra_.empty() ? "" : "\n") + kept_line(*property, zones_);
    }

    std::optional<IcsMoment> moment(std::string_view name, const Clock& clock) {
        const Property* property = find(name);
        if (property == nullptr || text::trimmed(property->value).empty())
            return {};
        const auto time = form::ics_time(*property);
        if (!time)
            reject(fmt::format("{} '{}' is not a date or time", name,
                               text::clipped(property->value, 40)));
        return zones_.moment(*time, clock, property->line);
    }

    void fill_note() {
        const std::string summary = one_line(component_.text("SUMMARY"));
        const std::string text = component_.text("DESCRIPTION");
        std::string body = summary;
        if (!text.empty())
            body += (body.empty() ? "" : "\n\n") + text;
        if (body.empty())
            reject("has neither SUMMARY nor DESCRIPTION");
        put("body", text::sanitised(body));
        keep("DTSTAMP", component_.find("DTSTAMP"));
        for (const Property& property : component_.properties)
            if (property.name != "SUMMARY" && property.name != "DESCRIPTION" &&
                property.name != "UID" && property.name != "DTSTAMP")
                keep(property.name, &property);
        record_.put_text("extra", extra_);
    }

    /// Categories that cannot be tags are kept as they are.
    void put_tags() {
        std::vector<meta::Item> tags;
        std::string others;
        for (const Property& property : component_.properties) {
            if (property.name != "CATEGORIES")
                continue;
            for (const std::string_view part : form::components(property.value, ',')) {
                std::string tag = one_line(form::unescaped(part));
                const bool known = std::ranges::find(tags, tag, &meta::Item::value) != tags.end();
                if (tag.empty() || known)
                    continue;
                if (store::check_tag(tag) && tags.size() < most_parts)
                    tags.push_back({std::move(tag), {}});
                else
                    others += (others.empty() ? "" : ",") + form::escaped(tag);
            }
        }
        record_.put_text("tags", meta::items_text(tags));
        const Property kept{{}, "CATEGORIES", {}, others, 0};
        keep("CATEGORIES", others.empty() ? nullptr : &kept);
    }

    void put_meeting() {
        put("location", one_line(component_.text("LOCATION")));
        const Property* property = component_.find("DTSTART");
        const auto time = property == nullptr ? std::nullopt : form::ics_time(*property);
        const bool whole = time && time->second_of_day < 0;
        const bool was_whole = record_.number(*record_.entity->find("all_day")) == 1;
        if (!whole || !was_whole)
            record_.put_text("timezone", "");
        const Clock local = meeting_clock(record_, clock_);
        const auto start = moment("DTSTART", local);
        record_.put(*record_.entity->find("all_day"), {whole ? Value(std::int64_t{1}) : Value()});
        record_.put_text("start", start ? start->at.iso() : "");
        const bool repeats = component_.find("RRULE") != nullptr;
        if (start && !whole && (start->zone != "UTC" || repeats))
            record_.put_text("timezone", start->zone);
        if (!record_.text("occurrence").empty())
            taken_.insert("RECURRENCE-ID");
        put_people();
        put_sequence();
        if (!start)
            return;  // messages may leave it out; what belongs to it is kept as it is
        put_end(*start, local);
        put_rule("RRULE");
        put_instants("RDATE", "also", local);
        put_instants("EXDATE", "except", local);
    }

    void put_sequence() {
        if (const Property* sequence = find("SEQUENCE"))
            record_.put(*record_.entity->find("sequence"), {Value(sequence_of(sequence->value))});
    }

    void put_end(const IcsMoment& start, const Clock& local) {
        auto end = moment("DTEND", local);
        const Property* length = find("DURATION");
        std::optional<std::int64_t> seconds;
        if (length != nullptr && !end)
            seconds = form::ics_duration(length->value);
        const bool is_backwards =
            end ? (start.whole_day ? end->day < start.day : end->at < start.at)
                : seconds && *seconds < 0;
        if (is_backwards)
            reject("ends before it begins");
        if (start.whole_day) {
            std::int32_t last = end ? end->day.days - 1 : start.day.days;
            if (seconds)
                last = start.day.days + static_cast<std::int32_t>(*seconds / day_seconds) - 1;
            const bool longer = last > start.day.days;
            record_.put_text("end", longer ? local.at({last}, 0).iso() : "");
            return;
        }
        if (end && end->zone != start.zone)
            keep("DTEND", component_.find("DTEND"));  // a flight lands in another zone
        // Without either it takes no time (RFC 5545, 3.6.1).
        record_.put_text("end", end       ? end->at.iso()
                                : seconds ? Instant{start.at.seconds + *seconds}.iso()
                                          : start.at.iso());
    }

    /// A rule that cannot be read, and a second one, are kept as they are.
    void put_rule(std::string_view name) {
        taken_.insert(name);
        std::string rule;
        for (const Property& property : component_.properties) {
            if (property.name != name)
                continue;
            const auto read = recurrence_text(text::trimmed(property.value), nullptr);
            if (rule.empty() && read && is_possible(*read))
                rule = *read;
            else
                keep(name, &property);
        }
        record_.put_text("recurrence", rule);
    }

    /// Tasks repeat daily or more slowly.
    bool is_possible(const std::string& text) const {
        const auto rule = read_recurrence(text);
        return rule && rule->after.empty() &&
               (!task_ || (rule->frequency >= Frequency::daily && rule->hours.size() <= 1 &&
                           rule->minutes.size() <= 1 && rule->seconds.size() <= 1));
    }

    void put_instants(std::string_view name, std::string_view field, const Clock& local) {
        taken_.insert(name);
        const auto start = iso_instant(record_.text("start"));
        const bool whole = record_.number(*record_.entity->find("all_day")) == 1;
        std::set<std::string> out;
        for (const Property& property : component_.properties) {
            if (property.name != name)
                continue;
            const auto times = form::ics_times(property);
            if (!times || property.value.find('/') != std::string::npos) {
                keep(name, &property);  // periods, too
                continue;
            }
            for (const IcsTime& time : *times) {
                const IcsMoment moment = zones_.moment(time, local, property.line);
                out.insert(
                    (moment.whole_day && !whole ? same_time(*start, moment.day) : moment.at).iso());
            }
        }
        std::vector<meta::Item> items;
        for (const std::string& at : out)
            items.push_back({at, {}});
        record_.put_text(field, meta::items_text(items));
    }

    /// The time of the start on another day.
    Instant same_time(Instant start, Date day) const {
        Clock local = meeting_clock(record_, clock_);
        local.now = start;
        return local.at(day, local.second_of_day());
    }

    void put_people() {
        if (std::ranges::count(component_.properties, "ATTENDEE", &Property::name) >
            static_cast<long>(most_parts))
            reject("has more than 1,000 attendees");
        put_organizer();
        const FieldInfo& attendees = *record_.entity->find("attendees");
        std::vector<store::RowCells> rows;
        for (const Property& property : component_.properties)
            if (property.name == "ATTENDEE")
                add_attendee(property, attendees, rows);
        taken_.insert("ATTENDEE");
        store::unite_rows(attendees, rows);
        record_.rows[attendees.first] = std::move(rows);
    }

    void put_organizer() {
        const Property* property = find("ORGANIZER");
        const FieldInfo& field = *record_.entity->find("organizer");
        const auto who = property == nullptr ? std::nullopt : people_.find(property->value);
        if (who)
            record_.put(field, {Value(std::int64_t{who->entity->number}), Value(who->id)});
        else
            record_.put(field, {Value(), Value()});
        static constexpr std::string_view own[] = {"CN"};
        if (property != nullptr && (!who || has_other_parameters(*property, own)))
            keep("ORGANIZER", property);
    }

    void add_attendee(const Property& property, const FieldInfo& attendees,
                      std::vector<store::RowCells>& rows) {
        const std::string address = address_of(property.value);
        const auto who = people_.find(property.value);
        if (!who && address.empty())
            return keep("ATTENDEE", &property);
        store::RowCells row = store::empty_row(attendees);
        const auto put = [&](std::string_view name, const std::string& value) {
            if (!value.empty())
                row[store::inner_field(attendees, name).first] = value;
        };
        const auto parameter = [&](std::string_view name) {
            const std::string* value = property.parameter(name);
            return value == nullptr ? std::string() : one_line(text::sanitised(*value));
        };
        if (who) {
            row[0] = std::int64_t{who->entity->number};
            row[1] = who->id;
        } else {
            put("email", address);
            put("name", parameter("CN"));
        }
        const std::string own = parameter(own_role);
        put("role", own.empty() ? role_of(parameter("ROLE")) : own);
        put("response", response_of(parameter("PARTSTAT")));
        rows.push_back(std::move(row));
        static constexpr std::string_view written[] = {"CN", "ROLE", "PARTSTAT", own_role};
        const bool odd_answer =
            property.parameter("PARTSTAT") != nullptr &&
            partstat(response_of(parameter("PARTSTAT"))) != parameter("PARTSTAT");
        if (odd_answer || has_other_parameters(property, written))
            keep("ATTENDEE", &property);
    }

    void put_task() {
        put("priority", priority_of(component_.text("PRIORITY")));
        put_due();
        put_rule("RRULE");
        if (record_.text("due").empty() && !record_.text("recurrence").empty()) {
            record_.put_text("recurrence", "");
            keep("RRULE", component_.find("RRULE"));
        }
        if (const std::string own = component_.text(own_recurrence); !own.empty())
            if (const auto read = recurrence_text(own, nullptr))
                record_.put_text("recurrence", *read);
        const auto done = moment("COMPLETED", clock_);
        const bool completed = record_.text("status") == "Completed";
        record_.put_text("done_at", completed && done ? done->at.iso() : "");
    }

    void put_due() {
        auto due = moment("DUE", clock_);
        const auto start = moment("DTSTART", clock_);
        const Property* length = find("DURATION");
        const auto seconds = length == nullptr ? std::nullopt : form::ics_duration(length->value);
        const bool repeats = component_.find("RRULE") != nullptr;
        if (!due && start && seconds) {
            due = start;
            due->at.seconds += *seconds;
            due->day = Clock{{}, start->zone}.day(due->at);
        } else if (!due && start && repeats) {
            due = start;
        }
        if (start && (!due || due->at != start->at))
            keep("DTSTART", component_.find("DTSTART"));
        record_.put_text("due", "");
        record_.put_text("due_time", "");
        record_.put_text("timezone", "");
        if (!due)
            return;
        if (due->whole_day)
            return record_.put_text("due", due->day.iso());
        const bool zoned = !due->zone.empty() && due->zone != "UTC";
        Clock local = clock_;
        if (zoned)
            local.zone = due->zone;
        local.now = due->at;
        record_.put_text("due", local.today().iso());
        record_.put_text("due_time", time_of_day_text(local.second_of_day()));
        record_.put_text("timezone", zoned ? due->zone : "");
    }

    void put_alarms() {
        if (component_.parts.size() > most_parts)
            reject("has more than 1,000 parts");
        std::vector<meta::Item> reminders;
        std::string reminder;
        for (const Component& part : component_.parts) {
            const auto before = reminder_of(part);
            const Property* trigger = part.name == "VALARM" ? part.find("TRIGGER") : nullptr;
            const auto at = trigger == nullptr ? std::nullopt : form::ics_time(*trigger);
            if (before &&
                std::ranges::find(reminders, *before, &meta::Item::value) == reminders.end())
                reminders.push_back({*before, {}});
            else if (!before && task_ && at && reminder.empty())
                reminder = zones_.moment(*at, clock_, trigger->line).at.iso();
            if (!is_plain(part, before.has_value() || (task_ && at)))
                keep_component(part);
        }
        record_.put_text("reminders", meta::items_text(reminders));
        if (task_)
            record_.put_text("reminder", reminder);
    }

    /// Whether an alarm says nothing but when it rings and what it is about.
    bool is_plain(const Component& part, bool is_reminder) const {
        if (!is_reminder || !part.parts.empty() || part.text("ACTION") != "DISPLAY" ||
            part.properties.size() != 3)
            return false;
        return one_line(part.text("DESCRIPTION")) == record_.text("subject");
    }

    void keep_component(const Component& part) {
        const Property property{
            {}, std::string(own_component), {}, form::escaped(form::component_text(part)), 0};
        keep(own_component, &property);
    }

    /// All that has no field; and how another program wrote what has one, where that says more.
    void put_kept() {
        static constexpr std::string_view derived[] = {"UID", "DTSTAMP", "CREATED", own_status,
                                                       own_recurrence};
        for (const std::string_view name : derived)
            taken_.insert(name);
        for (const Property& property : component_.properties) {
            if (taken_.contains(property.name) || says_no_more(property))
                continue;
            extra_ += (extra_.empty() ? "" : "\n") + kept_line(property, zones_);
        }
        record_.put_text("extra", extra_);
    }

    bool says_no_more(const Property& property) const {
        const std::string_view name = property.name;
        if (name == "STATUS")
            return status_word(task_, status_of(task_, property.value)) == property.value;
        if (name == "PRIORITY" && task_)
            return priority_word(priority_of(property.value)) == property.value;
        return (name == "SUMMARY" || name == "DESCRIPTION" || (name == "LOCATION" && meeting_)) &&
               property.parameters.empty();
    }

    Record& record_;
    const Component& component_;
    IcsZones& zones_;
    IcsPeople& people_;
    const Clock& clock_;
    const bool task_, meeting_;
    meta::Reading reading_;
    std::set<std::string_view> taken_;
    std::string extra_;
};

}  // namespace

IcsIdentity identity_of(const Component& component) {
    IcsIdentity out;
    out.line = component.line;
    out.uid = one_line(component.text("UID"));
    if (out.uid.size() > longest_uid)
        reject("its UID is longer than 1,000 bytes");
    if (out.uid.empty())
        out.uid = sha256(form::component_text(component)).substr(0, 32);
    out.sequence = sequence_of(component.text("SEQUENCE"));
    out.stamp = stored_time(component.find("DTSTAMP"));
    if (out.stamp.empty())
        out.stamp = stored_time(component.find("LAST-MODIFIED"));
    if (const Property* property = component.find("RECURRENCE-ID")) {
        out.occurrence = form::ics_time(*property);
        if (!out.occurrence)
            reject(fmt::format("RECURRENCE-ID '{}' is not a date or time",
                               text::clipped(property->value, 40)));
        const std::string* range = property->parameter("RANGE");
        out.and_future = range != nullptr && text::lower_ascii(*range) == "thisandfuture";
    }
    return out;
}

IcsVersion version_of(const Record& record) {
    IcsVersion out;
    if (const FieldInfo* sequence = record.entity->find("sequence"))
        out.sequence = record.number(*sequence);
    for (const std::string_view line : text::split(std::string_view(record.text("extra")), '\n')) {
        const auto property = form::ics_property(line);
        if (property && property->name == "DTSTAMP")
            out.stamp = stored_time(&*property);
        if (property && property->name == "SEQUENCE")  // of tasks and notes
            out.sequence = sequence_of(property->value);
    }
    if (out.stamp.empty())
        out.stamp = record.text("updated_at");
    return out;
}

std::optional<Found> IcsPeople::find(std::string_view uri) {
    constexpr std::string_view urn = "urn:uuid:";
    const bool uid = text::lower_ascii(uri.substr(0, urn.size())) == urn;
    const std::string key =
        uid ? text::lower_ascii(uri.substr(urn.size())) : text::folded(address_of(uri));
    if (key.empty())
        return {};
    const auto known = known_.find(key);
    if (known != known_.end())
        return known->second;
    return known_.emplace(key, look_up(key, uid)).first->second;
}

std::optional<Found> IcsPeople::look_up(const std::string& key, bool uid) {
    writer_.bulk().wait();
    store::Store& store = writer_.store();
    for (const std::string_view noun : {"user", "contact", "lead"}) {
        const meta::Entity& entity = store.model().get(noun);
        const auto ids =
            uid ? store.by_uid(entity, key) : store.look_up(meta::Lookup::email, key, entity);
        if (ids.size() == 1)
            return Found{&entity, ids.front()};
    }
    return {};
}

void fill(Record& record, const Component& component, IcsZones& zones, IcsPeople& people,
          const Clock& clock) {
    Filler(record, component, zones, people, clock).fill();
}

Instant occurrence_of(const Record& series, const IcsIdentity& identity, IcsZones& zones,
                      const Clock& clock) {
    Clock local = meeting_clock(series, clock);
    const IcsMoment at = zones.moment(*identity.occurrence, local, identity.line);
    const auto start = iso_instant(series.text("start"));
    const bool whole = series.number(*series.entity->find("all_day")) == 1;
    if (whole)
        return local.at(at.day, 0);
    if (!at.whole_day || !start)
        return at.at;
    local.now = *start;
    return local.at(at.day, local.second_of_day());
}

}  // namespace crm::calendar
