#include "cmd/cli/session.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace crm::cmd {

meta::Model& Session::model() {
    if (!model_)
        model_ = std::make_unique<meta::Model>();
    return *model_;
}

void Session::open(sql::Mode mode) {
    struct ::stat st {};
    if (mode == sql::Mode::writing && env.db_is_default && ::stat(env.db.c_str(), &st) != 0) {
        std::error_code failed;
        std::filesystem::create_directories(std::filesystem::path(env.db).parent_path(), failed);
        store::Store::create(env.db, env.currency.empty() ? "EUR" : env.currency);
    }
    resolver_.reset();  // it belongs to the store that was open before
    store_ = std::make_unique<store::Store>(env.db, mode, model());
}

/// The system's list of users is read only when somebody asks: look-ups do not.
const std::string& Session::user() {
    if (env.user.empty())
        if (const passwd* entry = ::getpwuid(::getuid()))
            env.user = entry->pw_name;
    return env.user;
}

store::Resolver& Session::resolver() {
    if (!resolver_) {
        resolver_ = std::make_unique<store::Resolver>(store());
        resolver_->prefixes = env.in_tty && env.out_tty;
        resolver_->me_name = [this] { return user(); };
    }
    return *resolver_;
}

meta::Reading Session::reading() {
    return {.clock = &env.clock, .currency = store().currency()};
}

store::OperationInfo Session::operation_info(const std::string& line) {
    store::OperationInfo info{.command = line,
                              .user = user(),
                              .now = env.clock.now,
                              .today = env.clock.today().iso(),
                              .wait = lock_wait,
                              .dry_run = dry_run,
                              .in_same_transaction = in_same_transaction};
    if (const auto me = resolver().me()) {
        info.user = meta::short_id(model().get("user"), *me);
    } else if (env.user_told) {
        // A slip would stand in the history for good. Where there are no users yet, whoever acts is
        // a name.
        std::vector<std::string> known;
        sql::Statement users = store().db().prepare(
            R"(SELECT coalesce("login", "name") FROM "user" WHERE "deleted_at" IS NULL AND "undone" IS NULL)");
        while (users.step())
            known.emplace_back(users.text(0));
        if (!known.empty()) {
            Error e(Fault::usage, "unknown_user",
                    fmt::format("--as: there is no user '{}'", text::clipped(env.user, 40)));
            suggest(e, env.user, known, "crm user list");
            throw e;
        }
    }
    return info;
}

void Session::say(std::string_view line) {
    const std::string shown = text::visible(line) + "\n";
    std::fwrite(shown.data(), 1, shown.size(), stderr);
}

bool Session::confirm(std::string_view question) {
    if (yes || dry_run)
        return true;
    if (no_input || !env.in_tty || !env.err_tty)
        return false;
    const std::string shown = text::visible(question) + " [y/N] ";
    std::fwrite(shown.data(), 1, shown.size(), stderr);
    std::fflush(stderr);
    std::string answer;
    for (char c; ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';)
        answer += c;
    return answer == "y" || answer == "Y" || answer == "yes";
}

std::string Session::read_input() {
    std::string all;
    std::string chunk(1u << 16, '\0');
    for (;;) {
        const ssize_t n = ::read(STDIN_FILENO, chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            throw Error(Fault::io, "input",
                        std::string("standard input cannot be read: ") + std::strerror(errno));
        if (n == 0)
            return all;
        all.append(chunk.data(), static_cast<std::size_t>(n));
    }
}

std::vector<std::string> Session::references(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    bool read = false;
    for (const std::string& word : words) {
        if (word != "-") {
            out.push_back(word);
            continue;
        }
        if (std::exchange(read, true))
            continue;
        const std::string input = read_input();
        for (std::string_view line : text::split(input, null_ended ? '\0' : '\n')) {
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            line = text::trimmed(line);
            if (line.ends_with(','))
                line.remove_suffix(1);
            if (line.empty() || line == "[" || line == "]")
                continue;
            if (line.starts_with("[{"))
                line.remove_prefix(1);
            if (!line.starts_with('{')) {
                out.emplace_back(line.substr(0, line.find('\t')));
                continue;
            }
            // Our own JSON has the id first and without blanks; other programs may write it
            // elsewhere in the line.
            const auto key = line.find("\"id\"");
            const auto from =
                key == std::string_view::npos ? key : line.find('"', line.find(':', key));
            const auto to = from == std::string_view::npos ? from : line.find('"', from + 1);
            if (to == std::string_view::npos)
                throw Error(Fault::usage, "no_id",
                            "a line of standard input has no \"id\": " +
                                text::clipped(text::visible(line), 80));
            out.emplace_back(line.substr(from + 1, to - from - 1));
        }
    }
    return out;
}

int report(const Error& error, bool as_json) {
    std::string out;
    if (as_json) {
        out = "{\"error\":{\"code\":";
        meta::json_string(error.code, out);
        out += ",\"message\":";
        meta::json_string(error.message, out);
        out += ",\"hint\":";
        if (error.hint.empty())
            out += "null";
        else
            meta::json_string(error.hint, out);
        out += ",\"candidates\":[";
        for (std::size_t i = 0; i < error.candidates.size(); ++i) {
            if (i > 0)
                out += ',';
            meta::json_string(error.candidates[i], out);
        }
        out += fmt::format("],\"exit\":{}}}}}\n", static_cast<int>(error.fault));
    } else {
        out = "crm: " + text::visible(error.message) + "\n";
        if (!error.place.empty()) {
            // A window around the spot, so that the caret is on the screen however long the query
            // is.
            const std::size_t at = std::min(error.at, error.place.size());
            std::size_t from = at > 50 ? at - 50 : 0;
            while (from > 0 && (static_cast<unsigned char>(error.place[from]) & 0xc0) == 0x80)
                --from;
            const std::string before =
                text::visible(std::string_view(error.place).substr(from, at - from));
            out += "  " + before +
                   text::clipped(text::visible(std::string_view(error.place).substr(at)), 60) +
                   "\n";
            out += "  " + std::string(static_cast<std::size_t>(text::width(before)), ' ') + "^\n";
        }
        if (!error.hint.empty())
            out += "hint: " + text::visible(error.hint) + "\n";
    }
    std::fwrite(out.data(), 1, out.size(), stderr);
    return static_cast<int>(error.fault);
}

}  // namespace crm::cmd
