#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "sales/lead_conversion.hpp"

#include <fmt/format.h>

/// lead convert: turn a lead into an account, a contact and a deal.
namespace crm::cmd {
namespace {

using store::Record;
using Result = sales::ConvertedTo::Result;

/// The record that an option names; nothing where it is not given.
std::optional<Record> chosen(Session& session, const Arguments& args, std::string_view noun) {
    const std::string reference = args.text(noun);
    if (reference.empty())
        return {};
    const meta::Entity& entity = session.model().get(noun);
    return load_not_deleted(session, resolve_reference(session, &entity, reference));
}

void report(Change& change, const sales::ConvertedTo& to) {
    if (to.result == Result::updated)
        change.report.add(to.record, "updated", changed_fields(*to.before, to.record));
    else
        change.report.add(to.record, to.result == Result::added ? "added" : "found",
                          to.record.label());
}

int run_lead_convert(Session& session, const Arguments& args) {
    if (args.has("deal") && args.flag("no-deal"))
        throw Error(Fault::usage, "contradiction", "--deal and --no-deal cannot be combined");
    const std::vector<std::string> deal_words(args.words.begin() + 1, args.words.end());
    if (args.flag("no-deal") && !deal_words.empty())
        throw Error(Fault::usage, "contradiction",
                    fmt::format("'{}' is for the deal and cannot be combined with --no-deal",
                                text::clipped(deal_words.front(), 60)));
    Change change(session, args);
    const Record lead =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const auto converted = sales::convert_lead(
        change.writer, lead,
        {.account = chosen(session, args, "account"),
         .contact = chosen(session, args, "contact"),
         .with_deal = !args.flag("no-deal"),
         .deal_name = args.text("deal"),
         .complete_deal = [&](Record& deal) { assign(session, change, deal, deal_words, false); },
         .reading = session.reading()});
    if (converted.account)
        report(change, *converted.account);
    report(change, converted.contact);
    if (converted.deal)
        report(change, *converted.deal);
    change.report.add(converted.lead, "converted", lead.label());
    return change.end();
}

}  // namespace

Command lead_convert() {
    return {.help = "Convert a lead to an account, a contact and a deal",
            .needs = Needs::writing,
            .arguments =
                {{.name = "LEAD", .kind = Kind::reference, .required = true, .help = "the lead"},
                 {.name = "FIELD=VALUE",
                  .kind = Kind::assignments,
                  .many = true,
                  .help = "more fields of the deal"}},
            .options = {{.name = "deal",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "name of the deal; default: the name of the company"},
                        {.name = "no-deal", .help = "add no deal"},
                        {.name = "account",
                         .kind = Kind::reference,
                         .value = "REF",
                         .help = "use this existing account",
                         .noun = "account"},
                        {.name = "contact",
                         .kind = Kind::reference,
                         .value = "REF",
                         .help = "use this existing contact",
                         .noun = "contact"}},
            .run = run_lead_convert,
            .details =
                "An existing account is found by the domain of the lead's e-mail addresses, else "
                "by the exact name of the company; an existing contact by an e-mail address. What "
                "is not found is added; where several are found, --account or --contact says which "
                "one. The lead stays, as Converted, with links to what it "
                "became. One `crm undo` takes everything back.",
            .examples = {{"lead convert l7 --deal 'Pumps for Oslo' amount=40k close_date=eoq",
                          "an account, a contact and a deal"},
                         {"lead convert ines@verde.example --no-deal", "nothing to sell yet"},
                         {"lead convert l7 --account a12", "with an existing account"}}};
}

}  // namespace crm::cmd
