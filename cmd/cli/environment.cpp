#include "cmd/cli/environment.hpp"

#include "base/phone.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/parse.hpp"
#include "sql/connection.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace crm::cmd {
namespace {

std::string env(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

bool there(const std::string& path) {
    struct ::stat st {};
    return ::stat(path.c_str(), &st) == 0;
}

/// The zone of TZ, else of the system; empty for UTC.
std::string zone() {
    std::string zone = env("TZ");
    if (zone.starts_with(':'))
        zone.erase(0, 1);
    if (zone.empty() && std::getenv("TZ") == nullptr) {
        char link[PATH_MAX];
        const ssize_t n = ::readlink("/etc/localtime", link, sizeof link);
        const std::string target(link, n > 0 ? static_cast<std::size_t>(n) : 0);
        if (const auto at = target.find("zoneinfo/"); at != std::string::npos)
            zone = target.substr(at + 9);
    }
    return zone == "UTC" || zone == "Etc/UTC" || zone == "UTC0" ? std::string() : zone;
}

/// The country of the locale, DE of de_DE.UTF-8; empty where it names none.
std::string locale_country() {
    for (const char* name : {"LC_ALL", "LC_TELEPHONE", "LANG"}) {
        const std::string locale = env(name);
        if (locale.empty())
            continue;
        const auto at = locale.find('_');
        const std::string country =
            at == std::string::npos ? std::string() : locale.substr(at + 1, 2);
        return knows_country(country) ? country : std::string();
    }
    return {};
}

/// .crm/crm.db here or in a directory above; else the one of the user's data.
std::string default_db() {
    char here[PATH_MAX];
    if (::getcwd(here, sizeof here) != nullptr)
        for (std::string dir = here; !dir.empty(); dir.resize(dir.rfind('/')))
            if (const std::string path = dir + "/.crm/crm.db"; there(path))
                return path;
    std::string data = env("XDG_DATA_HOME");
    if (data.empty())
        data = env("HOME") + "/.local/share";
    return data + "/crm/crm.db";
}

}  // namespace

Environment surroundings() {
    Environment s;
    const bool force_tty = !env("CRM_FORCE_TTY").empty() && env("CRM_FORCE_TTY") != "0";
    s.in_tty = ::isatty(STDIN_FILENO) != 0;
    s.out_tty = force_tty || ::isatty(STDOUT_FILENO) != 0;
    s.err_tty = ::isatty(STDERR_FILENO) != 0;
    winsize size{};
    if (const int columns = std::atoi(env("COLUMNS").c_str()); columns > 0)
        s.width = columns;
    else if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        s.width = size.ws_col;
    s.color = (s.out_tty && !force_tty && env("TERM") != "dumb" && env("NO_COLOR").empty()) ||
              (!env("CLICOLOR_FORCE").empty() && env("CLICOLOR_FORCE") != "0");
    s.clock = {Instant{static_cast<std::int64_t>(std::time(nullptr))}, zone()};
    s.user = env("CRM_USER");
    if (s.out_tty && !force_tty) {
        const char* pager = std::getenv("CRM_PAGER");
        if (pager == nullptr)
            pager = std::getenv("PAGER");
        s.pager = pager == nullptr ? "less -FRX" : pager;
    }
    s.db = env("CRM_DB");
    s.db_is_default = s.db.empty();
    if (s.db.empty())
        s.db = default_db();
    return s;
}

namespace {

meta::Stages stages(std::span<const Rule> rules) {
    using meta::Outcome;
    const auto words = [](std::span<const std::string> list) {
        return std::vector<std::string_view>(list.begin(), list.end());
    };
    std::vector<meta::Stage> open;
    meta::Stage won{meta::won_stage, 100, Outcome::won}, lost{meta::lost_stage, 0, Outcome::lost};
    for (const Rule& rule : rules) {
        const std::string_view name = rule.list("name").front(),
                               pipeline = rule.has("pipeline")
                                              ? std::string_view(rule.list("pipeline").front())
                                              : std::string_view();
        meta::Stage* decided = text::key(name) == text::key(won.name)    ? &won
                               : text::key(name) == text::key(lost.name) ? &lost
                                                                         : nullptr;
        if (decided != nullptr) {
            decided->needs = words(rule.list("requires")),
            decided->playbook = words(rule.list("playbook"));
            continue;
        }
        if (!rule.has("probability"))
            throw Error(
                Fault::config, "bad_config",
                rule.origin + ": the open stage " + text::visible(name) + " needs a probability",
                "probability = 30");
        open.push_back({name, std::stoi(rule.text("probability")), Outcome::open, pipeline,
                        words(rule.list("requires")), words(rule.list("playbook"))});
    }
    if (open.empty())
        open = [] {
            auto all = meta::Stages().all();
            all.resize(all.size() - 2);
            return all;
        }();
    return meta::Stages(std::move(open), std::move(won), std::move(lost));
}

}  // namespace

namespace {

/// A hook that hears nothing would let through what it is there to stop.
void check_hooks(Session& session) {
    for (const Hook& hook : session.config.hooks) {
        const auto dot = hook.on.find('.');
        const std::string noun = hook.on.substr(0, dot), verb = hook.on.substr(dot + 1);
        const meta::Entity* on = session.model().find(noun);
        std::vector<std::string> nouns, verbs;
        if (on == nullptr && noun != "*") {
            for (const meta::Entity& e : session.model().entities())
                nouns.emplace_back(e.noun);
            Error e(Fault::config, "bad_config",
                    fmt::format("{}: there is no noun '{}'", hook.origin,
                                text::visible(text::clipped(noun, 40))));
            suggest(e, noun, nouns);
            throw e;
        }
        if (verb == "*" || find_command(on == nullptr ? "contact" : on->noun, verb) != nullptr)
            continue;
        for (const Command& c : commands())
            if (c.noun == "*" || (on != nullptr && c.noun == on->noun))
                verbs.emplace_back(c.verb);
        if (on == nullptr && std::ranges::any_of(commands(), [&](const Command& c) {
                return c.verb == verb && !c.noun.empty();
            }))
            continue;
        Error e(Fault::config, "bad_config",
                fmt::format("{}: there is no verb '{}'", hook.origin,
                            text::visible(text::clipped(verb, 40))));
        suggest(e, verb, verbs);
        throw e;
    }
}

}  // namespace

void configure(Session& session) {
    const Config& config = session.config;
    if (!config.hooks.empty())
        check_hooks(session);
    Environment& s = session.env;
    if (const auto rules = config.of("stage"); !rules.empty())
        session.model().set_stages(stages(rules));
    const std::string country = config.value("country");
    session.model().set_country(country.empty() ? locale_country() : country);
    if (s.user.empty())
        s.user = config.value("user");
    if (s.user.empty())
        s.user = env("USER");
    if (std::getenv("TZ") == nullptr && config.values.contains("timezone"))
        s.clock.zone = config.value("timezone");
    if (!s.pager.empty() && std::getenv("CRM_PAGER") == nullptr && config.values.contains("pager"))
        s.pager = config.value("pager");
    if (const std::string when = config.value("color"); when == "always")
        s.color = true;
    else if (when == "never")
        s.color = false;
    if (const std::string wait = config.value("lock_wait"); !wait.empty())
        session.lock_wait = *read_wait(wait);  // checked when it was read
    s.currency = config.value("currency");
    if (std::getenv("CRM_OPENER") == nullptr && config.values.contains("opener"))
        ::setenv("CRM_OPENER", config.value("opener").c_str(), 1);
}

void apply_global_options(Session& session, const Arguments& args) {
    Environment& s = session.env;
    if (const auto now = args.moment("now", s.clock)) {
        s.clock.now = *now;
    } else if (const std::string frozen = env("CRM_NOW"); !frozen.empty()) {
        const auto at = read_instant(frozen, s.clock);
        if (!at)
            throw at.error();
        s.clock.now = *at;
    }
    if (args.has("as"))
        s.user = args.text("as"), s.user_told = true;
    if (args.has("db"))
        s.db = args.text("db"), s.db_is_default = false;
    session.format = args.text("output");
    for (const std::string_view format : {"json", "jsonl"}) {
        if (!args.has(format))
            continue;
        if (!session.format.empty() && session.format != format)
            throw Error(
                Fault::usage, "contradiction",
                fmt::format("--{} and -o {} contradict each other", format, session.format));
        session.format = format;
    }
    session.pattern = args.text("format");
    session.header = !args.flag("no-header");
    session.dry_run = args.flag("dry-run");
    session.yes = args.flag("yes");
    session.quiet = args.flag("quiet");
    session.verbose = args.flag("verbose");
    session.no_input = args.flag("no-input");
    session.null_ended = args.flag("null");
    session.json_errors =
        args.text("errors") == "json" || (args.text("errors").empty() && session.json());
    if (const std::string when = args.text("color"); when == "always")
        s.color = true;
    else if (when == "never")
        s.color = false;
    if (args.flag("no-pager"))
        s.pager.clear();
    if (args.has("schema") && args.text("schema") != "1")
        throw Error(Fault::usage, "unknown_schema",
                    "there is no schema " + args.text("schema") + " of the JSON output",
                    "--schema 1");
    std::string_view fields;
    const std::string list = args.text("fields");
    if (!list.empty() && session.format == "ids")
        throw Error(Fault::usage, "contradiction", "-o ids prints ids, and -F asks for fields",
                    "-F id,name -o tsv prints both");
    fields = list;
    for (std::size_t from = 0; from <= fields.size() && !fields.empty();) {
        const std::size_t comma = std::min(fields.find(',', from), fields.size());
        if (const std::string_view field = text::trimmed(fields.substr(from, comma - from));
            !field.empty())
            session.fields.emplace_back(field);
        from = comma + 1;
    }
    if (const auto wait = args.duration("lock-wait"))
        session.lock_wait = *wait;
    sql::Connection::lock_timeout = session.lock_wait;
}

}  // namespace crm::cmd
