#include "mail/unsubscribe.hpp"

#include "base/idna.hpp"
#include "base/text.hpp"
#include "mail/fill.hpp"
#include "mail/template.hpp"
#include "mail/token.hpp"
#include "meta/type.hpp"
#include "people/objection.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>
#include <vector>

namespace crm::mail {
namespace {

constexpr std::string_view token_slot = "{token}", unsubscribe_purpose = "unsubscribe";
constexpr std::size_t token_length = 32, longest_url = 900, longest_local_part = 64;
/// Bytes of the numbers in a token.
constexpr std::size_t campaign_bytes = 4, member_bytes = 5, address_bytes = 5;

bool has_one_slot(std::string_view text) {
    const std::size_t at = text.find(token_slot);
    return at != std::string_view::npos && text.find(token_slot, at + 1) == std::string_view::npos;
}

void append_number(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        out += static_cast<char>(number >> 8 * i & 0xff);
}

std::uint64_t take_number(std::string_view& bytes, std::size_t size) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size; ++i)
        out |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    bytes.remove_prefix(size);
    return out;
}

/// How a link is called that ends a subscription. Languages by their primary tag (RFC 5646).
constexpr std::pair<std::string_view, std::string_view> link_words[] = {
    {"ar", "إلغاء الاشتراك"},
    {"bg", "Отписване"},
    {"cs", "Odhlásit se z odběru"},
    {"da", "Afmeld"},
    {"de", "Abmelden"},
    {"el", "Διαγραφή από τη λίστα"},
    {"en", "Unsubscribe"},
    {"es", "Darse de baja"},
    {"et", "Loobu tellimusest"},
    {"fi", "Peruuta tilaus"},
    {"fr", "Se désabonner"},
    {"he", "הסרה מרשימת התפוצה"},
    {"hr", "Odjava"},
    {"hu", "Leiratkozás"},
    {"it", "Annulla l'iscrizione"},
    {"ja", "配信停止"},
    {"ko", "수신 거부"},
    {"lt", "Atsisakyti prenumeratos"},
    {"lv", "Atteikties no saņemšanas"},
    {"nb", "Meld deg av"},
    {"nl", "Afmelden"},
    {"nn", "Meld deg av"},
    {"no", "Meld deg av"},
    {"pl", "Wypisz się"},
    {"pt", "Cancelar subscrição"},
    {"ro", "Dezabonare"},
    {"ru", "Отписаться"},
    {"sk", "Odhlásiť sa z odberu"},
    {"sl", "Odjava"},
    {"sv", "Avsluta prenumerationen"},
    {"tr", "Abonelikten çık"},
    {"uk", "Відписатися"},
    {"zh", "退订"},
};

std::string_view unsubscribe_word(std::string_view language) {
    const std::string tag = text::lower_ascii(language);
    if (tag.starts_with("zh-hant") || tag == "zh-tw" || tag == "zh-hk")
        return "取消訂閱";
    const std::string_view primary = std::string_view(tag).substr(0, tag.find('-'));
    for (const auto& [of, word] : link_words)
        if (of == primary)
            return word;
    return "Unsubscribe";
}

/// Whether a tag that comes after this text stands in the text itself, not in a link of Markdown or
/// in HTML.
bool is_in_text(std::string_view before) {
    const std::string_view line = before.substr(before.rfind('\n') + 1);
    if (line.starts_with('[') && text::trimmed(line).ends_with("]:"))
        return false;
    return line.empty() || line.ends_with(' ') || line.ends_with('\t') ||
           (line.ends_with('(') && !line.ends_with("]("));
}

/// {{unsubscribe}} in the text shows the address, and is a link to it.
std::string with_links(std::string_view body, const Template& read) {
    std::string out;
    std::size_t at = 0;
    for (const Template::Piece& piece : read.pieces()) {
        if (piece.kind != Template::Piece::Kind::tag || piece.text != unsubscribe_tag)
            continue;
        const std::size_t end = body.find("}}", piece.at) + 2;
        const std::string_view tag = body.substr(piece.at, end - piece.at);
        out += body.substr(at, piece.at - at);
        out += is_in_text(body.substr(0, piece.at)) ? fmt::format("[{0}]({0})", tag)
                                                    : std::string(tag);
        at = end;
    }
    return out += body.substr(at);
}

}  // namespace

