#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/progress.hpp"
#include "exchange/importer.hpp"
#include "form/card.hpp"
#include "form/charset.hpp"
#include "form/import_plan.hpp"
#include "form/json_lines.hpp"
#include "form/ldif.hpp"
#include "form/recognise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace crm::cmd {
namespace {

constexpr std::string_view endings[] = {".vcf",   ".vcard",  ".csv",  ".tsv", ".json",
                                        ".jsonl", ".ndjson", ".ldif", ".ldi", ".xml"};

struct Source {
    std::string path;
    bool found;  ///< in a folder, where what is no import is passed over
};

std::vector<Source> sources(Session& session, const std::vector<std::string>& words) {
    std::vector<Source> out;
    for (const std::string& word : words) {
        if (word == "-" || !is_folder(word)) {
            out.push_back({word, false});
            continue;
        }
        std::vector<std::string> others;
        const auto files = files_below(word, endings, others);
        if (files.empty())
            throw Error(Fault::refused, "nothing_to_import",
                        fmt::format("{} has no cards and no tables in it", word),
                        "looked for .vcf .vcard .csv .tsv .json .jsonl .ldif .xml");
        for (const std::string& file : files)
            out.push_back({file, true});
        if (!others.empty() && !session.quiet)
            session.say(fmt::format("{}: note: passed over by their endings: {}", word,
                                    text::clipped(text::joined(others, ", "), 100)));
    }
    return out;
}

/// Rejected rows, to be mended and taken in again: a file for the tables of each heading and one
/// for cards, so that each can be read. The first is there before anything is imported: a place
/// that cannot be written to is told in time.
class Rejects {
public:
    Rejects(std::string path, bool keep, const std::vector<Source>& from)
        : path_(std::move(path)), keep_(keep) {
        for (const Source& source : from) {
            std::error_code no;
            if (source.path != "-" && std::filesystem::equivalent(source.path, path_, no))
                throw Error(Fault::usage, "rejects_input",
                            fmt::format("--rejects {} is what is read", path_),
                            "another file keeps what there is");
        }
        first_.emplace(path_, keep_);
    }
    void heading(std::string_view row) { heading_ = row; }
    void take(std::string_view raw) {
        // Of tables by their heading; cards and JSON, which have none, by what they are.
        const std::string kind = !heading_.empty() ? heading_ : raw.starts_with('{') ? "{" : "";
        auto of = std::ranges::find(kinds_, kind, &std::pair<std::string, std::string>::first);
        if (of == kinds_.end())
            of = kinds_.insert(of, {kind, heading_.empty() ? "" : heading_ + "\n"});
        of->second += raw;
        if (!of->second.ends_with('\n'))
            of->second += '\n';
    }
    /// The names of all files but the first.
    std::vector<std::string> commit() {
        std::vector<std::string> more;
        for (std::size_t i = 0; i < kinds_.size(); ++i) {
            if (i == 0)
                first_->write(kinds_[i].second);
            else
                write_file(more.emplace_back(next()), kinds_[i].second, keep_);
        }
        first_->commit();
        return more;
    }

private:
    /// rows-2.csv beside rows.csv; nobody has named it, so that it takes no other file's place.
    std::string next() {
        const std::filesystem::path path(path_);
        for (;;) {
            const auto name =
                path.parent_path() /
                fmt::format("{}-{}{}", path.stem().string(), ++number_, path.extension().string());
            if (std::error_code no; !std::filesystem::exists(name, no))
                return name.string();
        }
    }

