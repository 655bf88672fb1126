#include "cmd/cli/complete.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/manual.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/report/computed.hpp"
#include "cmd/report/reports.hpp"
#include "show/writer.hpp"
#include "store/candidates.hpp"
#include "store/query_context.hpp"
#include "store/users.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace crm::cmd {

void Candidates::offer(std::string_view word, std::string_view help) {
    if (!begun.empty() && !word.starts_with(begun) &&
        !text::folded(word).starts_with(text::folded(begun)))
        return;
    offer_instead(word, help);
}

void Candidates::offer_instead(std::string_view word, std::string_view help) {
    // A line is a candidate: what would break it cannot be offered.
    if (word.empty() ||
        std::ranges::any_of(word, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        return;
    if (!seen_.emplace(word).second)
        return;
    found.push_back({head + std::string(word), text::clipped(text::visible(help), 60)});
}

store::Store* Candidates::store() {
    if (!tried_) {
        tried_ = true;
        try {
            session_.open(sql::Mode::reading);
        } catch (const Error&) {
        }
    }
    return session_.has_store() ? &session_.store() : nullptr;
}

namespace {

/// Where the cursor is, by the words before it.
struct Position {
    const meta::Entity* noun = nullptr;
    const meta::Entity* on = nullptr;  ///< --on: what a query is about
    std::string verb;  ///< the first word, until the command is known: a noun may be a verb, too
    const Command* command = nullptr;
    std::vector<Option> options;
    const Option* value_of = nullptr;  ///< the option whose value the word is
    std::vector<std::string> words;    ///< arguments before it
    bool ended = false;                ///< "--" came before
    bool lost = false;                 ///< a word before it is unknown
};

/// A word of those that name the command: a noun, a verb, or an id that tells the noun.
void take_name(Position& p, const std::string& word, const meta::Model& model) {
    if (p.verb.empty() && p.noun == nullptr && (p.noun = model.find(word)) != nullptr) {
        p.verb = word;
        return;
    }
    if (p.noun != nullptr)
        if (const auto* noun = model.find(fmt::format("{} {}", p.noun->noun, word))) {
            p.noun = noun;  // kb programme
            return;
        }
    p.command = find_command(p.noun == nullptr ? std::string_view() : p.noun->noun, word);
    if (p.command == nullptr) {
        // crm edit d1: the id tells the noun; note is a noun and a verb.
        if (const meta::Entity* of = noun_of_id(word, model); of != nullptr && !p.verb.empty()) {
            p.command = command_of_id(p.verb, *of);
            p.noun = of;
            p.words.push_back(word);
        } else if (p.verb.empty() && command_of_id(word, model.get("contact")) != nullptr) {
            p.verb = word;
            return;
        }
    }
    p.lost = p.command == nullptr;
    p.options = options_of(p.command);
}

Position position(Session& session, std::span<const std::string> before) {
    Position p;
    p.options = options_of(nullptr);
    for (const std::string& word : before) {
        if (p.value_of != nullptr) {
            if (p.value_of->name == "db")
                session.env.use_db(word);
            if (p.value_of->name == "on")
                p.on = session.model().find(word);
            if (p.value_of->kind == Kind::noun && p.noun == nullptr)
                p.noun = session.model().find(word);  // --on, --in
            p.value_of = nullptr;
        } else if (!p.ended && word == "--") {
            p.ended = true;
        } else if (!p.ended && is_option(word)) {
            const Option* option = option_named(p.options, word);
            const auto equals = word.find('=');
            if (option != nullptr && option->kind != Kind::none && equals == std::string::npos)
                p.value_of = option;
            else if (option != nullptr && option->name == "db")
                session.env.use_db(word.substr(equals + 1));
        } else if (p.command != nullptr) {
            p.words.push_back(word);
        } else {
            take_name(p, word, session.model());
        }
    }
    return p;
}

/// The verbs of a noun. Without one: those without a noun, and those that an id is enough for.
void complete_verbs(Candidates& c, const meta::Entity* noun) {
    if (noun != nullptr) {
        for (const Command* command : commands_of(noun->noun))
            c.offer(command->verb, command->help);
        for (const meta::Entity& e : c.model().entities())  // kb programme
            if (e.alias.starts_with(std::string(noun->noun) + " "))
                c.offer(e.alias.substr(noun->noun.size() + 1), e.help);
        return;
    }
    const meta::Entity& any = c.model().get("contact");
    for (const Command& command : commands())
        if (!command.hidden &&
            (command.noun.empty() ||
             (command.noun == "*" && command_of_id(command.verb, any) != nullptr)))
            c.offer(command.verb, command.help);
}

void complete_nouns(Candidates& c) {
    for (const meta::Entity& e : c.model().entities())
        c.offer(e.noun, e.help);
}

/// Whether a word is one of those in the name of an argument: "[WHO] RESULT [FIELD=VALUE…]".
bool accepted(std::string_view accepts, std::string_view form) {
    const auto is_part = [](char ch) {
        return (ch >= 'A' && ch <= 'Z') || std::string_view("=+-@").contains(ch);
    };
    while (!accepts.empty()) {
        const auto begin = std::ranges::find_if(accepts, is_part);
        const auto end = std::find_if_not(begin, accepts.end(), is_part);
        if (std::string_view(begin, end) == form)
            return true;
        accepts = std::string_view(end, accepts.end());
    }
    return false;
}

/// Names of fields, one level of a path.
void offer_fields(Candidates& c, const meta::Entity& entity, std::string_view ending,
                  bool assigned) {
    c.store();  // it may declare more
    for (const meta::FieldInfo& field : entity.fields())
        if (!assigned || !field.is(meta::derived))
            c.offer(std::string(field.name()) + std::string(ending), field.field->help);
}

/// FIELD,FIELD with paths over links, each with a '-' before it where it is an order.
void complete_columns(Candidates& c, const meta::Entity& noun) {
    if (const auto comma = c.begun.rfind(','); comma != std::string::npos)
        c.keep(comma + 1);
    if (c.begun.starts_with('-'))
        c.keep(1);
    const meta::Entity* at = &noun;
    for (std::size_t dot; (dot = c.begun.find('.')) != std::string::npos;) {
        const meta::FieldInfo* field = at->find(std::string_view(c.begun).substr(0, dot));
        if (field == nullptr)
            return;
        c.keep(dot + 1);
        if (field->type() == meta::Type::address) {
            for (std::string_view part : meta::address_parts())
                c.offer(part, field->field->help);
            return;
        }
        if (field->type() != meta::Type::link || field->to == nullptr)
            return;
        at = field->to;
    }
    c.offer("id", "its short id");
    c.offer("uid", "its id for other systems");
    offer_fields(c, *at, "", false);
    // A name that is whole already may also lead on.
    if (const meta::FieldInfo* field = at->find(c.begun);
        field != nullptr && ((field->type() == meta::Type::link && field->to != nullptr) ||
                             field->type() == meta::Type::address))
        c.offer(std::string(field->name()) + ".", "a field of it");
}

/// How a word of a set is typed: without capitals and blanks, as every command reads it.
std::string typed_word(std::string_view word) {
    std::string out = text::lower_ascii(word);
    std::ranges::replace(out, ' ', '-');
    return out;
}

/// NAME, FIELD=VALUE, +tag, -tag, as the argument accepts them.
void complete_assignment(Candidates& c, const meta::Entity& noun, std::string_view accepts) {
    const bool fields = accepted(accepts, "FIELD=VALUE");
    const auto equals = c.begun.find('=');
    if (fields && equals != std::string::npos && equals > 0) {
        std::string_view name = std::string_view(c.begun).substr(0, equals);
        if (name.ends_with('+') || name.ends_with('-'))
            name.remove_suffix(1);
        c.store();  // it may declare more
        const meta::FieldInfo* field = noun.find(name);
        c.keep(equals + 1);
        if (field != nullptr)
            complete_field_value(c, *field);
        return;
    }
    if ((c.begun.starts_with('+') && accepted(accepts, "+TAG")) ||
        (c.begun.starts_with('-') && accepted(accepts, "-TAG"))) {
        c.keep(1);
        return complete_tags(c);
    }
    if (fields) {
        if (const auto dot = c.begun.find('.'); dot != std::string::npos) {
            const meta::FieldInfo* field = noun.find(std::string_view(c.begun).substr(0, dot));
            if (field != nullptr && field->type() == meta::Type::address) {
                c.keep(dot + 1);
                for (std::string_view part : meta::address_parts())
                    c.offer(std::string(part) + "=", field->field->help);
                return;
            }
        }
        offer_fields(c, noun, "=", true);
        if (const meta::FieldInfo* field = noun.find(c.begun);
            field != nullptr && field->type() == meta::Type::address)
            c.offer(std::string(field->name()) + ".", "a part of it");
    }
    const bool stage = accepted(accepts, "STAGE");
    if (stage)
        for (const std::string_view word : noun.find("stage")->field->more.words)
            c.offer(typed_word(word), word);
    if (accepted(accepts, "REF"))
        complete_references(c, &noun);
    if (accepted(accepts, "WHO") && !c.begun.empty())
        complete_references(c, nullptr);
}

/// FIELD=VALUE of a row. What it is for, its first field, is another argument.
void complete_row(Candidates& c, const meta::FieldInfo& rows) {
    const auto equals = c.begun.find('=');
    for (const meta::FieldInfo& field : rows.rows)
        if (equals == std::string::npos && &field != &rows.rows.front())
            c.offer(std::string(field.name()) + "=", field.field->help);
        else if (field.name() == std::string_view(c.begun).substr(0, equals)) {
            c.keep(equals + 1);
            return complete_field_value(c, field);
        }
}

void complete_dates(Candidates& c) {
    static constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"today", ""},
        {"tomorrow", ""},
        {"yesterday", ""},
        {"now", "the current time"},
        {"+7d", "in seven days"},
        {"-30d", "thirty days ago"},
        {"+3bd", "in three business days"},
        {"sow", "first of the week"},
        {"som", "first of the month"},
        {"soq", "first of the quarter"},
        {"soy", "first of the year"},
        {"eow", "last of the week"},
        {"eom", "last of the month"},
        {"eoq", "last of the quarter"},
        {"eoy", "last of the year"},
        {"mon", ""},
        {"tue", ""},
        {"wed", ""},
        {"thu", ""},
        {"fri", ""},
        {"sat", ""},
        {"sun", ""}};
    for (const auto& [word, help] : words)
        c.offer(word, help);
}

}  // namespace

