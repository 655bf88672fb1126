#include "people/dossier.hpp"

#include "people/related.hpp"
#include "show/sheet.hpp"
#include "store/columns.hpp"
#include "store/erase.hpp"
#include "store/history.hpp"
#include "store/mail_objection.hpp"

#include <algorithm>
#include <map>

namespace crm::people {
namespace {

using meta::Entity;
using Entry = Dossier::Entry;

/// One record as text by field and as JSON.
Entry entry_of(const store::Selection& selection, std::span<const show::Column> titles,
               std::span<const std::span<const View>> cells, const show::Style& style) {
    Entry entry{.noun = selection.entity().noun,
                .id = std::string(cells[0].front().text),
                .json = {},
                .fields = {}};
    show::json_object(titles, cells, style, entry.json);
    while (entry.json.ends_with('\n'))
        entry.json.pop_back();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const store::SelectColumn& column = selection.columns[i];
        if (!column.single() && column.field->is(meta::mirror))
            continue;
        std::string text = store::cell_text(column, cells[i], *style.clock);
        if (!text.empty())
            entry.fields.emplace_back(column.title, std::move(text));
    }
    return entry;
}

/// The records of a noun for which a condition over `t` holds, also those in the trash.
class DossierCollector {
public:
    DossierCollector(store::Store& store, const Clock& clock, std::vector<Entry>& out)
        : store_(store), out_(out) {
        style_.clock = &clock;
        style_.objection = store::mail_objection(store);
    }

    void add(const Entity& entity, const std::string& condition, std::int64_t parameter,
             const std::vector<std::string>& columns) {
        for (const bool trash : {false, true}) {
            store::Selection selection(store_, entity);
            selection.condition = condition;
            selection.binds = {Value(parameter)};
            selection.trash = trash;
            store::add_columns(selection, columns);
            std::vector<show::Column> titles;
            for (const store::SelectColumn& column : selection.columns)
                titles.push_back({column.title, column.single() ? nullptr : column.field});
            selection.each([&](std::span<const std::span<const View>> cells) {
                Entry entry = entry_of(selection, titles, cells, style_);
                if (std::ranges::find(out_, entry.id, &Entry::id) == out_.end())
                    out_.push_back(std::move(entry));
                return true;
            });
        }
    }

    void add(const store::Found& record) {
        add(*record.entity, R"(t."id" = ?1)", record.id, whole(*record.entity));
    }

    static std::vector<std::string> whole(const Entity& entity) {
        std::vector<std::string> columns = store::all_columns(entity, false);
        columns.emplace_back("deleted_at");
        return columns;
    }

private:
    store::Store& store_;
    show::Style style_;
    std::vector<Entry>& out_;
};

std::vector<Dossier::Change> history(store::Store& store, const store::Found& person) {
    std::map<std::int64_t, store::Operation> operations;
    for (store::Operation& operation : store::operations(store, &person, -1))
        operations.emplace(operation.id, std::move(operation));
    std::vector<Dossier::Change> out;
    for (const store::HistoryChange& change : store::changes(store, 0, &person)) {
        const store::Operation& operation = operations.at(change.operation);
        out.push_back({.at = operation.at,
                       .user = operation.user,
                       .command = operation.command,
                       .field = change.field.empty() ? change.action : change.field,
                       .old_value = change.old_value,
                       .new_value = change.new_value});
    }
    return out;
}

}  // namespace

Dossier dossier(store::Store& store, const Clock& clock, const store::Found& person) {
    Dossier out{.name = store.name(*person.entity, person.id), .records = {}, .history = {}};
    DossierCollector collector(store, clock, out.records);
    collector.add(person);
    for (const Entity* noun : related_order(store.nouns())) {
        const std::string condition = store::links_to(*noun, *person.entity, "t", "?1");
        if (condition.empty())
            continue;
        // Of other people only who they are: the rest is theirs.
        if (noun == person.entity)
            collector.add(*noun, condition, person.id, {"id", "name"});
        else
            collector.add(*noun, condition, person.id, DossierCollector::whole(*noun));
    }
    const store::Record record = store.get(*person.entity, person.id);
    for (const store::Record& other : store::personal_records(store, record))
        collector.add({other.entity, other.id});
    out.history = history(store, person);
    return out;
}

}  // namespace crm::people
