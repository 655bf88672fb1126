#pragma once

#include "form/json_reader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the lines of an export of a database have in common.
namespace crm::exchange {

/// Numbers in a file end well below those that a database can have, so that records can be added.
inline constexpr std::int64_t last_dump_number = 1'000'000'000'000;

/// Throws the Error (refused, "bad_dump") of a file that is not what an export writes.
[[noreturn]] void refuse_dump(std::string why);
[[noreturn]] void refuse_number(std::string_view key, std::string_view word);

/// A number of at least `least`; what is none is refused.
std::int64_t whole_number(std::string_view key, std::string_view word, std::int64_t least);

/// A line that is not a record: texts and numbers by name. What else it has is passed over.
class DumpLine {
public:
    explicit DumpLine(std::string kind) : kind_(std::move(kind)) {}

    /// Reads the value of a member.
    void read(form::JsonReader& in, const std::string& key);

    const std::string& kind() const { return kind_; }
    /// Empty where there is none; a number is refused.
    std::string_view text(std::string_view key) const;
    /// Nothing where there is none; a text, and what is not from `least` to last_dump_number, is
    /// refused.
    std::optional<std::int64_t> number(std::string_view key, std::int64_t least) const;

private:
    struct Member {
        std::string key, word;
        bool is_text = false;
    };
    const Member* find(std::string_view key) const;

    std::string kind_;
    std::vector<Member> members_;
};

}  // namespace crm::exchange
