#include "sql/views.hpp"

#include "sql/computed.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

/// An amount that the view of a noun has though it is no field: what formulas give.
struct ViewAmount {
    std::string_view noun, name, formula, currency;
};
constexpr ViewAmount view_amounts[] = {
    {"deal", "value", "deal_value", "deal_currency"},
    {"order", "net", "order_net", "order_currency"},
};

using Names = std::set<std::string, std::less<>>;

/// The columns that fields have.
template <class Fields>
Names names_of(const Fields& fields) {
    Names out;
    for (const FieldInfo& field : fields) {
        const std::string name(field.name());
        out.insert(name);
        if (field.type() == Type::money)
            out.insert(name + "_currency");
        if (field.type() == Type::link)
            out.insert(name + (field.to == nullptr ? "_noun" : "_id"));
    }
    return out;
}

/// A column that is no field, such as `key`, gives way to a field of the user: it is `key_`.
std::string free_name(const Names& taken, std::string name) {
    while (taken.contains(name))
        name += '_';
    return name;
}

class View {
public:
    template <class Fields>
    View(std::string alias, const Fields& fields)
        : alias_(std::move(alias)), taken_(names_of(fields)) {}

    void column(const std::string& expression, std::string_view name) {
        columns_ +=
            fmt::format("{}{} AS {}", columns_.empty() ? "" : ", ", expression, quoted(name));
    }
    /// A column that is no field, behind all others.
    void extra(std::string expression, std::string name) {
        extras_.emplace_back(std::move(expression), free_name(taken_, std::move(name)));
    }
    void field(const FieldInfo& field) {
        const auto cells = sql::cells(field, alias_);
        const std::string name(field.name());
        switch (field.type()) {
            case Type::rows:
                return;
            case Type::money:
                column(major(cells[0], cells[1]), name);
                extra(cells[0], name + "_minor");
                column(cells[1], name + "_currency");
                return;
            case Type::link:
                return link(field, cells);
            default:
                if (field.computed())
                    return column(cells[0], name);
                if (field.field->more.scale > 0)
                    return column(
                        fmt::format("{} / 1{:0{}}.0", cells[0], 0, field.field->more.scale), name);
                for (const auto& c : field.columns)
                    column(alias_ + "." + quoted(c.name), c.name);
        }
    }
    void amount(const ViewAmount& amount) {
        const std::string name(amount.name);
        const std::string minor = formula_value(amount.formula, amount.noun, alias_);
        const std::string currency = formula_value(amount.currency, amount.noun, alias_);
        extra(major(minor, currency), name);
        extra(minor, name + "_minor");
        extra(currency, name + "_currency");
    }
    std::string select(const std::string& from, const std::string& where) {
        for (const auto& [expression, name] : extras_)
            column(expression, name);
        return fmt::format("SELECT {} FROM {} {} WHERE {}", columns_, from, alias_, where);
    }

private:
    static std::string major(const std::string& minor, const std::string& currency) {
        return as_number(sqlite_dialect(), minor, currency);
    }

    /// The name is looked up only where it is asked for: engines do not leave out a join that
    /// nothing uses.
    void link(const FieldInfo& field, const std::vector<std::string>& cells) {
        const std::string name(field.name());
        if (field.to == nullptr) {
            column(cells[0], name + "_noun");
            column(cells[1], name);
            return;
        }
        if (const FieldInfo* text = field.to->name())
            column(fmt::format("(SELECT l.{} FROM {} l WHERE l.\"id\" = {})", quoted(text->name()),
                               quoted(field.to->noun), cells[0]),
                   name);
        column(fmt::format("'{}' || {}", field.to->prefix, cells[0]), name + "_id");
        extra(cells[0], name + "_key");
    }

    std::string alias_, columns_;
    Names taken_;
    std::vector<std::pair<std::string, std::string>> extras_;
};

}  // namespace

std::string view_name(const Entity& entity, const FieldInfo* rows) {
    return "v_" + (rows == nullptr ? std::string(entity.noun) : rows->table());
}