    std::string path_, heading_;
    bool keep_;
    int number_ = 1;
    std::optional<FileWriter> first_;
    std::vector<std::pair<std::string, std::string>> kinds_;
};

/// One file to the importer. Throws where it cannot be read at all.
void read_source(Session& session, const Arguments& args, std::string bytes,
                 const std::string& name, exchange::Importer& importer) {
    if (args.has("encoding")) {
        auto text = form::decoded(std::move(bytes), args.text("encoding"));
        if (!text)
            throw text.error();
        bytes = std::move(*text);
    }
    auto kind =
        args.has("from") ? form::kind_named(args.text("from")) : form::recognise(bytes, name);
    if (!kind)
        throw kind.error();
    if (*kind == form::FileKind::store)
        throw Error(Fault::usage, "whole_store", fmt::format("{} is a whole store", name),
                    fmt::format("crm import {}", name));
    if (*kind == form::FileKind::vcard || *kind == form::FileKind::jcard ||
        *kind == form::FileKind::xcard)
        return form::read_cards(bytes, name, importer);
    if (!args.has("encoding") && form::encoding_of(bytes) == form::Encoding::bytes &&
        !text::valid(bytes))
        importer.trouble({name,
                          1,
                          fmt::format("not UTF-8, and read as {}; --encoding NAME says otherwise",
                                      form::guessed_charset(bytes)),
                          false,
                          {}});
    auto text = form::decoded(std::move(bytes));
    if (!text)
        throw text.error();
    if (*kind == form::FileKind::ldif)
        return form::import_ldif(*text, name, session.model(), importer);
    if (*kind == form::FileKind::json) {
        if (auto done = form::import_json(*text, name, *args.noun, importer); !done)
            throw done.error();
        return;
    }
    form::TableOptions how;
    const std::string program = args.text("program");
    how.program = program;
    if (args.flag("map")) {
        auto map = form::read_mapping(args.text("map"));
        if (!map)
            throw map.error();
        how.map = std::move(*map);
    }
    if (auto done = form::import_csv(*text, name, session.model(), *args.noun, how, importer);
        !done)
        throw done.error();
}

int run(Session& session, const Arguments& args) {
    std::vector<std::string> words;
    exchange::ImportOptions options;
    for (const std::string& word : args.words) {
        if (word.size() > 1 && word[0] == '+') {
            if (!text::valid(word))
                throw Error(Fault::usage, "not_utf8", "a tag is not UTF-8");
            if (word.size() < 3)
                throw Error(Fault::usage, "short_tag",
                            fmt::format("'{}': a tag has at least two characters", word));
            options.tags.push_back(session.store().tag(word.substr(1)).value_or(word.substr(1)));
        } else {
            words.push_back(word);
        }
    }
    if (words.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} import needs files, a folder, or - for standard input",
                                args.noun->noun));
    options.key = args.text("key") == "ref" ? "refs" : args.text("key");
    if (!options.key.empty() && options.key != "id" && options.key != "uid")
        if (auto known = store::select_column(*args.noun, options.key); !known)
            throw known.error();
    options.create = args.flag("create");
    options.reading = session.reading();
    options.reading.foreign = true;
    if (const std::string order = args.text("dates"); !order.empty())
        options.reading.order = order == "dmy"   ? DateOrder::day_first
                                : order == "mdy" ? DateOrder::month_first
                                                 : DateOrder::year_first;

    // Everything is read before the lock is taken, so that a slow pipe stops nobody.
    const auto all = sources(session, words);
    std::string input;
    std::size_t total = 0;
    for (const Source& source : all) {
        if (source.path == "-")
            input = session.read_input(), total += input.size();
        else
            total += file_size(source.path);
    }

    std::optional<Rejects> rejects;
    if (args.has("rejects"))
        rejects.emplace(args.text("rejects"), !session.dry_run, all);
    options.on_heading = [&](std::string_view raw) {
        if (rejects)
            rejects->heading(raw);
    };
    options.on_trouble = [&](const form::Trouble& t) {
        session.say(fmt::format("{}:{}: {}{}", t.file, t.line, t.rejected ? "" : "note: ", t.why));
        if (t.rejected && rejects && !t.raw.empty())
            rejects->take(t.raw);
    };
    Progress progress(session);
    std::size_t bytes_before = 0;
    options.on_progress = [&](std::size_t bytes) { progress.at(bytes_before + bytes); };

    store::OperationInfo info = session.operation_info(args.line);
    info.no_rules = args.flag("no-rules");
    store::Writer writer(session.store(), info);
    writer.bulk();
    ChangeReport told(session);
    std::vector<std::pair<std::int64_t, std::string>> touched;
    const bool tells = session.format == "ids" || session.json();
    if (tells)
        options.on_record = [&](const store::Record& record, std::string_view result) {
            if (record.entity == args.noun && result != "unchanged")
                touched.emplace_back(record.id, result);
        };
    exchange::Importer importer(writer, session.resolver(), args.noun, std::move(options));
    for (const Source& source : all) {
        const std::string name = source.path == "-" ? "-" : source.path;
        std::string bytes = source.path == "-" ? std::move(input) : read_file(source.path);
        const std::size_t size = bytes.size();
        progress.total(std::max(total, bytes_before + size));
        try {
            read_source(session, args, std::move(bytes), name, importer);
        } catch (const Error& e) {
            // Among several one bad file must not spoil the others.
            if ((!source.found && all.size() == 1) || e.fault == Fault::internal ||
                e.fault == Fault::io)
                throw;
            const std::string why =
                e.message.starts_with(name + " ") ? e.message.substr(name.size() + 1) : e.message;
            importer.trouble({name, 1, why, true, {}});
        }
        bytes_before += size;
        if (rejects)
            rejects->heading({});
    }
    importer.finish();
    if (tells) {
        writer.flush_pending();
        for (const auto& [id, result] : touched)
            told.add(session.store().get(*args.noun, id), result);
        told.end();
    }
    const std::int64_t operation = writer.commit();
    progress.done();
    if (rejects)
        for (const std::string& file : rejects->commit())
            session.remark(fmt::format("more rejected rows, of another kind: {}", file));
    const exchange::ImportCount& n = importer.count();
    if (!session.quiet)
        session.remark(fmt::format(
            "{}{} read, {} added, {} updated, {} unchanged, {} rejected{}",
            session.dry_run ? "dry run: " : "", n.read, n.added, n.updated, n.unchanged(),
            n.rejected, operation != 0 ? fmt::format(" (operation {})", operation) : ""));
    // What was made along the way, for those who want to know.
    for (const meta::Entity& entity : session.model().entities())
        if (const std::int64_t made = writer.added(entity) - (&entity == args.noun ? n.added : 0);
            session.verbose && made > 0)
            session.remark(fmt::format("{}also added: {} {}", session.dry_run ? "dry run: " : "",
                                       made, made == 1 ? entity.noun : entity.plural));
    return n.rejected > 0 ? static_cast<int>(Fault::rejected) : 0;
}

}  // namespace

