#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/store/operations.hpp"

#include <fmt/format.h>

#include <map>

/// log: the history of operations.
namespace crm::cmd {
namespace {

using store::HistoryChange;
using store::Operation;

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

/// "c12", or "c12..c20" of a run of records that were added at once.
std::string changed_ids(const HistoryChange& change, const store::Found* record) {
    if (record != nullptr)
        return meta::short_id(*change.entity, record->id);
    std::string out = meta::short_id(*change.entity, change.record);
    if (change.through > change.record)
        out += ".." + meta::short_id(*change.entity, change.through);
    return out;
}

/// The changes of an operation, or of all operations to one record.
void print_changes(Session& session, std::int64_t operation, const store::Found* record) {
    Rows rows(session, {"op",
                        {"at", show::Shape::time},
                        "user",
                        "command",
                        "record",
                        "action",
                        "field",
                        "old",
                        "new"});
    std::map<std::int64_t, Operation> operations;
    for (const HistoryChange& change : store::changes(session.store(), operation, record)) {
        if (change.entity == nullptr)
            continue;
        const meta::FieldInfo* field = change.entity->find(change.field);
        if (field != nullptr && field->is_bookkeeping())
            continue;
        auto it = operations.find(change.operation);
        if (it == operations.end())
            it = operations.emplace(change.operation, operation_with(session, change.operation))
                     .first;
        const Operation& done = it->second;
        rows.row({done.id, local_time(session, done.at), user_name(session, done.user),
                  done.command, changed_ids(change, record), change.action,
                  text_or_null(change.field), text_or_null(change.old_value),
                  text_or_null(change.new_value)});
    }
    rows.end();
}

Value undo_text(const Operation& operation) {
    if (operation.undone_by != 0)
        return fmt::format("by {}", operation.undone_by);
    if (operation.undoes != 0)
        return fmt::format("undoes {}", operation.undoes);
    return {};
}

void print_operations(Session& session, std::int64_t limit) {
    Rows rows(session, {"op", {"at", show::Shape::time}, "user", "records", "undone", "command"});
    const std::vector<Operation> all = store::operations(session.store(), nullptr, limit);
    for (const Operation& operation : all)
        rows.row({operation.id, local_time(session, operation.at),
                  user_name(session, operation.user), operation.changes, undo_text(operation),
                  operation.command});
    rows.end();
    if (all.empty())
        session.remark_nothing("nothing has been changed yet");
}

int run_log(Session& session, const Arguments& args) {
    if (args.words.empty()) {
        print_operations(session, args.number("limit").value_or(-1));
        return 0;
    }
    const auto number =
        args.noun == nullptr ? operation_number(args.words[0]) : std::optional<std::int64_t>();
    if (number) {
        print_changes(session, operation_with(session, *number).id, nullptr);
        return 0;
    }
    const store::Found found = resolve_reference(session, args.noun, args.words[0]);
    print_changes(session, 0, &found);
    return 0;
}

}  // namespace

Command log_command() {
    return {
        .help = "Show what was changed, when and by which user",
        .needs = Needs::reading,
        .arguments = {{.name = "OP|REF",
                       .kind = Kind::any_reference,
                       .help = "an operation or a record; all operations by default"}},
        .options = {{.name = "limit", .kind = Kind::number, .value = "N", .help = "the newest N"}},
        .formats = formats::rows,
        .run = run_log,
        .details =
            "Every command that writes is one operation. For an operation or a record each changed "
            "field is shown with its old and new value.",
        .examples = {{"log --limit 5", "the newest five operations"},
                     {"log 7", "what operation 7 changed"},
                     {"log c12", "the history of a contact"}}};
}

Command record_log() {
    Command c = log_command();
    c.help = "Show the history of a record";
    c.arguments = {
        {.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"}};
    c.options = {};
    c.examples = {{"contact log ada@acme.example", "who changed what, and when"}};
    return c;
}

}  // namespace crm::cmd
