#include "cmd/cli/files.hpp"
#include "cmd/cli/select.hpp"
#include "store/attachment.hpp"

#include <fmt/format.h>

/// attachment save: an attached file, as a file again.
namespace crm::cmd {
namespace {

int run_attachment_save(Session& session, const Arguments& args) {
    const store::Found found = resolve_reference(session, args.noun, args.words.front());
    const store::Record attachment = session.store().get(*found.entity, found.id);
    const std::string bytes = store::attached_bytes(session.store(), attachment);
    if (!args.has("out") && session.env.out_tty)
        throw Error(Fault::usage, "terminal", "the bytes of a file are not printed on a terminal",
                    fmt::format("crm attachment save {} --out {}", attachment.short_id(),
                                attachment.label()));
    if (args.has("out"))
        write_file(args.text("out"), bytes, !session.dry_run);
    else
        session.out.write(bytes);
    return 0;
}

}  // namespace

Command attachment_save() {
    return {.help = "Write an attached file to a file or standard output",
            .needs = Needs::reading,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "the attachment"}},
            .options = {{.name = "out",
                         .kind = Kind::output_file,
                         .value = "FILE",
                         .help = "write to this file; standard output by default"}},
            .run = run_attachment_save,
            .examples = {{"attachment save at3 --out contract.pdf", "into a file"}}};
}

}  // namespace crm::cmd