namespace {

void offer_values_in_use(Candidates& c, const meta::FieldInfo& field) {
    if (store::Store* store = c.store())
        for (const std::string& value : store::values(*store, field, Candidates::most))
            c.offer(value);
}

/// A text that several records share: a team, a pipeline.
bool is_shared_text(const meta::FieldInfo& field) {
    return field.type() == meta::Type::text && field.is(meta::indexed) &&
           !field.is(meta::derived) && !field.is(meta::unique) && !field.is(meta::personal) &&
           !field.is(meta::many) && field.entity != nullptr && field.columns.size() == 1;
}

}  // namespace

void complete_field_value(Candidates& c, const meta::FieldInfo& field) {
    using enum meta::Type;
    switch (field.type()) {
        case choice:
            for (std::string_view word : field.field->more.words)
                c.offer(typed_word(word), typed_word(word) == word ? std::string_view() : word);
            break;
        case boolean:
            c.offer("yes");
            c.offer("no");
            break;
        case date:
        case instant:
            complete_dates(c);
            break;
        case zone:
            for (const std::string& name : zone_names())
                c.offer(name);
            break;
        case link:
        case rows: {
            const meta::Entity* to = field.type() == link ? field.to : field.rows.front().to;
            if (to != nullptr)
                complete_names(c, *to);
            else
                complete_references(c, nullptr);
            break;
        }
        default:
            if (field.name() == "tags")
                complete_tags(c);
            else if (is_shared_text(field))
                offer_values_in_use(c, field);
    }
}

