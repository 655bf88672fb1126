#pragma once

#include <string>
#include <string_view>

namespace crm {

/// The address in what people and programs write for one: mailto:a%2Bb@x.example?subject=Hello
/// (RFC 6068), SMTP:a@x.example, 'a@x.example', <a@x.example>, a@x.example/. Schemes, quotes of any
/// kind, the part behind '?' and punctuation at the end are left out, and escapes are decoded. What
/// holds no address comes back without that only.
std::string bare_email(std::string_view text);

}  // namespace crm
