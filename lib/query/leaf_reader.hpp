#pragma once

#include "base/money.hpp"
#include "query/leaf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

/// Within query: values that have ends, and what goes wrong with them.
namespace crm::query {

/// The two ends of a value, both inclusive; unset is open.
template <class T>
struct Ends {
    std::optional<T> low, high;
};

/// Comparisons with the ends of a value: `compare(op, end)` makes each.
template <class T, class Compare>
Predicate between(Op op, const Ends<T>& ends, Compare compare) {
    switch (op) {
        case Op::above:
            return compare(Op::above, *ends.high);
        case Op::at_least:
            return compare(Op::at_least, *ends.low);
        case Op::below:
            return compare(Op::below, *ends.low);
        case Op::at_most:
            return compare(Op::at_most, *ends.high);
        default:
            break;
    }
    std::vector<Predicate> parts;
    if (ends.low)
        parts.push_back(compare(Op::at_least, *ends.low));
    if (ends.high)
        parts.push_back(compare(Op::at_most, *ends.high));
    return Predicate::with(Predicate::Kind::all, std::move(parts));
}

/// The value of one condition.
class Reader {
public:
    Reader(std::string_view name, Op op, const Literal& value, std::string_view query)
        : name_(name), op_(op), value_(value), query_(query) {}

    [[noreturn]] void fail(std::string_view code, std::string message, std::string hint) const {
        throw trouble(code, std::move(message), std::move(hint), query_, value_.at);
    }
    /// What went wrong inside a value, as an error of the query.
    [[noreturn]] void refuse(Error e, std::string_view code) const {
        e.fault = Fault::usage;
        if (e.code.empty())
            e.code = code;
        e.message = fmt::format("{}: {}", name_, e.message);
        e.at = value_.at;
        e.place = std::string(query_);
        throw e;
    }
    void only(std::initializer_list<Op> known, std::string_view what) const {
        if (std::ranges::find(known, op_) == known.end())
            fail("bad_operator",
                 fmt::format("{} is {} and does not support this operator", name_, what),
                 fmt::format("{}:VALUE, {}:=VALUE or {}:!=VALUE", name_, name_, name_));
    }
    void ordered(std::string_view what) const {
        only({Op::contains, Op::equals, Op::above, Op::at_least, Op::below, Op::at_most}, what);
        if (value_.regex)
            fail("bad_value", fmt::format("{} is {} and not searched by a pattern", name_, what),
                 "");
        if (!value_.range)
            return;
        if (op_ != Op::contains && op_ != Op::equals)
            fail("bad_operator", "a range takes no operator",
                 fmt::format("{}:{}", name_, value_.text));
        if (!value_.from && !value_.to)
            fail("bad_value", "a range requires at least one end",
                 fmt::format("{0}:1.. or {0}:..9", name_));
    }

    /// Ends by reading each scalar; `read(text)` gives Ends of one scalar.
    template <class T, class Read>
    Ends<T> ends(Read read) const {
        if (!value_.range)
            return read(value_.text);
        Ends<T> out;
        if (value_.from)
            out.low = read(*value_.from).low;
        if (value_.to)
            out.high = read(*value_.to).high;
        return out;
    }

    Amount amount(std::string_view text, std::string_view currency,
                  std::optional<LoneMarks> lone = {}) const {
        auto a = read_amount(text, currency, lone);
        if (!a)
            refuse(std::move(a.error()), "bad_amount");
        return std::move(*a);
    }
    /// A range that ends before it begins finds nothing, which nobody asks for.
    void forward(bool backward) const {
        if (backward)
            fail("bad_value", fmt::format("{} ends before it begins", value_.text),
                 fmt::format("{}:{}..{}", name_, value_.to.value_or(""), value_.from.value_or("")));
    }
    /// A bound in units of 10^-places, such that comparing whole units with it means the same.
    static std::int64_t bound(const Amount& amount, int places, Op op) {
        return amount.units(places, op == Op::at_least || op == Op::below ? Amount::Round::up
                                                                          : Amount::Round::down);
    }

    /// `scale`: of the field, see More.
    Predicate number(const Predicate& shape, int scale = 0) const {
        ordered("a number");
        // As this program writes it: 1.234 has decimals where the field has them.
        const LoneMarks lone =
            scale == 0 ? LoneMarks{} : LoneMarks{LoneMark::decimal, LoneMark::ambiguous};
        const auto read = [&](std::string_view text) {
            if (text.ends_with('%'))
                text.remove_suffix(1);
            Amount a = amount(text, {}, lone);
            if (!a.currency.empty())
                fail("bad_value", fmt::format("{} is a number, not money", name_), "");
            return Ends<Amount>{a, a};
        };
        const auto both = ends<Amount>(read);
        forward(value_.range && both.low && both.high &&
                bound(*both.low, 6, op_) > bound(*both.high, 6, op_));
        return between(op_, both, [&](Op op, const Amount& end) {
            Predicate t = shape;
            t.op = op;
            t.values = {Value(bound(end, scale, op))};
            return t;
        });
    }

protected:
    std::string_view name_;
    Op op_;
    const Literal& value_;
    std::string_view query_;
};

}  // namespace crm::query
