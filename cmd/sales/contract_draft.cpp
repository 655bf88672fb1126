#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "sales/contract.hpp"

#include <fmt/format.h>

/// contract draft: a contract from a quote and a template.
namespace crm::cmd {
namespace {

using store::Record;

/// A field of a record as a person reads it. `path` may follow links: account.name.
std::string field_text(Session& session, const Record& record, const std::string& path) {
    auto column = store::select_column(*record.entity, path);
    if (!column)
        throw column.error();
    store::Selection one(session.store(), *record.entity);
    one.one = record.id;
    one.columns.push_back(std::move(*column));
    std::string text;
    one.each([&](std::span<const std::span<const View>> cells) {
        text = cell_text(session, one.columns[0], cells[0]);
        return true;
    });
    return text;
}

std::string read_template(const Arguments& args) {
    if (!args.has("template"))
        return std::string(sales::default_contract_template());
    std::string pattern = read_file(args.text("template"));
    if (!text::valid(pattern))
        throw Error(Fault::refused, "bad_template",
                    fmt::format("{} is not UTF-8 text", args.text("template")));
    return pattern;
}

int run_contract_draft(Session& session, const Arguments& args) {
    const std::string pattern = read_template(args);
    Change change(session, args);
    const meta::Entity& quotes = session.model().get("quote");
    const Record quote =
        load_not_deleted(session, resolve_reference(session, &quotes, args.words[0]));
    const Date today = session.env.clock.today();
    Record contract = sales::contract_from_quote(quote, today);
    if (const std::string total = field_text(session, quote, "total"); !total.empty())
        assign(session, change, contract, {"value=" + total}, false);
    assign(session, change, contract, {args.words.begin() + 1, args.words.end()}, false);
    sales::default_contract_end(contract);

    const sales::ContractTexts texts{
        .name = args.has("template") ? args.text("template") : "template",
        .today = today.iso(),
        .seller = std::string(text::trimmed(session.config.value("seller"))),
        .quote_field = [&](const std::string& path) { return field_text(session, quote, path); }};
    const meta::FieldInfo& text = *contract.entity->find("text");
    contract.put(text,
                 {Value(sales::contract_text(session.store(), pattern, quote, contract, texts))});
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
                           .help = "more fields: start, end, sla, renewal_reminder=3mo"}},
            .options = {{.name = "template",
                         .kind = Kind::input_file,
                         .value = "FILE",
                         .help = "Markdown with {{placeholders}}; default: a short text"}},
            .run = run_contract_draft,
            .details =
                "The contract has the account, the owner and the total of the quote; unless given "
                "otherwise it starts today and lasts a year. Its `text` is the template with the "
                "{{placeholders}} filled in: a field of the quote (also account.name, "
                "contact.email), `{{lines}}` for the table of line items with its totals, "
                "`{{contract.start}}` and the other fields of the contract, `{{today}}`, and "
                "`{{seller}}` from the configuration, and sections as in templates of mail: "
                "`{{#contact.email}}…{{/contact.email}}` where there is a value, `{{^…}}` where "
                "there is none. With renewal_reminder=3mo `crm today` lists "
                "the contract three months before its end.",
            .examples = {
                {"contract draft q7", "with the built-in template"},
                {"contract draft q7 --template service.md start=2027-01-01 renewal_reminder=3mo",
                 "with a template and a reminder"},
                {"contract show ct3 --format '{{text}}\\n' > contract.md", "save the text"}}};
}

}  // namespace crm::cmd
