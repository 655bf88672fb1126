#pragma once

#include "store/store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

struct Found {
    const meta::Entity* entity = nullptr;
    std::int64_t id = 0;
    auto operator<=>(const Found&) const = default;
};

/// References as people and pipes give them (cli.md 2): short id, bare number where the noun is
/// known, uid, external reference, e-mail address, telephone number, exact name, domain; `me` for a
/// user.
class Resolver {
public:
    explicit Resolver(Store& store) : store_(store) {}

    std::function<std::string()> me_name;  ///< login, address or name of the user who asks
    /// Their id, where there is such a user.
    std::optional<std::int64_t> me();
    bool prefixes = false;  ///< a unique beginning of a name is enough (at a prompt)
    /// References of files: a number is never a short id of this database, which the file does not
    /// know, and a short id only what has no such name. Blanks and hyphens in a name do not count
    /// where exactly one is meant.
    bool loose = false;
    /// Makes what a link names when it is not there (--create); null: it is an error.
    std::function<std::int64_t(const meta::Entity&, std::string_view name)> create;

    /// `noun` null: of any kind. Errors: not_found with the nearest names, ambiguous with the
    /// candidates, never a guess.
    Expected<Found> find(std::string_view text, const meta::Entity* noun);
    Store& store() { return store_; }

private:
    /// What a text is as a short id: `c12`, or a number where the noun is given. No id begins with
    /// a zero.
    struct OwnId {
        Found record;
        bool is_bare = false;  ///< without its prefix
        bool exists = false;
    };
    std::optional<OwnId> own_id(std::string_view text, const meta::Entity* noun);
    Expected<Found> by_own_id(const OwnId& own, std::string_view text, const meta::Entity* noun);
    std::vector<Found> by_value_of(std::string_view text, const meta::Entity* noun);

    std::vector<Found> under(meta::Lookup kind, std::string_view key, const meta::Entity* noun);
    Expected<Found> find_me();
    Expected<Found> single(std::vector<Found> found, std::string_view text,
                           const meta::Entity* noun);
    std::vector<Found> by_uid(std::string_view uid, const meta::Entity* noun);
    std::vector<Found> by_phone(std::string_view number, const meta::Entity* noun);
    std::vector<Found> by_key(std::string_view text, const meta::Entity& noun);
    std::vector<Found> by_prefix(std::string_view text, const meta::Entity* noun, std::size_t most);
    Error not_found(std::string_view text, const meta::Entity* noun);

    Store& store_;
    std::optional<std::optional<std::int64_t>> me_;
    std::map<int, std::map<std::string, std::vector<std::int64_t>, std::less<>>>
        keyed_;  ///< by noun and text::key of the name
};

/// Live records whose field holds the value exactly (folded where the field is looked up): what
/// --key matches by. `field` may be id, uid or any field of one value or list; unknown_field is
/// thrown otherwise.
std::vector<std::int64_t> by_value(Store& store, const meta::Entity& entity, std::string_view field,
                                   std::string_view value);

/// The one record in the trash with this name, login or e-mail address; ambiguous is thrown.
std::optional<Found> in_trash(Store& store, const meta::Entity& entity, std::string_view reference);

}  // namespace crm::store
