#pragma once

#include "time/date.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace crm::cmd {

/// What surrounds the program: terminal, environment variables, clock.
struct Environment {
    bool out_tty = false;
    bool err_tty = false;
    bool in_tty = false;
    int width = 80;   ///< of the terminal, in columns
    int height = 24;  ///< lines of the terminal
    bool color = false;
    bool utf8 = false;  ///< the locale is UTF-8: the terminal shows blocks and lines
    Clock clock;
    std::string user;         ///< who acts: --as, CRM_USER, the configuration, USER
    bool user_given = false;  ///< by --as
    std::string db;           ///< path of the database
    bool db_is_default = true;
    bool db_is_found = false;  ///< it is .crm/crm.db of this folder or of one above
    std::string pager;
    std::string temporary_folder = "/tmp";  ///< TMPDIR
    std::string currency;                   ///< configured for new databases; may be empty

    /// Uses the database that the command line names.
    void use_db(std::string path) {
        db = std::move(path);
        db_is_default = false;
        db_is_found = false;
    }
};

/// Reads it; the only place that does.
Environment read_environment();

/// .crm/NAME in this folder or in the nearest one above that has it.
std::optional<std::string> find_upward(std::string_view name);

/// A database that was found, not named, must belong to the user: whoever owns it could read what
/// is written to it. Throws Error config with the name of the owner.
void check_database_owner(const Environment& env);

/// The value of an environment variable; empty when it is not set.
std::string environment_variable(const char* name);
/// The country of the locale, DE of de_DE.UTF-8; empty where it names none.
std::string locale_country();

}  // namespace crm::cmd
