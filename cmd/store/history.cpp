#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "store/undo.hpp"

#include <fmt/format.h>

/// log, undo, why: what was done, taking it back, where a value comes from.
namespace crm::cmd {
namespace {

using store::Found;
using store::HistoryChange;
using store::Operation;

std::optional<std::int64_t> operation_number(const std::string& word) {
    if (word.empty() || word.size() > 15 ||
        word.find_first_not_of("0123456789") != std::string::npos)
        return {};
    return std::stoll(word);
}

std::string moment(Context& context, const std::string& at) {
    const auto instant = iso_instant(at);
    return instant && !context.around.clock.zone.empty() ? context.around.clock.local(*instant)
                                                         : at;
}

std::string user_name(Context& context, const std::string& user) {
    const meta::Entity& users = context.model().get("user");
    if (!user.starts_with(users.prefix) || user.size() == users.prefix.size() ||
        user.find_first_not_of("0123456789", users.prefix.size()) != std::string::npos)
        return user;
    const std::string name =
        context.store().name(users, std::stoll(user.substr(users.prefix.size())));
    return name.empty() ? user : name;
}

void print_changes(Context& context, std::int64_t operation, const Found* record) {
    Rows rows(context, {"op", "at", "user", "command", "record", "action", "field", "old", "new"});
    std::map<std::int64_t, Operation> known;
    for (const HistoryChange& c : store::changes(context.store(), operation, record)) {
        const meta::Placed* field = c.entity == nullptr ? nullptr : c.entity->find(c.field);
        if (c.entity == nullptr || (field != nullptr && field->aside()))
            continue;
        auto [it, fresh] = known.try_emplace(c.operation);
        if (fresh)
            it->second = *store::operation(context.store(), c.operation);
        const Operation& o = it->second;
        std::string id = meta::short_id(*c.entity, record != nullptr ? record->id : c.record);
        if (record == nullptr && c.through > c.record)
            id += ".." + meta::short_id(*c.entity, c.through);
        const auto text = [](const std::string& s) { return s.empty() ? Value() : Value(s); };
        rows.row({o.id, moment(context, o.at), user_name(context, o.user), o.command, id, c.action,
                  text(c.field), text(c.old_value), text(c.new_value)});
    }
    rows.end();
}

int run_log(Context& context, const Given& given) {
    if (!given.words.empty()) {
        if (const auto number =
                given.noun == nullptr ? operation_number(given.words[0]) : std::nullopt) {
            if (!store::operation(context.store(), *number))
                throw Error(Fault::not_found, "not_found",
                            fmt::format("there is no operation {}", *number), "crm log lists them");
            print_changes(context, *number, nullptr);
        } else {
            const Found found = named_one(context, given.noun, given.words[0]);
            print_changes(context, 0, &found);
        }
        return 0;
    }
    std::int64_t limit = -1;
    if (given.has("limit")) {
        const auto n = operation_number(given.value("limit"));
        if (!n)
            throw Error(Fault::usage, "bad_number",
                        fmt::format("--limit: '{}' is not a number",
                                    text::clipped(given.value("limit"), 40)));
        limit = *n;
    }
    Rows rows(context, {"op", "at", "user", "records", "undone", "command"});
    for (const Operation& o : store::operations(context.store(), nullptr, limit))
        rows.row({o.id, moment(context, o.at), user_name(context, o.user), o.changes,
                  o.undone_by != 0 ? Value(fmt::format("by {}", o.undone_by))
                  : o.undoes != 0  ? Value(fmt::format("undoes {}", o.undoes))
                                   : Value(),
                  o.command});
    rows.end();
    return 0;
}

int run_undo(Context& context, const Given& given) {
    std::optional<std::int64_t> number;
    if (!given.words.empty()) {
        number = operation_number(given.words[0]);
        if (!number)
            throw Error(Fault::usage, "bad_number",
                        fmt::format("'{}' is no operation", text::clipped(given.words[0], 40)),
                        "crm log lists them");
    }
    Given as_any = given;
    as_any.noun = &context.model().entities().front();
    Change change(context, as_any);
    if (!number)
        number = store::last_to_undo(context.store());
    if (!number) {
        if (!context.quiet)
            context.remark("there is nothing to undo");
        return 0;
    }
    const auto operation = store::operation(context.store(), *number);
    if (!operation)
        throw Error(Fault::not_found, "not_found", fmt::format("there is no operation {}", *number),
                    "crm log lists them");
    if (operation->undone_by != 0)
        throw Error(Fault::refused, "cannot_undo",
                    fmt::format("operation {} is undone already, by operation {}", *number,
                                operation->undone_by),
                    fmt::format("crm undo {} brings it back", operation->undone_by));
    if (operation->changes > 1)
        need_consent(context,
                     fmt::format("Undo operation {}, {} records: {}?", operation->id,
                                 operation->changes, text::clipped(operation->command, 60)));
    std::int64_t records = 0;
    std::string lines;
    store::undo(change.writer, context.resolver(), *operation,
                [&](const meta::Entity& entity, std::int64_t id, std::string_view what) {
                    ++records;
                    if (context.format == "ids")
                        context.out.write(meta::short_id(entity, id) + "\n");
                    else if (records <= 20 && !context.quiet && !context.json())
                        lines += fmt::format("{}{} {}\n", context.dry_run ? "would have " : "",
                                             what, meta::short_id(entity, id));
                });
    if (records <= 20)
        context.out.write(lines);
    const std::int64_t made = change.writer.commit();
    if (context.json())
        context.out.write(fmt::format("{{\"undone\":{},\"operation\":{},\"records\":{}}}\n",
                                      operation->id, made, records));
    else if (!context.quiet)
        context.remark(fmt::format(
            "{}undone operation {}: {}{}", context.dry_run ? "would be " : "", operation->id,
            operation->command,
            made != 0 ? fmt::format(" (operation {}; crm undo {} redoes it)", made, made) : ""));
    return 0;
}

int run_why(Context& context, const Given& given) {
    const Found found = named_one(context, nullptr, given.words[0]);
    const std::string& name = given.words[1];
    const meta::Placed* field = found.entity->find(name);
    if (field == nullptr) {
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", found.entity->noun, text::clipped(name, 60)));
        e.candidates = text::nearest(name, found.entity->field_names());
        e.hint = text::did_you_mean(e.candidates);
        throw e;
    }
    if (field->is(meta::mirror))
        field = field->of;
    const store::Record record = context.store().get(*found.entity, found.id);
    HistoryChange last;
    for (HistoryChange& c : store::changes(context.store(), 0, &found))
        if (c.action == "add" || c.field == field->name())
            last = std::move(c);
    const std::string value = store::history_text(record, *field, context.model());
    if (value.empty() && last.action == "add")
        last = {};  // nobody ever said anything
    Rows rows(context, {"record", "field", "value", "op", "at", "user", "command", "source"});
    std::string source;
    sql::Statement from = context.store().db().prepare(
        "SELECT s.\"file\" || ':' || i.\"line\" FROM \"import_row\" i JOIN \"source\" s ON "
        "s.\"id\"=i.\"source\" WHERE s.\"operation\"=?1 AND i.\"noun\"=?2 AND i.\"record\"=?3 "
        "ORDER BY s.\"id\", i.\"line\"");
    from.with(last.operation, found.entity->number, found.id);
    while (from.step())
        source += (source.empty() ? "" : ", ") + std::string(from.text(0));
    const auto operation = store::operation(context.store(), last.operation);
    const auto text = [](std::string s) { return s.empty() ? Value() : Value(std::move(s)); };
    rows.row({record.short_id(), std::string(field->name()), text(value),
              operation ? Value(operation->id) : Value(),
              operation ? Value(moment(context, operation->at)) : Value(),
              operation ? text(user_name(context, operation->user)) : Value(),
              operation ? text(operation->command) : Value(), text(source)});
    rows.end();
    return 0;
}

}  // namespace

Command log_command() {
    return {
        .help = "Show what was done, when and by whom",
        .needs = Needs::reading,
        .arguments = {{.name = "OP|REF",
                       .kind = Kind::any_reference,
                       .help = "an operation, or a record; all operations without one"}},
        .options = {{.name = "limit", .kind = Kind::number, .value = "N", .help = "the newest N"}},
        .run = run_log,
        .details =
            "Every command that writes is one operation. For an operation or a record each changed "
            "field is shown with its old and new value.",
        .examples = {{"log --limit 5", "the newest five"},
                     {"log 7", "what operation 7 changed"},
                     {"log c12", "the life of a contact"}}};
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

Command undo_command() {
    return {
        .help = "Take back an operation, however large",
        .needs = Needs::writing,
        .arguments =
            {{.name = "OP",
              .kind = Kind::word,
              .help = "its number in crm log; the last that stands and is no undo without one"}},
        .run = run_undo,
        .details =
            "Imports, bulk edits and removals are taken back as a whole, with the times as they "
            "were. It is refused where a later change touched the same field. "
            "An undo is an operation too: to undo it redoes what it took back, with the same ids. "
            "What was purged is gone.",
        .examples = {{"undo", "the last command that wrote"},
                     {"undo 7 --dry-run", "what taking operation 7 back would do"}}};
}

Command why_command() {
    return {
        .help = "Tell where a value came from",
        .needs = Needs::reading,
        .arguments =
            {{.name = "REF", .kind = Kind::any_reference, .required = true, .help = "the record"},
             {.name = "FIELD", .kind = Kind::field, .required = true, .help = "one of its fields"}},
        .run = run_why,
        .examples = {{"why c12 phones", "which command, person, day, and which file and line"}}};
}

}  // namespace crm::cmd