namespace {

void complete_word(Candidates& c, std::string_view accepts) {
    // An argument that is called by its words takes these: add|edit|rm.
    if (accepts.find_first_not_of("abcdefghijklmnopqrstuvwxyz|") != accepts.npos)
        return;
    for (const std::string_view word : text::split(accepts, '|'))
        c.offer(word);
}

void complete_user(Candidates& c) {
    if (const auto comma = c.begun.rfind(','); comma != std::string::npos)
        c.keep(comma + 1);
    complete_names(c, c.model().with(meta::Role::user));
    if (store::Store* store = c.store())
        for (const store::KnownUser& user : store::known_users(*store))
            c.offer(user.login, user.name);
}

void complete_file(Candidates& c, std::string_view accepts) {
    if (c.begun.starts_with('+') && accepted(accepts, "+TAG")) {
        c.keep(1);
        complete_tags(c);
    } else {
        c.files = true;
    }
}

/// The kinds that depend on a noun.
void complete_kind_of(Candidates& c, Kind kind, const meta::Entity& noun,
                      std::string_view accepts) {
    switch (kind) {
        case Kind::query:
            complete_query(c, noun);
            break;
        case Kind::assignments:
            complete_assignment(c, noun, accepts);
            break;
        case Kind::fields:
            complete_columns(c, noun);
            break;
        case Kind::field:
            c.offer("id", "its short id");
            c.offer("uid", "its id for other systems");
            offer_fields(c, noun, "", false);
            break;
        default:
            break;
    }
}

}  // namespace

