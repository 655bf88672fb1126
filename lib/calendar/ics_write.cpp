#include "calendar/ics_write.hpp"

#include "base/text.hpp"
#include "calendar/busy.hpp"
#include "calendar/ics_values.hpp"
#include "calendar/meeting_series.hpp"
#include "calendar/task_series.hpp"
#include "form/ics.hpp"
#include "form/ics_zone.hpp"
#include "store/rows.hpp"
#include "time/duration.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"
#include "time/time_of_day.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace crm::calendar {

using form::Component;
using form::Parameter;
using form::Property;
using meta::FieldInfo;
using store::Found;
using store::Record;
using store::Store;

namespace {

bool is_utc(std::string_view zone) {
    return zone.empty() || zone == "UTC" || zone == "Etc/UTC";
}

std::string joined(const std::vector<std::string>& values) {
    return text::joined(values, ",");
}

/// How the times of a record are written: as days, in a zone, or in UTC.
struct TimeForm {
    bool whole_days = false;
    Clock clock;  ///< its zone is that of days and of times with a TZID

    bool has_zone() const { return !whole_days && !is_utc(clock.zone); }
    std::string text(Instant at) const {
        if (whole_days)
            return form::ics_day(clock.day(at));
        return has_zone() ? form::ics_wall(at.seconds + clock.offset(at)) : form::ics_instant(at);
    }
    std::vector<Parameter> parameters() const {
        if (whole_days)
            return {{"VALUE", "DATE"}};
        if (has_zone())
            return {{"TZID", clock.zone}};
        return {};
    }
};

/// The parts of a rule, with its end as RFC 5545 wants it: a day for whole days, else UTC.
std::string rule_text(const std::string& stored, const TimeForm& times) {
    const auto rule = read_recurrence(stored);
    if (!rule || !rule->until)
        return stored;
    std::string until;
    if (times.whole_days) {
        const Instant at{*rule->until};
        until = form::ics_day(rule->until_utc ? times.clock.day(at) : Clock{{}, ""}.day(at));
    } else {
        const Zone* in = zone(times.clock.zone);
        const bool wall = !rule->until_utc && in != nullptr;
        until = form::ics_instant({wall ? in->utc(*rule->until) : *rule->until});
    }
    std::string out;
    for (const std::string_view part : text::split(std::string_view(stored), ';'))
        out += (out.empty() ? "" : ";") +
               (part.starts_with("UNTIL=") ? "UNTIL=" + until : std::string(part));
    return out;
}

/// When to call back.
const std::string& callback_of(const Record& record) {
    return record.text(record.entity->noun == "call" ? "callback" : "next_at");
}

class ComponentWriter {
public:
    ComponentWriter(Store& store, const Clock& clock, const Record& record,
                    bool is_callback = false, bool asks_for_answers = false)
        : store_(store),
          clock_(clock),
          record_(record),
          task_(record.entity->noun == "task"),
          callback_(is_callback),
          asks_for_answers_(asks_for_answers) {
        out_.name = task_ ? "VTODO" : "VEVENT";
    }

    Component write() {
        add("UID", (callback_ ? std::string(callback_mark) : std::string()) +
                       form::escaped(ics_uid(store_, record_)));
        if (const auto at = iso_instant(record_.text("updated_at")))
            add("DTSTAMP", form::ics_instant(*at));
        if (const auto at = iso_instant(record_.text("created_at")))
            add("CREATED", form::ics_instant(*at));
        add_sequence();
        if (callback_)
            add_event_times(callback_of(record_), hour_seconds / 2);
        else if (task_)
            add_task_times();
        else if (record_.entity->noun == "meeting")
            add_meeting_times();
        else
            add_other_times();
        add_text("SUMMARY", subject());
        add_text("DESCRIPTION", record_.text("description"));
        add_text("LOCATION", record_.text("location"));
        add_status();
        add_tags();
        add_people();
        add_kept();
        add_alarms();
        return std::move(out_);
    }

private:
    void add(std::string_view name, std::string value, std::vector<Parameter> parameters = {}) {
        out_.properties.push_back(
            {{}, std::string(name), std::move(parameters), std::move(value), 0});
    }
    void add_text(std::string_view name, const std::string& text) {
        if (!text.empty())
            add(name, form::escaped(text));
    }

