#include "base/money.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <filesystem>
#include <sys/stat.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const std::string currency = args.has("currency")            ? args.text("currency")
                                 : !session.env.currency.empty() ? session.env.currency
                                                                 : "EUR";
    if (!known_currency(currency))
        throw Error(Fault::usage, "unknown_currency",
                    "'" + currency + "' is not a currency of ISO 4217", "--currency EUR");
    std::string path = session.env.db;
    if (args.flag("here"))
        path = ".crm/crm.db";
    if (session.dry_run) {
        session.out.write("would make " + path + "\n");
        return 0;
    }
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    std::error_code failed;
    if (!parent.empty())
        std::filesystem::create_directories(parent, failed);
    if (failed)
        throw Error(Fault::io, "create", parent.string() + " cannot be made: " + failed.message());
    store::Store::create(path, currency);
    if (!session.quiet)
        session.out.write("made " + path + "\n");
    return 0;
}

}  // namespace

Command init() {
    return {.help = "Make a store",
            .needs = Needs::nothing,
            .options = {{.name = "currency",
                         .kind = Kind::word,
                         .value = "CODE",
                         .help = "currency of amounts without one; EUR"},
                        {.name = "here",
                         .help = "make .crm/crm.db in this directory, found from below it"}},
            .run = run,
            .details =
                "The place is that of --db, CRM_DB, or the default one. The default store is also "
                "made by the first command that writes.",
            .examples = {{"init", "the default store"},
                         {"--db fair.db init --currency CHF", "a store of its own"}}};
}

}  // namespace crm::cmd
