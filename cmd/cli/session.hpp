#pragma once

#include "cmd/cli/config.hpp"
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

/// The world around a command, read once: terminal, environment, clock, global options. The only
/// place that does.
struct Environment {
    bool out_tty = false, err_tty = false, in_tty = false;
    int width = 80;
    bool color = false;
    Clock clock;
    std::string user;  ///< who acts: --as, CRM_USER, USER; Session::user knows one at any rate
    bool user_told = false;  ///< by --as
    std::string db;          ///< path of the store
    bool db_is_default = true;
    std::string pager;
    std::string currency;  ///< configured for new stores; may be empty
};

/// What a command works with.
class Session {
public:
    Environment env;
    Config config;  ///< before the model, which keeps texts of it
    Output out;
    std::string format;  ///< -o: table, tsv, csv, json, …; empty: by the terminal
    std::vector<std::string> fields;
    std::string pattern;  ///< --format
    bool header = true, dry_run = false, yes = false, quiet = false, verbose = false,
         no_input = false, null_ended = false;
    bool json_errors = false;
    bool wrote = false;  ///< the command is through and may have changed the store
    std::chrono::milliseconds lock_wait{30'000};
    std::string config_fault;  ///< why the configuration is not in force
    std::function<void(store::Store&)>
        in_same_transaction;  ///< goes into the transaction of the next command that changes
                              ///< something

    explicit Session(Environment s) : env(std::move(s)) {}

    meta::Model& model();
    store::Store& store() { return *store_; }
    bool has_store() const { return store_ != nullptr; }
    void open(sql::Mode mode);
    /// Ends all reading; call before output may block.
    void close() { resolver_.reset(), store_.reset(); }

    const std::string& user();  ///< who acts
    store::Resolver& resolver();
    meta::Reading reading();
    store::OperationInfo operation_info(const std::string& line);
    bool json() const { return format == "json" || format == "jsonl"; }

    /// A remark on standard error, with what came from outside made visible.
    void say(std::string_view line);
    /// A remark about what is printed: said when that is out.
    void remark(std::string line) { remarks_ += line + "\n"; }
    const std::string& remarks() const { return remarks_; }
    /// What was written so far, which is then not printed.
    std::string take_output() {
        remarks_.clear();
        return std::exchange(out.buffer(), {});
    }
    /// One question to a person; false where none is there to answer. --yes answers it.
    bool confirm(std::string_view question);
    /// References: those given, "-" replaced by the first column (or the "id" of JSON lines) of
    /// standard input.
    std::vector<std::string> references(const std::vector<std::string>& words);
    std::string read_input();

private:
    std::string remarks_;
    std::unique_ptr<meta::Model> model_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<store::Resolver> resolver_;
};

/// The error on standard error, at most four lines or one JSON object. Returns its exit code.
int report(const Error& error, bool as_json);

}  // namespace crm::cmd
