#include "service/care_report.hpp"

#include "base/text.hpp"
#include "report/compile.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace crm::service {

using report::Column;
using report::ColumnType;

namespace {

constexpr int cared_days = 90;
constexpr std::array phases{"Before", "During", "After"};

struct Figures {
    std::int64_t customers = 0, cared_for = 0, longest = 0;
};

/// A value of a group: what sorts it, what is shown, and the record.
using GroupPart = std::tuple<std::int64_t, std::string, std::string>;

Column phase_column() {
    return {.name = "phase",
            .group = true,
            .help = "Before the first purchase, During one (an open deal or order), After it"};
}

std::vector<Column> figures_columns() {
    return {{.name = "customers",
             .type = ColumnType::integer,
             .help = "accounts that are no suppliers, competitors, investors or press"},
            {.name = "cared_for",
             .type = ColumnType::integer,
             .help = fmt::format("those whom somebody was in touch with in the last {} days",
                                 cared_days)},
            {.name = "nobody",
             .type = ColumnType::integer,
             .charted = true,
             .help = "those whom nobody was"},
            {.name = "longest",
             .type = ColumnType::integer,
             .help = "most days since somebody was, or since the account was added",
             .title = "Longest, days"}};
}

class CareReport {
public:
    CareReport(store::Resolver& resolver, const Clock& clock, std::string by,
               const std::string& where)
        : resolver_(resolver), clock_(clock) {
        std::vector<std::string> fields;
        if (by.empty())
            by = "phase";
        for (const std::string_view part : text::split(std::string_view(by), ',')) {
            const std::string name(text::trimmed(part));
            is_phase_.push_back(name == "phase");
            if (name != "phase")
                fields.push_back(name);
        }
        report::Report accounts;
        accounts.name = "care";
        accounts.noun = "account";
        accounts.query = "-type:(Supplier,Competitor,Investor,Press)";
        accounts.sql =
            "SELECT {by}\n       t.{key} AS account, t.last_touch AS touched,\n"
            "       t.created_at AS added\nFROM \"v_account\" t\nWHERE {where}\n"
            "ORDER BY {order} t.{key}";
        statement_ = report::compile(accounts, {.by = text::joined(fields, ","), .where = where},
                                     resolver, clock);
    }

    report::Result run() {
        read_purchases();
        count();
        report::Result out;
        std::size_t field = 0;
        for (const bool is_phase : is_phase_) {
            out.columns.push_back(is_phase ? phase_column() : statement_.columns[field++]);
            out.columns.back().group = true;
        }
        std::ranges::move(figures_columns(), std::back_inserter(out.columns));
        const bool has_records =
            std::ranges::find(out.columns, ColumnType::link, &Column::type) != out.columns.end();
        for (const auto& [key, figures] : rows_) {
            report::Row row;
            report::RowIds ids;
            for (const auto& [rank, shown, id] : key) {
                row.push_back(shown.empty() ? Value() : Value(shown));
                ids.push_back(id);
            }
            row.insert(row.end(), {figures.customers, figures.cared_for,
                                   figures.customers - figures.cared_for, figures.longest});
            out.rows.push_back(std::move(row));
            if (has_records)
                out.ids.push_back(std::move(ids));
        }
        return out;
    }

private:
    using Ids = std::set<std::int64_t>;

    void read(const std::string& sql, Ids& out) {
        sql::Statement get = resolver_.store().db().prepare(sql);
        while (get.step())
            out.insert(get.integer(0));
    }

    /// Who is buying, and who has bought.
    void read_purchases() {
        store::Store& store = resolver_.store();
        if (store.db().has_table("deal")) {
            read(R"(SELECT "account_key" FROM "v_deal" WHERE "account_key" IS NOT NULL AND
                    "stage" NOT IN ('Closed Won', 'Closed Lost'))",
                 buying_);
            read(R"(SELECT "account_key" FROM "v_deal" WHERE "account_key" IS NOT NULL AND
                    "stage" = 'Closed Won')",
                 bought_);
        }
        if (store.db().has_table("order")) {
            read(R"(SELECT "account_key" FROM "v_order" WHERE "account_key" IS NOT NULL AND
                    "status" IN ('Draft', 'Confirmed', 'Shipped'))",
                 buying_);
            read(R"(SELECT "account_key" FROM "v_order" WHERE "account_key" IS NOT NULL AND
                    "status" IN ('Delivered', 'Invoiced', 'Paid'))",
                 bought_);
        }
    }

    std::size_t phase_of(std::int64_t account) const {
        return buying_.contains(account) ? 1 : bought_.contains(account) ? 2 : 0;
    }

    void count() {
        if (!resolver_.store().db().has_table("account"))
            return;
        sql::Statement rows = resolver_.store().db().prepare(statement_.sql);
        for (std::size_t i = 0; i < statement_.binds.size(); ++i)
            rows.bind(static_cast<int>(i) + 1, View(statement_.binds[i]));
        while (rows.step()) {
            const int last = rows.columns() - 1;
            const std::int64_t account = rows.integer(last - 2);
            Figures& figures = rows_[key_of(rows, account)];
            ++figures.customers;
            const std::string touched(rows.text(rows.null(last - 1) ? last : last - 1));
            const auto day = iso_date(touched.substr(0, touched.find('T')));
            const auto at = iso_instant(touched);
            const Date since = at ? clock_.day(*at) : day.value_or(clock_.today());
            const std::int64_t days = std::max<std::int64_t>(0, clock_.today().days - since.days);
            figures.cared_for += !rows.null(last - 1) && days <= cared_days ? 1 : 0;
            figures.longest = std::max(figures.longest, days);
        }
    }

    std::vector<GroupPart> key_of(const sql::Statement& row, std::int64_t account) const {
        std::vector<GroupPart> out;
        int field = 0;
        int next_id = static_cast<int>(statement_.columns.size());
        for (const bool is_phase : is_phase_) {
            if (is_phase) {
                const std::size_t phase = phase_of(account);
                out.emplace_back(static_cast<std::int64_t>(phase), phases[phase], "");
                continue;
            }
            const bool is_link =
                statement_.columns[static_cast<std::size_t>(field)].type == ColumnType::link;
            out.emplace_back(row.null(field) ? 1 : 0, report::text_of(row.view(field).owned()),
                             is_link ? std::string(row.text(next_id++)) : std::string());
            ++field;
        }
        return out;
    }

    store::Resolver& resolver_;
    const Clock& clock_;
    report::Statement statement_;
    std::vector<bool> is_phase_;  ///< of each group: the phase, or else a field of accounts
    Ids buying_, bought_;
    std::map<std::vector<GroupPart>, Figures> rows_;
};

}  // namespace

report::Result care_report(store::Resolver& resolver, const Clock& clock, std::string by,
                           const std::string& where) {
    return CareReport(resolver, clock, std::move(by), where).run();
}

std::vector<Column> care_columns(std::string_view) {
    std::vector<Column> out{phase_column()};
    std::ranges::move(figures_columns(), std::back_inserter(out));
    return out;
}

}  // namespace crm::service
