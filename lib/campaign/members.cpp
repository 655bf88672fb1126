#include "campaign/members.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "campaign/opt_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::campaign {
namespace {

using meta::Entity;
using store::Record;

/// A status that does not hide the rank for good, and the field with its time.
struct Mark {
    std::string_view status, field;
};
constexpr Mark marks[] = {{"Opted Out", "opted_out_at"}, {"Bounced", "bounced_at"}};

/// The place among the ranks, of which the lowest is 0.
std::ptrdiff_t place(const Record& member, std::string_view rank) {
    if (rank.empty())
        return 0;
    const auto words = member.field("rank").field->more.words;
    return std::ranges::find(words, rank) - words.begin();
}

}  // namespace

bool can_join(const Entity& noun) {
    return noun.find("emails") != nullptr;
}

Record new_member(const meta::Model& model, std::int64_t campaign, const store::Found& who) {
    Record member(model.get("member"));
    member.put(member.field("campaign"), {Value(campaign)});
    member.put(member.field("who"), {Value(std::int64_t{who.entity->number}), Value(who.id)});
    return member;
}

Members::Members(store::Store& store, std::int64_t campaign) : campaign_(campaign) {
    if (!store.db().has_table("member"))
        return;
    sql::Statement all = store.db().prepare(R"(
        SELECT "who_noun", "who", "id" FROM "member"
        WHERE "campaign" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL)");
    for (all.with(campaign); all.step();)
        if (const Entity* noun = store.model().by_number(static_cast<int>(all.integer(0))))
            ids_.emplace(store::Found{noun, all.integer(1)}, all.integer(2));
}

std::optional<std::int64_t> Members::find(const store::Found& who) const {
    const auto it = ids_.find(who);
    return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

Joined Members::join(store::Writer& writer, const store::Found& who, std::string_view status) {
    store::Store& store = writer.store();
    const auto known = find(who);
    Joined out{known ? store.get(store.model().get("member"), *known)
                     : new_member(store.model(), campaign_, who)};
    const Record before = out.member;
    const std::string word = status.empty() ? std::string() : read_status(*before.entity, status);
    if (!word.empty())
        put_status(out.member, word, writer.info().clock.now.iso());
    if (known) {
        out.is_changed = writer.change(before, out.member);
    } else {
        add(who, writer.add(out.member));
        out.is_new = out.is_changed = true;
    }
    if (word == "Opted Out")
        out.is_changed = keep_opt_out(writer, out.member) || out.is_changed;
    return out;
}

bool Members::leave(store::Writer& writer, const store::Found& who) {
    const auto known = find(who);
    if (!known)
        return false;
    Record member = writer.store().get(writer.store().model().get("member"), *known);
    writer.trash(member);
    ids_.erase(who);
    return true;
}

std::string read_status(const Entity& member, std::string_view typed) {
    const auto words = member.find("status")->field->more.words;
    for (const std::string_view word : words)
        if (text::key(word) == text::key(typed))
            return std::string(word);
    Error e(
        Fault::usage, "invalid_value",
        fmt::format("status: '{}' is not a valid value", text::visible(text::clipped(typed, 40))));
    suggest_values(e, typed, std::vector<std::string>(words.begin(), words.end()));
    throw e;
}

std::string status_of(const Record& member) {
    for (const Mark& mark : marks)
        if (!member.text(mark.field).empty())
            return std::string(mark.status);
    return member.text("rank");
}

bool put_status(Record& member, std::string_view status, std::string_view now) {
    for (const Mark& mark : marks)
        if (mark.status == status) {
            if (!member.text(mark.field).empty())
                return false;
            member.put_text(mark.field, std::string(now));
            return true;
        }
    if (place(member, status) <= place(member, member.text("rank")))
        return false;
    member.put_text("rank", std::string(status));
    return true;
}

bool is_lower(const Record& member, std::string_view rank, std::string_view than) {
    return place(member, rank) < place(member, than);
}

bool was_sent_to(const Record& member) {
    return !member.text("sent_at").empty();
}

std::optional<Joining> joining(const store::Found& one, const store::Found& other) {
    if (one.entity->noun == "campaign" && can_join(*other.entity))
        return Joining{one.id, other};
    if (other.entity->noun == "campaign" && can_join(*one.entity))
        return Joining{other.id, one};
    return {};
}

}  // namespace crm::campaign
