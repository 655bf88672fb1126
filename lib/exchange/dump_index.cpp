#include "exchange/dump_index.hpp"

namespace crm::exchange {

long DumpIndex::add(const store::Record& record, long line) {
    return lines_[record.entity].try_emplace(record.id, line).first->second;
}

long DumpIndex::line(const meta::Entity& entity, std::int64_t id) const {
    const auto of_noun = lines_.find(&entity);
    if (of_noun == lines_.end())
        return 0;
    const auto line = of_noun->second.find(id);
    return line == of_noun->second.end() ? 0 : line->second;
}

void DumpIndex::link(const DumpLink& link) {
    if (line(*link.to, link.id) == 0)
        open_.push_back(link);
}

std::optional<DumpLink> DumpIndex::broken_link() const {
    for (const DumpLink& link : open_)
        if (line(*link.to, link.id) == 0)
            return link;
    return {};
}

}  // namespace crm::exchange
