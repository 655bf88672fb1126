#include "show/article_page.hpp"

#include "base/text.hpp"

namespace crm::show {
namespace {

void add_article(const Article& article, Html& out) {
    out += "<article>\n<h1>";
    out += escaped(text::visible(article.title));
    out += "</h1>\n<p class=\"facts\">";
    out += escaped(text::visible(text::joined(article.facts, " · ")));
    out += "</p>\n";
    if (!article.symptom.empty()) {
        out += "<blockquote class=\"symptom\">";
        out += escaped(text::visible(article.symptom, true));
        out += "</blockquote>\n";
    }
    out += article.body;
    out += "</article>\n";
}

}  // namespace

std::string article_page(const std::vector<Article>& articles) {
    const Html style(
        "body{max-width:46em}.facts{color:#666}.symptom{white-space:pre-line;margin:0;"
        "padding-left:1em;border-left:3px solid #ccc}pre{overflow:auto}"
        "article+article{border-top:1px solid #ddd;margin-top:3em}");
    Html body;
    for (const Article& article : articles)
        add_article(article, body);
    const bool one = articles.size() == 1;
    const bool has_language = one && !articles.front().language.empty();
    return page(one ? text::visible(articles.front().title) : "Articles", style, body,
                has_language ? articles.front().language : "en");
}

}  // namespace crm::show
