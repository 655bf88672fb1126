#include "base/phone.hpp"
#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

/// open: what a record points to, in the program that the desktop has for it.
namespace crm::cmd {
namespace {

/// Bytes that an address may not hold are written as %XX, so that nothing in a value can become
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

std::string first_of(const store::Record& record, std::initializer_list<std::string_view> fields) {
    for (std::string_view name : fields)
        if (const meta::FieldInfo* field = record.entity->find(name);
            field != nullptr && field->cells == 1)
            if (const std::string& text = record.text(*field); !text.empty())
                return meta::is_plain_item(text) ? text : meta::read_items(text).front().value;
    return {};
}

/// The address behind a record: only http, https, mailto, tel and a map.
std::string address_of(const store::Record& record, const Arguments& args) {
    const bool any =
        !args.flag("web") && !args.flag("mail") && !args.flag("phone") && !args.flag("map");
    if (any || args.flag("web"))
        if (std::string url = first_of(record, {"urls", "url"}); !url.empty()) {
            const auto scheme = url.find("://");
            const std::string kind =
                scheme == std::string::npos ? "" : text::lower_ascii(url.substr(0, scheme));
            if (scheme == std::string::npos)
                url = "https://" + url;
            else if (kind != "http" && kind != "https")
                throw Error(Fault::refused, "not_opened",
                            fmt::format("{} is no web page", text::visible(url)));
            return percent(url, ":/?#[]@!$&'()*+,;=%");
        }
    if (any || args.flag("mail"))
        if (const std::string mail = first_of(record, {"emails", "email", "from"}); !mail.empty())
            return "mailto:" + percent(mail, "@+");
    if (any || args.flag("phone"))
        if (const std::string phone = first_of(record, {"phones", "phone", "number"});
            !phone.empty()) {
            if (const auto whole = e164(phone, record.entity->model().country()))
                return "tel:" + *whole;  // RFC 3966
            std::string digits;
            for (const char c : phone)
                if ((c >= '0' && c <= '9') || (c == '+' && digits.empty()))
                    digits += c;
            return "tel:" + digits;
        }
    if (any || args.flag("map"))
        for (const meta::FieldInfo& field : record.entity->fields())
            if (field.type() == meta::Type::address)
                if (const std::string line = meta::text(field, record.views(field)); !line.empty())
                    return "https://www.openstreetmap.org/search?query=" + percent(line, "");
    throw Error(
        Fault::not_found, "nothing_to_open",
        fmt::format("{} {} has nothing of the kind to open", record.short_id(), record.label()),
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
        throw Error(Fault::io, "launch", program + " is not there",
                    "set CRM_OPENER to the program that opens addresses, or say --print");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : static_cast<int>(Fault::io);
}

int run(Session& session, const Arguments& args) {
    std::vector<std::string> addresses;
    for (const std::string& reference : session.references(args.words)) {
        const store::Found found = resolve_reference(session, nullptr, reference);
        addresses.push_back(address_of(session.store().get(*found.entity, found.id), args));
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
        .help = "Open the web page, mail address, telephone number or map of a record",
        .needs = Needs::reading,
        .arguments = {{.name = "REF",
                       .kind = Kind::any_reference,
                       .required = true,
                       .many = true,
                       .help = "records; - reads them from standard input"}},
        .options = {{.name = "web", .help = "the web page"},
                    {.name = "mail", .help = "a letter to them"},
                    {.name = "phone", .help = "the telephone number"},
                    {.name = "map", .help = "the address on a map"},
                    {.name = "print", .help = "only print the address"}},
        .run = run,
        .details =
            "The first of these that a record has is opened, by xdg-open or the program that "
            "CRM_OPENER names; without a terminal it is printed. Only web pages, mail addresses "
            "and telephone numbers are opened, and the value is never a word of a shell.",
        .examples = {{"open c12", "the web page, else a letter, else a call"},
                     {"contact list | fzf --with-nth 2,3 -d '\\t' | crm open - --mail",
                      "pick one and write to them"}}};
}

}  // namespace crm::cmd
