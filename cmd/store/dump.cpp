#include "exchange/dump.hpp"

#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "form/recognise.hpp"

#include <fmt/format.h>

#include <optional>

namespace crm::cmd {
namespace {

int run_export(Session& session, const Arguments& args) {
    std::optional<FileWriter> file;
    if (args.has("out"))
        file.emplace(args.text("out"), !session.dry_run);
    exchange::dump(session.store(), [&](std::string_view lines) {
        file ? file->write(lines) : session.out.write(lines);
    });
    if (file)
        file->commit();
    return 0;
}

int run_import(Session& session, const Arguments& args) {
    const std::string& path = args.words.front();
    const std::string bytes = path == "-" ? session.read_input() : read_file(path);
    const auto kind = form::recognise(bytes, path);
    if (!kind)
        throw kind.error();
    if (*kind != form::FileKind::store)
        throw Error(Fault::usage, "no_store",
                    fmt::format("{} is {}, not a whole store", path, form::kind_name(*kind)),
                    fmt::format("crm contact import {}", path));
    session.store().db().defer_links();
    store::Writer writer(session.store(), session.operation_info(args.line));
    const std::int64_t records = exchange::load(writer, bytes, path);
    const std::int64_t operation = writer.commit();
    if (!session.quiet)
        session.remark(
            fmt::format("{}{} read, {} added, 0 updated, 0 unchanged, 0 rejected{}",
                        session.dry_run ? "dry run: " : "", records, records,
                        operation != 0 ? fmt::format(" (operation {})", operation) : ""));
    return 0;
}

}  // namespace

Command store_export() {
    return {.help = "Write the whole store as JSON lines",
            .needs = Needs::reading,
            .options = {{.name = "out",
                         .kind = Kind::file,
                         .value = "FILE",
                         .help = "where to; standard output otherwise"}},
            .run = run_export,
            .details =
                "The first line tells the schema, then come the counters, the tags, every record "
                "with its kind, and the bytes of attachments. Equal stores give equal lines. The "
                "history stays behind: backup keeps it.",
            .examples = {{"export --out store.jsonl", "everything"},
                         {"export | jq -r 'select(.kind==\"contact\").name'", "through a pipe"}}};
}

Command store_import() {
    return {.help = "Read a whole store back into an empty one",
            .needs = Needs::writing,
            .arguments = {{.name = "FILE",
                           .kind = Kind::file,
                           .required = true,
                           .help = "what crm export wrote; - is standard input"}},
            .run = run_import,
            .details =
                "Records keep their ids, uids and times. Files of other programs are taken in by "
                "crm contact import.",
            .examples = {{"--db copy.db import store.jsonl", "a copy of everything"}}};
}

}  // namespace crm::cmd
