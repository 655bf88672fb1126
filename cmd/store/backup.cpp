#include "store/backup.hpp"

#include "base/file.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/session.hpp"

#include <filesystem>

/// backup: a copy of the database, complete and checked.
namespace crm::cmd {
namespace {

/// Beside the database.
std::string backup_folder(const Session& session) {
    return std::filesystem::absolute(session.env.db).parent_path() / "backups";
}

std::string back_up_to(Session& session, const std::string& path) {
    if (std::filesystem::exists(path))
        throw Error(Fault::refused, "exists", path + " exists already; nothing was changed",
                    "choose another name, or none: then the backup is named by the time");
    if (!session.dry_run)
        store::back_up(session.store(), path);
    return path;
}

std::string back_up_by_time(Session& session, std::size_t keep) {
    const std::string folder = backup_folder(session);
    if (session.dry_run)
        return store::next_backup(folder, session.env.clock.now);
    create_private_folder(folder);
    const std::string path = store::back_up_by_time(session.store(), folder, session.env.clock.now);
    if (keep > 0)
        store::delete_old_backups(folder, keep);
    return path;
}

int run_backup(Session& session, const Arguments& args) {
    const auto keep = static_cast<std::size_t>(args.number("keep", 1, 999'999).value_or(0));
    const std::string path =
        args.words.empty() ? back_up_by_time(session, keep) : back_up_to(session, args.words[0]);
    if (!session.quiet)
        session.out.write((session.dry_run ? "would back up to " : "") + path + "\n");
    return 0;
}

}  // namespace

Command backup_command() {
    return {.help = "Copy the database, even while others write to it",
            .needs = Needs::reading,
            .arguments = {{.name = "FILE",
                           .kind = Kind::output_file,
                           .help = "the copy; by default a file named by the time, in the folder "
                                   "backups beside the database"}},
            .options = {{.name = "keep",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "delete all but the latest N backups that are named by the time"}},
            .run = run_backup,
            .details =
                "The copy is one consistent state of the database, history included. It is checked "
                "before it gets its name, and never replaces a file. "
                "A backup is a database: --db opens it, and copying it back restores it.",
            .examples = {{"backup", "prints the name of the copy"},
                         {"backup --keep 14 -q", "every night, from cron"},
                         {"backup /mnt/usb/crm.db", "to another disk"}}};
}

}  // namespace crm::cmd
