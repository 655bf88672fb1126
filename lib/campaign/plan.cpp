#include "campaign/plan.hpp"

#include "base/text.hpp"
#include "campaign/texts.hpp"
#include "mail/campaign_mail.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::campaign {
namespace {

using store::Record;

constexpr std::int64_t whole = 100;  ///< per cent

std::vector<store::RowCells>& rows_of(Record& campaign, std::string_view list) {
    return campaign.rows[campaign.field(list).first];
}

std::vector<std::string> names_of(const Record& campaign) {
    const meta::FieldInfo& list = campaign.field("variants");
    std::vector<std::string> out;
    for (const store::RowCells& row : campaign.rows[list.first])
        out.push_back(store::row_text(row, store::inner_field(list, "variant")).value_or(""));
    return out;
}

}  // namespace

std::int64_t next_step_number(const Record& campaign) {
    const std::vector<Step> steps = steps_of(campaign);
    return steps.empty() ? 2 : steps.back().number + 1;
}

std::string next_variant_name(const Record& campaign) {
    const std::vector<std::string> taken = names_of(campaign);
    for (char name = 'B'; name <= 'Z'; ++name)
        if (std::ranges::find(taken, std::string(1, name)) == taken.end())
            return std::string(1, name);
    throw Error(Fault::refused, "too_many", "a campaign has at most 26 variants");
}

void remove_step(store::Store& store, Record& campaign, std::int64_t number) {
    const meta::FieldInfo& list = campaign.field("steps");
    auto& rows = rows_of(campaign, "steps");
    const auto found = std::ranges::find_if(rows, [&](const store::RowCells& row) {
        return store::row_number(row, store::inner_field(list, "step")) == number;
    });
    if (found == rows.end())
        throw Error(
            Fault::not_found, "no_step",
            fmt::format("{} {} has no step {}", campaign.short_id(), campaign.label(), number),
            fmt::format("crm campaign show {} -F steps", campaign.short_id()));
    if (mail::has_campaign_mail(store)) {
        sql::Statement had = store.db().prepare(R"(
            SELECT max(CASE WHEN r."state" IN ('Queued', 'Held') THEN 0 ELSE 1 END) FROM "campaign_mail" x
            LEFT JOIN "mail_recipients" r ON r."record" = x."mail" AND r."position" = x."position"
            WHERE x."campaign" = ?1 AND x."step" = ?2 AND coalesce(r."state", '') <> 'Cancelled')");
        if (had.with(campaign.id, number).step() && !had.null(0))
            throw Error(Fault::refused, "already_sent",
                        fmt::format("step {} has been {} members", number,
                                    had.integer(0) != 0 ? "sent to" : "queued for"),
                        had.integer(0) != 0
                            ? fmt::format("crm campaign stop {} keeps it and ends the mails",
                                          campaign.short_id())
                            : fmt::format("crm campaign stop {}", campaign.short_id()));
    }
    rows.erase(found);
}

void remove_variant(Record& campaign, std::string_view name) {
    const std::vector<std::string> names = names_of(campaign);
    const auto found = std::ranges::find_if(
        names, [&](const std::string& other) { return text::folded(other) == text::folded(name); });
    if (found == names.end())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("{} {} has no variant '{}'", campaign.short_id(), campaign.label(),
                                text::clipped(name, 40)),
                    fmt::format("crm campaign show {} -F variants", campaign.short_id()));
    auto& rows = rows_of(campaign, "variants");
    rows.erase(rows.begin() + (found - names.begin()));
}

void check_plan(store::RuleContext&, const Record*, const Record& campaign) {
    std::int64_t expected = 2;
    for (const Step& step : steps_of(campaign))
        if (step.number != expected++)
            throw Error(Fault::refused, "step_missing",
                        fmt::format("steps: step {} has no step {} before it", step.number,
                                    step.number - 1),
                        "crm campaign step add M template=T after=3d");
    std::int64_t shares = 0;
    for (const Variant& variant : variants_of(campaign)) {
        if (variant.record == 0 && variant.name == "A")
            continue;
        if (variant.record == 0 || variant.share <= 0)
            throw Error(Fault::refused, "variant_incomplete",
                        fmt::format("variants: {} has no {}", variant.name,
                                    variant.record == 0 ? "template" : "share"),
                        "crm campaign variant add M template=T share=50%");
        shares += variant.share;
    }
    if (shares > whole)
        throw Error(Fault::refused, "shares",
                    fmt::format("variants: the shares are {} % together", shares),
                    "at most 100 %; the template of the campaign gets what is left");
}

}  // namespace crm::campaign
