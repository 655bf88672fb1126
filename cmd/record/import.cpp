#include "base/text.hpp"
#include "calendar/ics_import.hpp"
#include "calendar/ics_write.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/errors.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/progress.hpp"
#include "cmd/record/rejects.hpp"
#include "exchange/importer.hpp"
#include "form/card.hpp"
#include "form/charset.hpp"
#include "form/csv_layout.hpp"
#include "form/import_plan.hpp"
#include "form/json_lines.hpp"
#include "form/ldif.hpp"
#include "form/recognise.hpp"
#include "form/vendors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

/// import: records from files of other programs.
namespace crm::cmd {
namespace {

constexpr std::string_view endings[] = {".vcf",   ".vcard",  ".csv",  ".tsv", ".json",
                                        ".jsonl", ".ndjson", ".ldif", ".ldi", ".xml"};
constexpr std::string_view calendar_endings[] = {".ics", ".ical", ".csv",
                                                 ".tsv", ".json", ".jsonl"};

/// Nouns whose records come from calendar files.
bool takes_calendars(const meta::Entity& noun) {
    return calendar::has_component(noun) || noun.noun == "note";
}

struct Source {
    std::string path;
    bool in_folder = false;  ///< a file that is not an import is passed over there
};

/// What the words of the command say: the files to read, and the tags for every record.
struct Inputs {
    std::vector<Source> sources;
    std::vector<std::string> tags;

    std::vector<std::string> paths() const {
        std::vector<std::string> out;
        for (const Source& source : sources)
            out.push_back(source.path);
        return out;
    }
};

std::string tag_of(Session& session, const meta::Entity& noun, const std::string& word) {
    if (!text::valid(word))
        throw Error(Fault::usage, "not_utf8", "a tag is not UTF-8");
    if (auto read = store::read_assignment(noun, word); !read)
        throw read.error();
    const std::string tag = word.substr(1);
    return session.store().tag(tag).value_or(tag);
}

void add_folder(Session& session, const meta::Entity& noun, const std::string& folder,
                std::vector<Source>& out) {
    std::vector<std::string> others;
    const bool calendars = takes_calendars(noun);
    const std::span<const std::string_view> looked_for =
        calendars ? std::span<const std::string_view>(calendar_endings) : endings;
    const auto files = files_below(folder, looked_for, others);
    if (files.empty())
        throw Error(Fault::refused, "nothing_to_import",
                    fmt::format("there are no files to import in {}", folder),
                    calendars ? "looked for .ics .ical .csv .tsv .json .jsonl"
                              : "looked for .vcf .vcard .csv .tsv .json .jsonl .ldif .xml");
    for (const std::string& file : files)
        out.push_back({file, true});
    if (!others.empty() && !session.quiet)
        session.say(fmt::format("{}: note: skipped because of their endings: {}", folder,
                                text::clipped(text::joined(others, ", "), 100)));
}

Inputs inputs_of(Session& session, const Arguments& args) {
    Inputs out;
    for (const std::string& word : args.words) {
        if (word.size() > 1 && word[0] == '+')
            out.tags.push_back(tag_of(session, *args.noun, word));
        else if (word == "-" || !is_folder(word))
            out.sources.push_back({word});
        else
            add_folder(session, *args.noun, word, out.sources);
    }
    if (out.sources.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} import requires files, a folder, or - for standard input",
                                args.noun->noun));
    return out;
}

exchange::ImportOptions options_of(Session& session, const Arguments& args) {
    exchange::ImportOptions out;
    out.key = args.text("key") == "ref" ? "refs" : args.text("key");
    if (!out.key.empty() && out.key != "id" && out.key != "uid")
        if (auto known = store::select_column(*args.noun, out.key); !known)
            throw known.error();
    out.create = args.flag("create");
    out.reading = session.reading();
    out.reading.foreign = true;
    const std::string order = args.text("dates");
    if (order == "dmy")
        out.reading.order = DateOrder::day_first;
    else if (order == "mdy")
        out.reading.order = DateOrder::month_first;
    else if (!order.empty())
        out.reading.order = DateOrder::year_first;
    return out;
}

