#include "knowledge/pack.hpp"

#include "base/text.hpp"
#include "knowledge/records.hpp"
#include "meta/type.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <map>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

namespace {

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

}  // namespace crm::knowledge
