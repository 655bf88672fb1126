#include "form/import_plan.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/import_cell.hpp"
#include "form/vcard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace crm::form {
namespace {

/// Whether the header is one of the pattern's, and the digits that stood for its '#'.
bool matches(std::string_view pattern, std::string_view header, std::string& digits) {
    digits.clear();
    std::size_t at = 0;
    for (const char c : pattern) {
        if (c == '#') {
            while (at < header.size() && header[at] >= '0' && header[at] <= '9')
                digits += header[at++];
        } else if (at < header.size() && header[at] == c) {
            ++at;
        } else {
            return false;
        }
    }
    return at == header.size();
}

bool any_matches(std::string_view patterns, std::string_view header, std::string& digits) {
    for (const std::string_view pattern : text::split(patterns, '|'))
        if (matches(text::key(pattern), header, digits))
            return true;
    return false;
}

bool present(std::string_view signature, std::span<const std::string> headers) {
    for (std::string_view wanted : text::split(signature, '&')) {
        wanted = text::trimmed(wanted);
        const bool ending = wanted.starts_with('*');
        if (ending)
            wanted.remove_prefix(1);
        if (std::ranges::none_of(headers, [&](const std::string& h) {
                return ending ? h.ends_with(wanted) : h == wanted;
            }))
            return false;
    }
    return true;
}

const Vendor* recognised(std::span<const std::string> headers) {
    for (const Vendor& vendor : vendors())
        for (const std::string_view signature : text::split(vendor.signatures, '|'))
            if (present(signature, headers))
                return &vendor;
    return nullptr;
}

/// The field of the noun that the header names, by its name or another spelling, also behind the
/// noun ("Deal Stage").
const meta::FieldInfo* named(const meta::Entity& entity, std::string_view key) {
    const auto find = [&](std::string_view wanted) -> const meta::FieldInfo* {
        for (const auto& field : entity.fields())
            if (text::key(field.name()) == wanted)
                return &field;
        std::string digits;
        for (const auto& field : entity.fields())
            if (!field.field->more.headers.empty() &&
                any_matches(field.field->more.headers, wanted, digits))
                return &field;
        return nullptr;
    };
    if (key.empty())
        return nullptr;
    if (const auto* field = find(key))
        return field;
    for (const std::string_view noun : {entity.noun, entity.alias}) {
        if (noun.empty() || !key.starts_with(noun))
            continue;
        if (key.size() == noun.size())
            return entity.name();
        if (const auto* field = find(key.substr(noun.size())))
            return field;
    }
    return nullptr;
}

struct Columns {
    std::vector<std::string> names;  ///< as they stand
    std::vector<std::string> lower;
    std::vector<std::string> keys;
};

Columns columns_of(std::span<const std::string_view> header) {
    Columns columns;
    for (const std::string_view cell : header) {
        const std::string_view name = text::trimmed(unprefixed(cell));
        columns.names.emplace_back(name);
        columns.lower.push_back(text::lower_ascii(name));
        columns.keys.push_back(text::key(name));
        std::erase(columns.keys.back(), '#');
    }
    return columns;
}

/// Finds what a column is for, the nearest knowledge first: the program's, our own names, what
/// headers usually mean. False for a column that nothing knows and that is kept.
bool aim(RowPlan& plan, std::size_t column, const Columns& columns, const Vendor* vendor) {
    const std::string& key = columns.keys[column];
    std::string digits;
    const auto among = [&](std::span<const Spelling> spellings) {
        return std::ranges::any_of(spellings, [&](const Spelling& s) {
            return any_matches(s.headers, key, digits) &&
                   plan.aim(column, s.target, columns.keys, digits);
        });
    };
    if (vendor != nullptr && among(vendor->columns))
        return true;
    // Half a name and the whole one are headed alike in some languages: what stands beside it
    // decides.
    if (vendor == nullptr && plan.entity().find("given_name") != nullptr) {
        static constexpr struct {
            std::string_view header, beside, target;
        } halves[] = {{"nom", "prénom", "family_name"},
                      {"nom", "", "name"},
                      {"nombre", "apellido|apellidos", "given_name"},
                      {"nombre", "", "name"},
                      {"name", "vorname", "family_name"},
                      {"nome", "cognome|sobrenome", "given_name"},
                      {"nome", "", "name"}};
        const auto there = [&](std::string_view names) {
            std::string none;
            return std::ranges::any_of(columns.keys, [&](const std::string& other) {
                return any_matches(names, other, none);
            });
        };
        for (const auto& half : halves)
            if (key == half.header &&
                (half.beside.empty() ||
                 (there(half.beside) && !(half.target == "family_name" &&
                                          there("nachname|familienname|nom de famille")))))
                return plan.aim(column, half.target, columns.keys, digits);
    }
    if (!key.empty() && plan.aim(column, columns.names[column], columns.keys, {}, true))
        return true;
    if (among(spellings(plan.entity().noun)))
        return true;
    if (const auto* field = named(plan.entity(), key);
        field != nullptr && plan.aim(column, field->name(), columns.keys))
        return true;
    plan.keep(column);
    return false;
}

Expected<std::vector<const std::string*>> mapped(const Columns& columns, const Mapping& map) {
    std::vector<const std::string*> targets(columns.names.size());
    for (const auto& [name, target] : map) {
        auto at = std::ranges::find(columns.names, name) - columns.names.begin();
        if (at == std::ssize(columns.names))
            at = std::ranges::find(columns.keys, text::key(name)) - columns.keys.begin();
        if (at == std::ssize(columns.names)) {
            Error error(Fault::usage, "unknown_column",
                        fmt::format("the file has no column '{}'", name));
            suggest(error, name, columns.names);
            return std::unexpected(std::move(error));
        }
        targets[static_cast<std::size_t>(at)] = &target;
    }
    return targets;
}

}  // namespace

