#include "mail/consent_request.hpp"

#include "base/text.hpp"
#include "mail/token.hpp"
#include "mail/unsubscribe.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::mail {
namespace {

using store::Channel;
using store::ConsentLedger;
using store::ConsentLine;

constexpr std::string_view confirm_purpose = "confirm";
constexpr std::size_t line_bytes = 5;

/// The mail in one language; {0} is the topic.
struct Wording {
    std::string_view language, subject, ask, link, otherwise;
};
constexpr Wording wordings[] = {
    {"en", "Please confirm: {0}", "Please confirm that you want to get mail about {0}.", "Confirm",
     "If you did not ask for this, do nothing: you will get no such mail."},
    {"de", "Bitte bestätigen: {0}",
     "Bitte bestätigen Sie, dass Sie Nachrichten zu {0} erhalten "
     "möchten.",
     "Bestätigen", "Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun."},
    {"fr", "Veuillez confirmer : {0}",
     "Veuillez confirmer que vous souhaitez recevoir des messages sur "
     "{0}.",
     "Confirmer", "Si vous n'avez rien demandé, ignorez ce message."},
    {"es", "Confirme, por favor: {0}", "Confirme que desea recibir mensajes sobre {0}.",
     "Confirmar", "Si no lo ha solicitado, no haga nada."},
    {"it", "Conferma: {0}", "Confermi di voler ricevere messaggi su {0}.", "Confermare",
     "Se non l'ha richiesto, ignori questo messaggio."},
    {"nl", "Graag bevestigen: {0}", "Bevestig dat u berichten over {0} wilt ontvangen.",
     "Bevestigen", "Als u dit niet hebt gevraagd, hoeft u niets te doen."},
    {"pl", "Proszę potwierdzić: {0}",
     "Proszę potwierdzić chęć otrzymywania wiadomości na temat {0}.", "Potwierdź",
     "Jeśli to nie Państwa prośba, proszę zignorować tę wiadomość."},
    {"pt", "Confirme, por favor: {0}", "Confirme que deseja receber mensagens sobre {0}.",
     "Confirmar", "Se não fez este pedido, ignore esta mensagem."},
};

const Wording& wording_of(std::string_view language) {
    const std::string tag = text::lower_ascii(language);
    const std::string_view primary = std::string_view(tag).substr(0, tag.find('-'));
    const auto found = std::ranges::find(wordings, primary, &Wording::language);
    return found == std::end(wordings) ? wordings[0] : *found;
}

/// What a person wrote, in Markdown: nothing of it is markup.
std::string markdown_escaped(std::string_view text) {
    std::string out;
    for (const char c : text::sanitised(text)) {
        if (std::string_view("\\`*_{}[]<>()#+-.!|~&:@").contains(c))
            out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

std::string filled(std::string_view wording, std::string_view topic) {
    return fmt::format(fmt::runtime(wording), topic);
}

}  // namespace

void require_confirm_url(std::string_view url) {
    if (url.empty())
        throw Error(Fault::config, "no_confirm_url",
                    "nobody could confirm: confirm_url is not configured",
                    "crm config set confirm_url 'https://us.example/c/{token}'");
}

Written request_consent(store::Writer& writer, store::Resolver& resolver,
                        const ConsentRequest& request) {
    store::Store& store = writer.store();
    ConsentLedger& ledger = writer.consent();
    std::optional<store::Record> who;
    if (request.to.who)
        who = store.get(*request.to.who->entity, request.to.who->id);
    std::string address = request.to.address;
    if (address.empty() && who && who->entity->find("email") != nullptr)
        address = who->text("email");
    if (address.empty())
        throw Error(Fault::usage, "no_address",
                    fmt::format("{} {} has no e-mail address", who->short_id(), who->label()));
    ConsentLine line = ledger.line_of(Channel::mail, address);
    line.at = writer.info().clock.now.iso();
    line.topic = request.topic;
    line.act = "request";
    line.operation = writer.begin_operation();
    const std::int64_t id = ledger.add(std::move(line));
    std::string bytes;
    for (std::size_t i = 0; i < line_bytes; ++i)
        bytes += static_cast<char>(id >> 8 * i & 0xff);
    const std::string url = with_token(request.url, sealed(bytes, confirm_purpose, store.seed()));
    const bool speaks = who && who->entity->find("language") != nullptr;
    const Wording& words = wording_of(speaks ? who->text("language") : std::string());
    store::Record mail(store.model().get("mail"));
    mail.put_text("subject", filled(words.subject, request.topic));
    mail.put_text("body", fmt::format("{}\n\n[{}]({})\n\n{}\n",
                                      filled(words.ask, markdown_escaped(request.topic)),
                                      words.link, url, words.otherwise));
    mail.put_text("from", request.from);
    WriteRequest write_request;
    write_request.to.push_back({request.to.who, address});
    return write(writer, resolver, mail, write_request).front();
}

std::optional<Confirmed> confirm_consent(store::Writer& writer, std::string_view token) {
    store::Store& store = writer.store();
    const auto bytes = unsealed(token, confirm_purpose, store.seed());
    if (!bytes || bytes->size() != line_bytes)
        return {};
    std::int64_t id = 0;
    for (std::size_t i = 0; i < line_bytes; ++i)
        id |= std::int64_t{static_cast<unsigned char>((*bytes)[i])} << 8 * i;
    ConsentLedger& ledger = writer.consent();
    const auto request = ledger.find(id);
    if (!request || request->act != "request")
        return {};
    if (request->address.empty())
        throw Error(Fault::not_found, "not_found",
                    "the address that this token is about was erased");
    Confirmed out{request->address, true};
    for (const ConsentLine& line : ledger.lines(Channel::mail, request->address)) {
        // Who objects for the address without its tag, or for the domain, objects for this one,
        // too.
        const bool objects = line.act == "out" || line.act == "complaint";
        if (line.id < id || (line.key != request->key && !objects) ||
            (!line.topic.empty() && line.topic != request->topic))
            continue;
        if (objects)
            throw Error(Fault::refused, "objected",
                        fmt::format("{} has objected since this token was sent", out.address),
                        "crm consent add ADDRESS --basis 'asked for it' --proof FILE");
        out.changed = out.changed && line.act != "confirm";
    }
    if (!out.changed)
        return out;
    ConsentLine line = *request;
    line.at = writer.info().clock.now.iso();
    line.act = "confirm";
    line.source = "token";
    line.operation = writer.begin_operation();
    ledger.add(std::move(line));
    return out;
}

}  // namespace crm::mail
