#include "knowledge/article_words.hpp"

#include "sql/schema.hpp"

#include <algorithm>
#include <string>

namespace crm::knowledge {

using sql::Phrase;

ArticleWords::ArticleWords(store::Store& store)
    : db_(store.db()), full_text_(store.db().dialect().full_text()) {
    const int noun = store.model().get("kb").number;
    first_number_ = sql::search_id(noun, 0);
    last_number_ = sql::search_id(noun + 1, 0) - 1;
}

std::size_t ArticleWords::all() {
    if (!all_) {
        sql::Statement count = db_.prepare(full_text_.size());
        count.with(first_number_, last_number_).step();
        all_ = static_cast<std::size_t>(count.integer(0));
    }
    return *all_;
}

std::size_t ArticleWords::common() {
    constexpr std::size_t never_common = 50, share = 8;
    return std::max(never_common, all() / share);
}

std::size_t ArticleWords::with_all(std::span<const Phrase> phrases, std::size_t limit) {
    sql::Statement count = db_.prepare(full_text_.count(limit));
    const std::string expression = full_text_.expression(phrases);
    count.with(expression, first_number_, last_number_).step();
    return static_cast<std::size_t>(count.integer(0));
}

std::size_t ArticleWords::estimated(const Phrase& phrase) {
    constexpr std::size_t few_articles = 1000, enough = 60;
    const std::size_t most = all() <= few_articles ? all() : enough;
    const auto [found, first, last] = newest(phrase, most);
    if (found < most || most == all())
        return found;
    const std::size_t since = scaled(found, last_id() - first), there = scaled(found, last - first);
    const bool is_clear = (since > common()) == (there > common());
    return is_clear ? since : with_all(std::span(&phrase, 1), all());
}

/// Of so many articles that have a phrase, the newest ones.
ArticleWords::Newest ArticleWords::newest(const Phrase& phrase, std::size_t limit) {
    sql::Statement get = db_.prepare(full_text_.find(sql::FullText::Order::newest, limit));
    const std::string expression = full_text_.expression(std::span(&phrase, 1));
    Newest out;
    for (get.with(expression, first_number_, last_number_); get.step(); ++out.count) {
        out.first = get.integer(0) - first_number_;
        if (out.count == 0)
            out.last = out.first;
    }
    return out;
}

std::int64_t ArticleWords::last_id() {
    if (!last_id_) {
        sql::Statement get = db_.prepare(R"(SELECT coalesce(max("id"), 0) FROM "kb_words")");
        get.step();
        last_id_ = get.integer(0);
    }
    return *last_id_;
}

/// How many there are of all, if there are so many among so many ids.
std::size_t ArticleWords::scaled(std::size_t found, std::int64_t ids) {
    const double share = static_cast<double>(ids + 1) / static_cast<double>(last_id());
    return std::min(all(), static_cast<std::size_t>(static_cast<double>(found) / share));
}

}  // namespace crm::knowledge
