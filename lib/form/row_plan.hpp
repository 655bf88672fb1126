#pragma once

#include "base/decimal.hpp"
#include "form/draft.hpp"
#include "meta/entity.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::form {

/// How the cells of a column are written. What has two readings by itself is read as the other
/// cells of its column are.
class ColumnNotation {
public:
    enum class Kind : std::uint8_t {
        date,
        number,
        share  ///< a percentage, which may be written as a share of one
    };
    ColumnNotation(std::size_t column, Kind kind) : column_(column), kind_(kind) {}

    std::size_t column() const { return column_; }
    /// Whether a cell cannot be read without the others.
    bool is_ambiguous(std::string_view cell) const;
    void survey(std::string_view cell);

    /// Unset when no cell, or cells of both kinds, decide; so is the mark.
    std::optional<DateOrder> order() const;
    DecimalMark decimal_mark() const;
    bool is_share() const;

private:
    std::size_t column_;
    Kind kind_;
    std::uint8_t seen_ = 0;  ///< each bit: a reading that is the only one of some cell
};

/// What precedes the Message-ID of a mail as an external reference.
inline constexpr std::string_view message_id_prefix = "message-id:";

/// What the columns of a table are for, when its rows are records of one noun: decided once, then
/// each row becomes a draft.
class RowPlan {
public:
    /// Where the values of one column, or part of them, come from.
    struct Source {
        std::size_t column = 0;
        std::vector<std::string> labels{};
        std::optional<std::size_t> label_column{};
        std::string part{};  ///< of an address, a birthday or a line item
        /// Of a switch; of extra: the word not worth keeping; of a reference: what precedes it.
        std::string word{};
        std::vector<std::string> yes{};  ///< of a switch: the cells that set it; empty: all but no
        std::vector<std::string> no{};
        std::string otherwise{};                 ///< of a switch: the field that takes other cells
        const meta::FieldInfo* field = nullptr;  ///< of a line item's part
        bool own = false;  ///< the cell is in the text form of the field already
    };
    /// How the cells of its columns become the value of a field.
    enum class Kind : std::uint8_t {
        text,
        number,
        date,
        list,
        address,
        birthday,
        flag,
        ref,
        link,
        extra,
        line_item
    };
    /// One field and all columns that it is read from.
    struct FieldPlan {
        Kind kind = Kind::text;
        std::string name;  ///< of the field
        const meta::FieldInfo* field = nullptr;
        bool company = false;     ///< of the company that the person belongs to
        bool is_field = true;     ///< false: known only as a part of the name
        bool identifies = false;  ///< decides which record the row is about
        std::vector<Source> sources{};
    };
    /// A column that says in which currency amounts are.
    struct Currency {
        std::size_t column = 0;
        std::string field;  ///< the amount; empty: all of the row
    };

    /// `own`: the table is an export of ours.
    RowPlan(const meta::Model& model, const meta::Entity& entity, std::string system,
            bool own = false);

    /// Reads `column` into `target` (see Spelling); false when this noun has no such target. `keys`
    /// are the headers, `digits` those in the column's own.
    bool map(std::size_t column, std::string_view target, std::span<const std::string> keys,
             std::string_view digits = {});
    /// The same for a header that is a field name of ours: its cells are as our exports write them.
    bool map_own(std::size_t column, std::string_view field, std::span<const std::string> keys);
    void keep_as_extra(std::size_t column);  ///< if the noun has extra properties
    void finish();                           ///< when all columns are mapped

    /// Whether some column identifies a record.
    bool usable() const;
    const meta::Entity& entity() const { return entity_; }
    /// Nothing when no cell of the row identifies a record. `extra_starts` are the beginnings of
    /// extra properties by column.
    std::optional<Draft> draft(std::span<const std::string_view> cells,
                               std::span<const std::string> extra_starts,
                               std::span<const ColumnNotation> notations) const;

    /// The columns whose cells may be ambiguous, nothing surveyed yet.
    std::vector<ColumnNotation> notations() const;
    /// The field of line items when each row of the table has one of them; null if there is none.
    const meta::FieldInfo* line_items() const;
    /// Equal for rows of one record.
    std::string identity(std::span<const std::string_view> cells) const;

private:
    struct Target;
    static Target read_target(std::string_view text, bool person);

    bool map(std::size_t column, std::string_view text, std::span<const std::string> keys,
             std::string_view digits, bool own);
    void map_switch(const Target& target, const meta::FieldInfo& field, Source&& source,
                    std::string_view key);
    bool map_name_part(const Target& target, const meta::Entity& entity, Source&& source);
    std::optional<bool> map_part(const Target& target, const meta::FieldInfo& field,
                                 Source& source);
    bool map_field(const Target& target, const meta::FieldInfo& field, Source&& source);
    FieldPlan& field_plan(Kind kind, std::string_view name, const meta::FieldInfo* field,
                          bool company);
    void add(Kind kind, std::string_view name, const meta::FieldInfo* field, bool company,
             bool identifies, Source&& source);

    const meta::Model& model_;
    const meta::Entity& entity_;
    std::string system_;  // of external references
    bool own_;
    std::vector<FieldPlan> fields_;
    std::vector<Currency> currencies_;
    std::optional<std::size_t> given_name_;  // columns
    std::optional<std::size_t> middle_name_;
    std::optional<std::size_t> family_name_;
};

}  // namespace crm::form
