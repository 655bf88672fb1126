#include "knowledge/stats.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "insight/quantile.hpp"
#include "report/numbers.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace crm::knowledge {

using report::Column;
using report::ColumnType;

namespace {

constexpr int stat_digits = 6;
constexpr int days_without_ticket = 7;

/// Where something is counted.
struct Place {
    Date day;
    std::int64_t owner = 0, product = 0;
};

/// The values of the groups of a row: months as numbers that sort, records by their ids.
using Key = std::vector<std::int64_t>;

struct Figures {
    std::int64_t articles = 0, published = 0, uses = 0, helpful = 0, unhelpful = 0;
    std::int64_t tickets = 0, with_article = 0, first_contact = 0, eligible = 0, self_service = 0;
    std::vector<double> minutes_with, minutes_without;

    /// Uses × how many minutes less a ticket with an article took, by the medians.
    std::optional<double> minutes_saved() const {
        const auto with = insight::quantile(minutes_with, .5);
        const auto without = insight::quantile(minutes_without, .5);
        if (!with || !without)
            return {};
        return static_cast<double>(uses) * (*without - *with);
    }
};

std::vector<std::string> stat_groups(std::string_view by) {
    std::vector<std::string> out;
    for (const std::string_view part : text::split(by.empty() ? "month" : by, ',')) {
        const std::string name(text::trimmed(part));
        if (name != "month" && name != "owner" && name != "product")
            throw Error(Fault::usage, "bad_value",
                        fmt::format("--by: knowledge has no group '{}'", text::clipped(name, 40)),
                        "--by month, owner or product");
        out.push_back(name);
    }
    return out;
}

std::int64_t month_number(Date day) {
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    return std::int64_t{year} * 12 + month - 1;
}

class Stats {
public:
    Stats(store::Store& store, const Clock& clock, std::string_view by, const DateSpan& period)
        : store_(store), clock_(clock), period_(period), groups_(stat_groups(by)) {}

    report::Result run() {
        if (store_.db().has_table("kb"))
            add_articles();
        if (store_.db().has_table("ticket"))
            add_tickets();
        if (store_.db().has_table("kb"))
            add_uses();
        return result();
    }

private:
    /// Nothing for a day that is not known or not one of the period.
    Figures* at(const Place& place) {
        if ((period_.first && place.day < *period_.first) ||
            (period_.last && place.day > *period_.last))
            return nullptr;
        Key key;
        for (const std::string& group : groups_)
            key.push_back(group == "month"   ? month_number(place.day)
                          : group == "owner" ? place.owner
                                             : place.product);
        return &rows_[key];
    }

    std::optional<Date> day_of(std::string_view stored) const {
        if (const auto day = iso_date(std::string(stored)))
            return day;
        if (const auto instant = iso_instant(std::string(stored)))
            return clock_.day(*instant);
        return {};
    }