void read_table(Session& session, const Arguments& args, const std::string& text,
                const std::string& name, exchange::Importer& importer) {
    form::TableOptions how;
    const std::string program = args.text("program");
    how.program = program;
    if (args.has("map")) {
        auto map = form::read_mapping(args.text("map"));
        if (!map)
            throw map.error();
        how.map = std::move(*map);
    }
    if (args.has("delimiter")) {
        const auto delimiter = form::delimiter_named(args.text("delimiter"));
        if (!delimiter)
            throw delimiter.error();
        how.delimiter = *delimiter;
    }
    const std::string columns = args.text("columns");
    if (!columns.empty())
        for (const std::string_view column : text::split(columns, ','))
            how.columns.emplace_back(text::trimmed(column));
    if (auto done = form::import_csv(text, name, session.model(), *args.noun, how, importer); !done)
        throw done.error();
}

/// What takes the records of the files.
struct Importers {
    exchange::Importer& rows;
    calendar::IcsImport& events;
};

/// One file to the importers. Throws where it cannot be read at all.
void read_source(Session& session, const Arguments& args, std::string bytes,
                 const std::string& name, Importers& importers) {
    using form::FileKind;
    exchange::Importer& importer = importers.rows;
    if (args.has("encoding")) {
        auto text = form::decoded(std::move(bytes), args.text("encoding"));
        if (!text)
            throw text.error();
        bytes = std::move(*text);
    }
    const auto kind =
        args.has("from") ? form::kind_named(args.text("from")) : form::recognise(bytes, name);
    if (!kind)
        throw kind.error();
    if (*kind == FileKind::store)
        throw Error(Fault::usage, "whole_store",
                    fmt::format("{} is an export of a whole database", name),
                    fmt::format("crm import {}", name));
    if (*kind == FileKind::ics && !takes_calendars(*args.noun))
        throw Error(Fault::usage, "is_calendar", fmt::format("{} is a calendar", name),
                    fmt::format("crm meeting import {}", name));
    if (*kind == FileKind::vcard || *kind == FileKind::jcard || *kind == FileKind::xcard)
        return form::read_cards(bytes, name, importer);
    const bool guessed = !args.has("encoding") &&
                         form::encoding_of(bytes) == form::Encoding::bytes && !text::valid(bytes);
    if (guessed)
        importer.trouble(
            {name,
             1,
             fmt::format("not UTF-8, read as {}; --encoding NAME sets another encoding",
                         form::guessed_charset(bytes)),
             false,
             {}});
    auto text = form::decoded(std::move(bytes));
    if (!text)
        throw text.error();
    if (*kind == FileKind::ics)
        return importers.events.read(*text, name);
    if (*kind == FileKind::ldif)
        return form::import_ldif(*text, name, session.model(), importer);
    if (*kind != FileKind::json)
        return read_table(session, args, *text, name, importer);
    if (auto done = form::import_json(*text, name, *args.noun, importer); !done)
        throw done.error();
}

/// Standard input is read before the lock is taken, so that a slow pipe does not block other users.
struct Bytes {
    std::string input;
    std::size_t total = 0;  ///< of all sources
};

Bytes read_ahead(Session& session, const std::vector<Source>& sources) {
    Bytes out;
    for (const Source& source : sources) {
        if (source.path == "-") {
            out.input = session.read_input();
            out.total += out.input.size();
        } else {
            out.total += file_size(source.path);
        }
    }
    return out;
}

/// All sources to the importer; among several, one that cannot be read must not stop the others.
void read_all(Session& session, const Arguments& args, const std::vector<Source>& sources,
              Bytes bytes, Importers& importers, Progress& progress, std::size_t& bytes_before,
              std::optional<Rejects>& rejects) {
    for (const Source& source : sources) {
        const std::string& name = source.path;
        std::string content = name == "-" ? std::move(bytes.input) : read_file(name);
        const std::size_t size = content.size();
        progress.total(std::max(bytes.total, bytes_before + size));
        try {
            read_source(session, args, std::move(content), name, importers);
        } catch (const Error& e) {
            const bool alone = !source.in_folder && sources.size() == 1;
            if (alone || e.fault == Fault::internal || e.fault == Fault::io)
                throw;
            const std::string why =
                e.message.starts_with(name + " ") ? e.message.substr(name.size() + 1) : e.message;
            importers.rows.trouble({name, 1, why, true, {}});
        }
        bytes_before += size;
        if (rejects)
            rejects->header({});
    }
    importers.rows.finish();
}

