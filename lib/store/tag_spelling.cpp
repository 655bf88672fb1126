#include "store/tag_spelling.hpp"

#include "base/text.hpp"

namespace crm::store {

std::string TagSpelling::keep(std::string_view tag) {
    std::string name(tag);
    if (kept_.contains(tag))
        return name;
    if (auto known = store_.tag(tag)) {
        if (*known == name)
            kept_.insert(name);
        return *known;
    }
    store_.db()
        .prepare(R"(INSERT INTO "tag"("key", "name") VALUES(?1, ?2) ON CONFLICT DO NOTHING)")
        .with(text::folded(tag), name)
        .run();
    kept_.insert(name);
    return name;
}

}  // namespace crm::store
