#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

/// backup: a copy of the store, complete and looked through.
namespace crm::cmd {
namespace {

namespace fs = std::filesystem;

/// Backups that were made without a name: crm-20261125T100000Z.db.
std::vector<fs::path> made_before(const fs::path& folder) {
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

int run(Session& session, const Arguments& args) {
    const auto keep = static_cast<std::size_t>(args.number("keep", 1, 999'999).value_or(0));
    fs::path to;
    fs::path folder;
    if (args.words.empty()) {
        folder = fs::absolute(session.env.db).parent_path() / "backups";
        std::error_code failed;
        if (fs::create_directories(folder, failed))
            fs::permissions(folder, fs::perms::owner_all, failed);
        std::string stamp = session.env.clock.now.iso();
        std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
        to = folder / ("crm-" + stamp + ".db");
        for (int n = 2; fs::exists(to); ++n)
            to = folder / fmt::format("crm-{}.{}Z.db", stamp.substr(0, stamp.size() - 1), n);
    } else {
        to = args.words[0];
        if (fs::exists(to))
            throw Error(Fault::refused, "exists",
                        to.string() + " exists already; nothing was changed",
                        "another name, or none: then the time is its name");
    }
    // Under another name until it is known to be whole: what is called a backup is one.
    const std::string part = to.string() + ".part";
    ::remove(part.c_str());
    if (session.dry_run) {
        if (!session.quiet)
            session.out.write("would back up to " + to.string() + "\n");
        return 0;
    }
    session.store().db().copy_to(part);
    try {
        sql::Connection copy(part, sql::Mode::reading);
        if (const auto faults = copy.faults(); !faults.empty())
            throw Error(Fault::io, "damaged", "the copy is damaged: " + faults.front(),
                        "crm check looks at the store itself");
        if (::rename(part.c_str(), to.c_str()) != 0)
            throw Error(Fault::io, "create",
                        to.string() + " cannot be made: " + std::strerror(errno));
    } catch (...) {
        ::remove(part.c_str());
        throw;
    }
    if (keep > 0 && !folder.empty()) {
        auto all = made_before(folder);
        for (std::size_t i = 0; i + keep < all.size(); ++i)
            ::remove(all[i].c_str());
    }
    if (!session.quiet)
        session.out.write(to.string() + "\n");
    return 0;
}

}  // namespace

Command backup_command() {
    return {.help = "Copy the store, also while others write to it",
            .needs = Needs::reading,
            .arguments = {{.name = "FILE",
                           .kind = Kind::file,
                           .help = "the copy; without it one in the folder backups beside the "
                                   "store, called by the time"}},
            .options = {{.name = "keep",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "of those called by the time, remove all but the latest N"}},
            .run = run,
            .details =
                "The copy is one state of the store, history and all. It is looked through before "
                "it gets its name, and never takes the place of a file. "
                "A backup is a store: --db opens it, and copying it back restores it.",
            .examples = {{"backup", "prints the name of the copy"},
                         {"backup --keep 14 -q", "every night, from cron"},
                         {"backup /mnt/usb/crm.db", "to another disk"}}};
}

}  // namespace crm::cmd
