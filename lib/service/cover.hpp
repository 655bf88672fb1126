#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Whether the repair of an asset is free of charge, and by what.
namespace crm::service {

/// A contract "c" that counts on the day ?2: it is neither cancelled nor over.
inline constexpr std::string_view contract_in_force =
    R"(c."deleted_at" IS NULL
       AND (c."status" IS NULL OR c."status" NOT IN ('Cancelled', 'Expired'))
       AND (c."start" IS NULL OR c."start" <= ?2) AND (c."end" IS NULL OR c."end" >= ?2))";

struct Cover {
    std::string_view kind = "Out";  ///< Warranty, Contract, Out
    std::string until;              ///< its last day; empty for a contract without an end
    std::int64_t contract = 0;      ///< the one in force, also under warranty; 0: none

    bool is_covered() const { return kind != "Out"; }
};

/// The cover of an asset at a time. A warranty counts to the end of its day where the account is.
/// Else a contract that is in force on that day: one that lists the asset goes before one of the
/// account that lists none; of several the one that ends last.
Cover cover_of(store::Store& store, const store::Record& asset, Instant at, const Clock& clock);

/// "Warranty until 2027-01-31", "Contract ct2 until 2027-12-31", "Out".
std::string cover_text(store::Store& store, const Cover& cover);

/// The assets in whose place an asset came, directly or through others, the newest first.
std::vector<store::Record> replaced_by(store::Store& store, const store::Record& asset);

}  // namespace crm::service
