#include "knowledge/pack.hpp"

#include "base/text.hpp"
#include "knowledge/uses.hpp"
#include "knowledge/versions.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

std::vector<Record> records_of(store::Store& store, std::string_view noun,
                               std::string_view condition, std::int64_t value = 0) {
    std::vector<Record> out;
    if (!store.db().has_table(noun))
        return out;
    sql::Statement get =
        store.db().prepare(fmt::format(R"(SELECT "id" FROM {} WHERE {} AND {} ORDER BY "id")",
                                       sql::quoted(noun), condition, sql::live()));
    if (value != 0)
        get.with(value);
    std::vector<std::int64_t> ids;
    while (get.step())
        ids.push_back(get.integer(0));
    for (const std::int64_t id : ids)
        out.push_back(store.get(store.model().get(noun), id));
    return out;
}

/// The document about one product.
class Pack {
public:
    Pack(store::Store& store, const Clock& clock, std::int64_t product)
        : store_(store),
          clock_(clock),
          product_(store.get(store.model().with(meta::Role::product), product)) {}

    std::string run() {
        out_ = fmt::format("# {}\n", product_.label());
        add_facts();
        add_prices();
        add_articles();
        add_competitors();
        add_ideas();
        return std::move(out_);
    }

private:
    static std::string text_of(const Record& record, const FieldInfo& field) {
        return meta::text(field, record.views(field));
    }

    void heading(std::string_view title) { out_ += fmt::format("\n## {}\n\n", title); }

    void add_facts() {
        std::string lines;
        for (const std::string_view name :
             {"sku", "category", "price", "unit", "stock", "lead_time"}) {
            const FieldInfo* field = product_.entity->find(name);
            const std::string text = field == nullptr ? "" : text_of(product_, *field);
            if (!text.empty())
                lines += fmt::format("- {}: {}\n", name == "lead_time" ? "lead time" : name, text);
        }
        if (!lines.empty())
            out_ += "\n" + lines;
    }

    /// Of price books that are valid today.
    void add_prices() {
        std::string lines;
        const std::string today = clock_.today().iso();
        for (const Record& book : records_of(store_, "pricebook", "TRUE")) {
            const std::string &from = book.text("valid_from"), &to = book.text("valid_to");
            if ((!from.empty() && from > today) || (!to.empty() && to < today))
                continue;
            const FieldInfo& entries = book.field("entries");
            for (const store::RowCells& row : book.rows[entries.first]) {
                if (row[entries.rows.front().cells - 1] != Value(product_.id))
                    continue;
                lines += fmt::format("- {}", book.label());
                for (const FieldInfo& inner : entries.rows) {
                    if (&inner == &entries.rows.front() || inner.computed())
                        continue;
                    const std::vector<View> cells(
                        row.begin() + static_cast<long>(inner.first),
                        row.begin() + static_cast<long>(inner.first + inner.cells));
                    const std::string text = meta::text(inner, cells);
                    if (text.empty())
                        continue;
                    lines += inner.name() == "min_quantity" ? fmt::format(", from {}", text)
                                                            : fmt::format(", {}", text);
                }
                lines += "\n";
            }
        }
        if (lines.empty())
            return;
        heading("Prices");
        out_ += lines;
    }

    void add_articles() {
        std::map<std::string, std::vector<Record>> by_kind;
        for (Record& article :
             records_of(store_, "kb", R"("product" = ?1 AND "status" = 'Published')", product_.id))
            by_kind[article.text("kind")].push_back(std::move(article));
        for (const auto& [kind, articles] : by_kind) {
            heading(kind.empty() ? "Other articles" : kind);
            for (const Record& article : articles) {
                out_ += fmt::format("{}### {} ({})\n", &article == &articles.front() ? "" : "\n",
                                    article.label(), article.short_id());
                if (!article.text("body").empty())
                    out_ += fmt::format("\n{}\n", article.text("body"));
            }
        }
    }

    struct Competitor {
        std::string name;
        int open = 0, won = 0, lost = 0;
    };

    void add_competitors() {
        std::map<std::string, Competitor> all;
        for (
            const Record& deal : records_of(
                store_, "deal",
                R"(("product" = ?1 OR "id" IN (SELECT "record" FROM "deal_lines" WHERE "product" = ?1)))",
                product_.id)) {
            const FieldInfo& field = deal.field("competitors");
            const std::string& stage = deal.text("stage");
            meta::each_value(field, deal.text(field), [&](std::string_view name) {
                Competitor& one = all[text::folded(name)];
                if (one.name.empty())
                    one.name = name;
                ++(stage == "Closed Won" ? one.won : stage == "Closed Lost" ? one.lost : one.open);
            });
        }
        if (all.empty())
            return;
        heading("Competitors");
        for (const auto& [key, one] : all)
            out_ += fmt::format("- {}: {} won against them, {} lost to them, {} open\n", one.name,
                                one.won, one.lost, one.open);
    }

    void add_ideas() {
        const std::vector<Record> ideas = records_of(
            store_, "feedback",
            R"("product" = ?1 AND "kind" = 'Idea' AND "status" IN ('New', 'Considered'))",
            product_.id);
        if (ideas.empty())
            return;
        heading("Open ideas");
        for (const Record& idea : ideas)
            out_ +=
                fmt::format("- {} ({}, {})\n", idea.label(), idea.short_id(), idea.text("status"));
    }

    store::Store& store_;
    const Clock& clock_;
    Record product_;
    std::string out_;
};

}  // namespace

std::string product_pack(store::Store& store, const Clock& clock, std::int64_t product) {
    return Pack(store, clock, product).run();
}

std::vector<MapTopic> knowledge_map(store::Store& store) {
    std::map<std::pair<bool, std::string>, MapTopic> topics;
    for (const Record& article : records_of(store, "kb", R"("status" <> 'Archived')")) {
        std::int64_t used = 0;
        for (const Use& use : uses_of(article))
            used += use.what == "Used" ? 1 : 0;
        const std::vector<Version> versions = versions_of(article);
        const auto add = [&](bool is_product, std::string_view name) {
            MapTopic& topic = topics[{is_product, text::folded(name)}];
            if (topic.name.empty())
                topic.name = name;
            topic.is_product = is_product;
            topic.articles.push_back({article.entity, article.id});
            topic.uses += used;
            for (const Version& version : versions)
                if (version.user != 0 &&
                    std::ranges::find(topic.people, version.user) == topic.people.end())
                    topic.people.push_back(version.user);
        };
        const FieldInfo &keywords = article.field("keywords"), &product = article.field("product");
        std::set<std::string> known;
        meta::each_value(keywords, article.text(keywords), [&](std::string_view keyword) {
            if (known.insert(text::folded(keyword)).second)
                add(false, keyword);
        });
        if (article.number(product) != 0)
            add(true, store.name(*product.to, article.number(product)));
    }
    std::vector<MapTopic> out;
    for (auto& [key, topic] : topics)
        out.push_back(std::move(topic));
    std::ranges::stable_sort(out, [](const MapTopic& a, const MapTopic& b) {
        return a.articles.size() > b.articles.size();
    });
    return out;
}

}  // namespace crm::knowledge
