#pragma once

#include <exception>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace crm {

/// Why a command did not do what was asked; the number is the exit code (crm-exit.7).
enum class Fault : int {
    not_found = 1,
    usage = 2,
    ambiguous = 3,
    refused = 4,
    unconfirmed = 5,
    rejected = 6,
    internal = 70,
    io = 74,
    busy = 75,
    config = 78,
};

/// The one error of the program. Thrown where failure ends the command, carried in std::expected
/// where failure is data.
struct Error : std::exception {
    Fault fault = Fault::internal;
    std::string code;     ///< stable word for scripts: unknown_field, not_found, …
    std::string message;  ///< one line, without "crm:" and without a full stop
    std::string hint;     ///< what to type instead; may be empty
    std::string place;    ///< the text in which it was found, shown with a caret; may be empty
    std::size_t at = 0;   ///< byte offset of the caret within `place`
    std::vector<std::string> candidates;

    Error() = default;
    Error(Fault fault_, std::string code_, std::string message_, std::string hint_ = {})
        : fault(fault_),
          code(std::move(code_)),
          message(std::move(message_)),
          hint(std::move(hint_)) {}

    const char* what() const noexcept override { return message.c_str(); }
};

template <class T>
using Expected = std::expected<T, Error>;

inline std::unexpected<Error> failure(Fault fault, std::string code, std::string message,
                                      std::string hint = {}) {
    return std::unexpected(Error(fault, std::move(code), std::move(message), std::move(hint)));
}

}  // namespace crm