Expected<Mapping> read_mapping(std::string_view text) {
    Mapping map;
    std::string part, column;
    bool named = false;
    int depth = 0;
    const auto close = [&] {
        if (named)
            map.emplace_back(text::trimmed(column), text::trimmed(part));
        const bool sound = named || text::trimmed(part).empty();
        part.clear(), column.clear(), named = false;
        return sound;
    };
    bool sound = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size()) {
            part += text[++i];
        } else if (c == '=' && !named) {
            column = std::exchange(part, {}), named = true;
        } else if (c == ',' && depth == 0) {
            sound = close() && sound;
        } else {
            if (named)
                depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
            part += c;
        }
    }
    if (!(close() && sound))
        return failure(Fault::usage, "bad_map",
                       fmt::format("--map '{}' is not COLUMN=FIELD,…", text),
                       "crm contact import people.csv --map 'Firma=account,Nr=ref'");
    return map;
}

Expected<ImportPlan> ImportPlan::make(const meta::Model& model, const meta::Entity& entity,
                                      std::span<const std::string_view> header,
                                      const ImportHow& how) {
    const Columns columns = columns_of(header);
    const auto targets = mapped(columns, how.map);
    if (!targets)
        return std::unexpected(targets.error());
    // Rows about sales would come in as people called like them, and what matters in them would be
    // put aside.
    if (how.map.empty() && entity.find("stage") == nullptr)
        for (const auto& name : columns.lower)
            if (name == "deal name" || name == "deal stage" || name == "opportunity name" ||
                name == "stagename" || name == "ticket name")
                return failure(
                    Fault::refused, "other_noun",
                    "this table is about deals or tickets, not about " + std::string(entity.plural),
                    "--map COLUMN=FIELD,… takes it all the same");
    // A person's two names in one row: it would come in as a company called like where that person
    // works.
    const auto has = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::any_of(columns.lower, [&](const auto& name) {
            return std::ranges::find(names, std::string_view(name)) != names.end();
        });
    };
    if (how.map.empty() && entity.noun == "account" &&
        has({"first name", "firstname", "given name"}) &&
        has({"last name", "lastname", "family name"}))
        return failure(
            Fault::refused, "other_noun", "this table is about people, not about accounts",
            "crm contact import takes it, with their companies; --map COLUMN=FIELD,… as it is");
    const Vendor* vendor = how.program.empty() ? recognised(columns.lower) : nullptr;
    for (const Vendor& v : vendors())
        if (v.name == how.program)
            vendor = &v;
    if (!how.program.empty() && vendor == nullptr) {
        std::vector<std::string> names;
        for (const Vendor& v : vendors())
            names.emplace_back(v.name);
        if (const auto near = text::nearest(how.program, names); !near.empty())
            return failure(Fault::usage, "unknown_program",
                           fmt::format("there is no program '{}'",
                                       text::clipped(text::visible(how.program), 60)),
                           text::did_you_mean(near));
    }

    // Our own export of another noun would bring its uids along, and two records would have one.
    if (how.map.empty() && vendor != nullptr && vendor->name == "crm") {
        const auto own = [&](const meta::Entity& e) {
            return std::ranges::count_if(columns.lower, [&](const std::string& name) {
                return e.find(std::string_view(name).substr(0, name.find('.'))) != nullptr;
            });
        };
        const auto best = std::ranges::max_element(model.entities(), {}, own);
        if (own(*best) > own(entity) && own(entity) * 2 < std::ssize(columns.lower))
            return failure(
                Fault::refused, "other_noun",
                fmt::format("this table is an export of {}, not of {}", best->plural,
                            entity.plural),
                fmt::format("crm {} import takes it; --map COLUMN=FIELD,… as it is", best->word));
    }

    ImportPlan plan;
    if (vendor != nullptr)
        plan.program_ = vendor->name;
    const std::string system(vendor != nullptr     ? vendor->name
                             : how.program.empty() ? how.system
                                                   : how.program);
    for (const auto& name : columns.names)
        plan.heads_.push_back(content_line({{}, "X-COLUMN", {{"NAME", name}}, {}, 0}));

    std::string digits;
    if (vendor != nullptr && !vendor->company.empty() &&
        (entity.noun == "contact" || entity.noun == "account"))
        for (std::size_t i = 0; i < columns.keys.size() && !plan.company_column_; ++i)
            if (any_matches(vendor->company, columns.keys[i], digits))
                plan.company_column_ = i;
    const bool other = vendor != nullptr && vendor->name != "crm";
    plan.plans_.emplace_back(model, entity, system, other);
    if (plan.company_column_)
        plan.plans_.emplace_back(model, model.get(entity.noun == "contact" ? "account" : "contact"),
                                 system, other);

    for (RowPlan& rows : plan.plans_) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            const std::string* target = (*targets)[i];
            if (target == nullptr) {
                if (!aim(rows, i, columns, vendor) && vendor == nullptr &&
                    !columns.names[i].empty())
                    plan.unknown_.push_back(columns.names[i]);
            } else if (!rows.aim(i, *target, columns.keys)) {
                if (&rows != &plan.plans_.front())
                    continue;
                Error error(Fault::usage, "unknown_field",
                            fmt::format("{} has no field '{}'", entity.noun, *target));
                suggest(error, *target, entity.field_names(),
                        fmt::format("crm fields {}", entity.noun));
                return std::unexpected(std::move(error));
            }
        }
        rows.finish();
        for (const std::size_t column : rows.date_columns())
            if (std::ranges::find(plan.dates_, column, &DateColumn::column) == plan.dates_.end())
                plan.dates_.push_back({column, 0});
    }
    if (std::ranges::none_of(plan.plans_, &RowPlan::usable))
        return failure(Fault::refused, "no_usable_column",
                       "no column of this file says who or what it is about",
                       fmt::format("--map COLUMN=FIELD,… tells; its columns are {}",
                                   text::clipped(text::joined(columns.names, ", "), 200)));
    return plan;
}

