#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crm::mail {

/// The number of a mail as 16 characters of base32: a MAC of 32 bits and the number, encrypted. An
/// answer that has it names the mail, and nobody else can make one. `seed`: of the database.
std::string token(std::int64_t mail, std::uint64_t seed);
/// The mail; nothing for what is not a token of this database.
std::optional<std::int64_t> mail_of_token(std::string_view token, std::uint64_t seed);

}  // namespace crm::mail
