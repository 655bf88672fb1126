#include "store/search.hpp"

#include "base/phone.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "base/word_list.hpp"
#include "sql/full_text.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {

using meta::FieldInfo;

namespace {

/// Above this many matches ranking all of them would take longer than a person waits; a word in
/// half of 100,000 records costs 150 ms and more.
constexpr std::int64_t rank_limit = 3000;

using Word = sql::Phrase;  ///< what was given, in its spellings

/// The bytes of one spelling of what was searched for, among the words of a text.
std::pair<std::size_t, std::size_t> place(std::span<const text::Word> words,
                                          const std::string& spelling, bool prefix) {
    const std::vector<std::string_view> wanted = text::split(spelling, ' ');
    for (std::size_t first = 0; first + wanted.size() <= words.size(); ++first) {
        std::size_t same = 0;
        while (same < wanted.size() && words[first + same].folded == wanted[same])
            ++same;
        const text::Word& last = words[first + std::min(same, wanted.size() - 1)];
        const bool begins =
            prefix && same + 1 == wanted.size() && last.folded.starts_with(wanted[same]);
        const bool is_as_typed = last.folded.size() == last.to - last.from;
        if (begins && is_as_typed)
            return {words[first].from, last.from + wanted[same].size()};
        if (begins || same == wanted.size())
            return {words[first].from, last.to};
    }
    return {0, 0};
}

std::pair<std::size_t, std::size_t> place(std::span<const text::Word> words, const Word& word) {
    for (const std::string& spelling : word.spellings)
        if (const auto found = place(words, spelling, word.prefix); found.first != found.second)
            return found;
    return {0, 0};
}

/// Longer texts are not searched for the place of a word.
constexpr std::size_t longest_text = 100'000;

void cut(std::string_view text, std::size_t from, std::size_t to, Hit& hit) {
    constexpr std::size_t around = 36;
    std::size_t begin = from > around ? from - around : 0, end = std::min(text.size(), to + around);
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80)
        --begin;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        ++end;
    hit.piece = (begin > 0 ? "…" : "") + std::string(text.substr(begin, end - begin)) +
                (end < text.size() ? "…" : "");
    const std::size_t shift = begin > 0 ? std::string_view("…").size() : 0;
    hit.from = from - begin + shift;
    hit.to = to - begin + shift;
    std::ranges::replace_if(
        hit.piece, [](char c) { return c == '\n' || c == '\t'; }, ' ');
}

}  // namespace

Hit hit_of(Store& store, const Found& found, std::span<const Word> words) {
    Hit hit{.found = found, .label = {}, .field = {}, .piece = {}};
    const Record record = store.get(*found.entity, found.id);
    hit.label = record.label();
    for (const FieldInfo& field : found.entity->fields()) {
        if (!field.is(meta::searched))
            continue;
        const std::string text = meta::text(field, record.views(field));
        if (text.size() > longest_text)
            continue;
        const std::vector<text::Word> of_text = text::word_list(text);
        for (const Word& word : words) {
            const auto [from, to] = place(of_text, word);
            if (from == to)
                continue;
            hit.field = field.name();
            cut(text, from, to, hit);
            return hit;
        }
    }
    return hit;
}

namespace {

/// Records with this telephone number, in whatever notation it was typed or asked for.
std::vector<Hit> with_number(Store& store, std::string_view number, const meta::Entity* noun) {
    std::vector<Hit> hits;
    const std::string key = phone_key(number);
    if (key.size() < 6 || number.find_first_not_of("+-./() 0123456789") != number.npos)
        return hits;
    for (const meta::Entity& entity : store.model().entities()) {
        if (noun != nullptr && noun != &entity)
            continue;
        const auto field = std::ranges::find_if(entity.fields(), [](const FieldInfo& f) {
            return f.type() == meta::Type::phone && f.is(meta::many) &&
                   meta::lookup_kind(f) == meta::Lookup::phone;
        });
        if (field == entity.fields().end())
            continue;
        for (const std::int64_t id : store.look_up(meta::Lookup::phone, key, entity)) {
            const Record record = store.get(entity, id);
            Hit hit{.found = {&entity, id},
                    .label = record.label(),
                    .field = std::string(field->name()),
                    .piece = {}};
            meta::each_value(*field, record.text(*field), [&](std::string_view value) {
                if (hit.piece.empty() && phone_key(value) == key)
                    cut(value, 0, value.size(), hit);
            });
            hits.push_back(std::move(hit));
        }
    }
    return hits;
}

/// What the full text finds, best first.
class Ranking {
public:
    Ranking(Store& store, std::span<const Word> words, const meta::Entity* noun, std::size_t limit)
        : store_(store),
          full_text_(store.db().dialect().full_text()),
          words_(words),
          first_(noun == nullptr ? 0 : sql::search_id(noun->number, 0)),
          last_(noun == nullptr ? INT64_MAX : sql::search_id(noun->number + 1, 0) - 1),
          limit_(limit) {}

    std::vector<Found> run() {
        using Order = sql::FullText::Order;
        sql::Statement count = store_.db().prepare(full_text_.count(rank_limit + 1));
        const std::string expression = full_text_.expression(words_);
        count.with(expression, first_, last_).step();
        if (count.integer(0) <= rank_limit) {
            add(false, Order::best);
        } else {
            add(true, Order::newest);
            if (found_.size() < limit_)
                add(false, Order::newest);
        }
        if (found_.size() > limit_)
            found_.resize(limit_);
        return std::move(found_);
    }

private:
    void add(bool in_name, sql::FullText::Order order) {
        const std::string expression = full_text_.expression(words_, in_name);
        sql::Statement get = store_.db().prepare(full_text_.find(order, limit_));
        get.with(expression, first_, last_);
        while (get.step()) {
            const std::int64_t id = get.integer(0);
            const Found f{store_.model().by_number(static_cast<int>(id >> sql::noun_shift)),
                          id & ((std::int64_t{1} << sql::noun_shift) - 1)};
            if (f.entity != nullptr && std::ranges::find(found_, f) == found_.end())
                found_.push_back(f);
        }
    }

    Store& store_;
    const sql::FullText& full_text_;
    std::span<const Word> words_;
    std::int64_t first_, last_;  ///< numbers of entries, both inclusive
    std::size_t limit_;
    std::vector<Found> found_;
};

}  // namespace

std::vector<Word> search_phrases(const std::vector<std::string>& given) {
    std::vector<Word> words;
    for (const std::string& one : given)
        for (std::string_view piece : text::split(one, ' ')) {
            Word word{spellings(piece), piece.ends_with('*')};
            if (!word.spellings.empty())
                words.push_back(std::move(word));
        }
    return words;
}

Expected<std::vector<Hit>> search(Store& store, const std::vector<std::string>& given,
                                  const meta::Entity* noun, std::size_t limit) {
    const std::vector<Word> words = search_phrases(given);
    if (words.empty())
        return failure(Fault::usage, "no_words", "there are no words to search for",
                       "crm search berlin, crm search 'neumann*'");
    const std::vector<Found> found = Ranking(store, words, noun, limit).run();
    std::vector<Hit> hits = with_number(store, text::joined(given, " "), noun);
    if (hits.size() > limit)
        hits.resize(limit);
    for (const Found& f : found)
        if (hits.size() < limit && std::ranges::find(hits, f, &Hit::found) == hits.end())
            hits.push_back(hit_of(store, f, words));
    return hits;
}

}  // namespace crm::store