namespace {

void complete_reports(Candidates& c) {
    for (const report::Report& report : known_reports(c.session().config))
        c.offer(report.name, report.help);
    for (const OwnReport& own : own_reports(c.session().config))
        c.offer(own.name, own.path);
}

/// A parameter of a report file, or its value.
void complete_parameter(Candidates& c, const std::string& word) {
    const report::Report report = report_named(c.session(), word, "");
    if (report.computed && computed_report(report.name).about_record)
        return complete_names(c, c.model().get("account"));
    const std::size_t equals = c.begun.find('=');
    if (equals == std::string::npos) {
        for (const report::Parameter& parameter : report.parameters)
            c.offer(parameter.name + "=", parameter.help);
        return;
    }
    const auto parameter =
        std::ranges::find(report.parameters, c.begun.substr(0, equals), &report::Parameter::name);
    c.keep(equals + 1);
    if (parameter == report.parameters.end())
        return;
    using Type = report::Parameter::Type;
    if (parameter->type == Type::record)
        if (const meta::Entity* noun = c.model().find(parameter->noun))
            complete_names(c, *noun);
    if (parameter->type == Type::date || parameter->type == Type::period)
        complete_dates(c);
    for (const std::string& value : parameter->words)
        c.offer(value);
    if (parameter->type == Type::boolean)
        for (const std::string_view value : {"yes", "no"})
            c.offer(value);
}

/// list, show, run or mail, a report, its parameters.
void complete_report_words(Candidates& c, const std::vector<std::string>& words) {
    if (words.empty())
        for (const std::string_view verb : {"list", "show", "run", "mail", "gates"})
            c.offer(verb);
    const bool is_verb = !words.empty() && is_report_verb(words[0]);
    if (words.empty() ||
        (is_verb && (words.size() == 1 || words[0] == "run" || words[0] == "mail")))
        complete_reports(c);
    else if (!is_verb)
        complete_parameter(c, words[0]);
}

}  // namespace

namespace {

/// An argument that is called TICKET is one.
const meta::Entity* noun_named_by(Candidates& c, std::string_view argument) {
    return c.model().find(text::lower_ascii(argument));
}

}  // namespace

