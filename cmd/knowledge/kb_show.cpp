#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "knowledge/versions.hpp"
#include "mail/markdown.hpp"
#include "show/article_page.hpp"

#include <fmt/format.h>

/// kb show: articles in full, also as a page to read.
namespace crm::cmd {

Command record_show();

namespace {

std::vector<std::string> facts_of(Session& session, const store::Record& article) {
    std::vector<std::string> out{article.short_id()};
    for (const std::string_view name : {"kind", "status", "language"})
        if (!article.text(name).empty())
            out.push_back(article.text(name));
    const meta::FieldInfo& product = article.field("product");
    if (article.number(product) != 0)
        out.push_back(session.store().name(*product.to, article.number(product)));
    const auto versions = knowledge::versions_of(article);
    if (!versions.empty())
        out.push_back(fmt::format("version {}, {}", versions.back().number,
                                  session.env.clock.day(versions.back().at).iso()));
    return out;
}

void print_articles(Session& session, const std::vector<store::Record>& articles) {
    std::vector<show::Article> out;
    for (const store::Record& article : articles)
        out.push_back({.language = article.text("language"),
                       .title = article.text("title"),
                       .facts = facts_of(session, article),
                       .symptom = article.text("symptom"),
                       .body = show::safe_html(mail::render_markdown(article.text("body")).html)});
    session.out.write(show::article_page(out));
}

void print_markdown(Session& session, const std::vector<store::Record>& articles) {
    for (const store::Record& article : articles) {
        std::string out = &article == &articles.front() ? "" : "\n";
        out += fmt::format("# {}\n\n{}\n", article.text("title"),
                           text::joined(facts_of(session, article), " · "));
        if (!article.text("symptom").empty()) {
            out += "\n";
            for (const std::string_view line : text::split(article.text("symptom"), '\n'))
                out += fmt::format("> {}\n", line);
        }
        if (!article.text("body").empty())
            out += fmt::format("\n{}\n", article.text("body"));
        session.out.write(text::visible(out, true));
    }
}

int run_kb_show(Session& session, const Arguments& args) {
    const bool is_text = session.format == "html" || session.format == "md";
    if (!is_text || !session.fields.empty())
        return record_show().run(session, args);
    std::vector<store::Record> articles;
    for (const std::string& reference : session.references(args.words)) {
        const store::Found found = resolve_reference(session, args.noun, reference);
        articles.push_back(session.store().get(*found.entity, found.id));
    }
    session.format == "html" ? print_articles(session, articles)
                             : print_markdown(session, articles);
    return 0;
}

}  // namespace

Command kb_show() {
    Command c = record_show();
    c.help = "Show articles in full, also as a page to read";
    c.run = run_kb_show;
    c.details =
        "With -o html a page of the articles, with -o md their Markdown; with -F as well, a table. "
        "The page has no scripts and loads nothing: HTML in an article is left out, and so are "
        "pictures, and links that are neither http, https, mailto nor tel. Without a format, the "
        "fields that have a value, then the records around the article.";
    c.examples = {{"kb show k1", ""},
                  {"kb show k1 -o html > k1.html", "a page"},
                  {"kb list status:published -o ids | crm kb show - -o md", "all as Markdown"}};
    return c;
}

}  // namespace crm::cmd
