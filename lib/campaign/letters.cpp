#include "campaign/letters.hpp"

#include "base/text.hpp"
#include "campaign/audience.hpp"
#include "campaign/members.hpp"
#include "campaign/postal_address.hpp"
#include "mail/fill.hpp"
#include "mail/template.hpp"
#include "mail/template_versions.hpp"
#include "sales/document_language.hpp"
#include "show/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

namespace crm::campaign {
namespace {

using store::Record;

/// An A4 page for each letter; the address stands in the window of an envelope (DIN 5008, form B:
/// 45 mm from above, 20 mm from the left, 85 mm wide).
constexpr char letter_style[] =
    "body{max-width:none;margin:0;color:#000;background:#fff;font-size:11pt;line-height:1.4}"
    "article{position:relative;box-sizing:border-box;width:21cm;min-height:29.6cm;"
    "padding:10cm 2cm 2cm 2.5cm;margin:0 auto}"
    "article+article{break-before:page}"
    ".sender{position:absolute;top:4.5cm;left:2.5cm;width:8cm;font-size:7pt;color:#000}"
    ".address{position:absolute;top:5.2cm;left:2.5cm;width:8cm;max-height:3.8cm;overflow:hidden;"
    "font-style:normal}"
    ".date{position:absolute;top:8.6cm;right:2cm;text-align:right}"
    "h1{font-size:11pt;margin:0 0 1.2em}"
    "a{color:inherit;text-decoration:none}"
    "a[href^=http]::after{content:\" (\" attr(href) \")\"}"
    "@page{size:A4;margin:0}"
    "@media screen{body{background:#ddd}article{background:#fff;margin:1em auto}}";

struct LetterText {
    Template subject;
    mail::MarkdownTemplate body;
};

/// The template of a campaign in all its languages, for records of one noun.
class LetterTemplate {
public:
    LetterTemplate(store::Resolver& resolver, const Clock& clock, const meta::Entity& noun,
                   const Record& campaign, const std::vector<Record>& versions,
                   const std::optional<store::Found>& me)
        : versions_(versions),
          filler_(resolver, clock, &noun, store::Found{campaign.entity, campaign.id}, me) {
        for (const Record& version : versions) {
            Template subject(version.text("subject"), version.short_id() + ".subject");
            const Template body(version.text("body"), version.short_id() + ".body");
            filler_.check(subject);
            filler_.check(body);
            texts_.push_back({std::move(subject), mail::MarkdownTemplate(body)});
        }
    }

