#include "cmd/cli/files.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace crm::cmd {
namespace {

struct Closed {
    int file;
    ~Closed() { ::close(file); }
};

}  // namespace

bool is_folder(const std::string& path) {
    struct ::stat st {};
    return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

void check_stream(const std::string& name, std::string_view read) {
    constexpr std::size_t mebibyte = std::size_t{1} << 20;
    constexpr std::size_t most = 1024 * mebibyte;
    // Until the second MiB is read; the first byte that is not NUL ends the search.
    if (read.size() >= mebibyte && read.size() < 2 * mebibyte &&
        read.substr(0, mebibyte).find_first_not_of('\0') == read.npos)
        throw Error(Fault::refused, "not_text",
                    fmt::format("{} is not text: its first MiB is NUL bytes only", name));
    if (read.size() > most)
        throw Error(Fault::refused, "too_big",
                    fmt::format("{} is larger than {} MiB", name, most / mebibyte));
}

std::string read_file(const std::string& path, std::size_t most) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        throw Error(Fault::io, "unreadable", path + " cannot be read: " + std::strerror(errno));
    const Closed closed{fd};
    std::string all;
    struct ::stat st {};
    const bool sized = ::fstat(fd, &st) == 0 && st.st_size > 0;
    const std::size_t size = sized ? std::min(static_cast<std::size_t>(st.st_size), most) : 0;
    constexpr std::size_t chunk = std::size_t{1} << 18;
    constexpr std::size_t chunk_of_end = std::size_t{1} << 12;  // a file may have grown
    // What grows is copied, and needs twice its size.
    if (sized)
        all.reserve(size + chunk_of_end);
    for (;;) {
        const std::size_t had = all.size();
        const std::size_t wanted = had < size ? std::min(size - had, chunk)
                                   : sized    ? chunk_of_end
                                              : chunk;
        all.resize(had + wanted);
        const ssize_t n = ::read(fd, all.data() + had, wanted);
        all.resize(had + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        if (all.size() > most)
            throw Error(Fault::refused, "too_big",
                        fmt::format("{} is larger than {} MiB", path, most >> 20));
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0) {
            if (!sized)
                check_stream(path, all);
            continue;
        }
        if (n < 0)
            throw Error(Fault::io, "unreadable", path + " cannot be read: " + std::strerror(errno));
        return all;
    }
}

std::size_t file_size(const std::string& path) {
    struct ::stat st {};
    if (::stat(path.c_str(), &st) != 0 || ::access(path.c_str(), R_OK) != 0)
        throw Error(Fault::io, "unreadable", path + " cannot be read: " + std::strerror(errno));
    return static_cast<std::size_t>(st.st_size);
}

FileWriter::FileWriter(const std::string& path, bool keep) : path_(path), keep_(keep) {
    // The target of a link is replaced, not the link. A device or a pipe is written to and never
    // replaced.
    std::error_code failed;
    const auto target = std::filesystem::canonical(path, failed);
    if (!failed)
        path_ = target.string();
    struct ::stat st {};
    const bool there = ::stat(path_.c_str(), &st) == 0;
    if (there && !S_ISREG(st.st_mode)) {
        device_ = ::open(keep_ ? path_.c_str() : "/dev/null", O_WRONLY | O_CLOEXEC);
        if (device_ < 0)
            fail();
        return;
    }
    file_.emplace(path_);
    if (there)
        file_->set_permissions(st.st_mode);
}

FileWriter::~FileWriter() {
    if (device_ >= 0)
        ::close(device_);
}

void FileWriter::fail() {
    throw Error(Fault::io, "unwritable", path_ + " cannot be written: " + std::strerror(errno));
}

void FileWriter::write(std::string_view bytes) {
    if (file_)
        return file_->write(bytes);
    while (!bytes.empty()) {
        const ssize_t n = ::write(device_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fail();
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void FileWriter::commit() {
    if (file_ && keep_)
        file_->replace();
}

void write_file(const std::string& path, std::string_view bytes, bool keep) {
    FileWriter file(path, keep);
    file.write(bytes);
    file.commit();
}

std::vector<std::string> files_below(const std::string& folder,
                                     std::span<const std::string_view> endings,
                                     std::vector<std::string>& others) {
    std::vector<std::string> out;
    std::error_code failed;
    namespace fs = std::filesystem;
    for (auto it = fs::recursive_directory_iterator(
             folder, fs::directory_options::skip_permission_denied, failed);
         !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
        if (!it->is_regular_file(failed))
            continue;
        const std::string path = it->path().string();
        const std::string ending = text::lower_ascii(it->path().extension().string());
        if (std::ranges::find(endings, ending) != endings.end())
            out.push_back(path);
        else if (!it->path().filename().string().starts_with('.'))
            others.push_back(it->path().filename().string());
    }
    if (failed)
        throw Error(Fault::io, "unreadable", folder + " cannot be read: " + failed.message());
    std::ranges::sort(out);
    std::ranges::sort(others);
    return out;
}

bool is_of_database(const std::string& path, const std::string& database) {
    namespace fs = std::filesystem;
    std::error_code failed;
    if (fs::equivalent(path, database, failed))
        return true;
    const fs::path named = fs::weakly_canonical(fs::absolute(path), failed);
    const fs::path base = fs::weakly_canonical(fs::absolute(database), failed);
    return std::ranges::any_of(
        std::to_array<std::string_view>({"", "-lock", "-journal", "-outbox"}),
        [&](std::string_view end) { return named == base.string() + std::string(end); });
}

}  // namespace crm::cmd
