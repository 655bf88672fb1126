#include "knowledge/map.hpp"

#include "base/text.hpp"
#include "knowledge/records.hpp"
#include "knowledge/uses.hpp"
#include "knowledge/versions.hpp"
#include "meta/type.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace crm::knowledge {

using meta::FieldInfo;
using store::Record;

std::vector<MapTopic> knowledge_map(store::Store& store) {
    std::map<std::pair<bool, std::string>, MapTopic> topics;
    for (const Record& article : records_of(store, "kb", R"("status" <> 'Archived')")) {
        std::int64_t used = 0;
        for (const Use& use : uses_of(article))
            used += use.what == "Used" ? 1 : 0;
        const std::vector<Version> versions = versions_of(article);
        const auto add = [&](bool is_product, std::string_view name) {
            MapTopic& topic = topics[{is_product, text::folded(name)}];
            if (topic.name.empty())
                topic.name = name;
            topic.is_product = is_product;
            topic.articles.push_back({article.entity, article.id});
            topic.uses += used;
            for (const Version& version : versions)
                if (version.user != 0 &&
                    std::ranges::find(topic.people, version.user) == topic.people.end())
                    topic.people.push_back(version.user);
        };
        const FieldInfo &keywords = article.field("keywords"), &product = article.field("product");
        std::set<std::string> known;
        meta::each_value(keywords, article.text(keywords), [&](std::string_view keyword) {
            if (known.insert(text::folded(keyword)).second)
                add(false, keyword);
        });
        if (article.number(product) != 0)
            add(true, store.name(*product.to, article.number(product)));
    }
    std::vector<MapTopic> out;
    for (auto& [key, topic] : topics)
        out.push_back(std::move(topic));
    std::ranges::stable_sort(out, [](const MapTopic& a, const MapTopic& b) {
        return a.articles.size() > b.articles.size();
    });
    return out;
}

}  // namespace crm::knowledge
