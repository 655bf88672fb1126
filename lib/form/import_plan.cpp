#include "form/import_plan.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/vcard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace crm::form {
namespace {

bool has_any(const Header& header, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(header.lower, [&](const std::string& name) {
        return std::ranges::find(names, std::string_view(name)) != names.end();
    });
}

std::unexpected<Error> other_noun(std::string message, std::string hint) {
    return failure(Fault::refused, "other_noun", std::move(message), std::move(hint));
}

/// Refuses tables about something else, which would be imported as records with that name.
Expected<void> check_noun(const Header& header, const meta::Entity& entity) {
    if (entity.find("stage") == nullptr &&
        has_any(header,
                {"deal name", "deal stage", "opportunity name", "stagename", "ticket name"}))
        return other_noun(
            fmt::format("this table is about deals or tickets, not about {}", entity.plural),
            "--map COLUMN=FIELD,… imports it anyway");
    if (entity.role == meta::Role::company &&
        has_any(header, {"first name", "firstname", "given name"}) &&
        has_any(header, {"last name", "lastname", "family name"}))
        return other_noun("this table is about people, not about accounts",
                          "crm contact import imports them and their companies; --map "
                          "COLUMN=FIELD,… imports it anyway");
    return {};
}

/// Refuses our own export of another noun: two records would have one uid.
Expected<void> check_own_export(const Header& header, const meta::Model& model,
                                const meta::Entity& entity) {
    const auto known_columns = [&](const meta::Entity& candidate) {
        return std::ranges::count_if(header.lower, [&](const std::string& name) {
            return candidate.find(std::string_view(name).substr(0, name.find('.'))) != nullptr;
        });
    };
    const auto best = std::ranges::max_element(model.entities(), {}, known_columns);
    const auto known = known_columns(entity);
    if (known_columns(*best) <= known || known * 2 >= std::ssize(header.lower))
        return {};
    return other_noun(
        fmt::format("this table is an export of {}, not of {}", best->plural, entity.plural),
        fmt::format("use crm {} import; --map COLUMN=FIELD,… imports it anyway", best->noun));
}

/// The vendor that was asked for, else the one whose header it is; null for an unknown program.
Expected<const Vendor*> vendor_of(const Header& header, std::string_view program) {
    if (program.empty())
        return recognised_vendor(header);
    std::vector<std::string> names;
    for (const Vendor& vendor : vendors()) {
        if (vendor.name == program)
            return &vendor;
        names.emplace_back(vendor.name);
    }
    if (const auto near = text::nearest(program, names); !near.empty())
        return failure(
            Fault::usage, "unknown_program",
            fmt::format("there is no program '{}'", text::clipped(text::visible(program), 60)),
            text::did_you_mean(near));
    return nullptr;
}

std::unexpected<Error> unknown_field(const meta::Entity& entity, const std::string& name) {
    Error error(Fault::usage, "unknown_field",
                fmt::format("{} has no field '{}'", entity.noun, name));
    suggest(error, name, entity.field_names(), fmt::format("crm fields {}", entity.noun));
    return std::unexpected(std::move(error));
}

}  // namespace

void ImportPlan::find_company_column(const Header& header, const Vendor& vendor) {
    if (vendor.company.empty())
        return;
    std::string digits;
    const auto found = std::ranges::find_if(header.keys, [&](const std::string& key) {
        return header_matches(vendor.company, key, digits);
    });
    if (found != header.keys.end())
        company_column_ = static_cast<std::size_t>(found - header.keys.begin());
}

