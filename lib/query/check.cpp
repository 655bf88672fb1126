#include "query/check.hpp"

#include "base/number.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "query/leaf.hpp"
#include "query/path.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::query {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using Kind = Predicate::Kind;

constexpr std::size_t most_predicates = 20000;
constexpr std::size_t deepest_segments = 16;

class Checker {
public:
    Checker(const Context& context, std::vector<std::string>& open, std::size_t& predicates,
            std::string_view query)
        : context_(context), open_(open), predicates_(predicates), query_(query) {}

    Predicate tree(const Tree& tree, Place place) {
        if (++predicates_ > most_predicates)
            throw trouble("query_too_large", "the query is too large", "", query_, tree.at);
        switch (tree.kind) {
            case Tree::Kind::leaf:
                return leaf(tree.leaf, place);
            case Tree::Kind::every:
                return every(tree, place);
            case Tree::Kind::negation:
                return Predicate::not_(this->tree(tree.parts[0], place));
            default:
                break;
        }
        if (tree.kind == Tree::Kind::all)
            refuse_several_ids(tree, *place.entity);
        std::vector<Predicate> parts;
        for (const auto& part : tree.parts)
            parts.push_back(this->tree(part, place));
        return Predicate::with(tree.kind == Tree::Kind::any ? Kind::any : Kind::all,
                               std::move(parts));
    }

private:
    [[noreturn]] void fail(std::string_view code, std::string message, std::string hint,
                           std::size_t at) const {
        throw trouble(code, std::move(message), std::move(hint), query_, at);
    }
    [[noreturn]] void suggest(std::string_view code, std::string message, std::string_view word,
                              std::size_t at, const std::vector<std::string>& among) const {
        suggest(code, std::move(message), word, at, among, among);
    }
    /// Where none of the words is near, those of `list` are the valid ones.
    [[noreturn]] void suggest(std::string_view code, std::string message, std::string_view word,
                              std::size_t at, const std::vector<std::string>& among,
                              const std::vector<std::string>& list) const {
        Error e = trouble(code, std::move(message), "", query_, at);
        crm::suggest(e, word, among);
        if (e.candidates.empty() && list.size() <= 20)
            suggest_values(e, word, list);
        throw e;
    }
    std::string slice(std::size_t from, std::size_t to) const {
        return std::string(query_.substr(from, to - from));
    }

    Predicate leaf(const Token& token, Place place) {
        if (!within_.empty() && token.kind != Token::Kind::term && token.kind != Token::Kind::count)
            fail("bad_query", "every(…) takes conditions on one path only",
                 "every(deals.stage:won)", token.at);
        Predicate predicate;
        switch (token.kind) {
            case Token::Kind::term:
                return term(token, place);
            case Token::Kind::count:
                predicate = count(token, place);
                break;
            case Token::Kind::segment:
                return segment(token.word, token.at, *place.entity);
            case Token::Kind::tag:
                predicate = tag(token, *place.entity);
                break;
            default:
                // An id stands for its record, as it does everywhere else; in quotes it is a word.
                if (const auto n =
                        short_id(*place.entity, {.text = token.word, .quoted = token.quoted})) {
                    predicate = column("id", *n, Op::contains, token.at);
                    break;
                }
                if (!token.quoted)
                    no_colon(token, *place.entity);
                predicate.kind = Kind::full_text;
                predicate.entity = place.entity;
                predicate.values =
                    words_of(token.word, token.quoted, token.at, query_, predicate.prefix);
                if (context_.trash)
                    predicate = without_index(predicate, *place.entity);
        }
        predicate.shown = slice(token.at, token.end);
        return predicate;
    }

