#pragma once

#include "base/id.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/environment.hpp"
#include "cmd/cli/input.hpp"
#include "cmd/cli/output.hpp"
#include "meta/type.hpp"
#include "store/resolve.hpp"
#include "store/store.hpp"
#include "store/writer.hpp"
#include "time/date.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crm::cmd {

/// What a command works with: the environment, the configuration, the global options, the database
/// and the output.
class Session {
public:
    Environment env;
    Config config;             ///< before the model, which keeps texts of it
    std::string config_fault;  ///< why the configuration is not in force; empty when it is
    Output out;

    std::string command;  ///< that runs, as it is typed: deal list
    std::string format;   ///< -o: table, tsv, csv, json, …; empty: by the terminal
    std::vector<std::string> fields;
    std::string pattern;  ///< --format
    bool header = true;
    bool dry_run = false;
    /// The command runs to tell hooks what it would change: changes are reported with all fields,
    /// whatever -F says, and what the command itself needs afterwards is kept.
    bool rehearsal = false;
    bool yes = false;
    bool quiet = false;
    bool verbose = false;
    bool no_input = false;
    bool null_ended = false;
    bool json_errors = false;
    std::chrono::milliseconds lock_wait{30'000};
    bool wrote = false;  ///< the command has ended and may have changed the database

    /// A text that was edited in a rehearsal, so that the command itself does not ask for it again.
    struct Edit {
        std::string before, after;
        std::string path;
    };
    std::optional<Edit> edit;

    /// What a person is asked: see questions.hpp.
    struct Question {
        std::string text, about;
        bool operator==(const Question&) const = default;
    };
    std::optional<Question> agreed;  ///< a person has said yes to this

    /// Where uids of new records come from, when they must be the same in a rehearsal and after it.
    std::optional<Uuids> uids;

    /// Runs in the transaction of the next command that changes something.
    std::function<void(store::Store&)> in_same_transaction;

    explicit Session(Environment environment) : env(std::move(environment)) {}

    meta::Model& model();
    store::Store& store() { return *store_; }
    bool has_store() const { return store_ != nullptr; }
    /// Opens the database; for writing, the default one is made when it is missing.
    void open(sql::Mode mode);
    /// Ends all reading; call before output may block.
    void close();

    const std::string& user();  ///< who acts
    store::Resolver& resolver();
    meta::Reading reading();
    store::OperationInfo operation_info(const std::string& line);
    bool json() const { return format == "json" || format == "jsonl"; }

    /// Prints a remark on standard error, with control characters made visible.
    void say(std::string_view line);
    /// A remark about what is printed: it is printed after that.
    void remark(std::string line) { remarks_ += line + "\n"; }
    const std::string& remarks() const { return remarks_; }
    /// Tells a person at a terminal why nothing is shown there; silent in a pipe.
    void remark_nothing(std::string line) { remark_to_person(std::move(line)); }
    /// Tells a person at a terminal what other readers find in the rows.
    void remark_to_person(std::string line) {
        const bool for_person = format.empty() || format == "table";
        if (env.out_tty && for_person && !quiet)
            remark(std::move(line));
    }
    /// Drops the remarks that were made since.
    void restore_remarks(std::string before) { remarks_ = std::move(before); }
    /// What `write` writes to the output, which is then not printed.
    std::string captured(const std::function<void()>& write);
    /// The references that were given, "-" replaced by those on standard input.
    std::vector<std::string> references(const std::vector<std::string>& words);
    /// All of standard input. It is read once, whoever asks for it and how often.
    const std::string& read_input();

private:
    void check_user();

    std::string remarks_;
    std::optional<std::string> input_;
    std::unique_ptr<meta::Model> model_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<store::Resolver> resolver_;
};

}  // namespace crm::cmd
