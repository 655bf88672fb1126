#include "exchange/dump_line.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::exchange {

using form::JsonReader;

void refuse_dump(std::string why) {
    throw Error(Fault::refused, "bad_dump", std::move(why));
}

void refuse_number(std::string_view key, std::string_view word) {
    refuse_dump(fmt::format("{}: '{}' is not a valid number", key, text::clipped(word, 40)));
}

std::int64_t whole_number(std::string_view key, std::string_view word, std::int64_t least) {
    std::int64_t number = 0;
    const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (wrong != std::errc{} || end != word.data() + word.size() || number < least)
        refuse_number(key, word);
    return number;
}

void DumpLine::read(JsonReader& in, const std::string& key) {
    const JsonReader::Kind kind = in.next();
    if (kind == JsonReader::Kind::text)
        members_.push_back({key, in.text(), true});
    else if (const std::string_view word = in.skip(); kind == JsonReader::Kind::number)
        members_.push_back({key, std::string(word)});
}

const DumpLine::Member* DumpLine::find(std::string_view key) const {
    const auto it = std::ranges::find(members_, key, &Member::key);
    return it == members_.end() ? nullptr : &*it;
}

std::string_view DumpLine::text(std::string_view key) const {
    const Member* member = find(key);
    if (member == nullptr)
        return {};
    if (!member->is_text)
        refuse_dump(fmt::format("{}: {} is not a text", key, text::clipped(member->word, 40)));
    return member->word;
}

std::optional<std::int64_t> DumpLine::number(std::string_view key, std::int64_t least) const {
    const Member* member = find(key);
    if (member == nullptr)
        return {};
    const std::int64_t number = whole_number(key, member->word, least);
    if (member->is_text || number > last_dump_number)
        refuse_number(key, member->word);
    return number;
}

}  // namespace crm::exchange
