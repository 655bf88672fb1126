#include "cmd/cli/setup.hpp"

#include "base/placeholders.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/formats.hpp"
#include "cmd/cli/hooks.hpp"
#include "sql/connection.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace crm::cmd {
namespace {

std::vector<std::string_view> views_of(std::span<const std::string> list) {
    return {list.begin(), list.end()};
}

std::vector<meta::Stage> default_open_stages() {
    std::vector<meta::Stage> all = meta::Stages().all();
    all.resize(all.size() - 2);  // without Closed Won and Closed Lost
    return all;
}

/// The stages of deals, from the tables [[stage]].
meta::Stages stages(std::span<const Rule> rules) {
    using meta::Outcome;
    std::vector<meta::Stage> open;
    meta::Stage won{meta::won_stage, 100, Outcome::won};
    meta::Stage lost{meta::lost_stage, 0, Outcome::lost};
    for (const Rule& rule : rules) {
        const std::string_view name = rule.list("name").front();
        const std::vector<std::string_view> needs = views_of(rule.list("requires"));
        const std::vector<std::string_view> playbook = views_of(rule.list("playbook"));
        const bool is_won = text::key(name) == text::key(won.name);
        if (is_won || text::key(name) == text::key(lost.name)) {
            meta::Stage& closed = is_won ? won : lost;
            closed.needs = needs;
            closed.playbook = playbook;
            continue;
        }
        if (!rule.has("probability"))
            throw Error(Fault::config, "bad_config",
                        fmt::format("{}: the open stage {} requires a probability", rule.origin,
                                    text::visible(name)),
                        "probability = 30");
        const std::string_view pipeline =
            rule.has("pipeline") ? std::string_view(rule.list("pipeline").front()) : "";
        open.push_back(
            {name, std::stoi(rule.text("probability")), Outcome::open, pipeline, needs, playbook});
    }
    if (open.empty())
        open = default_open_stages();
    return meta::Stages(std::move(open), std::move(won), std::move(lost));
}

void apply_color(Environment& env, const std::string& when) {
    if (when == "always")
        env.color = true;
    else if (when == "never")
        env.color = false;
}

/// -o, --json, --jsonl: one of them.
std::string format_of(const Arguments& args) {
    std::string format = args.text("output");
    for (const std::string_view json : {"json", "jsonl"}) {
        if (!args.flag(json))
            continue;
        if (!format.empty() && format != json)
            throw Error(Fault::usage, "contradiction",
                        fmt::format("--{} and -o {} contradict each other", json, format));
        format = json;
    }
    return format;
}

/// Whether a template has a {{, closed or not.
bool has_placeholder(std::string_view pattern) {
    return std::ranges::any_of(template_pieces(pattern, true), [](const TemplatePiece& piece) {
        return piece.kind != TemplatePiece::Kind::text;
    });
}

/// What was probably meant by a text without placeholders: `name` or `{name}` is the field.
std::string template_for(std::string_view text) {
    if (text.starts_with('{') && text.ends_with('}'))
        text = text.substr(1, text.size() - 2);
    const bool is_path = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
    return is_path && text.size() <= 40 ? fmt::format("'{{{{{}}}}}'", text) : "'{{id}} {{name}}'";
}

/// --format: a template. A text without a field would be printed as it is for every record.
std::string pattern_of(const Arguments& args) {
    const std::string pattern = args.text("format");
    const auto formats = format_words();
    if (std::ranges::find(formats, pattern, &FormatWord::word) != formats.end())
        throw Error(Fault::usage, "bad_template",
                    fmt::format("--format: '{}' is not a template", text::clipped(pattern, 40)),
                    fmt::format("-o {}", text::clipped(pattern, 40)));
    if (!pattern.empty() && !has_placeholder(pattern))
        throw Error(
            Fault::usage, "bad_template",
            fmt::format("--format: '{}' names no field", text::visible(text::clipped(pattern, 40))),
            fmt::format("--format {}", template_for(pattern)));
    return pattern;
}

std::vector<std::string> fields_given(const Arguments& args) {
    std::vector<std::string> out;
    const std::string list = args.text("fields");
    for (const std::string_view field : text::split(list, ','))
        if (!text::trimmed(field).empty())
            out.emplace_back(text::trimmed(field));
    return out;
}

/// --now, else CRM_NOW, else the clock.
Instant now_of(const Arguments& args, const Clock& clock) {
    if (const auto now = args.moment("now", clock))
        return *now;
    const std::string variable = environment_variable("CRM_NOW");
    if (variable.empty())
        return clock.now;
    const auto now = read_instant(variable, clock);
    if (now)
        return *now;
    Error error = now.error();
    error.message = "CRM_NOW: " + error.message;
    throw error;
}

/// The engine counts days in the zone of the process, too (sql::Dialect::local_day).
void use_zone(Environment& env, const std::string& zone) {
    env.clock.zone = zone;
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
}

}  // namespace

