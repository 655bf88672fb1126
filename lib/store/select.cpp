#include "store/select.hpp"

#include "base/money.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sql/computed.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

Expected<SelectColumn> select_column(const Entity& entity, std::string_view path) {
    SelectColumn column{.title = std::string(path)};
    const Entity* at = &entity;
    for (std::string_view rest = path;;) {
        const auto dot = rest.find('.');
        const std::string_view name = rest.substr(0, dot);
        const bool last = dot == std::string_view::npos;
        if (last && (name == "id" || name == "uid" || name == "deleted_at")) {
            column.plain = name;
            return column;
        }
        const FieldInfo* field = at->find(name);
        if (field == nullptr) {
            std::vector<std::string> names = at->field_names();
            Error e(Fault::usage, "unknown_field",
                    fmt::format("{} has no field '{}'", at->noun,
                                text::visible(text::clipped(name, 60))));
            suggest(e, name, names, fmt::format("crm fields {} lists them", at->noun));
            return std::unexpected(std::move(e));
        }
        column.field = field;
        if (last)
            return column;
        rest = rest.substr(dot + 1);
        if (field->type() == Type::address) {
            const auto parts = meta::address_parts();
            const auto part = std::ranges::find(parts, rest);
            if (part != parts.end()) {
                column.part = static_cast<int>(part - parts.begin());
                return column;
            }
            return failure(Fault::usage, "unknown_field",
                           fmt::format("{} has no part '{}'", name, rest),
                           "street, postcode, city, region, country, type");
        }
        if (field->type() == Type::money) {
            if (rest == "amount" || rest == "currency") {
                column.part = rest == "amount" ? 0 : 1;
                return column;
            }
            return failure(Fault::usage, "unknown_field",
                           fmt::format("{} has no part '{}'", name, rest), "amount, currency");
        }
        if (field->type() != Type::link || field->to == nullptr)
            return failure(Fault::usage, "no_path", fmt::format("{} has no sub-fields", name));
        column.links.push_back(field);
        at = field->to;
    }
}

bool SelectColumn::number_of_amount() const {
    return field != nullptr && field->type() == Type::money && part == 0;
}

namespace {

/// An amount in major units of its own currency, for ordering.
std::string major_units(const std::string& amount, const std::string& currency) {
    return fmt::format("({} / {})", amount, sql::minor_per_major(currency));
}

}  // namespace

/// Whether a noun has records, for fields that are computed from those of others.
std::function<bool(std::string_view)> Selection::having() const {
    return [this](std::string_view noun) {
        if (!nouns_)
            nouns_ = store_.nouns();
        const Entity* entity = store_.model().find(noun);
        return entity == nullptr || std::ranges::find(*nouns_, entity) != nouns_->end();
    };
}

/// The joins of a statement and what is selected, as they grow.
struct Selection::Plan {
    std::string select, joins, order;
    std::map<std::vector<const FieldInfo*>, std::string> aliases;
    std::map<std::string, std::string> words;
    int columns = 0;
};

std::string Selection::join(std::span<const FieldInfo* const> links, Plan& plan) const {
    if (links.empty())
        return "t";
    const std::vector<const FieldInfo*> key(links.begin(), links.end());
    if (const auto it = plan.aliases.find(key); it != plan.aliases.end())
        return it->second;
    const std::string from = join(links.first(links.size() - 1), plan);
    const std::string alias = fmt::format("j{}", plan.aliases.size() + 1);
    const FieldInfo& link = *links.back();
    plan.joins += fmt::format(" LEFT JOIN {} {} ON {}.\"id\"={}.{}", quoted(link.to->noun), alias,
                              alias, from, quoted(link.columns[0].name));
    plan.aliases.emplace(key, alias);
    return alias;
}

