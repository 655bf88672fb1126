#include "cmd/cli/output.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace crm::cmd {
namespace {

[[noreturn]] void failed(std::string_view what) {
    throw Error(Fault::io, "output", std::string(what) + ": " + std::strerror(errno));
}

/// False when the reader has gone.
bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EPIPE)
            return false;
        if (n < 0)
            failed("standard output cannot be written");
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

/// A line without the escape sequences of colours.
std::string without_colours(std::string_view line) {
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t escape = std::min(line.find("\x1b[", at), line.size());
        out += line.substr(at, escape - at);
        const std::size_t end = line.find('m', escape);
        at = end == line.npos ? line.size() : end + 1;
    }
    return out;
}

}  // namespace

Output::~Output() {
    if (file_ >= 0)
        ::close(file_);
}

void Output::stream() {
    struct ::stat to {};
    if (::fstat(STDOUT_FILENO, &to) != 0)
        return;
    struct ::stat null {};
    streams_ = S_ISREG(to.st_mode) || (S_ISCHR(to.st_mode) && ::stat("/dev/null", &null) == 0 &&
                                       to.st_rdev == null.st_rdev);
    if (streams_)
        limit_ = 1u << 18;
}

void Output::flush() {
    if (!streams_)
        return spill();
    write_all(STDOUT_FILENO, buffer_);
    buffer_.clear();
}

void Output::spill() {
    if (file_ < 0) {
        const char* dir = std::getenv("TMPDIR");
        std::string name =
            std::string(dir != nullptr && *dir == '/' ? dir : "/tmp") + "/crm-XXXXXX";
        file_ = ::mkostemp(name.data(), O_CLOEXEC);
        if (file_ < 0)
            failed("a temporary file cannot be created");
        ::unlink(name.c_str());
    }
    for (std::string_view rest = buffer_; !rest.empty();) {
        const ssize_t n = ::write(file_, rest.data(), rest.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            failed("the temporary file cannot be written");
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    spilled_ += buffer_.size();
    buffer_.clear();
    limit_ = 1u << 18;
}

bool Output::fits(int columns, int rows) const {
    if (spilled_ > 0 || columns <= 0)
        return false;
    const std::string_view all = buffer_;
    int used = 0;
    for (std::size_t at = 0; at < all.size() && used < rows;) {
        const std::size_t end = std::min(all.find('\n', at), all.size());
        const int width = text::width(without_colours(all.substr(at, end - at)));
        used += 1 + std::max(width - 1, 0) / columns;
        at = end + 1;
    }
    return used < rows;
}

std::string Output::take() {
    std::string all(spilled_, '\0');
    std::size_t read = 0;
    if (spilled_ > 0)
        ::lseek(file_, 0, SEEK_SET);
    while (read < spilled_) {
        const ssize_t n = ::read(file_, all.data() + read, spilled_ - read);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            failed("the temporary file cannot be read");
        read += static_cast<std::size_t>(n);
    }
    all += buffer_;
    buffer_.clear();
    spilled_ = 0;
    if (file_ >= 0)
        ::close(file_);
    file_ = -1;
    return all;
}

void Output::swap(Output& other) noexcept {
    std::swap(buffer_, other.buffer_);
    std::swap(limit_, other.limit_);
    std::swap(streams_, other.streams_);
    std::swap(file_, other.file_);
    std::swap(spilled_, other.spilled_);
}

void Output::print(const std::string& pager) {
    if (empty())
        return;
    int to = STDOUT_FILENO;
    int ends[2] = {-1, -1};
    pid_t child = -1;
    if (!pager.empty() && ::pipe2(ends, O_CLOEXEC) == 0) {
        child = ::fork();
        if (child == 0) {
            ::dup2(ends[0], STDIN_FILENO);
            ::signal(SIGPIPE, SIG_DFL);
            ::signal(SIGXFSZ, SIG_DFL);
            ::execl("/bin/sh", "sh", "-c", pager.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[0]);
        if (child > 0)
            to = ends[1];
    }
    bool open = true;
    if (spilled_ > 0) {
        ::lseek(file_, 0, SEEK_SET);
        std::string chunk(1u << 16, '\0');
        for (ssize_t n; open && (n = ::read(file_, chunk.data(), chunk.size())) != 0;) {
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                failed("the temporary file cannot be read");
            open = write_all(to, std::string_view(chunk.data(), static_cast<std::size_t>(n)));
        }
    }
    if (open)
        write_all(to, buffer_);
    buffer_.clear();
    if (child > 0) {
        ::close(ends[1]);
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
}

}  // namespace crm::cmd
