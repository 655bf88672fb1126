#include "base/text.hpp"
#include "meta/item_list.hpp"
#include "meta/type.hpp"

#include <algorithm>

/// The one text form of a list: `value (label, label); value`.
namespace crm::meta {
namespace {

void escaped(std::string_view s, std::string_view special, std::string& out) {
    for (char c : s) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
}

std::string unescaped(std::string_view s) {
    std::string out;
    out.reserve(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (s[i] == '\\' && i + 1 < s.size()) {
            ++i;
            out += s[i] == 'n' ? '\n' : s[i];
        } else {
            out += s[i];
        }
    }
    return out;
}

/// Position of the next unescaped `c` from `from`, or npos.
std::size_t find_plain(std::string_view s, char c, std::size_t from = 0) {
    for (std::size_t i = from; i < s.size(); ++i) {
        if (s[i] == '\\')
            ++i;
        else if (s[i] == c)
            return i;
    }
    return std::string_view::npos;
}

void join(std::span<const std::string> labels, std::string_view special, std::string& out) {
    for (const std::string& label : labels) {
        if (&label != labels.data())
            out += ", ";
        escaped(label, special, out);
    }
}

Item read_item(std::string_view s) {
    Item item;
    // Labels are in parentheses at the very end, after a blank: "(555) 1234" has none.
    if (s.size() > 3 && s.back() == ')') {
        std::size_t open = std::string_view::npos, close = std::string_view::npos;
        for (std::size_t i = 0; i < s.size(); ++i) {
            if (s[i] == '\\')
                ++i;
            else if (s[i] == '(' && i > 0 && s[i - 1] == ' ')
                open = i;
            else if (s[i] == ')')
                close = i;
        }
        if (open != std::string_view::npos && close == s.size() - 1 && open > 0) {
            item.labels = read_labels(s.substr(open + 1, close - open - 1));
            s = text::trimmed(s.substr(0, open));
        }
    }
    item.value = unescaped(s);
    return item;
}

bool is_callable(const Item& phone) {
    return std::ranges::none_of(phone.labels, [](const std::string& label) {
        const std::string word = text::key(label);
        return word == "pager" || word == "assistant" || word.find("fax") != std::string::npos;
    });
}

/// Cards call a mobile telephone a cell.
bool is_same_label(std::string_view a, std::string_view b) {
    const auto is_mobile = [](std::string_view label) {
        return label == "mobile" || label == "cell";
    };
    return a == b || (is_mobile(a) && is_mobile(b));
}

}  // namespace

void add_labels(Item& item, std::span<const std::string> labels) {
    for (const std::string& label : labels) {
        const bool is_known = std::ranges::any_of(
            item.labels, [&](const std::string& known) { return is_same_label(known, label); });
        if (!is_known)
            item.labels.push_back(label);
    }
}

void put_callable_first(std::vector<Item>& phones) {
    const auto first = std::ranges::find_if(phones, is_callable);
    if (first != phones.end())
        std::rotate(phones.begin(), first, first + 1);
}

bool has_callable(std::span<const Item> phones) {
    return std::ranges::any_of(phones, is_callable);
}

std::vector<std::string> read_labels(std::string_view text) {
    std::vector<std::string> labels;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(find_plain(text, ',', from), text.size());
        const std::string_view label = text::trimmed(text.substr(from, comma - from));
        if (!label.empty())
            labels.push_back(unescaped(label));
        from = comma + 1;
    }
    return labels;
}

std::string extra_property(std::string_view name, std::string_view text) {
    std::string out = "X-COLUMN;NAME=" + std::string(name) + ":";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ',' || c == ';')
            out += '\\';
        if (c != '\r')
            out += c;
    }
    return out;
}

std::string labels_text(std::span<const std::string> labels) {
    std::string out;
    join(labels, ",", out);
    return out;
}

std::vector<Item> read_items(std::string_view text) {
    std::vector<Item> items;
    for (std::size_t from = 0; from < text.size();) {
        std::size_t end = std::min(find_plain(text, ';', from), text.size());
        std::string_view one = text::trimmed(text.substr(from, end - from));
        if (!one.empty())
            items.push_back(read_item(one));
        from = end + 1;
    }
    return items;
}

std::optional<Item> first_item(std::string_view text) {
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(find_plain(text, ';', from), text.size());
        const std::string_view one = text::trimmed(text.substr(from, end - from));
        if (!one.empty())
            return read_item(one);
        from = end + 1;
    }
    return {};
}

std::string items_text(std::span<const Item> items) {
    std::string out;
    for (const Item& item : items) {
        if (!out.empty())
            out += "; ";
        escaped(item.value, ";", out);
        if (out.ends_with(')') && item.value.find(" (") != std::string::npos)
            out.insert(out.size() - 1, 1, '\\');
        if (item.labels.empty())
            continue;
        out += " (";
        join(item.labels, ",;()", out);
        out += ')';
    }
    return out;
}

}  // namespace crm::meta
