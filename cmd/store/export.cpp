#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "exchange/dump.hpp"

#include <optional>

/// export: the whole database as JSON lines.
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

}  // namespace

Command store_export() {
    return {
        .help = "Export the whole database as JSON lines",
        .needs = Needs::reading,
        .options = {{.name = "out",
                     .kind = Kind::output_file,
                     .value = "FILE",
                     .help = "write to this file; standard output by default"}},
        .run = run_export,
        .details =
            "The first line contains the version of the schema, followed by the counters, the "
            "tags, "
            "every record with its noun, and the bytes of attachments. Equal databases give equal "
            "lines. The history is not included; crm backup includes it. Links to unsubscribe or "
            "to "
            "confirm in mail that was sent work in the database that imports it, too.",
        .examples = {{"export --out crm.jsonl", "everything"},
                     {"export | jq -r 'select(.kind==\"contact\").name'", "through a pipe"}}};
}

}  // namespace crm::cmd
