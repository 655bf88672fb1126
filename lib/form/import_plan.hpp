#pragma once

#include "base/error.hpp"
#include "form/draft.hpp"
#include "form/vendors.hpp"
#include "meta/entity.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Tables of any program to drafts: what each column is for is settled once, by its header.
namespace crm::form {

using Mapping =
    std::vector<std::pair<std::string, std::string>>;  ///< column header, target (see Spelling)

/// `--map`: COLUMN=FIELD,…; a backslash before , = and \ that belong to the header.
Expected<Mapping> read_mapping(std::string_view text);

struct ImportHow {
    std::string_view program{};       ///< a vendor's name; empty: found by the header
    std::string_view system = "csv";  ///< of external references when the program is not known
    Mapping map{};
};

/// How a column's dates are written: each bit of `seen` stands for an order that is the only one
/// for some cell of it.
struct DateColumn {
    std::size_t column = 0;
    std::uint8_t seen = 0;
    std::optional<DateOrder> order() const;  ///< unset when no cell, or cells of both kinds, decide
};

/// What the columns of a table are for, when its rows are records of one noun.
class RowPlan {
public:
    /// Where the values of one column, or part of them, come from.
    struct Source {
        std::size_t column = 0;
        std::vector<std::string> labels{};
        std::optional<std::size_t> label_column{};
        std::string part{};  ///< of an address, a birthday or a child row
        std::string word{};  ///< of a switch; of extra: the word not worth keeping
        bool own = false;    ///< the cell is in the text form of the field already
    };
    enum class Take : std::uint8_t {
        text,
        date,
        list,
        address,
        birthday,
        flag,
        ref,
        link,
        extra,
        row
    };
    /// One field and all columns that tell it.
    struct Output {
        Take take = Take::text;
        std::string name;  ///< of the field
        const meta::FieldInfo* field = nullptr;
        bool company = false;     ///< of the company that the person belongs to
        bool is_field = true;     ///< false: known only as a part of the name
        bool identifies = false;  ///< says who or what the row is about
        std::vector<Source> sources{};
    };

    /// `other`: the table is known to be another program's.
    RowPlan(const meta::Model& model, const meta::Entity& entity, std::string system,
            bool other = false);

    /// Takes `column` for `target`; false when this noun has no such target.
    bool aim(std::size_t column, std::string_view target, std::span<const std::string> keys,
             std::string_view digits = {}, bool own = false);
    void keep(std::size_t column);  ///< as extra, if the noun has that
    void finish();                  ///< when all columns are aimed

    bool usable() const;
    const meta::Entity& entity() const { return entity_; }
    /// Nothing when the row does not say who or what it is about. `heads` are the beginnings of
    /// extra lines by column.
    std::optional<Draft> draft(std::span<const std::string_view> cells,
                               std::span<const std::string> heads,
                               std::span<const DateColumn> dates) const;

    std::vector<std::size_t> date_columns() const;
    /// The field of which each row of the table tells one child row: the lines of an order; null
    /// where there is none.
    const meta::FieldInfo* rows() const;
    /// What the row's record is known by: equal for rows of one record.
    std::string identity(std::span<const std::string_view> cells) const;

private:
    Output& output(Take take, std::string_view name, const meta::FieldInfo* field, bool company);

    const meta::Model& model_;
    const meta::Entity& entity_;
    std::string system_;
    bool other_;
    std::vector<Output> outputs_;
    std::optional<std::size_t> given_, middle_, family_;  ///< columns
};

/// A table's plan. Rows are of one noun, but for tables that mix people and companies and say so in
/// a column.
class ImportPlan {
public:
    /// Refuses a header of which no column says who or what a row is about; a mapping that names no
    /// column or no field.
    static Expected<ImportPlan> make(const meta::Model& model, const meta::Entity& entity,
                                     std::span<const std::string_view> header,
                                     const ImportHow& how);

    std::string_view program() const { return program_; }  ///< empty when not known
    std::size_t columns() const { return heads_.size(); }
    /// Columns of an unknown program's table that nothing here knows: they are kept as they are.
    const std::vector<std::string>& unknown() const { return unknown_; }
    /// Whether the row has a date of two readings while `survey` has not been told of all rows.
    bool undecided(std::span<const std::string_view> cells) const;
    void survey(std::span<const std::string_view> cells);
    std::optional<Draft> draft(std::span<const std::string_view> cells) const;
    const RowPlan& rows() const { return plans_.front(); }

private:
    std::string_view program_{};
    std::vector<std::string> heads_, unknown_;
    std::vector<RowPlan> plans_;  ///< of the noun; of the other one, when there is a company column
    std::optional<std::size_t> company_column_;
    std::vector<DateColumn> dates_;
};

/// Reads a whole table in UTF-8: every row comes as a draft or as a trouble. An Error when nothing
/// can be read at all.
Expected<void> import_csv(std::string_view bytes, const std::string& file, const meta::Model& model,
                          const meta::Entity& entity, const ImportHow& how, Intake& intake);

}  // namespace crm::form
