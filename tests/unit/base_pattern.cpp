#include "base/pattern.hpp"

#include <doctest/doctest.h>

#include <string>

using crm::Pattern;

namespace {
bool found(std::string_view pattern, std::string_view text) {
    auto p = Pattern::compile(pattern);
    REQUIRE_MESSAGE(p.has_value(), pattern);
    return p->found_in(text);
}
std::size_t refused_at(std::string_view pattern) {
    auto p = Pattern::compile(pattern);
    REQUIRE_FALSE_MESSAGE(p.has_value(), pattern);
    CHECK(p.error().fault == crm::Fault::usage);
    CHECK(p.error().place == pattern);
    return p.error().at;
}
}  // namespace

TEST_CASE("a pattern is found anywhere, anchors hold it to the ends") {
    CHECK(found("b", "abc"));
    CHECK_FALSE(found("^b", "abc"));
    CHECK(found("^a.c$", "abc"));
    CHECK_FALSE(found("^a.c$", "abcd"));
    CHECK(found("", ""));
    CHECK(found("^$", ""));
    CHECK_FALSE(found("^$", "x"));
    CHECK(found("$", "x"));
}

TEST_CASE("alternatives, groups and repetitions") {
    CHECK(found("^(ab|cd|ef)+$", "abefcd"));
    CHECK_FALSE(found("^(ab|cd)+$", "abc"));
    CHECK(found("^a*|b$", "xxb"));
    CHECK(found("^(?:a|)b$", "b"));
    CHECK(found("^a{2,3}$", "aaa"));
    CHECK_FALSE(found("^a{2,3}$", "aaaa"));
    CHECK_FALSE(found("^a{2}$", "a"));
    CHECK(found("^a{2,}b$", "aaaab"));
    CHECK(found("^(a|b*)*c$", "abbac"));
    CHECK(found("^(a+b?){2}$", "aaba"));
    CHECK(found("^a??b$", "b"));
    CHECK(found("^(x(y|z)+|w)*$", "xyzwxz"));
}

TEST_CASE("classes and escapes") {
    CHECK(found("^[a-c\\d_-]+$", "ab3_-"));
    CHECK_FALSE(found("^[^a-c]$", "b"));
    CHECK(found("^[]]$", "]"));
    CHECK(found("^\\d{2}\\.\\d$", "12.3"));
    CHECK(found("^\\w+\\s\\W$", "Zoe !"));
    CHECK(found("^\\pL+$", "Zoë陈"));
    CHECK(found("\\bfoo\\b", "a foo b"));
    CHECK_FALSE(found("\\bfoo\\b", "afoo"));
    CHECK(found("oo\\B", "foot"));
    CHECK(found("^[\\D]$", "x"));
    CHECK_FALSE(found("^[\\D]$", "7"));
}

TEST_CASE("characters are code points") {
    CHECK(found("^.$", "é"));
    CHECK(found("^陈.$", "陈伟"));
    CHECK(found("^[α-ω]+$", "λογος"));
    CHECK(found("^a.b$", "a\nb"));
}

TEST_CASE("a leading flag folds case") {
    CHECK(found("(?i)ÉCOLE straße", "école STRAßE"));
    CHECK(found("(?i)^[a-z]+$", "ABC"));
    CHECK(found("(?i)москва", "МОСКВА"));
    CHECK(found("(?i)α", "Α"));
    CHECK_FALSE(found("(?i)^[^a]$", "A"));
    CHECK_FALSE(found("abc", "ABC"));
}

TEST_CASE("wrong patterns are refused with their place") {
    CHECK(refused_at("a(b") == 3);
    CHECK(refused_at("ab)") == 2);
    CHECK(refused_at("x[ab") == 1);
    CHECK(refused_at("*a") == 0);
    CHECK(refused_at("a**") == 1);
    CHECK(refused_at("a\\") == 2);
    CHECK(refused_at("(?=a)") == 0);
    CHECK(refused_at("(a)\\1") == 3);
    CHECK(refused_at("(a") == 2);
    CHECK(refused_at("(a\\))x)y") == 6);
    CHECK(refused_at("a{3,2}") > 0);
    CHECK(refused_at("a{9999}") > 0);
    CHECK(refused_at("[z-a]") > 0);
    CHECK(refused_at("\xff") == 0);
    refused_at("((a{100}){100}){100}");
    refused_at(std::string(5000, '('));
    refused_at(std::string(100000, 'a'));
}

TEST_CASE("hostile patterns take time in proportion") {
    const std::string text(20000, 'a');
    CHECK_FALSE(found("^(a*)*b$", text));
    CHECK_FALSE(found("(a|aa)+$b", text));
    CHECK_FALSE(found("^(a?){50}a{50}b", text));
}
