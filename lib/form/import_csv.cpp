#include "base/text.hpp"
#include "form/csv.hpp"
#include "form/csv_layout.hpp"
#include "form/import_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

/// Reads a table row by row.
namespace crm::form {
namespace {

/// Records of which each row has one line item: they are delivered when the whole table is read, in
/// the order of the file. The first row to have a field counts; line items are put one after
/// another. Rows of one identity that differ in what makes a record what it is (meta::Identity) are
/// of different records; a row that leaves it empty belongs to the last one.
class MergedRows {
public:
    void add(std::string identity, Draft&& draft, const meta::FieldInfo& line_items) {
        const auto known = find(identity, draft, *line_items.entity);
        const std::size_t place = known.value_or(drafts_.size());
        last_[identity] = place;
        places_.try_emplace(identity + traits(draft, *line_items.entity), place);
        if (!known) {
            raw_.emplace_back(draft.raw);
            drafts_.push_back(std::move(draft));
            return;
        }
        std::string& raw = raw_[place];
        if (!raw.ends_with('\n'))
            raw += '\n';
        raw += draft.raw;
        merge(drafts_[place], std::move(draft), line_items.name());
    }

    void deliver(Intake& intake) {
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            drafts_[i].raw = raw_[i];
            intake.take(std::move(drafts_[i]));
        }
    }

private:
    /// What tells the draft from others of its identity.
    static std::string traits(const Draft& draft, const meta::Entity& entity) {
        std::string out;
        for (const meta::FieldInfo* field : entity.identity()) {
            const std::string* value = draft.find(field->name());
            out += '\x1e';
            out += value == nullptr ? "" : *value;
        }
        return out;
    }

    static bool contradict(const Draft& a, const Draft& b, const meta::Entity& entity) {
        return std::ranges::any_of(entity.identity(), [&](const meta::FieldInfo* field) {
            const std::string* one = a.find(field->name());
            const std::string* other = b.find(field->name());
            return one != nullptr && other != nullptr && *one != *other;
        });
    }

    /// The place of the record that the row is about.
    std::optional<std::size_t> find(const std::string& identity, const Draft& draft,
                                    const meta::Entity& entity) const {
        if (const auto same = places_.find(identity + traits(draft, entity));
            same != places_.end() && !traits_are_empty(draft, entity))
            return same->second;
        const auto last = last_.find(identity);
        if (last == last_.end() || contradict(drafts_[last->second], draft, entity))
            return std::nullopt;
        return last->second;
    }

    static bool traits_are_empty(const Draft& draft, const meta::Entity& entity) {
        return std::ranges::none_of(entity.identity(), [&](const meta::FieldInfo* field) {
            return draft.find(field->name()) != nullptr;
        });
    }

    static void merge(Draft& first, Draft&& draft, std::string_view line_items) {
        for (DraftField& field : draft.fields) {
            const auto known = std::ranges::find(first.fields, field.field, &DraftField::field);
            if (known == first.fields.end())
                first.fields.push_back(std::move(field));
            else if (field.field == line_items)
                known->value += "; " + field.value;
        }
    }

    std::unordered_map<std::string, std::size_t> places_;  // by identity and traits
    std::unordered_map<std::string, std::size_t> last_;    // by identity
    std::vector<Draft> drafts_;
    std::vector<std::string> raw_;
};

class CsvImport {
public:
    CsvImport(std::string_view bytes, const std::string& file, const CsvHints& hints,
              Intake& intake)
        : bytes_(bytes),
          file_(file),
          intake_(intake),
          layout_(csv_layout(bytes, hints)),
          reader_(bytes, layout_.delimiter, layout_.header, layout_.line) {}

