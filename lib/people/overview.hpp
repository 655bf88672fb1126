#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What else is known of a record, for a person who prepares a meeting.
namespace crm::people {

/// One thing in a section: the values of its columns, and the line that a person reads.
struct OverviewRow {
    std::vector<std::vector<Value>> cells;  ///< by column, as meta::text takes them
    std::string line;                       ///< empty where the row before says it all
};

/// Some things of one kind: the deals of an account, what was promised to it.
struct OverviewSection {
    struct Column {
        std::string name;
        const meta::FieldInfo* field = nullptr;  ///< says what its cells are; null: text or number
        bool fraction = false;                   ///< texts of numbers with fractions
    };

    std::string name;   ///< in JSON and in a pipe: "deals"
    std::string title;  ///< for a person: "totals, including 2 companies below it"
    std::vector<Column> columns;
    std::vector<OverviewRow> rows;
    std::vector<std::string> remarks;  ///< lines for a person below the rows
    std::int64_t more = 0;             ///< rows that were left out
};

/// What sections are made of.
struct OverviewRequest {
    store::Resolver& resolver;
    const Clock& clock;
    const store::Found& about;
    int most = -1;        ///< records of one kind; -1: all
    bool person = false;  ///< lines are read on a terminal, and not by a program

    store::Store& store() const { return resolver.store(); }
};

/// Makes sections of a record and appends those that are not empty.
using OverviewPart = void (*)(const OverviewRequest&, std::vector<OverviewSection>&);

/// The open problems of a customer (people/open_problems.hpp).
void add_problems(const OverviewRequest& request, std::vector<OverviewSection>& sections);
/// Deals, orders and tickets of an account and all accounts below it, by number and amount.
void add_totals(const OverviewRequest& request, std::vector<OverviewSection>& sections);
/// The promises to an account that are open or broken.
void add_promises(const OverviewRequest& request, std::vector<OverviewSection>& sections);
/// Notes, calls, meetings, tasks and mail about a record, the newest first; those of an account
/// also from its people and deals.
void add_activities(const OverviewRequest& request, std::vector<OverviewSection>& sections);
/// The records that link to the record, a section for each noun.
void add_related(const OverviewRequest& request, std::vector<OverviewSection>& sections);
/// The same without the nouns that are activities.
void add_related_without_activities(const OverviewRequest& request,
                                    std::vector<OverviewSection>& sections);

}  // namespace crm::people
