#include "report/parameters.hpp"

#include "base/money.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/yes_no.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::report {
namespace {

using ParameterType = Parameter::Type;

class ParameterReader {
public:
    ParameterReader(const Report& report, store::Resolver& resolver, const Clock& clock)
        : report_(report), resolver_(resolver), clock_(clock) {}

    Bindings read(std::span<const std::string> words) {
        out_.values["today"] = clock_.today().iso();
        out_.values["now"] = clock_.now.iso();
        if (report_.sql.find(":me") != std::string::npos)
            out_.values["me"] = me();
        for (const std::string& word : words)
            read_word(word);
        for (const Parameter& parameter : report_.parameters)
            if (!out_.given.contains(parameter.name))
                fill(parameter);
        return std::move(out_);
    }

private:
    Value me() {
        const auto& user = resolver_.store().model().with(meta::Role::user);
        const auto found = resolver_.find("me", &user);
        if (!found)
            throw found.error();
        return meta::short_id(*found->entity, found->id);
    }

    void read_word(const std::string& word) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            throw Error(Fault::usage, "too_many",
                        fmt::format("'{}' is not PARAMETER=VALUE", text::clipped(word, 40)),
                        names().empty() ? fmt::format("{} has no parameters", report_.name)
                                        : fmt::format("{}=…", text::joined(names(), "=… ")));
        const std::string name = word.substr(0, equals);
        const auto parameter = std::ranges::find(report_.parameters, name, &Parameter::name);
        if (parameter == report_.parameters.end())
            unknown(name);
        if (!out_.given.insert(name).second)
            throw Error(Fault::usage, "contradiction",
                        fmt::format("parameter {} is given twice", name), "leave out one of them");
        bind(*parameter, word.substr(equals + 1));
    }

    void fill(const Parameter& parameter) {
        if (parameter.required())
            throw Error(Fault::usage, "missing",
                        fmt::format("{} requires the parameter {}{}", report_.name, parameter.name,
                                    parameter.help.empty() ? "" : ": " + parameter.help),
                        fmt::format("crm report {} {}={}", report_.name, parameter.name,
                                    text::lower_ascii(parameter.type_text)));
        bind_nothing(parameter);
        if (!parameter.fallback)
            return;
        try {
            out_.given.insert(parameter.name);
            bind(parameter, *parameter.fallback);
        } catch (const Error& e) {
            throw report_.fault_at(parameter.line, "default value: " + e.message, e.hint);
        }
    }

    void bind_nothing(const Parameter& parameter) {
        out_.values[parameter.name] = Value();
        if (parameter.type == ParameterType::money)
            out_.values[parameter.name + "_currency"] = Value();
        if (parameter.type == ParameterType::period) {
            out_.values[parameter.name + "_from"] = Value();
            out_.values[parameter.name + "_to"] = Value();
        }
    }

    void bind(const Parameter& parameter, const std::string& value) {
        switch (parameter.type) {
            case ParameterType::text:
                return set(parameter, text::sanitised(value));
            case ParameterType::integer:
                return set(parameter, integer(parameter, value));
            case ParameterType::number:
            case ParameterType::percent:
                out_.numbers.insert(parameter.name);
                return set(parameter, number(parameter, value));
            case ParameterType::boolean:
                return set(parameter, yes_no(parameter, value));
            case ParameterType::choice:
                return set(parameter, choice(parameter, value));
            case ParameterType::date:
                return set(parameter, valid(parameter, read_date(value, clock_)).iso());
            case ParameterType::period:
                return bind_period(parameter, value);
            case ParameterType::money:
                return bind_money(parameter, value);
            case ParameterType::record:
                return set(parameter, record(parameter, value));
        }
    }

    void set(const Parameter& parameter, Value value) {
        out_.values[parameter.name] = std::move(value);
    }

    /// What a reader answers, or its error with the name of the parameter.
    template <class T>
    static T valid(const Parameter& parameter, Expected<T> read) {
        if (read)
            return std::move(*read);
        Error e = std::move(read.error());
        e.message = fmt::format("{}: {}", parameter.name, e.message);
        // A word that names no record is a wrong value here, not a record that is missing.
        if (e.fault != Fault::ambiguous)
            e.fault = Fault::usage;
        throw e;
    }

