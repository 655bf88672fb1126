#include "cmd/campaign/campaign_complete.hpp"

#include "campaign/call_list.hpp"
#include "meta/type.hpp"
#include "store/assign.hpp"

#include <algorithm>

namespace crm::cmd {
namespace {

void complete_people(Candidates& c) {
    if (!c.begun.empty())
        complete_references(c, nullptr);
}

}  // namespace

bool complete_call_list(Candidates& c, WordsBefore words) {
    store::Store* store = words.empty() ? c.store() : nullptr;
    if (store == nullptr)
        return false;
    for (const store::Record& list : campaign::call_lists(*store))
        c.offer(list.label(), list.short_id());
    return true;
}

bool complete_call_result(Candidates& c, WordsBefore words) {
    const meta::FieldInfo& result = *c.model().get("call").find("result");
    const bool given = std::ranges::any_of(words, [&](const std::string& word) {
        return meta::read_one(result, word, {}).has_value();
    });
    if (!given && c.begun.find('=') == std::string::npos)
        complete_field_value(c, result);
    return words.empty() && c.begun.empty();
}

bool complete_members(Candidates& c, WordsBefore words) {
    if (words.size() < 2 || (words.front() != "set" && words.front() != "rm"))
        return words.size() > 1 && words.front() == "join";
    complete_people(c);
    if (words.front() == "set" && words.size() > 2)
        complete_field_value(c, *c.model().get("member").find("status"));
    return true;
}

}  // namespace crm::cmd
