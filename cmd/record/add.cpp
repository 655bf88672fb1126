#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// add: a new record.
namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const meta::Entity& entity = *args.noun;
    const std::string_view name = entity.name() == nullptr ? "value" : entity.name()->name();
    if (args.words.empty())
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} add requires a {} or FIELD=VALUE", entity.word, name),
            fmt::format("crm {0} add 'Name' field=value +tag; crm fields {0} lists the fields",
                        entity.word));
    Change change(session, args);
    store::Record record(entity);
    assign(session, change, record, args.words, true);
    if (args.has("if-not-exists"))
        if (const auto existing = by_key(session, record, args.text("if-not-exists"))) {
            change.report.add(*existing, "unchanged");
            return change.end();
        }
    store::complete(record);
    change.writer.add(record);
    change.report.add(record, "added", entity.name() == nullptr ? "" : record.label());
    return change.end();
}

}  // namespace

Command record_add() {
    return {
        .help = "Add a record",
        .needs = Needs::writing,
        .arguments = {{.name = "NAME|FIELD=VALUE|+TAG",
                       .kind = Kind::assignments,
                       .many = true,
                       .help = "its name, fields and tags"}},
        .options = {{.name = "if-not-exists",
                     .kind = Kind::field,
                     .value = "KEY",
                     .help = "change nothing if a record with the same KEY exists"},
                    {.name = "create", .help = "add the records that links name and do not exist"}},
        .run = run,
        .details =
            "The first word without '=' is the name. A list is written `value (type); value`. "
            "Adding what exists already, such as the e-mail address of another contact, is "
            "refused.",
        .examples = {
            {"contact add 'Ada Lovelace' email=ada@acme.example account=Acme --create +vip",
             "a person; her company is added, too"},
            {"account add Acme domains=acme.example billing_address.city=London", "a company"},
            {"user add 'Grace Hopper' login=grace", "a colleague"}}};
}

}  // namespace crm::cmd
