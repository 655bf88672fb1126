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

/// Bytes with a MAC of 48 bits, encrypted, as base32: what is handed to somebody who is to give it
/// back. `purpose`: one that was made for something else is not taken. At most 255 bytes.
std::string sealed(std::string_view bytes, std::string_view purpose, std::uint64_t seed);
/// The bytes; nothing for what was not sealed for this purpose with this seed. Capitals count as
/// small letters: mail servers fold addresses.
std::optional<std::string> unsealed(std::string_view token, std::string_view purpose,
                                    std::uint64_t seed);

}  // namespace crm::mail
