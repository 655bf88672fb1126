#include "query/leaf.hpp"

#include "base/pattern.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "query/leaf_reader.hpp"
#include "sql/expression.hpp"
#include "time/duration.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace crm::query {
namespace {

using meta::FieldInfo;
using meta::Type;
using Kind = Predicate::Kind;

class Leaf : Reader {
public:
    Leaf(const Target& target, Op op, const Literal& value, const Context& context,
         std::string_view query, std::string& resolved)
        : Reader(target.field->name(), op, value, query),
          target_(target),
          field_(*target.field),
          context_(context),
          resolved_(resolved) {}

    Predicate run() {
        if (value_.is("none") || value_.is("any")) {
            only({Op::contains, Op::equals}, "only compared with any or none");
            Predicate t = column(Kind::present);
            return value_.is("any") ? std::move(t) : Predicate::not_(std::move(t));
        }
        const bool part = !field_.computed() && target_.columns.size() == 1 &&
                          target_.columns[0] != field_.columns[0].name;
        if (op_ == Op::matches || value_.regex)
            return pattern();
        if (part || field_.is(meta::many))
            return text();
        switch (field_.type()) {
            case Type::integer:
            case Type::percent:
                return number(column(Kind::compare), field_.field->more.scale);
            case Type::money:
                return money();
            case Type::duration:
                return duration();
            case Type::boolean:
                return boolean();
            case Type::date:
                return compared(days());
            case Type::time:
                return compared(times());
            case Type::birthday:
                return birthday();
            case Type::instant:
                return instant();
            case Type::choice:
                return choice();
            default:
                return text();
        }
    }

private:
    Predicate column(Kind kind, std::vector<Value> values = {}) const {
        Predicate t{.kind = kind, .op = op_, .entity = target_.place.entity};
        t.columns = target_.columns;
        t.values = std::move(values);
        return t;
    }

    Predicate pattern() const {
        only({Op::contains, Op::matches}, "searched by a pattern");
        switch (field_.type()) {
            case Type::integer:
            case Type::percent:
            case Type::money:
            case Type::boolean:
                ordered("a number");
            default:
                break;
        }
        return column(Kind::matches, {Value(pattern_of(value_, query_))});
    }

    /// Lengths are compared in seconds, so that 90min is more than 1h.
    Predicate duration() const {
        ordered("a duration");
        const auto read = [&](std::string_view text) {
            auto length = read_duration(text);
            if (!length)
                refuse(std::move(length.error()), "bad_duration");
            const std::int64_t seconds = duration_seconds(*length);
            return Ends<std::int64_t>{seconds, seconds};
        };
        Predicate shape = column(Kind::compare);
        shape.columns = {sql::duration_seconds(fmt::format("$.\"{}\"", target_.columns[0]))};
        const auto both = ends<std::int64_t>(read);
        forward(value_.range && both.low && both.high && *both.low > *both.high);
        return between(op_, both, [&](Op op, std::int64_t end) {
            Predicate t = shape;
            t.op = op;
            t.values = {Value(end)};
            return t;
        });
    }

    Predicate money() const {
        ordered("money");
        const auto read = [&](std::string_view text) {
            Amount a = amount(text, context_.currency);
            return Ends<Amount>{a, a};
        };
        const auto both = ends<Amount>(read);
        std::string currency;
        for (const auto* end : {&both.low, &both.high}) {
            if (!*end || (*end)->currency.empty())
                continue;
            if (!currency.empty() && currency != (*end)->currency)
                fail("bad_value", "both ends of a range must have the same currency", "");
            currency = (*end)->currency;
        }
        forward(value_.range && both.low && both.high &&
                bound(*both.low, 4, op_) > bound(*both.high, 4, op_));
        Predicate predicate = between(op_, both, [&](Op op, const Amount& end) {
            Predicate t = column(Kind::money);
            t.op = op;
            for (int places : {0, 2, 3, 4})
                t.values.emplace_back(bound(end, places, op));
            return t;
        });
        if (currency.empty())
            return predicate;
        Predicate same = column(Kind::compare, {Value(currency)});
        same.op = Op::equals;
        same.columns = {target_.columns[1]};
        std::vector<Predicate> parts;
        parts.push_back(std::move(predicate));
        parts.push_back(std::move(same));
        return Predicate::with(Kind::all, std::move(parts));
    }

    Predicate boolean() const {
        only({Op::contains, Op::equals}, "yes or no");
        const std::string word = text::folded(value_.text);
        const bool yes = word == "yes" || word == "true" || word == "1";
        if (!yes && word != "no" && word != "false" && word != "0")
            fail("bad_value",
                 fmt::format("{} is yes or no, not '{}'", name_, text::clipped(value_.text, 40)),
                 fmt::format("{}:yes", name_));
        Predicate t = column(Kind::compare, {Value(std::int64_t{1})});
        t.op = Op::equals;
        return yes ? std::move(t) : Predicate::not_(std::move(t));
    }

