#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/select.hpp"
#include "sales/document.hpp"

#include <fmt/format.h>

/// quote print, order print: a document for the customer.
namespace crm::cmd {
namespace {

const sales::DocumentLanguage& language_of(const Arguments& args) {
    const std::string code = args.has("language") ? args.text("language") : std::string("en");
    if (const auto* language = sales::find_document_language(code))
        return *language;
    std::vector<std::string> codes;
    for (const sales::DocumentLanguage& language : sales::document_languages())
        codes.emplace_back(language.code);
    throw Error(Fault::usage, "unknown_language",
                fmt::format("'{}' is not a valid language; valid values are {}",
                            text::clipped(code, 20), text::joined(codes, ", ")));
}

bool wants_html(const Session& session, const std::string& file) {
    if (session.format.empty())
        return file.ends_with(".html");
    return session.format == "html";
}

int run_document_print(Session& session, const Arguments& args) {
    const sales::DocumentLanguage& language = language_of(args);
    const store::Found found = resolve_reference(session, args.noun, args.words[0]);
    const std::string file = args.text("out");
    const bool html = wants_html(session, file);
    const auto printed = sales::document_of(session.store(), session.env.clock,
                                            session.store().get(*args.noun, found.id), language,
                                            session.config.value("seller"));
    for (const std::string& warning : printed.warnings)
        session.remark(warning);
    const std::string text =
        html ? show::document_html(printed.document) : show::document_markdown(printed.document);
    if (file.empty())
        session.out.write(text);
    else
        write_file(file, text, !session.dry_run);
    return 0;
}

Command print_command(std::string_view what) {
    return {.help = "Print a document for the customer as HTML or Markdown",
            .needs = Needs::reading,
            .arguments = {{.name = "REF", .kind = Kind::reference, .required = true, .help = what}},
            .options = {{.name = "language",
                         .kind = Kind::choice,
                         .value = "CODE",
                         .help = "language of words, numbers and dates; default en",
                         .words = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh", "ja"}},
                        {.name = "out",
                         .kind = Kind::output_file,
                         .value = "FILE",
                         .help = "write to this file; .html makes an HTML page"}},
            .formats = formats::document,
            .run = run_document_print,
            .details =
                "A single file that requires no others and can be printed on paper: the seller "
                "(`seller` in the configuration), the customer with the billing address, "
                "the line items, the tax by rate, the total, and the description. The net "
                "amount of each line item is rounded half up to the smallest unit of the "
                "currency, then its tax; totals are the sums of the rounded amounts. "
                "Without -o html or a file that ends in .html the format is Markdown."};
}

}  // namespace

Command quote_print() {
    Command c = print_command("the quote");
    c.examples = {{"quote print q7 --out offer.html", "a page to print or to send"},
                  {"quote print q7 --language de", "Markdown in German"}};
    return c;
}

Command order_print() {
    Command c = print_command("the order");
    c.examples = {{"order print o3 --out order.html", "a confirmation of the order"},
                  {"order print o3 -o md | less", "read it in the terminal"}};
    return c;
}

}  // namespace crm::cmd
