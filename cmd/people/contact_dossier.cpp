#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/select.hpp"
#include "people/dossier.hpp"

#include <fmt/format.h>

/// contact dossier: everything that is stored about one person.
namespace crm::cmd {
namespace {

int run_contact_dossier(Session& session, const Arguments& args) {
    const store::Found person = resolve_reference(session, args.noun, args.words[0]);
    const people::Dossier dossier = people::dossier(session.store(), session.env.clock, person);
    const std::string text = session.format == "html"
                                 ? people::dossier_html(dossier, session.env.clock.today().iso())
                                 : people::dossier_json(dossier);
    if (!args.has("out")) {
        session.out.write(text);
        return 0;
    }
    FileWriter file(args.text("out"), !session.dry_run);
    file.write(text);
    file.commit();
    const std::size_t count = dossier.records.size();
    if (!session.quiet)
        session.remark(fmt::format("{} {} {}written to {}", count,
                                   count == 1 ? "record" : "records",
                                   session.dry_run ? "would be " : "", args.text("out")));
    return 0;
}

}  // namespace

Command contact_dossier() {
    return {
        .help = "Export everything that is stored about one person",
        .needs = Needs::reading,
        .arguments =
            {{.name = "CONTACT", .kind = Kind::reference, .required = true, .help = "the person"}},
        .options = {{.name = "out",
                     .kind = Kind::output_file,
                     .value = "FILE",
                     .help = "write to this file; standard output by default"}},
        .formats = formats::dossier,
        .run = run_contact_dossier,
        .details =
            "Contains the person's record, every record that links to it (of other people only "
            "id and name), leads and e-mails with their addresses, also from the trash, and "
            "the history of their own record: what a person may ask for under article 15 of "
            "the GDPR. Written as JSON, or with `-o html` as one page for printing.",
        .examples = {
            {"contact dossier ada@acme.example -o html --out ada.html", "to send to the person"},
            {"contact dossier c12 | jq '.records[].record.id'", "the ids of all records"}}};
}

}  // namespace crm::cmd