std::string Selection::order_term(const SelectColumn& column, Plan& plan) const {
    std::vector<const FieldInfo*> links = column.links;
    const FieldInfo* field = column.field;
    if (field != nullptr && field->type() == Type::link && field->to != nullptr &&
        field->to->name() != nullptr) {
        links.push_back(field);
        field = field->to->name();
    }
    const std::string alias = join(links, plan);
    if (field == nullptr)
        return alias + "." + quoted(column.plain);
    if (field->is(meta::searched) && column.part < 0 && field->type() != Type::address) {
        std::string& words = plan.words[alias];
        if (words.empty()) {
            words = alias + "w";
            plan.joins +=
                fmt::format(" LEFT JOIN {0} {1} ON {1}.\"id\"={2}.\"id\"",
                            quoted(std::string(field->entity->noun) + "_words"), words, alias);
        }
        return words + "." + quoted(field->name());
    }
    if (field->type() == Type::choice) {
        // Words of a set sort in the order of the set, which is that of a process.
        std::string term = "CASE " + sql::cells(*field, alias, having()).front();
        std::size_t n = 0;
        for (std::string_view word : field->field->more.words) {
            std::string literal;
            for (char c : word)
                literal += c == '\'' ? "''" : std::string(1, c);
            term += fmt::format(" WHEN '{}' THEN {}", literal, ++n);
        }
        return term + " END";
    }
    const auto cells = sql::cells(*field, alias, having());
    if (field->type() == Type::money && column.part != 1)
        return major_units(cells[0], cells[1]);
    if (field->type() == Type::duration)
        return sql::duration_seconds(cells[0]);
    return cells[column.part >= 0 ? static_cast<std::size_t>(column.part) : cells.size() - 1];
}

Expected<void> Selection::sort(std::string_view fields) {
    for (std::string_view word : text::split(fields, ',')) {
        word = text::trimmed(word);
        const bool down = word.starts_with('-');
        if (down || word.starts_with('+'))
            word.remove_prefix(1);
        auto column = select_column(entity_, word);
        if (!column)
            return std::unexpected(column.error());
        if (column->field != nullptr && column->field->type() == Type::rows)
            return failure(Fault::usage, "no_order", fmt::format("{} cannot be sorted by", word));
        order_.emplace_back(std::move(*column), down);
    }
    return {};
}

Selection::Plan Selection::plan(bool with_columns) const {
    Plan plan;
    plan.select = "t.\"id\"";
    plan.columns = 1;
    if (with_columns) {
        for (const SelectColumn& column : columns) {
            const auto add = [&](const std::string& expression) {
                plan.select += ", " + expression, ++plan.columns;
            };
            const std::string alias = join(column.links, plan);
            if (column.field == nullptr) {
                add(alias + "." + quoted(column.plain));
            } else if (column.part >= 0 && column.field->type() == Type::money) {
                for (const std::string& cell : sql::cells(*column.field, alias, having()))
                    add(cell);
            } else if (column.part >= 0) {
                add(alias + "." +
                    quoted(column.field->columns[static_cast<std::size_t>(column.part)].name));
            } else if (column.field->type() == Type::rows) {
                add(alias + ".\"id\"");
            } else {
                for (const std::string& cell : sql::cells(*column.field, alias, having()))
                    add(cell);
                if (column.field->type() == Type::link && column.field->to != nullptr) {
                    std::vector<const FieldInfo*> links = column.links;
                    links.push_back(column.field);
                    const Entity& to = *column.field->to;
                    add(to.name() == nullptr ? "NULL"
                                             : join(links, plan) + "." + quoted(to.name()->name()));
                }
            }
        }
    }
    for (const auto& [column, down] : order_)
        plan.order += (plan.order.empty() ? "" : ", ") + order_term(column, plan) +
                      (down ? " DESC" : "") + " NULLS LAST";
    plan.order += (plan.order.empty() ? "" : ", ") + std::string("t.\"id\"");
    return plan;
}

void Selection::bind(sql::Statement& statement) const {
    int at = 0;
    for (const Value& value : binds)
        statement.bind(++at, View(value));
}

std::string Selection::sql() {
    const Plan p = plan(true);
    if (one != 0)
        return fmt::format("SELECT {} FROM {} t{} WHERE t.\"id\"={}", p.select,
                           quoted(entity_.noun), p.joins, one);
    return fmt::format("SELECT {} FROM {} t{} WHERE {} ORDER BY {}{}", p.select,
                       quoted(entity_.noun), p.joins, where(), p.order,
                       limit >= 0 ? fmt::format(" LIMIT {}", limit) : "");
}

