#include "form/mapping.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace crm::form {
namespace {

/// Reads COLUMN=FIELD,… one character after the other.
class MappingReader {
public:
    /// False when a part has no '='.
    bool read(std::string_view text) {
        bool valid = true;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '\\' && i + 1 < text.size()) {
                ++i;
                part_ += text[i];
            } else if (c == '=' && !column_) {
                column_ = std::exchange(part_, {});
            } else if (c == ',' && depth_ == 0) {
                valid = end_part() && valid;
            } else {
                count_parentheses(c);
                part_ += c;
            }
        }
        return end_part() && valid;
    }

    Mapping mapping;

private:
    /// Labels in a target, phones(work, fax), have commas of their own.
    void count_parentheses(char c) {
        if (!column_)
            return;
        if (c == '(')
            ++depth_;
        else if (c == ')' && depth_ > 0)
            --depth_;
    }

    bool end_part() {
        const std::string value(text::trimmed(part_));
        part_.clear();
        if (!column_)
            return value.empty();
        mapping.emplace_back(text::trimmed(*column_), value);
        column_.reset();
        return true;
    }

    std::string part_;
    std::optional<std::string> column_;
    int depth_ = 0;
};

}  // namespace

Expected<Mapping> read_mapping(std::string_view text) {
    MappingReader reader;
    if (reader.read(text))
        return std::move(reader.mapping);
    return failure(Fault::usage, "bad_map", fmt::format("--map '{}' is not COLUMN=FIELD,…", text),
                   "crm contact import people.csv --map 'Firma=account,Nr=ref'");
}

Expected<std::vector<const std::string*>> mapped_targets(const Header& header,
                                                         const Mapping& mapping) {
    std::vector<const std::string*> targets(header.names.size());
    for (const auto& [name, target] : mapping) {
        auto at = std::ranges::find(header.names, name) - header.names.begin();
        if (at == std::ssize(header.names))
            at = std::ranges::find(header.keys, text::key(name)) - header.keys.begin();
        if (at == std::ssize(header.names)) {
            Error error(Fault::usage, "unknown_column",
                        fmt::format("the file has no column '{}'", name));
            suggest(error, name, header.names);
            return std::unexpected(std::move(error));
        }
        targets[static_cast<std::size_t>(at)] = &target;
    }
    return targets;
}

}  // namespace crm::form