    std::string subject() const {
        if (callback_)
            return "Call back: " + (record_.entity->noun == "call" ? record_.label() : member());
        if (record_.entity->noun != "visit")
            return record_.label();
        const Found ticket = linked(record_, "ticket");
        return ticket.entity == nullptr ? "visit" : store_.name(*ticket.entity, ticket.id);
    }

    /// Ada Lovelace (Spring calls)
    std::string member() const {
        const auto name = [&](std::string_view field) {
            const Found one = linked(record_, field);
            return one.entity == nullptr ? std::string() : store_.name(*one.entity, one.id);
        };
        return fmt::format("{} ({})", name("who"), name("campaign"));
    }

    void add_sequence() {
        const FieldInfo* field = record_.entity->find("sequence");
        if (field != nullptr && record_.number(*field) > 0)
            add("SEQUENCE", fmt::format("{}", record_.number(*field)));
    }

    bool is_all_day() const { return record_.number(*record_.entity->find("all_day")) == 1; }

    TimeForm meeting_form() const {
        const bool series = !record_.text("recurrence").empty();
        Clock local = meeting_clock(record_, clock_);
        const bool zoned = series || !record_.text("timezone").empty();
        if (!is_all_day() && (!zoned || !is_zone_name(local.zone)))
            local.zone = "UTC";
        return {is_all_day(), std::move(local)};
    }

    void add_instants(std::string_view name, std::string_view field, const TimeForm& times) {
        std::vector<std::string> out;
        for (const meta::Item& item : meta::read_items(record_.text(field)))
            if (const auto at = iso_instant(item.value))
                out.push_back(times.text(*at));
        std::ranges::sort(out);
        if (!out.empty())
            add(name, joined(out), times.parameters());
    }

    void add_recurrence_id() {
        const auto at = iso_instant(record_.text("occurrence"));
        const Found series = linked(record_, "series");
        if (!at || series.entity == nullptr)
            return;
        const Record first = store_.get(*series.entity, series.id);
        const ComponentWriter writer(store_, clock_, first);
        const TimeForm times = writer.meeting_form();
        add("RECURRENCE-ID", times.text(*at), times.parameters());
    }

    void add_meeting_times() {
        add_recurrence_id();
        const auto start = iso_instant(record_.text("start"));
        if (!start)
            return;
        const TimeForm times = meeting_form();
        add("DTSTART", times.text(*start), times.parameters());
        const auto end = iso_instant(record_.text("end"));
        Instant until = end ? *end : Instant{start->seconds + hour_seconds};
        if (times.whole_days)
            until = times.clock.at({times.clock.day(end ? *end : *start).days + 1}, 0);
        add("DTEND", times.text(until), times.parameters());
        if (const std::string& rule = record_.text("recurrence"); !rule.empty())
            add("RRULE", rule_text(rule, times));
        add_instants("RDATE", "also", times);
        add_instants("EXDATE", "except", times);
    }

    void add_event_times(const std::string& begin, std::int64_t seconds) {
        const auto start = iso_instant(begin);
        if (!start)
            return;
        add("DTSTART", form::ics_instant(*start));
        add("DTEND", form::ics_instant({start->seconds + seconds}));
    }

    /// Of a call or a visit.
    void add_other_times() {
        const auto start = iso_instant(record_.text("start"));
        if (!start)
            return;
        const std::string& length = record_.text("duration");
        const auto end = iso_instant(record_.text("end"));
        const bool call = record_.entity->noun == "call";
        const std::int64_t seconds = !length.empty() ? duration_seconds(length)
                                     : end           ? end->seconds - start->seconds
                                     : call          ? hour_seconds / 2
                                                     : hour_seconds;
        add_event_times(record_.text("start"), seconds);
    }

