#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/marketing/consent_words.hpp"
#include "mail/unsubscribe.hpp"

#include <fmt/format.h>

/// suppress: who must not get mail, calls or letters.
namespace crm::cmd {
namespace {

people::Statement objection(const Arguments& args) {
    return {.topic = std::string(text::trimmed(args.text("topic"))), .basis = args.text("why")};
}

int add_objections(Session& session, const Arguments& args) {
    people::Statement statement = objection(args);
    statement.source = "suppress add";
    const PointsGiven given = points_given(session, args, channel_given(args));
    store::Writer writer(session.store(), session.operation_info(args.line));
    ConsentReport report(session, "suppressed");
    for (const people::ContactPoint& point : given.points)
        report.add(point, statement.topic, people::object(writer, point, statement));
    writer.commit();
    report.print();
    return given.end(session);
}

int import_objections(Session& session, const Arguments& args) {
    people::Statement statement = objection(args);
    statement.source = source_of(args);
    return import_addresses(session, args,
                            [&](store::Writer& writer, const people::ContactPoint& point) {
                                return people::object(writer, point, statement);
                            });
}

int list_suppressed(Session& session, const Arguments& args) {
    if (!args.words.empty())
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(args.words.front(), 40)),
                    "crm suppress show ADDRESS shows one");
    store::ConsentLedger ledger(session.store());
    const std::string topic = args.text("topic");
    const auto lines = ledger.suppressions(
        channel_given(args),
        args.has("topic") ? std::optional<std::string_view>(topic) : std::nullopt);
    Rows rows(session, {Rows::Head("address").whole(),
                        Rows::Head("channel").detail(),
                        "topic",
                        "act",
                        {"at", show::Shape::time},
                        Rows::Head("source").detail(),
                        "who"});
    for (const store::ConsentLine& line : lines) {
        const auto who = people::owner_of(session.store(), {line.channel, line.address});
        rows.row({line.address.empty() ? line.key.substr(0, 16) : line.address,
                  std::string(store::channel_word(line.channel)),
                  line.topic.empty() ? Value() : Value(line.topic), line.act, line.at,
                  line.source.empty() ? Value() : Value(line.source),
                  who ? Value(fmt::format("{} {}", meta::short_id(*who->entity, who->id),
                                          session.store().name(*who->entity, who->id)))
                      : Value()});
    }
    rows.end();
    if (lines.empty())
        session.remark_nothing("nobody is suppressed");
    return lines.empty() && args.flag("exit-empty") ? 1 : 0;
}

int take_unsubscribe_tokens(Session& session, const Arguments& args) {
    const bool everything = args.flag("all");
    return use_tokens(session, args, "suppressed",
                      [&](store::Writer& writer, const std::string& given,
                          std::string& address) -> std::optional<bool> {
                          std::string_view token = given;
                          for (const std::string_view key : {"unsubscribe_url", "unsubscribe_mail"})
                              token = mail::token_within(token, session.config.value(key));
                          auto done = mail::unsubscribe(writer, token, everything);
                          if (!done)
                              return {};
                          address = std::move(done->address);
                          return done->changed;
                      });
}

int run_suppress(Session& session, const Arguments& args) {
    static constexpr SubCommand among[] = {{"add", add_objections},
                                           {"import", import_objections},
                                           {"list", list_suppressed},
                                           {"show", show_acts},
                                           {"token", take_unsubscribe_tokens}};
    return run_sub_command(session, args, among,
                           "only their owner can lift it: crm consent add ADDRESS --basis 'asked "
                           "for it' --proof FILE");
}

bool suppress_only_reads(const Arguments& args) {
    return !args.words.empty() && (args.words.front() == "list" || args.words.front() == "show");
}

}  // namespace

Command suppress_command() {
    return {
        .help = "Addresses and numbers whose owners object: add, import, list, show, token",
        .needs = Needs::writing,
        .arguments = {{.name = "add|import|list|show|token",
                       .kind = Kind::word,
                       .required = true,
                       .help = "add addresses, read a file of them, list them, show the history "
                               "of one, or take the tokens of links to unsubscribe"},
                      {.name = "ADDRESS|NUMBER|@DOMAIN|WHO|FILE|TOKEN…",
                       .kind = Kind::word,
                       .many = true,
                       .help = "who; records stand for their e-mail addresses, numbers and postal "
                               "address; - reads from standard input"}},
        .options = {channel_option(),
                    topic_option("only about this; without it, everything"),
                    {.name = "why", .kind = Kind::word, .value = "TEXT", .help = "the reason"},
                    column_option(),
                    {.name = "all", .help = "token: from everything, not only the topic"},
                    exit_empty_option("list, show: exit 1 when there is nothing")},
        .formats = formats::rows,
        .only_reads = suppress_only_reads,
        .run = run_suppress,
        .complete = complete_consent_words,
        .details =
            "What is suppressed gets nothing: it is asked for when mail is queued and again when "
            "it leaves, and before a number is dialled. An e-mail address counts in any case, and "
            "for addresses that differ from it by +tag; a number in any notation; @acme.example is "
            "every address there. A record stands for its mail addresses, numbers and postal "
            "address, with --channel only for those of that channel. In a list (-) the good ones "
            "count, the others are named, and the exit code is 6. Nothing takes it back but the "
            "owner: no edit, import, merge, "
            "undo, restore or erasure. There is no suppress rm: crm consent add with a proof. The "
            "undo of suppress add is refused (exit 4).\n\n"
            "import reads a list or a table in any encoding; the column that has most addresses is "
            "taken, of those first whose header says so (E-mail, Phone); where two have as many, "
            "it "
            "is refused (exit 4) and --column says which. Rows without one are named, and the exit "
            "code is 6; a file in no known "
            "encoding is refused (exit 4) and nothing is added.\n\n"
            "token takes what a web server or a mail filter passes on from links to unsubscribe: "
            "the owner objects to the topic of the campaign (with --all to everything), and the "
            "member has opted out. A forged token is exit 1; in a list the others count, and the "
            "exit code is 6. Only a POST may be passed on, since mail scanners open every link: "
            "the README has the configuration for nginx and Caddy.",
        .examples = {{"suppress add lena@acme.example --why 'told us on the phone'", ""},
                     {"suppress add @competitor.example", "a whole domain"},
                     {"suppress add c1 --topic newsletter", "all addresses of a contact"},
                     {"suppress import unsubscribed.csv --column 'Email Address'", ""},
                     {"suppress list --channel phone", "numbers that must not be called"},
                     {"suppress show lena@acme.example", "what was said, and when"},
                     {"suppress token - < tokens.txt", "from the log of the web server"}}};
}

}  // namespace crm::cmd