bool ImportPlan::undecided(std::span<const std::string_view> cells) const {
    return std::ranges::any_of(dates_, [&](const DateColumn& d) {
        return d.column < cells.size() && std::popcount(reading_orders(cells[d.column])) > 1;
    });
}

void ImportPlan::survey(std::span<const std::string_view> cells) {
    for (DateColumn& d : dates_) {
        if (d.column >= cells.size())
            continue;
        if (const std::uint8_t orders = reading_orders(cells[d.column]); std::popcount(orders) == 1)
            d.seen |= orders;
    }
}

std::optional<DateOrder> DateColumn::order() const {
    return std::popcount(seen) == 1 ? std::optional(static_cast<DateOrder>(std::countr_zero(seen)))
                                    : std::nullopt;
}

std::optional<Draft> ImportPlan::draft(std::span<const std::string_view> cells) const {
    const RowPlan* rows = &plans_.front();
    if (company_column_) {
        const std::string word =
            *company_column_ < cells.size() ? text::key(cells[*company_column_]) : "";
        const bool company = word == "company" || word == "true" || word == "yes" || word == "1";
        if (company != (rows->entity().noun == "account"))
            rows = &plans_.back();
    }
    return rows->draft(cells, heads_, dates_);
}

namespace {

/// Records that several rows tell of, one line of an order each: delivered when the whole table was
/// read, in file order. The first row to say something counts, and the lines are put one after
/// another.
class Whole {
public:
    void add(std::string identity, Draft&& draft, std::string_view lines) {
        const auto [at, is_new] = places_.try_emplace(std::move(identity), drafts_.size());
        if (is_new) {
            raws_.emplace_back(draft.raw);
            drafts_.push_back(std::move(draft));
            return;
        }
        Draft& first = drafts_[at->second];
        raws_[at->second] +=
            (raws_[at->second].ends_with('\n') ? "" : "\n") + std::string(draft.raw);
        for (DraftField& told : draft.fields) {
            const auto there = std::ranges::find(first.fields, told.field, &DraftField::field);
            if (there == first.fields.end())
                first.fields.push_back(std::move(told));
            else if (told.field == lines)
                there->value += "; " + told.value;
        }
    }
    void deliver(Intake& intake) {
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            drafts_[i].raw = raws_[i];
            intake.take(std::move(drafts_[i]));
        }
    }

private:
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<Draft> drafts_;
    std::vector<std::string> raws_;
};

}  // namespace