std::string Selection::where() const {
    std::string out = trash ? sql::in_trash("t") : sql::live("t");
    if (!condition.empty())
        out += " AND (" + condition + ")";
    if (among)
        out += fmt::format(" AND t.\"id\" IN ({})", fmt::join(*among, ","));
    return out;
}

namespace {

/// Child rows of many records, read in step with them: forward while the records come in order, by
/// a new seek otherwise.
class RowCursor {
public:
    RowCursor(Store& store, const FieldInfo& field) : store_(store), field_(field) {
        std::string select, joins;
        for (const FieldInfo& inner : field.rows) {
            for (const std::string& cell : sql::cells(inner, "r"))
                select += ", " + cell;
            if (inner.type() != Type::link || inner.to == nullptr)
                continue;
            const std::string alias = fmt::format("l{}", inner.first);
            select += inner.to->name() == nullptr
                          ? ", NULL"
                          : ", " + alias + "." + quoted(inner.to->name()->name());
            joins += fmt::format(" LEFT JOIN {0} {1} ON {1}.\"id\"=r.{2}", quoted(inner.to->noun),
                                 alias, quoted(inner.columns[0].name));
        }
        rows_ =
            store.db().prepare(fmt::format("SELECT r.\"record\"{} FROM {} r{} WHERE "
                                           "r.\"record\">=?1 ORDER BY r.\"record\", r.\"position\"",
                                           select, quoted(field.table()), joins));
    }

    void read(std::int64_t record, std::vector<View>& cells) {
        cells.clear();
        texts_.clear();
        for (int steps = 0; ready_ && at_ < record && steps < 8; ++steps)
            step();
        if (!started_ || (ready_ && at_ < record) || record < asked_) {
            rows_.with(record);
            started_ = true;
            step();
        }
        asked_ = record;
        // The statement's text dies with the next step, so a row's text is kept here.
        for (; ready_ && at_ == record; step()) {
            int column = 1;
            for (const FieldInfo& inner : field_.rows) {
                if (inner.type() == Type::link && inner.to != nullptr) {
                    cells.push_back(rows_.null(column)
                                        ? View()
                                        : keep(meta::short_id(*inner.to, rows_.integer(column))));
                    cells.push_back(keep(rows_.view(column + 1)));
                    column += 2;
                } else if (inner.type() == Type::link) {
                    const Entity* to =
                        rows_.null(column)
                            ? nullptr
                            : store_.model().by_number(static_cast<int>(rows_.integer(column)));
                    const std::int64_t id = to == nullptr ? 0 : rows_.integer(column + 1);
                    cells.push_back(id == 0 ? View() : keep(meta::short_id(*to, id)));
                    cells.push_back(id == 0 ? View() : keep(store_.get(*to, id).label()));
                    column += 2;
                } else {
                    for (std::size_t i = meta::shown_cells(inner); i > 0; --i)
                        cells.push_back(keep(rows_.view(column++)));
                }
            }
        }
    }

private:
    void step() {
        ready_ = rows_.step();
        if (ready_)
            at_ = rows_.integer(0);
        else
            rows_.reset(), started_ = false, asked_ = at_;
    }
    View keep(std::string text) {
        return View(std::string_view(texts_.emplace_back(std::move(text))));
    }
    View keep(View view) {
        return view.null() || view.kind == View::Kind::integer ? view
                                                               : keep(std::string(view.text));
    }

    Store& store_;
    const FieldInfo& field_;
    sql::Statement rows_;
    std::deque<std::string> texts_;
    bool started_ = false, ready_ = false;
    std::int64_t at_ = 0, asked_ = 0;
};

/// Reads the cells of one column of a selection, row after row. What they borrow is valid until
/// the next row.
class ColumnReader {
public:
    ColumnReader(Store& store, const Entity& entity, const SelectColumn& column)
        : store_(store),
          column_(column),
          owner_(column.links.empty() ? entity : *column.links.back()->to) {
        if (column.field != nullptr && column.field->type() == Type::rows)
            rows_ = std::make_unique<RowCursor>(store, *column.field);
    }

