#pragma once

#include "show/html.hpp"

#include <string>
#include <vector>

namespace crm::show {

/// An article of the knowledge base, as a person reads it.
struct Article {
    std::string language;  ///< empty: not known
    std::string title;
    std::vector<std::string> facts;  ///< id, kind, status, version
    std::string symptom;
    Html body;
};

/// A page of one or several articles: no scripts, nothing from elsewhere.
std::string article_page(const std::vector<Article>& articles);

}  // namespace crm::show
