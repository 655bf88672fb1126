#include "sql/views.hpp"

#include "sql/computed.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"
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

class View {
public:
    explicit View(std::string alias) : alias_(std::move(alias)) {}

    void column(const std::string& expression, std::string_view name) {
        columns_ +=
            fmt::format("{}{} AS {}", columns_.empty() ? "" : ", ", expression, quoted(name));
        names_.emplace(name);
    }
    /// A number behind all columns, unless a field of the user has its name.
    void number(std::string expression, std::string name) {
        numbers_.emplace_back(std::move(expression), std::move(name));
    }
    void field(const FieldInfo& field) {
        const auto cells = sql::cells(field, alias_);
        const auto cell = [&](std::size_t i) { return cells[i]; };
        switch (field.type()) {
            case Type::rows:
                return;
            case Type::money:
                column(as_number(sqlite_dialect(), cell(0), cell(1)), field.name());
                number(cell(0), std::string(field.name()) + "_minor");
                column(cell(1), std::string(field.name()) + "_currency");
                return;
            case Type::link:
                if (field.to == nullptr) {
                    column(cell(0), std::string(field.name()) + "_noun");
                    column(cell(1), field.name());
                    return;
                }
                if (field.to->name() != nullptr) {
                    const std::string other = fmt::format("l{}", ++links_);
                    joins_ += fmt::format(" LEFT JOIN {} {} ON {}.\"id\" = {}",
                                          quoted(field.to->noun), other, other, cell(0));
                    column(other + "." + quoted(field.to->name()->name()), field.name());
                }
                column(fmt::format("'{}' || {}", field.to->prefix, cell(0)),
                       std::string(field.name()) + "_id");
                number(cell(0), std::string(field.name()) + "_key");
                return;
            default:
                if (field.computed())
                    return column(cell(0), field.name());
                if (field.field->more.scale > 0)
                    return column(
                        fmt::format("{} / 1{:0{}}.0", cell(0), 0, field.field->more.scale),
                        field.name());
                for (const auto& c : field.columns)
                    column(alias_ + "." + quoted(c.name), c.name);
        }
    }
    std::string select(const std::string& from, const std::string& where) {
        for (const auto& [expression, name] : numbers_)
            if (!names_.contains(name))
                column(expression, name);
        return fmt::format("SELECT {} FROM {} {}{} WHERE {}", columns_, from, alias_, joins_,
                           where);
    }

private:
    std::string alias_, columns_, joins_;
    std::set<std::string, std::less<>> names_;
    std::vector<std::pair<std::string, std::string>> numbers_;
    int links_ = 0;
};

}  // namespace

std::string view_name(const Entity& entity, const FieldInfo* rows) {
    return "v_" + (rows == nullptr ? std::string(entity.noun) : rows->table());
}

std::string create_view(const Entity& entity, const FieldInfo* rows, bool temporary) {
    std::string select;
    if (rows == nullptr) {
        View view("t");
        view.column(fmt::format("'{}' || t.\"id\"", entity.prefix), "id");
        view.number("t.\"id\"", "key");
        view.column("t.\"uid\"", "uid");
        for (const FieldInfo& field : entity.fields())
            view.field(field);
        select =
            view.select(quoted(entity.noun), "t.\"deleted_at\" IS NULL AND t.\"undone\" IS NULL");
    } else {
        View view("r");
        view.column(fmt::format("'{}' || r.\"record\"", entity.prefix),
                    std::string(entity.noun) + "_id");
        view.number("r.\"record\"", std::string(entity.noun) + "_key");
        view.column("r.\"position\"", "position");
        for (const FieldInfo& inner : rows->rows)
            view.field(inner);
        select = view.select(quoted(rows->table()),
                             fmt::format("EXISTS (SELECT 1 FROM {} t WHERE t.\"id\" = r.\"record\" "
                                         "AND t.\"deleted_at\" IS NULL AND t.\"undone\" IS NULL)",
                                         quoted(entity.noun)));
    }
    return fmt::format("CREATE {}VIEW {} AS {};\n", temporary ? "TEMP " : "",
                       quoted(view_name(entity, rows)), select);
}

/// A field of the user has its name instead of the numbers that a view has for people who join.
std::optional<std::string> view_column(const Entity& entity, std::string_view column) {
    const auto number = [&](std::string name) {
        return entity.find(name) == nullptr ? std::optional(std::move(name)) : std::nullopt;
    };
    if (column == "id")
        return number("key");
    if (column == "uid")
        return "uid";
    for (const FieldInfo& field : entity.fields())
        for (std::size_t i = 0; i < field.columns.size(); ++i) {
            if (field.columns[i].name != column)
                continue;
            const std::string name(field.name());
            if (field.type() == Type::money)
                return i == 0 ? number(name + "_minor") : name + "_currency";
            if (field.type() == Type::link && field.to != nullptr)
                return number(name + "_key");
            if (field.type() == Type::link)
                return i == 0 ? name + "_noun" : name;
            if (field.field->more.scale > 0)
                return std::nullopt;
            return field.columns[i].name;
        }
    return std::nullopt;
}

std::optional<std::string> over_view(const Entity& entity, std::string_view condition,
                                     std::string_view alias) {
    const std::string plain = fmt::format("{}.\"", alias);
    const std::string in_quotes = fmt::format("{}.\"", quoted(alias));
    std::string out;
    while (true) {
        const std::size_t at = std::min(condition.find(plain), condition.find(in_quotes));
        if (at == std::string_view::npos)
            break;
        const bool has_quotes = condition[at] == '"';
        const std::size_t name = at + (has_quotes ? in_quotes : plain).size();
        const std::size_t end = condition.find('"', name);
        const bool is_other = !has_quotes && at > 0 &&
                              (std::isalnum(static_cast<unsigned char>(condition[at - 1])) != 0 ||
                               condition[at - 1] == '_' || condition[at - 1] == '"');
        const auto column = is_other ? std::string(condition.substr(name, end - name))
                                     : view_column(entity, condition.substr(name, end - name));
        if (!column)
            return std::nullopt;
        out.append(condition.substr(0, name)).append(*column);
        condition.remove_prefix(end);
    }
    return out.append(condition);
}

}  // namespace crm::sql
