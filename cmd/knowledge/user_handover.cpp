#include "cmd/cli/changes.hpp"
#include "knowledge/dependence.hpp"

#include <fmt/format.h>

/// user handover: what only one colleague knows or has in hand.
namespace crm::cmd {
namespace {

using knowledge::HandoverItem;

/// Nothing for a keyword.
std::string id_of(const HandoverItem& item) {
    const auto& [entity, id] = item.record;
    return entity == nullptr ? std::string() : meta::short_id(*entity, id);
}

int print_items(Session& session, const std::vector<HandoverItem>& items) {
    Rows rows(session, {"id", "kind", "name", "detail"});
    for (const HandoverItem& item : items)
        rows.row({id_of(item), std::string(item.kind), item.name, item.detail});
    rows.end();
    if (items.empty())
        session.remark_nothing("nothing to hand over");
    return 0;
}

/// Whether the user has an open task for it already.
bool is_asked(Session& session, const std::string& subject, std::int64_t user) {
    const meta::Entity& tasks = session.model().get("task");
    for (const std::int64_t id : store::by_value(session.store(), tasks, "subject", subject)) {
        const store::Record task = session.store().get(tasks, id);
        const std::string& status = task.text("status");
        if (task.number("owner") == user && status != "Completed" && status != "Canceled")
            return true;
    }
    return false;
}

int add_tasks(Session& session, const Arguments& args, const std::vector<HandoverItem>& items,
              std::int64_t user) {
    Change change(session, args);
    for (const HandoverItem& item : items) {
        const std::string id = id_of(item);
        const std::string subject =
            fmt::format("Hand over {} {}{}{}", item.kind, id, id.empty() ? "" : " ", item.name);
        if (is_asked(session, subject, user))
            continue;
        store::Record task(session.model().get("task"));
        task.put_text("subject", subject);
        task.put(task.field("owner"), {Value(user)});
        if (!id.empty())
            task.put(task.field("about"),
                     {Value(std::int64_t{item.record.entity->number}), Value(item.record.id)});
        change.writer.add(task);
        change.report.add(task, "added", task.label());
    }
    return change.end();
}

int run_user_handover(Session& session, const Arguments& args) {
    const store::Found user = resolve_reference(session, args.noun, args.words[0]);
    const auto items = knowledge::handover(session.store(), session.env.clock, user.id);
    return args.flag("tasks") ? add_tasks(session, args, items, user.id)
                              : print_items(session, items);
}

}  // namespace

Command user_handover() {
    return {.help = "List what only one colleague knows or has in hand",
            .needs = Needs::writing,
            .arguments =
                {{.name = "USER", .kind = Kind::reference, .required = true, .help = "who leaves"}},
            .options = {{.name = "tasks", .help = "add a task for each, unless they have it"}},
            .formats = formats::rows_with_id,
            .run = run_user_handover,
            .details =
                "Accounts of the user that nobody else has touched in a year, open promises, "
                "articles that nobody else has written on, products and keywords (topic) of which "
                "they have 80 % and more of the score that crm kb experts counts, open deals, and "
                "drafts.",
            .examples = {{"user handover ada", "what has to be explained"},
                         {"user handover ada --tasks", "a task for each"}}};
}

}  // namespace crm::cmd
