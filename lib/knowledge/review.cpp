#include "knowledge/review.hpp"

#include "base/error.hpp"
#include "knowledge/versions.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::knowledge {

using store::Record;

namespace {

constexpr int unused_days = 90;
constexpr std::int64_t least_votes = 3;

/// Users who own articles and are no more, or are not active.
bool is_gone(store::Store& store, std::int64_t user) {
    if (user == 0)
        return false;
    const auto record = store.find(store.model().with(meta::Role::user), user);
    if (!record || !record->deleted_at.empty())
        return true;
    const meta::FieldInfo& active = record->field("active");
    const Value& value = record->of(active).front();
    return value == Value(std::int64_t{0});
}

std::vector<std::string> reasons_of(store::Store& store, const ReviewItem& item,
                                    const std::string& published_on, const Clock& clock) {
    std::vector<std::string> out;
    const std::string today = clock.today().iso();
    if (!item.review_on.empty() && item.review_on <= today)
        out.emplace_back("due");
    const Date limit{clock.today().days - unused_days};
    if (item.status == "Published" && item.reused == 0 && !published_on.empty() &&
        published_on <= limit.iso())
        out.emplace_back("unused");
    if (item.unhelpful > item.helpful && item.helpful + item.unhelpful >= least_votes)
        out.emplace_back("contradicted");
    if (is_gone(store, item.owner))
        out.emplace_back("owner gone");
    return out;
}

}  // namespace

std::vector<ReviewItem> review_list(store::Store& store, const Clock& clock) {
    const meta::Entity& articles = store.model().get("kb");
    std::vector<ReviewItem> out;
    if (!store.db().has_table(articles.noun))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(
        SELECT t."id", t."title", coalesce(t."status", ''), coalesce(t."review_on", ''),
            coalesce(t."owner", 0), coalesce(t."published_on", ''),
            count(CASE WHEN u."what" = 'Used' THEN 1 END),
            count(CASE WHEN u."what" = 'Helpful' THEN 1 END),
            count(CASE WHEN u."what" = 'Unhelpful' THEN 1 END)
        FROM "kb" t
        LEFT JOIN "kb_uses" u ON u."record" = t."id"
        WHERE {} AND t."status" <> 'Archived'
        GROUP BY t."id", t."title", t."status", t."review_on", t."owner", t."published_on"
        ORDER BY t."id")",
        sql::live("t")));
    while (get.step()) {
        ReviewItem item{.article = {&articles, get.integer(0)},
                        .title = std::string(get.text(1)),
                        .status = std::string(get.text(2)),
                        .review_on = std::string(get.text(3)),
                        .owner = get.integer(4),
                        .reused = get.integer(6),
                        .helpful = get.integer(7),
                        .unhelpful = get.integer(8),
                        .reasons = {}};
        item.reasons = reasons_of(store, item, std::string(get.text(5)), clock);
        if (!item.reasons.empty())
            out.push_back(std::move(item));
    }
    std::ranges::stable_sort(out, [](const ReviewItem& a, const ReviewItem& b) {
        const bool a_due = a.reasons.front() == "due", b_due = b.reasons.front() == "due";
        if (a_due != b_due)
            return a_due;
        return a_due && a.review_on < b.review_on;
    });
    return out;
}

void confirm(Record& article, const Reviewer& reviewer, std::string_view next) {
    const std::int64_t user = store::user_number(article.entity->model(), reviewer.user);
    article.put_text("reviewed_on", reviewer.today);
    article.put(article.field("reviewed_by"), {user == 0 ? Value() : Value(user)});
    article.put_text("review_on", std::string(next));
}

void publish(Record& article) {
    const std::string& status = article.text("status");
    if (status == "Published")
        return;
    if (status == "Archived")
        throw Error(
            Fault::refused, "archived",
            fmt::format("{} {} is archived", article.short_id(), article.label()),
            fmt::format("crm kb edit {} status=draft, if it is valid again", article.short_id()));
    article.put_text("status", "Published");
}

}  // namespace crm::knowledge
