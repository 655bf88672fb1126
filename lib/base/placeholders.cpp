#include "base/placeholders.hpp"

#include "base/text.hpp"

namespace crm {

using PieceKind = TemplatePiece::Kind;

std::vector<TemplatePiece> template_pieces(std::string_view pattern, bool escapes) {
    std::vector<TemplatePiece> out;
    std::size_t begin = 0;  // of the text that has been passed
    const auto end_text = [&](std::size_t end) {
        if (end > begin)
            out.push_back({PieceKind::text, pattern.substr(begin, end - begin), begin});
    };
    for (std::size_t at = 0; at < pattern.size();) {
        if (escapes && pattern[at] == '\\') {
            at += 2;
            continue;
        }
        if (!pattern.substr(at).starts_with("{{")) {
            ++at;
            continue;
        }
        end_text(at);
        const std::size_t close = pattern.find("}}", at + 2);
        if (close == std::string_view::npos) {
            out.push_back({PieceKind::unclosed, pattern.substr(at), at});
            return out;
        }
        out.push_back({PieceKind::name, text::trimmed(pattern.substr(at + 2, close - at - 2)), at});
        begin = at = close + 2;
    }
    end_text(pattern.size());
    return out;
}

}  // namespace crm
