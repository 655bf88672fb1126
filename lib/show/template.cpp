#include "base/placeholders.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "show/lines.hpp"

#include <algorithm>

namespace crm::show {
namespace {

/// Fixed text and the column whose value follows it.
struct Piece {
    static constexpr std::size_t nothing = static_cast<std::size_t>(-1);
    std::string text;
    std::size_t column = nothing;
};

class Template final : public Lines {
public:
    Template(std::vector<Piece> pieces, std::span<const Column> columns, const Style& style,
             Sink& sink)
        : Lines(columns, style, sink, false), pieces_(std::move(pieces)) {}

private:
    void line(std::span<const Cells> values) override {
        for (const Piece& piece : pieces_) {
            out() += piece.text;
            if (piece.column != Piece::nothing)
                out() += cell_text(columns_[piece.column], values[piece.column], style_, scratch_);
        }
    }

    std::vector<Piece> pieces_;
};

Error wrong(std::string_view text, std::size_t at, std::string code, std::string message) {
    Error error(Fault::usage, std::move(code), std::move(message));
    error.place = std::string(text);
    error.at = at;
    return error;
}

Error unknown(std::string_view text, std::size_t at, std::string_view name,
              std::span<const Column> columns) {
    std::vector<std::string> titles;
    for (const Column& column : columns)
        titles.push_back(column.title);
    Error error = wrong(text, at, "unknown_field",
                        "'" + text::clipped(text::visible(name), 60) + "' is not a column");
    suggest(error, name, titles, "columns: " + text::joined(titles, ", "));
    return error;
}

/// \n and \t are what they are in C, a backslash before \ { } is left out, any other is kept.
void append_unescaped(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        if (c == 'n') {
            out += '\n';
        } else if (c == 't') {
            out += '\t';
        } else {
            if (c != '\\' && c != '{' && c != '}')
                out += '\\';
            out += c;
        }
    }
}

}  // namespace

std::vector<std::string> template_names(std::string_view pattern) {
    std::vector<std::string> out;
    for (const TemplatePiece& piece : template_pieces(pattern, true))
        if (piece.kind == TemplatePiece::Kind::name)
            out.emplace_back(piece.text);
    return out;
}

Expected<std::unique_ptr<Writer>> template_writer(std::string_view text,
                                                  std::span<const Column> columns,
                                                  const Style& style, Sink& sink) {
    using Kind = TemplatePiece::Kind;
    std::vector<Piece> pieces(1);
    for (const TemplatePiece& piece : template_pieces(text, true)) {
        if (piece.kind == Kind::unclosed)
            return std::unexpected(wrong(text, piece.at, "invalid_template", "{{ without }}"));
        if (piece.kind == Kind::text) {
            append_unescaped(pieces.back().text, piece.text);
            continue;
        }
        const auto column = std::ranges::find(columns, piece.text, &Column::title);
        if (column == columns.end())
            return std::unexpected(unknown(text, piece.at + 2, piece.text, columns));
        pieces.back().column = static_cast<std::size_t>(column - columns.begin());
        pieces.emplace_back();
    }
    return std::make_unique<Template>(std::move(pieces), columns, style, sink);
}

}  // namespace crm::show
