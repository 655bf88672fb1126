#pragma once

#include "store/record.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// What a person is recognised by in texts that others wrote: names, e-mail addresses and telephone
/// numbers, in capitals or not, in any notation.
class PersonalTraits {
public:
    /// Those of a record with e-mail addresses; of any other none.
    void add(const Record& record);
    /// Those in a value that such a record has, or had.
    void add(const meta::FieldInfo& field, std::string_view value);

    /// Whether a command of the history has any of them, however it is quoted.
    bool in_command(std::string_view command) const;
    /// The text with "erased" in their place. A name of one word stays in prose, where it may be
    /// somebody else's; a query has it for a reason.
    std::string erased_from(std::string_view text, bool is_query) const;

private:
    std::vector<std::string> names_;
    std::vector<std::string> emails_;
    std::vector<std::string> phones_;  // what is compared of them: phone_key
};

}  // namespace crm::store
