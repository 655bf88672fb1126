#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which articles answer a question: text, past success, product and freshness.
namespace crm::knowledge {

/// An article, and what its place follows from.
struct Ranked {
    store::Found article;
    std::string title, status;
    double score = 0;    ///< the product of the others
    double text = 0;     ///< BM25, k1 1.2, b 0.75: title 8, keywords and symptom 6, other text 1
    double success = 0;  ///< 1 + reused / (reused + 5) × (helpful + 1) / (helpful + unhelpful + 2)
    double product = 1;  ///< 1.5 where it is about the same product
    /// max(0.5, 2^(−age / 730 days)) since the last version or review; 0.5 where it is overdue.
    double freshness = 0;
    bool is_overdue = false;  ///< its review_on has passed: of equal scores below the others
    std::string piece;        ///< the matched text with the text around it
};

/// What a question is about.
struct Question {
    std::int64_t product = 0;  ///< 0: any
    std::string language{};    ///< of two translations the one in it comes first
    std::size_t limit = 20;
};

/// Articles that have all of the words, best first: published ones before drafts, archived ones
/// never. Of more than 400 those with the words in the title and the newest are compared.
/// Throws usage where there is no word to search for.
std::vector<Ranked> search(store::Store& store, const Clock& clock,
                           const std::vector<std::string>& words, const Question& question);

/// Articles for a ticket, by the twelve rarest words of its subject and description; of Chinese,
/// Japanese and Korean by two characters. Words of the customer's name and address are left out,
/// and of more than 400 articles those with the rarest words are compared.
std::vector<Ranked> suggest(store::Store& store, const Clock& clock, const store::Record& ticket,
                            std::size_t limit);

}  // namespace crm::knowledge
