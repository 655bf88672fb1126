#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const meta::Entity& entity = *args.noun;
    if (args.words.empty())
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} add needs a {} or FIELD=VALUE", entity.word,
                        entity.name() == nullptr ? "value" : entity.name()->name()),
            fmt::format("crm {} add 'Name' field=value +tag; crm fields {} lists the fields",
                        entity.word, entity.word));
    Change change(session, args);
    store::Record record(entity);
    assign(session, change, record, args.words, true);
    if (args.has("if-not-exists")) {
        const std::string key = args.text("if-not-exists");
        if (const auto there = by_key(session, record, key)) {
            change.report.add(*there, "unchanged");
            return change.end();
        }
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
                       .help = "its name and what else is known"}},
        .options = {{.name = "if-not-exists",
                     .kind = Kind::field,
                     .value = "KEY",
                     .help = "leave alone a record that has the same KEY"},
                    {.name = "create", .help = "make what a link names when it is not there"}},
        .run = run,
        .details =
            "The first word without '=' is the name. A list takes `value (type); value`. Adding "
            "what is already there, such as an e-mail address of another contact, is refused.",
        .examples = {
            {"contact add 'Ada Lovelace' email=ada@acme.example account=Acme --create +vip",
             "a person, the company made with her"},
            {"account add Acme domains=acme.example billing_address.city=London", "a company"},
            {"user add 'Grace Hopper' login=grace", "a colleague"}}};
}

}  // namespace crm::cmd