void apply_config(Session& session) {
    const Config& config = session.config;
    if (!config.hooks.empty())
        check_hooks(session);
    if (const auto rules = config.of("stage"); !rules.empty())
        session.model().set_stages(stages(rules));
    const std::string country = config.value("country");
    session.model().set_country(country.empty() ? locale_country() : country);

    Environment& env = session.env;
    if (env.user.empty())
        env.user = config.value("user");
    if (env.user.empty())
        env.user = environment_variable("USER");
    if (const auto zone = config.values.find("timezone");
        zone != config.values.end() &&
        (std::getenv("TZ") == nullptr || zone->second.origin == "CRM_TIMEZONE"))
        use_zone(env, zone->second.value);
    if (!env.pager.empty() && config.values.contains("pager"))
        env.pager = config.value("pager");
    apply_color(env, config.value("color"));
    env.currency = config.value("currency");
    if (const std::string wait = config.value("lock_wait"); !wait.empty())
        session.lock_wait = *read_wait(wait);  // it was checked when the file was read
    if (config.values.contains("opener"))
        ::setenv("CRM_OPENER", config.value("opener").c_str(), 1);
}

void apply_global_options(Session& session, const Arguments& args) {
    Environment& env = session.env;
    env.clock.now = now_of(args, env.clock);
    session.model().set_now(env.clock.now.iso());
    if (args.has("as")) {
        env.user = args.text("as");
        env.user_given = true;
    }
    if (args.has("db"))
        env.use_db(args.text("db"));
    apply_color(env, args.text("color"));
    if (args.flag("no-pager"))
        env.pager.clear();

    session.format = format_of(args);
    session.fields = fields_given(args);
    if (!session.fields.empty() && session.format == "ids")
        throw Error(Fault::usage, "contradiction", "-o ids prints only ids, not the columns of -F",
                    "-F id,name -o tsv prints both");
    session.pattern = pattern_of(args);
    session.header = !args.flag("no-header");
    session.dry_run = args.flag("dry-run");
    session.yes = args.flag("yes");
    session.quiet = args.flag("quiet");
    session.verbose = args.flag("verbose");
    session.no_input = args.flag("no-input");
    session.null_ended = args.flag("null");
    const std::string errors = args.text("errors");
    session.json_errors = errors == "json" || (errors.empty() && session.json());
    if (args.has("schema") && args.text("schema") != "1")
        throw Error(Fault::usage, "unknown_schema",
                    fmt::format("--schema: there is no version {} of the JSON output",
                                text::clipped(args.text("schema"), 40)),
                    "--schema 1");
    if (const auto wait = args.duration("lock-wait"))
        session.lock_wait = *wait;
    sql::Connection::lock_timeout = session.lock_wait;
}

void check_output_files(const Session& session, const Parsed& parsed) {
    const auto check = [&](const std::string& path) {
        if (!path.empty() && is_of_database(path, session.env.db))
            throw Error(Fault::usage, "output_is_database",
                        path + " belongs to the database that is in use", "choose another file");
    };
    for (const Option& option : parsed.command->options)
        if (option.kind == Kind::output_file)
            check(parsed.args.text(option.name));
    const std::vector<Argument>& arguments = parsed.command->arguments;
    for (std::size_t i = 0; i < arguments.size() && i < parsed.args.words.size(); ++i)
        if (arguments[i].kind == Kind::output_file)
            check(parsed.args.words[i]);
}

}  // namespace crm::cmd
