#include "base/phone_library.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/config_check.hpp"
#include "cmd/cli/print.hpp"
#include "mail/curl.hpp"
#include "mail/gmime.hpp"
#include "mail/home.hpp"
#include "sales/unknown_stages.hpp"
#include "sql/schema.hpp"
#include "time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

/// doctor: whether the program finds what it needs around it.
namespace crm::cmd {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t least_space = 100'000'000;  ///< bytes

bool on_path(const std::string& program) {
    if (program.find('/') != std::string::npos)
        return ::access(program.c_str(), X_OK) == 0;
    const char* path = std::getenv("PATH");
    const std::string all = path == nullptr ? "" : path;
    for (std::size_t at = 0; at <= all.size();) {
        const auto end = std::min(all.find(':', at), all.size());
        const std::string file = all.substr(at, end - at) + "/" + program;
        if (::access(file.c_str(), X_OK) == 0)
            return true;
        at = end + 1;
    }
    return false;
}

/// The findings, a row each.
class Report {
public:
    explicit Report(Session& session) : rows_(session, {"state", "what", "says"}) {}

    void ok(std::string what, std::string says) { row("ok", std::move(what), std::move(says)); }
    void warn(std::string what, std::string says) {
        ++warnings_;
        row("warn", std::move(what), std::move(says));
    }
    /// One text when all is well, another as a warning.
    void check(bool good, std::string what, std::string well, std::string wrong) {
        if (good)
            ok(std::move(what), std::move(well));
        else
            warn(std::move(what), std::move(wrong));
    }
    int end() {
        rows_.end();
        return warnings_ == 0 ? 0 : 1;
    }

private:
    void row(std::string state, std::string what, std::string says) {
        rows_.row({std::move(state), std::move(what), std::move(says)});
    }
    Rows rows_;
    int warnings_ = 0;
};

void check_content(Session& session, Report& report, std::uintmax_t bytes) {
    session.open(sql::Mode::reading);
    try {
        check_rules(session);
        for (const Error& fault : user_faults(session))
            report.warn("configuration", fault.message);
    } catch (const Error& e) {
        report.warn("configuration", e.message);
    }
    std::int64_t records = 0;
    for (const meta::Entity* entity : session.store().nouns())
        records += store::Selection(session.store(), *entity).count();
    std::string unknown;
    for (const auto& [stage, deals] : sales::unknown_stages(session.store()))
        unknown += fmt::format("{}{} in {}", unknown.empty() ? "" : ", ", deals, stage);
    if (!unknown.empty())
        report.warn("stages",
                    fmt::format("deals are in stages that are not configured: {}; crm deal edit "
                                "--where 'stage:~NAME' stage=… moves them",
                                unknown));
    report.ok("database", fmt::format("{}: {} records, {:.1f} MB", session.env.db, records,
                                      static_cast<double>(bytes) / 1e6));
}

void check_database(Session& session, Report& report) {
    const std::string& db = session.env.db;
    struct ::stat st {};
    if (::stat(db.c_str(), &st) != 0)
        return report.warn("database", db + " does not exist; crm init creates it");
    try {
        check_content(session, report, static_cast<std::uintmax_t>(st.st_size));
    } catch (const Error& e) {
        report.warn("database", e.message);
    }
    report.check((st.st_mode & 077) == 0, "permissions", "only you can read the database",
                 fmt::format("others can read the database; chmod 600 {}", db));
    report.check(::access(db.c_str(), W_OK) == 0, "writing", "the database is writable",
                 "the database is read-only");
    const fs::path folder = fs::absolute(db).parent_path();
    report.check(::access(folder.c_str(), W_OK) == 0, "folder", "its folder is writable",
                 folder.string() + " is not writable; changing the database requires it");
    std::error_code failed;
    const auto space = fs::space(folder, failed);
    if (failed)
        return;
    const std::string free =
        fmt::format("{:.1f} GB free", static_cast<double>(space.available) / 1e9);
    report.check(space.available > least_space, "disk", free, free);
}

void check_clock(Session& session, Report& report) {
    const Clock& clock = session.env.clock;
    const std::string zone = clock.zone.empty() ? "UTC" : clock.zone;
    if (crm::zone(clock.zone) == nullptr)
        return report.warn("clock", fmt::format("there is no time zone {}; times are UTC", zone));
    report.ok("clock", fmt::format("{} ({})", clock.local(clock.now), zone));
}

void check_terminal(Session& session, Report& report) {
    const char* locale = std::setlocale(LC_CTYPE, "");
    const std::string name = locale == nullptr ? "" : locale;
    const bool utf8 =
        name.find("UTF-8") != std::string::npos || name.find("utf8") != std::string::npos;
    report.check(utf8, "locale", name,
                 fmt::format("{} is not UTF-8: names may be displayed wrongly; LANG=C.UTF-8",
                             name.empty() ? "C" : name));
    const Environment& env = session.env;
    report.ok("terminal", env.out_tty ? fmt::format("{} columns, {}", env.width,
                                                    env.color ? "colours" : "no colours")
                                      : "none");
    const std::string pager = env.pager.substr(0, env.pager.find(' '));
    if (!pager.empty())
        report.check(on_path(pager), "pager", pager, pager + " is not on PATH; set CRM_PAGER");
}

/// Why the server that is configured could not be used.
std::optional<std::string> trouble_with_server(Session& session, const std::string& url) {
    if (!mail::has_curl())
        return "libcurl is not installed; apt install libcurl4";
    if (mail::names_user(url) && session.config.value("password_command").empty())
        return "smtp names a user, and there is no password_command";
    return {};
}

std::optional<std::string> trouble_with_program(const std::string& line) {
    const auto words = split_command_line(line);
    if (words && !words->empty() && !on_path(words->front()))
        return fmt::format("sendmail: {} cannot be run", words->front());
    return {};
}

/// Why mail could not be sent.
std::optional<std::string> trouble_with_mail(Session& session, const std::string& server,
                                             const std::string& program) {
    if (session.has_store() && mail::is_copy(session.store()))
        return "this database was copied or restored; crm mail adopt";
    if (!server.empty() && !program.empty())
        return "smtp and sendmail are both configured";
    if (!mail::has_gmime())
        return "GMime is not installed; apt install libgmime-3.0-0";
    if (auto trouble =
            server.empty() ? trouble_with_program(program) : trouble_with_server(session, server))
        return trouble;
    if (session.config.value("mail_from").empty())
        return "there is no mail_from, only users with an address can write";
    return {};
}

/// Whether mail could be sent, without connecting to the server.
void check_mail(Session& session, Report& report) {
    const std::string server = session.config.value("smtp"),
                      program = session.config.value("sendmail");
    if (server.empty() && program.empty())
        return report.ok("mail", "not configured; smtp or sendmail in crm config");
    if (const auto trouble = trouble_with_mail(session, server, program))
        return report.warn("mail", *trouble);
    report.ok("mail", server.empty() ? "by a program" : "by a server");
}

int run_doctor(Session& session, const Arguments&) {
    Report report(session);
    report.ok("program", fmt::format("crm {}, schema {}", CRM_VERSION, sql::schema_version));
    if (!session.config_fault.empty())
        report.warn("configuration", session.config_fault);
    for (const Ignored& ignored : session.config.ignored)
        report.warn("configuration", ignored.message() + "; crm config trust");
    check_database(session, report);
    const std::string user = session.user();
    report.check(!user.empty(), "user", user, "not known; use --as or set CRM_USER");
    check_clock(session, report);
    check_terminal(session, report);
    report.ok("telephone",
              phone_library::available()
                  ? "libphonenumber checks national numbers"
                  : "only the length of national numbers is checked; apt install libphonenumber8");
    check_mail(session, report);
    return report.end();
}

}  // namespace

Command doctor_command() {
    return {.help = "Check the environment: database, permissions, disk, locale, terminal",
            .formats = formats::rows,
            .run = run_doctor,
            .details =
                "Each line says ok or warn, and what to do. Exit 1 when there is a warning. crm "
                "check checks the contents of the database.",
            .examples = {{"doctor", "first, when something does not work"}}};
}

}  // namespace crm::cmd