std::string with_token(std::string_view text, std::string_view token) {
    const std::size_t at = text.find(token_slot);
    return fmt::format("{}{}{}", text.substr(0, at), token, text.substr(at + token_slot.size()));
}

bool is_unsubscribe_url(std::string_view text) {
    constexpr std::string_view scheme = "https://";
    const auto fits = [](char c) {
        return c > ' ' && c < 0x7f && !std::string_view("<>\"\\^`|,").contains(c);
    };
    const std::string_view host = text.substr(std::min(scheme.size(), text.size()));
    return text.starts_with(scheme) && text.size() <= longest_url && has_one_slot(text) &&
           std::ranges::all_of(text, fits) && host.find_first_of("/?{") > 0;
}

bool is_unsubscribe_mail(std::string_view text) {
    if (!has_one_slot(text))
        return false;
    const std::string filled = with_token(text, std::string(token_length, 'a'));
    return meta::is_email(filled) && filled.rfind('@') <= longest_local_part &&
           text.find(token_slot) < text.rfind('@') &&
           filled.find_first_of("<>\"?&% ") == std::string::npos;
}

void require_unsubscribe(const UnsubscribeSettings& settings) {
    if (settings.url.empty() && settings.mail.empty())
        throw Error(Fault::config, "no_unsubscribe",
                    "nobody could unsubscribe: neither unsubscribe_url nor unsubscribe_mail is "
                    "configured",
                    "crm config set unsubscribe_url 'https://us.example/u/{token}'");
}

Template with_unsubscribe_link(std::string_view body, std::string_view language,
                               std::string_view name) {
    const std::string linked = with_links(body, Template(body, name));
    Template out(linked, name);
    if (MarkdownTemplate(out).always_shows(unsubscribe_tag))
        return out;
    return Template(fmt::format("{}\n\n---\n\n[{}]({{{{{}}}}})\n", linked,
                                unsubscribe_word(language), unsubscribe_tag),
                    name);
}

ListHeaders list_headers(store::Store& store, const UnsubscribeSettings& settings,
                         const CampaignRecipient& to, std::string_view name,
                         std::string_view from) {
    ListHeaders out;
    out.name = name;
    out.id = fmt::format("{}.crm.{}", meta::short_id(store.model().get("campaign"), to.campaign),
                         ascii_domain(from.substr(from.rfind('@') + 1)));
    const std::string token = unsubscribe_token(to, store.seed());
    if (!settings.url.empty())
        out.unsubscribe_url = with_token(settings.url, token);
    if (!settings.mail.empty())
        out.unsubscribe_mail = with_token(settings.mail, token);
    return out;
}

std::string unsubscribe_link(const ListHeaders& headers) {
    return headers.unsubscribe_url.empty() ? "mailto:" + headers.unsubscribe_mail
                                           : headers.unsubscribe_url;
}

std::string unsubscribe_link_of_test(const UnsubscribeSettings& settings) {
    return settings.url.empty() ? "mailto:" + with_token(settings.mail, "test")
                                : with_token(settings.url, "test");
}

std::string unsubscribe_token(const CampaignRecipient& to, std::uint64_t seed) {
    std::string bytes;
    append_number(bytes, static_cast<std::uint64_t>(to.campaign), campaign_bytes);
    append_number(bytes, static_cast<std::uint64_t>(to.member), member_bytes);
    append_number(bytes, address_mark(to.address), address_bytes);
    return sealed(bytes, unsubscribe_purpose, seed);
}

std::optional<Unsubscription> read_unsubscribe_token(std::string_view token, std::uint64_t seed) {
    const auto bytes =
        token.size() == token_length ? unsealed(token, unsubscribe_purpose, seed) : std::nullopt;
    if (!bytes)
        return {};
    std::string_view rest = *bytes;
    Unsubscription out;
    out.campaign = static_cast<std::int64_t>(take_number(rest, campaign_bytes));
    out.member = static_cast<std::int64_t>(take_number(rest, member_bytes));
    out.address = take_number(rest, address_bytes);
    return out;
}

