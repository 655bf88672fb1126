#include "base/text.hpp"
#include "cmd/cli/change_each.hpp"
#include "cmd/knowledge/kb_words.hpp"
#include "knowledge/review.hpp"

#include <fmt/format.h>

/// kb publish, kb review: articles that readers may rely on.
namespace crm::cmd {
namespace {

knowledge::Reviewer reviewer(Session& session) {
    return {session.env.clock.today().iso(), session.operation_info({}).user};
}

int run_publish(Session& session, const Arguments& args) {
    const auto put = [&](Change&, store::Record& article) { knowledge::publish(article); };
    return change_each(session, args, {.put = put, .result = "published"});
}

int list_reviews(Session& session) {
    Rows rows(session, {"id",
                        Rows::Head("title").whole(),
                        "status",
                        "owner",
                        "reasons",
                        {"review_on", show::Shape::time},
                        {"reused", show::Shape::number},
                        {"helpful", show::Shape::number},
                        {"unhelpful", show::Shape::number}});
    const auto items = knowledge::review_list(session.store(), session.env.clock);
    const meta::Entity& users = session.model().with(meta::Role::user);
    for (const knowledge::ReviewItem& item : items)
        rows.row({meta::short_id(*item.article.entity, item.article.id), item.title, item.status,
                  item.owner == 0 ? Value() : Value(session.store().name(users, item.owner)),
                  text::joined(item.reasons, ", "),
                  item.review_on.empty() ? Value() : Value(item.review_on), item.reused,
                  item.helpful, item.unhelpful});
    rows.end();
    if (items.empty())
        session.remark_nothing("nothing to review");
    return 0;
}

/// When a confirmed article is due again.
std::string next_review(Session& session) {
    const std::string every = session.config.value("kb_review");
    const auto day =
        read_date("+" + (every.empty() ? std::string("1y") : every), session.env.clock);
    if (!day)
        throw day.error();
    return day->iso();
}

int run_review(Session& session, const Arguments& args) {
    const auto due = args.date("due", session.env.clock);
    const bool ok = args.flag("ok");
    if (args.words.empty() && !ok && !due)
        return list_reviews(session);
    if (!ok && !due)
        throw Error(Fault::usage, "missing", "kb review requires --ok or --due DATE",
                    "crm kb review k1 --ok, or --due +3mo");
    const std::string next = due ? due->iso() : next_review(session);
    const knowledge::Reviewer who = reviewer(session);
    const auto put = [&](Change&, store::Record& article) {
        if (ok)
            knowledge::confirm(article, who, next);
        else
            article.put_text("review_on", next);
    };
    const auto says = [&](const store::Record&, const store::Record&) { return "due " + next; };
    return change_each(session, args,
                       {.put = put, .result = ok ? "reviewed" : "updated", .says = says});
}

}  // namespace

Command kb_publish() {
    return {.help = "Publish articles",
            .needs = Needs::writing,
            .arguments = {articles_argument()},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the articles that the query finds"}},
            .run = run_publish,
            .details =
                "Draft or In Review becomes Published; published_on is today. With kb_four_eyes = "
                "\"yes\" in the configuration, who wrote the first or the last version is refused "
                "(exit 4), as with kb edit and any other command.",
            .examples = {{"kb publish k1", ""}, {"kb publish --where 'status:in-review'", ""}}};
}

Command kb_review() {
    return {.help = "List articles to review, or record that they were reviewed",
            .needs = Needs::writing,
            .arguments = {articles_argument()},
            .options = {{.name = "ok", .help = "they are still right"},
                        {.name = "due",
                         .kind = Kind::moment,
                         .value = "DATE",
                         .help = "when they are due again"},
                        {.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the articles that the query finds"}},
            .formats = formats::rows_with_id,
            .run = run_review,
            .details =
                "Without arguments it lists what is due (review_on has come), unused (published "
                "for 90 days without a use), contradicted (more votes against than for it, at "
                "least three in all), or has an owner who is gone. --ok sets reviewed_on and "
                "reviewed_by, and review_on as kb_review of the configuration says, by default a "
                "year from now. What is due is in crm today, too.",
            .examples = {{"kb review", "what to look at"},
                         {"kb review k1 --ok", "still right"},
                         {"kb review k1 --due +3mo", "not before"}}};
}

}  // namespace crm::cmd
