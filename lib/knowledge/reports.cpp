#include "knowledge/reports.hpp"

#include "base/error.hpp"
#include "knowledge/dependence.hpp"
#include "report/numbers.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

namespace crm::knowledge {

using report::Column;
using report::ColumnType;

std::vector<Column> dependence_columns(std::string_view by) {
    const std::string noun(by.empty() ? "product" : by);
    Column topic{.name = noun, .group = true, .help = "what depends on one colleague"};
    if (noun != "topic") {
        topic.type = ColumnType::link;
        topic.noun = noun;
    }
    return {std::move(topic),
            {.name = "people",
             .type = ColumnType::integer,
             .help = "how many have closed tickets, won deals or written articles of it"},
            {.name = "first", .help = "who has the largest share"},
            {.name = "first_share",
             .type = ColumnType::share,
             .charted = true,
             .help = "their part of the score, as crm kb experts counts it"},
            {.name = "last",
             .type = ColumnType::instant,
             .help = "when they last did something of it"}};
}

report::Result dependence_report(store::Store& store, const Clock& clock, std::string_view by) {
    constexpr int digits = 6;
    const std::string_view link = by.empty() ? "product" : by;
    if (link != "product" && link != "account" && link != "topic")
        throw Error(Fault::usage, "bad_value",
                    fmt::format("--by: dependence has no group '{}'", by),
                    "--by product, account or topic");
    report::Result out{.columns = dependence_columns(link)};
    const meta::Entity& users = store.model().with(meta::Role::user);
    const bool is_topic = link == "topic";
    for (const Dependence& one :
         is_topic ? topic_dependences(store, clock) : dependences(store, clock, link)) {
        out.rows.push_back({one.name, one.people, store.name(users, one.first),
                            report::rounded_text(one.first_share, digits), one.last.iso()});
        if (!is_topic)
            out.ids.push_back({meta::short_id(*one.topic.entity, one.topic.id)});
    }
    return out;
}

}  // namespace crm::knowledge
