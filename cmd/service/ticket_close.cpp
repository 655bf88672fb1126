#include "cmd/cli/change_each.hpp"
#include "cmd/service/ticket_words.hpp"
#include "knowledge/solution.hpp"

#include <fmt/format.h>

/// ticket close: tickets that are solved, rejected or duplicates.
namespace crm::cmd {
namespace {

void add_article(Session& session, Change& change, const store::Record& ticket,
                 const std::string& title) {
    if (const auto known = knowledge::article_from(session.store(), ticket))
        return change.report.add(*known, "unchanged");
    knowledge::Solution solution = knowledge::solution_of(session.store(), ticket, title);
    change.writer.add(solution.article);
    change.report.add(solution.article, "added", solution.article.label());
    if (session.quiet)
        return;
    for (const knowledge::Redaction::Replaced& one : solution.replaced)
        session.remark(fmt::format("replaced {} by {} ({} place{})", one.text, one.mark, one.places,
                                   one.places == 1 ? "" : "s"));
}

void check_article_options(const Arguments& args) {
    if (args.has("title") && !args.flag("as-article"))
        throw Error(Fault::usage, "missing", "--title requires --as-article",
                    "crm ticket close t1 --as-article --title 'Paper jams'");
    for (const std::string_view option : {"rejected", "duplicate-of"})
        if (args.has(option) && args.flag("as-article"))
            throw Error(Fault::usage, "contradiction",
                        fmt::format("--as-article and --{} contradict each other", option),
                        "leave one out");
}

int run_ticket_close(Session& session, const Arguments& args) {
    check_article_options(args);
    service::Closing closing{.resolution = args.text("resolution"),
                             .rejected = args.flag("rejected")};
    const meta::Entity& articles = session.model().get("kb");
    for (const std::string& reference : args.list("used"))
        closing.used.push_back(
            load_not_deleted(session, resolve_reference(session, &articles, reference)).id);
    if (args.has("duplicate-of")) {
        if (closing.rejected)
            throw Error(Fault::usage, "contradiction",
                        "--rejected and --duplicate-of contradict each other", "leave one out");
        closing.duplicate_of = load_not_deleted(
            session, resolve_reference(session, args.noun, args.text("duplicate-of")));
    }
    const auto put = [&](Change&, store::Record& ticket) { service::close(ticket, closing); };
    const auto follow = [&](Change& change, const store::Record& ticket) {
        if (args.flag("as-article"))
            add_article(session, change, ticket, args.text("title"));
    };
    return change_each(session, args, {.put = put, .result = "closed", .follow = follow});
}

}  // namespace

Command ticket_close() {
    return {.help = "Close tickets",
            .needs = Needs::writing,
            .arguments = {tickets_argument()},
            .options = {{.name = "resolution",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "how it was solved"},
                        {.name = "used",
                         .kind = Kind::any_reference,
                         .value = "KB",
                         .help = "an article that solved it; may be given several times",
                         .many = true},
                        {.name = "duplicate-of",
                         .kind = Kind::reference,
                         .value = "REF",
                         .help = "it reports the same as this ticket: Duplicate"},
                        {.name = "rejected", .help = "it is not solved, but Rejected"},
                        {.name = "as-article",
                         .help = "add the draft of an article, without what tells the customer"},
                        {.name = "title",
                         .kind = Kind::word,
                         .value = "TITLE",
                         .help = "the title of the article; default: the subject"},
                        where_option()},
            .run = run_ticket_close,
            .details =
                "Closing requires a resolution: the one given here, the one that the "
                "ticket has, or an article that was used; the field used has the articles. A "
                "duplicate gets the other ticket as its parent. closed_at "
                "and closed_by say when and by whom; all clocks of the ticket end.\n\n"
                "--as-article adds an article with status Draft and kind Solution: the customer's "
                "words as symptom and problem, a note that begins with Cause:, the resolution and "
                "the last answer. Names, companies, addresses, numbers, serial numbers and "
                "references of the customer are replaced, greetings, signatures and quoted history "
                "left out. What was replaced is listed on standard error: check it before you "
                "publish the article.",
            .examples = {{"ticket close t1 --resolution 'Replaced the seal'", ""},
                         {"ticket close t1 --used 'Paper jams'", "an article had the answer"},
                         {"ticket close t2 --resolution 'Cleaned the fuser' --as-article",
                          "and write it down for the next one"},
                         {"ticket close t7 --duplicate-of t1", "reported twice"}}};
}

}  // namespace crm::cmd
