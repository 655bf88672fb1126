#pragma once

#include "form/vcard.hpp"

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
/// The address of an EMAIL, without mailto: and without the name before <…>.
std::string email_of(std::string_view value);
/// The number of a TEL, without a scheme.
std::string phone_of(std::string_view value);
/// Whether a number or an address is one, not a sign such as "-" that a program puts for none.
bool is_given(std::string_view value);
std::vector<std::string> read_categories(std::string_view value);
/// The nickname of X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Nick;1;…; empty for others.
std::string android_nickname(std::string_view value);

/// Whether a text begins with a scheme (RFC 3986 3.1).
bool is_uri(std::string_view text);
/// A URI as the value of a property: it is not escaped (RFC 6350 4), except what reading would take
/// off.
std::string uri(std::string_view text);

constexpr int unranked = 1000;
/// How much a property is preferred; 1 is most, `unranked` is not said.
int rank(const Property& property);

}  // namespace crm::form
