#include "store/backup.hpp"

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

/// backup: a copy of the database, complete and checked.
namespace crm::cmd {
namespace {

namespace fs = std::filesystem;

/// Backups that were made without a name, the oldest first: crm-20261125T100000Z.db.
std::vector<fs::path> earlier_backups(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const std::string name = entry.path().filename().string();
        if (name.size() >= 23 && name.starts_with("crm-2") && name.ends_with("Z.db"))
            out.push_back(entry.path());
    }
    std::ranges::sort(out, {}, [](const fs::path& path) {
        std::error_code unknown;
        return std::pair(fs::last_write_time(path, unknown), path);
    });
    return out;
}

/// The folder beside the database; made when it is missing.
fs::path backup_folder(Session& session) {
    const fs::path folder = fs::absolute(session.env.db).parent_path() / "backups";
    std::error_code failed;
    if (fs::create_directories(folder, failed))
        fs::permissions(folder, fs::perms::owner_all, failed);
    return folder;
}

/// A name by the time that no file has yet.
fs::path name_by_time(Session& session, const fs::path& folder) {
    std::string stamp = session.env.clock.now.iso();
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    fs::path out = folder / ("crm-" + stamp + ".db");
    stamp.pop_back();  // the Z
    for (int n = 2; fs::exists(out); ++n)
        out = folder / fmt::format("crm-{}.{}Z.db", stamp, n);
    return out;
}

int run(Session& session, const Arguments& args) {
    const auto keep = static_cast<std::size_t>(args.number("keep", 1, 999'999).value_or(0));
    const bool named = !args.words.empty();
    const fs::path folder = named ? fs::path() : backup_folder(session);
    const fs::path to = named ? fs::path(args.words[0]) : name_by_time(session, folder);
    if (named && fs::exists(to))
        throw Error(Fault::refused, "exists", to.string() + " exists already; nothing was changed",
                    "choose another name, or none: then the backup is named by the time");
    if (session.dry_run) {
        if (!session.quiet)
            session.out.write("would back up to " + to.string() + "\n");
        return 0;
    }
    store::back_up(session.store(), to.string());
    if (keep > 0 && !named) {
        const auto all = earlier_backups(folder);
        for (std::size_t i = 0; i + keep < all.size(); ++i)
            std::remove(all[i].c_str());
    }
    if (!session.quiet)
        session.out.write(to.string() + "\n");
    return 0;
}

}  // namespace

Command backup_command() {
    return {.help = "Copy the database, even while others write to it",
            .needs = Needs::reading,
            .arguments = {{.name = "FILE",
                           .kind = Kind::file,
                           .help = "the copy; by default a file named by the time, in the folder "
                                   "backups beside the database"}},
            .options = {{.name = "keep",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "delete all but the latest N backups that are named by the time"}},
            .run = run,
            .details =
                "The copy is one consistent state of the database, history included. It is checked "
                "before it gets its name, and never replaces a file. "
                "A backup is a database: --db opens it, and copying it back restores it.",
            .examples = {{"backup", "prints the name of the copy"},
                         {"backup --keep 14 -q", "every night, from cron"},
                         {"backup /mnt/usb/crm.db", "to another disk"}}};
}

}  // namespace crm::cmd
