#pragma once

#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::knowledge {

/// The words of a text, folded (text::words), each once and in their order; of Chinese, Japanese
/// and Korean each two characters that follow each other. Single letters are left out.
std::vector<std::string> topic_words(std::string_view text);

/// The words of a ticket's subject and description without those of its customer's names and
/// addresses.
std::vector<std::string> question_words(store::Store& store, const store::Record& ticket);

}  // namespace crm::knowledge
