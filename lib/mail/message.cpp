#include "mail/message.hpp"

#include "base/base64.hpp"
#include "base/chars.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "time/seconds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crm::mail {
namespace {

constexpr std::size_t line_width = 76;  // RFC 2045 and 2047

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

/// UTF-8 in pieces of at most `most` bytes, never within a character.
std::vector<std::string_view> pieces(std::string_view text, std::size_t most) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        std::size_t n = std::min(most, text.size());
        while (n < text.size() && n > 1 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80)
            --n;
        out.push_back(text.substr(0, n));
        text.remove_prefix(n);
    }
    return out;
}

std::string encoded_words(std::string_view text) {
    std::string out;
    for (const std::string_view piece : pieces(text, 42))  // 56 characters of base64
        out += fmt::format("{}=?utf-8?B?{}?=", out.empty() ? "" : "\r\n ", to_base64(piece));
    return out;
}

/// Words of ASCII, folded at blanks.
std::string folded_at_blanks(std::string_view text, std::size_t used) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find(' ', 1);
        const std::string_view word = text.substr(0, std::min(end, text.size()));
        text.remove_prefix(word.size());
        if (used + word.size() > line_width && word.starts_with(' ') && word.size() > 1) {
            out += "\r\n";
            used = 0;
        }
        out += word;
        used += word.size();
    }
    return out;
}

/// `bracketed`: with < and > also where there is no name.
std::string mailbox(const Address& who, bool bracketed = false) {
    if (who.name.empty())
        return bracketed ? fmt::format("<{}>", who.address) : who.address;
    std::string name;
    if (!is_plain(who.name)) {
        name = encoded_words(who.name);
    } else {
        name = "\"";
        for (const char c : who.name) {
            if (c == '"' || c == '\\')
                name += '\\';
            name += c;
        }
        name += '"';
    }
    return fmt::format("{} <{}>", name, who.address);
}

void append_addresses(std::string& out, std::string_view header, const std::vector<Address>& list) {
    if (list.empty())
        return;
    out += fmt::format("{}: ", header);
    for (std::size_t i = 0; i < list.size(); ++i)
        out += (i == 0 ? "" : ",\r\n ") + mailbox(list[i]);
    out += "\r\n";
}

/// Mon, 30 Nov 2026 09:00:00 +0100 (RFC 5322, 3.3).
std::string header_date(Instant at, int offset) {
    constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::int64_t wall = at.seconds + offset;
    std::int64_t day = wall / day_seconds, second = wall % day_seconds;
    if (second < 0) {
        second += day_seconds;
        --day;
    }
    const Date date{static_cast<std::int32_t>(day)};
    int year;
    unsigned month, of_month;
    date.civil(year, month, of_month);
    const int minutes = (offset < 0 ? -offset : offset) / 60;
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} {}{:02}{:02}",
                       days[static_cast<std::size_t>(date.weekday() - 1)], of_month,
                       months[month - 1], year, second / 3600, second / 60 % 60, second % 60,
                       offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string base64_lines(std::string_view bytes) {
    const std::string all = to_base64(bytes);
    std::string out;
    for (std::size_t at = 0; at < all.size(); at += line_width)
        out += all.substr(at, line_width) + "\r\n";
    return out;
}

std::string text_part(std::string_view type, std::string_view text) {
    return fmt::format(
        "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n{}",
        type, quoted_printable(text));
}

