#include "base/yes_no.hpp"

#include "base/text.hpp"

#include <string>
#include <unordered_map>

namespace crm {
namespace {

/// By language: yes, and TRUE as its spreadsheets show it.
constexpr std::string_view yes_words =
    "yes|y|true|t|1|on|x|checked|✓|✔|ja|j|wahr|oui|vrai|si|sí|vero|verdadero|cierto|sim|verdadeiro|"
    "waar|tak|prawda|ano|áno|pravda|da|istina|adevărat|igen|igaz|sand|sann|sant|kyllä|tosi|evet|"
    "doğru|да|истина|так|істина|вярно|ναι|αληθής|taip|tiesa|jā|patiess|jah|tõene|ya|benar|vertader|"
    "是|真|はい|예|참|כן|نعم";
constexpr std::string_view no_words =
    "no|n|false|f|0|off|unchecked|nein|falsch|non|faux|falso|não|nee|onwaar|nie|fałsz|ne|nepravda|"
    "neistina|nu|fals|nem|hamis|nej|nei|falsk|falskt|usand|usann|ei|epätosi|hayır|yanlış|нет|ложь|"
    "ні|хибність|не|невярно|όχι|ψευδής|netiesa|nē|aplams|väär|tidak|salah|否|假|いいえ|아니오|거짓|"
    "לא|لا";

using Words = std::unordered_map<std::string, bool>;

void add(Words& words, std::string_view list, bool meaning) {
    for (const std::string_view word : text::split(list, '|'))
        words.emplace(text::key(word), meaning);
}

Words all_words() {
    Words words;
    add(words, yes_words, true);
    add(words, no_words, false);
    return words;
}

}  // namespace

std::optional<bool> read_yes_no(std::string_view text) {
    static const Words words = all_words();
    const auto found = words.find(text::key(text::trimmed(text)));
    return found == words.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace crm
