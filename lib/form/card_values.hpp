#pragma once

#include "form/vcard.hpp"
#include "meta/type.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Escaped values of a card to the text of fields. Within form only.
namespace crm::form {

/// Text for a field of one line.
std::string one_line(std::string_view value);
/// A component that may itself be a list: "Richter,James", joined by `between`.
std::string component(std::string_view value, std::string_view between);
/// Appends a word that is not empty, `between` before it where something stands already.
void add_word(std::string& out, std::string_view word, std::string_view between);
/// Written without blanks between the parts of a name.
bool east_asian(std::string_view s);
/// How much a property is preferred; 1 is most, 1000 is not said.
int rank(const Property& property);

/// A list under way.
struct List {
    std::vector<meta::Item> items;
    std::vector<int> ranks;

    /// The one text form, preferred values first.
    std::string text();
};

}  // namespace crm::form
