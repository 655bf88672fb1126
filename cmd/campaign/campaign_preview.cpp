#include "base/file.hpp"
#include "campaign/test_mail.hpp"
#include "cmd/campaign/campaign_mail.hpp"
#include "cmd/campaign/campaign_words.hpp"
#include "cmd/mail/settings.hpp"
#include "mail/gmime.hpp"

#include <fmt/format.h>

/// campaign preview: what somebody would get.
namespace crm::cmd {
namespace {

using store::Record;

int run_preview(Session& session, const Arguments& args) {
    const Record campaign = campaign_named(session, args.words[0]);
    const std::optional<store::Found> who = reader_given(session, args);
    const auto texts = mail_texts(session, campaign, who);
    const campaign::Sending sending = campaign_sending(session, campaign);
    const mail::Message message =
        campaign::preview(session.store(), campaign, *texts, sending, send_options(session).sender,
                          {"", who, args.number("step", 1).value_or(1),
                           mail::unsubscribe_link_of_test(unsubscribe_settings(session))},
                          session.env.clock.now);
    if (const auto fault = mail::header_fault(message))
        throw Error(Fault::refused, "invalid_value", *fault);
    if (args.has("out")) {
        NewFile file(args.text("out"));
        file.write(mail::composed(message));
        file.replace();
        return 0;
    }
    const std::string part = args.has("part") ? args.text("part") : "text";
    if (part == "source")
        session.out.write(mail::composed(message));
    else if (part == "html")
        session.out.write(message.html);
    else
        session.out.write(fmt::format("To: {}\nSubject: {}\n\n{}", message.to.front().address,
                                      message.subject, message.text));
    return 0;
}

}  // namespace

Command campaign_preview() {
    return {.help = "Show the mail that a member of a campaign would get",
            .needs = Needs::reading,
            .arguments = {{.name = "CAMPAIGN",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the campaign"},
                          {.name = "WHO",
                           .kind = Kind::any_reference,
                           .help = "the member, or whom they are; by default the first"}},
            .options = {{.name = "part",
                         .kind = Kind::choice,
                         .value = "PART",
                         .help = "what is shown of it: text",
                         .words = {"text", "html", "source"}},
                        {.name = "step",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "the mail of this step"},
                        {.name = "out",
                         .kind = Kind::output_file,
                         .value = "FILE",
                         .help = "write the whole message to a file: mail.eml"}},
            .run = run_preview,
            .details = "The link to unsubscribe leads nowhere, and nothing changes.",
            .examples = {{"campaign preview Spring", ""},
                         {"campaign preview Spring ada@acme.example --out mail.eml", ""}}};
}

}  // namespace crm::cmd
