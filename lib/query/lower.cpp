#include "query/lower.hpp"

#include "meta/type.hpp"
#include "query/lex.hpp"
#include "sql/computed.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/full_text.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::query {
namespace {

using sql::quoted;
using Kind = Predicate::Kind;

constexpr std::size_t most_binds = 30000;
constexpr std::size_t widest =
    100;  ///< terms side by side: the engine nests each in the one before
constexpr int deepest_statement =
    14;  ///< what SQLite's parser takes, counted in parentheses and twice in SELECTs

Error too_large(std::string why) {
    return Error(Fault::usage, "query_too_large", "the query " + why, "use fewer conditions");
}

std::string_view sign(Op op) {
    switch (op) {
        case Op::above:
            return ">";
        case Op::at_least:
            return ">=";
        case Op::below:
            return "<";
        case Op::at_most:
            return "<=";
        default:
            return "=";
    }
}

class Lowerer {
public:
    Lowerer(const sql::Dialect& dialect, std::string today, std::size_t first)
        : dialect_(dialect), today_(std::move(today)), first_(first) {}

    std::string condition(const Predicate& t, const std::string& alias) {
        const auto column = [&](std::size_t i) { return sql::over(t.columns[i], alias); };
        switch (t.kind) {
            case Kind::all:
                return t.parts.empty() ? "1 = 1" : several(t, alias, " AND ");
            case Kind::any:
                return several(t, alias, " OR ");
            case Kind::negation:
                return fmt::format("({}) IS NOT TRUE", nested(t.parts[0], alias, 1));
            case Kind::named:
                return condition(t.parts[0], alias);
            case Kind::some:
                return some(t, 0, alias);
            case Kind::count:
                return count(t, alias);
            case Kind::present:
                return present(t, alias);
            case Kind::compare:
                return fmt::format("{} {} {}", column(0), sign(t.op), bind(t.values[0]));
            case Kind::one_of:
                return fmt::format("{} IN ({})", column(0), bind_all(t.values));
            case Kind::money:
                return money(t, column(0), column(1));
            case Kind::plain:
                return plain(t, dialect_.lower_ascii(joined(t, alias)));
            case Kind::item:
                return item(t, column(0));
            case Kind::digits:
                return digits(t, column(0));
            case Kind::day:
                return fmt::format(
                    "((length({0}) = 10 OR substr({0}, 1, 2) = '--') AND substr({0}, length({0}) - "
                    "4) {1} {2})",
                    column(0), sign(t.op), bind(t.values[0]));
            case Kind::matches:
                return dialect_.matches(joined(t, alias), bind(t.values[0]));
            case Kind::words:
                return words(t, alias);
            case Kind::look_up:
                return look_up(t, alias);
            case Kind::full_text:
                return fmt::format("{}.\"id\" IN ({})", alias,
                                   found(t.entity->number, {phrase(t)}));
        }
        return {};
    }

    std::vector<Value> binds;

private:
    std::string present(const Predicate& t, const std::string& alias) {
        std::string out;
        for (std::size_t i = 0; i < t.columns.size(); ++i)
            out += fmt::format("{}{} IS NOT NULL", i ? " OR " : "", sql::over(t.columns[i], alias));
        return t.columns.size() > 1 ? "(" + out + ")" : out;
    }

