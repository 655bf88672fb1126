#include "base/text.hpp"
#include "campaign/letters.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/questions.hpp"

#include <fmt/format.h>

/// campaign letters: pages to print.
namespace crm::cmd {
namespace {

using store::Record;

void remark_letters(Session& session, const campaign::Letters& letters) {
    for (const auto& [member, missing] : letters.incomplete)
        session.remark(fmt::format("{} {}: no {}", member.short_id(),
                                   short_id_and_name(session, who_of(session, member)), missing));
    if (session.quiet)
        return;
    const std::size_t count = letters.members.size();
    std::string line = fmt::format("{} {}", count, count == 1 ? "letter" : "letters");
    if (!letters.incomplete.empty())
        line += fmt::format(", {} without a complete address", letters.incomplete.size());
    if (letters.sent > 0)
        line += fmt::format(", {} sent before", letters.sent);
    for (const auto& [why, members] : letters.left_out)
        line += fmt::format(", {} left out: {}", members, why);
    session.remark(line);
}

void confirm_sent(Session& session, const std::vector<Record>& members) {
    std::vector<std::string> ids;
    for (const Record& member : members)
        ids.push_back(member.short_id());
    require_confirmation(
        session, fmt::format("Mark {} member{} as Sent?", ids.size(), ids.size() == 1 ? "" : "s"),
        text::joined(ids, " "));
}

int run_letters(Session& session, const Arguments& args) {
    std::optional<store::Writer> writer;
    if (args.flag("sent"))
        writer.emplace(session.store(), session.operation_info(args.line));
    const Record campaign = campaign_named(session, args.words.front());
    campaign::LetterRequest request{.seller = session.config.value("seller"), .me = {}};
    if (const auto me = session.resolver().me())
        request.me = store::Found{&session.model().with(meta::Role::user), *me};
    const campaign::Letters letters =
        campaign::letters_of(session.resolver(), session.env.clock, campaign, request);
    if (writer && !letters.members.empty())
        confirm_sent(session, letters.members);
    const std::string file = args.text("out");
    if (!letters.members.empty() && file.empty())
        session.out.write(letters.html);
    if (!letters.members.empty() && !file.empty())
        write_file(file, letters.html, !session.dry_run);
    remark_letters(session, letters);
    if (writer) {
        for (const Record& member : letters.members)
            campaign::mark_sent(*writer, member);
        writer->commit();
    }
    return letters.incomplete.empty() ? 0 : static_cast<int>(Fault::rejected);
}

}  // namespace

Command campaign_letters() {
    return {
        .help = "Print the letters of a campaign, one page for each member",
        .needs = Needs::writing,
        .arguments = {{.name = "CAMPAIGN",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "a campaign of type Mail with a template of kind Letter"}},
        .options = {{.name = "out",
                     .kind = Kind::output_file,
                     .value = "FILE",
                     .help = "write to this file: letters.html"},
                    {.name = "sent", .help = "mark the members as Sent; asks first"}},
        .formats = formats::text,
        .run = run_letters,
        .details =
            "One HTML file to be printed from a browser: an A4 page for each member, the "
            "address in the window of an envelope (DIN 5008), the sender from the setting "
            "`seller`, date and text in the language of the recipient, filled as mail is. The "
            "address is that of the person, else of their company, in the order of its "
            "country. The last line of a letter abroad is the name of the country in capitals; "
            "one within the country of the setting `country` has none. Who has no street, "
            "city or postcode (in countries that have them) is named, and the exit is "
            "6. Each address gets one letter. To whom one has been sent, and whom campaign check "
            "leaves out for another "
            "reason (they object, an open ticket, another channel, the same address as another "
            "member), "
            "is counted. "
            "--sent marks the others; crm undo takes that back.",
        .examples = {{"campaign letters Invitations --out letters.html", "to look at and to print"},
                     {"campaign letters Invitations --out letters.html --sent -y",
                      "and mark the members as Sent"}}};
}

}  // namespace crm::cmd