    void add_task_times() {
        const auto due = iso_date(record_.text("due"));
        const std::string& rule = record_.text("recurrence");
        const bool repeats = !rule.empty() && is_open();
        if (due) {
            TimeForm times{true, clock_of(store_, record_, clock_)};
            Instant at = times.clock.at(*due, 0);
            if (const auto minutes = minutes_of_day(record_.text("due_time"))) {
                at = times.clock.at(*due, *minutes * 60);
                const bool zoned = repeats || !record_.text("timezone").empty();
                times.whole_days = false;
                if (!zoned || !is_zone_name(times.clock.zone))
                    times.clock.zone = "UTC";
            }
            if (repeats && !rule.starts_with("after ")) {
                add("DTSTART", times.text(at), times.parameters());
                add("DUE", times.text(at), times.parameters());
                add("RRULE", rule_text(rule, times));
            } else {
                add("DUE", times.text(at), times.parameters());
            }
        }
        if (repeats && rule.starts_with("after "))
            add(own_recurrence, rule);
        if (const auto at = iso_instant(record_.text("done_at")))
            add("COMPLETED", form::ics_instant(*at));
        add("PRIORITY", std::string(priority_word(record_.text("priority"))));
    }

    bool is_open() const {
        const std::string& status = record_.text("status");
        return status != "Completed" && status != "Canceled";
    }

    void add_status() {
        if (callback_)
            return add("STATUS", "CONFIRMED");
        const std::string& status = record_.text("status");
        add("STATUS", std::string(status_word(task_, status)));
        if (!status.empty() && status_of(task_, status_word(task_, status)) != status)
            add(own_status, status);
    }

    void add_tags() {
        std::vector<std::string> tags;
        for (const meta::Item& item : meta::read_items(record_.text("tags")))
            tags.push_back(form::escaped(item.value));
        if (!tags.empty())
            add("CATEGORIES", joined(tags));
    }

    /// What other programs write to: the address, else the uid of the record.
    std::string uri_of(const Found& person) const {
        const auto record = store_.find(*person.entity, person.id);
        if (!record)
            return {};
        const std::string& address = record->text("email");
        return address.empty() ? "urn:uuid:" + record->uid : "mailto:" + address;
    }

    void add_people() {
        if (record_.entity->noun != "meeting")
            return;
        if (const Found organizer = linked(record_, "organizer"); organizer.entity != nullptr)
            people_.push_back({{},
                               "ORGANIZER",
                               {{"CN", store_.name(*organizer.entity, organizer.id)}},
                               uri_of(organizer),
                               0});
        const FieldInfo& attendees = *record_.entity->find("attendees");
        for (const store::RowCells& row : record_.rows[attendees.first])
            add_attendee(attendees, row);
    }

    void add_attendee(const FieldInfo& attendees, const store::RowCells& row) {
        const auto text = [&](std::string_view name) {
            return store::row_text(row, store::inner_field(attendees, name)).value_or("");
        };
        std::string uri = "mailto:" + text("email"), name = text("name");
        if (const auto* noun = std::get_if<std::int64_t>(&row[0])) {
            const Found who{store_.model().by_number(static_cast<int>(*noun)),
                            std::get<std::int64_t>(row[1])};
            name = store_.name(*who.entity, who.id);
            if (text("email").empty())
                uri = uri_of(who);
        }
        std::vector<Parameter> parameters;
        if (!name.empty())
            parameters.push_back({"CN", name});
        const std::string role = text("role");
        if (const std::string_view word = role_word(role); !word.empty())
            parameters.push_back({"ROLE", std::string(word)});
        else
            parameters.push_back({std::string(own_role), role});
        const std::string_view answer = partstat(text("response"));
        parameters.push_back({"PARTSTAT", std::string(answer)});
        if (asks_for_answers_ && answer == "NEEDS-ACTION")
            parameters.push_back({"RSVP", "TRUE"});
        people_.push_back({{}, "ATTENDEE", std::move(parameters), std::move(uri), 0});
    }

    /// The zone of a kept property is one of ours.
    std::optional<Instant> instant_of(const Property& property) const {
        const auto time = form::ics_time(property);
        if (!time)
            return {};
        if (time->utc)
            return Instant{time->wall()};
        Clock local = meeting_clock(record_, clock_);
        if (!time->zone.empty())
            local.zone = time->zone;
        return local.at(time->day, time->second_of_day);
    }

