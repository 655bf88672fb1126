#include "base/text.hpp"
#include "calendar/digest.hpp"
#include "cmd/calendar/whose.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/mail/settings.hpp"
#include "mail/digest.hpp"
#include "mail/home.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

/// remind: a digest of what is due for each user, once.
namespace crm::cmd {
namespace {

using calendar::Digest;

/// Everybody, unless somebody is named.
calendar::Whose reminded(Session& session, const Arguments& args) {
    if (args.has("of") || args.has("team") || args.flag("all"))
        return whose(session, args);
    return {};
}

std::vector<Digest> find_digests(Session& session, const Arguments& args) {
    const std::string to = args.text("to");
    if (!to.empty() && !meta::is_email(to))
        throw Error(Fault::usage, "invalid_value",
                    fmt::format("--to: '{}' is not an e-mail address",
                                text::visible(text::clipped(to, 60))),
                    "--to ada@acme.example");
    return calendar::digests(session.resolver(), session.env.clock, reminded(session, args), to);
}

bool is_any(const std::vector<Digest>& digests) {
    return std::ranges::any_of(digests, [](const Digest& one) { return !one.items.empty(); });
}

void print_digests(Session& session, const std::vector<Digest>& digests) {
    Rows rows(session, {"user", {"when", show::Shape::time}, "noun", "what", "id", "name"});
    for (const Digest& digest : digests)
        for (const calendar::DigestItem& one : digest.items)
            rows.row({digest.name, one.item.when, one.item.noun, one.item.what, one.item.id,
                      one.item.name});
    rows.end();
}

/// Without an address nothing is sent, and nothing counts as told.
void leave_out_without_address(Session& session, std::vector<Digest>& digests) {
    std::erase_if(digests, [&](const Digest& one) {
        if (!one.to.empty() || !one.address.empty())
            return false;
        if (session.verbose)
            session.remark(fmt::format("u{} {} has no e-mail address", one.user, one.name));
        return true;
    });
}

/// Queues a mail for each digest that has something new, in one transaction with what says that it
/// was told; what is new is looked up again within it, so that two runs at once tell it once.
bool queue(Session& session, const Arguments& args) {
    const mail::Address from = default_sender(session);
    store::Writer writer(session.store(), session.operation_info(args.line));
    std::vector<Digest> digests = find_digests(session, args);
    leave_out_without_address(session, digests);
    bool all = true;
    for (const Digest& digest : digests) {
        for (const std::string& warning : digest.warnings)
            session.remark(warning);
        if (digest.items.empty()) {
            calendar::keep_told(session.store(), digest);
            continue;
        }
        const mail::Written written = mail::write_digest(writer, session.resolver(), digest, from);
        if (written.mail)
            continue;
        all = false;
        session.remark(fmt::format("{} {}", written.to, written.fault));
    }
    writer.commit();
    return all;
}

/// A day without anything new is remembered, too: what comes up later on it is not missed.
void keep_days(Session& session, const std::vector<Digest>& digests) {
    if (std::ranges::none_of(digests, &Digest::first_of_day))
        return;
    sql::Transaction transaction(session.store().db(), session.lock_wait);
    for (const Digest& digest : digests)
        calendar::keep_told(session.store(), digest);
    transaction.commit();
}

int run_remind(Session& session, const Arguments& args) {
    std::vector<Digest> digests = find_digests(session, args);
    if (!args.flag("mail") || session.dry_run) {
        if (is_any(digests) || !args.flag("if-any"))
            print_digests(session, digests);
        if (!is_any(digests))
            session.remark_nothing("nothing is due");
        return 0;
    }
    mail::require_home(session.store());
    leave_out_without_address(session, digests);
    bool all = true;
    if (is_any(digests))
        all = queue(session, args);
    else
        keep_days(session, digests);
    const int code = send_mail(session, send_options(session), std::nullopt);
    return all ? code : static_cast<int>(Fault::rejected);
}

}  // namespace

Command remind_command() {
    Command c{
        .help = "Send each user a digest of what is due",
        .needs = Needs::writing,
        .options = whose_options(),
        .formats = formats::rows,
        .run = run_remind,
        .details =
            "Without --mail it prints what would be sent now, and changes nothing. With --mail "
            "each "
            "active user gets one mail, as text and HTML with the day as agenda.ics: what is "
            "overdue and due today as crm today has it, promises, meetings and visits in which "
            "they take part, reminders that have come, what is to be renewed, birthdays. What "
            "belongs to nobody goes to the users without a manager. Then the mail leaves, as "
            "crm mail send does it, and with its exit codes.\n\n"
            "Made for cron: a user is told of an item once a day, however often the command runs, "
            "also at the same time, and when it is killed. A later run of the day sends only what "
            "has come up since. When it did not run, birthdays, meetings and reminders of up to "
            "seven days come later, with their day. When there is nothing new there is no mail and "
            "no output. Days are those of the user's zone; digest_at of a user is the time before "
            "which nothing is sent. crm undo takes back a digest that has not left; it is not made "
            "again on that day.",
        .examples = {
            {"remind", "what would be sent now"},
            {"remind --mail", "in a crontab, every hour"},
            {"remind --mail --team Sales --to lead@acme.example", "to the head of a team"}}};
    for (Option option : std::vector<Option>{
             {.name = "mail", .help = "send it"},
             {.name = "to",
             .kind = Kind::word,
             .value = "ADDRESS",
             .help = "send the digests of the users there"},
             {.name = "if-any", .help = "print nothing, not even a header, when nothing is due"}})
        c.options.push_back(option);
    return c;
}

}  // namespace crm::cmd
