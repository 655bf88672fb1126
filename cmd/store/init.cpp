#include "base/currency.hpp"
#include "base/file.hpp"
#include "base/money.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

/// init: a new database.
namespace crm::cmd {
namespace {

std::string currency_of(Session& session, const Arguments& args) {
    if (args.has("currency")) {
        Expected<std::string> code = read_currency(args.text("currency"));
        if (code)
            return *code;
        code.error().hint = "--currency EUR";
        throw code.error();
    }
    return session.env.currency.empty() ? "EUR" : session.env.currency;
}

int run_init(Session& session, const Arguments& args) {
    const std::string currency = currency_of(session, args);
    const std::string path = args.flag("here") ? ".crm/crm.db" : session.env.db;
    if (session.dry_run) {
        session.out.write("would create " + path + "\n");
        return 0;
    }
    create_private_folder(folder_of(path));
    store::Store::create(path, currency);
    if (!session.quiet)
        session.out.write("created " + path + "\n");
    return 0;
}

}  // namespace

Command init() {
    return {.help = "Create a database",
            .needs = Needs::nothing,
            .options = {{.name = "currency",
                         .kind = Kind::currency,
                         .value = "CODE",
                         .help = "currency of amounts without one; EUR by default"},
                        {.name = "here",
                         .help = "create .crm/crm.db in this directory, which crm then uses in it "
                                 "and below it"}},
            .run = run_init,
            .details =
                "The file is that of --db, CRM_DB, or the default one. The default database is "
                "also created by the first command that writes.",
            .examples = {{"init", "the default database"},
                         {"--db fair.db init --currency CHF", "a separate database"}}};
}

}  // namespace crm::cmd
