#pragma once

#include <cstddef>

/// What the module crm-phone.so exports. It is a C function, because the program has a standard
/// library of its own.
extern "C" {

/// Writes a number that is dialled within `country` (ISO 3166, two capital letters) in the form of
/// E.164, without a terminating zero. Returns its length; 0 when the number is not valid there or
/// does not fit into `size` bytes.
__attribute__((visibility("default"))) std::size_t crm_phone_e164(const char* digits,
                                                                  const char* country, char* out,
                                                                  std::size_t size);
}
