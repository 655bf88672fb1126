#pragma once

#include "store/rule.hpp"

#include <string>
#include <vector>

/// What title and text of an article were: rows that the rules keep.
namespace crm::knowledge {

/// A row of kb.versions.
struct Version {
    std::int64_t number = 0;  ///< from 1
    Instant at;
    std::int64_t user = 0;  ///< who wrote it; 0 where no user is known
    std::string title, body;

    bool operator==(const Version&) const = default;
};

/// In the order of time.
std::vector<Version> versions_of(const store::Record& article);

/// The version of that number. Throws not_found where there is none.
Version version_of(const store::Record& article, std::int64_t number);

/// A version as Markdown: its title as the heading, then the text.
std::string version_text(const Version& version);

/// Rules of articles: each change of title or text adds a version, and the first one has the time
/// of created_at; published_on says since when the article is published.
void record_versions(store::RuleContext& context, const store::Record* before,
                     store::Record& article);
/// With four eyes, whoever wrote the first or the last version does not publish the article.
void check_four_eyes(store::RuleContext& context, const store::Record* before,
                     const store::Record& article);
void record_publication(store::RuleContext& context, const store::Record* before,
                        store::Record& article);

}  // namespace crm::knowledge
