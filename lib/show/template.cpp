#include "base/suggest.hpp"
#include "base/text.hpp"
#include "show/lines.hpp"

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

}  // namespace

Expected<std::unique_ptr<Writer>> template_writer(std::string_view text,
                                                  std::span<const Column> columns,
                                                  const Style& style, Sink& sink) {
    std::vector<Piece> pieces(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            const char c = text[++i];
            if (c == 'n')
                pieces.back().text += '\n';
            else if (c == 't')
                pieces.back().text += '\t';
            else if (c == '\\' || c == '{' || c == '}')
                pieces.back().text += c;
            else
                (pieces.back().text += '\\') += c;
            continue;
        }
        if (!text.substr(i).starts_with("{{")) {
            pieces.back().text += text[i];
            continue;
        }
        const auto close = text.find("}}", i + 2);
        if (close == text.npos)
            return std::unexpected(wrong(text, i, "invalid_template", "{{ without }}"));
        const auto name = text::trimmed(text.substr(i + 2, close - i - 2));
        std::size_t column = 0;
        while (column < columns.size() && columns[column].title != name)
            ++column;
        if (column == columns.size())
            return std::unexpected(unknown(text, i + 2, name, columns));
        pieces.back().column = column;
        pieces.emplace_back();
        i = close + 1;
    }
    return std::make_unique<Template>(std::move(pieces), columns, style, sink);
}

}  // namespace crm::show
