#pragma once

#include "base/error.hpp"
#include "report/fail_if.hpp"
#include "report/gate_result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Gates: limits on the number of records, on figures of reports and on rows of SQL. A gate file
/// is TOML with a table [[gate]] for each; crm-gate(1) has its keys.
namespace crm::report {

struct Gate {
    enum class Source : std::uint8_t { records, report, sql };
    enum class Bound : std::uint8_t { max, min, max_percent, min_percent };
    struct Condition {
        FailIf fail_if;
        std::size_t line = 0;
    };

    std::string file;  ///< as it was named
    std::string name;
    std::size_t line = 0;
    std::map<std::string, std::size_t, std::less<>> lines;  ///< of its keys

    Source source = Source::records;
    std::string on, query;
    std::optional<std::string> of{};    ///< the query that the per cent are of
    std::vector<std::string> report;    ///< the words after `crm report`
    std::vector<Condition> conditions;  ///< of a report
    std::string sql;

    Bound bound = Bound::max;
    std::int64_t limit = 0;               ///< in units of 10^-9
    std::optional<std::int64_t> warn{};   ///< the same
    std::string limit_text, warn_text{};  ///< the decimals
    std::size_t sample = 5;

    /// What is wrong with it, with FILE:LINE. It cannot be asked then.
    std::optional<Error> fault{};

    bool in_percent() const { return bound == Bound::max_percent || bound == Bound::min_percent; }
};

/// The gates of a file in its order. What is wrong with the file itself is a gate, too: its name is
/// that of the file.
std::vector<Gate> read_gates(const std::string& file, std::string_view bytes);

/// The error with FILE:LINE of a key of the gate, or of its table. What is no fault of the gate
/// stays as it is: a database that is busy or cannot be read.
Error gate_error(const Gate& gate, std::string_view key, Error error);

/// What was counted for a gate about records or rows.
struct GateCount {
    std::int64_t value = 0;
    std::optional<std::int64_t> of{};
    std::vector<GateSample> sample;
};

/// Whether the count keeps the limit. Per cent are compared as ratios; nothing is rounded. Of
/// nothing there are no per cent, and no limit is exceeded.
GateResult judge(const Gate& gate, GateCount count);

/// Whether the figures keep the conditions. Notes of the conditions are added to `notes`.
GateResult judge(const Gate& gate, const Result& figures, std::vector<std::string>& notes);

/// The result of a gate that could not be asked.
GateResult broken(const Gate& gate, const Error& error);

}  // namespace crm::report
