#pragma once

#include <string>
#include <string_view>

/// Files that appear whole or not at all, and folders that only their owner can read.
namespace crm {

/// A file that is written under another name in the folder of its target and gets the name of the
/// target when it is complete and on the disk. Only its owner can read it, whatever the umask.
/// Removed when it was not published. Throws Error io where the system refuses.
class NewFile {
public:
    explicit NewFile(std::string target);
    ~NewFile();
    NewFile(const NewFile&) = delete;

    /// The name until it is published; the file is there and empty.
    const std::string& path() const { return path_; }
    void write(std::string_view bytes);
    /// The permissions of a file that is replaced, such as 0644.
    void set_permissions(unsigned mode);

    /// Gives the file its name. Throws refused `exists` where something has that name already.
    void publish();
    /// As `publish`, under another name in the same folder; false where that name is taken.
    bool publish_as(const std::string& name);
    /// Gives the file its name; a file of that name is replaced in one step.
    void replace();

private:
    [[noreturn]] void fail(const std::string& path);
    void sync();
    void rename_to(const std::string& name);

    std::string target_;
    std::string path_;
    int file_ = -1;
};

/// How many names (hard links) a regular file has; 0 when there is none. What a crash left between
/// two steps of NewFile::publish, a second name of the same file beside it, is removed before.
unsigned long links_of(const std::string& path);

/// The folder that a path is in; "." when it has none.
std::string folder_of(std::string_view path);
/// What was added to a folder, renamed or removed in it is on the disk. Throws Error io.
void sync_folder(const std::string& folder);
/// Creates a folder and those above it that are missing, for their owner only. Throws Error io.
void create_private_folder(const std::string& folder);

}  // namespace crm
