#include "knowledge/ranking.hpp"

#include "base/error.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "knowledge/article_words.hpp"
#include "knowledge/question_words.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"
#include "store/search.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <span>
#include <utility>

namespace crm::knowledge {

using sql::Phrase;
using store::Found;
using store::Record;

namespace {

constexpr double k1 = 1.2, b = 0.75;
constexpr double freshness_half_life = 730;
constexpr double least_freshness = 0.5;
constexpr double same_product = 1.5;
constexpr double day_seconds = 24 * 60 * 60;
/// So many articles are compared.
constexpr std::size_t most_candidates = 400;

struct WeightedField {
    std::string_view name;
    double weight;
};
constexpr std::array<WeightedField, 6> fields = {
    {{"title", 8}, {"keywords", 6}, {"symptom", 6}, {"body", 1}, {"tags", 1}, {"description", 1}}};

/// A word with what it weighs.
struct Term {
    Phrase phrase;
    std::size_t matches = 0;  ///< articles that have it
    double idf = 0;
};

double idf_of(std::size_t all, std::size_t matches) {
    const auto n = static_cast<double>(matches);
    return std::log(1 + (std::max(0.0, static_cast<double>(all) - n) + 0.5) / (n + 0.5));
}

/// How often a phrase is in a text of words that are separated by one blank.
std::int64_t occurrences(std::string_view text, const Phrase& phrase) {
    std::int64_t out = 0;
    for (const std::string& words : phrase.spellings)
        for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1)) {
            const std::size_t end = at + words.size();
            const bool begins = at == 0 || text[at - 1] == ' ';
            const bool ends = phrase.prefix || end == text.size() || text[end] == ' ';
            out += begins && ends ? 1 : 0;
        }
    return out;
}

/// An article that has the words.
struct Candidate {
    Ranked ranked;
    std::int64_t length = 0;    ///< in words
    std::vector<double> found;  ///< of each term how often, by the weight of the field
    std::int64_t original = 0;  ///< of which it is a translation; itself where it is none
    std::string language, reviewed_on;
    double place = 0;  ///< where it stands among the others
};

/// Articles by the words that they have.
class Ranking {
public:
    Ranking(store::Store& store, const Clock& clock, const Question& question)
        : store_(store),
          clock_(clock),
          question_(question),
          articles_(store.model().get("kb")),
          words_(store),
          full_text_(store.db().dialect().full_text()) {}

    bool has_articles() { return store_.db().has_table(articles_.noun); }
    ArticleWords& words() { return words_; }

    /// Ranks those that have all of the words; of many those with them in the title, and the
    /// newest.
    std::vector<Ranked> with_all(std::span<const Phrase> words, std::span<const Term> terms) {
        if (words_.with_all(words, most_candidates + 1) > most_candidates)
            read(full_text_.expression(words, true), terms);
        read(full_text_.expression(words), terms);
        return run(terms);
    }

    /// Ranks those that have any of the words, of which the rarest is the first.
    std::vector<Ranked> with_any(std::span<const Term> terms) {
        for (const Term& term : terms)
            read(full_text_.expression(std::span(&term.phrase, 1)), terms);
        return run(terms);
    }

private:
    using Candidates = std::vector<Candidate>;

    std::vector<Ranked> run(std::span<const Term> terms) {
        weigh(terms);
        sort(candidates_.end());
        sort(add_freshness());
        prefer_language();
        std::vector<Ranked> out;
        for (Candidate& candidate : candidates_)
            if (out.size() < question_.limit) {
                add_freshness(candidate);
                out.push_back(std::move(candidate.ranked));
            }
        show(out, terms);
        return out;
    }

    static bool is_published(const Ranked& ranked) { return ranked.status == "Published"; }

    void sort(Candidates::iterator end) {
        std::stable_sort(
            candidates_.begin(), end, [](const Candidate& one, const Candidate& other) {
                const Ranked &a = one.ranked, &b = other.ranked;
                if (is_published(a) != is_published(b))
                    return is_published(a);
                if (a.score != b.score)
                    return a.score > b.score;
                return a.is_overdue != b.is_overdue ? b.is_overdue : a.article.id < b.article.id;
            });
    }

    /// Adds the freshness, for which versions are read, to all that may be among the best. Gives
    /// the first of those that cannot be: they are below them even without it.
    Candidates::iterator add_freshness() {
        using Place = std::pair<bool, double>;
        std::priority_queue<Place, std::vector<Place>, std::greater<>> best;
        for (auto at = candidates_.begin(); at != candidates_.end(); ++at) {
            Ranked& ranked = at->ranked;
            const bool published = is_published(ranked);
            if (best.size() == question_.limit && Place(published, ranked.score) < best.top())
                return at;
            add_freshness(*at);
            best.emplace(published, ranked.score);
            if (best.size() > question_.limit)
                best.pop();
        }
        return candidates_.end();
    }

