#pragma once

#include "base/error.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), xCard (RFC 6351) and jCard (RFC 7095) as lists of
/// properties. What the properties mean is the affair of form/card.hpp.
namespace crm::form {

/// One value of a parameter; `TYPE=work,voice` makes two of them, a bare `HOME` is a TYPE.
struct Parameter {
    std::string name;  ///< upper case; that of an extension (x-user) as it is spelled
    std::string value;
    bool operator==(const Parameter&) const = default;
};

struct Property {
    std::string group;  ///< item1
    std::string name;   ///< upper case
    std::vector<Parameter> parameters;
    /// UTF-8, with transfer encoding and charset taken off, but still with backslash escapes, so
    /// that it can be split. Base64 stays base64 (without blanks), as `parameter("ENCODING")`
    /// = "B".
    std::string value;
    long line = 0;

    const std::string* parameter(std::string_view name) const;  ///< the first value
    bool has(std::string_view name,
             std::string_view value) const;  ///< values compared without case
};

struct Card {
    int version = 0;                   ///< 21, 30 or 40; 0 when it was not said
    long line = 0;                     ///< of BEGIN
    std::vector<Property> properties;  ///< without BEGIN, VERSION and END
    std::vector<Card> agents;          ///< cards within the card
    std::string flaw;  ///< what was wrong with it though it could be read; empty: nothing
    long flaw_line = 0;
    bool refused = false;  ///< `flaw` is so bad that the card must not be used

    /// For what is wrong with all of it.
    void refuse(std::string why) {
        flaw = std::move(why);
        flaw_line = line;
        refused = true;
    }
    std::string_view raw;  ///< as written; a part of the bytes given to the reader
};

inline constexpr std::string_view too_long_value = "a value is longer than 1 MiB";

/// Where the readers deliver. A card is given as soon as it ends.
struct CardSink {
    std::function<void(Card&&)> card;
    std::function<void(long line, std::string why)>
        stray;                                        ///< text outside of cards, once in a row
    std::function<void(std::size_t bytes)> progress;  ///< may be empty
};

/// Any mix of line ends, folds (also inside a character), quoted-printable, base64 badly ended,
/// code pages, a missing END or BEGIN. `bytes` is not UTF-16 (see form/charset.hpp). Cards may nest
/// 32 deep; a line over 1 MiB (a photo: 32 MiB) refuses its card. Linear in the size of the text.
void read_vcards(std::string_view bytes, const CardSink& sink);
/// UTF-8 text. What is not an xCard at all is an Error; cards read before the place of the error
/// were delivered. The limits of a line are those of a vCard.
Expected<void> read_xcards(std::string_view xml, const CardSink& sink);
Expected<void> read_jcards(std::string_view json, const CardSink& sink);

/// "a\, b\nc" -> "a, b⏎c". Line ends become one \n.
std::string unescaped(std::string_view value);
/// The other way round, for text values and components.
std::string escaped(std::string_view text);
/// The components of a structured value, still escaped: "Doe;John;;;" -> 5 pieces.
std::vector<std::string_view> components(std::string_view value, char separator = ';');

/// GROUP.NAME;PARAM=value:value in 4.0 syntax on one unfolded line without line end. RFC 6868 in
/// parameters.
std::string content_line(const Property& property);
/// Appends a content line folded at 75 octets, never inside a character, with CRLF.
void append_folded(std::string_view line, std::string& out);

}  // namespace crm::form
