#pragma once

#include "sql/full_text.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace crm::knowledge {

/// How many articles have words. Those in the trash are not counted.
class ArticleWords {
public:
    explicit ArticleWords(store::Store& store);

    std::size_t all();
    /// More than these are too many for a word to say much.
    std::size_t common();

    /// How many have all of the phrases; counts no further than the limit.
    std::size_t with_all(std::span<const sql::Phrase> phrases, std::size_t limit);
    /// How many have the phrase. Of more than a thousand articles, and if it is not rare, this is
    /// told from how far back the newest ones that have it are.
    std::size_t estimated(const sql::Phrase& phrase);

private:
    struct Newest {
        std::size_t count = 0;
        std::int64_t first = 0, last = 0;  ///< ids
    };
    Newest newest(const sql::Phrase& phrase, std::size_t limit);
    std::int64_t last_id();
    std::size_t scaled(std::size_t found, std::int64_t ids);

    sql::Connection& db_;
    const sql::FullText& full_text_;
    std::int64_t first_number_, last_number_;  ///< of their entries in the full text
    std::optional<std::size_t> all_;
    std::optional<std::int64_t> last_id_;
};

}  // namespace crm::knowledge
