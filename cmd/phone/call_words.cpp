#include "cmd/phone/call_words.hpp"

#include "base/number.hpp"
#include "cmd/cli/select.hpp"
#include "time/duration.hpp"

namespace crm::cmd {

std::int64_t calling_user(Session& session) {
    return resolve_reference(session, &session.model().with(meta::Role::user), "me").id;
}

campaign::CallSettings call_settings(const Session& session) {
    campaign::CallSettings out;
    if (const auto retry = read_duration(session.config.value("call_retry")))
        out.retry = duration_seconds(*retry);
    if (const auto attempts = whole_text_as<std::int64_t>(session.config.value("call_attempts")))
        out.attempts = *attempts;
    return out;
}

Argument caller_argument() {
    return {.name = "NUMBER",
            .kind = Kind::word,
            .required = true,
            .many = true,
            .help = "the number of the caller, in any notation"};
}

}  // namespace crm::cmd
