#pragma once

#include "store/resolve.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace crm::knowledge {

/// A topic of the knowledge base: a keyword or a product.
struct MapTopic {
    bool is_product = false;
    std::string name;
    std::vector<store::Found> articles{};  ///< that are not archived
    std::vector<std::int64_t> people{};    ///< who wrote them
    std::int64_t uses = 0;
};

/// Topics by the number of their articles, then by name.
std::vector<MapTopic> knowledge_map(store::Store& store);

}  // namespace crm::knowledge
