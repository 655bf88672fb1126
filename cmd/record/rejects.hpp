#pragma once

#include "cmd/cli/files.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::cmd {

/// The rows that an import rejected, to be corrected and imported again: one file for the tables of
/// each header and one for cards, so that each can be read.
class Rejects {
public:
    /// Creates the first file, so that a place that cannot be written to is found before anything
    /// is imported. Throws usage where it is one of the files that are read.
    Rejects(std::string path, bool keep, const std::vector<std::string>& sources);

    /// The rows from here on have this header; empty: cards or JSON.
    void header(std::string_view row) { header_ = row; }
    void add(std::string_view raw);
    /// Writes all files; the names of all but the first.
    std::vector<std::string> commit();

private:
    std::string next_name();

    std::string path_;
    std::string header_;
    bool keep_;  ///< false: a dry run, which writes nothing
    int number_ = 1;
    std::optional<FileWriter> first_;
    std::vector<std::pair<std::string, std::string>> kinds_;  ///< header and text
};

}  // namespace crm::cmd
