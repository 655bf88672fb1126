#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    if (!args.has("key"))
        throw Error(Fault::usage, "missing",
                    "upsert needs --key FIELD, by which the record is found", "--key email");
    const meta::Entity& entity = *args.noun;
    Change change(session, args);
    store::Record record(entity);
    assign(session, change, record, args.words, true);
    if (const auto before = by_key(session, record, args.text("key"))) {
        store::Record after = *before;
        assign(session, change, after, args.words, true);
        const bool changed = change.writer.change(*before, after);
        change.report.add(after, changed ? "updated" : "unchanged",
                          changed ? changed_fields(*before, after) : "");
    } else {
        store::complete(record);
        change.writer.add(record);
        change.report.add(record, "added", record.label());
    }
    return change.end();
}

}  // namespace

Command record_upsert() {
    return {.help = "Change the record with this key, or add it",
            .needs = Needs::writing,
            .arguments = {{.name = "NAME|FIELD=VALUE|+TAG",
                           .kind = Kind::assignments,
                           .required = true,
                           .many = true,
                           .help = "what is known of it, the key among it"}},
            .options = {{.name = "key",
                         .kind = Kind::field,
                         .value = "FIELD",
                         .help = "the field by which it is found; it must be said"},
                        {.name = "create", .help = "make what a link names when it is not there"}},
            .run = run,
            .examples = {{"contact upsert --key email email=ada@acme.example title=CTO",
                          "the same command twice changes nothing"},
                         {"account upsert --key refs refs=hubspot:9931 name=Acme",
                          "by the number in another system"}}};
}

}  // namespace crm::cmd
