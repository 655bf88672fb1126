#include "mail/mail_hours.hpp"

#include "base/number.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace crm::mail {
namespace {

constexpr int minutes_of_day = 24 * 60;

/// 9, 17:30, 24
std::optional<int> read_minutes(std::string_view text) {
    text = text::trimmed(text);
    const std::size_t colon = text.find(':');
    const auto hour = whole_text_as<int>(text.substr(0, colon));
    const auto minute = colon == std::string_view::npos
                            ? std::optional(0)
                            : whole_text_as<int>(text.substr(colon + 1));
    if (!hour || !minute || *hour < 0 || *minute < 0 || *minute > 59)
        return {};
    const int out = *hour * 60 + *minute;
    return out > minutes_of_day ? std::nullopt : std::optional(out);
}

}  // namespace

std::optional<MailHours> read_mail_hours(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos)
        return {};
    const auto from = read_minutes(text.substr(0, dash)), to = read_minutes(text.substr(dash + 1));
    if (!from || !to || *from >= *to)
        return {};
    return MailHours{*from, *to};
}

std::optional<Instant> MailHours::next(const Clock& there) const {
    const int second = there.second_of_day();
    if (second < from * 60)
        return there.at(there.today(), from * 60);
    if (second >= to * 60)
        return there.at({there.today().days + 1}, from * 60);
    return {};
}

std::string zone_of(store::Store& store, const Delivery& delivery, const std::string& otherwise) {
    if (delivery.who_noun != nullptr && delivery.who_noun->find("timezone") != nullptr) {
        sql::Statement own = store.db().prepare(
            fmt::format(R"(SELECT "timezone" FROM {} WHERE "id" = ?1 AND "timezone" IS NOT NULL)",
                        sql::quoted(delivery.who_noun->noun)));
        if (own.with(delivery.who).step())
            return std::string(own.text(0));
    }
    if (store.db().has_table("calendar")) {
        sql::Statement calendar = store.db().prepare(R"(
            SELECT l."timezone" FROM "campaign" c JOIN "calendar" l ON l."id" = c."calendar"
            WHERE c."id" = ?1 AND l."timezone" IS NOT NULL)");
        if (calendar.with(delivery.campaign).step())
            return std::string(calendar.text(0));
    }
    return otherwise;
}

}  // namespace crm::mail
