#include "mail/gmime.hpp"

#include "base/base64.hpp"
#include "base/chars.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <dlfcn.h>
#include <gmime/gmime.h>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::mail {
namespace {

/// The functions of GMime, and of GLib below it, that are used. They stay loaded until the program
/// ends.
class Functions {
    struct Symbol {
        void* at;
        template <typename F>
        operator F*() const {
            return reinterpret_cast<F*>(at);
        }
    };
    Symbol find(const char* name) {
        void* at = handle_ == nullptr ? nullptr : ::dlsym(handle_, name);
        complete = complete && at != nullptr;
        return {at};
    }

    void* handle_ = ::dlopen("libgmime-3.0.so.0", RTLD_NOW | RTLD_LOCAL);

public:
    bool complete = handle_ != nullptr;

#define CRM_FUNCTION(name) decltype(&::name) name = find(#name)
    CRM_FUNCTION(g_mime_init);
    CRM_FUNCTION(g_object_unref);
    CRM_FUNCTION(g_free);
    CRM_FUNCTION(g_time_zone_new_offset);
    CRM_FUNCTION(g_time_zone_unref);
    CRM_FUNCTION(g_date_time_new_from_unix_utc);
    CRM_FUNCTION(g_date_time_to_timezone);
    CRM_FUNCTION(g_date_time_unref);
    CRM_FUNCTION(g_mime_format_options_new);
    CRM_FUNCTION(g_mime_format_options_set_newline_format);
    CRM_FUNCTION(internet_address_mailbox_new);
    CRM_FUNCTION(internet_address_set_charset);
    CRM_FUNCTION(internet_address_list_new);
    CRM_FUNCTION(internet_address_list_add);
    CRM_FUNCTION(internet_address_list_append);
    CRM_FUNCTION(internet_address_list_to_string);
    CRM_FUNCTION(g_mime_utils_header_encode_text);
    CRM_FUNCTION(g_mime_utils_unstructured_header_fold);
    CRM_FUNCTION(g_mime_encoding_init_encode);
    CRM_FUNCTION(g_mime_encoding_outlen);
    CRM_FUNCTION(g_mime_encoding_flush);
    CRM_FUNCTION(g_mime_message_new);
    CRM_FUNCTION(g_mime_message_get_addresses);
    CRM_FUNCTION(g_mime_message_set_date);
    CRM_FUNCTION(g_mime_message_set_subject);
    CRM_FUNCTION(g_mime_message_set_mime_part);
    CRM_FUNCTION(g_mime_object_append_header);
    CRM_FUNCTION(g_mime_object_get_header_list);
    CRM_FUNCTION(g_mime_header_list_get_header);
    CRM_FUNCTION(g_mime_header_set_raw_value);
    CRM_FUNCTION(g_mime_content_type_parse);
    CRM_FUNCTION(g_mime_content_type_get_parameters);
    CRM_FUNCTION(g_mime_content_disposition_get_parameters);
    CRM_FUNCTION(g_mime_param_list_get_parameter);
    CRM_FUNCTION(g_mime_param_set_charset);
    CRM_FUNCTION(g_mime_object_get_content_type);
    CRM_FUNCTION(g_mime_object_set_content_type);
    CRM_FUNCTION(g_mime_object_get_content_disposition);
    CRM_FUNCTION(g_mime_object_set_disposition);
    CRM_FUNCTION(g_mime_part_new);
    CRM_FUNCTION(g_mime_part_set_filename);
    CRM_FUNCTION(g_mime_part_set_content);
    CRM_FUNCTION(g_mime_part_set_content_encoding);
    CRM_FUNCTION(g_mime_data_wrapper_new_with_stream);
    CRM_FUNCTION(g_mime_multipart_new_with_subtype);
    CRM_FUNCTION(g_mime_multipart_set_boundary);
    CRM_FUNCTION(g_mime_multipart_add);
    CRM_FUNCTION(g_mime_stream_mem_new);
    CRM_FUNCTION(g_mime_stream_mem_new_with_buffer);
    CRM_FUNCTION(g_mime_stream_mem_get_byte_array);
    CRM_FUNCTION(g_mime_object_write_to_stream);
#undef CRM_FUNCTION

    GMimeFormatOptions* with_crlf = nullptr;

