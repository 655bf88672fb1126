#include "form/recognise.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/charset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace crm::form {
namespace {

constexpr std::size_t recognised_bytes = 16 * 1024;

constexpr std::pair<std::string_view, FileKind> kinds[] = {
    {"vcard", FileKind::vcard}, {"jcard", FileKind::jcard}, {"xcard", FileKind::xcard},
    {"csv", FileKind::csv},     {"json", FileKind::json},   {"ldif", FileKind::ldif},
    {"ics", FileKind::ics},     {"store", FileKind::store}, {"vcf", FileKind::vcard},
    {"jsonl", FileKind::json},  {"tsv", FileKind::csv},
};

/// The first bytes as lower-case ASCII text, whatever the encoding; enough to see what it is.
std::string glance(std::string_view bytes, Encoding encoding) {
    std::string text = text::lower_ascii(bytes.substr(0, recognised_bytes));
    if (encoding == Encoding::utf16_le || encoding == Encoding::utf16_be)
        std::erase(text, '\0');
    for (const std::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"})
        if (text.starts_with(mark))
            text.erase(0, mark.size());
    return text;
}

bool line_begins(std::string_view text, std::string_view with) {
    for (std::string_view line : text::split(text, '\n'))
        if (text::trimmed(line).starts_with(with))
            return true;
    return false;
}

/// The first line that is neither empty nor a comment of LDIF begins an entry.
bool ldif(std::string_view text) {
    for (const std::string_view line : text::split(text, '\n')) {
        if (text::trimmed(line).empty() || line.starts_with('#'))
            continue;
        return line.starts_with("dn:") || line.starts_with("version: 1") ||
               line.starts_with("version:1");
    }
    return false;
}

std::string squeezed(std::string_view text) {
    std::string out(text.substr(0, 512));
    std::erase_if(out, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    return out;
}

}  // namespace

Expected<FileKind> recognise(std::string_view bytes, std::string_view name) {
    const auto refused = [&](std::string_view why, std::string hint = {}) {
        return failure(Fault::refused, "unknown_format", fmt::format("{} {}", name, why),
                       std::move(hint));
    };
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xD0\xCF\x11\xE0"))
        return refused("is a workbook or an archive", "save the sheet as CSV (UTF-8)");
    const Encoding encoding = encoding_of(bytes);
    const std::string text = glance(bytes, encoding);
    const std::string_view begin = text::trimmed(text);
    if (begin.empty() && bytes.size() <= recognised_bytes)
        return failure(Fault::refused, "empty", fmt::format("{} is empty", name));
    // A card with a stray NUL is damaged and not binary: the others of its file are none the worse
    // for it.
    const bool card = encoding != Encoding::wide && line_begins(begin, "begin:vcard");
    if (encoding == Encoding::wide || (text.find('\0') != std::string::npos && !card))
        return refused("is not text");
    if (bytes.starts_with("%PDF"))
        return refused("is a PDF");

    const std::string close = squeezed(begin);
    if (close.starts_with("[\"vcard\"") || close.starts_with("[[\"vcard\""))
        return FileKind::jcard;
    if (close.starts_with("{\"kind\":\"store\""))
        return FileKind::store;
    if (begin.starts_with('<')) {
        if (begin.find("urn:ietf:params:xml:ns:vcard-4.0") != std::string_view::npos ||
            begin.find("<vcard") != std::string_view::npos)
            return FileKind::xcard;
        if (close.starts_with("<html") || close.starts_with("<!doctypehtml") ||
            text::lower_ascii(begin.substr(0, 512)).find("<html") != std::string::npos)
            return refused("is a web page, not a table or a card");
        return refused("is XML, but not an xCard");
    }
    if (ldif(begin))
        return FileKind::ldif;
    if (card)
        return FileKind::vcard;
    if (begin.starts_with("begin:vcalendar") || begin.starts_with("begin:vevent") ||
        begin.starts_with("begin:vtodo") || begin.starts_with("begin:vjournal"))
        return FileKind::ics;
    if (close.starts_with('{') || close.starts_with("[{") || close == "[]")
        return FileKind::json;

    const std::string ending =
        text::lower_ascii(name.substr(std::min(name.rfind('.'), name.size())));
    if (ending == ".vcf" || ending == ".vcard")
        return FileKind::vcard;
    if (ending == ".ics" || ending == ".ical")
        return FileKind::ics;
    if (ending == ".ldif" || ending == ".ldi")
        return FileKind::ldif;
    if (ending == ".json" || ending == ".jsonl" || ending == ".ndjson")
        return FileKind::json;
    return FileKind::csv;
}

std::string_view kind_name(FileKind kind) {
    return std::ranges::find(kinds, kind, &std::pair<std::string_view, FileKind>::second)->first;
}

Expected<FileKind> kind_named(std::string_view name) {
    for (const auto& [word, kind] : kinds)
        if (word == name)
            return kind;
    std::vector<std::string> words;
    for (const auto& [word, kind] : kinds)
        words.emplace_back(word);
    Error error(Fault::usage, "unknown_format", fmt::format("unknown format '{}'", name));
    suggest(error, name, words, "one of " + text::joined(words, ", "));
    return std::unexpected(std::move(error));
}

}  // namespace crm::form
