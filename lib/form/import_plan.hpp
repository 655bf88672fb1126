#pragma once

#include "base/error.hpp"
#include "form/draft.hpp"
#include "form/headers.hpp"
#include "form/mapping.hpp"
#include "form/row_plan.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Tables of any program to drafts: what each column is for is decided once, by its header.
namespace crm::form {

struct TableOptions {
    std::string_view program{};       ///< a vendor's name; empty: found by the header
    std::string_view system = "csv";  ///< of external references when the program is not known
    Mapping map{};
    std::vector<std::string> columns{};  ///< of a table without a header; an empty one is left out
    char delimiter = 0;                  ///< between cells; 0: found by looking
};

/// The plan of a table. Rows are of one noun, except in tables that mix people and companies and
/// have a column for that.
class ImportPlan {
public:
    /// Refuses a header in which no column identifies a record, and a mapping that names no column
    /// or no field.
    static Expected<ImportPlan> make(const meta::Model& model, const meta::Entity& entity,
                                     std::span<const std::string_view> cells,
                                     const TableOptions& options);

    std::string_view program() const { return program_; }  ///< empty when not known
    std::size_t columns() const { return extra_starts_.size(); }
    /// Columns of an unknown program's table that nothing here knows: they are kept as extra
    /// properties.
    const std::vector<std::string>& unknown() const { return unknown_; }
    /// Whether the row has a date or a number that can be read in two ways. Then `survey` all rows
    /// first.
    bool is_ambiguous(std::span<const std::string_view> cells) const;
    void survey(std::span<const std::string_view> cells);
    std::optional<Draft> draft(std::span<const std::string_view> cells) const;
    const RowPlan& rows() const { return plans_.front(); }

private:
    Expected<void> map_columns(RowPlan& plan, const Header& header, const Vendor* vendor,
                               std::span<const std::string* const> targets,
                               const TableOptions& options);
    void find_company_column(const Header& header, const Vendor& vendor);

    std::string_view program_{};
    std::vector<std::string> extra_starts_;  // by column: the beginning of an extra property
    std::vector<std::string> unknown_;
    std::vector<RowPlan> plans_;  // of the noun; of the other one, when there is a company column
    std::optional<std::size_t> company_column_;
    std::vector<ColumnNotation> notations_;
};

/// Reads a whole table in UTF-8: every row comes as a draft or as a trouble. An Error when nothing
/// can be read at all.
Expected<void> import_csv(std::string_view bytes, const std::string& file, const meta::Model& model,
                          const meta::Entity& entity, const TableOptions& options, Intake& intake);

}  // namespace crm::form