    /// A property as another program wrote it goes in the place of ours where it says the same.
    bool replaces(const Property& kept, const Property& own) const {
        if (kept.name == "STATUS")
            return status_of(task_, kept.value) == status_of(task_, own.value);
        if (kept.name == "PRIORITY")
            return priority_of(kept.value) == priority_of(own.value);
        if (kept.name == "DTEND")
            return instant_of(kept) == instant_of(own);
        return form::unescaped(kept.value) == form::unescaped(own.value);
    }

    /// Attendees and organizers have more parameters with other programs, and other addresses than
    /// those of mail. Who is no longer invited is left out.
    void add_kept_person(Property&& kept) {
        const std::string address = text::lower_ascii(address_of(kept.value));
        for (Property& own : people_)
            if (own.name == kept.name && !address.empty() &&
                text::lower_ascii(address_of(own.value)) == address)
                return add_parameters(own, kept);
        const bool gone =
            kept.name == "ATTENDEE" ? !address.empty() : linked(record_, "organizer").id != 0;
        if (!gone)
            people_.push_back(std::move(kept));
    }

    static void add_parameters(Property& own, const Property& kept) {
        for (const Parameter& parameter : kept.parameters) {
            const auto mine = std::ranges::find(own.parameters, parameter.name, &Parameter::name);
            if (mine == own.parameters.end())
                own.parameters.push_back(parameter);
            else if (parameter.name == "PARTSTAT" &&
                     response_of(mine->value) == response_of(parameter.value))
                mine->value = parameter.value;
        }
    }

    /// What an import kept of other programs. People come in one order, with a record or without.
    void add_kept() {
        std::vector<Property> rest;
        for (const std::string_view line :
             text::split(std::string_view(record_.text("extra")), '\n'))
            if (auto kept = form::ics_property(line))
                add_kept(std::move(*kept), rest);
        std::ranges::stable_sort(people_, {}, [](const Property& person) {
            return std::pair(person.name != "ORGANIZER", person.value);
        });
        std::ranges::move(people_, std::back_inserter(out_.properties));
        std::ranges::move(rest, std::back_inserter(out_.properties));
    }

    void add_kept(Property&& kept, std::vector<Property>& rest) {
        static constexpr std::string_view replaced[] = {"SUMMARY", "DESCRIPTION", "LOCATION",
                                                        "STATUS",  "PRIORITY",    "DTEND"};
        if (kept.name == "DTSTAMP" || kept.name == reply_mark || kept.name == invited_mark)
            return;
        if (kept.name == own_component) {
            for (Component& part : form::read_ics(form::unescaped(kept.value)).components)
                kept_parts_.push_back(std::move(part));
        } else if (std::ranges::find(replaced, kept.name) != std::end(replaced)) {
            const auto own = std::ranges::find(out_.properties, kept.name, &Property::name);
            if (own != out_.properties.end() && replaces(kept, *own))
                *own = std::move(kept);
            else if (own == out_.properties.end() && task_)
                rest.push_back(std::move(kept));
        } else if (record_.entity->noun == "meeting" &&
                   (kept.name == "ATTENDEE" || kept.name == "ORGANIZER")) {
            add_kept_person(std::move(kept));
        } else {
            rest.push_back(std::move(kept));
        }
    }

    void add_alarm(std::string trigger, std::vector<Parameter> parameters) {
        for (Component& kept : kept_parts_) {
            const Property* other = kept.name == "VALARM" ? kept.find("TRIGGER") : nullptr;
            if (other != nullptr && same_trigger(other->value, trigger)) {
                out_.parts.push_back(std::move(kept));
                kept.name.clear();
                return;
            }
        }
        Component alarm;
        alarm.name = "VALARM";
        alarm.properties.push_back({{}, "ACTION", {}, "DISPLAY", 0});
        alarm.properties.push_back({{}, "DESCRIPTION", {}, form::escaped(subject()), 0});
        alarm.properties.push_back({{}, "TRIGGER", std::move(parameters), std::move(trigger), 0});
        out_.parts.push_back(std::move(alarm));
    }

    static bool same_trigger(std::string_view a, std::string_view b) {
        if (a == b)
            return true;
        const auto length = form::ics_duration(a);
        return length && length == form::ics_duration(b);
    }