namespace {

using store::Record;

/// The addresses that the member had at any time, and those that mail to them went to.
std::vector<std::string> addresses_of_member(store::Store& store, const store::Found& who) {
    std::vector<std::string> out;
    const auto append = [&](const std::vector<meta::Item>& items) {
        for (const meta::Item& item : items)
            out.push_back(item.value);
    };
    if (const auto record = store.find(*who.entity, who.id))
        out = store::consent_addresses(*record, store::Channel::mail);
    sql::Statement former = store.db().prepare(R"(
        SELECT coalesce("old", ''), coalesce("new", '') FROM "change"
        WHERE "noun" = ?1 AND "record" = ?2 AND "field" IN ('emails', 'email'))");
    for (former.with(who.entity->number, who.id); former.step();) {
        append(meta::read_items(former.text(0)));
        append(meta::read_items(former.text(1)));
    }
    if (!store.db().has_table("mail_recipients"))
        return out;
    sql::Statement written = store.db().prepare(R"(
        SELECT DISTINCT "address" FROM "mail_recipients"
        WHERE "who_noun" = ?1 AND "who" = ?2 AND "address" IS NOT NULL)");
    for (written.with(who.entity->number, who.id); written.step();)
        out.emplace_back(written.text(0));
    return out;
}

/// The addresses that mails of campaigns to a member went to, who may be gone.
std::vector<std::string> addresses_written_to(store::Store& store, std::int64_t member) {
    std::vector<std::string> out;
    if (!store.db().has_table("campaign_mail"))
        return out;
    sql::Statement written = store.db().prepare(R"(
        SELECT DISTINCT r."address" FROM "campaign_mail" x
        JOIN "mail_recipients" r ON r."record" = x."mail" AND r."position" = x."position"
        WHERE x."member" = ?1 AND r."address" IS NOT NULL)");
    for (written.with(member); written.step();)
        out.emplace_back(written.text(0));
    return out;
}

std::optional<std::string> address_with_mark(store::Store& store, std::int64_t member,
                                             std::uint64_t mark) {
    std::vector<std::string> known = addresses_written_to(store, member);
    if (const auto record = store.find(store.model().get("member"), member)) {
        const meta::FieldInfo& who = record->field("who");
        const View noun = record->views(who).front();
        if (!noun.null())
            if (const auto* entity = store.model().by_number(static_cast<int>(noun.number)))
                std::ranges::move(addresses_of_member(store, {entity, record->number(who)}),
                                  std::back_inserter(known));
    }
    for (std::string& address : known)
        if (address_mark(address) == mark)
            return std::move(address);
    return {};
}

void opt_out(store::Writer& writer, const Record& member) {
    const meta::FieldInfo& at = member.field("opted_out_at");
    if (!member.text(at).empty() || !member.deleted_at.empty())
        return;
    Record after = member;
    after.put_text("opted_out_at", writer.info().clock.now.iso());
    writer.change(member, after);
}

}  // namespace

std::optional<Unsubscribed> unsubscribe(store::Writer& writer, std::string_view token,
                                        bool everything) {
    store::Store& store = writer.store();
    const auto read = read_unsubscribe_token(token, store.seed());
    if (!read)
        return {};
    const auto address = address_with_mark(store, read->member, read->address);
    if (!address)
        throw Error(Fault::not_found, "not_found",
                    "the address that this token is about is not known any more",
                    "crm suppress add ADDRESS");
    const meta::Entity& campaigns = store.model().get("campaign");
    const auto campaign = store.find(campaigns, read->campaign);
    people::Statement statement;
    if (campaign && !everything)
        statement = people::objection_to(*campaign);
    statement.source = "unsubscribe " + meta::short_id(campaigns, read->campaign);
    Unsubscribed out{*address};
    out.changed = people::object(writer, {store::Channel::mail, *address}, statement);
    if (const auto member = store.find(store.model().get("member"), read->member))
        opt_out(writer, *member);
    return out;
}

std::string_view token_within(std::string_view text, std::string_view address) {
    text = text::trimmed(text);
    const std::size_t at = address.find(token_slot);
    if (at == std::string_view::npos)
        return text;
    std::string_view before = address.substr(0, at);
    const std::string_view after = address.substr(at + token_slot.size());
    if (text.starts_with('/'))
        before.remove_prefix(std::min(before.find('/', before.find("//") + 2), before.size()));
    if (text.size() <= before.size() + after.size() || !text.starts_with(before) ||
        !text.ends_with(after))
        return text;
    return text.substr(before.size(), text.size() - before.size() - after.size());
}

std::uint64_t address_mark(std::string_view address) {
    const std::string key = store::consent_key(store::Channel::mail, address);
    std::uint64_t out = 0;
    std::from_chars(key.data(), key.data() + 2 * address_bytes, out, 16);
    return out;
}

}  // namespace crm::mail