    /// `c1 c2`: no record is two, so the query would find nothing.
    void refuse_several_ids(const Tree& tree, const Entity& entity) const {
        std::vector<std::string> ids;
        std::size_t second = 0;
        for (const Tree& part : tree.parts) {
            const Token& token = part.leaf;
            const bool is_id =
                part.kind == Tree::Kind::leaf && token.kind == Token::Kind::text &&
                short_id(entity, {.text = token.word, .quoted = token.quoted}).has_value();
            if (!is_id || std::ranges::find(ids, token.word) != ids.end())
                continue;
            ids.push_back(token.word);
            if (ids.size() == 2)
                second = token.at;
        }
        if (ids.size() > 1)
            fail("bad_query", fmt::format("no {} is both {} and {}", entity.noun, ids[0], ids[1]),
                 fmt::format("crm {} show {}, or the query id:({})", entity.noun,
                             text::joined(ids, " "), text::joined(ids, ",")),
                 second);
    }

    /// amount>10k, stage=won: an operator on a field, without the colon.
    void no_colon(const Token& token, const Entity& entity) {
        const auto at = token.word.find_first_of("=<>~!^");
        if (at == std::string::npos || at == 0)
            return;
        const std::string head = token.word.substr(0, at), first = head.substr(0, head.find('.'));
        if (head.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") != std::string::npos)
            return;
        if (first != "id" && first != "uid" && first != "is" && entity.find(first) == nullptr &&
            context_.model.find(first) == nullptr)
            return;
        std::string rest = token.word.substr(at);
        if (rest.starts_with("=="))
            rest.erase(0, 1);
        if (rest.starts_with('=') && rest.size() > 1)
            rest.erase(0, 1);
        fail("bad_operator", fmt::format("'{}' has no colon", text::clipped(token.word, 40)),
             fmt::format("{}:{}; in quotes it is searched as text", head, rest), token.at);
    }

    /// Free words where there is no full text: any searched field has them.
    static Predicate without_index(const Predicate& text, const Entity& entity) {
        std::vector<Predicate> parts;
        for (const FieldInfo& field : entity.fields()) {
            if (!field.is(meta::searched))
                continue;
            Predicate t{.kind = Kind::plain, .values = text.values};
            for (const auto& c : field.columns)
                t.columns.push_back(c.name);
            parts.push_back(std::move(t));
        }
        return Predicate::with(Kind::any, std::move(parts));
    }

    Predicate tag(const Token& token, const Entity& entity) {
        const FieldInfo* tags = entity.find("tags");
        if (!tags)
            fail("unknown_field", fmt::format("a {} has no tags", entity.noun), "", token.at);
        if (context_.tags) {
            const auto known = context_.tags();
            const std::string wanted = text::folded(token.word);
            if (std::ranges::none_of(
                    known, [&](const std::string& t) { return text::folded(t) == wanted; }))
                suggest("unknown_tag", fmt::format("there is no tag '{}'", token.word), token.word,
                        token.at, known);
        }
        Literal value;
        value.text = token.word, value.quoted = true, value.at = token.at, value.end = token.end;
        std::string resolved;
        return field(entity, tags->name(), Op::equals, value, resolved);
    }

    Predicate segment(const std::string& name, std::size_t at, const Entity& entity) {
        const auto found = context_.segment ? context_.segment(name) : std::nullopt;
        if (!found)
            suggest("unknown_segment", fmt::format("there is no segment '{}'", name), name, at,
                    context_.segments ? context_.segments() : std::vector<std::string>{});
        if (found->noun.empty())
            fail("wrong_segment", fmt::format("segment '{}' names no noun", name),
                 fmt::format("crm segment edit {} noun={}", name, entity.noun), at);
        if (context_.model.find(found->noun) != &entity)
            fail("wrong_segment",
                 fmt::format("segment '{}' has {}, not {}", name, found->noun, entity.noun),
                 fmt::format("across a link: {}:@{}", found->noun, name), at);
        if (std::ranges::find(open_, name) != open_.end()) {
            std::string way;
            for (const auto& n : open_)
                way += "@" + n + " -> ";
            fail("segment_cycle",
                 fmt::format("segment '{}' contains itself: {}@{}", name, way, name), "", at);
        }
        if (open_.size() >= deepest_segments)
            fail("query_too_large", "segments nest too deeply", "", at);
        open_.push_back(name);
        Predicate predicate = nested(found->text, entity, fmt::format("in segment '{}': ", name));
        open_.pop_back();
        return Predicate::named("@" + name, std::move(predicate));
    }

    /// Another query on the same footing; its faults show its own text.
    Predicate nested(const std::string& text, const Entity& entity, std::string_view where) {
        try {
            auto parsed = parse(std::span(&text, 1));
            if (!parsed)
                throw std::move(parsed.error());
            return Checker(context_, open_, predicates_, parsed->text)
                .tree(parsed->tree, {&entity});
        } catch (Error& e) {
            if (!e.message.starts_with("in segment"))
                e.message.insert(0, where);
            throw;
        }
    }

    Predicate is(const Literal& value, const Entity& entity, Op op) {
        if (op != Op::contains && op != Op::equals)
            fail("bad_operator", "is: takes a word, without an operator", "", value.at);
        const std::string wanted = text::key(value.text);
        if (const auto query = is_meaning(entity, wanted); !query.empty())
            return Predicate::named(fmt::format("is:{}", wanted),
                                    nested(std::string(query), entity, ""));
        suggest(
            "unknown_word",
            fmt::format("is:{} is not valid for {}", text::clipped(value.text, 40), entity.noun),
            value.text, value.at, is_words(entity));
    }

    /// Within every(…): the names that all its paths begin with.
    std::size_t skipped(const std::vector<Name>& path, std::size_t at) const {
        const bool same = path.size() >= within_.size() &&
                          std::equal(within_.begin(), within_.end(), path.begin(),
                                     [](auto& a, auto& b) { return a.text == b.text; });
        if (!same) {
            std::string begin;
            for (const auto& name : within_)
                begin += name.text + ".";
            fail("bad_query", "every(…) takes conditions on one path only",
                 fmt::format("each begins with {}", begin), at);
        }
        return within_.size();
    }

    Predicate term(const Token& token, Place place) {
        Route route = follow(token.path, skipped(token.path, token.at), place, context_, query_);
        const bool differs = token.op == Op::differs;
        if (token.values.size() > 1 && !differs && token.op != Op::contains &&
            token.op != Op::equals && token.op != Op::starts && token.op != Op::matches)
            fail("bad_operator", "a list of values cannot be compared with < or >", "",
                 token.values[0].at);
        std::vector<Predicate> parts;
        std::string resolved;
        for (const auto& value : token.values) {
            if (++predicates_ > most_predicates)
                fail("query_too_large", "the query is too large", "", token.at);
            parts.push_back(
                this->value(route.target, differs ? Op::equals : token.op, value, resolved));
        }
        Predicate predicate = Predicate::one_of(std::move(parts));
        if (differs)
            predicate = Predicate::not_(std::move(predicate));
        predicate = Predicate::along(std::move(route.steps), std::move(predicate));
        if (predicate.kind == Kind::named)
            return predicate;
        predicate.shown = slice(token.at, token.end);
        if (!resolved.empty())
            predicate.shown += "  = " + resolved;
        return predicate;
    }

    Predicate value(const Target& target, Op op, const Literal& value, std::string& resolved) {
        switch (target.kind) {
            case Target::Kind::field:
                if (target.field->name() == "tags" && !value.quoted && !value.is("any") &&
                    !value.is("none") && (op == Op::contains || op == Op::equals))
                    must_be_known(value, "tag", context_.tags);
                return field_predicate(target, op, value, context_, query_, resolved);
            case Target::Kind::id:
            case Target::Kind::uid:  // every record has both
                if (value.is("any"))
                    return Predicate::with(Kind::all, {});
                if (value.is("none"))
                    return Predicate::not_(Predicate::with(Kind::all, {}));
                return target.kind == Target::Kind::id
                           ? id(*target.place.entity, op, value)
                           : column("uid", text::lower_ascii(value.text), op, value.at);
            case Target::Kind::is:
                return is(value, *target.place.entity, op);
            case Target::Kind::self:
                return record(target.place, op, value, resolved);
            case Target::Kind::record:
                break;
        }
        return link(target, op, value, resolved);
    }

    Predicate column(std::string name, Value value, Op op, std::size_t at) const {
        if (op != Op::contains && op != Op::equals)
            fail("bad_operator",
                 fmt::format("{} is a link, which cannot be compared with < or >", name), "", at);
        Predicate t{.kind = Kind::compare, .op = Op::equals};
        t.columns = {std::move(name)};
        t.values = {std::move(value)};
        return t;
    }

    /// The number of `c12`, when the prefix is the entity's.
    static std::optional<std::int64_t> short_id(const Entity& entity, const Literal& value) {
        std::string_view s = value.text;
        if (value.quoted || value.regex || !s.starts_with(entity.prefix))
            return {};
        s.remove_prefix(entity.prefix.size());
        const auto n = whole_text_as<std::int64_t>(s);
        if (!n || *n < 0)
            return {};
        return n;
    }

    std::int64_t me(const Literal& value) const {
        if (!context_.me)
            fail("no_user", "'me' requires a user",
                 "set it with --as LOGIN, CRM_USER or 'user' in the configuration; crm user add "
                 "NAME login=LOGIN adds one",
                 value.at);
        return *context_.me;
    }

    Predicate id(const Entity& entity, Op op, const Literal& value) {
        if (value.is("me") && entity.role == meta::Role::user)
            return column("id", me(value), op, value.at);
        if (const auto n = short_id(entity, value))
            return column("id", *n, op, value.at);
        Predicate shape{.kind = Kind::compare};
        shape.columns = {"id"};
        return number_predicate(std::move(shape), op, value, "id", query_);
    }

    /// A link, a reverse link or child rows: whether there are some, which record it is, or what is
    /// true of the record.
    Predicate link(const Target& target, Op op, const Literal& value, std::string& resolved) {
        const Step& step = target.step;
        const bool forward = step.kind == Step::Kind::forward;
        if (value.is("none") || value.is("any")) {
            if (op != Op::contains && op != Op::equals)
                fail("bad_operator", fmt::format("'{}' takes no operator", value.text), "",
                     value.at);
            Predicate there =
                forward ? Predicate{.kind = Kind::present} : Predicate::along({step}, Predicate{});
            if (forward)
                there.columns = {step.links[0].column};
            if (forward && step.to.entity)
                there = of_noun(step, std::move(there));
            return value.is("any") ? std::move(there) : Predicate::not_(std::move(there));
        }
        if (!forward)
            return Predicate::along({step}, record(step.to, op, value, resolved));
        const std::string& name = step.links[0].column;
        if (!step.to.entity)
            return any_link(step.links[0], op, value);
        if (value.is("me") && step.to.entity->role == meta::Role::user)
            return of_noun(step, column(name, me(value), op, value.at));
        if (const auto n = known_id(*step.to.entity, value))
            return of_noun(step, column(name, *n, op, value.at));
        return Predicate::along({step}, record(step.to, op, value, resolved));
    }

    /// What is asked of a link to any noun holds only where it leads to the noun of the step.
    Predicate of_noun(const Step& step, Predicate predicate) const {
        const auto& name = step.links[0].noun_column;
        if (name.empty())
            return predicate;
        std::vector<Predicate> parts;
        parts.push_back(column(name, std::int64_t{step.to.entity->number}, Op::equals, 0));
        parts.push_back(std::move(predicate));
        return Predicate::with(Kind::all, std::move(parts));
    }

    Predicate any_link(const Link& link, Op op, const Literal& value) {
        for (const Entity& entity : context_.model.entities())
            if (short_id(entity, value)) {
                const auto n = known_id(entity, value);
                Step step;
                step.to.entity = &entity, step.links = {link};
                return of_noun(step, column(link.column, *n, op, value.at));
            }
        fail("bad_value", fmt::format("{} names a record by its id", link.column),
             fmt::format("{0}:c12, or on its name: {0}.contact:Ada", link.column), value.at);
    }

    /// Users, segments and tags are few, and one that nothing is would find nothing without a word.
    void must_be_known(const Literal& value, std::string_view what,
                       const std::function<std::vector<std::string>()>& names,
                       const std::function<std::vector<std::string>()>& short_names = nullptr) {
        if (!names || value.regex || value.text.find('*') != std::string::npos)
            return;
        const auto known = names();
        const std::string wanted = text::folded(value.text);
        if (std::ranges::none_of(known, [&](const std::string& name) {
                return text::folded(name).find(wanted) != std::string::npos;
            }))
            suggest(fmt::format("unknown_{}", what),
                    fmt::format("there is no {} '{}'", what, value.text), value.text, value.at,
                    known, short_names ? short_names() : known);
    }

    /// The number of a short id where a link is asked for: of a record that there is, and of the
    /// noun that the link leads to.
    std::optional<std::int64_t> known_id(const Entity& entity, const Literal& value) {
        if (const auto n = short_id(entity, value)) {
            if (context_.exists && !context_.exists(entity, *n))
                fail("unknown_record", fmt::format("there is no {} {}", entity.noun, value.text),
                     fmt::format("crm {} list", entity.noun), value.at);
            return n;
        }
        if (!context_.exists || value.quoted || value.regex)
            return {};
        for (const Entity& other : context_.model.entities())
            if (const auto n = short_id(other, value); n && context_.exists(other, *n))
                fail("unknown_record",
                     fmt::format("{} is one of the {}, not one of the {}", value.text, other.plural,
                                 entity.plural),
                     fmt::format("in quotes it is a word: \"{}\"", value.text), value.at);
        return {};
    }

    /// A record told by what people call it: its id, name, login, address or segment; a row by its
    /// first field.
    Predicate record(Place place, Op op, const Literal& value, std::string& resolved) {
        if (place.rows) {
            const Name first{std::string(place.rows->rows.front().name()), value.at};
            const Route route = follow(std::span(&first, 1), 0, place, context_, query_);
            return this->value(route.target, op, value, resolved);
        }
        const Entity& entity = *place.entity;
        if (!value.quoted && !value.regex && value.text.size() > 1 && value.text[0] == '@')
            return segment(value.text.substr(1), value.at, entity);
        if (value.is("me") && entity.role == meta::Role::user)
            return column("id", me(value), op, value.at);
        if (const auto n = known_id(entity, value))
            return column("id", *n, op, value.at);
        if (!entity.name())
            fail("bad_value", fmt::format("a {} has no name to search", entity.noun),
                 fmt::format("{}1, any or none", entity.prefix), value.at);
        if (entity.role == meta::Role::user && (op == Op::contains || op == Op::equals))
            must_be_known(value, "user", context_.users, context_.logins);
        if (entity.role == meta::Role::segment && (op == Op::contains || op == Op::equals))
            must_be_known(value, "segment", context_.segments);
        std::vector<Predicate> parts;
        parts.push_back(field(entity, entity.name()->name(), op, value, resolved));
        if (op == Op::contains || op == Op::equals) {
            if (entity.find("login"))
                parts.push_back(field(entity, "login", Op::equals, value, resolved));
            if (value.text.find('@') != std::string::npos)
                for (std::string_view name : {"emails", "email"})
                    if (const FieldInfo* f = entity.find(name); f && !f->of)
                        parts.push_back(field(entity, name, Op::equals, value, resolved));
        }
        return Predicate::with(Kind::any, std::move(parts));
    }

    Predicate field(const Entity& entity, std::string_view name, Op op, const Literal& value,
                    std::string& resolved) {
        const Name path{std::string(name), value.at};
        const Route route = follow(std::span(&path, 1), 0, {&entity}, context_, query_);
        return this->value(route.target, op, value, resolved);
    }

    Predicate count(const Token& token, Place place) {
        Route route = follow(token.path, skipped(token.path, token.at), place, context_, query_);
        if (route.target.kind != Target::Kind::record)
            fail("bad_query",
                 fmt::format("{} is not a set of records to count", token.path.back().text),
                 "count(deals):>2", token.path.back().at);
        route.steps.push_back(std::move(route.target.step));
        if (!route.steps.back().to.entity)
            fail("bad_query", "a noun must follow", "count(about.contact):1", token.path.back().at);
        if (token.values.size() > 1)
            fail("bad_query", "count(…) is compared with one number or a range",
                 "count(deals):2..5", token.values[0].at);
        Predicate shape{.kind = Kind::count, .steps = std::move(route.steps)};
        const bool differs = token.op == Op::differs;
        Predicate predicate = number_predicate(std::move(shape), differs ? Op::equals : token.op,
                                               token.values[0], "count(…)", query_);
        return differs ? Predicate::not_(std::move(predicate)) : std::move(predicate);
    }

    const Token* first_term(const Tree& tree) const {
        if (tree.kind == Tree::Kind::leaf)
            return tree.leaf.path.empty() ? nullptr : &tree.leaf;
        for (const auto& part : tree.parts)
            if (const auto* token = first_term(part))
                return token;
        return nullptr;
    }

    /// All that the path leads to, to its last step to many: none of them where the condition does
    /// not hold.
    Predicate every(const Tree& tree, Place place) {
        if (!within_.empty())
            fail("bad_query", "every(…) cannot contain every(…)", "", tree.at);
        const Token* term = first_term(tree.parts[0]);
        if (!term)
            fail("bad_query", "every(…) requires a condition on a path", "every(deals.stage:won)",
                 tree.at);
        Route route = follow(term->path, 0, place, context_, query_);
        if (route.target.kind == Target::Kind::record)
            route.steps.push_back(route.target.step);
        while (!route.steps.empty() && route.steps.back().kind == Step::Kind::forward)
            route.steps.pop_back();
        if (route.steps.empty())
            fail("bad_query",
                 fmt::format("{} links to one record, not to several", term->path[0].text), "",
                 term->path[0].at);
        within_.assign(term->path.begin(),
                       term->path.begin() + static_cast<long>(route.steps.back().names));
        const Place end = route.steps.back().to;
        Predicate inner = this->tree(tree.parts[0], end);
        within_.clear();
        Predicate predicate = Predicate::not_(
            Predicate::along(std::move(route.steps), Predicate::not_(std::move(inner))));
        predicate.shown = slice(tree.at, tree.end);
        return predicate;
    }

    const Context& context_;
    std::vector<std::string>& open_;  ///< segments being read
    std::size_t& predicates_;
    std::string_view query_;
    std::vector<Name> within_;
};

}  // namespace

Expected<Checked> check(const Parsed& query, const meta::Entity& entity, const Context& context) {
    std::vector<std::string> open;
    std::size_t predicates = 0;
    try {
        return Checked{&entity, context.clock.today().iso(),
                       Checker(context, open, predicates, query.text).tree(query.tree, {&entity})};
    } catch (Error& e) {
        return std::unexpected(std::move(e));
    }
}

std::vector<std::string> is_words(const meta::Entity& entity) {
    std::vector<std::string> words;
    for (const meta::Is& is : entity.is())
        words.emplace_back(is.word);
    return words;
}

std::string_view is_meaning(const meta::Entity& entity, std::string_view word) {
    const std::string wanted = text::key(word);
    const auto it = std::ranges::find_if(
        entity.is(), [&](const meta::Is& is) { return text::key(is.word) == wanted; });
    return it == entity.is().end() ? std::string_view() : it->query;
}

}  // namespace crm::query
