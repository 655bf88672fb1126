#include "query/parse.hpp"

#include <doctest/doctest.h>

using namespace crm::query;

namespace {

const char* sign(Op op) {
    static constexpr const char* signs[] = {"", "=", "!=", ">", ">=", "<", "<=", "~", "^"};
    return signs[static_cast<int>(op)];
}

std::string literal(const Literal& v) {
    if (v.range)
        return "<" + v.from.value_or("") + ".." + v.to.value_or("") + ">";
    if (v.regex)
        return "/" + v.text + (v.fold ? "/i" : "/");
    return v.quoted ? "\"" + v.text + "\"" : "<" + v.text + ">";
}

std::string shape(const Tree& t) {
    if (t.kind == Tree::Kind::leaf) {
        std::string out;
        switch (t.leaf.kind) {
            case Token::Kind::tag:
                return "+" + t.leaf.word;
            case Token::Kind::segment:
                return "@" + t.leaf.word;
            case Token::Kind::text:
                return t.leaf.quoted ? "\"" + t.leaf.word + "\"" : t.leaf.word;
            default:
                break;
        }
        for (const auto& n : t.leaf.path)
            out += (out.empty() ? "" : ".") + n.text;
        if (t.leaf.kind == Token::Kind::count)
            out = "count(" + out + ")";
        out += std::string(":") + sign(t.leaf.op);
        for (const auto& v : t.leaf.values)
            out += literal(v);
        return out;
    }
    const char* names[] = {"and", "or", "not", "every"};
    std::string out = names[static_cast<int>(t.kind)];
    out += "(";
    for (const auto& p : t.parts)
        out += (out.back() == '(' ? "" : ", ") + shape(p);
    return out + ")";
}

std::string read(std::vector<std::string> words) {
    auto p = parse(words);
    if (!p)
        return "! " + std::to_string(p.error().at) + " " + p.error().message;
    return shape(p->tree);
}
std::string read(const char* word) {
    return read(std::vector<std::string>{word});
}

}  // namespace

TEST_CASE("terms, operators and values") {
    CHECK(read("") == "and()");
    CHECK(read("name:ada") == "name:<ada>");
    CHECK(read("account.industry:=soft") == "account.industry:=<soft>");
    CHECK(read("a:!=1 b:>2 c:>=3 d:<4 e:<=5 f:~x g:^y") ==
          "and(a:!=<1>, b:><2>, c:>=<3>, d:<<4>, e:<=<5>, f:~<x>, g:^<y>)");
    CHECK(read("name:\"Acme \\\"X\\\" Corp\"") == "name:\"Acme \"X\" Corp\"");
    CHECK(read("stage:(Closed Won, proposal,\"a,b\")") == "stage:<Closed Won><proposal>\"a,b\"");
    CHECK(read("amount:10k..") == "amount:<10k..>");
    CHECK(read("due:..eom") == "due:<..eom>");
    CHECK(read("due:-7d..\"2 days ago\"") == "due:<-7d..2 days ago>");
    CHECK(read("name:/a b\\/c/i x") == "and(name:/a b/c/i, x)");
    CHECK(read("path:/usr/bin") == "path:</usr/bin>");
    CHECK(read("name:~^(a|b)$ x") == "and(name:~<^(a|b)$>, x)");
    CHECK(read("size:5\"") == "size:<5\">");
    CHECK(read("count(account.deals):>2") == "count(account.deals):><2>");
    CHECK(read("every(deal.stage:won or deal.amount:1..)") ==
          "every(or(deal.stage:<won>, deal.amount:<1..>))");
    CHECK(read("https://example.com/x 09:30 a@b.c") == "and(https://example.com/x, 09:30, a@b.c)");
}

TEST_CASE("connectives bind as written") {
    CHECK(read("a b or c d") == "or(and(a, b), and(c, d))");
    CHECK(read("a and (b or c)") == "and(a, or(b, c))");
    CHECK(read("not a -b --c -(d e)") == "and(not(a), not(b), c, not(and(d, e)))");
    CHECK(read("((a)) (b c)") == "and(a, b, c)");
    CHECK(read("\"or\" x") == "and(\"or\", x)");
    CHECK(read("+vip -+old @hot -x:1") == "and(+vip, not(+old), @hot, not(x:<1>))");
}

TEST_CASE("words of a command line") {
    CHECK(read({"a or b", "c"}) == "and(or(a, b), c)");
    CHECK(read({"a", "or", "b", "c"}) == "or(a, and(b, c))");
    CHECK(read({"not", "a or b"}) == "not(or(a, b))");
    CHECK(read({"(", "a", "or b", ")", "c"}) == "and(or(a, b), c)");
    CHECK(read({"(a", "or", "b)"}) == "or(a, b)");
    CHECK(read({"", "a", "", "b"}) == "and(a, b)");
    CHECK(read("name:Acme Corp") == "name:<Acme Corp>");
    CHECK(read("-stage:=Closed Won") == "not(stage:=<Closed Won>)");
    CHECK(read("due:next fri..in 2 weeks") == "due:<next fri..in 2 weeks>");
    CHECK(read("name: Acme Corp") == "name:<Acme Corp>");
    CHECK(read({"name:Acme Corp", "x"}) == "and(name:<Acme Corp>, x)");
    CHECK(read("name:Acme x:1") == "and(name:<Acme>, x:<1>)");
    CHECK(read("name:Acme -lost") == "and(name:<Acme>, not(lost))");
    CHECK(read("name:Acme or Beta") == "or(name:<Acme>, Beta)");
    CHECK(read("is:open Acme") == "and(is:<open>, Acme)");
    CHECK(read("name:Smith & Sons") == "name:<Smith & Sons>");
}

TEST_CASE("faults point to their place") {
    CHECK(read("a (b") == "! 4 a parenthesis is not closed");
    CHECK(read("a) b") == "! 1 a ) has no matching (");
    CHECK(read("a or") == "! 4 the query ends where a condition is expected");
    CHECK(read("or a").starts_with("! 0 'or' requires"));
    CHECK(read("name:") == "! 5 name requires a value");
    CHECK(read("name:\"abc") == "! 5 a quotation mark is not closed");
    CHECK(read("x:(a,)") == "! 5 a value is missing");
    CHECK(read("x:(a").starts_with("! 2 "));
    CHECK(read("()") == "! 1 there is no condition before this )");
    CHECK(read("count(x)") == "! 7 count(…) is compared with a number");
    CHECK(read("-") == "-");
    CHECK(read("name:\"a\"b").starts_with("! 8 "));
    CHECK(read((std::string(50000, '(') + "a").c_str()).find("too many") != std::string::npos);
    CHECK(read((std::string(500, '(') + "a" + std::string(500, ')')).c_str()).find("too deeply") !=
          std::string::npos);
}
