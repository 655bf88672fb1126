#include "mail/program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace crm::mail {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t most_output = std::size_t{64} << 10;

int left_until(steady_clock::time_point end) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(left);
}

[[noreturn]] void become(const std::vector<std::string>& words, int input, int output) {
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    std::vector<char*> argv;
    for (const std::string& word : words)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
}

/// False where the program no longer reads, or the time is over.
bool write_all(int file, std::string_view bytes, steady_clock::time_point end) {
    while (!bytes.empty()) {
        pollfd wait{file, POLLOUT, 0};
        if (::poll(&wait, 1, left_until(end)) <= 0)
            return false;
        const ssize_t n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n > 0)
            bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

/// Until the program closes its output; false where the time is over.
bool read_all(int file, std::string& out, steady_clock::time_point end) {
    std::array<char, 4096> piece;
    for (;;) {
        pollfd wait{file, POLLIN, 0};
        if (::poll(&wait, 1, left_until(end)) <= 0)
            return false;
        const ssize_t n = ::read(file, piece.data(), piece.size());
        if (n <= 0)
            return true;
        if (out.size() < most_output)
            out.append(piece.data(), static_cast<std::size_t>(n));
    }
}

}  // namespace

Ended run_program(const std::vector<std::string>& words, std::string_view input,
                  milliseconds timeout, const std::function<void()>& before_end) {
    const auto end = steady_clock::now() + timeout;
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0)
        return {-1};
    if (::pipe2(out, O_CLOEXEC) != 0) {
        ::close(in[0]);
        ::close(in[1]);
        return {-1};
    }
    const pid_t child = ::fork();
    if (child == 0)
        become(words, in[0], out[1]);
    ::close(in[0]);
    ::close(out[1]);
    if (child < 0) {
        ::close(in[1]);
        ::close(out[0]);
        return {-1};
    }
    ::fcntl(in[1], F_SETFL, O_NONBLOCK);
    Ended ended;
    write_all(in[1], input, end);
    if (before_end)
        before_end();
    ::close(in[1]);
    if (!read_all(out[0], ended.output, end))
        ::kill(child, SIGKILL);
    ::close(out[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    ended.killed = !WIFEXITED(status);
    ended.code = ended.killed ? -1 : WEXITSTATUS(status);
    return ended;
}

}  // namespace crm::mail
