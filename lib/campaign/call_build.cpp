#include "campaign/call_build.hpp"

#include "campaign/call_number.hpp"
#include "campaign/members.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

namespace crm::campaign {
namespace {

/// The numbers of those who are in the list.
std::set<std::string> numbers_of(store::Store& store, const store::Record& list) {
    std::set<std::string> out;
    if (!store.db().has_table("member"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "who_noun", "who" FROM "member" WHERE "campaign" = ?1 AND {})", sql::live()));
    std::vector<store::Found> people;
    for (get.with(list.id); get.step();)
        if (const meta::Entity* noun = store.model().by_number(static_cast<int>(get.integer(0))))
            people.push_back({noun, get.integer(1)});
    for (const store::Found& who : people)
        if (const auto record = store.find(*who.entity, who.id))
            out.insert(number_to_call(store, *record).key);
    return out;
}

}  // namespace

BuiltList add_to_list(store::Writer& writer, const store::Record& list,
                      std::span<const store::Found> people, std::span<const std::int64_t> users) {
    store::Store& store = writer.store();
    Members members(store, list.id);
    std::set<std::string> numbers = numbers_of(store, list);
    std::size_t turn = numbers.size();
    BuiltList out;
    for (const store::Found& who : people) {
        if (members.find(who)) {
            ++out.unchanged;
            continue;
        }
        const CallNumber number = number_to_call(store, store.get(*who.entity, who.id));
        if (!number.left_out.empty()) {
            ++(number.left_out == "no number" ? out.no_number : out.do_not_call);
            continue;
        }
        if (!numbers.insert(number.key).second) {
            ++out.same_number;
            continue;
        }
        store::Record member = new_member(store.model(), list.id, who);
        if (!users.empty())
            member.put(member.field("user"), {Value(users[turn++ % users.size()])});
        writer.add(member);
        members.add(who, member.id);
        out.added.push_back(std::move(member));
    }
    return out;
}

}  // namespace crm::campaign