    Predicate choice() const {
        only({Op::contains, Op::equals}, "one of a list of values");
        std::vector<std::string> words;
        const std::string wanted = text::key(value_.text);
        for (std::string_view word : field_.field->more.words) {
            if (text::key(word) == wanted) {
                Predicate t = column(Kind::compare, {Value(std::string(word))});
                t.op = Op::equals;
                return t;
            }
            words.emplace_back(word);
        }
        Error e = trouble(
            "unknown_word",
            fmt::format("{}: '{}' is not a valid value", name_, text::clipped(value_.text, 40)), "",
            query_, value_.at);
        suggest_values(e, value_.text, words);
        throw e;
    }

    DateSpan span(std::string_view text) const {
        auto dates = read_dates(text, context_.clock);
        if (!dates)
            refuse(std::move(dates.error()), "bad_date");
        return *dates;
    }

    /// `at` says what is compared with an end: the column itself, mostly.
    Predicate compared(const Ends<std::string>& both, Kind kind = Kind::compare,
                       std::string (*at)(Op, std::string_view column) = nullptr) const {
        forward(value_.range && kind != Kind::day && both.low && both.high &&
                *both.low > *both.high);
        resolved_ += fmt::format("{}{}..{}", resolved_.empty() ? "" : ", ", both.low.value_or(""),
                                 both.high.value_or(""));
        if ((op_ == Op::above || op_ == Op::at_most)    ? !both.high
            : (op_ == Op::below || op_ == Op::at_least) ? !both.low
                                                        : !both.low && !both.high)
            fail("bad_value", "the range has no end to compare with", "");
        return between(op_, both, [&](Op op, const std::string& end) {
            Predicate t = column(kind, {Value(end)});
            t.op = op;
            if (at != nullptr)
                t.columns = {at(op, target_.columns[0])};
            return t;
        });
    }

    /// The days of a value that has a year.
    Ends<std::string> days() const {
        ordered("a date");
        return ends<std::string>([&](std::string_view text) {
            const auto days = span(text);
            Ends<std::string> out;
            if (days.first)
                out.low = days.first->iso();
            if (days.last)
                out.high = days.last->iso();
            return out;
        });
    }

    /// Times of a day; `now` is the present one.
    Ends<std::string> times() const {
        ordered("a time");
        return ends<std::string>([&](std::string_view text) {
            if (text == "now")
                text = "";
            auto time = text.empty() ? time_of_day_text(context_.clock.second_of_day())
                                     : read_time_of_day(text);
            if (!time)
                refuse(std::move(time.error()), "bad_time");
            return Ends<std::string>{*time, *time};
        });
    }

    /// The first or the last day that a birthday may be of which only the year or the month is
    /// known: what is at least or above a day is so as a whole. The last day of any month is its
    /// 31st here.
    static std::string end_of_birthday(Op op, std::string_view column) {
        const bool first = op == Op::at_least || op == Op::above;
        return fmt::format("($.\"{0}\" || substr('{1}', length($.\"{0}\") - 3))", column,
                           first ? "-01-01" : "-12-31");
    }
    static std::string month_end(const std::string& day) {
        const auto date = iso_date(day);
        const bool last = date && Date{date->days + 1}.iso().ends_with("-01");
        return last ? day.substr(0, 8) + "31" : day;
    }

    /// Whose year is known: "--03-07" has no place in time.
    Predicate dated_birthday() const {
        Ends<std::string> both = days();
        if (both.high)
            both.high = month_end(*both.high);
        std::vector<Predicate> parts;
        parts.push_back(compared(both, Kind::compare, end_of_birthday));
        Predicate dated = column(Kind::compare, {Value("0")});
        dated.op = Op::at_least;
        parts.push_back(std::move(dated));
        return Predicate::with(Kind::all, std::move(parts));
    }

    /// With a year written out the day itself is meant, otherwise the day of any year.
    Predicate birthday() const {
        ordered("a date");
        const auto written = [](std::string_view t) {
            return t.size() >= 4 &&
                   std::ranges::all_of(t.substr(0, 4), [](char c) { return c >= '0' && c <= '9'; });
        };
        const bool dated = value_.range ? (value_.from && written(*value_.from)) ||
                                              (value_.to && written(*value_.to))
                                        : written(value_.text);
        if (dated)
            return dated_birthday();
        Ends<Date> days = ends<Date>([&](std::string_view text) {
            std::string whole(text);
            if (whole.size() == 7 && whole.starts_with("--"))
                whole = "2000" + whole.substr(1);  // a leap year
            const auto s = span(whole);
            return Ends<Date>{s.first, s.last};
        });
        if (op_ != Op::contains && op_ != Op::equals)
            fail("bad_operator",
                 fmt::format("{} has no year; compare it with a day or a range", name_),
                 fmt::format("{0}:today, {0}:today..+7d", name_));
        if (!days.low || !days.high)
            fail("bad_value", "a range of birthdays requires both ends",
                 fmt::format("{}:today..+7d", name_));
        if (days.high->days - days.low->days >= 365)
            return column(Kind::present);
        const std::string low = days.low->iso().substr(5);
        std::string high = days.high->iso().substr(5);
        // Who was born on the 29th of February has the day before in years without one.
        if (high == "02-28" && Date{days.high->days + 1}.iso().ends_with("03-01"))
            high = "02-29";
        Predicate t = compared({low, high}, Kind::day);
        // 12-28..01-03 is what is not between its ends, and them.
        if (low > high)
            t.kind = Kind::any;
        return t;
    }

