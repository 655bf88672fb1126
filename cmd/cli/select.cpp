#include "cmd/cli/select.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::cmd {
namespace {

/// Each record once, in the order in which it was first named.
class Names {
public:
    void add(const store::Found& found) {
        if (seen_.insert(found).second)
            found_.push_back(found);
    }
    std::vector<store::Found> found() && { return std::move(found_); }

private:
    std::set<store::Found> seen_;
    std::vector<store::Found> found_;
};

void refuse_where(const Arguments& args, const std::vector<std::string>& references) {
    // A variable that was not set must not turn into everything.
    if (text::trimmed(args.text("where")).empty())
        throw Error(Fault::usage, "empty_query", "--where is empty and would match every record",
                    "--where id:any selects all of them");
    // Both together could mean either of two sets, and one of them would be a nasty surprise.
    if (!references.empty())
        throw Error(Fault::usage, "contradiction",
                    fmt::format("use either references ('{}') or --where, not both",
                                text::clipped(references.front(), 40)),
                    "--where 'id:(c12,c14) and …' combines them");
}

void add_where(Session& session, const Arguments& args, Names& names) {
    const auto ids = selection(session, args, {args.text("where")}).ids();
    for (const std::int64_t id : ids)
        names.add({args.noun, id});
    // A job in a crontab has nothing to say then; a person may have mistyped.
    if (ids.empty() && session.env.err_tty)
        session.remark(fmt::format("no {} matches", args.noun->noun));
}

}  // namespace

query::Context query_context(Session& session, const std::vector<std::string>& words) {
    return store::query_context(session.resolver(), session.env.clock, words);
}

store::Selection selection(Session& session, const meta::Entity& noun,
                           const std::vector<std::string>& query) {
    return store::select(session.resolver(), session.env.clock, noun, query);
}

store::Selection selection(Session& session, const Arguments& args,
                           std::vector<std::string> query) {
    const meta::Entity& entity = *args.noun;
    // "-" stands for the records that standard input names: an empty one for none, never for all.
    std::optional<std::vector<std::int64_t>> among;
    if (std::erase(query, "-") > 0) {
        among.emplace();
        for (const std::string& reference : session.references({"-"}))
            among->push_back(resolve_reference(session, &entity, reference).id);
    }
    store::Selection out =
        store::select(session.resolver(), session.env.clock, entity, query, args.flag("trash"));
    out.among = std::move(among);
    if (args.has("sort"))
        if (auto sorted = out.sort(args.text("sort")); !sorted)
            throw sorted.error();
    if (const auto limit = args.number("limit"))
        out.limit = *limit;
    return out;
}

store::Found resolve_reference(Session& session, const meta::Entity* noun,
                               const std::string& reference) {
    auto found = session.resolver().find(reference, noun);
    if (!found)
        throw found.error();
    return *found;
}

std::vector<store::Found> resolve_references(Session& session, const Arguments& args,
                                             const std::vector<std::string>& references) {
    if (args.has("where"))
        refuse_where(args, references);
    Names names;
    for (const std::string& reference : references)
        names.add(resolve_reference(session, args.noun, reference));
    if (args.has("where"))
        add_where(session, args, names);
    return std::move(names).found();
}

std::vector<store::Found> resolve_references_in_trash(Session& session, const Arguments& args,
                                                      const std::vector<std::string>& references,
                                                      bool only_trash) {
    if (args.has("where"))
        refuse_where(args, references);
    Names names;
    for (const std::string& reference : references) {
        auto found = session.resolver().find(reference, args.noun);
        // No index knows what is in the trash, so the fields themselves are compared.
        if (!found && found.error().code == "not_found")
            if (auto trashed = store::in_trash(session.store(), *args.noun, reference))
                found = *trashed;
        if (!found)
            throw found.error();
        names.add(*found);
    }
    if (args.has("where")) {
        Arguments where = args;
        if (only_trash)
            where.options["trash"] = "";
        add_where(session, where, names);
    }
    return std::move(names).found();
}

store::Record load_not_deleted(Session& session, const store::Found& found) {
    store::Record record = session.store().get(*found.entity, found.id);
    if (!record.deleted_at.empty())
        throw Error(Fault::refused, "in_trash",
                    fmt::format("{} {} is in the trash", record.short_id(), record.label()),
                    fmt::format("crm {} restore {}", found.entity->noun, record.short_id()));
    return record;
}

std::optional<store::Record> by_key(Session& session, const store::Record& record,
                                    const std::string& key) {
    const meta::Entity& entity = *record.entity;
    const meta::FieldInfo* field = entity.find(key);
    if (field == nullptr && key != "uid") {
        Error e(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", entity.noun, text::clipped(key, 60)));
        suggest(e, key, entity.field_names());
        throw e;
    }
    const std::string value =
        key == "uid" ? record.uid : store::history_text(record, *field, session.model());
    if (value.empty())
        throw Error(Fault::usage, "no_key",
                    fmt::format("{} is the key but no {}=… is given", key, key));
    std::set<std::int64_t> ids;
    const auto add = [&](const std::string& one) {
        for (const std::int64_t id : store::by_value(session.store(), entity, key, one))
            ids.insert(id);
    };
    if (field != nullptr && field->is(meta::many) && field->cells > 0)
        for (const meta::Item& item : meta::read_items(value))
            add(item.value);
    else
        add(value);
    if (ids.size() > 1) {
        Error e(Fault::ambiguous, "ambiguous",
                fmt::format("{}={} matches {} {}", key, value, ids.size(), entity.plural));
        for (const std::int64_t id : ids)
            e.candidates.push_back(meta::short_id(entity, id));
        e.hint = "choose one of " + text::joined(e.candidates, ", ");
        throw e;
    }
    if (ids.empty())
        return {};
    return session.store().get(entity, *ids.begin());
}

}  // namespace crm::cmd
