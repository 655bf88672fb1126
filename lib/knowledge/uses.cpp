#include "knowledge/uses.hpp"

#include "base/error.hpp"
#include "meta/item_list.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <tuple>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;
using store::RowCells;
using store::RuleContext;

namespace {

bool is_vote(std::string_view what) {
    return what == "Helpful" || what == "Unhelpful";
}

void put_uses(Record& article, const std::vector<Use>& uses) {
    auto& rows = article.rows[article.field("uses").first];
    rows.clear();
    for (const Use& use : uses) {
        const bool by_person = use.by.id != 0;
        rows.push_back({Value(use.at.iso()), Value(use.what),
                        use.ticket == 0 ? Value() : Value(use.ticket),
                        by_person ? Value(std::int64_t{use.by.entity->number}) : Value(),
                        by_person ? Value(use.by.id) : Value()});
    }
}

void check(const Record& article, const Use& use) {
    if (use.ticket == 0 && use.by.id == 0)
        throw Error(Fault::refused, "no_ticket",
                    fmt::format("{}: {} requires a ticket or a person", article.short_id(),
                                is_vote(use.what) ? "a vote" : "a use"),
                    "--ticket t1, or --by ada@acme.example");
    if (use.what == "Used" && article.text("status") == "Archived")
        throw Error(
            Fault::refused, "archived",
            fmt::format("{} {} is archived", article.short_id(), article.label()),
            fmt::format("crm kb edit {} status=draft, if it is valid again", article.short_id()));
}

std::vector<std::int64_t> articles_used(const Record& ticket) {
    const FieldInfo& field = ticket.field("used");
    std::vector<std::int64_t> out;
    for (const RowCells& row : ticket.rows[field.first])
        if (const auto article = store::row_number(row, field.rows.front()))
            out.push_back(*article);
    return out;
}

bool take_use(Record& article, std::int64_t ticket) {
    std::vector<Use> uses = uses_of(article);
    const auto is_it = [&](const Use& use) { return use.what == "Used" && use.ticket == ticket; };
    if (std::erase_if(uses, is_it) == 0)
        return false;
    put_uses(article, uses);
    return true;
}

/// Of each ticket or person one use and one vote, the last one.
std::vector<Use> each_once(const std::vector<Use>& uses) {
    std::vector<Use> kept;
    std::set<std::tuple<std::string, std::int64_t, store::Found>> known;
    for (const Use& use : uses | std::views::reverse) {
        const store::Found by = use.ticket == 0 ? use.by : store::Found();
        const bool is_known =
            !known.emplace(is_vote(use.what) ? "vote" : use.what, use.ticket, by).second;
        if (!is_known || (use.ticket == 0 && use.by.id == 0))
            kept.push_back(use);
    }
    std::ranges::reverse(kept);
    return kept;
}

/// The uids of articles that became one with this: a merge keeps them in refs.
std::vector<std::string> merged_into(const Record& before, const Record& article) {
    constexpr std::string_view prefix = "uid:";
    const auto had = meta::read_items(before.text("refs"));
    std::vector<std::string> out;
    for (const meta::Item& ref : meta::read_items(article.text("refs")))
        if (ref.value.starts_with(prefix) && std::ranges::find(had, ref) == had.end())
            out.push_back(ref.value.substr(prefix.size()));
    return out;
}

/// Also one in the trash.
std::optional<Record> article_with(RuleContext& context, const std::string& uid) {
    sql::Statement get =
        context.flushed().db().prepare(R"(SELECT "id" FROM "kb" WHERE "uid" = ?1)");
    if (!get.with(uid).step())
        return {};
    return context.find(context.store().model().get("kb"), get.integer(0));
}

}  // namespace

bool Use::is_of_same(const Use& other) const {
    if (ticket != 0 || other.ticket != 0)
        return ticket == other.ticket;
    return by == other.by;
}

std::vector<Use> uses_of(const Record& article) {
    const FieldInfo& field = article.field("uses");
    const FieldInfo& by = store::inner_field(field, "by");
    std::vector<Use> out;
    for (const RowCells& row : article.rows[field.first]) {
        const auto text = [&](std::string_view name) {
            return store::row_text(row, store::inner_field(field, name)).value_or("");
        };
        Use use{iso_instant(text("at")).value_or(Instant{}), text("what"),
                store::row_number(row, store::inner_field(field, "ticket")).value_or(0)};
        const auto* noun = std::get_if<std::int64_t>(&row[by.first]);
        const auto* id = std::get_if<std::int64_t>(&row[by.first + 1]);
        if (noun != nullptr && id != nullptr)
            use.by = {article.entity->model().by_number(static_cast<int>(*noun)), *id};
        out.push_back(std::move(use));
    }
    return out;
}

bool add_use(Record& article, const Use& use) {
    check(article, use);
    std::vector<Use> uses = uses_of(article);
    const auto is_same = [&](const Use& other) {
        const bool is_same_kind = is_vote(use.what) ? is_vote(other.what) : use.what == other.what;
        return is_same_kind && use.is_of_same(other);
    };
    const auto known = std::ranges::find_if(uses, is_same);
    if (known != uses.end() && known->what == use.what)
        return false;
    if (known != uses.end())
        uses.erase(known);
    uses.push_back(use);
    put_uses(article, uses);
    return true;
}

void unite_uses(RuleContext& context, const Record* before, Record& article) {
    if (before == nullptr)
        return;
    std::vector<Use> uses = uses_of(article);
    const std::size_t had = uses.size();
    for (const std::string& uid : merged_into(*before, article))
        if (const auto other = article_with(context, uid))
            std::ranges::move(uses_of(*other), std::back_inserter(uses));
    if (uses.size() != had)
        put_uses(article, each_once(uses));
}

void count_uses(RuleContext& context, const Record* before, const Record& ticket) {
    const std::vector<std::int64_t> now = articles_used(ticket);
    const std::vector<std::int64_t> had =
        before == nullptr ? std::vector<std::int64_t>() : articles_used(*before);
    if (now == had)
        return;
    const auto change = [&](std::int64_t id, const auto& put) {
        const auto article = context.find(ticket.entity->model().get("kb"), id);
        if (!article)
            return;
        Record after = *article;
        if (put(after))
            context.change(*article, after);
    };
    for (const std::int64_t id : now)
        if (std::ranges::find(had, id) == had.end())
            change(id, [&](Record& article) {
                return add_use(article,
                               {.at = context.clock.now, .what = "Used", .ticket = ticket.id});
            });
    for (const std::int64_t id : had)
        if (std::ranges::find(now, id) == now.end())
            change(id, [&](Record& article) { return take_use(article, ticket.id); });
}

}  // namespace crm::knowledge
