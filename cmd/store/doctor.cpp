#include "base/phone_library.hpp"
#include "cmd/cli/records.hpp"
#include "sql/schema.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

/// doctor: whether the program finds what it needs around it.
namespace crm::cmd {
namespace {

namespace fs = std::filesystem;

bool on_path(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string all = path == nullptr ? "" : path;
    for (std::size_t at = 0; at <= all.size();) {
        const auto end = std::min(all.find(':', at), all.size());
        if (::access((all.substr(at, end - at) + "/" + program).c_str(), X_OK) == 0)
            return true;
        at = end + 1;
    }
    return false;
}

int run(Session& session, const Arguments&) {
    Rows rows(session, {"state", "what", "says"});
    int warnings = 0;
    const auto tell = [&](bool good, std::string what, std::string says) {
        warnings += good ? 0 : 1;
        rows.row({std::string(good ? "ok" : "warn"), std::move(what), std::move(says)});
    };
    const std::string& db = session.env.db;
    tell(true, "program", fmt::format("crm {}, schema {}", CRM_VERSION, sql::schema_version));
    if (!session.config_fault.empty())
        tell(false, "configuration", session.config_fault);
    struct ::stat st {};
    if (::stat(db.c_str(), &st) != 0) {
        tell(false, "store", db + " is not there; crm init makes it");
    } else {
        try {
            session.open(sql::Mode::reading);
            std::int64_t records = 0;
            for (const meta::Entity* entity : session.store().nouns())
                records += store::Selection(session.store(), *entity).count();
            std::string unknown;
            sql::Statement stages = session.store().db().prepare(
                R"(SELECT "stage", count(*) FROM "deal" WHERE "deleted_at" IS NULL AND "undone" IS NULL GROUP BY 1)");
            while (stages.step())
                if (!stages.null(0) && session.model().stages().find(stages.text(0)) == nullptr)
                    unknown += fmt::format("{}{} in {}", unknown.empty() ? "" : ", ",
                                           stages.integer(1), stages.text(0));
            if (!unknown.empty())
                tell(false, "stages",
                     fmt::format("deals stand in stages that are not configured: {}; crm deal edit "
                                 "--where 'stage:~NAME' stage=… moves them",
                                 unknown));
            tell(true, "store",
                 fmt::format("{}: {} records, {:.1f} MB", db, records,
                             static_cast<double>(st.st_size) / 1e6));
        } catch (const Error& e) {
            tell(false, "store", e.message);
        }
        tell((st.st_mode & 077) == 0, "permissions",
             (st.st_mode & 077) == 0 ? "only you may read the store"
                                     : fmt::format("others may read the store; chmod 600 {}", db));
        tell(::access(db.c_str(), W_OK) == 0, "writing",
             ::access(db.c_str(), W_OK) == 0 ? "the store may be written to"
                                             : "the store may only be read");
        const fs::path folder = fs::absolute(db).parent_path();
        tell(::access(folder.c_str(), W_OK) == 0, "folder",
             ::access(folder.c_str(), W_OK) == 0
                 ? "its folder takes the journal"
                 : folder.string() + " may not be written to, which writing needs");
        std::error_code failed;
        if (const auto space = fs::space(folder, failed); !failed)
            tell(space.available > 100'000'000, "disk",
                 fmt::format("{:.1f} GB free", static_cast<double>(space.available) / 1e9));
    }
    tell(!session.user().empty(), "user",
         session.user().empty() ? "nobody; say --as or set CRM_USER" : session.user());
    const std::string zone = session.env.clock.zone.empty() ? "UTC" : session.env.clock.zone;
    const bool known_zone = crm::zone(session.env.clock.zone) != nullptr;
    tell(known_zone, "clock",
         known_zone ? fmt::format("{} ({})", session.env.clock.local(session.env.clock.now), zone)
                    : fmt::format("there is no time zone {}; times are UTC", zone));
    const char* locale = std::setlocale(LC_CTYPE, "");
    const std::string name = locale == nullptr ? "" : locale;
    const bool utf8 =
        name.find("UTF-8") != std::string::npos || name.find("utf8") != std::string::npos;
    tell(utf8, "locale",
         utf8 ? name
              : fmt::format("{} is not UTF-8: names may not be shown right; LANG=C.UTF-8",
                            name.empty() ? "C" : name));
    tell(true, "terminal",
         session.env.out_tty ? fmt::format("{} columns, {}", session.env.width,
                                           session.env.color ? "colours" : "no colours")
                             : "none");
    const std::string pager = session.env.pager.substr(0, session.env.pager.find(' '));
    if (!pager.empty())
        tell(on_path(pager), "pager",
             on_path(pager) ? pager : pager + " is not on PATH; set CRM_PAGER");
    tell(true, "telephone",
         phone_library::available()
             ? "libphonenumber checks national numbers"
             : "national numbers go by their length; apt install libphonenumber8 checks them");
    rows.end();
    return warnings == 0 ? 0 : 1;
}

}  // namespace

Command doctor_command() {
    return {.help =
                "Look whether the program finds what it needs: store, permissions, disk, locale, "
                "terminal",
            .run = run,
            .details =
                "Each line says ok or warn, and what to do. Exit 1 when there is a warning. crm "
                "check looks at the store from inside.",
            .examples = {{"doctor", "first, when something is odd"}}};
}

}  // namespace crm::cmd
