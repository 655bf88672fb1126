#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"
#include "exchange/dump.hpp"
#include "form/recognise.hpp"

#include <fmt/format.h>

/// import: a whole database from JSON lines.
namespace crm::cmd {
namespace {

int run_import(Session& session, const Arguments& args) {
    const std::string& path = args.words.front();
    const std::string bytes = path == "-" ? session.read_input() : read_file(path);
    const auto kind = form::recognise(bytes, path);
    if (!kind)
        throw kind.error();
    if (*kind != form::FileKind::store)
        throw Error(Fault::usage, "no_store",
                    fmt::format("{} is {}, not an export of a whole database", path,
                                form::kind_name(*kind)),
                    fmt::format("crm {} import {}",
                                *kind == form::FileKind::ics ? "meeting" : "contact", path));
    session.store().db().defer_links();
    store::Writer writer(session.store(), session.operation_info(args.line));
    const exchange::LoadCount count = exchange::load(writer, bytes, path);
    const std::int64_t operation = writer.commit();
    if (!session.quiet)
        session.remark(fmt::format(
            "{}{} read, {} added, 0 updated, {} unchanged, 0 rejected{}",
            session.dry_run ? "dry run: " : "", count.read, count.added, count.read - count.added,
            operation != 0 ? fmt::format(" (operation {})", operation) : ""));
    return 0;
}

}  // namespace

Command store_import() {
    return {
        .help = "Import a whole database into an empty one",
        .needs = Needs::writing,
        .arguments = {{.name = "FILE",
                       .kind = Kind::file,
                       .required = true,
                       .help = "what crm export wrote; - is standard input"}},
        .run = run_import,
        .details =
            "Records keep their ids, uids and times. What the file says is checked like what is "
            "typed; a line that is not valid is named, and nothing is changed. Use crm NOUN "
            "import for files of other programs.",
        .examples = {{"--db copy.db import crm.jsonl", "a copy of everything"}}};
}

}  // namespace crm::cmd
