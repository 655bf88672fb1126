#include "app/overview.hpp"

#include "campaign/overview.hpp"
#include "knowledge/ideas.hpp"
#include "sales/deal_overview.hpp"
#include "service/ticket_overview.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>

namespace crm::app {
namespace {

using people::OverviewPart;

constexpr OverviewPart of_account[] = {people::add_totals, people::add_promises,
                                       people::add_activities,
                                       people::add_related_without_activities};
constexpr OverviewPart of_contact[] = {people::add_activities,
                                       people::add_related_without_activities};
constexpr OverviewPart of_lead[] = {people::add_activities, people::add_related_without_activities};
constexpr OverviewPart of_deal[] = {sales::add_stages, people::add_activities,
                                    people::add_related_without_activities};
constexpr OverviewPart of_ticket[] = {service::add_clocks, service::add_cover,
                                      service::add_conversation,
                                      people::add_related_without_activities};
constexpr OverviewPart of_asset[] = {service::add_cover, people::add_activities,
                                     people::add_related_without_activities,
                                     service::add_tickets_of_replaced};
constexpr OverviewPart of_campaign[] = {campaign::add_progress, people::add_related};
constexpr OverviewPart of_product[] = {knowledge::add_ideas, people::add_related};
constexpr std::string_view sold_to[] = {"account", "contact", "deal", "quote"};
constexpr OverviewPart of_others[] = {people::add_related};

/// THE declaration of what the overview of a noun consists of, in this order.
struct NounOverview {
    std::string_view noun;
    std::span<const OverviewPart> parts;
};
constexpr NounOverview overviews[] = {{"account", of_account}, {"contact", of_contact},
                                      {"lead", of_lead},       {"deal", of_deal},
                                      {"product", of_product}, {"ticket", of_ticket},
                                      {"asset", of_asset},     {"campaign", of_campaign}};

std::span<const OverviewPart> parts_of(std::string_view noun) {
    const auto own = std::ranges::find(overviews, noun, &NounOverview::noun);
    return own == std::end(overviews) ? std::span<const OverviewPart>(of_others) : own->parts;
}

}  // namespace

std::vector<people::OverviewSection> warnings(const people::OverviewRequest& request) {
    std::vector<people::OverviewSection> sections;
    if (std::ranges::find(sold_to, request.about.entity->noun) != std::end(sold_to))
        people::add_problems(request, sections);
    return sections;
}

std::vector<people::OverviewSection> overview(const people::OverviewRequest& request) {
    std::vector<people::OverviewSection> sections;
    for (const OverviewPart add : parts_of(request.about.entity->noun))
        add(request, sections);
    return sections;
}

}  // namespace crm::app
