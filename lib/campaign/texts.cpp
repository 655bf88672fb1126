#include "campaign/texts.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "mail/language.hpp"
#include "mail/template_versions.hpp"
#include "mail/unsubscribe.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::campaign {

using meta::Entity;
using store::Record;

std::vector<Variant> variants_of(const Record& campaign) {
    const meta::FieldInfo& field = campaign.field("variants");
    std::vector<Variant> out;
    std::int64_t left = 100;
    for (const store::RowCells& row : campaign.rows[field.first]) {
        const auto cell = [&](std::string_view name) -> const meta::FieldInfo& {
            return store::inner_field(field, name);
        };
        out.push_back({store::row_text(row, cell("variant")).value_or(""),
                       store::row_number(row, cell("template")).value_or(0),
                       store::row_number(row, cell("share")).value_or(0)});
        left -= out.back().share;
    }
    if (!out.empty() && std::ranges::find(out, "A", &Variant::name) == out.end())
        out.insert(out.begin(), {"A", 0, std::max<std::int64_t>(left, 0)});
    return out;
}

const Variant& variant_for(std::span<const Variant> variants, std::string_view campaign_uid,
                           std::string_view member_uid) {
    const std::string hash = sha256(fmt::format("variant {} {}", campaign_uid, member_uid));
    std::uint64_t number = 0;
    std::from_chars(hash.data(), hash.data() + 15, number, 16);
    std::int64_t place = static_cast<std::int64_t>(number % 10'000);
    for (const Variant& variant : variants) {
        place -= variant.share * 100;
        if (place < 0)
            return variant;
    }
    return variants.front();
}

std::vector<Step> steps_of(const Record& campaign) {
    const meta::FieldInfo& field = campaign.field("steps");
    std::vector<Step> out;
    for (const store::RowCells& row : campaign.rows[field.first]) {
        const auto cell = [&](std::string_view name) -> const meta::FieldInfo& {
            return store::inner_field(field, name);
        };
        out.push_back({store::row_number(row, cell("step")).value_or(0),
                       duration_seconds(store::row_text(row, cell("after")).value_or("0d")),
                       store::row_number(row, cell("template")).value_or(0),
                       store::row_text(row, cell("unless")).value_or("reply")});
    }
    std::ranges::sort(out, {}, &Step::number);
    return out;
}

Error no_step(const Record& campaign, std::int64_t step) {
    return {Fault::usage, "no_step",
            fmt::format("{} {} has no step {}", campaign.short_id(), campaign.label(), step),
            fmt::format("crm campaign show {} -F steps", campaign.short_id())};
}

Texts::Texts(store::Resolver& resolver, const Clock& clock, const Record& campaign,
             std::span<const Entity* const> nouns, std::optional<store::Found> me)
    : resolver_(resolver), campaign_(campaign) {
    const std::int64_t own = campaign.number("template");
    if (own == 0)
        throw Error(Fault::usage, "no_template",
                    fmt::format("{} {} has no template", campaign.short_id(), campaign.label()),
                    fmt::format("crm campaign edit {} template=NAME", campaign.short_id()));
    of_step_[1] = own;
    read(own);
    for (const Step& step : steps_of(campaign)) {
        of_step_[step.number] = step.record == 0 ? own : step.record;
        read(of_step_[step.number]);
    }
    for (const Variant& variant : variants_of(campaign))
        if (variant.record != 0)
            read(variant.record);
    for (const Entity* noun : nouns) {
        auto filler = std::make_unique<mail::Filler>(
            resolver, clock, noun, store::Found{campaign.entity, campaign.id}, me);
        filler->give(mail::unsubscribe_tag);
        for (const auto& [record, languages] : texts_)
            for (const Text& text : languages) {
                filler->check(text.subject);
                filler->check(text.body);
            }
        fillers_.emplace(noun, std::move(filler));
    }
}

void Texts::read(std::int64_t record) {
    if (texts_.contains(record))
        return;
    for (const Record& one : mail::mail_versions(resolver_.store(), record)) {
        const std::string language = one.text("language");
        Template body =
            mail::with_unsubscribe_link(one.text("body"), language, one.short_id() + ".body");
        const mail::MarkdownTemplate sound(body);  // throws where a section is lost in Markdown
        texts_[record].push_back({one.id, language, one.text("subject"), body.source(),
                                  Template(one.text("subject"), one.short_id() + ".subject"),
                                  std::move(body)});
    }
}

const Text* Texts::find(std::int64_t step, const Variant* variant,
                        const std::string& language) const {
    if (!of_step_.contains(step))
        throw no_step(campaign_, step);
    const bool has_own = step == 1 && variant != nullptr && variant->record != 0;
    const std::list<Text>& texts = texts_.at(has_own ? variant->record : of_step_.at(step));
    std::vector<std::string> languages;
    for (const Text& text : texts)
        languages.push_back(text.language);
    const auto version = mail::version_for(languages, language);
    return version ? &*std::next(texts.begin(), static_cast<std::ptrdiff_t>(*version)) : nullptr;
}

const Text& Texts::get(std::int64_t step, const Variant* variant,
                       const std::string& language) const {
    if (const Text* found = find(step, variant, language))
        return *found;
    throw Error(Fault::refused, "no_language",
                fmt::format("the template of {} {} has no text for the language '{}'",
                            campaign_.short_id(), campaign_.label(), language),
                "crm template list");
}

std::map<std::int64_t, TemplateValues> Texts::values(const Entity& noun,
                                                     std::span<const std::int64_t> ids) {
    return fillers_.at(&noun)->values_of(ids);
}

}  // namespace crm::campaign
