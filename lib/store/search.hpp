#pragma once

#include "sql/full_text.hpp"
#include "store/resolve.hpp"

#include <span>
#include <string>
#include <vector>

namespace crm::store {

struct Hit {
    Found found;
    std::string label;             ///< the record's name
    std::string field;             ///< where the words are; empty when spread over several fields
    std::string piece;             ///< the matched text with the text around it
    std::size_t from = 0, to = 0;  ///< the match within the piece, in bytes
};

/// The words that were given, each in its spellings; `word*` is a beginning. What has no letter or
/// digit is left out.
std::vector<sql::Phrase> search_phrases(const std::vector<std::string>& words);
/// Where the first of the words that a record has is in it.
Hit hit_of(Store& store, const Found& found, std::span<const sql::Phrase> words);

/// Full text over all nouns, best first: a word in the name counts more than one elsewhere, rare
/// words more than common ones (BM25), ties by the newest. Every word must be there; `word*`
/// matches what begins so. A word that thousands of records have is not weighed over all of them:
/// those with it in the name come first, then the newest. `noun` null: all nouns. Errors: usage
/// when no word is left to look for.
Expected<std::vector<Hit>> search(Store& store, const std::vector<std::string>& words,
                                  const meta::Entity* noun, std::size_t limit);

}  // namespace crm::store
