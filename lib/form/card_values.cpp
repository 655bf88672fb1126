#include "form/card_values.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm::form {

std::string one_line(std::string_view value) {
    std::string s = unescaped(value);
    std::ranges::replace(s, '\n', ' ');
    const std::string_view t = text::trimmed(s);
    if (t.size() != s.size())
        return std::string(t);
    return s;
}

std::string component(std::string_view value, std::string_view between) {
    if (value.find(',') == std::string_view::npos)
        return one_line(value);
    std::string out;
    for (const std::string_view part : components(value, ',')) {
        const std::string one = one_line(part);
        if (one.empty())
            continue;
        if (!out.empty())
            out += between;
        out += one;
    }
    return out;
}

bool east_asian(std::string_view s) {
    return std::ranges::any_of(s, [](char c) {
        return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xED;
    });
}

void add_word(std::string& out, std::string_view word, std::string_view between) {
    if (word.empty())
        return;
    if (!out.empty())
        out += between;
    out += word;
}

std::string List::text() {
    if (std::ranges::is_sorted(ranks))
        return meta::items_text(items);
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return ranks[i]; });
    std::vector<meta::Item> sorted;
    sorted.reserve(order.size());
    for (const std::size_t i : order)
        sorted.push_back(std::move(items[i]));
    items = std::move(sorted);
    return meta::items_text(items);
}

int rank(const Property& p) {
    if (const std::string* pref = p.parameter("PREF")) {
        int n = 0;
        for (const char c : *pref)
            n = c >= '0' && c <= '9' && n < 1000 ? n * 10 + (c - '0') : n;
        return n;
    }
    return p.has("TYPE", "PREF") ? 1 : 1000;
}

}  // namespace crm::form
