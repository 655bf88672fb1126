#include "cmd/cli/changes.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::cmd {

Change::Change(Session& session, const Arguments& args)
    : writer(session.store(), session.operation_info(args.line)), report(session) {
    if (args.flag("create"))
        session.resolver().create = [this, &session](const meta::Entity& entity,
                                                     std::string_view name) {
            if (entity.name() == nullptr)
                throw Error(Fault::refused, "nameless",
                            fmt::format("a {} has no name to be made by", entity.noun));
            store::Record made(entity);
            if (name.find('@') != std::string_view::npos && entity.find("emails") != nullptr) {
                auto values = meta::read(*entity.find("emails"), name, session.reading());
                if (!values)
                    throw values.error();
                made.put(*entity.find("emails"), std::move(*values));
                store::align_mirrors(made);
                store::complete(made);
            } else {
                made.put(*entity.name(), {Value(std::string(name))});
            }
            return writer.add(made);
        };
}

int Change::end() {
    report.end();
    writer.commit();
    return 0;
}

void assign(Session& session, Change&, store::Record& record, const std::vector<std::string>& words,
            bool naming) {
    const meta::Reading how = session.reading();
    const store::Record before = record;
    bool named = false;
    std::set<std::string_view> set;
    for (const std::string& word : words) {
        const bool tag = word.size() > 1 && (word[0] == '+' || word[0] == '-') && word[1] != '=';
        if (!tag && !store::is_assignment(word)) {
            if (!naming || named || record.entity->name() == nullptr)
                throw Error(
                    Fault::usage, "no_assignment",
                    fmt::format("'{}' is no FIELD=VALUE, +tag or -tag", text::clipped(word, 60)),
                    named ? "quote a name that has blanks: 'Ada Lovelace'"
                          : fmt::format("crm fields {} lists the fields", record.entity->noun));
            if (set.contains(record.entity->name()->name()))
                throw Error(Fault::usage, "contradiction",
                            fmt::format("{} is said twice", record.entity->name()->name()));
            named = true;
            auto values = meta::read(*record.entity->name(), word, how);
            if (!values)
                throw values.error();
            record.put(*record.entity->name(), std::move(*values));
            continue;
        }
        auto assignment = store::read_assignment(*record.entity, word);
        if (!assignment)
            throw assignment.error();
        // Of two values for one the last would win without a word.
        if (assignment->op == store::Assignment::Op::set && !assignment->text.empty() &&
            assignment->field->type() != meta::Type::rows &&
            assignment->field->type() != meta::Type::address &&
            (!set.insert(assignment->field->name()).second ||
             (named && assignment->field == record.entity->name())))
            throw Error(Fault::usage, "contradiction",
                        fmt::format("{} is said twice", assignment->field->name()));
        if (auto done = store::apply(record, *assignment, session.resolver(), how); !done)
            throw done.error();
    }
    if (record.id != 0)
        store::align_name(before, record);
}

void assign_row(Session& session, const meta::FieldInfo& field, store::RowCells& row,
                const std::string& word, const std::string& currency) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto it =
        std::ranges::find(field.rows, name, [](const meta::FieldInfo& p) { return p.name(); });
    if (equals == std::string::npos || it == field.rows.end() || it->computed() ||
        it == field.rows.begin()) {
        std::vector<std::string> names;
        for (const meta::FieldInfo& p : field.rows)
            if (!p.computed() && &p != &field.rows.front())
                names.emplace_back(p.name());
        Error e(
            Fault::usage, "unknown_field",
            fmt::format("there is no '{}' to set in {}", text::clipped(word, 60), field.name()));
        suggest(e, name, names, text::joined(names, ", "));
        // A bare number is how many, or for how much.
        if (equals == std::string::npos && !word.empty() && word[0] >= '0' && word[0] <= '9')
            e.hint = fmt::format(
                "{}={}", std::ranges::find(names, "quantity") != names.end() ? "quantity" : "price",
                text::clipped(word, 40));
        throw e;
    }
    auto values = meta::read(*it, std::string_view(word).substr(equals + 1),
                             {.clock = &session.env.clock, .currency = currency});
    if (!values)
        throw values.error();
    std::ranges::move(*values, row.begin() + static_cast<long>(it->first));
}

std::optional<store::Record> by_key(Session& session, const store::Record& record,
                                    const std::string& key) {
    const meta::FieldInfo* field = record.entity->find(key);
    std::string value = key == "uid"       ? record.uid
                        : field == nullptr ? std::string()
                                           : store::history_text(record, *field, session.model());
    if (field == nullptr && key != "uid") {
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", record.entity->noun, text::clipped(key, 60)));
        suggest(e, key, record.entity->field_names());
        throw e;
    }
    if (value.empty())
        throw Error(Fault::usage, "no_key",
                    fmt::format("{} is the key but no {}=… is given", key, key));
    std::vector<std::int64_t> ids;
    if (field != nullptr && field->is(meta::many) && field->cells > 0) {
        for (const meta::Item& item : meta::read_items(value))
            for (std::int64_t id :
                 store::by_value(session.store(), *record.entity, key, item.value))
                if (std::ranges::find(ids, id) == ids.end())
                    ids.push_back(id);
    } else {
        ids = store::by_value(session.store(), *record.entity, key, value);
    }
    if (ids.size() > 1) {
        Error e(Fault::ambiguous, "ambiguous",
                fmt::format("{}={} is {} {}", key, value, ids.size(), record.entity->plural));
        for (std::int64_t id : ids)
            e.candidates.push_back(meta::short_id(*record.entity, id));
        e.hint = "say which: " + text::joined(e.candidates, ", ");
        throw e;
    }
    if (ids.empty())
        return {};
    return session.store().get(*record.entity, ids.front());
}

void require_confirmation(Session& session, const std::string& question) {
    if (session.confirm(question))
        return;
    throw Error(Fault::unconfirmed, "unconfirmed", question + " Nobody said yes; nothing was done",
                "--yes says so beforehand, --dry-run shows what would happen");
}

store::Record load_not_deleted(Session& session, const store::Found& found) {
    store::Record record = session.store().get(*found.entity, found.id);
    if (!record.deleted_at.empty())
        throw Error(Fault::refused, "in_trash",
                    fmt::format("{} {} lies in the trash", record.short_id(), record.label()),
                    fmt::format("crm {} restore {}", found.entity->word, record.short_id()));
    return record;
}

}  // namespace crm::cmd
