#include "knowledge/gaps.hpp"

#include "base/text.hpp"
#include "knowledge/question_words.hpp"
#include "sql/expression.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace crm::knowledge {

namespace {

constexpr std::size_t rarest_words = 5;
constexpr std::size_t least_tickets = 3;

/// A closed ticket that no article answered.
struct Unanswered {
    std::int64_t product = 0, account = 0, contact = 0, closed_by = 0, minutes = 0;
    Instant at;
    std::vector<std::string> words;  ///< the rarest five
};

bool is_in(const DateSpan& period, const Clock& clock, Instant at) {
    const Date day = clock.day(at);
    return (!period.first || day >= *period.first) && (!period.last || day <= *period.last);
}

/// The words of customers' names, each customer read once.
class CustomerWords {
public:
    explicit CustomerWords(store::Store& store) : store_(store) {}

    const std::set<std::string>& of(std::string_view noun, std::int64_t id) {
        const auto [known, is_new] = words_.try_emplace({std::string(noun), id});
        if (is_new && id != 0)
            for (std::string& word : topic_words(store_.name(store_.model().get(noun), id)))
                known->second.insert(std::move(word));
        return known->second;
    }

private:
    store::Store& store_;
    std::map<std::pair<std::string, std::int64_t>, std::set<std::string>> words_;
};

std::vector<Unanswered> unanswered(store::Store& store, const Clock& clock,
                                   const DateSpan& period) {
    const std::string no_article = store.db().has_table("kb")
                                       ? fmt::format(R"( AND NOT EXISTS (SELECT 1 FROM "kb" k
                              WHERE k."ticket" = t."id" AND {}))",
                                                     sql::live("k"))
                                       : std::string();
    sql::Statement get = store.db().prepare(fmt::format(
        R"(
        SELECT coalesce(t."product", 0), coalesce(t."account", 0), coalesce(t."contact", 0),
            coalesce(t."closed_by", t."owner", 0), coalesce(t."minutes", 0),
            coalesce(t."closed_at", ''), t."subject", coalesce(t."description", '')
        FROM "ticket" t
        WHERE t."status" = 'Closed' AND {}
          AND NOT EXISTS (SELECT 1 FROM "ticket_used" u WHERE u."record" = t."id"){}
        ORDER BY t."id")",
        sql::live("t"), no_article));
    CustomerWords names(store);
    std::vector<Unanswered> out;
    while (get.step()) {
        const auto at = iso_instant(get.text(5));
        if (!at || !is_in(period, clock, *at))
            continue;
        Unanswered ticket{get.integer(0),
                          get.integer(1),
                          get.integer(2),
                          get.integer(3),
                          get.integer(4),
                          *at,
                          {}};
        ticket.words = topic_words(std::string(get.text(6)) + " \n " + std::string(get.text(7)));
        const auto &people = names.of("contact", ticket.contact),
                   &companies = names.of("account", ticket.account);
        std::erase_if(ticket.words, [&](const std::string& word) {
            return people.contains(word) || companies.contains(word);
        });
        out.push_back(std::move(ticket));
    }
    return out;
}

/// Of words that are equally rare the longer one says more.
bool says_more(const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
}

/// A word that one ticket alone has cannot be shared.
void keep_rarest(std::vector<Unanswered>& tickets) {
    std::map<std::string, int> tickets_with;
    for (const Unanswered& ticket : tickets)
        for (const std::string& word : ticket.words)
            ++tickets_with[word];
    for (Unanswered& ticket : tickets) {
        std::erase_if(ticket.words,
                      [&](const std::string& word) { return tickets_with[word] < 2; });
        std::ranges::stable_sort(ticket.words, [&](const std::string& a, const std::string& b) {
            if (tickets_with[a] != tickets_with[b])
                return tickets_with[a] < tickets_with[b];
            return says_more(a, b);
        });
        if (ticket.words.size() > rarest_words)
            ticket.words.resize(rarest_words);
        std::ranges::sort(ticket.words);
    }
}

