#include "report/groups.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"
#include "sql/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace crm::report {
namespace {

using meta::FieldInfo;
using meta::Type;
using sql::literal;
using sql::quoted;

/// The end of a path, in the table `alias`.
struct Target {
    const FieldInfo* field = nullptr;
    std::string alias = "t";
    int part = -1;          ///< of an address
    std::string_view span;  ///< of a date: day, week, quarter, year; a month without it

    bool is_in_view = false;

    std::string column(std::size_t cell) const {
        const std::string& name = field->columns[cell].name;
        const auto in_view =
            is_in_view ? sql::view_column(*field->entity, name) : std::optional<std::string>();
        return fmt::format("{}.{}", alias, quoted(in_view.value_or(name)));
    }
    std::string last_column() const { return column(field->columns.size() - 1); }
};

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
        const Target target = follow(name);
        Group group{.name = std::string(name), .field = target.field};
        if (target.part >= 0)
            group_by(group, target.column(static_cast<std::size_t>(target.part)));
        else
            group_by_value(group, target, name);
        for (std::string& term : group.order)
            term += " NULLS FIRST";
        out_.list.push_back(std::move(group));
    }

    /// The field at the end of a path.
    Target follow(std::string_view name) {
        Target at;
        at.is_in_view = true;
        const meta::Entity* entity = &entity_;
        for (const std::string_view word : text::split(name, '.')) {
            if (at.part >= 0)
                unknown(name);
            if (at.field != nullptr && at.field->type() == Type::address) {
                at.part = part_of_address(word, name);
                continue;
            }
            if (at.field != nullptr && is_day(*at.field) && at.span.empty()) {
                at.span = span_named(word, name);
                continue;
            }
            if (at.field != nullptr) {
                if (at.field->type() != Type::link || at.field->to == nullptr)
                    unknown(name);
                entity = at.field->to;
                at.alias = join(*at.field, at.last_column());
                at.is_in_view = false;
            }
            at.field = entity->find(word);
            if (at.field == nullptr)
                unknown(name);
        }
        if (at.field == nullptr || at.field->cells == 0)
            unknown(name);
        return at;
    }

    static bool is_day(const FieldInfo& field) {
        return field.type() == Type::date || field.type() == Type::instant;
    }

    std::string_view span_named(std::string_view word, std::string_view name) const {
        static constexpr std::string_view spans[] = {"day", "week", "month", "quarter", "year"};
        const auto* found = std::ranges::find(spans, word);
        if (found == std::end(spans))
            unknown(name);
        return *found;
    }

    int part_of_address(std::string_view word, std::string_view name) const {
        const auto parts = meta::address_parts();
        const auto found = std::ranges::find(parts, word);
        if (found == parts.end())
            unknown(name);
        return static_cast<int>(found - parts.begin());
    }

    static void group_by(Group& group, const std::string& key) {
        group.text = key;
        group.keys = {key};
        group.order = {key};
    }

    void group_by_value(Group& group, const Target& target, std::string_view name) {
        const std::string column = target.last_column();
        switch (target.field->type()) {
            case Type::link:
                return group_by_record(group, target);
            case Type::date:
                return group_by_span(group, column, target.span);
            case Type::instant:
                return group_by_span(group, dialect_.local_day(column), target.span);
            case Type::money:
                return group_by_money(group, target);
            case Type::boolean:
                group.type = ColumnType::boolean;
                group_by(group, column);
                group.text = fmt::format("CASE {} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END", column);
                return;
            case Type::choice:
                group_by(group, column);
                group.order = {place_in_set(*target.field, column)};
                return;
            case Type::address:
                throw Error(Fault::usage, "unknown_field",
                            fmt::format("'{}' is an address: group by one of its parts", name),
                            fmt::format("--by {}.city", name));
            case Type::text:
                return group_by(group, target.field->is(meta::many) ? each_value(column) : column);
            case Type::duration:
                group.type = ColumnType::duration;
                return group_by(group, column);
            case Type::integer:
                group.type = ColumnType::integer;
                return group_by(group, column);
            default:
                return group_by(group, column);
        }
    }

    /// A week is known by its Monday.
    void group_by_span(Group& group, const std::string& day, std::string_view span) const {
        if (span == "day" || span == "week") {
            group.type = ColumnType::date;
            return group_by(group, span == "day" ? day : dialect_.week_start(day));
        }
        if (span == "quarter")
            return group_by(group, sql::quarter_key(day));
        if (span == "year")
            return group_by(group, fmt::format("substr({}, 1, 4)", day));
        group.type = ColumnType::month;
        group_by(group, sql::month_key(day));
    }

    /// Two records of one name are two groups.
    void group_by_record(Group& group, const Target& target) {
        const FieldInfo& link = *target.field;
        const std::string id = target.last_column();
        if (link.to == nullptr) {
            const std::string noun = target.column(0);
            group_by(group, fmt::format("{} || {}", prefix_of_noun(noun), id));
            group.keys = {noun, id};
            group.order = {noun, id};
            return;
        }
        group.noun = link.to;
        group.type = ColumnType::link;
        group.id = id;
        const FieldInfo* name = link.to->name();
        if (name == nullptr) {
            group_by(group, fmt::format("{} || {}", literal(link.to->prefix), id));
            group.keys = {id};
            group.order = {id};
            return;
        }
        group_by(group, target.is_in_view
                            ? fmt::format("{}.{}", target.alias, quoted(link.name()))
                            : fmt::format("{}.{}", join(link, id), quoted(name->name())));
        group.keys.push_back(id);
        group.order.push_back(id);
    }

    void group_by_money(Group& group, const Target& target) const {
        const std::string minor = target.column(0);
        const std::string currency = target.column(1);
        group.text =
            fmt::format("{} || ' ' || {}", sql::as_money(dialect_, minor, currency), currency);
        group.text = fmt::format("CASE WHEN {} IS NOT NULL THEN {} END", minor, group.text);
        group.keys = {minor, currency};
        group.order = {currency, minor};
    }

    /// The letters of the short ids of a noun, which is kept as its number.
    std::string prefix_of_noun(const std::string& number) const {
        std::string out = "CASE " + number;
        for (const meta::Entity& entity : entity_.model().entities())
            out += fmt::format(" WHEN {} THEN {}", entity.number, literal(entity.prefix));
        return out + " END";
    }

    /// Values of a set are sorted as the set has them, not by the alphabet.
    static std::string place_in_set(const FieldInfo& field, const std::string& key) {
        std::string out = "CASE " + key;
        int number = 0;
        for (const std::string_view word : field.field->more.words)
            out += fmt::format(" WHEN {} THEN {}", literal(word), ++number);
        return out + " END";
    }

    /// The table and not its view: a link counts wherever it leads to, also into the trash, as the
    /// name in the view does; and a view on the right of LEFT JOIN would be computed as a whole.
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

    [[noreturn]] void unknown(std::string_view name) const {
        Error e(
            Fault::usage, "unknown_field",
            fmt::format("{} has no field '{}' to group by", entity_.noun, text::clipped(name, 40)));
        suggest(e, name, entity_.field_names(),
                fmt::format("crm fields {} lists them", entity_.noun));
        throw e;
    }

    const meta::Entity& entity_;
    const sql::Dialect& dialect_;
    Groups out_;
    int joins_ = 0;
};

}  // namespace

std::vector<std::string> Groups::keys() const {
    std::vector<std::string> out;
    for (const Group& group : list)
        std::ranges::copy(group.keys, std::back_inserter(out));
    return out;
}

Groups read_groups(std::string_view by, const meta::Entity& entity, const sql::Dialect& dialect) {
    return GroupReader(entity, dialect).read(by);
}

}  // namespace crm::report
