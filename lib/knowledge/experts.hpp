#pragma once

#include "sql/full_text.hpp"
#include "store/record.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Who knows about a topic.
namespace crm::knowledge {

/// What experts are looked for: words, a product, or what a ticket is about.
struct Topic {
    std::vector<sql::Phrase> phrases{};  ///< all of them are needed
    std::int64_t product = 0;            ///< or this product; 0: none
    std::int64_t ticket = 0;             ///< left out
};

/// What a ticket is about: its product, or one of the words of it that say most.
Topic topic_of(store::Store& store, const store::Record& ticket);
/// The words of a command: a product or a ticket that they name, else words. Throws usage where
/// there is no word.
Topic read_topic(store::Resolver& resolver, const std::vector<std::string>& words);

struct Expert {
    std::int64_t user = 0;
    std::string name;
    double score = 0;  ///< sum of 2^(−age / 180 days) × part: 1 for who closed, won or wrote it,
                       ///< 0.5 for others of the team
    std::int64_t solved = 0, won = 0, written = 0;
    Instant last;           ///< when they last did something of it
    std::int64_t open = 0;  ///< open tickets that they have
    bool away = false;      ///< today
};

/// What users did, by when.
class Scores {
public:
    explicit Scores(Instant now) : now_(now) {}

    enum class Work { solved, won, written };
    /// Nothing for no user.
    void add(std::int64_t user, Instant at, double part, Work work);
    /// The best first, of equals the latest first.
    std::vector<Expert> best() const;

private:
    Instant now_;
    std::map<std::int64_t, Expert> experts_;
};

/// Active users by closed tickets, won deals and published articles about the topic.
std::vector<Expert> experts(store::Store& store, const Clock& clock, const Topic& topic);

}  // namespace crm::knowledge