void complete_kind(Candidates& c, Kind kind, const meta::Entity* noun, std::string_view accepts,
                   std::span<const std::string_view> words) {
    switch (kind) {
        case Kind::none:
        case Kind::number:
        case Kind::verb:
            break;
        case Kind::word:
            for (std::string_view word : words)
                c.offer(word);
            complete_word(c, accepts);
            break;
        case Kind::user:
            complete_user(c);
            break;
        case Kind::report:
            complete_reports(c);
            break;
        case Kind::input_file:
        case Kind::output_file:
        case Kind::file:
            complete_file(c, accepts);
            break;
        case Kind::reference:
            if (noun != nullptr && noun->role == meta::Role::segment && c.begun.starts_with('@'))
                c.keep(1);
            complete_references(c, noun);
            break;
        case Kind::any_reference:
            complete_references(c, noun_named_by(c, accepts));
            break;
        case Kind::query:
        case Kind::assignments:
        case Kind::fields:
        case Kind::field:
            if (noun != nullptr)
                complete_kind_of(c, kind, *noun, accepts);
            break;
        case Kind::format:
            for (const FormatWord& format : format_words())
                c.offer(format.word);
            break;
        case Kind::noun:
            complete_nouns(c);
            if (accepted(accepts, "VERB"))
                complete_verbs(c, nullptr);
            if (accepted(accepts, "TOPIC"))
                for (const Topic& topic : help_topics())
                    c.offer(topic.name, topic.about);
            break;
        case Kind::setting:
            for (const Setting& setting : settings())
                c.offer(setting.key, setting.help);
            c.files = true;
            break;
        case Kind::moment:
            complete_dates(c);
            break;
        case Kind::topic:
            if (store::Store* store = c.store())
                for (const std::string& topic : store::topics(*store, Candidates::most))
                    c.offer(topic);
            break;
        case Kind::currency:
            for (const std::string_view code : all_currencies())
                c.offer(code);
            break;
        case Kind::value:  // of an option: complete_value
            break;
        case Kind::choice:
            for (std::string_view word : words)
                c.offer(word);
            break;
    }
}