    std::string select() const {
        std::string words;
        for (const WeightedField& field : fields)
            words += fmt::format(", w.{}", sql::quoted(field.name));
        return fmt::format(
            R"(
            SELECT t."id", coalesce(t."status", ''), coalesce(t."product", 0),
                coalesce(t."language", ''), coalesce(t."translation_of", t."id"),
                coalesce(t."reviewed_on", ''), coalesce(t."review_on", ''),
                (SELECT count(*) FROM "kb_uses" u
                 WHERE u."record" = t."id" AND u."what" = 'Used'),
                (SELECT count(*) FROM "kb_uses" u
                 WHERE u."record" = t."id" AND u."what" = 'Helpful'),
                (SELECT count(*) FROM "kb_uses" u
                 WHERE u."record" = t."id" AND u."what" = 'Unhelpful'){}
            FROM "kb" t JOIN "kb_words" w ON w."id" = t."id"
            WHERE t."id" IN ({}) AND coalesce(t."status", '') <> 'Archived'
            ORDER BY t."id" DESC)",
            words, full_text_.records(articles_.number, "?1", most_candidates));
    }
    static constexpr int first_words = 10;  ///< the column

    /// The newest articles that an expression finds, unless they are there already or there are
    /// enough.
    void read(const std::string& expression, std::span<const Term> terms) {
        if (candidates_.size() >= most_candidates)
            return;
        sql::Statement get = store_.db().prepare(select());
        get.with(expression);
        while (candidates_.size() < most_candidates && get.step()) {
            if (!known_.insert(get.integer(0)).second)
                continue;
            Candidate one{.found = std::vector<double>(terms.size()),
                          .original = get.integer(4),
                          .language = std::string(get.text(3)),
                          .reviewed_on = std::string(get.text(5))};
            read_facts(get, one.ranked);
            for (std::size_t f = 0; f < fields.size(); ++f) {
                const std::string_view words = get.text(first_words + static_cast<int>(f));
                if (words.empty())
                    continue;
                one.length += 1 + std::ranges::count(words, ' ');
                for (std::size_t t = 0; t < terms.size(); ++t)
                    one.found[t] +=
                        fields[f].weight * static_cast<double>(occurrences(words, terms[t].phrase));
            }
            candidates_.push_back(std::move(one));
        }
    }

    /// All but what follows from the words and the age.
    void read_facts(const sql::Statement& get, Ranked& out) const {
        out.article = {&articles_, get.integer(0)};
        out.status = get.text(1);
        const auto reused = static_cast<double>(get.integer(7));
        const auto helpful = static_cast<double>(get.integer(8));
        const auto unhelpful = static_cast<double>(get.integer(9));
        out.success = 1 + reused / (reused + 5) * (helpful + 1) / (helpful + unhelpful + 2);
        if (question_.product != 0 && get.integer(2) == question_.product)
            out.product = same_product;
        const std::string_view review_on = get.text(6);
        out.is_overdue = !review_on.empty() && review_on < clock_.today().iso();
    }

    /// Scores without freshness. Those whose words are not where they count are left out.
    void weigh(std::span<const Term> terms) {
        double average = 0;
        for (const Candidate& one : candidates_)
            average += static_cast<double>(one.length) / static_cast<double>(candidates_.size());
        for (Candidate& one : candidates_) {
            const double share = average > 0 ? static_cast<double>(one.length) / average : 1;
            Ranked& ranked = one.ranked;
            for (std::size_t t = 0; t < terms.size(); ++t)
                ranked.text += terms[t].idf * one.found[t] * (k1 + 1) /
                               (one.found[t] + k1 * (1 - b + b * share));
            ranked.score = ranked.text * ranked.success * ranked.product;
        }
        std::erase_if(candidates_, [](const Candidate& one) { return one.ranked.score <= 0; });
    }

    void add_freshness(Candidate& one) {
        Ranked& ranked = one.ranked;
        if (ranked.freshness > 0)
            return;
        sql::Statement get = store_.db().prepare(
            R"(SELECT coalesce(max("at"), '') FROM "kb_versions" WHERE "record" = ?1)");
        get.with(ranked.article.id).step();
        ranked.freshness =
            ranked.is_overdue ? least_freshness : freshness(get.text(0), one.reviewed_on);
        ranked.score *= ranked.freshness;
    }

    double freshness(std::string_view version, std::string_view reviewed) const {
        const auto at = iso_instant(version);
        double age = at ? static_cast<double>(clock_.now.seconds - at->seconds) / day_seconds
                        : freshness_half_life;
        if (const auto day = iso_date(reviewed))
            age = std::min(age, static_cast<double>(clock_.today().days - day->days));
        return std::max(least_freshness, std::exp2(-std::max(0.0, age) / freshness_half_life));
    }

    /// Of articles that are translations of each other those in the language of the question come
    /// before the others.
    void prefer_language() {
        if (question_.language.empty())
            return;
        std::map<std::int64_t, std::size_t> first;  ///< of those translations
        for (std::size_t at = 0; at < candidates_.size(); ++at) {
            Candidate& one = candidates_[at];
            const std::size_t best = first.try_emplace(one.original, at).first->second;
            const bool is_preferred = speaks(one.language) && !speaks(candidates_[best].language);
            one.place = is_preferred ? static_cast<double>(best) - 0.5 : static_cast<double>(at);
        }
        std::ranges::stable_sort(candidates_, {}, &Candidate::place);
    }

    /// Whether a language is that of the question: de-CH is de, too.
    bool speaks(std::string_view language) const {
        const auto main_part = [](std::string_view tag) { return tag.substr(0, tag.find('-')); };
        return !language.empty() &&
               text::folded(main_part(language)) == text::folded(main_part(question_.language));
    }

    /// Titles and matched texts.
    void show(std::vector<Ranked>& ranked, std::span<const Term> terms) {
        std::vector<Phrase> phrases;
        for (const Term& term : terms)
            phrases.push_back(term.phrase);
        for (Ranked& one : ranked) {
            store::Hit hit = store::hit_of(store_, one.article, phrases);
            one.title = std::move(hit.label);
            one.piece = std::move(hit.piece);
        }
    }

    store::Store& store_;
    const Clock& clock_;
    const Question& question_;
    const meta::Entity& articles_;
    ArticleWords words_;
    const sql::FullText& full_text_;
    std::vector<Candidate> candidates_;
    std::set<std::int64_t> known_;
};