    Predicate instant() const {
        ordered("a date and time");
        return compared(ends<std::string>([&](std::string_view text) {
            const bool moment = text == "now" || text.find(':') != std::string_view::npos ||
                                text.ends_with('h') || text.ends_with("min");
            if (moment)
                if (auto at = read_instant(text, context_.clock))
                    return Ends<std::string>{at->iso(), at->iso()};
            const auto days = span(text);
            Ends<std::string> out;
            if (days.first)
                out.low = context_.clock.at(*days.first, 0).iso();
            if (days.last)
                out.high =
                    Instant{context_.clock.at(Date{days.last->days + 1}, 0).seconds - 1}.iso();
            return out;
        }));
    }

    Predicate text() const {
        only({Op::contains, Op::equals, Op::starts}, "text");
        const bool list = field_.is(meta::many) && field_.type() != Type::extra;
        if (op_ == Op::equals)
            return equal(list);
        if (op_ == Op::contains && field_.type() == Type::phone &&
            std::ranges::all_of(value_.text, [](char c) {
                return std::string_view("0123456789 +-()./").find(c) != std::string_view::npos;
            }))
            return phone();
        if (op_ == Op::starts && list)
            return column(Kind::item,
                          {lowered(meta::items_text(std::array{meta::Item{value_.text, {}}}))});
        if (!target_.words.empty())
            return words();
        std::string_view plain = value_.text;
        if (!value_.quoted && plain.size() > 1 && plain.ends_with('*'))
            plain.remove_suffix(1);
        return column(Kind::plain, {lowered(plain)});
    }

    static Value lowered(std::string_view text) { return Value(text::lower_ascii(text)); }

    Predicate words() const {
        Predicate t = column(Kind::words);
        t.columns = {target_.words};
        t.values =
            words_of(value_.text, value_.quoted || op_ == Op::equals, value_.at, query_, t.prefix);
        return t;
    }

    Predicate equal(bool list) const {
        std::vector<Predicate> parts;
        if (auto keys = look_up(); !keys.values.empty()) {
            parts.push_back(std::move(keys));
            if (!field_.of)
                return std::move(parts[0]);  // a mirror must hold the value itself
            if (field_.type() == Type::phone) {
                std::string digits;
                for (char c : value_.text)
                    if (c >= '0' && c <= '9')
                        digits += c;
                parts.push_back(
                    column(Kind::digits,
                           {Value(digits.size() > 7 ? digits.substr(digits.size() - 7) : digits)}));
                return Predicate::with(Kind::all, std::move(parts));
            }
        }
        if (list)
            parts.push_back(column(
                Kind::item, {lowered(meta::items_text(std::array{meta::Item{value_.text, {}}}))}));
        else if (!target_.words.empty())
            parts.push_back(words());
        else
            parts.push_back(column(Kind::plain, {lowered(value_.text)}));
        return Predicate::with(Kind::all, std::move(parts));
    }

    /// The record's look-up keys; without values where the field has none, or its equality is that
    /// of words.
    Predicate look_up() const {
        Predicate t{.kind = Kind::look_up, .entity = target_.place.entity};
        if (target_.place.rows || context_.trash)
            return t;
        const FieldInfo& keyed = field_.of ? *field_.of : field_;
        const auto kind = meta::lookup_kind(keyed);
        if (!kind || *kind == meta::Lookup::name || target_.columns.size() != keyed.cells)
            return t;
        const std::string text = keyed.is(meta::many)
                                     ? meta::items_text(std::array{meta::Item{value_.text, {}}})
                                     : value_.text;
        t.number = static_cast<int>(*kind);
        for (auto& key : meta::lookup_keys(keyed, std::array{View(std::string_view(text))}))
            t.values.emplace_back(std::move(key));
        return t;
    }

    /// A number is found in any notation: by its look-up key when it is long enough, else by its
    /// digits in a row.
    Predicate phone() const {
        std::string digits;
        for (char c : value_.text)
            if (c >= '0' && c <= '9')
                digits += c;
        if (digits.empty())
            fail("bad_value", fmt::format("{} requires digits", name_), "");
        std::vector<Predicate> parts;
        parts.push_back(column(Kind::digits, {Value(digits)}));
        if (digits.size() >= 7 && !field_.of)
            if (auto keys = look_up(); !keys.values.empty())
                parts.push_back(std::move(keys));
        return Predicate::with(Kind::any, std::move(parts));
    }

    const Target& target_;
    const FieldInfo& field_;
    const Context& context_;
    std::string& resolved_;
};

}  // namespace

Predicate field_predicate(const Target& target, Op op, const Literal& value, const Context& context,
                          std::string_view query, std::string& resolved) {
    return Leaf(target, op, value, context, query, resolved).run();
}

Predicate number_predicate(Predicate shape, Op op, const Literal& value, std::string_view name,
                           std::string_view query) {
    return Reader(name, op, value, query).number(shape);
}

}  // namespace crm::query