    Expected<void> run(const meta::Model& model, const meta::Entity& entity,
                       const TableOptions& options) {
        if (auto done = options.columns.empty() ? read_header(model, entity, options)
                                                : make_plan(model, entity, options);
            !done)
            return done;
        using Step = CsvReader::Step;
        for (Step step = reader_.next(); step != Step::end; step = reader_.next()) {
            if (step == Step::trouble)
                reject(reader_.why());
            else
                read_row();
        }
        merged_.deliver(intake_);
        return {};
    }

private:
    Expected<void> read_header(const meta::Model& model, const meta::Entity& entity,
                               const TableOptions& options) {
        const auto step = reader_.next();
        if (step == CsvReader::Step::end)
            return failure(Fault::refused, "empty", fmt::format("{} is empty", file_));
        if (step == CsvReader::Step::trouble)
            return failure(Fault::refused, "bad_header",
                           fmt::format("{}:{}: {}", file_, reader_.line(), reader_.why()),
                           "the first row must name the columns");
        if (reader_.cells().size() > csv_column_limit)
            return failure(
                Fault::refused, "too_many_columns",
                fmt::format("{}:{}: the table has {} columns; at most {} are read", file_,
                            reader_.line(), reader_.cells().size(), csv_column_limit),
                "--delimiter C if another character separates the columns");
        if (auto done = make_plan(model, entity, options); !done)
            return done;
        has_header_ = true;
        intake_.heading(reader_.raw());
        if (!plan_->unknown().empty())
            warn(fmt::format(
                "kept as extra properties: {}; use --map COLUMN=FIELD,… to import them as fields",
                text::clipped(text::joined(plan_->unknown(), ", "), 120)));
        return {};
    }

    Expected<void> make_plan(const meta::Model& model, const meta::Entity& entity,
                             const TableOptions& options) {
        const std::vector<std::string_view> named(options.columns.begin(), options.columns.end());
        auto plan =
            ImportPlan::make(model, entity, named.empty() ? reader_.cells() : named, options);
        if (!plan)
            return std::unexpected(std::move(plan.error()));
        plan_.emplace(std::move(*plan));
        return {};
    }

    void warn(std::string text) {
        intake_.trouble({file_, reader_.line(), std::move(text), false, {}});
    }
    void reject(std::string reason) {
        intake_.trouble(
            {file_, reader_.line(), std::move(reason), true, std::string(reader_.raw())});
    }

    /// How the dates and numbers of each column are written.
    void survey() {
        using Step = CsvReader::Step;
        CsvReader all(bytes_, layout_.delimiter, layout_.header, layout_.line);
        if (has_header_)
            all.next();
        for (Step step = all.next(); step != Step::end; step = all.next())
            if (step == Step::row)
                plan_->survey(all.cells());
        surveyed_ = true;
    }

    void read_row() {
        auto cells = reader_.cells();
        if (std::ranges::all_of(cells, &std::string_view::empty))
            return;
        // Empty cells beyond the header mean nothing, and cells missing at the end are empty.
        while (cells.size() > plan_->columns() && text::trimmed(cells.back()).empty())
            cells = cells.first(cells.size() - 1);
        if (cells.size() > plan_->columns())
            return reject(
                fmt::format("{} cells where the header has {}", cells.size(), plan_->columns()));
        if (!surveyed_ && plan_->is_ambiguous(cells))
            survey();
        auto draft = plan_->draft(cells);
        if (!draft)
            return reject(
                fmt::format("no cell of this row identifies the {}", plan_->rows().entity().noun));
        draft->file = file_;
        draft->line = reader_.line();
        draft->raw = reader_.raw();
        if (const meta::FieldInfo* line_items = plan_->rows().line_items())
            return merged_.add(plan_->rows().identity(cells), std::move(*draft), *line_items);
        if (draft->account) {
            draft->account->file = file_;
            draft->account->line = reader_.line();
        }
        intake_.take(std::move(*draft));
        intake_.progress(reader_.read());
    }

    std::string_view bytes_;
    const std::string& file_;
    Intake& intake_;
    CsvLayout layout_;
    CsvReader reader_;
    std::optional<ImportPlan> plan_;
    MergedRows merged_;
    bool has_header_ = false;
    bool surveyed_ = false;
};

}  // namespace

Expected<void> import_csv(std::string_view bytes, const std::string& file, const meta::Model& model,
                          const meta::Entity& entity, const TableOptions& options, Intake& intake) {
    const CsvHints hints{
        .delimiter = options.delimiter,
        .has_header = options.columns.empty(),
        .is_column = [&](std::string_view header) { return is_known_header(entity, header); }};
    return CsvImport(bytes, file, hints, intake).run(model, entity, options);
}

}  // namespace crm::form
