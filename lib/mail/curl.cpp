#include "mail/curl.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <curl/curl.h>
#include <dlfcn.h>
#include <poll.h>
#include <utility>

namespace crm::mail {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The functions of libcurl that are used. It stays loaded until the program ends.
struct Library {
    Library() {
        for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"})
            if (void* handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL); handle != nullptr) {
                load(handle);
                return;
            }
    }

    void load(void* handle) {
        const auto find = [&](auto& function, const char* name) {
            function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(
                ::dlsym(handle, name));
            complete = complete && function != nullptr;
        };
        complete = true;
        find(init, "curl_easy_init");
        find(setopt, "curl_easy_setopt");
        find(perform, "curl_easy_perform");
        find(getinfo, "curl_easy_getinfo");
        find(send, "curl_easy_send");
        find(recv, "curl_easy_recv");
        find(cleanup, "curl_easy_cleanup");
    }

    bool complete = false;
    decltype(&::curl_easy_init) init = nullptr;
    CURLcode (*setopt)(CURL*, CURLoption, ...) = nullptr;
    decltype(&::curl_easy_perform) perform = nullptr;
    CURLcode (*getinfo)(CURL*, CURLINFO, ...) = nullptr;
    decltype(&::curl_easy_send) send = nullptr;
    decltype(&::curl_easy_recv) recv = nullptr;
    decltype(&::curl_easy_cleanup) cleanup = nullptr;
};

const Library& library() {
    static const Library loaded;
    return loaded;
}

/// One connection of libcurl.
class Handle final : public Stream {
public:
    explicit Handle(CURL* handle) : handle_(handle) {}
    ~Handle() override { library().cleanup(handle_); }
    Handle(const Handle&) = delete;

    bool write(std::string_view bytes, milliseconds timeout) override {
        const auto end = steady_clock::now() + timeout;
        while (!bytes.empty()) {
            std::size_t sent = 0;
            const CURLcode code = library().send(handle_, bytes.data(), bytes.size(), &sent);
            if (code == CURLE_AGAIN) {
                if (!wait_for(POLLOUT, end))
                    return false;
                continue;
            }
            if (code != CURLE_OK)
                return false;
            bytes.remove_prefix(sent);
        }
        return true;
    }

    bool read(std::string& into, milliseconds timeout) override {
        const auto end = steady_clock::now() + timeout;
        std::array<char, 16384> piece;
        for (;;) {
            std::size_t came = 0;
            const CURLcode code = library().recv(handle_, piece.data(), piece.size(), &came);
            if (code == CURLE_AGAIN) {
                if (!wait_for(POLLIN, end))
                    return false;
                continue;
            }
            if (code != CURLE_OK || came == 0)
                return false;
            into.append(piece.data(), came);
            return true;
        }
    }

private:
    bool wait_for(short what, steady_clock::time_point end) {
        curl_socket_t socket = CURL_SOCKET_BAD;
        if (library().getinfo(handle_, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
            socket == CURL_SOCKET_BAD)
            return false;
        const auto left =
            std::chrono::duration_cast<milliseconds>(end - steady_clock::now()).count();
        pollfd wait{socket, what, 0};
        return left > 0 && ::poll(&wait, 1, static_cast<int>(left)) > 0;
    }

    CURL* handle_;
};

std::size_t keep_line(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& lines = *static_cast<std::string*>(into);
    if (lines.size() < std::size_t{1} << 16)
        lines.append(bytes, size * count);
    return size * count;
}

std::string user_of(const std::string& url) {
    const auto scheme = url.find("://");
    const auto at = url.rfind('@');
    if (scheme == std::string::npos || at == std::string::npos || at < scheme)
        return {};
    return text::percent_decoded(url.substr(scheme + 3, at - scheme - 3));
}

/// smtp://user@host:587 without the user, for messages and for libcurl.
std::string without_user(const std::string& url) {
    const auto at = url.rfind('@');
    return at == std::string::npos ? url : url.substr(0, url.find("://") + 3) + url.substr(at + 1);
}

[[noreturn]] void fail(CURLcode code, const std::string& server) {
    const auto config = [&](std::string_view why, std::string hint) {
        return Error(Fault::config, "mail_server", fmt::format("{}: {}", server, why),
                     std::move(hint));
    };
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_CERTPROBLEM:
            throw config("its certificate is not trusted",
                         "smtp_ca = \"FILE\" names the authority's");
        case CURLE_USE_SSL_FAILED:
            throw config("it offers no encryption, and a password is not sent without",
                         "smtps://…:465");
        case CURLE_LOGIN_DENIED:
            throw config("the user or the password is not accepted",
                         "smtp and password_command in the configuration");
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            throw config("not the address of a mail server", "smtp = \"smtps://user@host:465\"");
        default:
            throw Error(Fault::busy, "no_server",
                        fmt::format("{}: the mail server cannot be reached", server),
                        "crm mail send tries again");
    }
}

}  // namespace

bool names_user(const std::string& url) {
    return !user_of(url).empty();
}

bool has_curl() {
    return library().complete;
}

Connection connect_to(const ServerOptions& options) {
    const Library& curl = library();
    if (!curl.complete)
        throw Error(Fault::io, "no_library", "mail is sent with libcurl, which is not installed",
                    "apt install libcurl4");
    const std::string server = without_user(options.url);
    const std::string user = user_of(options.url);
    CURL* handle = curl.init();
    auto stream = std::make_unique<Handle>(handle);
    std::string lines;
    curl.setopt(handle, CURLOPT_URL, server.c_str());
    curl.setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl.setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
    curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl.setopt(handle, CURLOPT_NOPROXY, "*");
    curl.setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
    curl.setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.connect.count()));
    curl.setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                static_cast<long>(options.connect.count() / 1000 + 1));
    curl.setopt(handle, CURLOPT_HEADERFUNCTION, keep_line);
    curl.setopt(handle, CURLOPT_HEADERDATA, &lines);
    curl.setopt(handle, CURLOPT_USE_SSL,
                static_cast<long>(user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (!options.ca_file.empty())
        curl.setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    if (!user.empty()) {
        curl.setopt(handle, CURLOPT_USERNAME, user.c_str());
        curl.setopt(handle, CURLOPT_PASSWORD, options.password.c_str());
    }
    if (const CURLcode code = curl.perform(handle); code != CURLE_OK)
        fail(code, server);
    Connection out{std::move(stream), extensions_in(lines)};
    if (!user.empty() && !out.offers.auth)
        throw Error(Fault::config, "mail_server", server + ": it takes no user name and password",
                    "smtp = \"" + server + "\"");
    curl.setopt(handle, CURLOPT_HEADERFUNCTION, nullptr);
    return out;
}

}  // namespace crm::mail
