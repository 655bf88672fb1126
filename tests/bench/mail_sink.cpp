// mail_sink: takes mail on a port of its own, which it prints, and throws it away; as little work
// as possible. Ends with its input.

#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

static void say(std::string& out, std::string_view text) {
    out.append(text).append("\r\n");
}

/// The answer to one line; `data`: within the content of a mail.
static void answer(std::string_view line, bool& data, std::string& out) {
    if (data) {
        if (line != ".")
            return;
        data = false;
        return say(out, "250 accepted");
    }
    if (line.starts_with("EHLO"))
        return say(out, "250-sink\r\n250 PIPELINING");
    if (line.starts_with("DATA")) {
        data = true;
        return say(out, "354 go on");
    }
    say(out, line.starts_with("QUIT") ? "221 bye" : "250 ok");
}

static void serve(int connection) {
    std::string in, out = "220 sink\r\n";
    char piece[65536];
    bool data = false;
    for (;;) {
        if (!out.empty() && write(connection, out.data(), out.size()) < 0)
            break;
        out.clear();
        const ssize_t came = read(connection, piece, sizeof piece);
        if (came <= 0)
            break;
        in.append(piece, static_cast<std::size_t>(came));
        std::size_t at = 0;
        for (std::size_t end; (end = in.find("\r\n", at)) != std::string::npos; at = end + 2)
            answer(std::string_view(in).substr(at, end - at), data, out);
        in.erase(0, at);
    }
    close(connection);
}

int main() {
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listening, generic, size) != 0 || listen(listening, 8) != 0 ||
        getsockname(listening, generic, &size) != 0)
        return 1;
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    std::thread([listening] {
        for (;;)
            std::thread(serve, accept(listening, nullptr, nullptr)).detach();
    }).detach();
    while (std::getchar() != EOF) {
    }
    _exit(0);
}
