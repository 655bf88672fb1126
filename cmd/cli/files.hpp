#pragma once

#include "base/file.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Files of the person at the prompt.
namespace crm::cmd {

/// The whole file. Throws Error io.
/// Throws Error refused too_big for more than `most` bytes.
std::string read_file(const std::string& path, std::size_t most = std::string::npos);
/// Ends the reading of a pipe or a device that does not end by itself: throws refused for more than
/// 1 GiB, and for a MiB of nothing but NUL.
void check_stream(const std::string& name, std::string_view read);
/// Its size in bytes. Throws Error io when it cannot be opened for reading.
std::size_t file_size(const std::string& path);
/// A file that appears whole or not at all: written beside the target (mode 0600, or that of the
/// file which is replaced) and renamed over it when all is on the disk; a device or a pipe is
/// written to as it comes. Throws Error io; nothing is kept without `commit`.
class FileWriter {
public:
    /// Without `keep` all is done but nothing stays: a dry run.
    explicit FileWriter(const std::string& path, bool keep = true);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    void write(std::string_view bytes);
    void commit();

private:
    [[noreturn]] void fail();

    std::string path_;
    std::optional<NewFile> file_;
    int device_ = -1;
    bool keep_ = true;
};

void write_file(const std::string& path, std::string_view bytes, bool keep = true);
/// The files below a folder whose names end in one of the endings, in the order of their names; the
/// names of the others, but for hidden ones, go to `others`.
std::vector<std::string> files_below(const std::string& folder,
                                     std::span<const std::string_view> endings,
                                     std::vector<std::string>& others);
bool is_folder(const std::string& path);
/// Whether a path names the database, or a file that belongs to it: its lock or its journal.
bool is_of_database(const std::string& path, const std::string& database);

}  // namespace crm::cmd