std::string create_view(const Entity& entity, const FieldInfo* rows, bool temporary) {
    std::string select;
    if (rows == nullptr) {
        View view("t", entity.fields());
        view.column(fmt::format("'{}' || t.\"id\"", entity.prefix), "id");
        view.extra("t.\"id\"", "key");
        view.column("t.\"uid\"", "uid");
        for (const FieldInfo& field : entity.fields())
            view.field(field);
        for (const ViewAmount& amount : view_amounts)
            if (amount.noun == entity.noun)
                view.amount(amount);
        select = view.select(quoted(entity.noun), live("t"));
    } else {
        View view("r", rows->rows);
        view.column(fmt::format("'{}' || r.\"record\"", entity.prefix),
                    std::string(entity.noun) + "_id");
        view.extra("r.\"record\"", std::string(entity.noun) + "_key");
        view.column("r.\"position\"", "position");
        for (const FieldInfo& inner : rows->rows)
            view.field(inner);
        select = view.select(
            quoted(rows->table()),
            fmt::format("EXISTS (SELECT 1 FROM {} t WHERE t.\"id\" = r.\"record\" AND {})",
                        quoted(entity.noun), live("t")));
    }
    return fmt::format("CREATE {}VIEW {} AS {};\n", temporary ? "TEMP " : "",
                       quoted(view_name(entity, rows)), select);
}

std::string extra_column(const Entity& entity, std::string_view name) {
    return free_name(names_of(entity.fields()), std::string(name));
}

AmountColumns amount_columns(const Entity& entity, std::string_view amount) {
    const std::string minor = std::string(amount) + "_minor";
    const std::string currency = std::string(amount) + "_currency";
    const bool is_field = std::ranges::none_of(view_amounts, [&](const ViewAmount& known) {
        return known.noun == entity.noun && known.name == amount;
    });
    return {extra_column(entity, minor), is_field ? currency : extra_column(entity, currency)};
}

std::optional<std::string> view_column(const Entity& entity, std::string_view column) {
    if (column == "id")
        return extra_column(entity, "key");
    if (column == "uid")
        return "uid";
    for (const FieldInfo& field : entity.fields())
        for (std::size_t i = 0; i < field.columns.size(); ++i) {
            if (field.columns[i].name != column)
                continue;
            const std::string name(field.name());
            if (field.type() == Type::money)
                return i == 0 ? extra_column(entity, name + "_minor") : name + "_currency";
            if (field.type() == Type::link && field.to != nullptr)
                return extra_column(entity, name + "_key");
            if (field.type() == Type::link)
                return i == 0 ? name + "_noun" : name;
            if (field.field->more.scale > 0)
                return std::nullopt;
            return field.columns[i].name;
        }
    return std::nullopt;
}

namespace {

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    while (true) {
        const std::size_t at = text.find(from);
        out += text.substr(0, at);
        if (at == std::string_view::npos)
            return out;
        out += to;
        text.remove_prefix(at + from.size());
    }
}

/// The text with the columns of the view instead of those of the table.
std::optional<std::string> with_view_columns(const Entity& entity, std::string_view text,
                                             std::string_view alias) {
    const std::string begin = std::string(alias) + ".\"";
    std::string out;
    while (true) {
        const std::size_t at = text.find(begin);
        if (at == std::string_view::npos)
            break;
        const std::size_t name = at + begin.size();
        const std::size_t end = text.find('"', name);
        const bool is_other =
            at > 0 && (std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0 ||
                       text[at - 1] == '_' || text[at - 1] == '"');
        const auto column = is_other ? std::string(text.substr(name, end - name))
                                     : view_column(entity, text.substr(name, end - name));
        if (!column)
            return std::nullopt;
        out.append(text.substr(0, name)).append(*column);
        text.remove_prefix(end);
    }
    return out.append(text);
}

/// The columns of computed fields instead of their formulas.
std::string with_computed_columns(const Entity& entity, std::string text, std::string_view alias) {
    const auto replace = [&](std::string_view formula, const std::string& name) {
        if (const auto cell = with_view_columns(entity, formula, alias))
            text = replaced(text, *cell, fmt::format("{}.{}", alias, quoted(name)));
    };
    for (const FieldInfo& field : entity.fields()) {
        if (!field.computed())
            continue;
        const std::string name(field.name());
        const auto cells = sql::cells(field, alias);
        if (cells.size() == 1) {
            replace(cells[0], name);
            continue;
        }
        const AmountColumns columns = amount_columns(entity, name);
        replace(cells[0], columns.minor);
        replace(cells[1], columns.currency);
    }
    return text;
}

}  // namespace

std::optional<std::string> over_view(const Entity& entity, std::string_view condition,
                                     std::string_view alias) {
    // The alias stands with and without quotes.
    const std::string plain =
        replaced(condition, quoted(alias) + ".\"", std::string(alias) + ".\"");
    auto out = with_view_columns(entity, plain, alias);
    if (out)
        out = with_computed_columns(entity, *std::move(out), alias);
    return out;
}

}  // namespace crm::sql
