#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crm {

/// The ways in which a word that is searched for may stand in the full text, each as text::words:
/// first as it was typed, then with ä ö ü ø å written out (Müller: mueller), with ae oe ue aa
/// inside a word taken for such a letter (Juergen: jurgen), and with an apostrophe left out or put
/// in (O'Brien: obrien; obrien: o brien). Empty for a text without letters and digits. This is the
/// one place that says which spellings of a name find each other.
std::vector<std::string> spellings(std::string_view text);

}  // namespace crm
