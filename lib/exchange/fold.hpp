#pragma once

#include "exchange/import_memory.hpp"
#include "exchange/incoming_row.hpp"
#include "meta/item_list.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace crm::exchange {

/// Whether the name of a record is only an address or a number that stands for it until a name is
/// known.
bool is_placeholder_name(const store::Record& record, std::string_view name);

/// Lists as they were united last. When hundreds of rows each add a value to one list, it is read
/// once.
class UnitedLists {
public:
    /// The items of a list field and those of `more` that are not among them. With `first` (items,
    /// too) its first value is put in front if it is new.
    std::string unite(const meta::FieldInfo& field, const std::string& have,
                      const std::string& more, const std::string* first = nullptr);

private:
    struct United {
        std::string text;  ///< of the list
        meta::ItemList list;
    };
    United& list_of(const meta::FieldInfo& field, const std::string& text);

    std::map<const meta::FieldInfo*, United> lists_;
};

/// The same of one list.
std::string united(const meta::FieldInfo& field, const std::string& have, const std::string& more);

/// Puts what a row has into its record: the first row of an import to set a field wins over the
/// database, later ones only fill what is empty; lists are united; nothing is emptied.
void fold(store::Record& record, const IncomingRow& row, RecordMark& mark, UnitedLists& lists);

/// Links a person to the company of the row, in front of other companies, with role and dates.
void fold_company_link(store::Record& record, const IncomingRow& row, std::int64_t company,
                       const meta::Reading& reading);

}  // namespace crm::exchange