/// A parameter of a header (RFC 2231): percent-encoded UTF-8 where it is not plain.
std::string parameter(std::string_view name, std::string_view value) {
    const bool plain = is_plain(value) && value.find_first_of("\"\\") == std::string_view::npos;
    if (plain)
        return fmt::format("{}=\"{}\"", name, value);
    std::string out = fmt::format("{}*=utf-8''", name);
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        const bool safe = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                          (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_';
        out += safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
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

std::string file_part(const Part& part) {
    const std::string type = part.media_type.empty() ? "application/octet-stream" : part.media_type;
    return fmt::format(
        "Content-Type: {};\r\n {}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
        "attachment;\r\n {}\r\n\r\n{}",
        type, parameter("name", part.name), parameter("filename", part.name),
        base64_lines(part.bytes));
}

/// A part of several, with a boundary that follows from the message.
std::string multipart(std::string_view type, std::uint64_t seed,
                      const std::vector<std::string>& parts) {
    const std::string boundary = fmt::format("=_{:016x}", seed);
    std::string out =
        fmt::format("Content-Type: multipart/{};\r\n boundary=\"{}\"\r\n\r\n", type, boundary);
    for (const std::string& part : parts)
        out += fmt::format("--{}\r\n{}{}", boundary, part, part.ends_with("\r\n") ? "" : "\r\n");
    return out + fmt::format("--{}--\r\n", boundary);
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

/// An invitation is another form of the text (RFC 6047, 2.4).
std::string invitation_part(const Part& part) {
    return fmt::format(
        "Content-Type: text/calendar; method={}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n{}",
        method_of(part), base64_lines(part.bytes));
}

std::string body(const Message& message) {
    const std::uint64_t seed = digest(message.message_id, 0);
    std::vector<std::string> forms{text_part("plain", message.text)};
    if (!message.html.empty())
        forms.push_back(text_part("html", html_page(message.html)));
    std::vector<std::string> files;
    for (const Part& part : message.attachments)
        if (!method_of(part).empty())
            forms.push_back(invitation_part(part));
        else
            files.push_back(file_part(part));
    std::string out = forms.size() == 1 ? forms.front() : multipart("alternative", seed, forms);
    if (files.empty())
        return out;
    files.insert(files.begin(), std::move(out));
    return multipart("mixed", seed + 1, files);
}

void append_list_headers(std::string& out, const ListHeaders& list) {
    if (!list.id.empty())
        out += fmt::format("List-Id: {}\r\n", mailbox({list.name, list.id}, true));
    std::string ways;
    if (!list.unsubscribe_url.empty())
        ways = fmt::format("<{}>", list.unsubscribe_url);
    if (!list.unsubscribe_mail.empty())
        ways += fmt::format("{}<mailto:{}>", ways.empty() ? "" : ",\r\n ", list.unsubscribe_mail);
    if (!ways.empty())
        out += fmt::format("List-Unsubscribe: {}\r\n", ways);
    if (!list.unsubscribe_url.empty())
        out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
}

bool breaks_header(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

std::optional<Address> read_address(std::string_view text) {
    const auto open = text.rfind('<');
    Address out;
    if (open == std::string_view::npos) {
        out.address = text::trimmed(text);
    } else {
        const auto close = text.find('>', open);
        if (close == std::string_view::npos || !text::trimmed(text.substr(close + 1)).empty())
            return {};
        out.address = text::trimmed(text.substr(open + 1, close - open - 1));
        std::string_view name = text::trimmed(text.substr(0, open));
        if (name.size() > 1 && name.starts_with('"') && name.ends_with('"'))
            name = name.substr(1, name.size() - 2);
        out.name = name;
    }
    if (!meta::is_email(out.address) || breaks_header(out.name))
        return {};
    return out;
}

std::optional<std::string> header_fault(const Message& message) {
    const auto fault = [](std::string_view where) {
        return "a line break in the " + std::string(where);
    };
    if (breaks_header(message.subject))
        return fault("subject");
    const auto breaks = [](const Address& who) {
        return breaks_header(who.name) || breaks_header(who.address);
    };
    if (breaks(message.from) || breaks_header(message.reply_to))
        return fault("sender");
    if (std::ranges::any_of(message.to, breaks) || std::ranges::any_of(message.cc, breaks))
        return fault("address");
    const auto breaks_name = [](const Part& part) { return breaks_header(part.name); };
    if (std::ranges::any_of(message.attachments, breaks_name))
        return fault("name of an attachment");
    const ListHeaders& list = message.list;
    if (breaks_header(list.name) || breaks_header(list.id))
        return fault("name of the campaign");
    if (breaks_header(list.unsubscribe_url) || breaks_header(list.unsubscribe_mail))
        return fault("link to unsubscribe");
    return {};
}

std::string header_text(std::string_view text, std::size_t used) {
    return is_plain(text) && text.size() < 900 ? folded_at_blanks(text, used) : encoded_words(text);
}

namespace {

constexpr Chars stays_in_quoted_printable(
    " \t!\"#$%&'()*+,-./"
    "0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

bool ends_line(std::string_view text, std::size_t at) {
    return at >= text.size() || text[at] == '\n' || text[at] == '\r';
}

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// How many characters from `at` on stay as they are, at most `most`: most of any text. A blank
/// at the end of a line does not.
std::size_t run_that_stays(std::string_view text, std::size_t at, std::size_t most) {
    std::size_t end = at;
    while (end < text.size() && end - at < most && stays_in_quoted_printable.has(text[end]))
        ++end;
    if (end > at && is_blank(text[end - 1]) && ends_line(text, end))
        --end;
    return end - at;
}

}  // namespace

std::string quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::size_t room = line_width - 1;  // one is for the = of a line that goes on
    std::string out;
    out.reserve(text.size() + text.size() / 16 + 8);
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c == '\r' || c == '\n') {
            if (c == '\n') {
                out += "\r\n";
                width = 0;
            }
            ++at;
        } else if (const std::size_t run = run_that_stays(text, at, room - width); run > 0) {
            out.append(text, at, run);
            width += run;
            at += run;
        } else if (width + 3 > room || run_that_stays(text, at, 1) > 0) {
            out += "=\r\n";
            width = 0;
        } else {
            out.append({'=', digits[c >> 4], digits[c & 15]});
            width += 3;
            ++at;
        }
    }
    if (!out.empty() && !out.ends_with("\r\n"))
        out += "\r\n";
    return out;
}

std::string composed(const Message& message) {
    std::string out = fmt::format("Date: {}\r\n", header_date(message.date, message.offset));
    append_addresses(out, "From", {message.from});
    append_addresses(out, "To", message.to);
    append_addresses(out, "Cc", message.cc);
    if (message.to.empty() && message.cc.empty())
        out += "To: undisclosed-recipients:;\r\n";
    if (!message.reply_to.empty())
        out += fmt::format("Reply-To: {}\r\n", message.reply_to);
    out += fmt::format("Message-ID: <{}>\r\nSubject: {}\r\n", message.message_id,
                       header_text(message.subject, 9));
    if (message.automatic)
        out += "Auto-Submitted: auto-generated\r\n";
    append_list_headers(out, message.list);
    return out + "MIME-Version: 1.0\r\n" + body(message);
}

}  // namespace crm::mail
