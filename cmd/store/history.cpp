#include "base/suggest.hpp"
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

std::string moment(Session& session, const std::string& at) {
    const auto instant = iso_instant(at);
    return instant && !session.env.clock.zone.empty() ? session.env.clock.local(*instant) : at;
}

std::string user_name(Session& session, const std::string& user) {
    const meta::Entity& users = session.model().get("user");
    if (!user.starts_with(users.prefix) || user.size() == users.prefix.size() ||
        user.find_first_not_of("0123456789", users.prefix.size()) != std::string::npos)
        return user;
    const std::string name =
        session.store().name(users, std::stoll(user.substr(users.prefix.size())));
    return name.empty() ? user : name;
}

void print_changes(Session& session, std::int64_t operation, const Found* record) {
    Rows rows(session, {"op", "at", "user", "command", "record", "action", "field", "old", "new"});
    std::map<std::int64_t, Operation> known;
    for (const HistoryChange& c : store::changes(session.store(), operation, record)) {
        const meta::FieldInfo* field = c.entity == nullptr ? nullptr : c.entity->find(c.field);
        if (c.entity == nullptr || (field != nullptr && field->is_bookkeeping()))
            continue;
        auto [it, fresh] = known.try_emplace(c.operation);
        if (fresh)
            it->second = *store::operation(session.store(), c.operation);
        const Operation& o = it->second;
        std::string id = meta::short_id(*c.entity, record != nullptr ? record->id : c.record);
        if (record == nullptr && c.through > c.record)
            id += ".." + meta::short_id(*c.entity, c.through);
        const auto text = [](const std::string& s) { return s.empty() ? Value() : Value(s); };
        rows.row({o.id, moment(session, o.at), user_name(session, o.user), o.command, id, c.action,
                  text(c.field), text(c.old_value), text(c.new_value)});
    }
    rows.end();
}

int run_log(Session& session, const Arguments& args) {
    if (!args.words.empty()) {
        if (const auto number =
                args.noun == nullptr ? operation_number(args.words[0]) : std::nullopt) {
            if (!store::operation(session.store(), *number))
                throw Error(Fault::not_found, "not_found",
                            fmt::format("there is no operation {}", *number), "crm log lists them");
            print_changes(session, *number, nullptr);
        } else {
            const Found found = resolve_reference(session, args.noun, args.words[0]);
            print_changes(session, 0, &found);
        }
        return 0;
    }
    const std::int64_t limit = args.number("limit").value_or(-1);
    Rows rows(session, {"op", "at", "user", "records", "undone", "command"});
    for (const Operation& o : store::operations(session.store(), nullptr, limit))
        rows.row({o.id, moment(session, o.at), user_name(session, o.user), o.changes,
                  o.undone_by != 0 ? Value(fmt::format("by {}", o.undone_by))
                  : o.undoes != 0  ? Value(fmt::format("undoes {}", o.undoes))
                                   : Value(),
                  o.command});
    rows.end();
    return 0;
}

int run_undo(Session& session, const Arguments& args) {
    std::optional<std::int64_t> number;
    if (!args.words.empty()) {
        number = operation_number(args.words[0]);
        if (!number)
            throw Error(Fault::usage, "bad_number",
                        fmt::format("'{}' is no operation", text::clipped(args.words[0], 40)),
                        "crm log lists them");
    }
    Arguments as_any = args;
    as_any.noun = &session.model().entities().front();
    Change change(session, as_any);
    if (!number)
        number = store::last_to_undo(session.store());
    if (!number) {
        if (!session.quiet)
            session.remark("there is nothing to undo");
        return 0;
    }
    const auto operation = store::operation(session.store(), *number);
    if (!operation)
        throw Error(Fault::not_found, "not_found", fmt::format("there is no operation {}", *number),
                    "crm log lists them");
    if (operation->undone_by != 0)
        throw Error(Fault::refused, "cannot_undo",
                    fmt::format("operation {} is undone already, by operation {}", *number,
                                operation->undone_by),
                    fmt::format("crm undo {} brings it back", operation->undone_by));
    if (operation->changes > 1)
        require_confirmation(
            session, fmt::format("Undo operation {}, {} records: {}?", operation->id,
                                 operation->changes, text::clipped(operation->command, 60)));
    std::int64_t records = 0;
    std::string lines;
    store::undo(change.writer, session.resolver(), *operation,
                [&](const meta::Entity& entity, std::int64_t id, std::string_view what) {
                    ++records;
                    if (session.format == "ids")
                        session.out.write(meta::short_id(entity, id) + "\n");
                    else if (records <= 20 && !session.quiet && !session.json())
                        lines += fmt::format("{}{} {}\n", session.dry_run ? "would have " : "",
                                             what, meta::short_id(entity, id));
                });
    if (records <= 20)
        session.out.write(lines);
    const std::int64_t made = change.writer.commit();
    if (session.json())
        session.out.write(fmt::format("{{\"undone\":{},\"operation\":{},\"records\":{}}}\n",
                                      operation->id, made, records));
    else if (!session.quiet)
        session.remark(fmt::format(
            "{}undone operation {}: {}{}", session.dry_run ? "would be " : "", operation->id,
            operation->command,
            made != 0 ? fmt::format(" (operation {}; crm undo {} redoes it)", made, made) : ""));
    return 0;
}

int run_why(Session& session, const Arguments& args) {
    const Found found = resolve_reference(session, nullptr, args.words[0]);
    const std::string& name = args.words[1];
    const meta::FieldInfo* field = found.entity->find(name);
    if (field == nullptr) {
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", found.entity->noun, text::clipped(name, 60)));
        suggest(e, name, found.entity->field_names());
        throw e;
    }
    if (field->is(meta::mirror))
        field = field->of;
    const store::Record record = session.store().get(*found.entity, found.id);
    HistoryChange last;
    for (HistoryChange& c : store::changes(session.store(), 0, &found))
        if (c.action == "add" || c.field == field->name())
            last = std::move(c);
    const std::string value = store::history_text(record, *field, session.model());
    if (value.empty() && last.action == "add")
        last = {};  // nobody ever said anything
    Rows rows(session, {"record", "field", "value", "op", "at", "user", "command", "source"});
    std::string source;
    sql::Statement from = session.store().db().prepare(
        "SELECT s.\"file\" || ':' || i.\"line\" FROM \"import_row\" i JOIN \"source\" s ON "
        "s.\"id\"=i.\"source\" WHERE s.\"operation\"=?1 AND i.\"noun\"=?2 AND i.\"record\"=?3 "
        "ORDER BY s.\"id\", i.\"line\"");
    from.with(last.operation, found.entity->number, found.id);
    while (from.step())
        source += (source.empty() ? "" : ", ") + std::string(from.text(0));
    const auto operation = store::operation(session.store(), last.operation);
    const auto text = [](std::string s) { return s.empty() ? Value() : Value(std::move(s)); };
    rows.row({record.short_id(), std::string(field->name()), text(value),
              operation ? Value(operation->id) : Value(),
              operation ? Value(moment(session, operation->at)) : Value(),
              operation ? text(user_name(session, operation->user)) : Value(),
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
