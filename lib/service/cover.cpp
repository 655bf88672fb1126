#include "service/cover.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::service {

using store::Record;
using store::Store;

namespace {

/// The contract that covers the asset ?1 of the account ?3 on the day ?2.
std::string covering() {
    return fmt::format(R"(
    SELECT c."id", coalesce(c."end", '')
    FROM "contract" c
    LEFT JOIN "contract_assets" own ON own."record" = c."id" AND own."asset" = ?1
    WHERE {}
      AND (own."asset" IS NOT NULL
           OR (c."account" = ?3
               AND NOT EXISTS (SELECT 1 FROM "contract_assets" a WHERE a."record" = c."id")))
    ORDER BY CASE WHEN own."asset" IS NULL THEN 1 ELSE 0 END,
             coalesce(c."end", '9999-12-31') DESC, c."id"
    LIMIT 1)",
                       contract_in_force);
}

/// The day of an instant where the account of an asset is.
std::string day_there(Store& store, const Record& asset, Instant at, const Clock& clock) {
    Clock there = clock;
    const std::int64_t account = asset.number("account");
    if (account != 0)
        if (const auto found = store.find(store.model().get("account"), account);
            found && !found->text("timezone").empty())
            there.zone = found->text("timezone");
    return there.day(at).iso();
}

}  // namespace

Cover cover_of(Store& store, const Record& asset, Instant at, const Clock& clock) {
    Cover out;
    const std::string day = day_there(store, asset, at, clock);
    if (store.db().has_table("contract")) {
        sql::Statement get = store.db().prepare(covering());
        if (get.with(asset.id, day, asset.number("account")).step())
            out = {
                .kind = "Contract", .until = std::string(get.text(1)), .contract = get.integer(0)};
    }
    if (const std::string& warranty = asset.text("warranty_until");
        !warranty.empty() && day <= warranty) {
        out.kind = "Warranty";
        out.until = warranty;
    }
    return out;
}

std::string cover_text(Store& store, const Cover& cover) {
    std::string out(cover.kind);
    if (cover.kind == "Contract")
        out += " " + meta::short_id(store.model().get("contract"), cover.contract);
    if (!cover.until.empty())
        out += " until " + cover.until;
    return out;
}

std::vector<Record> replaced_by(Store& store, const Record& asset) {
    std::vector<Record> out;
    for (std::int64_t next = asset.number("replaces"); next != 0;) {
        const auto old = store.find(*asset.entity, next);
        const bool known = old && (old->id == asset.id ||
                                   std::ranges::find(out, old->id, &Record::id) != out.end());
        if (!old || known)
            break;
        next = old->number("replaces");
        out.push_back(*old);
    }
    return out;
}

}  // namespace crm::service
