#include "report/groups.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::report {
namespace {

using meta::FieldInfo;
using meta::Type;
using sql::literal;
using sql::quoted;

class GroupReader {
public:
    GroupReader(const meta::Entity& entity, const sql::Dialect& dialect)
        : entity_(entity), dialect_(dialect) {}

    Groups read(std::string_view by) {
        for (const std::string_view part : text::split(by, ','))
            if (const std::string_view name = text::trimmed(part); !name.empty())
                add(name);
        return std::move(out_);
    }

private:
    void add(std::string_view name) {
        std::string alias = "t";
        const FieldInfo& field = follow(name, alias);
        const std::string key = key_of(field, alias);
        if (out_.keys.empty())
            out_.first = &field;
        out_.names.emplace_back(name);
        out_.keys.push_back(key);
        out_.order.push_back(order_of(field, key) + " NULLS FIRST");
    }

    /// The field at the end of a path; `alias` becomes that of its record.
    const FieldInfo& follow(std::string_view name, std::string& alias) {
        const meta::Entity* at = &entity_;
        const FieldInfo* field = nullptr;
        for (const std::string_view part : text::split(name, '.')) {
            if (field != nullptr) {
                if (field->type() != Type::link || field->to == nullptr)
                    unknown(name);
                at = field->to;
                alias = join(*field, fmt::format("{}.{}", alias, last_column(*field)));
            }
            field = at->find(part);
            if (field == nullptr)
                unknown(name);
        }
        if (field == nullptr || field->cells == 0)
            unknown(name);
        return *field;
    }

    std::string key_of(const FieldInfo& field, const std::string& alias) {
        const std::string column = fmt::format("{}.{}", alias, last_column(field));
        switch (field.type()) {
            case Type::link:
                if (field.to == nullptr || field.to->name() == nullptr)
                    return column;
                return fmt::format("{}.{}", join(field, column), quoted(field.to->name()->name()));
            case Type::date:
                return sql::month_key(column);
            case Type::instant:
                return sql::month_key(dialect_.local_day(column));
            case Type::money:
                return fmt::format("{}.{}", alias, quoted(field.columns[0].name));
            case Type::text:
                return field.is(meta::many) ? each_value(column) : column;
            default:
                return column;
        }
    }

    /// Values of a set are sorted as the set has them, not by the alphabet.
    static std::string order_of(const FieldInfo& field, const std::string& key) {
        if (field.type() != Type::choice)
            return key;
        std::string out = "CASE " + key;
        int number = 0;
        for (const std::string_view word : field.field->more.words)
            out += fmt::format(" WHEN {} THEN {}", literal(word), ++number);
        return out + " END";
    }

    std::string join(const FieldInfo& link, const std::string& column) {
        const std::string alias = next_alias();
        out_.joins += fmt::format("LEFT JOIN {0} {1} ON {1}.\"id\" = {2}\n", quoted(link.to->noun),
                                  alias, column);
        return alias;
    }

    std::string each_value(const std::string& column) {
        const std::string alias = next_alias();
        out_.joins += fmt::format("LEFT JOIN {} ON TRUE\n", dialect_.list_items(column, alias));
        return alias + ".\"value\"";
    }

    std::string next_alias() { return fmt::format("j{}", ++joins_); }

    static std::string last_column(const FieldInfo& field) {
        return quoted(field.columns.back().name);
    }

    [[noreturn]] void unknown(std::string_view name) const {
        Error e(
            Fault::usage, "unknown_field",
            fmt::format("{} has no field '{}' to group by", entity_.noun, text::clipped(name, 40)));
        suggest(e, name, entity_.field_names(),
                fmt::format("crm fields {} lists them", entity_.word));
        throw e;
    }

    const meta::Entity& entity_;
    const sql::Dialect& dialect_;
    Groups out_;
    int joins_ = 0;
};

}  // namespace

Groups read_groups(std::string_view by, const meta::Entity& entity, const sql::Dialect& dialect) {
    return GroupReader(entity, dialect).read(by);
}

}  // namespace crm::report
