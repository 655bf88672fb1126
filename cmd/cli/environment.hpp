#pragma once

#include "time/date.hpp"

#include <string>

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
    std::string pager;
    std::string temporary_folder = "/tmp";  ///< TMPDIR
    std::string currency;                   ///< configured for new databases; may be empty
};

/// Reads it; the only place that does.
Environment read_environment();

/// The value of an environment variable; empty when it is not set.
std::string environment_variable(const char* name);
/// The country of the locale, DE of de_DE.UTF-8; empty where it names none.
std::string locale_country();

}  // namespace crm::cmd
