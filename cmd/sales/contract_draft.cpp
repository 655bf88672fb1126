#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"

#include <fmt/format.h>

/// contract draft: a contract out of a quote and a template.
namespace crm::cmd {
namespace {

using store::Record;

constexpr std::string_view usual =
    "# {{contract.name}}\n\nBetween {{seller}} and {{account.name}}.\n\nFrom {{contract.start}} to "
    "{{contract.end}}, on the terms of quote {{id}}:\n\n{{lines}}\n\nSigned, place and day:\n";

/// What a record's column says, as a person reads it.
std::string said(Session& session, const Record& record, const std::string& path) {
    auto column = store::select_column(*record.entity, path);
    if (!column)
        throw column.error();
    store::Selection s(session.store(), *record.entity);
    s.one = record.id;
    s.columns.push_back(std::move(*column));
    std::string out;
    s.each([&](std::span<const std::span<const View>> cells) {
        return out = cell_text(session, s.columns[0], cells[0]), true;
    });
    return out;
}

std::string filled(Session& session, std::string_view text, const Record& quote,
                   const Record& contract) {
    std::string out;
    for (std::size_t at; (at = text.find("{{")) != std::string_view::npos;) {
        const std::size_t end = text.find("}}", at);
        if (end == std::string_view::npos)
            throw Error(Fault::refused, "bad_template", "the template has a {{ without its }}",
                        std::string(text.substr(at, 40)));
        const std::string name(text::trimmed(text.substr(at + 2, end - at - 2)));
        out += text.substr(0, at);
        if (name == "lines")
            out += lines_as_markdown(session, quote);
        else if (name == "today")
            out += session.env.clock.today().iso();
        else if (name == "seller")
            out += session.config.value("seller").empty()
                       ? "the seller"
                       : std::string(text::trimmed(session.config.value("seller")));
        else if (name.starts_with("contract.")) {
            const meta::FieldInfo* field = contract.entity->find(name.substr(9));
            if (field == nullptr || field->computed()) {
                Error e(Fault::refused, "unknown_field",
                        fmt::format("the template asks for '{}', which no contract has",
                                    text::clipped(name, 60)));
                e.candidates = text::nearest(name.substr(9), contract.entity->field_names());
                e.hint = e.candidates.empty() ? "crm fields contract lists them"
                                              : text::did_you_mean(e.candidates);
                throw e;
            }
            out += store::history_text(contract, *field, session.model());
        } else {
            out += said(session, quote, name);
        }
        text.remove_prefix(end + 2);
    }
    return out + std::string(text);
}

int run(Session& session, const Arguments& args) {
    const std::string pattern =
        args.has("template") ? read_file(args.value("template")) : std::string(usual);
    if (!text::valid(pattern))
        throw Error(Fault::refused, "bad_template",
                    fmt::format("{} is no text in UTF-8", args.value("template")));
    Change change(session, args);
    const meta::Entity &quotes = session.model().get("quote"), &contracts = *args.noun;
    const Record quote =
        load_not_deleted(session, resolve_reference(session, &quotes, args.words[0]));
    if (quote.rows[quotes.find("lines")->first].empty())
        throw Error(Fault::refused, "empty_quote",
                    fmt::format("{} {} has no lines: there is nothing to agree on",
                                quote.short_id(), quote.label()),
                    fmt::format("crm quote line add {} PRODUCT", quote.short_id()));
    Record contract(contracts);
    std::vector<std::string> words{"name=" + quote.label(), "type=Sales",
                                   "quote=" + quote.short_id(), "start=today"};
    for (const std::string_view field : {"account", "owner"})
        if (const std::string value =
                store::history_text(quote, *quotes.find(field), session.model());
            !value.empty())
            words.push_back(fmt::format("{}={}", field, value));
    if (const std::string total = said(session, quote, "total"); !total.empty())
        words.push_back("value=" + total);
    assign(session, change, contract, words, false);
    assign(session, change, contract, {args.words.begin() + 1, args.words.end()}, false);
    const meta::FieldInfo &start = *contracts.find("start"), &end = *contracts.find("end");
    if (contract.text(end).empty() &&
        !contract.text(start).empty())  // a year, less the day on which it began
        if (const auto first = iso_date(contract.text(start))) {
            const Clock then{Clock{{}, {}}.at(*first, 0), {}};
            contract.put(end, {Value(Date{read_date("+1y", then)->days - 1}.iso())});
        }
    contract.put(*contracts.find("text"), {Value(filled(session, pattern, quote, contract))});
    store::complete(contract);
    change.writer.add(contract);
    change.report.add(contract, "added", contract.label());
    return change.end();
}

}  // namespace

Command contract_draft() {
    return {.help = "Draft a contract from a quote and a template",
            .needs = Needs::writing,
            .arguments = {{.name = "QUOTE",
                           .kind = Kind::any_reference,
                           .required = true,
                           .help = "the quote"},
                          {.name = "FIELD=VALUE",
                           .kind = Kind::assignments,
                           .many = true,
                           .help = "what else is known: start, end, plan, renewal_reminder=3mo"}},
            .options = {{.name = "template",
                         .kind = Kind::file,
                         .value = "FILE",
                         .help = "its wording, Markdown with {{fields}}; a short one without it"}},
            .run = run,
            .details =
                "The contract has the account, the owner and the total of the quote, starts today "
                "and lasts a year, unless said. Its `text` is the template with every {{…}} filled "
                "in: a field of the quote (also account.name, contact.email), "
                "`{{lines}}` for the table of what is sold, with discounts, taxes and sums, "
                "`{{contract.start}}` and the other fields of the contract, `{{today}}`, and "
                "`{{seller}}` of the configuration. With renewal_reminder=3mo `crm today` names it "
                "three months before its end.",
            .examples = {
                {"contract draft q7 --template service.md start=2027-01-01 renewal_reminder=3mo",
                 "drafted and remembered"},
                {"contract show ct3 --format '{{text}}\\n' > contract.md", "its wording"}}};
}

}  // namespace crm::cmd
