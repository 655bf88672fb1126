#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// JSON as RFC 8259 has it.
namespace crm::form {

struct JsonLimits {
    std::size_t depth = 32;  ///< arrays and objects within one another; the reader recurses as deep
    std::size_t text = std::size_t{32} << 20;  ///< bytes of one string, which a photo may be
};

/// Reads value by value and keeps nothing, so its memory is one string. Strict: no
/// comments, no comma too many, valid UTF-8, surrogates in pairs. What breaks the rules or the
/// limits throws an Error (refused, "bad_json") that says the offset of the byte; the reader is of
/// no use afterwards. A copy reads ahead.
class JsonReader {
public:
    enum class Kind : unsigned char { null, boolean, number, text, array, object };

    /// `json` outlives the reader.
    explicit JsonReader(std::string_view json, JsonLimits limits = {})
        : json_(json), limits_(limits) {}

    /// What comes next, by its first byte.
    Kind next();
    /// The string that comes next, without quotes and escapes. U+0000 is left out, as no engine
    /// stores it.
    std::string text();
    /// Any value, checked, as it is in the file: how numbers and words are read, and what is
    /// not wanted is passed.
    std::string_view skip();
    /// Calls `one()` before each element of the array that comes next; it reads just that element.
    template <class F>
    void array(F&& one) {
        open('[');
        for (bool first = true; more(']', first);)
            one();
    }
    /// Calls `one(std::string name)` before each member's value; names may come more than once.
    template <class F>
    void object(F&& one) {
        open('{');
        for (bool first = true; more('}', first);)
            one(name());
    }
    /// Nothing may follow but blanks.
    void end();

    std::size_t at() const { return at_; }  ///< bytes read; after `next`, where that value begins

private:
    [[noreturn]] void fail(std::string_view why) const;
    char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
    void blanks();
    void open(char bracket);
    bool more(char bracket, bool& first);
    std::string name();
    void string(std::string* out);
    char32_t escaped();
    char32_t unit();
    void word(std::string_view expected);
    void number();
    void digits();

    std::string_view json_;
    JsonLimits limits_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace crm::form
