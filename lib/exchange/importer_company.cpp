#include "base/text.hpp"
#include "exchange/importer_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

/// The company that a person's row or card names: found or made, and never told worse than it was.
namespace crm::exchange {

using form::Draft;
using form::DraftField;
using meta::Entity;
using meta::FieldInfo;
using store::Record;

bool names_only_a_company(const Draft& draft) {
    static constexpr std::string_view personal[] = {
        "name",   "given_name", "middle_name", "family_name", "nickname",
        "emails", "email",      "phones",      "phone",       "uid"};
    return draft.noun == "contact" && draft.account != nullptr &&
           draft.account->find("name") != nullptr &&
           std::ranges::none_of(draft.fields, [](const DraftField& told) {
               return std::ranges::find(personal, told.field) != std::end(personal);
           });
}

Draft company_of(Draft&& draft) {
    Draft company = std::move(*draft.account);
    company.file = std::move(draft.file), company.line = draft.line, company.raw = draft.raw,
    company.files = std::move(draft.files);
    static constexpr std::string_view common[] = {"refs",        "tags",  "owner",  "created_at",
                                                  "description", "extra", "source", "urls"};
    for (DraftField& told : draft.fields)
        if (std::ranges::find(common, told.field) != std::end(common))
            company.fields.push_back(std::move(told));
    return company;
}

/// Whether more than its name is told of a company.
bool Importer::tells_more(const Incoming& company) {
    const Entity& entity = *company.record.entity;
    return std::ranges::any_of(entity.fields(), [&](const FieldInfo& f) {
        return &f != entity.name() && !f.is(meta::mirror) && f.cells > 0 && f.name() != "tags" &&
               std::ranges::any_of(company.record.of(f), [](const Value& v) {
                   return !std::holds_alternative<std::monostate>(v);
               });
    });
}

/// Of a deal or an order: the company that its link names; most rows name one that another named
/// before.
std::int64_t Importer::linked_account(const Incoming& in) {
    const auto told = std::ranges::find_if(in.links, [](const auto& l) {
        return l.first->name() == "account" && l.first->type() == meta::Type::link;
    });
    if (told == in.links.end())
        return 0;
    const auto [it, is_new] = linked_accounts_.try_emplace(told->second, 0);
    if (!is_new)
        return it->second;
    store::Record probe(*in.record.entity);
    if (link(probe, *told->first, told->second))
        it->second = probe.number(*told->first);
    return it->second;
}

Expected<std::int64_t> Importer::account_of(Incoming& in, const Draft& draft, bool make) {
    if (in.company_id != 0)
        return in.company_id;
    if (in.record.entity->find("accounts") == nullptr)
        return linked_account(in);
    // "account" told by its name alone is a company like one that a card tells of.
    if (!in.company) {
        const auto told = std::ranges::find_if(
            in.links, [](const auto& l) { return l.first->name() == "account"; });
        if (told == in.links.end())
            return 0;
        in.company = std::make_unique<Incoming>(store_.model().get("account"));
        in.company->name = text::trimmed(told->second);
        in.company->record.put(*in.company->record.entity->name(), {Value(in.company->name)});
        in.links.erase(told);
    }
    Incoming& company = *in.company;
    const Entity& entity = *company.record.entity;
    Keys& k = company.keys;
    if (!make)
        k = keys(company, 0);
    if (k.name.empty() && k.ref.empty())
        return 0;
    const bool more = make && tells_more(company);  // before the record goes its way
    if (make && company.record.id != 0 && !more) {
        companies_.insert(hash(company.name), company.record.id);
        return company.record.id;
    }
    for (const auto* level : {&k.ref, &k.name})
        for (const Key& key : *level) {
            if (company.record.id != 0)
                break;
            if (const Seen* before = seen(entity).find(key.hash)) {
                company.record.id = before->record;
                break;
            }
            if (!had_records_[entity.number])
                continue;
            const auto ids = stored(key.text, company, 0);
            if (ids.size() > 1)
                return failure(
                    Fault::ambiguous, "ambiguous",
                    fmt::format("'{}' is {} accounts: {}, {}…", company.name, ids.size(),
                                meta::short_id(entity, ids[0]), meta::short_id(entity, ids[1])));
            if (ids.size() == 1)
                company.record.id = ids.front();
        }
    if (!make)
        return company.record.id;
    if (company.record.id != 0 && company.record.entity != nullptr) {
        // What a person's card says of a company fills what is empty there and changes nothing
        // else.
        const std::uint64_t told =
            more ? digest(company, {}) ^ hash(std::to_string(company.record.id)) : 0;
        if (more && told_companies_.find(told) == nullptr) {
            told_companies_.insert(told, company.record.id);
            const Record before = writer_.get(entity, company.record.id);
            Record after = before;
            Touched all;
            for (const FieldInfo& f : entity.fields())
                if (!f.is(meta::many) && std::ranges::any_of(before.of(f), [](const Value& v) {
                        return !std::holds_alternative<std::monostate>(v);
                    }))
                    all.set.set(f.index);
            merge(after, company, all);
            writer_.change(before, after);
        }
    } else if (company.record.id == 0) {
        if (company.record.text(*entity.name()).empty())
            return 0;
        store::complete(company.record);
        writer_.add(company.record);
        touch(entity, company.record.id,
              {.name = company.name,
               .set = {},
               .line = draft.line,
               .file = file_number(draft.file),
               .added = true,
               .counted = true});
    }
    for (const auto* level : {&k.ref, &k.name})
        for (const Key& key : *level)
            seen(entity).insert(key.hash,
                                Seen{company.record.id, static_cast<std::int32_t>(draft.line),
                                     file_number(draft.file)});
    if (make && company.record.id != 0 && !more)
        companies_.insert(hash(company.name), company.record.id);
    return company.record.id;
}

}  // namespace crm::exchange
