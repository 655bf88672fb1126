#include "base/template.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm {
namespace {

using Piece = Template::Piece;
using TagKind = Piece::Kind;

const std::vector<std::string>& values_of(const TemplateValues& values, std::string_view path) {
    static const std::vector<std::string> none;
    const auto it = values.find(path);
    return it == values.end() ? none : it->second;
}

/// Of a template; lists within lists multiply.
constexpr std::size_t deepest = 32;
/// Of one that is filled: the pieces that are reached, and its bytes.
constexpr std::size_t most_pieces = 1'000'000, longest = std::size_t{16} << 20;

bool opens(const Piece& piece) {
    return piece.kind == TagKind::open || piece.kind == TagKind::open_inverted;
}

/// Runs through pieces with the sections taken: calls `take(index, value)` for each text and tag
/// that is reached, text with an empty value.
class Walk {
public:
    using Take = std::function<void(std::size_t, const std::string*)>;
    Walk(std::size_t count, std::function<const Piece*(std::size_t)> piece,
         const TemplateValues& values, Take take)
        : count_(count), piece_(std::move(piece)), values_(values), take_(std::move(take)) {}

    void run() { range(0, count_); }

private:
    /// The close of the section that is opened at `open`.
    std::size_t close_of(std::size_t open) const {
        int depth = 0;
        for (std::size_t i = open;; ++i) {
            const Piece& piece = *piece_(i);
            if (opens(piece))
                ++depth;
            else if (piece.kind == TagKind::close && --depth == 0)
                return i;
        }
    }

    void range(std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            const Piece& piece = *piece_(i);
            if (++reached_ > most_pieces)
                throw Error(Fault::refused, "too_big",
                            "the filled template has more than a million parts",
                            "use fewer lists within lists");
            if (piece.kind == TagKind::text)
                take_(i, nullptr);
            else if (piece.kind == TagKind::tag)
                tag(i, piece);
            else
                i = section(i, piece);
        }
    }

    void tag(std::size_t i, const Piece& piece) {
        const std::string path = piece.text == "." ? within_ : piece.text;
        if (const auto item = items_.find(path); item != items_.end())
            return take_(i, &item->second);
        const std::string all = text::joined(values_of(values_, path), ", ");
        take_(i, &all);
    }

    std::size_t section(std::size_t open, const Piece& piece) {
        const std::size_t close = close_of(open);
        const auto& values = values_of(values_, piece.text);
        take_(open, nullptr);
        if (piece.kind == TagKind::open_inverted) {
            if (values.empty())
                range(open + 1, close);
        } else {
            const std::string outer = std::exchange(within_, piece.text);
            for (const std::string& value : values) {
                const auto kept = items_;
                items_[piece.text] = value;
                range(open + 1, close);
                items_ = kept;
            }
            within_ = outer;
        }
        take_(close, nullptr);
        return close;
    }

    std::size_t count_, reached_ = 0;
    std::function<const Piece*(std::size_t)> piece_;
    const TemplateValues& values_;
    Take take_;
    std::map<std::string, std::string, std::less<>> items_;  ///< of the lists that are run through
    std::string within_;
};

}  // namespace

Template::Template(std::string_view text, std::string_view name) : text_(text), name_(name) {
    for (std::size_t at = 0; at < text_.size();) {
        const auto open = text_.find("{{", at);
        if (open != at)
            pieces_.push_back({TagKind::text, text_.substr(at, open - at), at});
        if (open == std::string::npos)
            break;
        const auto close = text_.find("}}", open);
        if (close == std::string::npos)
            throw this->at(open, "invalid_template", "{{ without }}", "");
        std::string_view inside =
            text::trimmed(std::string_view(text_).substr(open + 2, close - open - 2));
        at = close + 2;
        if (inside.starts_with('!'))
            continue;
        TagKind kind = TagKind::tag;
        if (inside.starts_with('#'))
            kind = TagKind::open;
        else if (inside.starts_with('^'))
            kind = TagKind::open_inverted;
        else if (inside.starts_with('/'))
            kind = TagKind::close;
        if (kind != TagKind::tag)
            inside = text::trimmed(inside.substr(1));
        if (inside.empty() || inside.find_first_of("{}&") != std::string_view::npos)
            throw this->at(open, "invalid_template", "this is not a tag", "{{name}}");
        pieces_.push_back({kind, std::string(inside), open});
    }
    check_sections();
}

void Template::check_sections() const {
    std::vector<const Piece*> open;
    for (const Piece& piece : pieces_) {
        if (opens(piece))
            open.push_back(&piece);
        if (open.size() > deepest)
            throw wrong(piece, "invalid_template",
                        fmt::format("sections nest deeper than {}", deepest));
        if (piece.kind != TagKind::close)
            continue;
        if (open.empty() || open.back()->text != piece.text)
            throw wrong(piece, "invalid_template",
                        open.empty() ? fmt::format("{{{{/{}}}}} closes no section", piece.text)
                                     : fmt::format("{{{{/{}}}}} within the section {{{{#{}}}}}",
                                                   piece.text, open.back()->text));
        open.pop_back();
    }
    if (!open.empty())
        throw wrong(*open.back(), "invalid_template",
                    fmt::format("the section {{{{#{0}}}}} is not closed", open.back()->text),
                    fmt::format("{{{{/{}}}}}", open.back()->text));
}

std::vector<const Piece*> Template::paths() const {
    std::vector<const Piece*> out;
    for (const Piece& piece : pieces_)
        if (piece.kind != TagKind::text && piece.kind != TagKind::close && piece.text != ".")
            out.push_back(&piece);
    return out;
}

Error Template::wrong(const Piece& piece, std::string code, std::string message,
                      std::string hint) const {
    return at(piece.at, std::move(code), std::move(message), std::move(hint));
}

Error Template::at(std::size_t place, std::string code, std::string message,
                   std::string hint) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(place), '\n');
    const auto before = place == 0 ? std::string::npos : text_.rfind('\n', place - 1);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    Error error(Fault::usage, std::move(code), fmt::format("{}:{}: {}", name_, line, message),
                std::move(hint));
    error.place = text_.substr(begin, text_.find('\n', place) - begin);
    error.at = place - begin;
    return error;
}

std::string Template::filled(const TemplateValues& values) const {
    std::string out;
    walk_template(
        pieces_.size(), [&](std::size_t i) { return &pieces_[i]; }, values,
        [&](std::size_t i, const std::string* value) {
            if (value != nullptr)
                append_filled(out, *value);
            else if (pieces_[i].kind == TagKind::text)
                append_filled(out, pieces_[i].text);
        });
    return out;
}

void append_filled(std::string& out, std::string_view more) {
    if (out.size() + more.size() > longest)
        throw Error(Fault::refused, "too_big", "the filled template has more than 16 MiB",
                    "use fewer lists within lists");
    out += more;
}

void walk_template(std::size_t count, const std::function<const Piece*(std::size_t)>& piece,
                   const TemplateValues& values,
                   const std::function<void(std::size_t, const std::string*)>& take) {
    Walk(count, piece, values, take).run();
}

}  // namespace crm
