#include "cmd/people/overview.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "meta/type.hpp"
#include "query/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::cmd {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

constexpr int most = 8;  ///< records of a kind

/// Kinds in the order in which somebody wants to know of them; the others follow.
constexpr std::string_view first[] = {"contact",  "ticket",  "task", "deal", "quote", "order",
                                      "contract", "meeting", "call", "mail", "note"};

}  // namespace

std::vector<const Entity*> in_order(std::vector<const Entity*> nouns) {
    const auto rank = [](const Entity* e) {
        return std::ranges::find(first, e->noun) - std::begin(first);
    };
    std::ranges::stable_sort(nouns, {}, rank);
    return nouns;
}

namespace {

std::string title(Session& session, std::string_view text) {
    return fmt::format("\n{}{}{}\n", session.env.color ? "\x1b[1m" : "", text,
                       session.env.color ? "\x1b[0m" : "");
}

}  // namespace

std::string references_to(const Entity& entity, const store::Found& found, int id) {
    std::string where;
    for (const FieldInfo& field : entity.fields()) {
        if (field.name() == "owner" || field.is(meta::mirror))
            continue;
        const FieldInfo& link = field.type() == Type::rows ? field.rows.front() : field;
        if (link.type() != Type::link || (link.to != nullptr && link.to != found.entity))
            continue;
        where += where.empty() ? "" : " OR ";
        if (field.type() == Type::rows)
            where += fmt::format("t.\"id\" IN (SELECT \"record\" FROM {} WHERE {}{}=?{})",
                                 sql::quoted(field.table()),
                                 link.to == nullptr
                                     ? fmt::format("{}={} AND ", sql::quoted(link.columns[0].name),
                                                   found.entity->number)
                                     : "",
                                 sql::quoted(link.columns.back().name), id);
        else if (link.to == nullptr)
            where += fmt::format("(t.{}={} AND t.{}=?{})", sql::quoted(link.columns[0].name),
                                 found.entity->number, sql::quoted(link.columns[1].name), id);
        else
            where += fmt::format("t.{}=?{}", sql::quoted(link.columns[0].name), id);
    }
    return where;
}

namespace {

/// One line: what a list shows of the record, but not whom it belongs to, which is said above.
std::string line(Session& session, const Entity& entity, std::int64_t id,
                 const store::Found& found) {
    store::Selection s(session.store(), entity);
    s.one = id;
    for (const std::string_view column : entity.columns())
        if (const FieldInfo* field = entity.find(column);
            field == nullptr || field->to != found.entity)
            s.columns.push_back(*store::select_column(entity, column));
    const std::string itself = meta::short_id(*found.entity, found.id);
    std::string out;
    s.each([&](std::span<const std::span<const View>> cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const FieldInfo* field = s.columns[i].single() ? nullptr : s.columns[i].field;
            std::string text = cell_text(session, s.columns[i], cells[i]);
            if (text.empty() || (field != nullptr && field->type() == Type::link &&
                                 cells[i].front().text == itself))
                continue;
            if (field != nullptr && field->type() == Type::instant)
                text.resize(std::min<std::size_t>(text.size(), 10));
            text = text::clipped(text::visible(text), 60);
            out += i == 0 ? fmt::format("  {:<5}", text) : (i == 1 ? " " : ", ") + text;
        }
        return true;
    });
    return out;
}

void related(Session& session, const store::Found& found, std::string& out) {
    store::Store& store = session.store();
    for (const Entity* noun : in_order(store.nouns())) {
        const Entity& entity = *noun;
        std::string open = "1=0";
        std::vector<Value> binds;
        if (std::ranges::find(entity.is(), "open", &meta::Is::word) != entity.is().end()) {
            const std::vector<std::string> words{"is:open"};
            auto condition = query::compile(words, entity, query_context(session, words), "t");
            if (!condition)
                throw condition.error();
            if (!condition->sql.empty())
                open = condition->sql, binds = condition->binds;
        }
        const std::string where = references_to(entity, found, static_cast<int>(binds.size()) + 1);
        if (where.empty())
            continue;
        sql::Statement get = store.db().prepare(fmt::format(
            "SELECT t.\"id\", count(*) OVER () FROM {} t WHERE t.\"deleted_at\" IS NULL AND "
            "t.\"undone\" IS NULL AND ({}) ORDER BY ({}) DESC, t.\"id\" DESC LIMIT {}",
            sql::quoted(entity.noun), where, open, most));
        int at = 0;
        for (const Value& bind : binds)
            get.bind(++at, View(bind));
        get.bind(at + 1, found.id);
        std::int64_t all = 0;
        for (int shown = 0; get.step(); ++shown) {
            all = get.integer(1);
            if (shown == 0)
                out += title(session, entity.plural);
            out += line(session, entity, get.integer(0), found) + "\n";
        }
        if (all > most)
            out += fmt::format("  … {} more\n", all - most);
    }
}