Expected<void> import_csv(std::string_view bytes, const std::string& file, const meta::Model& model,
                          const meta::Entity& entity, const ImportHow& how, Intake& intake) {
    const CsvLayout layout = csv_layout(bytes);
    CsvReader reader(bytes, layout.delimiter, layout.header, layout.line);
    auto step = reader.next();
    if (step == CsvReader::Step::end)
        return failure(Fault::refused, "empty", fmt::format("{} is empty", file));
    if (step == CsvReader::Step::trouble)
        return failure(Fault::refused, "bad_header",
                       fmt::format("{}:{}: {}", file, reader.line(), reader.why()),
                       "the first row must name the columns");
    auto plan = ImportPlan::make(model, entity, reader.cells(), how);
    if (!plan)
        return std::unexpected(std::move(plan.error()));
    intake.heading(reader.raw());
    if (!plan->unknown().empty())
        intake.trouble(
            {file,
             reader.line(),
             fmt::format("kept as extra properties: {}; --map COLUMN=FIELD tells what they are",
                         text::clipped(text::joined(plan->unknown(), ", "), 120)),
             false,
             {}});

    Whole whole;
    bool surveyed = false;
    const auto trouble = [&](std::string why) {
        intake.trouble({file, reader.line(), std::move(why), true, std::string(reader.raw())});
    };
    const auto survey = [&] {
        CsvReader all(bytes, layout.delimiter, layout.header, layout.line);
        for (auto s = all.next(); s != CsvReader::Step::end; s = all.next())
            if (s == CsvReader::Step::row)
                plan->survey(all.cells());
        surveyed = true;
    };
    for (step = reader.next(); step != CsvReader::Step::end; step = reader.next()) {
        if (step == CsvReader::Step::trouble) {
            trouble(reader.why());
            continue;
        }
        auto cells = reader.cells();
        if (std::ranges::all_of(cells, &std::string_view::empty))
            continue;
        while (cells.size() > plan->columns() && cells.back().empty())
            cells = cells.first(cells.size() - 1);
        if (cells.size() != plan->columns()) {
            trouble(fmt::format("{} {} where the header has {}", cells.size(),
                                cells.size() == 1 ? "cell" : "cells", plan->columns()));
            continue;
        }
        if (!surveyed && plan->undecided(cells))
            survey();
        auto draft = plan->draft(cells);
        if (!draft) {
            trouble("no cell of this row says who or what it is about");
            continue;
        }
        draft->file = file;
        draft->line = reader.line();
        draft->raw = reader.raw();
        if (const meta::FieldInfo* lines = plan->rows().rows()) {
            whole.add(plan->rows().identity(cells), std::move(*draft), lines->name());
            continue;
        }
        if (draft->account)
            draft->account->file = file, draft->account->line = reader.line();
        intake.take(std::move(*draft));
        intake.progress(reader.read());
    }
    whole.deliver(intake);
    return {};
}

}  // namespace crm::form