    [[noreturn]] static void not_valid(const Parameter& parameter, const std::string& value,
                                       std::string_view what, std::string hint) {
        throw Error(Fault::usage, "bad_value",
                    fmt::format("{}: '{}' is not a valid {}", parameter.name,
                                text::visible(text::clipped(value, 40)), what),
                    std::move(hint));
    }

    static std::int64_t integer(const Parameter& parameter, const std::string& value) {
        const auto amount = read_number(value, {LoneMark::decimal, LoneMark::thousands});
        if (!amount || !amount->whole(0) ||
            amount->digits == std::numeric_limits<std::int64_t>::max())
            not_valid(parameter, value, "whole number", parameter.name + "=10");
        return amount->units(0, Amount::Round::down);
    }

    static std::string number(const Parameter& parameter, std::string value) {
        std::string_view digits = text::trimmed(value);
        if (parameter.type == ParameterType::percent && digits.ends_with('%'))
            digits = text::trimmed(digits.substr(0, digits.size() - 1));
        const auto amount = read_number(digits, {LoneMark::decimal, LoneMark::thousands});
        if (!amount)
            not_valid(parameter, value,
                      parameter.type == ParameterType::percent ? "per cent" : "number",
                      parameter.name + "=12.5");
        return amount->text();
    }

    static std::int64_t yes_no(const Parameter& parameter, const std::string& value) {
        const auto yes = read_yes_no(value);
        if (!yes)
            not_valid(parameter, value, "yes or no", parameter.name + "=yes");
        return *yes ? 1 : 0;
    }

    static std::string choice(const Parameter& parameter, const std::string& value) {
        for (const std::string& word : parameter.words)
            if (text::key(word) == text::key(value))
                return word;
        Error e(Fault::usage, "unknown_word",
                fmt::format("{}: '{}' is not a valid value", parameter.name,
                            text::visible(text::clipped(value, 40))));
        suggest_values(e, value, parameter.words);
        throw e;
    }

    void bind_period(const Parameter& parameter, const std::string& value) {
        const DateSpan days = valid(parameter, read_dates(value, clock_));
        out_.values[parameter.name] = value;
        out_.values[parameter.name + "_from"] = days.first ? days.first->iso() : "0001-01-01";
        out_.values[parameter.name + "_to"] = days.last ? days.last->iso() : "9999-12-31";
    }

    void bind_money(const Parameter& parameter, const std::string& value) {
        const Money money = valid(parameter, read_money(value, resolver_.store().currency()));
        out_.values[parameter.name] = money.minor;
        out_.values[parameter.name + "_currency"] = money.currency;
    }

    std::string record(const Parameter& parameter, const std::string& value) {
        const meta::Entity& noun = resolver_.store().model().get(parameter.noun);
        const store::Found found = valid(parameter, resolver_.find(value, &noun));
        return meta::short_id(*found.entity, found.id);
    }

    std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const Parameter& parameter : report_.parameters)
            out.push_back(parameter.name);
        return out;
    }

    [[noreturn]] void unknown(const std::string& name) const {
        const std::string shown = text::visible(text::clipped(name, 40));
        Error e(Fault::usage, "unknown_parameter",
                fmt::format("{} has no parameter '{}'", report_.name, shown));
        const auto known = names();
        if (known.empty())
            e.hint = fmt::format("{} has no parameters", report_.name);
        else
            suggest(e, name, known,
                    known.size() > 3 ? "parameters: " + text::joined(known, ", ")
                                     : text::did_you_mean(known));
        throw e;
    }

    const Report& report_;
    store::Resolver& resolver_;
    const Clock& clock_;
    Bindings out_;
};

}  // namespace

Bindings read_parameters(const Report& report, std::span<const std::string> words,
                         store::Resolver& resolver, const Clock& clock) {
    return ParameterReader(report, resolver, clock).read(words);
}

}  // namespace crm::report
