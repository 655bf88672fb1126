#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/people/overview.hpp"
#include "show/columns.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

/// show: records in full.
namespace crm::cmd {
namespace {

using Cells = std::span<const std::span<const View>>;

/// Prints records one after another; in a format of rows, as one table; as JSON, several of them
/// are one array.
class RecordPrinter {
public:
    RecordPrinter(Session& session, bool array) : session_(session), array_(array) {
        plain_ = session.format.empty() && session.pattern.empty();
        whole_ = (plain_ || session.json()) && session.fields.empty();
        if (array_)
            session_.out.write("[");
    }

    void print(const store::Found& found) {
        store::Selection selection(session_.store(), *found.entity);
        selection.one = found.id;
        set_columns(session_, selection, columns(*found.entity));
        if (!plain_ && !session_.json()) {
            if (!rows_)
                rows_.emplace(session_, selection);
            rows_->add(selection);
            return;
        }
        const std::vector<show::Column> titles = shown_columns(selection);
        selection.each([&](Cells cells) {
            // Only a record in the trash says since when.
            const bool live = whole_ && cells.back().front().null();
            const std::size_t shown = cells.size() - (live ? 1 : 0);
            print_one(found, std::span(titles).first(shown), cells.first(shown));
            return true;
        });
        session_.out.flush_if_large();
    }

    void end() {
        if (rows_)
            rows_->end();
        if (array_)
            session_.out.write("]\n");
    }

private:
    std::vector<std::string> columns(const meta::Entity& entity) const {
        if (const auto format = show::format_named(session_.format))
            if (auto own = show::format_columns(*format, entity); !own.empty())
                return own;
        std::vector<std::string> all = store::all_columns(entity, false);
        // A person sees a list and not its first value again, and the overview below has what is
        // derived from other records.
        if (plain_ && session_.env.out_tty)
            std::erase_if(all, [&](const std::string& name) {
                const meta::FieldInfo* field = entity.find(name);
                if (field == nullptr)
                    return false;
                const bool derived_rows =
                    field->is(meta::derived) && field->type() == meta::Type::rows;
                return field->is(meta::mirror) || derived_rows;
            });
        if (whole_)
            all.emplace_back("deleted_at");
        return all;
    }

    void print_one(const store::Found& found, std::span<const show::Column> titles, Cells cells) {
        std::string& out = session_.out.buffer();
        const show::Style how = style(session_);
        const bool first = count_++ == 0;
        if (session_.json()) {
            if (array_ && !first)
                out += ",\n";
            show::json_object(titles, cells, how, out);
            if (whole_)
                add_overview(found, out);
            while (array_ && out.ends_with('\n'))
                out.pop_back();
            return;
        }
        if (!first)
            out += "\n";
        if (whole_)
            print_warnings(session_, found);
        if (!session_.env.out_tty) {
            show::key_values(titles, cells, how, out);
        } else {
            show::sheet(titles, cells, how, out);
        }
        if (whole_)
            print_overview(session_, found);
    }

    /// The last key of the record that `out` ends with.
    void add_overview(const store::Found& found, std::string& out) {
        const std::string overview = overview_json(session_, found);
        out.erase(out.rfind('}'));
        out += ",\"overview\":" + overview + "}\n";
    }

    Session& session_;
    bool array_;
    bool plain_ = false;  ///< no format was asked for
    bool whole_ = false;  ///< all fields of the record
    std::size_t count_ = 0;
    std::optional<RecordRows> rows_;
};

/// One table has one header.
void check_columns(const Session& session, std::span<const store::Found> found) {
    for (const store::Found& record : found)
        show::require_format(session.format, *record.entity);
    const bool own_columns = session.fields.empty() && session.pattern.empty();
    const bool one_table = !session.format.empty() && !session.json() && session.format != "ids" &&
                           card_version(session) == 0;
    const auto other = std::ranges::find_if(
        found, [&](const store::Found& record) { return record.entity != found.front().entity; });
    if (own_columns && one_table && other != found.end())
        throw Error(Fault::usage, "contradiction",
                    fmt::format("{} and {} have different columns", found.front().entity->plural,
                                other->entity->plural),
                    "choose columns that both have, such as -F id,name, or use -o jsonl");
}

int run_show(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    std::vector<store::Found> found;
    for (const std::string& reference : references)
        found.push_back(resolve_reference(session, args.noun, reference));
    const bool several = references.size() != 1 || args.words.front() == "-";
    check_columns(session, found);
    RecordPrinter printer(session, session.format == "json" && several);
    for (const store::Found& record : found)
        printer.print(record);
    printer.end();
    return 0;
}

}  // namespace

Command record_show() {
    return {.help = "Show records in full",
            .needs = Needs::reading,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .many = true,
                           .help = "id, e-mail address, telephone number, exact name … (- reads "
                                   "references from standard input)"}},
            .formats = formats::records,
            .run = run_show,
            .details =
                "Open problems of a customer, the fields that have a value, then the overview: the "
                "records around it, of an "
                "account also totals, open promises, and what was last done with its people and "
                "deals, of a deal its stages, of a ticket its clocks. In a pipe, a line "
                "key<TAB>value for each value and "
                "each thing of the overview; with --json, the record as an object with the key "
                "overview, which has an array for each section.",
            .examples = {{"contact show ada@acme.example", "by e-mail address"},
                         {"contact show c12 --json", "as JSON"},
                         {"contact show 'Ada Lovelace' -o vcard", "as a vCard"}}};
}

Command show_any() {
    Command c = record_show();
    c.help = "Show records of any noun in full";
    c.arguments.front().kind = Kind::any_reference;
    c.examples = {{"show c12", "a contact"}, {"show acme.example", "the account with this domain"}};
    return c;
}

}  // namespace crm::cmd
