#pragma once

#include "exchange/row_identity.hpp"
#include "form/draft.hpp"
#include "meta/entity.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::exchange {

/// Something that two rows of the same record have in common.
struct Key {
    std::string text;    ///< its kind, one letter, and the value
    std::uint64_t hash;  ///< of `text`
};

/// The keys of a row by how much they prove, the strongest first.
struct Keys {
    std::vector<Key> uid;
    std::vector<Key> ref;
    std::vector<Key> email;  ///< and other unique words
    std::vector<Key> phone;  ///< with the name
    std::vector<Key> name;   ///< with the company
    std::vector<Key> same;   ///< the name and all that tells the row apart: of this import only
    Traits traits;
    std::uint64_t own_uid = 0;  ///< digest of the row's uid; 0: none
};

/// A draft read by its types, before it is matched with a record.
struct IncomingRow {
    explicit IncomingRow(const meta::Entity& entity) : record(entity) {}

    const meta::Entity& entity() const { return *record.entity; }

    using FieldText = std::pair<const meta::FieldInfo*, std::string>;

    store::Record record;
    std::string name;  ///< as given, whole or in parts; empty when only an address or a number
                       ///< stands for it
    std::int64_t id = 0;
    std::vector<FieldText> links;  ///< single links and line items, still as text
    std::vector<FieldText> first;  ///< values that come first in their list
    std::vector<std::string> extra;
    std::vector<std::string> notes;  ///< on words that were kept as text, each said once
    std::string key_value;           ///< of the field of --key
    /// Derived lists that came with it and are not taken, and how many entries they have.
    std::vector<std::pair<const meta::FieldInfo*, std::size_t>> histories;

    std::unique_ptr<IncomingRow> company;
    Keys company_keys;
    std::string company_name;     ///< when the row has no more than its name
    std::int64_t company_id = 0;  ///< then, once it is known
    std::string company_link;     ///< role, since, until of the link to the company
};

/// The town of a person's address, folded.
std::string town_of(const store::Record& record);

/// Whether a record has a value in a field.
bool has_value(const store::Record& record, const meta::FieldInfo& field);

/// Line items that name what is sold: the same product may be there twice, so such lists are
/// replaced as a whole.
bool lists_products(const meta::FieldInfo& field);

}  // namespace crm::exchange
