#include "form/card_files.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"
#include "form/vcard_parse.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace crm::form {
namespace {

constexpr std::string_view unknown_type = "application/octet-stream";

/// The media type that TYPE=kind, in lower case, names on a property: jpeg -> image/jpeg. Empty:
/// none.
std::string media_type(std::string_view role, const std::string& kind) {
    if (kind.find('/') != std::string::npos)
        return kind;
    if (role == "key") {
        if (kind == "pgp")
            return "application/pgp-keys";
        return kind == "x509" ? "application/pkix-cert" : "";
    }
    if (role == "sound")
        return "audio/" + kind;
    if (kind == "jpg")
        return "image/jpeg";
    static constexpr std::string_view images[] = {"jpeg", "png",  "gif",     "tiff",
                                                  "bmp",  "webp", "svg+xml", "heic"};
    return std::ranges::find(images, kind) == std::end(images) ? std::string() : "image/" + kind;
}

/// image/jpeg -> JPEG, as 3.0 has it, where reading makes the same of it.
std::string short_type(std::string_view role, const std::string& type) {
    if (type == "application/pgp-keys" && role == "key")
        return "PGP";
    if (type == "application/pkix-cert" && role == "key")
        return "X509";
    const std::string_view kind = std::string_view(type).substr(type.find('/') + 1);
    const std::string word = text::lower_ascii(kind);
    return media_type(role, word) == type ? upper_ascii(word) : type;
}

/// What the bytes are, where the card does not say it: TYPE=work is the place of a photo, not its
/// kind.
std::string type_of_bytes(std::string_view bytes) {
    static constexpr std::pair<std::string_view, std::string_view> heads[] = {
        {"\xff\xd8\xff", "image/jpeg"},
        {"\x89PNG", "image/png"},
        {"GIF8", "image/gif"},
        {"BM", "image/bmp"},
        {std::string_view("II*\0", 4), "image/tiff"},
        {std::string_view("MM\0*", 4), "image/tiff"},
        {"OggS", "audio/ogg"}};
    for (const auto& [head, type] : heads)
        if (bytes.starts_with(head))
            return std::string(type);
    return {};
}

/// Parameters that say how the bytes are written and what they are.
bool is_about_bytes(const std::string& role, const Parameter& parameter) {
    if (parameter.name == "TYPE")
        return !media_type(role, text::lower_ascii(parameter.value)).empty() ||
               same_word(parameter.value, "PREF");
    return parameter.name == "ENCODING" || parameter.name == "VALUE" ||
           parameter.name == "MEDIATYPE" || parameter.name == "PREF";
}

Attached inline_file(const Property& property) {
    Attached file;
    file.role = text::lower_ascii(property.name);
    file.bytes = from_base64(property.value);
    if (const std::string* type = property.parameter("MEDIATYPE"))
        file.media_type = text::lower_ascii(*type);
    else if (const std::string* kind = property.parameter("TYPE"))
        file.media_type = media_type(file.role, text::lower_ascii(*kind));
    return file;
}

/// data:image/png;base64,… (RFC 2397), whose words know no case.
Attached data_uri_file(const Property& property) {
    Attached file;
    file.role = text::lower_ascii(property.name);
    const std::string uri = unescaped(property.value);
    const std::size_t comma = uri.find(',');
    if (comma == none || !text::lower_ascii(uri.substr(5, comma - 5)).ends_with(";base64"))
        return file;
    file.bytes = from_base64(std::string_view(uri).substr(comma + 1));
    file.media_type = text::lower_ascii(uri.substr(5, uri.find_first_of(";,") - 5));
    return file;
}

}  // namespace

std::optional<Attached> read_file(const Property& property) {
    Attached file;
    if (property.has("ENCODING", "B"))
        file = inline_file(property);
    else if (same_word(std::string_view(property.value).substr(0, 5), "data:"))
        file = data_uri_file(property);
    if (file.bytes.empty())
        return {};
    if (file.media_type.empty() || file.media_type == unknown_type)
        file.media_type = type_of_bytes(file.bytes);
    return file;
}

bool has_more_than_file(const Property& property) {
    const std::string role = text::lower_ascii(property.name);
    return !std::ranges::all_of(property.parameters, [&](const Parameter& parameter) {
        return is_about_bytes(role, parameter);
    });
}

Property file_wording(const Property& property, const Attached& file) {
    Property wording = property;
    wording.value = std::to_string(file.bytes.size());
    std::erase_if(wording.parameters,
                  [&](const Parameter& parameter) { return is_about_bytes(file.role, parameter); });
    return wording;
}

bool is_wording_of(const Property& wording, const Attached& file) {
    return wording.value == std::to_string(file.bytes.size());
}

bool belongs_on_card(const Attached& file) {
    static constexpr std::array<std::string_view, 4> roles = {"photo", "logo", "sound", "key"};
    return std::ranges::find(roles, file.role) != roles.end();
}

Property file_property(const Attached& file, int version) {
    const std::string type = file.media_type.empty() ? std::string(unknown_type) : file.media_type;
    Property property;
    property.name = upper_ascii(file.role);
    if (version == 3) {
        property.parameters = {{"ENCODING", "b"}, {"TYPE", short_type(file.role, type)}};
        property.value = to_base64(file.bytes);
    } else {
        property.value = "data:" + type + ";base64," + to_base64(file.bytes);
    }
    return property;
}

}  // namespace crm::form