namespace {

/// segment each @NAME -- VERB …: the command for each member.
void complete_behind(Candidates& c, const Position& p) {
    std::string name = p.words[0];
    if (name.starts_with('@'))
        name.erase(0, 1);
    store::Store* store = c.store();
    const auto segment = store == nullptr ? std::nullopt : segment_named(*store, name);
    const meta::Entity* noun =
        segment ? c.model().find(segment->text(*segment->entity->find("noun"))) : nullptr;
    if (noun == nullptr)
        return;
    if (p.words.size() == 1)
        return complete_verbs(c, noun);
    const Command* command = find_command(noun->noun, p.words[1]);
    if (command == nullptr || command->arguments.empty())
        return;
    const Argument& last = command->arguments.back();
    complete_kind(c, last.kind, noun, last.name, {});
}

void complete_value_of(Candidates& c, const meta::FieldInfo& field) {
    if (field.type() == meta::Type::text)
        return offer_values_in_use(c, field);
    complete_field_value(c, field);
}

bool is_about_report(const Position& p) {
    return p.command != nullptr && !p.words.empty() && !p.command->arguments.empty() &&
           p.command->arguments[0].kind == Kind::report;
}

/// The noun that the options are about: that of the report, where the command shows one.
const meta::Entity* noun_of_options(Candidates& c, const Position& p) {
    if (p.noun != nullptr || !is_about_report(p))
        return p.noun;
    const std::vector<report::Report> all = known_reports(c.session().config);
    const auto report = std::ranges::find(all, p.words[0], &report::Report::name);
    return report == all.end() ? nullptr : c.model().find(report->noun);
}

/// The methods of a report, and the plans of commissions.
void offer_methods(Candidates& c, const std::string& word) {
    for (const report::Report& report : known_reports(c.session().config)) {
        if (report.name != word)
            continue;
        for (const report::Method& method : report.methods)
            c.offer(method.name, method.help);
        if (report.plan)
            c.offer(report.plan->name);
    }
}

void offer_columns(Candidates& c, const std::string& word) {
    if (c.begun.starts_with('-'))
        c.keep(1);  // the largest first
    const report::Report report = report_named(c.session(), word, "");
    for (const report::FileColumn& column : report.columns)
        c.offer(column.name);
    if (report.computed)
        for (const report::Column& column : computed_report(report.name).columns(report.name))
            c.offer(column.name);
}

void complete_value(Candidates& c, const Position& p, const Option& option) {
    if (is_about_report(p) && option.name == "method")
        return offer_methods(c, p.words[0]);
    if (is_about_report(p) && (option.name == "sort" || option.name == "figure"))
        return offer_columns(c, p.words[0]);
    if (option.kind == Kind::value)
        return complete_value_of(c, *c.model().get(option.noun).find(option.field));
    if (option.kind != Kind::format || p.command == nullptr)
        return complete_kind(
            c, option.kind,
            option.noun.empty() ? noun_of_options(c, p) : c.model().find(option.noun), option.value,
            option.words);
    for (const std::string_view format : formats_of(*p.command, p.noun))
        c.offer(format);
}

/// The noun that an argument is about.
const meta::Entity* noun_of_argument(Candidates& c, const Position& p, const Argument& argument) {
    const Kind kind = argument.kind;
    if (!argument.noun.empty())
        return p.on != nullptr ? p.on : c.model().find(argument.noun);
    // A query is one of people where nothing else is said; a field is one of the record before it.
    if (p.noun == nullptr && kind == Kind::query)
        return c.model().find("contact");
    if (p.noun == nullptr && kind == Kind::field && !p.words.empty())
        return c.model().by_prefix(
            std::string_view(p.words[0]).substr(0, p.words[0].find_first_of("0123456789")));
    return p.noun;
}

void complete_argument(Candidates& c, const Position& p) {
    const auto& arguments = p.command->arguments;
    if (!arguments.empty() && arguments[0].kind == Kind::report)
        return complete_report_words(c, p.words);
    if (p.command->complete != nullptr && p.command->complete(c, p.words))
        return;
    const bool is_behind = p.words.size() >= arguments.size();
    if (is_behind && (arguments.empty() || !arguments.back().many))
        return;
    const std::size_t at = is_behind ? arguments.size() - 1 : p.words.size();
    const Argument& argument = arguments[at];
    if (argument.kind == Kind::verb) {
        if (const meta::Entity* noun = c.model().find(p.words[at - 1]))
            complete_verbs(c, noun);
        return;
    }
    if (p.command->verb == "each" && at > 0)
        return complete_behind(c, p);
    // add|list: the words that it may be.
    const auto is_letter = [](char ch) { return (ch >= 'a' && ch <= 'z') || ch == '|'; };
    if (argument.kind == Kind::word && std::ranges::all_of(argument.name, is_letter)) {
        for (const std::string_view word : text::split(argument.name, '|'))
            c.offer(word);
        return;
    }
    if (!argument.rows.empty())
        return complete_row(c, *p.noun->find(argument.rows));
    complete_kind(c, argument.kind, noun_of_argument(c, p, argument), argument.name, {});
}

void complete_at(Candidates& c, const Position& p) {
    if (p.value_of != nullptr)
        return complete_value(c, p, *p.value_of);
    if (!p.ended && c.begun.starts_with("--") && c.begun.find('=') != std::string::npos) {
        const Option* option = option_named(p.options, c.begun);
        c.keep(c.begun.find('=') + 1);
        if (option != nullptr)
            complete_value(c, p, *option);
        return;
    }
    // A single dash may also begin a query term or a tag to take off.
    if (!p.ended && (c.begun == "-" || c.begun.starts_with("--")))
        for (const Option& option : p.options)
            c.offer("--" + std::string(option.name), option.help);
    if (!p.ended && c.begun.starts_with("--"))
        return;
    if (p.command != nullptr)
        return complete_argument(c, p);
    if (p.noun == nullptr && !p.verb.empty())
        return complete_references(c, nullptr);
    if (p.noun == nullptr)
        complete_nouns(c);
    complete_verbs(c, p.noun);
}

int run_complete(Session& session, const Arguments& args) {
    if (args.words.empty())
        return 0;
    // A database that another program is writing must not delay the prompt.
    std::signal(SIGALRM, [](int) { ::_exit(0); });
    ::alarm(1);
    Candidates candidates(session, args.words.back());
    try {
        const Position p = position(session, std::span(args.words).first(args.words.size() - 1));
        if (!p.lost)
            complete_at(candidates, p);
    } catch (const std::exception&) {
        // Completion shows no errors; the command itself will.
    }
    std::string& out = session.out.buffer();
    for (const Candidate& candidate : candidates.found)
        out += candidate.word + "\t" + candidate.help + "\n";
    if (candidates.files)
        out += ":files\n";
    return 0;
}

}  // namespace

Command complete() {
    return {.help = "Candidates for the last word, one per line, with its description after a TAB",
            .arguments = {{.name = "WORD",
                           .kind = Kind::word,
                           .many = true,
                           .help = "the command line after crm, up to the cursor"}},
            .run = run_complete,
            .hidden = true};
}

}  // namespace crm::cmd
