#include "people/rules.hpp"

#include "exchange/card_export.hpp"
#include "form/card.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

namespace crm::people {

using meta::FieldInfo;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

namespace {

/// What "extra" keeps of the wording of a card goes with the value that it was about: nobody finds
/// an address or a name there that was taken off the record. An import adds wordings of what it
/// brings, and leaves the others for the next change.
void drop_stale_wordings(RuleContext& context, const Record* before, Record& after) {
    const FieldInfo& extra = *after.entity->find("extra");
    if (before == nullptr || context.imported || !form::has_wordings(after.text(extra)))
        return;
    std::string kept = form::current_extra(exchange::card_fields(context.flushed(), after));
    if (kept != after.text(extra))
        after.put(extra, {kept.empty() ? Value() : Value(std::move(kept))});
}

/// An absence ends after it begins, and the deputy is somebody else.
void check_absences(RuleContext&, const Record* before, const Record& user) {
    const FieldInfo& away = user.field("away");
    const auto& rows = user.rows[away.first];
    if (before != nullptr && before->rows[away.first] == rows)
        return;
    for (const store::RowCells& row : rows) {
        const auto from = store::row_text(row, store::inner_field(away, "from")),
                   until = store::row_text(row, store::inner_field(away, "until"));
        if (from && until && *until < *from)
            throw Error(Fault::refused, "out_of_range",
                        fmt::format("away: {} is before {}", *until, *from),
                        "away+='2026-12-01 (until 2026-12-05)'");
        const auto deputy = store::row_number(row, store::inner_field(away, "deputy"));
        if (user.id != 0 && deputy == user.id)
            throw Error(Fault::refused, "itself",
                        fmt::format("{} cannot be their own deputy", user.label()),
                        "deputy names another user");
    }
}

constexpr Rule people_table[] = {
    {"contact", drop_stale_wordings, nullptr, nullptr, Asked::changes},
    {"account", drop_stale_wordings, nullptr, nullptr, Asked::changes},
    {"user", nullptr, check_absences, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return people_table;
}

}  // namespace crm::people