    Functions() {
        if (!complete)
            return;
        g_mime_init();
        with_crlf = g_mime_format_options_new();
        g_mime_format_options_set_newline_format(with_crlf, GMIME_NEWLINE_FORMAT_DOS);
    }
};

const Functions& gmime() {
    static const Functions loaded;
    return loaded;
}

struct Unref {
    void operator()(void* object) const { gmime().g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

using Object = Owned<GMimeObject>;

/// An object as one of its base class: the macros of GLib call functions that are not linked.
template <typename To, typename From>
To* as(From* object) {
    return reinterpret_cast<To*>(object);
}

constexpr std::size_t word_bytes = 30;     // of 52 characters: GMime takes longer ones apart
constexpr std::size_t longest_name = 300;  // one word is not folded
constexpr const char* utf8 = "utf-8";      // not the smallest that would do, which GMime chooses

/// Whether GMime leaves what looks like an encoded word, or makes one that is longer than 75
/// characters (RFC 2047, 2): it counts characters, not bytes.
bool is_encoded_wrongly(std::string_view text) {
    std::size_t word = 0;
    bool ascii = true;
    for (const char c : text) {
        word = c == ' ' ? 0 : word + 1;
        ascii = c == ' ' || (ascii && static_cast<unsigned char>(c) < 0x80);
        if (word > word_bytes && !ascii)
            return true;
    }
    return text.find("=?") != std::string_view::npos;
}

/// A subject or a name, where necessary as encoded words, which GMime folds.
std::string header_text(std::string_view text) {
    if (!is_encoded_wrongly(text))
        return std::string(text);
    std::string out;
    while (!text.empty()) {
        std::size_t size = std::min(word_bytes, text.size());
        while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
            --size;
        out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : " ",
                           to_base64(text.substr(0, size)));
        text.remove_prefix(size);
    }
    return out;
}

Owned<InternetAddressList> list_of(const std::vector<Address>& addresses) {
    Owned<InternetAddressList> out(gmime().internet_address_list_new());
    for (const Address& who : addresses) {
        const std::string name = header_text(text::clipped(who.name, longest_name));
        const Owned<InternetAddress> one(gmime().internet_address_mailbox_new(
            name.empty() ? nullptr : name.c_str(), who.address.c_str()));
        gmime().internet_address_set_charset(one.get(), utf8);
        gmime().internet_address_list_add(out.get(), one.get());
    }
    return out;
}

/// A page around what a text became: with lines that can be read, also on a telephone.
std::string html_page(std::string_view html) {
    constexpr std::string_view before =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
        "body{max-width:40em;margin:0 auto;padding:0 1em;font:16px/1.5 sans-serif;color:#222}\n"
        "h1,h2,h3{line-height:1.25}\n"
        "table{border-collapse:collapse}\n"
        "th,td{padding:.3em .8em;border-bottom:1px solid #ccc}\n"
        "blockquote{margin:1em 0;padding-left:1em;border-left:3px solid #ccc;color:#555}\n"
        "hr{border:0;border-top:1px solid #ccc}\n"
        "pre{overflow-x:auto}\n"
        "</style></head>\n<body>\n";
    if (html.starts_with("<!DOCTYPE"))
        return std::string(html);
    return fmt::format("{}{}</body></html>\n", before, html);
}

/// REQUEST or CANCEL of a calendar that is a message; empty for other files.
std::string_view method_of(const Part& part) {
    constexpr std::string_view method = "\nMETHOD:";
    const std::string_view head = std::string_view(part.bytes).substr(0, 1000);
    const std::size_t at = head.find(method);
    if (!part.media_type.starts_with("text/calendar") || at == std::string_view::npos)
        return {};
    const std::string_view rest = head.substr(at + method.size());
    return rest.substr(0, rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
}

Object part_of(const std::string& type, std::string_view bytes, GMimeContentEncoding encoding) {
    GMimePart* part = gmime().g_mime_part_new();
    Object out(as<GMimeObject>(part));
    const Owned<GMimeContentType> read(gmime().g_mime_content_type_parse(nullptr, type.c_str()));
    gmime().g_mime_object_set_content_type(out.get(), read.get());
    const Owned<GMimeStream> stream(
        gmime().g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeDataWrapper> content(
        gmime().g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    gmime().g_mime_part_set_content(part, content.get());
    gmime().g_mime_part_set_content_encoding(part, encoding);
    return out;
}

Object text_part(const char* type, std::string text) {
    std::erase(text, '\r');
    return part_of(fmt::format("text/{}; charset=utf-8", type), text,
                   GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
}

void name_in_utf8(GMimeParamList* parameters, const char* name) {
    if (GMimeParam* found = gmime().g_mime_param_list_get_parameter(parameters, name))
        gmime().g_mime_param_set_charset(found, utf8);
}

Object file_part(const Part& part) {
    // A message, and what has parts, is not sent in base64 (RFC 2046, 5).
    const bool whole =
        part.media_type.starts_with("message/") || part.media_type.starts_with("multipart/");
    Object out =
        part_of(whole || part.media_type.empty() ? "application/octet-stream" : part.media_type,
                part.bytes, GMIME_CONTENT_ENCODING_BASE64);
    gmime().g_mime_object_set_disposition(out.get(), "attachment");
    gmime().g_mime_part_set_filename(as<GMimePart>(out.get()), part.name.c_str());
    name_in_utf8(gmime().g_mime_content_type_get_parameters(
                     gmime().g_mime_object_get_content_type(out.get())),
                 "name");
    name_in_utf8(gmime().g_mime_content_disposition_get_parameters(
                     gmime().g_mime_object_get_content_disposition(out.get())),
                 "filename");
    return out;
}

/// An invitation is another form of the text (RFC 6047, 2.4).
Object invitation_part(const Part& part) {
    return part_of(fmt::format("text/calendar; method={}; charset=utf-8", method_of(part)),
                   part.bytes, GMIME_CONTENT_ENCODING_BASE64);
}

/// Follows from the Message-ID.
std::string boundary_of(const Message& message, int depth) {
    return fmt::format("=_{:016x}", digest(message.message_id, 0) + static_cast<unsigned>(depth));
}

Object multipart(const char* type, const std::string& boundary, std::vector<Object> parts) {
    if (parts.size() == 1)
        return std::move(parts.front());
    GMimeMultipart* out = gmime().g_mime_multipart_new_with_subtype(type);
    gmime().g_mime_multipart_set_boundary(out, boundary.c_str());
    for (const Object& part : parts)
        gmime().g_mime_multipart_add(out, part.get());
    return Object(as<GMimeObject>(out));
}

/// The text in its forms, and the files.
Object body_of(const Message& message) {
    std::vector<Object> forms, parts;
    forms.push_back(text_part("plain", message.text));
    if (!message.html.empty())
        forms.push_back(text_part("html", html_page(message.html)));
    parts.emplace_back();
    for (const Part& part : message.attachments)
        if (method_of(part).empty())
            parts.push_back(file_part(part));
        else
            forms.push_back(invitation_part(part));
    parts.front() = multipart("alternative", boundary_of(message, 0), std::move(forms));
    return multipart("mixed", boundary_of(message, 1), std::move(parts));
}

void put_date(GMimeMessage* out, Instant at, int offset) {
    GTimeZone* zone = gmime().g_time_zone_new_offset(offset);
    GDateTime* utc = gmime().g_date_time_new_from_unix_utc(at.seconds);
    GDateTime* date = gmime().g_date_time_to_timezone(utc, zone);
    gmime().g_mime_message_set_date(out, date);
    gmime().g_date_time_unref(date);
    gmime().g_date_time_unref(utc);
    gmime().g_time_zone_unref(zone);
}

void put_addresses(GMimeMessage* out, GMimeAddressType type,
                   const std::vector<Address>& addresses) {
    // All at once: the header is written anew with every change of its list.
    const auto list = list_of(addresses);
    gmime().internet_address_list_append(gmime().g_mime_message_get_addresses(out, type),
                                         list.get());
}

/// A header whose value is ASCII and stays as it is: GMime would make encoded words of long links.
void put_as_it_is(GMimeMessage* out, const char* name, std::string_view value) {
    auto* object = as<GMimeObject>(out);
    gmime().g_mime_object_append_header(object, name, "", nullptr);
    GMimeHeader* header =
        gmime().g_mime_header_list_get_header(gmime().g_mime_object_get_header_list(object), name);
    gmime().g_mime_header_set_raw_value(header, fmt::format(" {}\r\n", value).c_str());
}

/// Takes over a text of GLib.
std::string taken(char* text) {
    std::string out(text);
    gmime().g_free(text);
    return out;
}

/// Whether nothing of it is encoded, quoted or folded. To find that out costs GMime, which puts
/// every domain through IDNA, as much as to encode the text of a mail.
bool is_plain(const Address& who) {
    constexpr std::size_t one_line = 60;
    constexpr Chars letters("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    const auto of_name = [&](char c) { return letters.has(c) || c == ' '; };
    const auto of_address = [&](char c) {
        return letters.has(c) || c == '.' || c == '-' || c == '@';
    };
    return who.name.size() + who.address.size() < one_line &&
           std::ranges::all_of(who.name, of_name) && std::ranges::all_of(who.address, of_address) &&
           !who.name.starts_with(' ') && !who.name.ends_with(' ') &&
           who.name.find("  ") == std::string::npos;
}

std::string addresses_text(const std::vector<Address>& addresses) {
    if (addresses.size() == 1 && is_plain(addresses.front()) && !addresses.front().name.empty())
        return fmt::format("{} <{}>", addresses.front().name, addresses.front().address);
    const auto list = list_of(addresses);
    return taken(gmime().internet_address_list_to_string(list.get(), gmime().with_crlf, TRUE));
}

/// "Spring" <m1.crm.acme.example> (RFC 2919).
std::string list_id(const ListHeaders& list) {
    if (list.name.empty())
        return fmt::format("<{}>", list.id);
    return addresses_text({{list.name, list.id}});
}

/// Names and values.
std::vector<std::pair<const char*, std::string>> list_headers(const ListHeaders& list) {
    std::vector<std::pair<const char*, std::string>> out;
    if (!list.id.empty())
        out.emplace_back("List-Id", list_id(list));
    std::string ways;
    if (!list.unsubscribe_url.empty())
        ways = fmt::format("<{}>", list.unsubscribe_url);
    if (!list.unsubscribe_mail.empty())
        ways += fmt::format("{}<mailto:{}>", ways.empty() ? "" : ",\r\n ", list.unsubscribe_mail);
    if (!ways.empty())
        out.emplace_back("List-Unsubscribe", std::move(ways));
    if (!list.unsubscribe_url.empty())
        out.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    return out;
}

std::string bytes_of(GMimeMessage* message) {
    const Owned<GMimeStream> stream(gmime().g_mime_stream_mem_new());
    gmime().g_mime_object_write_to_stream(as<GMimeObject>(message), gmime().with_crlf,
                                          stream.get());
    const GByteArray* bytes =
        gmime().g_mime_stream_mem_get_byte_array(as<GMimeStreamMem>(stream.get()));
    std::string out(reinterpret_cast<const char*>(bytes->data), bytes->len);
    if (!out.ends_with("\r\n"))
        out += "\r\n";
    return out;
}

std::string whole(const Message& message) {
    const Owned<GMimeMessage> out(gmime().g_mime_message_new(FALSE));
    put_date(out.get(), message.date, message.offset);
    put_addresses(out.get(), GMIME_ADDRESS_TYPE_FROM, {message.from});
    if (!message.to.empty())
        put_addresses(out.get(), GMIME_ADDRESS_TYPE_TO, message.to);
    if (!message.cc.empty())
        put_addresses(out.get(), GMIME_ADDRESS_TYPE_CC, message.cc);
    if (message.to.empty() && message.cc.empty())
        put_as_it_is(out.get(), "To", "undisclosed-recipients:;");
    if (!message.reply_to.empty())
        put_addresses(out.get(), GMIME_ADDRESS_TYPE_REPLY_TO, {{"", message.reply_to}});
    put_as_it_is(out.get(), "Message-ID", fmt::format("<{}>", message.message_id));
    gmime().g_mime_message_set_subject(out.get(), header_text(message.subject).c_str(), utf8);
    for (const auto& [name, value] : list_headers(message.list))
        put_as_it_is(out.get(), name, value);
    if (message.automatic)
        put_as_it_is(out.get(), "Auto-Submitted", "auto-generated");
    gmime().g_mime_message_set_mime_part(out.get(), body_of(message).get());
    return bytes_of(out.get());
}

std::string lines_with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32 + 2);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        out += text.substr(0, end);
        if (end == std::string_view::npos)
            break;
        out += "\r\n";
        text.remove_prefix(end + 1);
    }
    return out;
}

/// Subject: …, as GMime writes it.
std::string subject_line(const std::string& text) {
    const std::string encoded = taken(gmime().g_mime_utils_header_encode_text(
        gmime().with_crlf, header_text(text).c_str(), utf8));
    return lines_with_crlf(taken(gmime().g_mime_utils_unstructured_header_fold(
        nullptr, nullptr, fmt::format("Subject: {}\n", encoded).c_str())));
}

/// A text as its part has it.
std::string quoted_printable(std::string text) {
    std::erase(text, '\r');
    GMimeEncoding state;
    gmime().g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    std::string encoded(gmime().g_mime_encoding_outlen(&state, text.size()), '\0');
    encoded.resize(gmime().g_mime_encoding_flush(&state, text.data(), text.size(), encoded.data()));
    return lines_with_crlf(encoded);
}

/// What the mails of one sender have in common, composed once: a whole message takes GMime a tenth
/// of a millisecond. Only texts and headers that differ are put in between.
class Skeleton {
public:
    Skeleton() = default;
    explicit Skeleton(const Message& message) : common_(common(message)) {
        // No header of the sender can have the marks: they follow from a Message-ID.
        const std::string unique = fmt::format("{:016x}", digest(message.message_id, 2));
        const std::string to = unique + "@skeleton.invalid";
        Message marked = message;
        marked.to = {{"", to}};
        marked.message_id = "id." + unique;
        marked.subject = unique;
        marked.list = {};
        marked.text = "text-" + unique;
        marked.html = "<!DOCTYPE " + unique;
        const std::string all = whole(marked), boundary = boundary_of(marked, 0),
                          subject = fmt::format("Subject: {}\r\n", unique);
        std::size_t from = 0;
        for (const std::string_view mark : std::initializer_list<std::string_view>{
                 to, marked.message_id, subject, boundary, boundary, marked.text, boundary,
                 marked.html, boundary}) {
            const std::size_t at = all.find(mark, from);
            pieces_.push_back(all.substr(from, at - from));
            from = at + mark.size();
        }
        pieces_.push_back(all.substr(from));
    }

    /// One text in two forms to one address.
    static bool is_for(const Message& message) {
        return message.to.size() == 1 && !message.html.empty() && message.attachments.empty();
    }
    bool fits(const Message& message) const { return common(message) == common_; }

    std::string filled(const Message& message) const {
        std::string headers = subject_line(message.subject);
        for (const auto& [name, value] : list_headers(message.list))
            headers += fmt::format("{}: {}\r\n", name, value);
        const std::string boundary = boundary_of(message, 0);
        const std::string between[] = {addresses_text(message.to),
                                       message.message_id,
                                       std::move(headers),
                                       boundary,
                                       boundary,
                                       quoted_printable(message.text),
                                       boundary,
                                       quoted_printable(html_page(message.html)),
                                       boundary};
        std::string out = pieces_.front();
        for (std::size_t i = 0; i < std::size(between); ++i)
            out.append(between[i]).append(pieces_[i + 1]);
        return out;
    }

private:
    /// None of it has a line break.
    static std::string common(const Message& message) {
        std::string out =
            fmt::format("{}\n{}\n{}\n{}\n{}\n{}", message.from.name, message.from.address,
                        message.reply_to, message.date.seconds, message.offset, message.automatic);
        for (const Address& who : message.cc)
            out += fmt::format("\n{}\n{}", who.name, who.address);
        return out;
    }

    std::string common_;
    std::vector<std::string> pieces_;
};

}  // namespace

bool has_gmime() {
    return gmime().complete;
}

std::string composed(const Message& message) {
    if (!has_gmime())
        throw Error(Fault::io, "no_library", "mail is composed with GMime, which is not installed",
                    "apt install libgmime-3.0-0");
    if (!Skeleton::is_for(message))
        return whole(message);
    static Skeleton last;
    if (!last.fits(message))
        last = Skeleton(message);
    return last.filled(message);
}

}  // namespace crm::mail