    void add_alarms() {
        for (const meta::Item& item : meta::read_items(record_.text("reminders")))
            add_alarm(trigger_of(item.value), {});
        if (const auto at = iso_instant(record_.text("reminder")))
            add_alarm(form::ics_instant(*at), {{"VALUE", "DATE-TIME"}});
        // An alarm that would be a reminder, and is none any more, was taken out.
        for (Component& kept : kept_parts_)
            if (!kept.name.empty() && !reminder_of(kept))
                out_.parts.push_back(std::move(kept));
    }

    Store& store_;
    const Clock& clock_;
    const Record& record_;
    const bool task_;
    const bool callback_;
    const bool asks_for_answers_;
    Component out_;
    std::vector<Property> people_;
    std::vector<Component> kept_parts_;  ///< without a name: written already
};

/// What orders a calendar: the time of a component in UTC, its UID, its occurrence.
std::tuple<std::string, std::string, std::string> place_of(const CalendarEntry& entry,
                                                           const Component& component) {
    const Record& record = entry.record;
    const std::string& start = entry.is_callback ? callback_of(record) : record.text("start");
    return {start.empty() ? record.text("due") : start, component.text("UID"),
            component.text("RECURRENCE-ID")};
}

/// A VTIMEZONE for each zone that the components name, by name.
std::vector<Component> zones_of(const std::vector<Component>& components) {
    std::map<std::string, int, std::less<>> first_years;
    for (const Component& component : components)
        for (const Property& property : component.properties) {
            const std::string* name = property.parameter("TZID");
            const auto time = name == nullptr ? std::nullopt : form::ics_times(property);
            if (!time || time->empty() || !is_zone_name(*name))
                continue;
            int year;
            unsigned month, day;
            time->front().day.civil(year, month, day);
            const auto known = first_years.try_emplace(*name, year).first;
            known->second = std::min(known->second, year);
        }
    std::vector<Component> out;
    for (const auto& [name, year] : first_years)
        out.push_back(form::zone_component(name, *zone(name), year));
    return out;
}

/// Whether a reference is that of a series which began with an occurrence of another.
bool is_split(std::string_view ref, const Record& record) {
    return ref.find(occurrence_mark) != std::string_view::npos &&
           record.text("extra").find("RECURRENCE-ID") == std::string::npos;
}

}  // namespace

bool has_component(const meta::Entity& entity) {
    static constexpr std::string_view nouns[] = {"meeting", "call", "visit", "task"};
    return std::ranges::find(nouns, entity.noun) != std::end(nouns);
}

std::string ics_uid(Store& store, const Record& record) {
    if (record.entity->noun == "meeting")
        if (const Found series = linked(record, "series"); series.entity != nullptr)
            return ics_uid(store, store.get(*series.entity, series.id));
    for (const meta::Item& ref : meta::read_items(record.text("refs")))
        if (ref.value.starts_with(uid_prefix) && !is_split(ref.value, record))
            return ref.value.substr(uid_prefix.size(),
                                    ref.value.find(occurrence_mark) - uid_prefix.size());
    return record.uid;
}

std::string calendar_of(Store& store, const Clock& clock, std::vector<Record> records,
                        std::string_view method) {
    std::vector<CalendarEntry> entries;
    for (Record& record : records) {
        const bool is_callback = record.entity->noun == "call" && record.text("start").empty() &&
                                 !callback_of(record).empty();
        entries.push_back({std::move(record), is_callback});
    }
    return calendar_of(store, clock, entries, method);
}

std::string calendar_of(Store& store, const Clock& clock, const std::vector<CalendarEntry>& entries,
                        std::string_view method) {
    std::vector<std::pair<std::tuple<std::string, std::string, std::string>, Component>> placed;
    for (const CalendarEntry& entry : entries) {
        Component component =
            ComponentWriter(store, clock, entry.record, entry.is_callback, method == "REQUEST")
                .write();
        auto place = place_of(entry, component);
        placed.emplace_back(std::move(place), std::move(component));
    }
    std::ranges::stable_sort(
        placed, {}, [](const auto& one) -> const auto& { return one.first; });
    std::vector<Component> components;
    for (auto& [place, component] : placed)
        components.push_back(std::move(component));
    std::vector<Component> all = zones_of(components);
    std::ranges::move(components, std::back_inserter(all));
    return form::calendar_text(all, method);
}

}  // namespace crm::calendar
