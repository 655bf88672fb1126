#include "base/file.hpp"

#include "base/error.hpp"
#include "base/id.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace crm {
namespace {

constexpr int exclusive = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

[[noreturn]] void cannot_create(const std::string& path) {
    throw Error(Fault::io, "create",
                fmt::format("{} cannot be created: {}", path, std::strerror(errno)));
}

/// Whether NewFile gives a file of that name this one until it is published.
bool is_temporary_name(std::string_view name, std::string_view target) {
    return name.size() == target.size() + 9 && name.starts_with(target) &&
           name[target.size()] == '.' &&
           name.find_first_not_of("0123456789abcdef", target.size() + 1) == std::string_view::npos;
}

}  // namespace

NewFile::NewFile(std::string target) : target_(std::move(target)) {
    do {
        path_ = fmt::format("{}.{:08x}", target_, random_bits() & 0xffff'ffff);
        file_ = ::open(path_.c_str(), exclusive, 0600);
    } while (file_ < 0 && errno == EEXIST);
    if (file_ < 0)
        cannot_create(target_);
}

NewFile::~NewFile() {
    if (file_ >= 0)
        ::close(file_);
    if (!path_.empty())
        ::unlink(path_.c_str());
}

void NewFile::fail(const std::string& path) {
    const bool full = errno == ENOSPC || errno == EDQUOT;
    throw Error(Fault::io, full ? "disk_full" : "unwritable",
                fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

void NewFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail(target_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void NewFile::set_permissions(unsigned mode) {
    if (::fchmod(file_, mode & 0777) != 0)
        fail(target_);
}

void NewFile::sync() {
    if (::fsync(file_) != 0)
        fail(target_);
}

void NewFile::rename_to(const std::string& name) {
    if (::rename(path_.c_str(), name.c_str()) != 0)
        fail(name);
    ::unlink(path_.c_str());  // a name that is a link of the file already leaves the old one there
    path_.clear();
}

void NewFile::publish() {
    if (!publish_as(target_))
        throw Error(Fault::refused, "exists", target_ + " exists already; nothing was changed");
}

/// The name is claimed first: renaming alone would replace what another process has created in the
/// meantime. The claim is a link, so that the file is whole at once; where the file system has no
/// links, it is an empty file.
bool NewFile::publish_as(const std::string& name) {
    sync();
    if (::link(path_.c_str(), name.c_str()) != 0) {
        if (errno == EEXIST)
            return false;
        const bool has_links = errno != EPERM && errno != ENOTSUP && errno != ENOSYS;
        const int empty = has_links ? -1 : ::open(name.c_str(), exclusive, 0600);
        if (empty < 0 && errno == EEXIST)
            return false;
        if (empty < 0)
            cannot_create(name);
        ::close(empty);
    }
    try {
        rename_to(name);
        sync_folder(folder_of(name));
    } catch (const Error&) {
        ::unlink(name.c_str());
        throw;
    }
    return true;
}

void NewFile::replace() {
    sync();
    rename_to(target_);
    sync_folder(folder_of(target_));
}

unsigned long links_of(const std::string& path) {
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    unsigned long links = st.st_nlink;
    if (links < 2)
        return links;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder_of(path), failed)) {
        struct ::stat other {};
        const std::string name = entry.path().filename();
        if (is_temporary_name(name, path.substr(path.rfind('/') + 1)) &&
            ::lstat(entry.path().c_str(), &other) == 0 && other.st_dev == st.st_dev &&
            other.st_ino == st.st_ino && ::unlink(entry.path().c_str()) == 0)
            --links;
    }
    return links;
}

std::string folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos)
        return ".";
    return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

void sync_folder(const std::string& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // A folder that may be written to but not read cannot be opened; the system syncs it in time.
    if (file < 0 && errno == EACCES)
        return;
    const bool failed = file < 0 || (::fsync(file) != 0 && errno != EINVAL && errno != ENOTSUP);
    const int why = errno;
    if (file >= 0)
        ::close(file);
    if (failed)
        throw Error(Fault::io, "unwritable",
                    fmt::format("{} cannot be written: {}", folder, std::strerror(why)));
}

void create_private_folder(const std::string& folder) {
    struct ::stat st {};
    if (::stat(folder.c_str(), &st) == 0 && S_ISDIR(st.st_mode))
        return;
    const std::string above = folder_of(folder);
    if (above != folder)
        create_private_folder(above);
    if (::mkdir(folder.c_str(), 0700) == 0)
        return sync_folder(above);
    const int why = errno;
    if (why != EEXIST || ::stat(folder.c_str(), &st) != 0 || !S_ISDIR(st.st_mode)) {
        errno = why;
        cannot_create(folder);
    }
}

}  // namespace crm