Command record_import() {
    return {
        .help = "Take records in from files of other programs",
        .needs = Needs::writing,
        .arguments = {{.name = "FILE|FOLDER|-|+TAG",
                       .kind = Kind::file,
                       .required = true,
                       .many = true,
                       .help = "vCard, CSV, JSON lines, LDIF; - is standard input; +tag goes onto "
                               "every record"}},
        .options = {{.name = "no-rules", .help = "take deals in whatever their stage requires"},
                    {.name = "from",
                     .kind = Kind::choice,
                     .value = "KIND",
                     .help = "what the files are, when it cannot be seen",
                     .words = {"vcard", "vcf", "csv", "json", "jsonl", "ldif", "jcard", "xcard"}},
                    {.name = "program",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "whose table it is, when the header does not tell: google, outlook, "
                             "hubspot …; another word stands before its numbers"},
                    {.name = "map",
                     .kind = Kind::word,
                     .value = "COLUMN=FIELD,…",
                     .help = "what columns are; COLUMN= leaves one out, COLUMN=ref is a number in "
                             "the other system"},
                    {.name = "key",
                     .kind = Kind::field,
                     .value = "FIELD",
                     .help = "match by this field and nothing else"},
                    {.name = "dates",
                     .kind = Kind::choice,
                     .value = "ORDER",
                     .help = "how 03/04/26 or 26-11-30 is meant",
                     .words = {"dmy", "mdy", "ymd"}},
                    {.name = "encoding",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "how the files' letters are written, when it is guessed wrong: "
                             "shift_jis, cp1250 …"},
                    {.name = "rejects",
                     .kind = Kind::file,
                     .value = "FILE",
                     .help = "write the rows that were rejected there"},
                    {.name = "create", .help = "make whatever links name"}},
        .run = run,
        .details =
            "What the files are is seen from their bytes: kind, encoding, delimiter, the program "
            "that wrote them. Rows are matched with what is there by uid, external reference, "
            "e-mail address, telephone "
            "number with the same name, name with account; the same file again changes nothing. A "
            "row that cannot be taken is named with file and line, the others go in (exit 6). All "
            "of it is one operation.",
        .examples = {
            {"contact import cards/*.vcf +fair2026", "cards, each tagged"},
            {"contact import google.csv outlook.csv linkedin.csv",
             "address books of other programs"},
            {"contact import people.csv --map 'Mail=email,Firma=account' --rejects bad.csv",
             "a table of one's own"},
            {"account import companies.csv --dry-run", "only try"}}};
}

}  // namespace crm::cmd
