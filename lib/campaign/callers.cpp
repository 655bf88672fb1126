#include "campaign/callers.hpp"

#include "store/phone_search.hpp"

namespace crm::campaign {

std::vector<store::Found> callers(store::Store& store, std::string_view number) {
    std::vector<store::Found> out;
    for (const std::string_view noun : {"contact", "lead", "account", "user"}) {
        const meta::Entity& entity = store.model().get(noun);
        if (entity.find("phones") == nullptr || !store.db().has_table(noun))
            continue;
        for (const std::int64_t id : store::with_phone(store, entity, number))
            if (noun != "lead" || store.get(entity, id).text("status") != "Converted")
                out.push_back({&entity, id});
    }
    return out;
}

}  // namespace crm::campaign
