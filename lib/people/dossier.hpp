#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Everything that the database holds about one person, as article 15 of the GDPR gives them a
/// right to see it.
namespace crm::people {

struct Dossier {
    struct Entry {
        std::string_view noun;
        std::string id;
        std::string json;                                         ///< the record as an object
        std::vector<std::pair<std::string, std::string>> fields;  ///< name and text, none empty
    };
    struct Change {
        std::string at, user, command;
        std::string field;  ///< or the action, where it was of the whole record
        std::string old_value, new_value;
    };

    std::string name;             ///< of the person
    std::vector<Entry> records;   ///< the person first
    std::vector<Change> history;  ///< of the person's own record, the oldest change first
};

/// The person's record, every record that links to it (of other people only who they are), and the
/// leads and e-mails with their addresses; also from the trash.
Dossier dossier(store::Store& store, const Clock& clock, const store::Found& person);

/// `{"schema":1,"records":[{"noun":…,"record":…}],"history":[…]}`
std::string dossier_json(const Dossier& dossier);
/// One page, also for print; `day` is when it was made.
std::string dossier_html(const Dossier& dossier, std::string_view day);

}  // namespace crm::people
