#include "cmd/report/mail_report.hpp"

#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/mail/recipient.hpp"
#include "cmd/mail/settings.hpp"
#include "cmd/report/catalogue.hpp"
#include "mail/write.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace crm::cmd {
namespace {

struct MailedReport {
    PrintedReport printed;
    std::string markdown;
    mail::Part file;
};

/// The report as text and as a file, in the same words that `crm report` would print.
MailedReport run_for_mail(Session& session, const Arguments& args, const std::string& name) {
    const std::string format = session.format.empty() ? "html" : session.format;
    MailedReport out;
    session.format = format;
    const auto print = [&] { out.printed = print_named_report(session, args, name); };
    out.file = {file_name(name, format), "", session.captured(print)};
    const std::string remarks = session.remarks();
    session.format = "md";
    out.markdown = session.captured(print);
    session.restore_remarks(remarks);
    session.format = format;
    return out;
}

std::string section(const MailedReport& report) {
    const bool is_empty = report.printed.rows == 0;
    return fmt::format("## {}\n\n{}\n", text::visible(report.printed.title),
                       is_empty ? "Nothing to show.\n" : report.markdown);
}

std::vector<mail::Recipient> recipients(Session& session, const Arguments& args) {
    std::vector<mail::Recipient> out;
    for (const std::string& word : session.references(args.list("to")))
        out.push_back(recipient(session, word));
    return out;
}

}  // namespace

void refuse_mail_options(const Arguments& args) {
    if (!args.list("to").empty() || args.flag("if-any"))
        throw Error(Fault::usage, "contradiction", "--to and --if-any belong to report mail",
                    "crm report mail REPORT… --to WHO");
}

int mail_reports(Session& session, const Arguments& args) {
    if (args.words.size() < 2 || args.list("to").empty())
        throw Error(Fault::usage, "missing", "report mail requires reports and --to",
                    "crm report mail pipeline won --to WHO");
    std::vector<std::string> titles;
    std::string body;
    std::size_t rows = 0;
    mail::WriteRequest request;
    for (std::size_t i = 1; i < args.words.size(); ++i) {
        MailedReport report = run_for_mail(session, args, args.words[i]);
        titles.push_back(report.printed.title);
        rows += report.printed.rows;
        body += section(report);
        request.attachments.push_back(std::move(report.file));
    }
    if (rows == 0 && args.flag("if-any"))
        return 0;
    session.format.clear();
    session.open(sql::Mode::writing);
    request.to = recipients(session, args);
    Change change(session, args);
    store::Record mail(session.model().get("mail"));
    const auto put = [&](std::string_view field, Value value) {
        mail.put(*mail.entity->find(field), {std::move(value)});
    };
    put("subject",
        fmt::format("{}, {}", text::joined(titles, ", "), with_weekday(session.env.clock.today())));
    put("body", std::move(body));
    put("from", default_sender(session).address);
    put("automatic", std::int64_t{1});
    const auto written = mail::write(change.writer, session.resolver(), mail, request).front();
    change.report.add(*written.mail, "queued",
                      fmt::format("{} to {}", written.mail->label(), written.to));
    return change.end();
}

}  // namespace crm::cmd
