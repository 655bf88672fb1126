#include "cmd/cli/changes.hpp"

/// upsert: the record with a key, changed or added.
namespace crm::cmd {
namespace {

void add_new(Change& change, store::Record& record) {
    store::complete(record);
    change.writer.add(record);
    change.report.add(record, "added", record.label());
}

void update(Session& session, Change& change, const store::Record& before,
            const std::vector<std::string>& words) {
    store::Record after = before;
    assign(session, change, after, words, true);
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged",
                      changed ? changed_fields(before, after) : "");
}

int run_upsert(Session& session, const Arguments& args) {
    if (!args.has("key"))
        throw Error(Fault::usage, "missing",
                    "upsert requires --key FIELD, by which the record is found", "--key email");
    Change change(session, args);
    store::Record record(*args.noun);
    assign(session, change, record, args.words, true);
    if (const auto existing = by_key(session, record, args.text("key")))
        update(session, change, *existing, args.words);
    else
        add_new(change, record);
    return change.end();
}

}  // namespace

Command record_upsert() {
    return {
        .help = "Change the record with this key, or add it",
        .needs = Needs::writing,
        .arguments = {{.name = "NAME|FIELD=VALUE|+TAG",
                       .kind = Kind::assignments,
                       .required = true,
                       .many = true,
                       .help = "its name, fields and tags, including the key"}},
        .options = {{.name = "key",
                     .kind = Kind::field,
                     .value = "FIELD",
                     .help = "the field by which the record is found",
                     .required = true},
                    {.name = "create", .help = "add the records that links name and do not exist"}},
        .run = run_upsert,
        .examples = {{"contact upsert --key email email=ada@acme.example title=CTO",
                      "the same command twice changes nothing"},
                     {"account upsert --key refs refs=hubspot:9931 name=Acme",
                      "by the number in another system"}}};
}

}  // namespace crm::cmd
