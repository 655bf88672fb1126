#include "knowledge/ranking.hpp"

#include "base/error.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "knowledge/question_words.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"
#include "store/search.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

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
/// Of more matches than these the best by the engine are looked at.
constexpr std::size_t most_candidates = 400;
/// Above so many matches the engine does not weigh all of them, as in store::search.
constexpr std::int64_t most_weighed = 3000;

struct WeightedField {
    std::string_view name;
    double weight;
};
constexpr std::array<WeightedField, 6> fields = {
    {{"title", 8}, {"keywords", 6}, {"symptom", 6}, {"body", 1}, {"tags", 1}, {"description", 1}}};

/// A word with what it weighs.
struct Term {
    Phrase phrase;
    double idf = 0;
    std::int64_t matches = 0;  ///< articles that have it
};

double idf_of(std::int64_t all, std::int64_t matches) {
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

/// Articles by the words that they have.
class Ranking {
public:
    Ranking(store::Store& store, const Clock& clock, const Question& question)
        : store_(store),
          clock_(clock),
          question_(question),
          articles_(store.model().get("kb")),
          full_text_(store.db().dialect().full_text()) {}

    bool has_articles() { return store_.db().has_table(articles_.noun); }

    std::int64_t all() {
        sql::Statement count = store_.db().prepare(R"(SELECT count(*) FROM "kb_words")");
        count.step();
        return count.integer(0);
    }

    /// How many articles have the phrase; counts no further than the limit.
    std::int64_t matches(const Phrase& phrase, std::int64_t limit) {
        sql::Statement count =
            store_.db().prepare(full_text_.count(static_cast<std::size_t>(limit)));
        const std::string expression = full_text_.expression(std::span(&phrase, 1));
        count.with(expression, first(), last()).step();
        return count.integer(0);
    }

    /// Ranks those that have all of `needed`, by `terms`.
    std::vector<Ranked> run(std::span<const Phrase> needed, std::span<const Term> terms) {
        std::vector<Text> texts = texts_of(candidates(needed), terms);
        double average = 0;
        for (const Text& text : texts)
            average += static_cast<double>(text.length) / static_cast<double>(texts.size());
        std::vector<Ranked> out;
        for (const Text& text : texts)
            if (auto ranked = ranked_of(text, terms, average))
                out.push_back(std::move(*ranked));
        const auto is_published = [](const Ranked& r) { return r.status == "Published"; };
        std::ranges::stable_sort(out, [&](const Ranked& a, const Ranked& b) {
            if (is_published(a) != is_published(b))
                return is_published(a);
            if (a.score != b.score)
                return a.score > b.score;
            return a.is_overdue != b.is_overdue ? b.is_overdue : a.article.id < b.article.id;
        });
        prefer_language(out);
        if (out.size() > question_.limit)
            out.resize(question_.limit);
        add_pieces(out, terms);
        return out;
    }

private:
    /// What the words table has of an article.
    struct Text {
        std::int64_t id = 0;
        std::int64_t length = 0;    ///< in words
        std::vector<double> found;  ///< of each term how often, by the weight of the field
    };

    std::int64_t first() const { return sql::search_id(articles_.number, 0); }
    std::int64_t last() const { return sql::search_id(articles_.number + 1, 0) - 1; }

    std::vector<std::int64_t> candidates(std::span<const Phrase> needed) {
        const std::string expression = full_text_.expression(needed);
        sql::Statement count = store_.db().prepare(full_text_.count(most_weighed + 1));
        count.with(expression, first(), last()).step();
        if (count.integer(0) <= most_weighed)
            return found(expression, sql::FullText::Order::best);
        std::vector<std::int64_t> out =
            found(full_text_.expression(needed, true), sql::FullText::Order::newest);
        for (const std::int64_t id : found(expression, sql::FullText::Order::newest))
            if (out.size() < most_candidates && std::ranges::find(out, id) == out.end())
                out.push_back(id);
        return out;
    }

    std::vector<std::int64_t> found(const std::string& expression, sql::FullText::Order order) {
        sql::Statement get = store_.db().prepare(full_text_.find(order, most_candidates));
        std::vector<std::int64_t> out;
        for (get.with(expression, first(), last()); get.step();)
            out.push_back(get.integer(0) - first());
        return out;
    }

    std::vector<Text> texts_of(const std::vector<std::int64_t>& ids, std::span<const Term> terms) {
        std::string columns;
        for (const WeightedField& field : fields)
            columns += fmt::format("{}{}", columns.empty() ? "" : ", ", sql::quoted(field.name));
        sql::Statement get = store_.db().prepare(
            fmt::format(R"(SELECT {} FROM "kb_words" WHERE "id" = ?1)", columns));
        std::vector<Text> out;
        for (const std::int64_t id : ids) {
            if (!get.with(id).step())
                continue;
            Text text{id, 0, std::vector<double>(terms.size())};
            for (std::size_t f = 0; f < fields.size(); ++f) {
                const std::string_view words = get.text(static_cast<int>(f));
                if (words.empty())
                    continue;
                text.length += 1 + std::ranges::count(words, ' ');
                for (std::size_t t = 0; t < terms.size(); ++t)
                    text.found[t] +=
                        fields[f].weight * static_cast<double>(occurrences(words, terms[t].phrase));
            }
            out.push_back(std::move(text));
        }
        return out;
    }

    std::optional<Ranked> ranked_of(const Text& text, std::span<const Term> terms, double average) {
        sql::Statement& get = article_;
        if (!get)
            get = store_.db().prepare(R"(
                SELECT t."title", coalesce(t."status", ''), coalesce(t."product", 0),
                    coalesce(t."language", ''), coalesce(t."translation_of", t."id"),
                    coalesce(t."reviewed_on", ''),
                    (SELECT max(v."at") FROM "kb_versions" v WHERE v."record" = t."id"),
                    (SELECT count(DISTINCT coalesce(u."ticket", -u."by")) FROM "kb_uses" u
                     WHERE u."record" = t."id" AND u."what" = 'Used'),
                    (SELECT count(*) FROM "kb_uses" u
                     WHERE u."record" = t."id" AND u."what" = 'Helpful'),
                    (SELECT count(*) FROM "kb_uses" u
                     WHERE u."record" = t."id" AND u."what" = 'Unhelpful'),
                    coalesce(t."review_on", '')
                FROM "kb" t WHERE t."id" = ?1)");
        if (!get.with(text.id).step() || get.text(1) == "Archived")
            return {};
        Ranked out{.article = {&articles_, text.id},
                   .title = std::string(get.text(0)),
                   .status = std::string(get.text(1))};
        const double share = average > 0 ? static_cast<double>(text.length) / average : 1;
        for (std::size_t t = 0; t < terms.size(); ++t)
            out.text += terms[t].idf * text.found[t] * (k1 + 1) /
                        (text.found[t] + k1 * (1 - b + b * share));
        const auto reused = static_cast<double>(get.integer(7));
        const auto helpful = static_cast<double>(get.integer(8));
        const auto unhelpful = static_cast<double>(get.integer(9));
        out.success = 1 + reused / (reused + 5) * (helpful + 1) / (helpful + unhelpful + 2);
        if (question_.product != 0 && get.integer(2) == question_.product)
            out.product = same_product;
        const std::string_view review_on = get.text(10);
        out.is_overdue = !review_on.empty() && review_on < clock_.today().iso();
        out.freshness = out.is_overdue ? least_freshness : freshness(get.text(6), get.text(5));
        out.score = out.text * out.success * out.product * out.freshness;
        if (out.score <= 0)
            return {};
        languages_[text.id] = {get.integer(4), std::string(get.text(3))};
        return out;
    }

    double freshness(std::string_view version, std::string_view reviewed) const {
        const auto at = iso_instant(version);
        double age = at ? static_cast<double>(clock_.now.seconds - at->seconds) / day_seconds
                        : freshness_half_life;
        if (const auto day = iso_date(reviewed))
            age = std::min(age, static_cast<double>(clock_.today().days - day->days));
        return std::max(least_freshness, std::exp2(-std::max(0.0, age) / freshness_half_life));
    }

    /// Of articles that are translations of each other the one in the language of the question
    /// takes the first place.
    void prefer_language(std::vector<Ranked>& ranked) const {
        if (question_.language.empty())
            return;
        for (std::size_t at = 0; at < ranked.size(); ++at) {
            const auto& [original, language] = languages_.at(ranked[at].article.id);
            if (!speaks(language))
                continue;
            for (std::size_t before = 0; before < at; ++before) {
                const auto& [other, other_language] = languages_.at(ranked[before].article.id);
                if (other != original || speaks(other_language))
                    continue;
                std::rotate(ranked.begin() + static_cast<long>(before),
                            ranked.begin() + static_cast<long>(at),
                            ranked.begin() + static_cast<long>(at) + 1);
                break;
            }
        }
    }

    /// Whether a language is that of the question: de-CH is de, too.
    bool speaks(std::string_view language) const {
        const auto main_part = [](std::string_view tag) { return tag.substr(0, tag.find('-')); };
        return !language.empty() &&
               text::folded(main_part(language)) == text::folded(main_part(question_.language));
    }

    void add_pieces(std::vector<Ranked>& ranked, std::span<const Term> terms) {
        std::vector<Phrase> phrases;
        for (const Term& term : terms)
            phrases.push_back(term.phrase);
        for (Ranked& one : ranked)
            one.piece = store::hit_of(store_, one.article, phrases).piece;
    }

    struct Language {
        std::int64_t original = 0;
        std::string tag;
    };

    store::Store& store_;
    const Clock& clock_;
    const Question& question_;
    const meta::Entity& articles_;
    const sql::FullText& full_text_;
    sql::Statement article_;
    std::map<std::int64_t, Language> languages_;
};

/// Words that are in many articles say little and cost much.
std::int64_t common_from(std::int64_t all) {
    constexpr std::int64_t never_common = 50;
    return std::max(never_common, all / 8);
}

/// The twelve rarest of the words that articles have; common ones only where there is no other.
std::vector<Term> rarest(Ranking& ranking, const std::vector<std::string>& words) {
    constexpr std::size_t most_words = 12;
    const std::int64_t all = ranking.all();
    const std::int64_t common = common_from(all);
    std::vector<Term> rare, others;
    for (const std::string& word : words) {
        Term term{{spellings(word), false}, 0, 0};
        if (term.phrase.spellings.empty())
            continue;
        term.matches = ranking.matches(term.phrase, common + 1);
        term.idf = idf_of(all, term.matches);
        if (term.matches > 0)
            (term.matches <= common ? rare : others).push_back(std::move(term));
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
    const std::int64_t all = ranking.all();
    std::vector<Term> terms;
    for (const Phrase& phrase : phrases)
        terms.push_back({phrase, idf_of(all, ranking.matches(phrase, all + 1)), 0});
    return ranking.run(phrases, terms);
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
    const std::vector<Term> terms = rarest(ranking, question_words(store, ticket));
    if (terms.empty())
        return {};
    Phrase any;  // one of them is enough
    for (const Term& term : terms)
        any.spellings.insert(any.spellings.end(), term.phrase.spellings.begin(),
                             term.phrase.spellings.end());
    return ranking.run(std::span(&any, 1), terms);
}

}  // namespace crm::knowledge
