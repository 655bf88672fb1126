#include "exchange/import_companies.hpp"

#include "base/text.hpp"
#include "exchange/fold.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace crm::exchange {

using form::Draft;
using form::DraftField;
using meta::Entity;
using meta::FieldInfo;
using store::Record;

namespace {

/// Whether a row has more of a company than its name and tags.
bool has_more_than_name(const IncomingRow& company) {
    const Entity& entity = company.entity();
    return std::ranges::any_of(entity.fields(), [&](const FieldInfo& field) {
        return &field != entity.name() && !field.is(meta::mirror) && field.name() != "tags" &&
               has_value(company.record, field);
    });
}

}  // namespace

bool is_about_a_company(const Draft& draft) {
    static constexpr std::string_view personal[] = {
        "name",   "given_name", "middle_name", "family_name", "nickname",
        "emails", "email",      "phones",      "phone",       "uid"};
    if (draft.noun != "contact" || draft.account == nullptr ||
        draft.account->find("name") == nullptr)
        return false;
    return std::ranges::none_of(draft.fields, [](const DraftField& field) {
        return std::ranges::find(personal, field.field) != std::end(personal);
    });
}

Draft company_draft(Draft&& draft) {
    static constexpr std::string_view common[] = {"refs",        "tags",  "owner",  "created_at",
                                                  "description", "extra", "source", "urls"};
    Draft company = std::move(*draft.account);
    company.file = std::move(draft.file);
    company.line = draft.line;
    company.raw = draft.raw;
    company.files = std::move(draft.files);
    for (DraftField& field : draft.fields)
        if (std::ranges::find(common, field.field) != std::end(common))
            company.fields.push_back(std::move(field));
    return company;
}

Expected<void> ImportCompanies::read(IncomingRow& row, Draft& draft) {
    if (draft.account == nullptr)
        return {};
    // Most rows have nothing but the name of a company, and most companies have been named before.
    Draft& company = *draft.account;
    if (company.fields.size() == 1 && company.fields[0].field == "name") {
        row.company_name = text::trimmed(company.fields[0].value);
        if (const auto* id = by_name_.find(context_.hash(row.company_name))) {
            row.company_id = *id;
            return {};
        }
    }
    row.company = std::make_unique<IncomingRow>(context_.store.model().with(meta::Role::company));
    return reader_.read(*row.company, company);
}

/// The company that a deal or an order is linked to.
std::int64_t ImportCompanies::linked_company(const IncomingRow& row) {
    const auto link = std::ranges::find_if(row.links, [](const auto& candidate) {
        return candidate.first->name() == "account" && candidate.first->type() == meta::Type::link;
    });
    if (link == row.links.end())
        return 0;
    const auto [known, is_new] = by_link_text_.try_emplace(link->second, 0);
    if (!is_new)
        return known->second;
    Record probe(row.entity());
    if (links_.set(probe, *link->first, link->second))
        known->second = probe.number(*link->first);
    return known->second;
}

/// A company that is given by name only, as account=NAME, is treated like the company of a card.
bool ImportCompanies::take_company_from_links(IncomingRow& row) const {
    const auto link = std::ranges::find_if(
        row.links, [](const auto& candidate) { return candidate.first->name() == "account"; });
    if (link == row.links.end())
        return false;
    row.company = std::make_unique<IncomingRow>(context_.store.model().with(meta::Role::company));
    row.company->name = text::trimmed(link->second);
    row.company->record.put(*row.company->entity().name(), {Value(row.company->name)});
    row.links.erase(link);
    return true;
}

/// Finds a company by its keys, in this import and in the database.
Expected<void> ImportCompanies::look_up(IncomingRow& company) {
    const Entity& entity = company.entity();
    for (const auto* level : {&company.company_keys.ref, &company.company_keys.name}) {
        for (const Key& key : *level) {
            if (company.record.id != 0)
                return {};
            if (const KeyPlace* place = memory_.find_key(entity, key.hash)) {
                company.record.id = place->record;
                return {};
            }
            if (!context_.had_records(entity))
                continue;
            const auto ids = matcher_.stored(key.text, company, 0);
            if (ids.size() > 1)
                return failure(
                    Fault::ambiguous, "ambiguous",
                    fmt::format("'{}' is {} accounts: {}, {}…", company.name, ids.size(),
                                meta::short_id(entity, ids[0]), meta::short_id(entity, ids[1])));
            if (ids.size() == 1)
                company.record.id = ids.front();
        }
    }
    return {};
}

Expected<std::int64_t> ImportCompanies::find(IncomingRow& row) {
    if (row.company_id != 0)
        return row.company_id;
    if (row.entity().find("accounts") == nullptr)
        return linked_company(row);
    if (!row.company && !take_company_from_links(row))
        return 0;
    IncomingRow& company = *row.company;
    company.company_keys = matcher_.keys(company, 0);
    if (auto done = look_up(company); !done)
        return std::unexpected(std::move(done.error()));
    return company.record.id;
}

void ImportCompanies::fill_empty_fields(IncomingRow& company) {
    const std::uint64_t digest =
        digests_.digest(company, {}) ^ context_.hash(std::to_string(company.record.id));
    if (filled_in_.find(digest) != nullptr)
        return;
    filled_in_.insert(digest, company.record.id);
    const Record before = context_.writer.get(company.entity(), company.record.id);
    Record after = before;
    RecordMark mark;
    for (const FieldInfo& field : company.entity().fields())
        if (!field.is(meta::many) && has_value(before, field))
            mark.set.set(field.index);
    fold(after, company, mark, united_);
    context_.writer.change(before, after);
}

void ImportCompanies::add(IncomingRow& company, const Draft& draft) {
    store::complete(company.record);
    context_.writer.add(company.record);
    memory_.mark(company.entity(), company.record.id,
                 {.name = company.name,
                  .set = {},
                  .line = draft.line,
                  .file = memory_.file_number(draft.file),
                  .added = true,
                  .counted = true});
}

Expected<std::int64_t> ImportCompanies::find_or_add(IncomingRow& row, const Draft& draft) {
    if (row.company_id != 0)
        return row.company_id;
    if (row.entity().find("accounts") == nullptr)
        return linked_company(row);
    if (!row.company)
        return 0;
    IncomingRow& company = *row.company;
    const Entity& entity = company.entity();
    const Keys& keys = company.company_keys;
    if (keys.name.empty() && keys.ref.empty())
        return 0;
    const bool has_more = has_more_than_name(company);
    const auto remember_name = [&] {
        if (!has_more)
            by_name_.insert(context_.hash(company.name), company.record.id);
    };
    if (company.record.id != 0 && !has_more) {
        remember_name();
        return company.record.id;
    }
    if (auto done = look_up(company); !done)
        return std::unexpected(std::move(done.error()));
    if (company.record.id != 0) {
        if (has_more)
            fill_empty_fields(company);
    } else {
        if (company.record.text(*entity.name()).empty())
            return 0;
        add(company, draft);
    }
    const KeyPlace here = memory_.place(company.record.id, draft);
    for (const auto* level : {&keys.ref, &keys.name})
        for (const Key& key : *level)
            memory_.add_key(entity, key.hash, here);
    remember_name();
    return company.record.id;
}

}  // namespace crm::exchange