    /// Subject and body as HTML, and the language.
    struct Filled {
        std::string subject, body, language;
    };
    Filled filled(const Record& who) {
        const meta::FieldInfo* field = who.entity->find("language");
        const Record& version = mail::version_or_first(versions_, field ? who.text(*field) : "");
        const LetterText& text = texts_[static_cast<std::size_t>(&version - versions_.data())];
        const mail::Values values = filler_.values(who.id);
        return {text.subject.filled(values), text.body.html(values), version.text("language")};
    }

private:
    const std::vector<Record>& versions_;
    mail::Filler filler_;
    std::vector<LetterText> texts_;
};

std::string lines_html(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) {
        if (!out.empty())
            out += "<br>\n";
        out += show::escaped(line).text();
    }
    return out;
}

/// Who gets the letter: the person and their company.
std::vector<std::string> name_lines(store::Store& store, const Record& who) {
    std::vector<std::string> out{who.label()};
    if (const meta::FieldInfo* account = who.entity->find("account"))
        if (const std::int64_t id = who.number(*account))
            out.push_back(store.name(store.model().get("account"), id));
    return out;
}

std::string date_text(const std::string& language, const Clock& clock) {
    const auto* words = sales::find_document_language(language.substr(0, language.find('-')));
    const std::string today = clock.today().iso();
    return words == nullptr ? today : words->day(today);
}

std::string one_line(std::string_view seller) {
    std::vector<std::string> lines;
    for (const std::string_view line : text::split(seller, '\n'))
        if (const auto trimmed = text::trimmed(line); !trimmed.empty())
            lines.emplace_back(trimmed);
    return text::joined(lines, " · ");
}

std::string letter_html(const LetterTemplate::Filled& letter,
                        const std::vector<std::string>& address, std::string_view seller,
                        const Clock& clock) {
    std::string out =
        fmt::format("<article lang=\"{}\">\n",
                    show::escaped(letter.language.empty() ? "en" : letter.language).text());
    if (!seller.empty())
        out +=
            fmt::format("<div class=\"sender\">{}</div>\n", show::escaped(one_line(seller)).text());
    out +=
        fmt::format("<address class=\"address\">{}</address>\n<div class=\"date\">{}</div>\n",
                    lines_html(address), show::escaped(date_text(letter.language, clock)).text());
    if (!letter.subject.empty())
        out += fmt::format("<h1>{}</h1>\n", show::escaped(letter.subject).text());
    return out + letter.body + "</article>\n";
}

std::vector<Record> letter_templates(store::Store& store, const Record& campaign) {
    const std::string id = campaign.short_id();
    if (campaign.text("type") != "Mail")
        throw Error(Fault::refused, "no_letters",
                    fmt::format("{} {} is of type {}; letters are of type Mail", id,
                                campaign.label(), campaign.text("type")),
                    fmt::format("crm campaign edit {} type=mail", id));
    const std::int64_t text = campaign.number("template");
    if (text == 0)
        throw Error(Fault::usage, "no_template", fmt::format("{} has no template", id),
                    fmt::format("crm campaign edit {} template=…", id));
    std::vector<Record> out = mail::template_versions(store, text);
    if (out.front().text("kind") != "Letter")
        throw Error(Fault::refused, "wrong_kind",
                    fmt::format("template {} {} is of kind {}, not Letter", out.front().short_id(),
                                out.front().label(), out.front().text("kind")),
                    fmt::format("crm template edit {} kind=letter", out.front().short_id()));
    return out;
}

}  // namespace

Letters letters_of(store::Resolver& resolver, const Clock& clock, const Record& campaign,
                   const LetterRequest& request) {
    store::Store& store = resolver.store();
    const std::vector<Record> versions = letter_templates(store, campaign);
    std::map<const meta::Entity*, std::unique_ptr<LetterTemplate>> templates;
    const auto template_for = [&](const meta::Entity& noun) -> LetterTemplate& {
        auto& out = templates[&noun];
        if (!out)
            out = std::make_unique<LetterTemplate>(resolver, clock, noun, campaign, versions,
                                                   request.me);
        return *out;
    };
    template_for(store.model().get("contact"));  // what is wrong is said before anything is written
    Letters out;
    out.html = show::page_begin(campaign.label(), show::Html(letter_style));
    for (const Candidate& candidate :
         audience({.resolver = resolver, .clock = clock, .campaign = campaign})) {
        const meta::Entity* entity = candidate.who.entity;
        const auto who = store.find(*entity, candidate.who.id);
        if (!who || !who->deleted_at.empty())
            continue;
        if (candidate.reason == Reason::already_sent) {
            ++out.sent;
            continue;
        }
        if (candidate.reason != Reason::to_mail && candidate.reason != Reason::no_address) {
            ++out.left_out[word(candidate.reason)];
            continue;
        }
        Record member = store.get(store.model().get("member"), candidate.member);
        const PostalAddress address = postal_address_of(store, *who);
        if (const std::string_view missing = missing_part(address); !missing.empty()) {
            out.incomplete.emplace_back(std::move(member), missing);
            continue;
        }
        std::vector<std::string> lines = name_lines(store, *who);
        for (std::string& line : address_lines(address, store.model().country()))
            lines.push_back(std::move(line));
        out.html += letter_html(template_for(*entity).filled(*who), lines, request.seller, clock);
        out.members.push_back(std::move(member));
    }
    out.html += show::page_end;
    return out;
}

Record mark_sent(store::Writer& writer, const Record& member) {
    Record after = member;
    const std::string now = writer.info().clock.now.iso();
    put_status(after, "Sent", now);
    after.put_text("sent_at", now);
    writer.change(member, after);
    return after;
}

}  // namespace crm::campaign