    /// `at`: the next column of the statement, which moves past those that are read.
    std::span<const View> read(sql::Statement& statement, int& at) {
        cells_.clear();
        if (column_.field == nullptr)
            read_plain(statement, at++);
        else if (column_.part >= 0 && column_.field->type() == Type::money)
            read_part_of_amount(statement, at);
        else if (column_.part >= 0)
            cells_.push_back(statement.view(at++));
        else if (rows_)
            read_rows(statement, at++);
        else if (column_.field->type() == Type::link)
            read_link(statement, at);
        else
            for (std::size_t c = meta::shown_cells(*column_.field); c > 0; --c)
                cells_.push_back(statement.view(at++));
        return cells_;
    }

private:
    View short_id(const Entity& entity, std::int64_t id) {
        const auto digits = fmt::format_int(id);
        text_.assign(entity.prefix);
        text_.append(digits.data(), digits.size());
        return View(std::string_view(text_));
    }

    void read_plain(sql::Statement& statement, int at) {
        cells_.push_back(column_.plain == "id" && !statement.null(at)
                             ? short_id(owner_, statement.integer(at))
                             : statement.view(at));
    }

    void read_part_of_amount(sql::Statement& statement, int& at) {
        if (statement.null(at)) {
            cells_.emplace_back();
        } else if (column_.number_of_amount()) {
            text_ = money_text(statement.integer(at), statement.text(at + 1));
            cells_.push_back(View::decimal(text_));
        } else {
            cells_.push_back(statement.view(at + 1));
        }
        at += 2;
    }

    void read_rows(sql::Statement& statement, int at) {
        if (!statement.null(at))
            rows_->read(statement.integer(at), cells_);
    }

    void read_link(sql::Statement& statement, int& at) {
        const bool any = column_.field->to == nullptr;
        const Entity* to = any ? store_.model().by_number(static_cast<int>(statement.integer(at)))
                               : column_.field->to;
        const int id = any ? at + 1 : at;
        at += 2;
        if (to == nullptr || statement.null(id)) {
            cells_.assign(2, View());
            return;
        }
        cells_.push_back(short_id(*to, statement.integer(id)));
        if (any)
            name_ = store_.get(*to, statement.integer(id)).label();
        cells_.push_back(any ? View(std::string_view(name_)) : statement.view(id + 1));
    }

    Store& store_;
    const SelectColumn& column_;
    const Entity& owner_;
    std::unique_ptr<RowCursor> rows_;
    std::vector<View> cells_;
    std::string text_, name_;
};

}  // namespace

void Selection::each(const std::function<bool(std::span<const std::span<const View>>)>& row) {
    sql::Statement statement = store_.db().prepare(sql());
    bind(statement);
    std::deque<ColumnReader> readers;
    for (const SelectColumn& column : columns)
        readers.emplace_back(store_, entity_, column);
    std::vector<std::span<const View>> cells(columns.size());
    while (statement.step()) {
        int at = 1;
        for (std::size_t i = 0; i < readers.size(); ++i)
            cells[i] = readers[i].read(statement, at);
        if (!row(cells))
            return;
    }
}

std::int64_t Selection::count() {
    sql::Statement statement = store_.db().prepare(
        fmt::format("SELECT count(*) FROM {} t WHERE {}", quoted(entity_.noun), where()));
    bind(statement);
    statement.step();
    const std::int64_t n = statement.integer(0);
    return limit >= 0 ? std::min(n, limit) : n;
}

std::vector<std::int64_t> Selection::ids() {
    const Plan p = plan(false);
    sql::Statement statement = store_.db().prepare(
        fmt::format("SELECT t.\"id\" FROM {} t{} WHERE {} ORDER BY {}{}", quoted(entity_.noun),
                    p.joins, where(), p.order, limit >= 0 ? fmt::format(" LIMIT {}", limit) : ""));
    bind(statement);
    std::vector<std::int64_t> out;
    while (statement.step())
        out.push_back(statement.integer(0));
    return out;
}

}  // namespace crm::store