void remark_counts(Session& session, const exchange::ImportCount& n, std::int64_t operation) {
    if (session.quiet)
        return;
    session.remark(fmt::format("{}{} read, {} added, {} updated, {} unchanged, {} rejected{}",
                               session.dry_run ? "dry run: " : "", n.read, n.added, n.updated,
                               n.unchanged(), n.rejected,
                               operation != 0 ? fmt::format(" (operation {})", operation) : ""));
}

/// With --verbose: the records of other nouns that were added, too.
void remark_others(Session& session, const store::Writer& writer, const meta::Entity& noun,
                   std::int64_t added) {
    if (!session.verbose)
        return;
    for (const meta::Entity& entity : session.model().entities()) {
        const std::int64_t others = writer.added(entity) - (&entity == &noun ? added : 0);
        if (others > 0)
            session.remark(fmt::format("{}also added: {} {}", session.dry_run ? "dry run: " : "",
                                       others, others == 1 ? entity.noun : entity.plural));
    }
}

void report_trouble(Session& session, const form::Trouble& trouble) {
    if (trouble.rejected && session.json_errors)
        return print_row_error(Error(Fault::rejected, "rejected_row", trouble.why), trouble.file,
                               trouble.line);
    session.say(fmt::format("{}:{}: {}{}", trouble.file, trouble.line,
                            trouble.rejected ? "" : "note: ", trouble.why));
}

int run_import(Session& session, const Arguments& args) {
    Inputs inputs = inputs_of(session, args);
    exchange::ImportOptions options = options_of(session, args);
    options.tags = std::move(inputs.tags);
    Bytes bytes = read_ahead(session, inputs.sources);
    std::optional<Rejects> rejects;
    if (args.has("rejects"))
        rejects.emplace(args.text("rejects"), !session.dry_run, inputs.paths());
    options.on_heading = [&](std::string_view raw) {
        if (rejects)
            rejects->header(raw);
    };
    options.on_trouble = [&](const form::Trouble& t) {
        report_trouble(session, t);
        if (t.rejected && rejects && !t.raw.empty())
            rejects->add(t.raw);
    };
    Progress progress(session);
    std::size_t bytes_before = 0;
    options.on_progress = [&](std::size_t read) { progress.at(bytes_before + read); };

    store::OperationInfo info = session.operation_info(args.line);
    info.no_rules = args.flag("no-rules");
    store::Writer writer(session.store(), info);
    writer.begin_bulk_load();
    ChangeReport report(session);
    std::vector<std::pair<std::int64_t, std::string>> touched;
    const bool reported = report.asked_for();
    if (reported)
        options.on_record = [&](const store::Record& record, std::string_view result) {
            if (record.entity == args.noun && result != "unchanged")
                touched.emplace_back(record.id, result);
        };
    calendar::IcsImport events(
        writer, {session.env.clock, options.tags, options.on_trouble, options.on_record});
    exchange::Importer importer(writer, session.resolver(), args.noun, std::move(options));
    Importers importers{importer, events};
    read_all(session, args, inputs.sources, std::move(bytes), importers, progress, bytes_before,
             rejects);
    if (reported) {
        writer.bulk().flush();
        for (const auto& [id, result] : touched)
            report.add(session.store().get(*args.noun, id), result);
        report.end();
    }
    const std::int64_t operation = writer.commit();
    progress.done();
    if (rejects)
        for (const std::string& file : rejects->commit())
            session.remark(fmt::format("more rejected rows, of another kind: {}", file));
    exchange::ImportCount count = importer.count();
    count.read += events.count().read;
    count.added += events.count().added;
    count.updated += events.count().updated;
    count.rejected += events.count().rejected;
    if (!reported && !session.quiet)
        for (const std::string& line : events.lines())
            session.out.write((session.dry_run ? "dry run: " : "") + line + "\n");
    remark_counts(session, count, operation);
    remark_others(session, writer, *args.noun, count.added);
    return count.rejected > 0 ? static_cast<int>(Fault::rejected) : 0;
}

