#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/store/operations.hpp"

#include <fmt/format.h>

/// why: where a value comes from.
namespace crm::cmd {
namespace {

const meta::FieldInfo& field_named(const meta::Entity& entity, const std::string& name) {
    const meta::FieldInfo* field = entity.find(name);
    if (field == nullptr) {
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", entity.noun, text::clipped(name, 60)));
        suggest(e, name, entity.field_names());
        throw e;
    }
    return field->is(meta::mirror) ? *field->of : *field;
}

int run_why(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, nullptr, args.words[0]);
    const meta::FieldInfo& field = field_named(*found.entity, args.words[1]);
    const store::Record record = session.store().get(*found.entity, found.id);
    const std::string value = store::history_text(record, field, session.model());
    const auto origin = store::origin(session.store(), record, field);
    const auto value_of = [](const std::string& s) { return s.empty() ? Value() : Value(s); };
    Rows rows(
        session,
        {"record", "field", "value", "op", {"at", show::Shape::time}, "user", "command", "source"});
    std::vector<Value> row{record.short_id(), std::string(field.name()), value_of(value)};
    if (origin) {
        const store::Operation& operation = origin->operation;
        row.insert(row.end(),
                   {operation.id, local_time(session, operation.at),
                    value_of(user_name(session, operation.user)), value_of(operation.command),
                    value_of(text::joined(origin->sources, ", "))});
    }
    row.resize(8);
    rows.row(row);
    rows.end();
    return 0;
}

}  // namespace

Command why_command() {
    return {
        .help = "Show where a value comes from",
        .needs = Needs::reading,
        .arguments =
            {{.name = "REF", .kind = Kind::any_reference, .required = true, .help = "the record"},
             {.name = "FIELD", .kind = Kind::field, .required = true, .help = "one of its fields"}},
        .formats = formats::rows,
        .run = run_why,
        .details =
            "Prints the last operation that set the value, who did it and when, and for an "
            "import the file and line.",
        .examples = {{"why c12 phones", "who entered these telephone numbers, and from where"}}};
}

}  // namespace crm::cmd
