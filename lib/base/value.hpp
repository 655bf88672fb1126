#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace crm {

/// One stored cell, owned: nothing, a whole number or UTF-8 text. The store knows no other kinds
/// (money is minor units, dates are ISO text), so that both engines hold the same bytes.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

/// One stored cell, borrowed; valid until its owner moves on (a statement's next step).
struct View {
    enum class Kind : unsigned char {
        null,
        integer,
        text,
        decimal
    };  ///< decimal: a number with a fraction, as its text
    Kind kind = Kind::null;
    std::int64_t number = 0;
    std::string_view text{};

    View() = default;
    View(std::int64_t n) : kind(Kind::integer), number(n) {}
    View(std::string_view s) : kind(Kind::text), text(s) {}
    View(const char* s) : View(std::string_view(s)) {}
    View(const Value& v) {
        if (const auto* n = std::get_if<std::int64_t>(&v))
            *this = View(*n);
        else if (const auto* s = std::get_if<std::string>(&v))
            *this = View(std::string_view(*s));
    }

    static View decimal(std::string_view s) {
        View v(s);
        v.kind = Kind::decimal;
        return v;
    }

    bool null() const { return kind == Kind::null; }
    Value owned() const {
        if (kind == Kind::integer)
            return number;
        if (kind == Kind::text || kind == Kind::decimal)
            return std::string(text);
        return {};
    }
};

}  // namespace crm