Expected<void> ImportPlan::map_columns(RowPlan& plan, const Header& header, const Vendor* vendor,
                                       std::span<const std::string* const> targets,
                                       const TableOptions& options) {
    const bool is_first = &plan == &plans_.front();
    const bool is_named = !options.columns.empty();
    for (std::size_t column = 0; column < targets.size(); ++column) {
        const std::string* target = targets[column];
        if (target == nullptr) {
            if (is_named && header.names[column].empty())
                continue;
            const bool known = match_column(plan, column, header, vendor);
            if (!known && is_named && is_first)
                return unknown_field(plan.entity(), header.names[column]);
            if (!known && vendor == nullptr && !header.names[column].empty())
                unknown_.push_back(header.names[column]);
        } else if (!plan.map(column, *target, header.keys) && is_first) {
            return unknown_field(plan.entity(), *target);
        }
    }
    plan.finish();
    for (const ColumnNotation& notation : plan.notations())
        if (std::ranges::find(notations_, notation.column(), &ColumnNotation::column) ==
            notations_.end())
            notations_.push_back(notation);
    return {};
}

Expected<ImportPlan> ImportPlan::make(const meta::Model& model, const meta::Entity& entity,
                                      std::span<const std::string_view> cells,
                                      const TableOptions& options) {
    const Header header = read_header(cells);
    const auto targets = mapped_targets(header, options.map);
    if (!targets)
        return std::unexpected(targets.error());
    if (options.map.empty())
        if (auto done = check_noun(header, entity); !done)
            return std::unexpected(std::move(done.error()));
    const auto found = vendor_of(header, options.program);
    if (!found)
        return std::unexpected(found.error());
    const Vendor* vendor = *found;
    const bool is_own_export = vendor != nullptr && vendor->name == "crm";
    if (options.map.empty() && is_own_export)
        if (auto done = check_own_export(header, model, entity); !done)
            return std::unexpected(std::move(done.error()));

    ImportPlan plan;
    std::string_view system = options.program.empty() ? options.system : options.program;
    const bool is_person_or_company =
        entity.role == meta::Role::person || entity.role == meta::Role::company;
    if (vendor != nullptr) {
        plan.program_ = vendor->name;
        system = vendor->name;
        if (is_person_or_company)
            plan.find_company_column(header, *vendor);
    }
    for (const auto& name : header.names)
        plan.extra_starts_.push_back(content_line({{}, "X-COLUMN", {{"NAME", name}}, {}, 0}));
    plan.plans_.emplace_back(model, entity, std::string(system), is_own_export);
    if (plan.company_column_) {
        const std::string_view other = entity.role == meta::Role::person ? "account" : "contact";
        plan.plans_.emplace_back(model, model.get(other), std::string(system), is_own_export);
    }
    for (RowPlan& rows : plan.plans_)
        if (auto done = plan.map_columns(rows, header, vendor, *targets, options); !done)
            return std::unexpected(std::move(done.error()));
    if (std::ranges::none_of(plan.plans_, &RowPlan::usable))
        return failure(Fault::refused, "no_usable_column",
                       fmt::format("no column of this file identifies {}", entity.plural),
                       fmt::format("use --map COLUMN=FIELD,…{}; the columns are {}",
                                   header.names.size() == 1 ? " or --delimiter C" : "",
                                   text::clipped(text::joined(header.names, ", "), 200)));
    return plan;
}

bool ImportPlan::is_ambiguous(std::span<const std::string_view> cells) const {
    return std::ranges::any_of(notations_, [&](const ColumnNotation& notation) {
        return notation.column() < cells.size() && notation.is_ambiguous(cells[notation.column()]);
    });
}

void ImportPlan::survey(std::span<const std::string_view> cells) {
    for (ColumnNotation& notation : notations_)
        if (notation.column() < cells.size())
            notation.survey(cells[notation.column()]);
}

std::optional<Draft> ImportPlan::draft(std::span<const std::string_view> cells) const {
    const RowPlan* rows = &plans_.front();
    if (company_column_ && *company_column_ < cells.size()) {
        const std::string word = text::key(cells[*company_column_]);
        const bool is_company = word == "company" || word == "true" || word == "yes" || word == "1";
        if (is_company != (rows->entity().role == meta::Role::company))
            rows = &plans_.back();
    } else if (company_column_ && rows->entity().role == meta::Role::company) {
        rows = &plans_.back();
    }
    return rows->draft(cells, extra_starts_, notations_);
}

}  // namespace crm::form
