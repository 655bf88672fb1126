#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"
#include "people/objection.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What `crm suppress` and `crm consent` share.
namespace crm::cmd {

/// A word that says what is done, and what does it.
struct SubCommand {
    std::string_view word;
    int (*run)(Session&, const Arguments&) = nullptr;
};
/// Runs the one that the first word names; the others are left in `words`. `hint`: for words that
/// mean something else elsewhere.
int run_sub_command(Session& session, const Arguments& args, std::span<const SubCommand> among,
                    std::string_view hint_for_rm);

std::optional<store::Channel> channel_given(const Arguments& args);
/// Where people are reached whom words name.
struct PointsGiven {
    std::vector<people::ContactPoint> points;
    std::vector<Error> wrong;  ///< of a list on standard input: what is no address or record

    /// Names what is wrong; the exit code.
    int end(Session& session) const;
};
/// The addresses and numbers that the words are, and those of the records that they name, of one
/// channel or all. In a list on standard input the good ones count. Throws where none is good, or
/// one on the command line is not.
PointsGiven points_given(Session& session, const Arguments& args,
                         std::optional<store::Channel> of_records);

/// What became of addresses: a line for each, or a row.
class ConsentReport {
public:
    ConsentReport(Session& session, std::string_view done) : session_(session), done_(done) {}
    void add(const people::ContactPoint& point, const std::string& topic, bool changed);
    /// After the commit.
    void print();

private:
    struct Line {
        people::ContactPoint point;
        std::string topic;
        bool changed;
    };
    Session& session_;
    std::string_view done_;  ///< suppressed
    std::vector<Line> lines_;
};

/// The acts about addresses or a record, oldest first; exit 1 with -e where there are none.
int show_acts(Session& session, const Arguments& args);

/// Reads the addresses of a file and changes what `change` changes: 12 read, 11 added, 0 unchanged,
/// 1 rejected. Exit 6 where some were rejected.
int import_addresses(
    Session& session, const Arguments& args,
    const std::function<bool(store::Writer&, const people::ContactPoint&)>& change);

/// Tokens on the command line or on standard input. `use`: nothing for one that is forged.
int use_tokens(Session& session, const Arguments& args, std::string_view done,
               const std::function<std::optional<bool>(store::Writer&, const std::string& token,
                                                       std::string& address)>& use);

/// What the lines of an import name as their source: the file.
std::string source_of(const Arguments& args);

/// Records, or the files of an import.
bool complete_consent_words(Candidates& c, std::span<const std::string> words);

Option channel_option();
Option topic_option(std::string_view help);
Option column_option();
Option exit_empty_option(std::string_view help);

}  // namespace crm::cmd
