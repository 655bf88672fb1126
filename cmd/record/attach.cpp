#include "cmd/cli/changes.hpp"
#include "cmd/cli/files.hpp"
#include "store/attachment.hpp"

#include <fmt/format.h>

/// attach: files to a record.
namespace crm::cmd {
namespace {

struct File {
    std::string name;
    std::string bytes;
};

File read(Session& session, const Arguments& args, const std::string& path) {
    if (path != "-")
        return {path.substr(path.rfind('/') + 1), read_file(path, store::largest_attachment)};
    if (args.text("name").empty())
        throw Error(Fault::usage, "missing", "a file from standard input requires --name");
    return {args.text("name"), session.read_input()};
}

int run_attach(Session& session, const Arguments& args) {
    const store::Record about =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words.front()));
    std::vector<File> files;  // read before the database is locked
    for (std::size_t i = 1; i < args.words.size(); ++i)
        files.push_back(read(session, args, args.words[i]));
    Change change(session, args);
    for (const File& file : files) {
        const store::Record made =
            store::attach(change.writer, about, file.name, file.bytes, args.text("role"));
        change.report.add(made, "added",
                          fmt::format("{} to {} {}", file.name, about.short_id(), about.label()));
    }
    return change.end();
}

}  // namespace

Command record_attach() {
    return {.help = "Attach files to a record",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"},
                 {.name = "FILE",
                  .kind = Kind::file,
                  .required = true,
                  .many = true,
                  .help = "files; - is standard input"}},
            .options = {{.name = "name",
                         .kind = Kind::word,
                         .value = "NAME",
                         .help = "name of the file from standard input"},
                        {.name = "role",
                         .kind = Kind::word,
                         .value = "ROLE",
                         .help = "shown on vCards",
                         .words = {"photo", "logo", "sound", "key"}}},
            .run = run_attach,
            .details =
                "The bytes are stored in the database, equal bytes once. crm attachment "
                "save writes them to a file again.",
            .examples = {{"account attach acme.example contract.pdf", "one file"},
                         {"contact attach c12 ada.jpg --role photo", "the photo of a vCard"},
                         {"attachment list about:any", "all attached files"}}};
}

}  // namespace crm::cmd