/// The groups of tickets that belong together: by three words that two of them share.
std::vector<std::vector<std::size_t>> groups_of(const std::vector<Unanswered>& tickets) {
    std::vector<std::size_t> group(tickets.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    const auto root = [&](std::size_t at) {
        while (group[at] != at)
            at = group[at] = group[group[at]];
        return at;
    };
    using Shared = std::tuple<std::int64_t, std::string_view, std::string_view, std::string_view>;
    std::map<Shared, std::size_t> first;
    for (std::size_t at = 0; at < tickets.size(); ++at) {
        const auto& words = tickets[at].words;
        for (std::size_t a = 0; a < words.size(); ++a)
            for (std::size_t b = a + 1; b < words.size(); ++b)
                for (std::size_t c = b + 1; c < words.size(); ++c) {
                    const Shared shared{tickets[at].product, words[a], words[b], words[c]};
                    const auto [known, is_new] = first.try_emplace(shared, at);
                    if (!is_new)
                        group[root(at)] = root(known->second);
                }
    }
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t at = 0; at < tickets.size(); ++at)
        members[root(at)].push_back(at);
    std::vector<std::vector<std::size_t>> out;
    for (auto& [at, group_members] : members)
        if (group_members.size() >= least_tickets)
            out.push_back(std::move(group_members));
    return out;
}

/// The words that most of a group have.
std::string words_of_group(const std::vector<Unanswered>& tickets,
                           const std::vector<std::size_t>& group) {
    std::map<std::string, int> counts;
    for (const std::size_t at : group)
        for (const std::string& word : tickets[at].words)
            ++counts[word];
    std::vector<std::pair<std::string, int>> all(counts.begin(), counts.end());
    std::ranges::sort(all, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : says_more(a.first, b.first);
    });
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), rarest_words); ++i)
        out += (out.empty() ? "" : " ") + all[i].first;
    return out;
}

Gap gap_of(store::Store& store, const Clock& clock, const std::vector<Unanswered>& tickets,
           const std::vector<std::size_t>& group) {
    constexpr std::size_t most_experts = 3;
    Gap out{.words = words_of_group(tickets, group)};
    const std::int64_t product = tickets[group.front()].product;
    if (product != 0)
        out.product = store.name(store.model().with(meta::Role::product), product);
    std::set<std::int64_t> accounts;
    Scores scores(clock.now);
    for (const std::size_t at : group) {
        const Unanswered& ticket = tickets[at];
        ++out.tickets;
        out.minutes += ticket.minutes;
        out.last = std::max(out.last, ticket.at);
        if (ticket.account != 0)
            accounts.insert(ticket.account);
        scores.add(ticket.closed_by, ticket.at, 1, Scores::Work::solved);
    }
    out.accounts = static_cast<std::int64_t>(accounts.size());
    for (const Expert& expert : scores.best())
        if (out.experts.size() < most_experts)
            out.experts.push_back(store.name(store.model().with(meta::Role::user), expert.user));
    return out;
}

std::vector<Gap> misses(store::Store& store, const Clock& clock, const DateSpan& period) {
    std::vector<Gap> out;
    if (!store.db().has_table("feedback"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "subject", coalesce("ticket", 0), "created_at" FROM "feedback"
           WHERE "kind" = 'Gap' AND "status" IN ('New', 'Considered') AND {} ORDER BY "id")",
        sql::live()));
    std::map<std::string, std::size_t> known;
    std::set<std::pair<std::size_t, std::int64_t>> tickets;
    while (get.step()) {
        const auto at = iso_instant(get.text(2));
        if (!at || !is_in(period, clock, *at))
            continue;
        const auto [place, is_new] = known.try_emplace(text::words(get.text(0)), out.size());
        if (is_new)
            out.push_back({.is_search = true, .words = std::string(get.text(0))});
        Gap& gap = out[place->second];
        ++gap.misses;
        gap.last = std::max(gap.last, *at);
        if (get.integer(1) != 0 && tickets.insert({place->second, get.integer(1)}).second)
            ++gap.tickets;
    }
    return out;
}

}  // namespace

std::vector<Gap> gaps(store::Store& store, const Clock& clock, const DateSpan& period) {
    std::vector<Gap> out;
    if (store.db().has_table("ticket")) {
        std::vector<Unanswered> tickets = unanswered(store, clock, period);
        keep_rarest(tickets);
        for (const auto& group : groups_of(tickets))
            out.push_back(gap_of(store, clock, tickets, group));
    }
    std::ranges::stable_sort(out, [](const Gap& a, const Gap& b) { return a.tickets > b.tickets; });
    std::vector<Gap> searches = misses(store, clock, period);
    std::ranges::stable_sort(searches,
                             [](const Gap& a, const Gap& b) { return a.misses > b.misses; });
    out.insert(out.end(), searches.begin(), searches.end());
    return out;
}

}  // namespace crm::knowledge
