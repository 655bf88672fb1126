#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/mail/recipient.hpp"
#include "cmd/mail/settings.hpp"
#include "cmd/marketing/consent_words.hpp"
#include "mail/consent_request.hpp"
#include "mail/unsubscribe.hpp"
#include "store/attachment.hpp"

#include <fmt/format.h>

#include <filesystem>

/// consent: who agreed to get mail, calls or letters.
namespace crm::cmd {
namespace {

/// A file that is there, else the text itself.
std::string bytes_of_proof(const Arguments& args) {
    const std::string given = args.text("proof");
    std::error_code failed;
    if (std::filesystem::is_regular_file(given, failed))
        return read_file(given, store::largest_attachment);
    return std::string(text::trimmed(given));
}

people::Statement agreement(const Arguments& args) {
    return {.topic = std::string(text::trimmed(args.text("topic"))),
            .basis = std::string(text::trimmed(args.text("basis")))};
}

[[noreturn]] void consent_lacks(std::string_view verb, std::string_view option) {
    throw Error(Fault::usage, "missing", fmt::format("consent {} requires {}", verb, option),
                "crm consent add ada@acme.example --basis 'asked at the fair' --proof form.pdf");
}

int add_agreements(Session& session, const Arguments& args) {
    people::Statement statement = agreement(args);
    const std::string proof = bytes_of_proof(args);
    if (proof.empty())
        consent_lacks("add", "--proof: a file or a text that shows it");
    if (statement.basis.empty())
        consent_lacks("add", "--basis: why it may be used");
    statement.source = "consent add";
    // A record agrees to mail, unless another channel is given: consent is not assumed.
    const PointsGiven given =
        points_given(session, args, channel_given(args).value_or(store::Channel::mail));
    const auto& points = given.points;
    store::Writer writer(session.store(), session.operation_info(args.line));
    statement.proof = writer.keep_blob(proof);
    ConsentReport report(session, "agreed");
    std::vector<people::Agreed> agreed;
    for (const people::ContactPoint& point : points)
        agreed.push_back(people::agree(writer, point, statement));
    std::string remarks;
    for (std::size_t i = 0; i < points.size(); ++i) {
        report.add(points[i], statement.topic, agreed[i].changed);
        for (const store::Record& who : agreed[i].flags_off)
            remarks += fmt::format(
                "{}{} of {} {} is off", remarks.empty() ? "" : "\n",
                points[i].channel == store::Channel::mail ? "do_not_mail" : "do_not_call",
                who.short_id(), who.label());
    }
    for (const people::ContactPoint& point : points)
        if (const auto act =
                writer.consent().suppressed(point.channel, point.address, statement.topic))
            remarks += fmt::format("{}{} stays suppressed ({})", remarks.empty() ? "" : "\n",
                                   text::visible(point.address), *act);
    writer.commit();
    report.print();
    if (!remarks.empty())
        session.remark(std::move(remarks));
    return given.end(session);
}

int import_agreements(Session& session, const Arguments& args) {
    people::Statement statement = agreement(args);
    const std::string proof = bytes_of_proof(args);
    if (proof.empty())
        consent_lacks("import", "--proof: a file or a text that shows it");
    statement.source = source_of(args);
    return import_addresses(session, args,
                            [&](store::Writer& writer, const people::ContactPoint& point) {
                                if (statement.proof.empty())
                                    statement.proof = writer.keep_blob(proof);
                                return people::agree(writer, point, statement).changed;
                            });
}

int request_agreement(Session& session, const Arguments& args) {
    if (args.words.size() != 1)
        throw Error(Fault::usage, "missing", "consent request requires one record or address",
                    "crm consent request c1 --topic newsletter");
    mail::ConsentRequest request;
    request.topic = text::trimmed(args.text("topic"));
    if (request.topic.empty())
        consent_lacks("request", "--topic: what the mail will be about");
    request.url = session.config.value("confirm_url");
    mail::require_confirm_url(request.url);
    request.from = default_sender(session).address;
    request.to = recipient(session, args.words.front());
    Change change(session, args);
    const mail::Written written = mail::request_consent(change.writer, session.resolver(), request);
    const std::string subject = fmt::format("{} to {}", written.mail->label(), written.to);
    change.writer.commit();
    if (!session.quiet)
        session.out.write(fmt::format("{} {} {}\n", session.dry_run ? "would queue" : "queued",
                                      written.mail->short_id(), text::visible(subject)));
    return 0;
}

int take_confirm_tokens(Session& session, const Arguments& args) {
    return use_tokens(session, args, "confirmed",
                      [&](store::Writer& writer, const std::string& given,
                          std::string& address) -> std::optional<bool> {
                          auto done = mail::confirm_consent(
                              writer,
                              mail::token_within(given, session.config.value("confirm_url")));
                          if (!done)
                              return {};
                          address = std::move(done->address);
                          return done->changed;
                      });
}

int run_consent(Session& session, const Arguments& args) {
    static constexpr SubCommand among[] = {{"add", add_agreements},
                                           {"request", request_agreement},
                                           {"confirm", take_confirm_tokens},
                                           {"show", show_acts},
                                           {"import", import_agreements}};
    return run_sub_command(session, args, among, "crm suppress add ADDRESS ends a consent");
}

bool consent_only_reads(const Arguments& args) {
    return !args.words.empty() && args.words.front() == "show";
}

}  // namespace

Command consent_command() {
    return {
        .help = "Who agreed to get mail, with proof: add, request, confirm, show, import",
        .needs = Needs::writing,
        .arguments = {{.name = "add|request|confirm|show|import",
                       .kind = Kind::word,
                       .required = true,
                       .help = "add what somebody agreed to, ask somebody by mail, take the tokens "
                               "of links to confirm, show what was said, or read a file of "
                               "addresses"},
                      {.name = "ADDRESS|WHO|TOKEN|FILE…",
                       .kind = Kind::word,
                       .many = true,
                       .help = "who; records stand for their e-mail addresses, with --channel "
                               "for their numbers or postal address; - reads from standard "
                               "input"}},
        .options = {channel_option(),
                    topic_option("only for mail about this; without it, for all"),
                    {.name = "basis",
                     .kind = Kind::word,
                     .value = "TEXT",
                     .help = "why the address may be used: 'asked at the fair'"},
                    {.name = "proof",
                     .kind = Kind::word,
                     .value = "TEXT|FILE",
                     .help = "what shows it: a file, which is kept, or a text"},
                    column_option(),
                    exit_empty_option("show: exit 1 when there is nothing")},
        .formats = formats::rows,
        .only_reads = consent_only_reads,
        .run = run_consent,
        .complete = complete_consent_words,
        .details =
            "Campaigns with consent=opt-in go only to who agreed, with consent=double only to who "
            "confirmed that by a link in a mail. add requires a proof (exit 2 without) and lifts "
            "what the owner of that very address had objected to. Proofs are kept by their "
            "SHA-256. request queues a mail with a link from confirm_url; confirm takes the tokens "
            "that come back, as crm suppress token does. A token is refused (exit 4) where the "
            "owner has objected since. An ended consent is crm suppress add --topic.",
        .examples = {
            {"consent add ada@acme.example --basis 'asked at the fair' --proof form.pdf", ""},
            {"consent add c1 --topic newsletter --basis contract --proof 'signed on paper'", ""},
            {"consent request c1 --topic newsletter", "double opt-in: ask by mail"},
            {"consent confirm - < tokens.txt", "from the log of the web server"},
            {"consent import list.csv --topic newsletter --proof 'form of 2026'", ""},
            {"consent show ada@acme.example", "every act, oldest first"}}};
}

}  // namespace crm::cmd
