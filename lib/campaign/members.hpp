#pragma once

#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Who is in a campaign, and how far they got.
namespace crm::campaign {

/// Whether records of a noun can be members: those that are written to or called.
bool can_join(const meta::Entity& noun);

/// A member as it is before it is added.
store::Record new_member(const meta::Model& model, std::int64_t campaign, const store::Found& who);

/// A member, and what became of them.
struct Joined {
    store::Record member;
    bool is_new = false;
    bool is_changed = false;  ///< is new, or got further
};

/// The members of one campaign by who they are.
class Members {
public:
    Members(store::Store& store, std::int64_t campaign);

    std::optional<std::int64_t> find(const store::Found& who) const;
    void add(const store::Found& who, std::int64_t member) { ids_.emplace(who, member); }

    /// Adds somebody who is no member yet; `status`: how far they got, as typed, or empty. Opted
    /// Out is an objection (keep_opt_out), too. Throws usage for a word that is no status.
    Joined join(store::Writer& writer, const store::Found& who, std::string_view status = {});
    /// Removes somebody; false where they are no member. Throws refused where something was sent.
    bool leave(store::Writer& writer, const store::Found& who);

private:
    std::int64_t campaign_;
    std::map<store::Found, std::int64_t> ids_;
};

/// The status that a word says, however it is typed. Throws usage where it says none.
std::string read_status(const meta::Entity& member, std::string_view typed);

/// The mark where there is one, else the rank.
std::string status_of(const store::Record& member);

/// Puts a status on a member, in memory: a mark with its time, or a rank. False where nothing
/// changes, since the mark is there or the rank is as high already.
bool put_status(store::Record& member, std::string_view status, std::string_view now);

/// Whether one rank of members is lower than another.
bool is_lower(const store::Record& member, std::string_view rank, std::string_view than);

/// Whether something has been sent to a member.
bool was_sent_to(const store::Record& member);

/// The campaign and the record that a link between two records makes a member; nothing where
/// neither is a campaign, or the other cannot join.
struct Joining {
    std::int64_t campaign = 0;
    store::Found who;
};
std::optional<Joining> joining(const store::Found& one, const store::Found& other);

}  // namespace crm::campaign