struct Figure {
    std::string_view noun, what, which, sum;  ///< conditions and amounts in SQL over t
};
constexpr Figure figures[] = {
    {"deal", "open deals", "t.\"stage\" NOT IN ('Closed Won', 'Closed Lost')", "amount"},
    {"deal", "won deals", "t.\"stage\" = 'Closed Won'", "amount"},
    {"deal", "lost deals", "t.\"stage\" = 'Closed Lost'", "amount"},
    {"order", "orders", "t.\"status\" IS NOT 'Cancelled'", "total"},
    {"ticket", "open tickets", "t.\"status\" IN ('New', 'Assigned', 'Pending')", ""},
};

/// Of the company and all that belong to it, currency by currency.
void totals(Session& session, const store::Found& found, std::string& out) {
    constexpr std::string_view tree =
        R"(WITH RECURSIVE tree(id) AS (SELECT ?1 UNION SELECT a."id" FROM "account" a JOIN tree ON a."parent" = tree.id WHERE a."deleted_at" IS NULL AND a."undone" IS NULL))";
    store::Store& store = session.store();
    const auto nouns = store.nouns();
    sql::Statement size = store.db().prepare(fmt::format("{} SELECT count(*) FROM tree", tree));
    size.with(found.id).step();
    const std::int64_t companies = size.integer(0);
    std::string text;
    for (const Figure& figure : figures) {
        const Entity& entity = session.model().get(figure.noun);
        if (std::ranges::find(nouns, &entity) == nouns.end())
            continue;
        const std::string sum = figure.sum.empty() ? "NULL"
                                                   : "sum(t." + sql::quoted(figure.sum) + ")",
                          currency =
                              figure.sum.empty()
                                  ? "NULL"
                                  : "t." + sql::quoted(std::string(figure.sum) + "_currency");
        sql::Statement get = store.db().prepare(fmt::format(
            "{} SELECT count(*), {}, {} FROM {} t WHERE t.\"account\" IN (SELECT id FROM tree) AND "
            "t.\"deleted_at\" IS NULL AND t.\"undone\" IS NULL AND {} GROUP BY 3 ORDER BY 2 DESC",
            tree, sum, currency, sql::quoted(figure.noun), figure.which));
        std::int64_t count = 0;
        std::string amounts;
        for (get.with(found.id); get.step();) {
            count += get.integer(0);
            if (!get.view(1).null() && !get.view(2).null())
                amounts += fmt::format("{}{} {}", amounts.empty() ? "" : " + ",
                                       money_text(get.integer(1), get.text(2)), get.text(2));
        }
        if (count > 0)
            text += fmt::format("  {:<14} {:>5}{}{}\n", figure.what, count,
                                amounts.empty() ? "" : "  ", amounts);
    }
    if (text.empty())
        return;
    out += title(session, companies > 1
                              ? fmt::format("totals, with {} {} that belong{} to it", companies - 1,
                                            companies > 2 ? "companies" : "company",
                                            companies > 2 ? "" : "s")
                              : std::string("totals")) +
           text;
}

/// Where a deal stood how long, how long such deals still take, and what helps where it stands.
void way(Session& session, const store::Found& found, std::string& out) {
    const std::vector<StageVisit> stays = stage_history(session, found.id);
    if (stays.empty())
        return;
    out += title(session, "stages");
    for (const StageVisit& stay : stays)
        out += fmt::format("  {:<14} {:>6} days\n", text::visible(stay.stage), stay.days);
    const store::Record deal = session.store().get(*found.entity, found.id);
    const meta::Stage* stage = session.model().stages().find(
        deal.text(*found.entity->find("stage")), deal.text(*found.entity->find("pipeline")));
    if (stage == nullptr || stage->outcome != meta::Outcome::open)
        return;
    if (const auto [cases, days] = days_still(session, stage->name); cases > 0)
        out += fmt::format("  deals that were won took {} days more from here ({} case{})\n", days,
                           cases, cases == 1 ? "" : "s");
    for (const std::string_view article : stage->playbook) {
        sql::Statement get = session.store().db().prepare(
            R"(SELECT "id" FROM "article" WHERE "title" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL)");
        get.with(article);
        out += fmt::format(
            "  playbook: {}{}\n", text::visible(article),
            get.step() ? " (" + meta::short_id(session.model().get("article"), get.integer(0)) + ")"
                       : ", which is not written yet");
    }
}

}  // namespace

void overview(Session& session, const store::Found& found, std::string& out) {
    if (found.entity->noun == "account") {
        totals(session, found, out);
        bool headed = false;
        for (const Promise& p : promises_to(session, found)) {
            if (p.state != "open" && p.state != "broken")
                continue;
            if (!std::exchange(headed, true))
                out += title(session, "promises");
            out += "  " +
                   text::visible(fmt::format(
                       "{:<5} {}{}{}{}{}", p.id, p.subject, p.due.empty() ? "" : ", " + p.due,
                       p.state == "broken" ? ", broken" : "", p.by.empty() ? "" : ", by " + p.by,
                       p.against.empty() ? "" : ", contradicts " + p.against)) +
                   "\n";
        }
    }
    if (found.entity->noun == "deal")
        way(session, found, out);
    related(session, found, out);
}

}  // namespace crm::cmd
