#include "base/text.hpp"
#include "base/word_list.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace crm;
using namespace std::literals;

TEST_CASE("text: valid and sanitised") {
    CHECK(text::valid("plain"));
    CHECK(text::valid("Zoë 東京 👩‍🚀"));
    CHECK_FALSE(text::valid("\xff"));
    CHECK_FALSE(text::valid("\xc0\x80"));          // overlong
    CHECK_FALSE(text::valid("\xed\xa0\x80"));      // a surrogate
    CHECK_FALSE(text::valid("\xf4\x90\x80\x80"));  // above U+10FFFF
    CHECK_FALSE(text::valid("abcdefgh\xe2\x82"));  // cut off
    CHECK(text::sanitised("a\xff"
                          "b") == "a\uFFFDb");
    CHECK(text::sanitised("\xe2\x82") == "\uFFFD\uFFFD");
    CHECK(text::sanitised("a\0b"sv) == "ab");
    CHECK(text::sanitised("Zoë") == "Zoë");
}

TEST_CASE("text: trimmed, split, joined, lower_ascii") {
    CHECK(text::trimmed(" \t a b \r\n") == "a b");
    CHECK(text::trimmed("\uFEFF\u00A0\u3000x\u3000\u00A0") == "x");
    CHECK(text::trimmed("\u3000") == "");
    CHECK(text::trimmed("\x80\x80\x80\x80\x80 ") == "\x80\x80\x80\x80\x80");
    CHECK(text::trimmed("é") == "é");
    CHECK(text::split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(text::split("", ',') == std::vector<std::string_view>{""});
    CHECK(text::joined(std::array{"a"s, "b"s, "c"s}, ", ") == "a, b, c");
    CHECK(text::lower_ascii("ÀBc") == "Àbc");
}

TEST_CASE("text: folded") {
    CHECK(text::folded("  Ada\t LOVELACE ") == "ada lovelace");
    CHECK(text::folded("Łódź Øre Đorđe") == "lodz ore dorde");
    CHECK(text::folded("İstanbul ISPARTA ısı") == "istanbul isparta isi");
    CHECK(text::folded("Æsir Œuvre Straße STRAẞE Þór") == "aesir oeuvre strasse strasse thor");
    CHECK(text::folded("Nguyễn") == text::folded("Nguye\u0302\u0303n"));
    CHECK(text::folded("Σίσυφος") == text::folded("ΣΊΣΥΦΟΣ"));
    CHECK(text::folded("ﬁn ① Ｆｕｌｌ") == "fin 1 full");
    CHECK(text::folded("한국어") == "한국어");
    CHECK(text::folded("\u1112\u1161\u11AB") == "한");
    CHECK(text::folded("ｶﾞ") == "ガ");
    CHECK(text::folded("バ") != text::folded("ハ"));
    CHECK(text::folded("राम") != text::folded("रम"));
    CHECK(text::folded("a\u00A0\u3000b") == "a b");
    CHECK(text::folded("O\u200DK") == "ok");
    CHECK(text::folded("") == "");
    CHECK(text::folded(" é ") == "e");
    CHECK(text::valid(text::folded("\xff\xfe é")));
}

TEST_CASE("text: a list of words is the same words, each with its place") {
    for (const std::string_view text :
         {"O'Brien-Smith, J. (2nd)", "Müller & Söhne GmbH", "东京abc株式会社", "김철수",
          "アイ・ウ「エ」", "“Quoté” — ok…", "1½ kg, a㈱b", "In\u00ADes e\u0301te", "ﾔﾏﾀﾞ", "が",
          "\u0301x", "", "no\xff bytes"}) {
        std::string joined;
        for (const text::Word& word : text::word_list(text)) {
            joined += (joined.empty() ? "" : " ") + word.folded;
            CHECK(word.from < word.to);
            CHECK(word.to <= text.size());
        }
        CHECK(joined == text::words(text));
    }
    const auto words = text::word_list("Herr 李小 In\u00ADés!");
    REQUIRE(words.size() == 4);
    CHECK(words[1].is_character);
    CHECK(words[1].from == 5);
    CHECK(words[2].from == words[1].to);
    CHECK(!words[3].is_character);
    CHECK(words[3].to - words[3].from == std::string_view("In\u00ADés").size());
}

TEST_CASE("text: words") {
    CHECK(text::words("O'Brien-Smith, J. (2nd)") == "o brien smith j 2nd");
    CHECK(text::words("--- ") == "");
    CHECK(text::words("Müller & Söhne GmbH") == "muller sohne gmbh");
    CHECK(text::words("东京abc株式会社") == "东 京 abc 株 式 会 社");
    CHECK(text::words("김철수") == "김 철 수");
    CHECK(text::words("アイ・ウ「エ」") == "ア イ ウ エ");
    CHECK(text::words("ada@example.com") == "ada example com");
    CHECK(text::words("“Quoté” — ok…") == "quote ok");
    CHECK(text::words("日 本") == "日 本");
}

TEST_CASE("text: a word is a character of a script without blanks") {
    for (const std::string_view word : {"东", "김", "ア", "ー", "𠀀", "😀"})
        CHECK(text::is_character(word));
    for (const std::string_view word : {"", "a", "7", "ab", "ä", "ж", "ย"})
        CHECK(!text::is_character(word));
}

TEST_CASE("text: key") {
    CHECK(text::key("Closed Won") == "closedwon");
    CHECK(text::key("closed-won") == text::key("Closed_Won"));
    CHECK(text::key("Café-Bar") == "cafebar");
}

TEST_CASE("text: width") {
    CHECK(text::width("abc") == 3);
    CHECK(text::width("東京") == 4);
    CHECK(text::width("e\u0301") == 1);
    CHECK(text::width("\u1112\u1161\u11AB") == 2);
    CHECK(text::width("한") == 2);
    CHECK(text::width("😀") == 2);
    CHECK(text::width("👩\u200D👩\u200D👧\u200D👦") == 2);
    CHECK(text::width("👍🏽") == 2);
    CHECK(text::width("🇩🇪") == 2);
    CHECK(text::width("🇩🇪🇫🇷") == 4);
    CHECK(text::width("❤\uFE0F") == 2);
    CHECK(text::width("❤\uFE0E") == 1);
    CHECK(text::width("1\uFE0F\u20E3") == 2);
    CHECK(text::width("…") == 1);
    CHECK(text::width("\xff") == 1);
}

TEST_CASE("text: clipped") {
    CHECK(text::clipped("abcdef", 6) == "abcdef");
    CHECK(text::clipped("abcdef", 4) == "abc…");
    CHECK(text::clipped("東京都", 6) == "東京都");
    CHECK(text::clipped("東京都", 5) == "東京…");
    CHECK(text::clipped("東京都", 4) == "東…");
    CHECK(text::clipped("東京", 1) == "…");
    CHECK(text::clipped("abc", 0) == "");
    CHECK(text::clipped("ae\u0301b", 2) == "a…");
    CHECK(text::clipped("👩\u200D🚀x", 2) == "…");
    for (int n = 0; n < 20; ++n)
        CHECK(text::width(text::clipped("a東e\u0301👩\u200D🚀🇩🇪한z", n)) <= n);
}

TEST_CASE("text: visible") {
    CHECK(text::visible("plain") == "plain");
    CHECK(text::visible("a\x1b[31mb") == "a\\x1b[31mb");
    CHECK(text::visible("a\nb\tc\r") == "a\\nb\\tc\\r");
    CHECK(text::visible("a\nb\t", true) == "a\nb\\t");
    CHECK(text::visible("x\u202Ey") == "x⟨U+202E⟩y");
    CHECK(text::visible("a\u200Bb\uFEFF\u00AD") == "a⟨U+200B⟩b⟨U+FEFF⟩⟨U+00AD⟩");
    CHECK(text::visible("\u009B31m") == "⟨U+009B⟩31m");
    CHECK(text::visible("a\u200Db") == "a⟨U+200D⟩b");
    CHECK(text::visible("👩\u200D🚀 ❤\uFE0F") == "👩\u200D🚀 ❤\uFE0F");
    CHECK(text::visible("می\u200Cخواهم") == "می\u200Cخواهم");
    CHECK(text::visible("\U000E0041") == "⟨U+E0041⟩");
    CHECK(text::visible("\x7f") == "\\x7f");
    CHECK(text::valid(text::visible("\xfe\x80")));
}

TEST_CASE("text: nearest") {
    const std::vector among{"contact"s, "account"s, "contract"s, "call"s, "deal"s, "Closed Won"s};
    CHECK(text::nearest("contcat", among, 1) == std::vector{"contact"s});
    CHECK(text::nearest("dael", among) == std::vector{"deal"s});
    CHECK(text::nearest("closed-wno", among) == std::vector{"Closed Won"s});
    CHECK(text::nearest("cont", among) == std::vector{"contact"s, "contract"s});
    CHECK(text::nearest("zzzz", among).empty());
    CHECK(text::nearest("", among).empty());
    CHECK(text::nearest(std::string(100000, 'a'), among).empty());
    CHECK(text::did_you_mean(std::array{"a"s, "b"s, "c"s}) == "did you mean a, b or c?");
    CHECK(text::did_you_mean(std::array{"a"s}) == "did you mean a?");
    CHECK(text::did_you_mean({}) == "");
}