    std::string look_up(const Predicate& t, const std::string& alias) {
        constexpr std::string_view found = R"({}."id" IN (
    SELECT "record" FROM "lookup" WHERE "kind" = {} AND "key" IN ({}) AND "noun" = {}))";
        return fmt::format(found, alias, t.number, bind_all(t.values), t.entity->number);
    }

    std::string bind_all(std::span<const Value> values) {
        std::string out;
        for (const Value& value : values)
            out += (out.empty() ? "" : ", ") + bind(value);
        return out;
    }

    std::string bind(Value value) {
        if (binds.size() >= most_binds)
            throw too_large("has too many values");
        binds.push_back(std::move(value));
        return fmt::format("?{}", first_ + binds.size() - 1);
    }
    std::string fresh() { return fmt::format("\"q{}\"", ++aliases_); }

    std::string nested(const Predicate& t, const std::string& alias, int weight) {
        depth_ += weight;
        if (depth_ > deepest_statement)
            throw too_large("nests too deeply");
        std::string out = condition(t, alias);
        depth_ -= weight;
        return out;
    }

    /// Conditions side by side, free words of one record asked of the full text together; in groups
    /// when there are many, since an engine takes a row of ANDs as a tower.
    std::string several(const Predicate& t, const std::string& alias, std::string_view glue) {
        std::vector<std::string> parts;
        std::vector<sql::Phrase> phrases;
        int number = 0;
        std::vector<const Predicate*>
            carries;  // tags that are asked where words are looked for, before the record is
        for (const auto& part : t.parts)
            if (t.kind == Kind::all && has_narrower(t, part))
                carries.push_back(&part);
        const auto host = std::ranges::find(t.parts, Kind::words, &Predicate::kind);
        const bool hosted = !carries.empty() && host != t.parts.end();
        for (const auto& part : t.parts) {
            if (hosted && std::ranges::find(carries, &part) != carries.end())
                continue;
            if (hosted && &part == &*host) {
                parts.push_back(words(part, alias, carries));
                continue;
            }
            if (t.kind == Kind::all && part.kind == Kind::full_text) {
                phrases.push_back(phrase(part));
                number = part.entity->number;
                continue;
            }
            parts.push_back(t.kind == Kind::all && has_narrower(t, part) ? carried(part, alias)
                                                                         : nested(part, alias, 1));
        }
        if (!phrases.empty())
            parts.insert(parts.begin(),
                         fmt::format("{}.\"id\" IN ({})", alias, found(number, phrases)));
        while (parts.size() > widest) {
            std::vector<std::string> groups;
            for (std::size_t i = 0; i < parts.size(); i += widest) {
                const auto last = std::min(parts.size(), i + widest);
                groups.push_back(
                    fmt::format("({})", fmt::join(parts.begin() + static_cast<long>(i),
                                                  parts.begin() + static_cast<long>(last), glue)));
            }
            parts = std::move(groups);
        }
        return parts.size() == 1 ? parts[0] : fmt::format("({})", fmt::join(parts, glue));
    }

    static bool is_tag(const Predicate& t) {
        return t.kind == Kind::look_up && t.number == static_cast<int>(meta::Lookup::tag);
    }

    /// Whether beside a tag, which thousands may carry, stands a condition that finds few: then the
    /// few are asked for the tag, instead of all that carry it being gathered.
    static bool has_narrower(const Predicate& all, const Predicate& tag) {
        if (!is_tag(tag))
            return false;
        bool before = true;
        for (const Predicate& other : all.parts) {
            if (&other == &tag)
                before = false;
            else if (is_tag(other) ? before
                                   : other.kind == Kind::words || other.kind == Kind::look_up ||
                                         other.kind == Kind::full_text)
                return true;
        }
        return false;
    }

    std::string carried(const Predicate& t, const std::string& alias) {
        std::string keys;
        for (const Value& key : t.values)
            keys += (keys.empty() ? "" : ", ") + bind(key);
        return fmt::format(
            "EXISTS (SELECT 1 FROM \"lookup\" WHERE \"kind\" = {} AND \"key\" IN ({}) AND \"noun\" "
            "= {} AND \"record\" = {}.\"id\")",
            t.number, keys, t.entity->number, alias);
    }

    static std::string joined(const Predicate& t, const std::string& alias) {
        if (t.columns.size() == 1)
            return sql::over(t.columns[0], alias);
        std::string out;
        for (const auto& c : t.columns)
            out += fmt::format("{}coalesce({}, '')", out.empty() ? "" : " || ' ' || ",
                               sql::over(c, alias));
        return out;
    }

    std::string item(const Predicate& t, const std::string& column) {
        const auto& wanted = std::get<std::string>(t.values[0]);
        const std::string list = "'; ' || " + dialect_.lower_ascii(column);
        if (t.op == Op::starts)
            return contains(list, "; " + wanted);
        const std::string whole = contains(list + " || '; '", "; " + wanted + "; ");
        return fmt::format("({} OR {})", whole, contains(list, "; " + wanted + " ("));
    }

    std::string money(const Predicate& t, const std::string& amount, const std::string& currency) {
        // The bounds for 0, 2, 3 and 4 decimals.
        const auto bound = [&](int digits) {
            return bind(t.values[digits == 0 ? 0 : static_cast<std::size_t>(digits) - 1]);
        };
        return fmt::format("{} {} {}", amount, sign(t.op), sql::by_currency(currency, bound));
    }

    static sql::Phrase phrase(const Predicate& t) {
        sql::Phrase out{.spellings = {}, .prefix = t.prefix || t.op == Op::starts};
        for (const Value& spelling : t.values)
            out.spellings.push_back(std::get<std::string>(spelling));
        return out;
    }

    /// The records of a noun whose full text has all phrases.
    std::string found(int noun, const std::vector<sql::Phrase>& phrases) {
        const sql::FullText& full_text = dialect_.full_text();
        return full_text.records(noun, bind(full_text.expression(phrases)));
    }

    std::string contains(const std::string& text, Value part) {
        return dialect_.position(bind(std::move(part)), text) + " > 0";
    }
    std::string starts(const std::string& text, Value part) {
        return dialect_.position(bind(std::move(part)), text) + " = 1";
    }

    std::string plain(const Predicate& t, const std::string& text) {
        if (t.op == Op::equals)
            return fmt::format("{} = {}", text, bind(t.values[0]));
        return t.op == Op::starts ? starts(text, t.values[0]) : contains(text, t.values[0]);
    }

    std::string digits(const Predicate& t, const std::string& column) {
        std::string digits = column;
        for (char c : {' ', '-', '(', ')', '.', '/'})
            digits = fmt::format("replace({}, '{}', '')", digits, c);
        if (t.op != Op::equals)
            return contains(digits, t.values[0]);
        const auto length = std::get<std::string>(t.values[0]).size();
        return fmt::format("substr({0}, length({0}) - {1}) = {2}", digits, length - 1,
                           bind(t.values[0]));
    }

    /// A words column contains the words or starts with them.
    std::string has_words(const Predicate& t, const std::string& column,
                          const std::string& wanted) {
        if (t.op == Op::starts)
            return starts(column, wanted);
        return t.prefix ? contains("' ' || " + column, " " + wanted)
                        : contains("' ' || " + column + " || ' '", " " + wanted + " ");
    }

    std::string words(const Predicate& t, const std::string& alias,
                      std::span<const Predicate* const> carries = {}) {
        const std::string w = fresh(), column = w + "." + quoted(t.columns[0]),
                          table = quoted(std::string(t.entity->noun) + "_words");
        std::string tags;
        for (const Predicate* tag : carries)
            tags += " AND " + carried(*tag, w);
        if (t.op == Op::equals)
            return fmt::format("{}.\"id\" IN (SELECT {}.\"id\" FROM {} {} WHERE {} = {}{})", alias,
                               w, table, w, column, bind(t.values[0]), tags);
        const std::string candidates = found(t.entity->number, {phrase(t)});
        std::string text;
        for (const Value& spelling : t.values)
            text += (text.empty() ? "" : " OR ") +
                    has_words(t, column, std::get<std::string>(spelling));
        if (t.values.size() > 1)
            text = "(" + text + ")";
        return fmt::format(
            "{}.\"id\" IN (SELECT {}.\"id\" FROM {} {} WHERE {}.\"id\" IN ({}) AND {}{})", alias, w,
            table, w, w, candidates, text, tags);
    }

    static std::string live(const Place& place, const std::string& alias) {
        return place.rows ? "" : sql::live(alias) + " AND ";
    }

    /// Rows whose last day has not passed.
    std::string current(std::string alias) {
        if (!alias.empty())
            alias += '.';
        return fmt::format("({0}\"until\" IS NULL OR {0}\"until\" >= {1})", alias, bind(today_));
    }

    /// The links of a step back as one table of "source" (the record that has them) and "target".
    std::string links(const Step& step) {
        std::string out;
        for (const Link& link : step.links) {
            std::string where;
            if (!link.noun_column.empty())
                where +=
                    fmt::format(" AND {} = {}", quoted(link.noun_column), step.from.entity->number);
            if (link.until)
                where += " AND " + current("");
            out += fmt::format(
                "{}SELECT {} AS \"source\", {} AS \"target\" FROM {} WHERE {} IS NOT NULL{}",
                out.empty() ? "" : " UNION ALL ", link.rows ? "\"record\"" : "\"id\"",
                quoted(link.column),
                quoted(link.rows ? link.rows->table() : std::string(step.to.entity->noun)),
                quoted(link.column), where);
        }
        return out;
    }

    /// Outside in: the record's id or link is among those from where the rest of the way leads on.
    std::string some(const Predicate& t, std::size_t i, const std::string& from) {
        if (i == t.steps.size())
            return condition(t.parts[0], from);
        const Step& step = t.steps[i];
        const std::string to = fresh(), table = quoted(step.to.table());
        depth_ += 2;
        if (depth_ > deepest_statement)
            throw too_large("nests too deeply");
        std::string out;
        if (step.kind == Step::Kind::forward) {
            const Link& link = step.links[0];
            if (!link.noun_column.empty())
                out = fmt::format("{}.{} = {} AND ", from, quoted(link.noun_column),
                                  step.to.entity->number);
            out += fmt::format("{}.{} IN (SELECT {}.\"id\" FROM {} {} WHERE {}", from,
                               quoted(link.column), to, table, to, live(step.to, to));
        } else if (step.kind == Step::Kind::child) {
            out = fmt::format("{}.\"id\" IN (SELECT {}.\"record\" FROM {} {} WHERE {}", from, to,
                              table, to, step.current ? current(to) + " AND " : "");
        } else {
            const std::string by = fresh();
            out = fmt::format(
                "{}.\"id\" IN (SELECT {}.\"target\" FROM ({}) {} JOIN {} {} ON {}.\"id\" = "
                "{}.\"source\" WHERE {}",
                from, by, links(step), by, table, to, to, by, live(step.to, to));
        }
        out += some(t, i + 1, to) + ")";
        depth_ -= 2;
        return step.kind == Step::Kind::forward && !step.links[0].noun_column.empty()
                   ? "(" + out + ")"
                   : out;
    }

    std::string count(const Predicate& t, const std::string& root) {
        const std::string to = fresh();
        const Place& place = t.steps.back().to;
        return fmt::format("(SELECT count(*) FROM {} {} WHERE {}{}) {} {}", quoted(place.table()),
                           to, live(place, to), reached(t.steps, t.steps.size() - 1, root, to),
                           sign(t.op), bind(t.values[0]));
    }

    /// Inside out: `to` is a place where step `i` arrives from `root`, so that each is counted
    /// once.
    std::string reached(const std::vector<Step>& steps, std::size_t i, const std::string& root,
                        const std::string& to) {
        const Step& step = steps[i];
        depth_ += 2;
        if (depth_ > deepest_statement)
            throw too_large("nests too deeply");
        const auto among = [&](const std::string& column, const std::string& noun_column) {
            const auto which = [&](const std::string& a) {
                return noun_column.empty() ? ""
                                           : fmt::format(" AND {}.{} = {}", a, quoted(noun_column),
                                                         step.to.entity->number);
            };
            if (i == 0)
                return fmt::format("= {}.{}{}", root, quoted(column), which(root));
            const std::string by = fresh();
            return fmt::format("IN (SELECT {}.{} FROM {} {} WHERE {}{}{})", by, quoted(column),
                               quoted(step.from.table()), by, live(step.from, by),
                               reached(steps, i - 1, root, by), which(by));
        };
        std::string out;
        if (step.kind == Step::Kind::forward)
            out = fmt::format("{}.\"id\" {}", to,
                              among(step.links[0].column, step.links[0].noun_column));
        else if (step.kind == Step::Kind::child)
            out = fmt::format("{}{}.\"record\" {}", step.current ? current(to) + " AND " : "", to,
                              among("id", ""));
        else {
            const std::string by = fresh(), table = links(step);
            out = fmt::format(
                "{}.\"id\" IN (SELECT {}.\"source\" FROM ({}) {} WHERE {}.\"target\" {})", to, by,
                table, by, by, among("id", ""));
        }
        depth_ -= 2;
        return out;
    }

    const sql::Dialect& dialect_;
    std::string today_;
    std::size_t first_;
    int aliases_ = 0;
    int depth_ = 0;
};

}  // namespace

