#include "knowledge/ideas.hpp"

#include "base/text.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace crm::knowledge {

using people::OverviewRequest;
using people::OverviewSection;

namespace {

std::vector<Value> text_cell(std::string_view text) {
    return {text.empty() ? Value() : Value(std::string(text))};
}

}  // namespace

void add_ideas(const OverviewRequest& request, std::vector<OverviewSection>& sections) {
    store::Store& store = request.store();
    const meta::Entity& noun = store.model().get("feedback");
    if (!store.db().has_table(noun.noun))
        return;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(
        SELECT "id", "subject", coalesce("status", ''), coalesce("outcome", '')
        FROM "feedback"
        WHERE "product" = ?1 AND "kind" = 'Idea' AND {}
        ORDER BY CASE WHEN "status" IN ('Adopted', 'Declined') THEN 1 ELSE 0 END, "id")",
        sql::live()));
    OverviewSection section{.name = "ideas", .title = "ideas of customers"};
    section.columns = {{"id"}, {"subject"}, {"status"}, {"outcome"}};
    for (get.with(request.about.id); get.step();) {
        const std::string id = meta::short_id(noun, get.integer(0));
        if (request.most >= 0 && section.rows.size() == static_cast<std::size_t>(request.most)) {
            ++section.more;
            continue;
        }
        std::string line = fmt::format("{:<5} {}, {}", id, text::visible(get.text(1)), get.text(2));
        if (!get.text(3).empty())
            line += fmt::format(": {}", text::visible(get.text(3)));
        section.rows.push_back({.cells = {text_cell(id), text_cell(get.text(1)),
                                          text_cell(get.text(2)), text_cell(get.text(3))},
                                .line = std::move(line)});
    }
    if (!section.rows.empty())
        sections.push_back(std::move(section));
}

}  // namespace crm::knowledge
