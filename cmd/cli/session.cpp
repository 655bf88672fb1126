#include "cmd/cli/session.hpp"

#include "app/rules.hpp"
#include "base/file.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "store/users.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <pwd.h>
#include <unistd.h>

namespace crm::cmd {
namespace {

/// Another process may create it at the same time: then that one is used.
void create_default_database(const std::string& path, const std::string& currency) {
    std::error_code failed;
    if (std::filesystem::file_size(path, failed) > 0 && !failed)
        return;
    try {
        create_private_folder(folder_of(path));
        store::Store::create(path, currency.empty() ? "EUR" : currency);
    } catch (const Error& e) {
        if (e.code != "exists")
            throw;
    }
}

}  // namespace

meta::Model& Session::model() {
    if (!model_)
        model_ = std::make_unique<meta::Model>();
    return *model_;
}

void Session::open(sql::Mode mode) {
    check_database_owner(env);
    if (mode == sql::Mode::writing && env.db_is_default)
        create_default_database(env.db, env.currency);
    resolver_.reset();  // it belongs to the store that was open before
    store_ = std::make_unique<store::Store>(env.db, mode, model(),
                                            app::rules(config.value("kb_four_eyes") == "yes"));
}

void Session::close() {
    resolver_.reset();
    store_.reset();
}

/// The system's list of users is read only when it is needed: look-ups do not need it.
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
                              .clock = env.clock,
                              .wait = lock_wait,
                              .dry_run = dry_run,
                              .in_same_transaction = in_same_transaction,
                              .uids = uids ? &*uids : nullptr};
    if (const auto me = resolver().me())
        info.user = meta::short_id(model().with(meta::Role::user), *me);
    else if (env.user_given)
        check_user();
    return info;
}

/// A mistyped --as would stay in the history for good. As long as there are no users, any name is
/// right.
void Session::check_user() {
    std::vector<std::string> known;
    for (const store::KnownUser& user : store::known_users(store()))
        known.push_back(user.login.empty() ? user.name : user.login);
    if (known.empty())
        return;
    Error e(Fault::usage, "unknown_user",
            fmt::format("--as: there is no user '{}'", text::clipped(env.user, 40)));
    suggest(e, env.user, known, "crm user list");
    throw e;
}

void Session::say(std::string_view line) {
    const std::string shown = text::visible(line) + "\n";
    std::fwrite(shown.data(), 1, shown.size(), stderr);
}

std::string Session::captured(const std::function<void()>& write) {
    Output captured;
    out.swap(captured);
    try {
        write();
    } catch (...) {
        out.swap(captured);
        throw;
    }
    out.swap(captured);
    return captured.take();
}

const std::string& Session::read_input() {
    if (!input_)
        input_ = read_standard_input();
    return *input_;
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
        for (std::string& reference : references_in(read_input(), null_ended ? '\0' : '\n'))
            out.push_back(std::move(reference));
    }
    return out;
}

}  // namespace crm::cmd
