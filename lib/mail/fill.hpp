#pragma once

#include "mail/template.hpp"
#include "store/resolve.hpp"
#include "store/select.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

/// In the templates of campaigns: the link to unsubscribe (mail/unsubscribe.hpp).
inline constexpr std::string_view unsubscribe_tag = "unsubscribe";

/// The texts of a template whose paths are known to be there, and their values for one recipient
/// after the other.
class Filler {
public:
    /// `noun`: of the recipients; null where they have no records. Throws usage for a path that
    /// leads nowhere, in sections that are not taken, too.
    Filler(store::Resolver& resolver, const Clock& clock, const meta::Entity* noun,
           std::optional<store::Found> about, std::optional<store::Found> me);

    /// A name whose value the caller adds to those of each recipient. To be given before `check`.
    void give(std::string_view name) { given_.emplace_back(name); }
    void check(const Template& text);
    /// Whether a path that was checked is about the recipient.
    bool uses_recipient() const { return uses_recipient_; }
    /// The values of all paths that were checked.
    Values values(std::int64_t recipient);
    /// The same for many recipients at once, by their numbers.
    std::map<std::int64_t, Values> values_of(std::span<const std::int64_t> recipients);

private:
    /// Where paths begin: a record, and what they are called there.
    struct Root {
        std::string_view prefix;
        const meta::Entity* entity = nullptr;
        std::int64_t id = 0;
        std::vector<std::string> paths;
    };
    void add_values(const Root& root, std::int64_t id, Values& out);
    void put_cells(const Root& root, std::span<const store::SelectColumn> columns,
                   std::span<const std::span<const View>> cells, Values& out) const;

    store::Resolver& resolver_;
    const Clock& clock_;
    Root recipient_, about_, me_;
    std::vector<std::string> given_;
    bool uses_recipient_ = false;
    std::string today_;
};

}  // namespace crm::mail
