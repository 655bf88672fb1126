#include "base/pattern.hpp"

#include "base/pattern_chars.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <optional>

namespace crm {

using namespace pattern;

namespace {

constexpr std::size_t most_steps = 4000;
constexpr std::uint32_t most_repeats = 1000;
constexpr int most_nesting = 100;

}  // namespace

bool Pattern::Set::has(char32_t c) const {
    return std::ranges::any_of(ranges, [c](auto& r) { return c >= r.first && c <= r.second; }) !=
           negated;
}

/// Recursive descent straight to the program; a repeated part is copied.
class PatternCompiler {
public:
    explicit PatternCompiler(std::string_view text) : text_(text) {}

    Expected<Pattern> run() {
        if (text_.starts_with("(?i)")) {
            made_.fold_ = true;
            at_ = 4;
        }
        alternatives(0);
        if (!trouble_ && at_ < text_.size())
            fail("a ) without its (");
        add({Pattern::Do::match});
        if (trouble_)
            return std::unexpected(std::move(*trouble_));
        return std::move(made_);
    }

private:
    using Do = Pattern::Do;

    bool more() const { return !trouble_ && at_ < text_.size(); }
    bool eat(char c) {
        if (!more() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }
    void fail(std::string why) {
        if (trouble_)
            return;
        trouble_.emplace(
            Fault::usage, "bad_pattern", "the regular expression is wrong: " + why,
            "put a backslash before . * + ? ( ) [ ] { } ^ $ | to mean the character itself");
        trouble_->place = std::string(text_);
        trouble_->at = std::min(at_, text_.size());
    }
    std::uint32_t here() const { return static_cast<std::uint32_t>(made_.steps_.size()); }
    void add(Pattern::Step step) {
        if (made_.steps_.size() >= most_steps)
            return fail("it is too large");
        made_.steps_.push_back(step);
    }
    /// Steps are inserted before a part by moving it; its own jumps move with it.
    void insert(std::uint32_t at, Pattern::Step step) {
        add(step);
        if (trouble_)
            return;
        std::rotate(made_.steps_.begin() + at, made_.steps_.end() - 1, made_.steps_.end());
        for (std::uint32_t i = at + 1; i < here(); ++i)
            shift(made_.steps_[i], at, 1);
    }
    static void shift(Pattern::Step& step, std::uint32_t from, std::uint32_t by) {
        if (step.what == Do::fork || step.what == Do::jump) {
            if (step.value >= from)
                step.value += by;
            if (step.what == Do::fork && step.other >= from)
                step.other += by;
        }
    }

    void alternatives(int depth) {
        if (depth > most_nesting)
            return fail("it nests too deeply");
        std::vector<std::uint32_t> exits;
        for (;;) {
            const auto start = here();
            while (more() && text_[at_] != '|' && text_[at_] != ')')
                repeated(depth);
            if (!more() || text_[at_] != '|')
                break;
            ++at_;
            insert(start, {Do::fork, start + 1, 0});
            exits.push_back(here());
            add({Do::jump});
            if (trouble_)
                return;
            made_.steps_[start].other = here();
        }
        if (trouble_)
            return;
        for (const auto e : exits)
            made_.steps_[e].value = here();
    }

    void repeated(int depth) {
        const auto start = here();
        const auto where = at_;
        atom(depth);
        bool again = false;
        while (more()) {
            std::uint32_t least = 0, most = 0;  // most 0: no limit
            if (eat('*')) {
            } else if (eat('+')) {
                least = 1;
            } else if (eat('?')) {
                most = 1;
            } else if (text_[at_] == '{') {
                if (!counts(least, most))
                    return;
            } else {
                return;
            }
            if (again) {
                at_ = where;
                return fail("a repetition of a repetition");
            }
            eat('?');  // whether it is greedy makes no difference to what is found
            repeat(start, least, most);
            again = true;
        }
    }

    bool counts(std::uint32_t& least, std::uint32_t& most) {
        const auto number = [&](std::uint32_t& n) {
            const auto from = at_;
            n = 0;
            while (more() && text_[at_] >= '0' && text_[at_] <= '9' && n <= most_repeats)
                n = n * 10 + (text_[at_++] - '0');
            return at_ > from;
        };
        ++at_;
        bool good = number(least);
        most = least;
        bool none = good && least == 0;
        if (good && eat(',')) {
            none = false;
            if (number(most))
                none = most == 0;
            good = most == 0 ? true : most >= least;
        }
        if (!good || !eat('}'))
            return fail("counts are written {2}, {2,} or {2,5}"), false;
        if (least > most_repeats || most > most_repeats)
            return fail("counts go up to 1000"), false;
        if (none)
            return fail("a count of nothing"), false;
        return true;
    }

    void repeat(std::uint32_t start, std::uint32_t least, std::uint32_t most) {
        if (trouble_)
            return;
        const std::vector<Pattern::Step> part(made_.steps_.begin() + start, made_.steps_.end());
        made_.steps_.resize(start);
        const auto copy = [&] {
            const auto base = here();
            for (auto step : part) {
                if (step.what == Do::fork || step.what == Do::jump) {
                    step.value = step.value - start + base;
                    if (step.what == Do::fork)
                        step.other = step.other - start + base;
                }
                add(step);
            }
        };
        auto last = start;
        for (std::uint32_t i = 0; i < least && !trouble_; ++i) {
            last = here();
            copy();
        }
        if (most == 0 && least > 0)
            return add({Do::fork, last, here() + 1});
        if (most == 0) {
            const auto loop = here();
            add({Do::fork, loop + 1, 0});
            copy();
            add({Do::jump, loop});
            if (!trouble_)
                made_.steps_[loop].other = here();
            return;
        }
        std::vector<std::uint32_t> forks;
        for (std::uint32_t i = least; i < most && !trouble_; ++i) {
            forks.push_back(here());
            add({Do::fork, here() + 1, 0});
            copy();
        }
        if (!trouble_)
            for (const auto f : forks)
                made_.steps_[f].other = here();
    }

    void atom(int depth) {
        const auto from = at_;
        const char32_t c = utf8::next(text_, at_);
        switch (c) {
            case '.':
                return add({Do::any});
            case '^':
                return add({Do::begin});
            case '$':
                return add({Do::end});
            case '[':
                return set();
            case '\\':
                return escape();
            case '(':
                if (text_.substr(at_).starts_with("?:"))
                    at_ += 2;
                if (more() && text_[at_] == '?')
                    return fail("look-around and flags within are not known");
                alternatives(depth + 1);
                if (!eat(')'))
                    fail("a ( without its )");
                return;
            case '*':
            case '+':
            case '?':
            case '{':
                at_ = from;
                return fail("nothing to repeat");
            default:
                return add({Do::one, made_.fold_ ? lower(c) : c});
        }
    }

    void set_step(Ranges ranges, bool negated) {
        add({Do::set, static_cast<std::uint32_t>(made_.sets_.size())});
        made_.sets_.push_back({std::move(ranges), negated});
    }

    void escape() {
        if (!more())
            return fail("it ends with a backslash");
        const auto from = at_;
        const char32_t c = utf8::next(text_, at_);
        switch (c) {
            case 'd':
            case 'w':
            case 's':
                return set_step(class_ranges(static_cast<char>(c)), false);
            case 'D':
            case 'W':
            case 'S':
                return set_step(class_ranges(static_cast<char>(c + 32)), true);
            case 'b':
                return add({Do::edge});
            case 'B':
                return add({Do::inside});
            default:
                break;
        }
        if (const auto plain = escaped(c))
            return add({Do::one, made_.fold_ ? lower(*plain) : *plain});
        at_ = from;
        fail("this escape is not known");
    }

    static std::optional<char32_t> escaped(char32_t c) {
        if (c == 't')
            return '\t';
        if (c == 'n')
            return '\n';
        if (c == 'r')
            return '\r';
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return std::nullopt;
        return c;
    }

    void set() {
        const auto from = at_ - 1;
        const bool negated = eat('^');
        Ranges ranges;
        for (bool first = true;; first = false) {
            if (!more()) {
                at_ = from;
                return fail("a [ without its ]");
            }
            if (!first && eat(']'))
                break;
            const auto low = member(ranges);
            if (!low)
                continue;
            char32_t high = *low;
            if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
                ++at_;
                const auto other = member(ranges);
                if (!other || *other < *low)
                    return fail("a range that goes backwards");
                high = *other;
            }
            ranges.emplace_back(*low, high);
            if (ranges.size() > most_steps)
                return fail("it is too large");
        }
        set_step(std::move(ranges), negated);
    }

