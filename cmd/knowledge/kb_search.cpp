#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/ranking.hpp"

#include <fmt/format.h>

/// kb search, ticket suggest: the articles that answer a question.
namespace crm::cmd {
namespace {

constexpr std::int64_t default_limit = 10;

void print_ranked(Session& session, const std::vector<knowledge::Ranked>& ranked) {
    const auto factor = [](const char* title) {
        return Rows::Head(title, show::Shape::number).detail();
    };
    Rows rows(session, {"id",
                        Rows::Head("title").whole(),
                        "status",
                        {"score", show::Shape::number},
                        factor("text"),
                        factor("success"),
                        factor("product"),
                        factor("freshness"),
                        "piece"});
    const auto number = [](double value) { return fmt::format("{:.3f}", value); };
    for (const knowledge::Ranked& one : ranked)
        rows.row({meta::short_id(*one.article.entity, one.article.id), one.title, one.status,
                  number(one.score), number(one.text), number(one.success), number(one.product),
                  number(one.freshness), one.piece});
    rows.end();
}

int run_search(Session& session, const Arguments& args) {
    knowledge::Question question{
        .language = args.text("language"),
        .limit = static_cast<std::size_t>(args.number("limit", 1).value_or(default_limit))};
    if (args.has("product"))
        question.product = resolve_reference(session, &session.model().with(meta::Role::product),
                                             args.text("product"))
                               .id;
    const auto ranked = knowledge::search(session.store(), session.env.clock, args.words, question);
    print_ranked(session, ranked);
    if (ranked.empty())
        session.remark_nothing("nothing found; crm kb miss WORDS records it");
    return 0;
}

int run_suggest(Session& session, const Arguments& args) {
    const store::Record ticket =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const auto ranked = knowledge::suggest(
        session.store(), session.env.clock, ticket,
        static_cast<std::size_t>(args.number("limit", 1).value_or(default_limit)));
    print_ranked(session, ranked);
    if (ranked.empty())
        session.remark_nothing("no article has words of this ticket");
    return 0;
}

constexpr std::string_view score_details =
    "score = text * success * product * freshness. text is BM25 (k1 1.2, b 0.75), in which a word "
    "in the title counts 8, in keywords and symptom 6, elsewhere 1. success is 1 + reused / "
    "(reused + 5) * (helpful + 1) / (helpful + unhelpful + 2). product is 1.5 for the same "
    "product. freshness is halved in 730 days since the last version or review, and at least 0.5; "
    "it is 0.5 once review_on has passed, and of equal scores such an article is the last. "
    "Published articles come first; archived ones are left out. A terminal shows the factors only "
    "with -F: -F id,title,score,text,success,product,freshness.";

std::string explain_score() {
    return "\n\n" + std::string(score_details);
}

Option limit_option() {
    return {
        .name = "limit", .kind = Kind::number, .value = "N", .help = "the best N; 10 by default"};
}

}  // namespace

Command kb_search() {
    return {.help = "Search articles, best answers first",
            .needs = Needs::reading,
            .arguments = {{.name = "WORDS",
                           .kind = Kind::word,
                           .required = true,
                           .many = true,
                           .help = "words that must all occur; neu* finds words that begin with "
                                   "neu"}},
            .options = {limit_option(),
                        {.name = "product",
                         .kind = Kind::any_reference,
                         .value = "PRODUCT",
                         .help = "what the question is about: its articles count more"},
                        {.name = "language",
                         .kind = Kind::value,
                         .value = "TAG",
                         .help = "of two translations the one in this language comes first",
                         .noun = "kb",
                         .field = "language"}},
            .formats = formats::rows_with_id,
            .run = run_search,
            .details =
                "Words are compared as in crm search: without case and accents, Chinese, Japanese "
                "and Korean by any two characters. Of more than 400 articles that have the words "
                "only those with them in the title are ranked, and of the others the newest. A "
                "search changes nothing.",
            .explain = explain_score,
            .examples = {{"kb search 'paper jam'", ""},
                         {"kb search jam --language de --limit 3", "German first"}}};
}

Command ticket_suggest() {
    return {.help = "Suggest articles for a ticket",
            .needs = Needs::reading,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the ticket"}},
            .options = {limit_option()},
            .formats = formats::rows_with_id,
            .run = run_suggest,
            .details =
                "Articles that have some of the twelve rarest words of subject and description, "
                "best first; words of the customer's name and address are left out. Words that "
                "more than an eighth of the articles have count only where there is no other; in a "
                "large knowledge base the newest articles tell how rare a word is, and the 400 "
                "with the rarest words are ranked. Of two translations the one in the language of "
                "the contact comes first.",
            .explain = explain_score,
            .examples = {{"ticket suggest t1", ""},
                         {"ticket suggest t1 --limit 1 -o ids", "the best one"}}};
}

}  // namespace crm::cmd
