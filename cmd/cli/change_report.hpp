#pragma once

#include "cmd/cli/print.hpp"
#include "cmd/cli/progress.hpp"
#include "store/record.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// Prints what a change did to each record: a line; with -o ids the id; as JSON the record with a
/// `result`; with -F or --format the columns of the record; with -q nothing.
class ChangeReport {
public:
    explicit ChangeReport(Session& session);
    /// The records that will be added, as they came: a person at a terminal sees how far it is.
    std::vector<store::Found> expect(std::vector<store::Found> records) {
        progress_.total(records.size());
        return records;
    }
    /// `result`: what was done, in the past ("updated"); `more`: what else is said in the line.
    void add(const store::Record& record, std::string_view result, std::string_view more = {});
    void end();
    /// Whether an option asks for the records, so that a command prints them that otherwise only
    /// counts them.
    bool asked_for() const { return session_.format == "ids" || session_.json() || columns_; }
    /// The value of an expression that was typed (`due=next fri`): the next line about a record of
    /// that noun shows it, "due Fri 2026-11-27".
    void resolved(const meta::Entity& entity, std::string_view field, std::string text);

private:
    bool silent() const;
    void add_columns(const store::Record& record);
    void add_json(const store::Record& record, const std::string& result);

    Session& session_;
    std::int64_t rows_ = 0;
    std::size_t done_ = 0;
    Progress progress_;
    struct Resolved {
        const meta::Entity* entity;
        std::string field, text;
    };
    std::vector<Resolved> take_resolved(const meta::Entity& entity);
    static std::string without(std::string_view names, const std::vector<Resolved>& shown);

    std::vector<Resolved> resolved_;
    bool columns_;  ///< -F or --format is given
    std::unique_ptr<RecordRows> rows_of_columns_;
    const meta::Entity* noun_ = nullptr;  ///< of its rows
    std::optional<Error> lacking_;        ///< the first column that a noun lacks
};

/// Names of the fields in which two states of a record differ.
std::string changed_fields(const store::Record& before, const store::Record& after);

}  // namespace crm::cmd
