#pragma once

#include "store/consent.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who objects to mail, calls or letters, and who agrees: lines of the consent ledger that a user
/// writes.
namespace crm::people {

/// Where somebody is reached.
struct ContactPoint {
    store::Channel channel = store::Channel::mail;
    std::string address;  ///< "@acme.example" is a whole domain
};
/// The address, number or @domain that a word is; nothing where it is none of the channel (of any
/// where none is given).
std::optional<ContactPoint> read_contact_point(std::string_view word,
                                               std::optional<store::Channel> channel);
/// All that a record has of a channel; without one, of all of them: e-mail addresses, numbers and
/// the postal address. Throws usage where that is nothing.
std::vector<ContactPoint> contact_points(const store::Record& who,
                                         std::optional<store::Channel> channel);

/// The contact, lead, account or user who has an address or a number; nothing where that is nobody.
std::optional<store::Found> owner_of(store::Store& store, const ContactPoint& point);

/// What somebody says.
struct Statement {
    std::string topic{};  ///< empty: all
    std::string basis{};  ///< why, in words
    std::string source{};
    std::string proof{};  ///< SHA-256 of what proves it
};
/// What somebody who leaves a campaign objects to: its topic, or everything where it has none.
Statement objection_to(const store::Record& campaign);
/// Writes that the owner objects; false where that is known.
bool object(store::Writer& writer, const ContactPoint& to, const Statement& statement);
/// What became of it.
struct Agreed {
    bool changed = false;                  ///< false where the same is known, with the same proof
    std::vector<store::Record> flags_off;  ///< contacts and leads that had the flag
};
/// Writes that the owner agrees, which lifts what they objected to: contacts and leads with that
/// address lose the flag, and their other addresses stay suppressed.
Agreed agree(store::Writer& writer, const ContactPoint& to, const Statement& statement);

}  // namespace crm::people