std::vector<std::string_view> names_of_vendors() {
    std::vector<std::string_view> out;
    for (const form::Vendor& vendor : form::vendors())
        out.push_back(vendor.name);
    return out;
}

/// How files are read, and what becomes of their rows.
std::vector<Option> import_options() {
    return {
        {.name = "no-rules", .help = "import deals even if they lack what their stage requires"},
        {.name = "from",
         .kind = Kind::choice,
         .value = "KIND",
         .help = "format of the files, if it is not recognised",
         .words = {"vcard", "vcf", "csv", "json", "jsonl", "ldif", "jcard", "xcard", "ics"}},
        {.name = "program",
         .kind = Kind::word,
         .value = "NAME",
         .help = "prefix of its ids, or the program that wrote the table, if it is not recognised",
         .words = names_of_vendors()},
        {.name = "map",
         .kind = Kind::word,
         .value = "COLUMN=FIELD,…",
         .help = "fields for columns; COLUMN= skips a column, COLUMN=ref is an id in "
                 "the other system"},
        {.name = "columns",
         .kind = Kind::word,
         .value = "FIELD,…",
         .help = "fields of the columns of a table without a header; an empty one "
                 "skips its column"},
        {.name = "delimiter",
         .kind = Kind::word,
         .value = "C",
         .help = "character between the cells of a table, or tab, if it is not "
                 "recognised"},
        {.name = "key",
         .kind = Kind::field,
         .value = "FIELD",
         .help = "match existing records by this field only"},
        {.name = "dates",
         .kind = Kind::choice,
         .value = "ORDER",
         .help = "order of day, month and year in dates such as 03/04/26",
         .words = {"dmy", "mdy", "ymd"}},
        {.name = "encoding",
         .kind = Kind::word,
         .value = "NAME",
         .help = "encoding of the files, if it is guessed wrong: shift_jis, cp1250 …"},
        {.name = "rejects",
         .kind = Kind::output_file,
         .value = "FILE",
         .help = "write rejected rows to this file"},
        {.name = "create", .help = "add the records that links name and do not exist"}};
}

}  // namespace

Command record_import() {
    return {
        .help = "Import records from files of other programs",
        .needs = Needs::writing,
        .arguments =
            {{.name = "FILE|FOLDER|-|+TAG",
              .kind = Kind::file,
              .required = true,
              .many = true,
              .help = "vCard, CSV, JSON lines, LDIF or iCalendar (- reads standard input); +tag is "
                      "added to every record"}},
        .options = import_options(),
        .run = run_import,
        .details =
            "Format, encoding, delimiter and the program that wrote a file are recognised from its "
            "contents. Rows are matched with existing records by uid, external reference, e-mail "
            "address, telephone number with the same name, and name with account; importing the "
            "same file again changes nothing. A row that cannot be imported is reported with file "
            "and line, and the others are imported (exit 6). An import is one operation. Words "
            "that "
            "are not among the valid values of a field are kept as text. Dates and numbers of two "
            "readings are read like the others of their column, and a currency column holds for "
            "all amounts of its row (--map COLUMN=amount.currency). Line items of orders, quotes "
            "and deals are read from lines.product, lines.quantity, lines.price, lines.discount "
            "and lines.tax, one row for each. Calendar files (crm meeting import, task import) "
            "give "
            "meetings, tasks and notes; a later version of an event replaces what it says, and "
            "answers and cancellations of invitations change the meeting that they are about.",
        .examples = {
            {"contact import cards/*.vcf +fair2026", "vCards, each with a tag"},
            {"contact import google.csv outlook.csv linkedin.csv",
             "address books of other programs"},
            {"contact import people.csv --map 'Mail=email,Firma=account' --rejects bad.csv",
             "a table of your own"},
            {"contact import list.csv --columns name,,email",
             "a table without a header; its second column is skipped"},
            {"meeting import team.ics", "a calendar of any program"},
            {"account import companies.csv --dry-run", "show what would be imported"}}};
}

}  // namespace crm::cmd
