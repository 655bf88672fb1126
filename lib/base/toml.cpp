#include "base/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace {

/// What the parser assumes and does not check does not hold.
struct Stopped {};

}  // namespace

// The parser assumes in release builds what it asserts in others, and hostile texts break it: a
// control character after a bracket, a time that begins with a colon.
#undef NDEBUG
#define TOML_EXCEPTIONS 1
#define TOML_ASSERT(holds) ((holds) ? void() : throw Stopped())
#include <toml++/toml.h>

namespace crm {
namespace {

using Kind = TomlNode::Kind;

/// DepthScan has limited the depth, so this ends.
TomlNode converted(const ::toml::node& node) {
    TomlNode out;
    out.line = node.source().begin.line;
    if (const auto* text = node.as_string()) {
        out.kind = Kind::text;
        out.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        out.kind = Kind::integer;
        out.integer = integer->get();
        out.text = std::to_string(out.integer);
    } else if (const auto* number = node.as_floating_point()) {
        out.kind = Kind::number;
        out.text = fmt::format("{}", number->get());
    } else if (const auto* boolean = node.as_boolean()) {
        out.kind = Kind::boolean;
        out.integer = boolean->get() ? 1 : 0;
    } else if (const auto* list = node.as_array()) {
        out.kind = Kind::list;
        for (const ::toml::node& item : *list)
            out.items.push_back(converted(item));
    } else if (const auto* table = node.as_table()) {
        for (const auto& [key, value] : *table) {
            TomlNode& member = out.items.emplace_back(converted(value));
            member.key = key.str();
            member.line = key.source().begin.line;
        }
        std::ranges::stable_sort(out.items, {}, &TomlNode::line);
    } else {
        out.kind = Kind::date;
    }
    return out;
}

/// Counts how deep a text is nested before the parser sees it, which would need as much stack. It
/// knows texts, comments, brackets, and the dots of keys; what is wrong is left to the parser,
/// which stops there.
class DepthScan {
public:
    explicit DepthScan(std::string_view text) : text_(text) {}

    /// The line where it becomes too deep.
    std::optional<std::size_t> too_deep() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"' || c == '\'')
                skip_text(c);
            else if (c == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else
                take(c);
            if (depth() > toml_depth)
                return line_;
        }
        return {};
    }

private:
    std::size_t depth() const { return header_ + inner_ + dots_; }

    void skip_text(char quote) {
        starts_line_ = false;
        const std::string three(3, quote);
        const bool many_lines = text_.substr(at_).starts_with(three);
        at_ += many_lines ? 3 : 1;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (!many_lines && c == '\n')
                return;
            if (many_lines ? text_.substr(at_).starts_with(three) : c == quote)
                break;
            line_ += c == '\n' ? 1 : 0;
            at_ += c == '\\' && quote == '"' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n'
                       ? 2
                       : 1;
        }
        at_ = std::min(at_ + (many_lines ? 3 : 1), text_.size());
        // Up to two more belong to the text.
        for (int more = 0; many_lines && more < 2 && text_.substr(at_).starts_with(quote); ++more)
            ++at_;
    }

    void take(char c) {
        ++at_;
        switch (c) {
            case '\n':
                return end_line();
            case '.':
                ++dots_;
                break;
            case ',':
                dots_ = 0;
                break;
            case '[':
            case '{':
                return open();
            case ']':
            case '}':
                return close();
            case ' ':
            case '\t':
            case '\r':
                return;
            default:
                break;
        }
        starts_line_ = false;
    }

    void open() {
        if (open_.empty() && starts_line_) {
            header_ = 0;
            in_header_ = true;
        }
        starts_line_ = false;
        open_.push_back(dots_ + 1);
        inner_ += open_.back();
        dots_ = 0;
    }

    void close() {
        if (in_header_)
            header_ = std::max(header_, dots_ + open_.size());
        dots_ = 0;
        if (open_.empty())
            return;
        inner_ -= open_.back();
        open_.pop_back();
    }

    void end_line() {
        ++line_;
        dots_ = 0;
        starts_line_ = open_.empty();
        if (in_header_) {
            open_.clear();
            inner_ = 0;
            in_header_ = false;
            starts_line_ = true;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    bool starts_line_ = true;
    bool in_header_ = false;
    std::size_t header_ = 0;         ///< depth of the table of this line
    std::vector<std::size_t> open_;  ///< how much deeper each open bracket made it
    std::size_t inner_ = 0;          ///< their sum
    std::size_t dots_ = 0;           ///< of the key that is read
};

bool stops(std::string_view bytes) {
    try {
        (void)::toml::parse(bytes);
    } catch (const ::toml::parse_error&) {
    } catch (const Stopped&) {
        return true;
    }
    return false;
}

/// The first line with which the parser stops, which says nothing of where it is.
std::size_t stopped_at(std::string_view bytes) {
    std::vector<std::size_t> ends;
    for (std::size_t at = bytes.find('\n'); at != bytes.npos; at = bytes.find('\n', at + 1))
        ends.push_back(at + 1);
    const auto line = std::ranges::partition_point(
        ends, [&](std::size_t end) { return !stops(bytes.substr(0, end)); });
    return static_cast<std::size_t>(line - ends.begin()) + 1;
}

}  // namespace

std::optional<std::string> TomlNode::as_text() const {
    return is(Kind::text) ? std::optional(text) : std::nullopt;
}

std::optional<std::int64_t> TomlNode::as_integer() const {
    return is(Kind::integer) ? std::optional(integer) : std::nullopt;
}

const TomlNode* TomlNode::find(std::string_view key) const {
    const auto found = std::ranges::find(items, key, &TomlNode::key);
    return !is(Kind::table) || found == items.end() ? nullptr : &*found;
}

std::expected<TomlNode, TomlFault> parse_toml(std::string_view bytes) {
    if (const auto line = DepthScan(bytes).too_deep())
        return std::unexpected(TomlFault{
            *line, fmt::format("tables, lists and keys are nested deeper than {}", toml_depth),
            true});
    try {
        return converted(::toml::parse(bytes));
    } catch (const ::toml::parse_error& error) {
        return std::unexpected(
            TomlFault{error.source().begin.line, std::string(error.description())});
    } catch (const Stopped&) {
        return std::unexpected(TomlFault{stopped_at(bytes), "this is not TOML"});
    }
}

}  // namespace crm
