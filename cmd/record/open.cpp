#include "base/phone.hpp"
#include "base/text.hpp"
#include "cmd/cli/select.hpp"
#include "people/do_not_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

/// open: what a record points to, in the program that the desktop has for it.
namespace crm::cmd {
namespace {

/// Bytes that an address must not contain are written as %XX, so that nothing in a value can become
/// part of a command.
std::string percent(std::string_view text, std::string_view keep) {
    std::string out;
    for (const char c : text) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            (c != '\0' && std::string_view("-._~").find(c) != std::string_view::npos) ||
            (c != '\0' && keep.find(c) != std::string_view::npos);
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

constexpr std::string_view url_characters = ":/?#[]@!$&'()*+,;=%";

/// The first value of the first of these fields that has one.
std::string first_of(const store::Record& record, std::initializer_list<std::string_view> fields) {
    for (std::string_view name : fields)
        if (const meta::FieldInfo* field = record.entity->find(name);
            field != nullptr && field->cells == 1)
            if (const std::string& text = record.text(*field); !text.empty())
                return meta::is_plain_item(text) ? text : meta::read_items(text).front().value;
    return {};
}

std::string web_address(Session&, const store::Record& record) {
    const std::string url = first_of(record, {"urls", "url"});
    if (url.empty())
        return {};
    const auto scheme = url.find("://");
    if (scheme == std::string::npos)
        return percent("https://" + url, url_characters);
    const std::string kind = text::lower_ascii(url.substr(0, scheme));
    if (kind != "http" && kind != "https")
        throw Error(Fault::refused, "not_opened",
                    fmt::format("{} is not a web page", text::visible(url)));
    return percent(url, url_characters);
}

std::string mail_address(Session&, const store::Record& record) {
    const std::string mail = first_of(record, {"emails", "email", "from"});
    return mail.empty() ? std::string() : "mailto:" + percent(mail, "@+");
}

/// RFC 3966. Refuses a number whose owner does not want to be called.
std::string phone_address(Session& session, const store::Record& record) {
    const std::string phone = first_of(record, {"phones", "phone", "number"});
    if (phone.empty())
        return {};
    if (const auto why = people::objection_to_calls(session.store(), record, phone))
        throw Error(Fault::refused, "do_not_call",
                    fmt::format("{} {}: {}", record.short_id(), record.label(), *why),
                    "crm open --mail opens a message");
    if (const auto whole = e164(phone, record.entity->model().country()))
        return "tel:" + *whole;
    std::string digits;
    for (const char c : phone)
        if ((c >= '0' && c <= '9') || (c == '+' && digits.empty()))
            digits += c;
    return "tel:" + digits;
}

std::string map_address(Session&, const store::Record& record) {
    for (const meta::FieldInfo& field : record.entity->fields()) {
        if (field.type() != meta::Type::address)
            continue;
        const std::string line = meta::text(field, record.views(field));
        if (!line.empty())
            return "https://www.openstreetmap.org/search?query=" + percent(line, "");
    }
    return {};
}

constexpr std::pair<std::string_view, std::string (*)(Session&, const store::Record&)> addresses[] =
    {{"web", web_address}, {"mail", mail_address}, {"phone", phone_address}, {"map", map_address}};

/// The first address of a record that there is, or that the options ask for.
std::string address_of(Session& session, const store::Record& record, const Arguments& args) {
    const bool any = std::ranges::none_of(
        addresses, [&](const auto& address) { return args.flag(address.first); });
    for (const auto& [option, address] : addresses)
        if (any || args.flag(option))
            if (std::string found = address(session, record); !found.empty())
                return found;
    throw Error(
        Fault::not_found, "nothing_to_open",
        fmt::format("{} {} has nothing of this kind to open", record.short_id(), record.label()),
        "urls, emails, phones and addresses can be opened");
}

int launch(const std::string& address) {
    const char* own = std::getenv("CRM_OPENER");
    const std::string program = own != nullptr && *own != '\0' ? own : "xdg-open";
    const pid_t child = ::fork();
    if (child < 0)
        throw Error(Fault::io, "launch",
                    fmt::format("{} cannot be started: {}", program, std::strerror(errno)));
    if (child == 0) {
        ::execlp(program.c_str(), program.c_str(), address.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        throw Error(Fault::io, "launch", program + " is not installed",
                    "set CRM_OPENER to the program that opens addresses, or use --print");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : static_cast<int>(Fault::io);
}

int run_open(Session& session, const Arguments& args) {
    std::vector<std::string> addresses;
    for (const std::string& reference : session.references(args.words)) {
        const store::Found found = resolve_reference(session, nullptr, reference);
        addresses.push_back(
            address_of(session, session.store().get(*found.entity, found.id), args));
    }
    if (args.flag("print") || !session.env.out_tty || session.dry_run) {
        for (const std::string& address : addresses)
            session.out.write(address + "\n");
        return 0;
    }
    session.close();
    int code = 0;
    for (const std::string& address : addresses)
        code = std::max(code, launch(address));
    return code;
}

}  // namespace

Command open_command() {
    return {
        .help = "Open the web page, e-mail address, telephone number or map of a record",
        .needs = Needs::reading,
        .arguments = {{.name = "REF",
                       .kind = Kind::any_reference,
                       .required = true,
                       .many = true,
                       .help = "records (- reads references from standard input)"}},
        .options = {{.name = "web", .help = "the web page"},
                    {.name = "mail", .help = "a new e-mail message"},
                    {.name = "phone", .help = "the telephone number"},
                    {.name = "map", .help = "the postal address on a map"},
                    {.name = "print", .help = "print the address instead of opening it"}},
        .run = run_open,
        .details =
            "Opens the first of these that a record has, with xdg-open or the program in "
            "CRM_OPENER; "
            "without a terminal it is printed. Only web pages, e-mail addresses, telephone numbers "
            "and maps are opened, and a value is never passed to a shell. A number whose owner "
            "does "
            "not want to be called is refused: exit 4.",
        .examples = {{"open c12", "the web page, or else an e-mail message, or else a call"},
                     {"contact list | fzf --with-nth 2,3 -d '\\t' | crm open - --mail",
                      "pick one and write to them"}}};
}

}  // namespace crm::cmd