    /// One member of a set; a class adds its ranges and is nothing to build a range from.
    std::optional<char32_t> member(Ranges& ranges) {
        const char32_t c = utf8::next(text_, at_);
        if (c != '\\')
            return c;
        if (!more())
            return fail("it ends with a backslash"), std::nullopt;
        const char32_t e = utf8::next(text_, at_);
        if (e == 'd' || e == 'w' || e == 's') {
            const auto& more = class_ranges(static_cast<char>(e));
            ranges.insert(ranges.end(), more.begin(), more.end());
            return std::nullopt;
        }
        if (e == 'D' || e == 'W' || e == 'S') {
            const auto more = others(class_ranges(static_cast<char>(e + 32)));
            ranges.insert(ranges.end(), more.begin(), more.end());
            return std::nullopt;
        }
        const auto plain = escaped(e);
        if (!plain)
            fail("this escape is not known");
        return plain;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Pattern made_;
    std::optional<Error> trouble_;
};

Expected<Pattern> Pattern::compile(std::string_view pattern) {
    return PatternCompiler(pattern).run();
}

/// The steps the automaton is in, each once.
struct Pattern::Threads {
    explicit Threads(std::size_t steps) : seen(steps, 0) { now.reserve(steps); }
    void clear() {
        now.clear();
        ++round;
    }
    std::vector<std::uint32_t> now;
    std::vector<std::uint32_t> stack;
    std::vector<std::size_t> seen;
    std::size_t round = 0;
};

bool Pattern::takes(const Step& step, char32_t c) const {
    if (step.what == Do::any)
        return true;
    if (step.what == Do::one)
        return (fold_ ? lower(c) : c) == step.value;
    if (step.what != Do::set)
        return false;
    const Set& set = sets_[step.value];
    if (!fold_)
        return set.has(c);
    return set.negated ? set.has(lower(c)) && set.has(upper(c))
                       : set.has(lower(c)) || set.has(upper(c));
}

/// Adds `step` and all that is reached from it without a character; true when the match is among
/// them.
bool Pattern::follow(Threads& threads, std::uint32_t step, bool first, bool last, bool edge) const {
    threads.stack.assign(1, step);
    while (!threads.stack.empty()) {
        const auto at = threads.stack.back();
        threads.stack.pop_back();
        if (threads.seen[at] == threads.round)
            continue;
        threads.seen[at] = threads.round;
        const Step& s = steps_[at];
        switch (s.what) {
            case Do::match:
                return true;
            case Do::jump:
                threads.stack.push_back(s.value);
                break;
            case Do::fork:
                threads.stack.push_back(s.other);
                threads.stack.push_back(s.value);
                break;
            case Do::begin:
                if (first)
                    threads.stack.push_back(at + 1);
                break;
            case Do::end:
                if (last)
                    threads.stack.push_back(at + 1);
                break;
            case Do::edge:
                if (edge)
                    threads.stack.push_back(at + 1);
                break;
            case Do::inside:
                if (!edge)
                    threads.stack.push_back(at + 1);
                break;
            default:
                threads.now.push_back(at);
        }
    }
    return false;
}

bool Pattern::found_in(std::string_view text) const {
    Threads threads(steps_.size()), next(steps_.size());
    threads.clear();
    next.clear();
    std::size_t after = 0;
    char32_t c = after < text.size() ? utf8::next(text, after) : 0;
    bool last = text.empty();
    bool edge = !last && word(c);
    for (bool first = true;; first = false) {
        if (follow(threads, 0, first, last, edge))
            return true;
        if (last)
            return false;
        const char32_t taken = c;
        last = after >= text.size();
        c = last ? 0 : utf8::next(text, after);
        edge = word(taken) != (!last && word(c));
        next.clear();
        for (const auto t : threads.now)
            if (takes(steps_[t], taken) && follow(next, t + 1, false, last, edge))
                return true;
        std::swap(threads, next);
    }
}

}  // namespace crm
