#include "base/text.hpp"
#include "form/vcard.hpp"
#include "meta/type.hpp"
#include "show/cell.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>

/// iCalendar (RFC 5545): what has a beginning is a VEVENT, what is only due a VTODO.
namespace crm::show {
namespace {

class Ics final : public Writer {
public:
    Ics(std::span<const Column> columns, Sink& sink) : columns_(columns), sink_(sink) {
        line("BEGIN:VCALENDAR"), line("VERSION:2.0"),
            line("PRODID:-//crm//crm " CRM_VERSION "//EN");
    }

    void row(std::span<const Cells> values) override {
        const auto of = [&](std::string_view title) -> std::string {
            const auto at = std::ranges::find(columns_, title, &Column::title);
            return at == columns_.end()
                       ? std::string()
                       : std::string(
                             raw_text(*at, values[static_cast<std::size_t>(at - columns_.begin())],
                                      {.clock = nullptr}, scratch_));
        };
        const auto has = [&](std::string_view title) {
            return std::ranges::find(columns_, title, &Column::title) != columns_.end();
        };
        std::string begins = of("start");
        if (begins.empty())
            begins = of("close_date");
        const bool task = begins.empty() && has("due");
        if (begins.empty() && !task)
            return;  // nothing that a calendar could show
        line(task ? "BEGIN:VTODO" : "BEGIN:VEVENT");
        line("UID:" + of("uid"));
        line("DTSTAMP:" + basic(of("updated_at")));
        property("SUMMARY", !of("subject").empty() ? of("subject")
                            : !of("name").empty()  ? of("name")
                                                   : of("ticket"));
        if (task) {
            when("DUE", of("due"));
            const std::string status = text::key(of("status"));
            line(status == "completed"    ? "STATUS:COMPLETED"
                 : status == "inprogress" ? "STATUS:IN-PROCESS"
                 : status == "canceled"   ? "STATUS:CANCELLED"
                                          : "STATUS:NEEDS-ACTION");
            const std::string priority = text::key(of("priority"));
            line(priority == "urgent" ? "PRIORITY:1"
                 : priority == "high" ? "PRIORITY:3"
                 : priority == "low"  ? "PRIORITY:9"
                                      : "PRIORITY:5");
        } else {
            when("DTSTART", begins);
            if (const std::string end = of("end"); !end.empty())
                when("DTEND", end);
            else if (const auto length = read_duration(of("duration"));
                     length && duration_seconds(*length) > 0)
                line(fmt::format("DURATION:PT{}S", duration_seconds(*length)));
            if (text::key(of("status")) == "notheld")
                line("STATUS:CANCELLED");
        }
        property("LOCATION", of("location"));
        property("DESCRIPTION", of("description"));
        line(task ? "END:VTODO" : "END:VEVENT");
        sink_.row();
    }

    void end() override {
        line("END:VCALENDAR");
        sink_.flush();
    }

private:
    void line(std::string_view s) { form::append_folded(s, sink_.text); }
    void property(std::string_view name, std::string_view value) {
        if (!value.empty())
            line(fmt::format("{}:{}", name, form::escaped(value)));
    }
    /// 2026-11-30T09:00:00Z: 20261130T090000Z.
    static std::string basic(std::string s) {
        std::erase_if(s, [](char c) { return c == '-' || c == ':'; });
        return s;
    }
    void when(std::string_view name, const std::string& value) {
        if (!value.empty())
            line(fmt::format("{}{}:{}", name, value.size() == 10 ? ";VALUE=DATE" : "",
                             basic(value)));
    }

    std::span<const Column> columns_;
    Sink& sink_;
    std::string scratch_;
};

}  // namespace

std::unique_ptr<Writer> ics_writer(std::span<const Column> columns, Sink& sink) {
    return std::make_unique<Ics>(columns, sink);
}

}  // namespace crm::show