Expected<Condition> lower(const Checked& query, const sql::Dialect& dialect, std::string_view alias,
                          std::size_t first) {
    Condition out{.sql = {}, .binds = {}, .explain = tree_text(query.predicate)};
    if (query.predicate.kind == Kind::all && query.predicate.parts.empty())
        return out;
    try {
        Lowerer lowerer(dialect, query.today, first);
        out.sql = lowerer.condition(query.predicate, quoted(alias));
        out.binds = std::move(lowerer.binds);
        return out;
    } catch (Error& e) {
        return std::unexpected(std::move(e));
    }
}

std::string joined_words(std::span<const std::string> words) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty())
            out += ' ';
        const auto lexed = word.find(' ') == std::string::npos ? lex({}) : lex(std::span(&word, 1));
        const auto number_of = [&](Token::Kind kind) {
            return lexed ? std::ranges::count(lexed->tokens, kind, &Token::kind) : 0;
        };
        const auto colon = word.find(':');
        const auto value =
            colon == std::string::npos ? colon : word.find_first_not_of("=!<>~^", colon + 1);
        const bool one_term =
            number_of(Token::Kind::term) == 1 &&
            lexed->tokens.size() - static_cast<std::size_t>(number_of(Token::Kind::end)) == 1;
        if (one_term && value != std::string::npos &&
            std::string_view("\"(/'").find(word[value]) == std::string_view::npos)
            out += word.substr(0, value) + '"' + word.substr(value) + '"';
        else if (words.size() > 1 && number_of(Token::Kind::either) > 0 &&
                 number_of(Token::Kind::open) == number_of(Token::Kind::close))
            out += "(" + word + ")";
        else
            out += word;
    }
    return out;
}

Expected<Condition> compile(std::span<const std::string> words, const meta::Entity& entity,
                            const Context& context, std::string_view alias, std::size_t first) {
    auto parsed = parse(words);
    if (!parsed)
        return std::unexpected(std::move(parsed.error()));
    auto checked = check(*parsed, entity, context);
    if (!checked)
        return std::unexpected(std::move(checked.error()));
    if (context.dialect == nullptr)
        return failure(Fault::internal, "no_dialect", "a query is compiled for no database");
    auto condition = lower(*checked, *context.dialect, alias, first);
    if (!condition)
        condition.error().place = parsed->text;
    return condition;
}

}  // namespace crm::query
