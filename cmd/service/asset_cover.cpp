#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "service/cover.hpp"
#include "service/service_level.hpp"

/// asset cover: whether a repair is free of charge.
namespace crm::cmd {
namespace {

int run_asset_cover(Session& session, const Arguments& args) {
    if (args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "no asset is given",
                    "crm asset cover as1, or --where account:Acme");
    const Clock& clock = session.env.clock;
    const Instant at = args.moment("at", clock).value_or(clock.now);
    const auto references = session.references(args.words);
    store::Store& store = session.store();
    service::ServiceLevels levels(store, clock, session.user());
    const meta::Entity& contracts = session.model().get("contract");
    Rows rows(session, {"asset", "name", "cover", "until", "contract", "sla"});
    for (const store::Found& found : resolve_references(session, args, references)) {
        const store::Record asset = load_not_deleted(session, found);
        const service::Cover cover = service::cover_of(store, asset, at, clock);
        const service::ServiceLevel* level = levels.of({.contract = cover.contract,
                                                        .asset = asset.id,
                                                        .account = asset.number("account"),
                                                        .day = clock.day(at).iso()});
        rows.row({asset.short_id(), asset.label(), std::string(cover.kind),
                  cover.until.empty() ? Value() : Value(cover.until),
                  cover.contract == 0 ? Value() : Value(meta::short_id(contracts, cover.contract)),
                  level == nullptr ? Value() : Value(level->name)});
    }
    rows.end();
    return 0;
}

}  // namespace

Command asset_cover() {
    return {
        .help = "Show whether assets are covered by warranty or contract",
        .needs = Needs::reading,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help = "the assets; - reads them from standard input"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the assets that the query finds"},
                    {.name = "at",
                     .kind = Kind::moment,
                     .value = "WHEN",
                     .help = "as it was or will be then; default: now"}},
        .formats = formats::rows,
        .run = run_asset_cover,
        .details =
            "Warranty counts to the end of its day in the time zone of the account. Otherwise a "
            "contract covers an asset while it is in force and not Cancelled or Expired, if it "
            "lists the asset among its assets, or lists none and is of its account. Out is what "
            "neither covers. The service level is the one that a ticket about the asset gets now; "
            "rules of service levels are about tickets and do not count here.",
        .examples = {{"asset cover as1", ""},
                     {"asset cover --where account:Acme -o table", "all of a customer"}}};
}

}  // namespace crm::cmd