/// The twelve rarest of the words that articles have. Those of more than an eighth of them say
/// little and cost much: they are taken only where there is no other.
std::vector<Term> rarest(ArticleWords& articles, const std::vector<std::string>& words) {
    constexpr std::size_t most_words = 12;
    std::vector<Term> rare, others;
    for (const std::string& word : words) {
        Term term{.phrase = {spellings(word), false}};
        if (term.phrase.spellings.empty())
            continue;
        term.matches = articles.estimated(term.phrase);
        term.idf = idf_of(articles.all(), term.matches);
        if (term.matches > 0)
            (term.matches <= articles.common() ? rare : others).push_back(std::move(term));
    }
    std::vector<Term>& out = rare.empty() ? others : rare;
    std::ranges::stable_sort(out, {}, &Term::matches);
    if (out.size() > most_words)
        out.resize(most_words);
    return std::move(out);
}

}  // namespace

std::vector<Ranked> search(store::Store& store, const Clock& clock,
                           const std::vector<std::string>& words, const Question& question) {
    const std::vector<Phrase> phrases = store::search_phrases(words);
    if (phrases.empty())
        throw Error(Fault::usage, "no_words", "there are no words to search for",
                    "crm kb search 'paper jam', crm kb search 'jam*'");
    Ranking ranking(store, clock, question);
    if (!ranking.has_articles())
        return {};
    const std::size_t all = ranking.words().all();
    std::vector<Term> terms;
    for (const Phrase& phrase : phrases)
        terms.push_back({.phrase = phrase,
                         .idf = idf_of(all, ranking.words().with_all(std::span(&phrase, 1), all))});
    return ranking.with_all(phrases, terms);
}

std::vector<Ranked> suggest(store::Store& store, const Clock& clock, const Record& ticket,
                            std::size_t limit) {
    Question question{.product = ticket.number("product"), .limit = limit};
    const meta::FieldInfo& contact = ticket.field("contact");
    if (ticket.number(contact) != 0)
        if (const auto person = store.find(*contact.to, ticket.number(contact)))
            question.language = person->text("language");
    Ranking ranking(store, clock, question);
    if (!ranking.has_articles())
        return {};
    const std::vector<Term> terms = rarest(ranking.words(), question_words(store, ticket));
    return ranking.with_any(terms);
}

}  // namespace crm::knowledge