    void add_articles() {
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce("owner", 0), coalesce("product", 0), "created_at",
                   coalesce("published_on", '')
               FROM "kb" WHERE {})",
            sql::live()));
        while (get.step()) {
            const std::int64_t owner = get.integer(0), product = get.integer(1);
            if (const auto day = day_of(get.text(2)))
                if (Figures* figures = at({*day, owner, product}))
                    ++figures->articles;
            if (const auto day = day_of(get.text(3)))
                if (Figures* figures = at({*day, owner, product}))
                    ++figures->published;
        }
    }

    void add_tickets() {
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce(t."owner", 0), coalesce(t."product", 0), t."status",
                   coalesce(t."closed_at", ''), t."minutes", coalesce(t."first_contact", 0),
                   coalesce(t."eligible", 1), coalesce(t."contact", 0), t."created_at",
                   EXISTS (SELECT 1 FROM "ticket_used" u WHERE u."record" = t."id")
               FROM "ticket" t WHERE {})",
            sql::live("t")));
        while (get.step()) {
            if (const auto created = iso_instant(get.text(8)); created && get.integer(7) != 0)
                asked_[get.integer(7)].push_back(*created);
            const auto day = day_of(get.text(3));
            if (get.text(2) != "Closed" || !day)
                continue;
            Figures* figures = at({*day, get.integer(0), get.integer(1)});
            if (figures == nullptr)
                continue;
            const bool with_article = get.integer(9) != 0;
            ++figures->tickets;
            figures->with_article += with_article ? 1 : 0;
            figures->first_contact += get.integer(5) != 0 ? 1 : 0;
            figures->eligible += get.integer(6) != 0 ? 1 : 0;
            if (!get.null(4))
                (with_article ? figures->minutes_with : figures->minutes_without)
                    .push_back(static_cast<double>(get.integer(4)));
        }
        for (auto& [contact, times] : asked_)
            std::ranges::sort(times);
    }

    void add_uses() {
        const int contact = store_.model().with(meta::Role::person).number;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT coalesce(t."owner", 0), coalesce(t."product", 0), u."at", u."what",
                   u."ticket", coalesce(u."by_noun", 0), coalesce(u."by", 0)
               FROM "kb_uses" u JOIN "kb" t ON t."id" = u."record" WHERE {})",
            sql::live("t")));
        while (get.step()) {
            const auto instant = iso_instant(get.text(2));
            if (!instant)
                continue;
            Figures* figures = at({clock_.day(*instant), get.integer(0), get.integer(1)});
            if (figures == nullptr)
                continue;
            const std::string_view what = get.text(3);
            figures->uses += what == "Used" ? 1 : 0;
            figures->unhelpful += what == "Unhelpful" ? 1 : 0;
            if (what != "Helpful")
                continue;
            ++figures->helpful;
            const bool by_customer = get.null(4) && get.integer(5) == contact;
            if (by_customer && !asks_within_days(get.integer(6), *instant))
                ++figures->self_service;
        }
    }

    bool asks_within_days(std::int64_t contact, Instant from) const {
        const auto times = asked_.find(contact);
        if (times == asked_.end())
            return false;
        const Instant until{from.seconds + std::int64_t{days_without_ticket} * 24 * 60 * 60};
        const auto next = std::ranges::lower_bound(times->second, from);
        return next != times->second.end() && *next <= until;
    }

    std::string record_name(std::string_view group, std::int64_t id) {
        const meta::Entity& noun = noun_of(group);
        return id == 0 ? std::string() : store_.name(noun, id);
    }

    const meta::Entity& noun_of(std::string_view group) const {
        return store_.model().with(group == "owner" ? meta::Role::user : meta::Role::product);
    }

    report::Result result() {
        report::Result out{.columns = knowledge_columns(text::joined(groups_, ","))};
        const bool has_records =
            std::ranges::any_of(groups_, [](const std::string& name) { return name != "month"; });
        for (const auto& [key, figures] : rows_) {
            report::Row row;
            report::RowIds ids;
            for (std::size_t i = 0; i < groups_.size(); ++i)
                add_group(groups_[i], key[i], row, ids);
            add_figures(figures, row);
            out.rows.push_back(std::move(row));
            if (has_records)
                out.ids.push_back(std::move(ids));
        }
        if (!out.rows.empty())
            out.notes.emplace_back(
                "minutes_saved is an association, no proof: uses × the difference of the medians "
                "of tickets without and with an article");
        return out;
    }

    void add_group(const std::string& group, std::int64_t value, report::Row& row,
                   report::RowIds& ids) {
        if (group == "month") {
            row.emplace_back(fmt::format("{:04}-{:02}", value / 12, value % 12 + 1));
            ids.emplace_back();
            return;
        }
        row.push_back(value == 0 ? Value() : Value(record_name(group, value)));
        ids.push_back(value == 0 ? "" : meta::short_id(noun_of(group), value));
    }

    static Value share(std::int64_t part, std::int64_t of, double whole) {
        if (of == 0)
            return {};
        return report::rounded_text(whole * static_cast<double>(part) / static_cast<double>(of),
                                    stat_digits);
    }

    static void add_figures(const Figures& figures, report::Row& row) {
        const auto saved = figures.minutes_saved();
        for (Value& value : std::vector<Value>{
                 figures.uses, figures.tickets, share(figures.with_article, figures.tickets, 1),
                 share(figures.first_contact, figures.eligible, 100),
                 saved ? Value(report::rounded_text(*saved, 1)) : Value(), figures.articles,
                 figures.published, figures.helpful, figures.unhelpful,
                 share(figures.helpful, figures.helpful + figures.unhelpful, 1),
                 share(figures.first_contact, figures.tickets, 100), figures.self_service})
            row.push_back(std::move(value));
    }

    store::Store& store_;
    const Clock& clock_;
    const DateSpan& period_;
    std::vector<std::string> groups_;
    std::map<Key, Figures> rows_;
    std::map<std::int64_t, std::vector<Instant>> asked_;  ///< when a contact had tickets
};

}  // namespace

std::vector<Column> knowledge_columns(std::string_view by) {
    std::vector<Column> out;
    for (const std::string& name : stat_groups(by)) {
        Column& column = out.emplace_back(Column{.name = name, .group = true});
        column.type = name == "month" ? ColumnType::month : ColumnType::link;
        if (name != "month")
            column.noun = name == "owner" ? "user" : name;
    }
    const auto add = [&](std::string name, ColumnType type, std::string help, int decimals = 0) {
        out.push_back(
            {.name = std::move(name), .type = type, .digits = decimals, .help = std::move(help)});
    };
    // A narrow terminal shows the first ones.
    add("uses", ColumnType::integer, "uses of articles");
    add("tickets", ColumnType::integer,
        "tickets that were closed; neither rejected nor duplicates");
    add("with_article", ColumnType::share, "those that used an article, as a share");
    out.back().charted = true;
    add("net", ColumnType::percent,
        "tickets solved at first contact, as per cent of those that could be");
    add("minutes_saved", ColumnType::number,
        "uses × how many minutes less tickets with an article took, by the medians: an association",
        1);
    add("articles", ColumnType::integer, "articles that were added");
    add("published", ColumnType::integer, "articles that were published");
    add("helpful", ColumnType::integer, "votes that an article helped");
    add("unhelpful", ColumnType::integer, "votes that it did not");
    add("helpful_share", ColumnType::share, "helpful as a share of the votes");
    add("gross", ColumnType::percent, "tickets solved at first contact, as per cent of tickets");
    add("self_service", ColumnType::integer,
        "helpful votes of contacts who had no ticket in the next 7 days");
    return out;
}

report::Result knowledge_report(store::Store& store, const Clock& clock, std::string_view by,
                                const DateSpan& period) {
    return Stats(store, clock, by, period).run();
}

}  // namespace crm::knowledge
