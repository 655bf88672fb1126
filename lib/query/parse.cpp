#include "query/parse.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace crm::query {
namespace {

constexpr int deepest_query = 40;

class Parser {
public:
    explicit Parser(Lexed lexed) : lexed_(std::move(lexed)) {}

    Parsed run() {
        Tree tree{.end = lexed_.text.size(), .parts = {}, .leaf = {}};
        if (kind() != Kind::end)
            tree = alternatives(0);
        if (kind() == Kind::close)
            fail("a ) has no matching (", "");
        return {std::move(lexed_.text), std::move(tree)};
    }

private:
    using Kind = Token::Kind;

    const Token& now() const { return lexed_.tokens[at_]; }
    Kind kind() const { return now().kind; }
    Token take() { return std::move(lexed_.tokens[at_++]); }
    [[noreturn]] void fail(std::string message, std::string hint) const {
        throw trouble("bad_query", std::move(message), std::move(hint), lexed_.text, now().at);
    }

    static Tree joined(Tree::Kind kind, std::vector<Tree> parts) {
        if (parts.size() == 1)
            return std::move(parts[0]);
        Tree tree{
            .kind = kind, .at = parts.front().at, .end = parts.back().end, .parts = {}, .leaf = {}};
        for (auto& p : parts) {
            if (p.kind != kind)
                tree.parts.push_back(std::move(p));
            else
                std::ranges::move(p.parts, std::back_inserter(tree.parts));
        }
        return tree;
    }

    Tree alternatives(int depth) {
        if (depth > deepest_query)
            throw trouble("query_too_large", "the query nests too deeply", "", lexed_.text,
                          now().at);
        std::vector<Tree> parts;
        parts.push_back(conjunction(depth));
        while (kind() == Kind::either) {
            ++at_;
            parts.push_back(conjunction(depth));
        }
        return joined(Tree::Kind::any, std::move(parts));
    }

    Tree conjunction(int depth) {
        std::vector<Tree> parts;
        parts.push_back(unary(depth));
        while (kind() != Kind::end && kind() != Kind::close && kind() != Kind::either) {
            if (kind() == Kind::both)
                ++at_;
            parts.push_back(unary(depth));
        }
        return joined(Tree::Kind::all, std::move(parts));
    }

    Tree unary(int depth) {
        const auto from = now().at;
        bool negated = false;
        for (; kind() == Kind::negation; ++at_)
            negated = !negated;
        Tree tree = primary(depth);
        if (!negated)
            return tree;
        if (tree.kind == Tree::Kind::negation)
            return std::move(tree.parts[0]);
        Tree out{
            .kind = Tree::Kind::negation, .at = from, .end = tree.end, .parts = {}, .leaf = {}};
        out.parts.push_back(std::move(tree));
        return out;
    }

    Tree primary(int depth) {
        switch (kind()) {
            case Kind::open: {
                ++at_;
                return closed(alternatives(depth + 1));
            }
            case Kind::every: {
                Tree tree{.kind = Tree::Kind::every, .at = take().at, .parts = {}, .leaf = {}};
                tree.parts.push_back(closed(alternatives(depth + 1)));
                tree.end = lexed_.tokens[at_ - 1].end;
                return tree;
            }
            case Kind::end:
                fail("the query ends where a condition is expected",
                     "a field:value, a word, or ( … )");
            case Kind::close:
                fail("there is no condition before this )", "");
            case Kind::either:
            case Kind::both:
                fail("'" + now().word + "' requires a condition on both sides",
                     "to search for the word itself, write '\"" + now().word + "\"'");
            default: {
                Tree tree{.kind = Tree::Kind::leaf,
                          .at = now().at,
                          .end = now().end,
                          .parts = {},
                          .leaf = {}};
                tree.leaf = take();
                return tree;
            }
        }
    }

    Tree closed(Tree tree) {
        if (kind() != Kind::close)
            fail("a parenthesis is not closed", "");
        ++at_;
        return tree;
    }

    Lexed lexed_;
    std::size_t at_ = 0;
};

}  // namespace

Expected<Parsed> parse(std::span<const std::string> words) {
    auto lexed = lex(words);
    if (!lexed)
        return std::unexpected(std::move(lexed.error()));
    try {
        return Parser(std::move(*lexed)).run();
    } catch (Error& e) {
        return std::unexpected(std::move(e));
    }
}

}  // namespace crm::query
