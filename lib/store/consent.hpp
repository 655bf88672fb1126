#pragma once

#include "store/store.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

/// The consent ledger: what people said about being written to and called. It is append-only and
/// keyed by the address, not by a record: no edit, import, merge, purge, erasure or undo removes a
/// line. The table is made by the first line.
namespace crm::store {

enum class Channel { mail, phone, post };

/// What a line says: what forbids, what allows again, and what happened on the way to that.
inline constexpr std::array<std::string_view, 6> consent_acts = {"out",       "in",      "bounce",
                                                                 "complaint", "request", "confirm"};

/// One line of the ledger.
struct ConsentLine {
    std::string at;         ///< an instant
    std::string key;        ///< hash of the address: consent_key
    std::string base;       ///< hash of the address without +tag
    std::string address{};  ///< empty after an erasure
    Channel channel = Channel::mail;
    std::string topic{};  ///< empty: all
    std::string act;      ///< one of consent_acts
    std::string basis{};
    std::string source{};  ///< what said so: do_not_mail, erased, 5.1.1 …
    std::string proof{};   ///< SHA-256 of what proves it
    std::int64_t operation = 0;
};

/// What a line is found by: the hash of the folded address, with its domain in ASCII
/// (base/idna.hpp); of a number, of E.164. Earlier releases folded the domain, too; their lines
/// still count.
std::string consent_key(Channel channel, std::string_view address);
/// The same of the address without `+tag`.
std::string consent_base(Channel channel, std::string_view address);

class ConsentLedger {
public:
    explicit ConsentLedger(Store& store) : store_(store) {}

    /// An address as lines have it: a number in E.164, where the country that numbers without + are
    /// dialled in makes it complete, so that one line counts for every notation.
    std::string in_one_form(Channel channel, std::string_view address);
    /// The act that forbids to use the address (out, bounce or complaint); nothing when it may be
    /// used. The last act counts, each of the address, of the address without `+tag` and of the
    /// whole domain; of all topics and of the one given.
    std::optional<std::string> suppressed(Channel channel, std::string_view address,
                                          std::string_view topic = {});
    /// Within a transaction. `address` of the line may be empty when key and base are given.
    void add(ConsentLine line);
    /// What forbids to use the address, unless that is there: a line with this act and source.
    void forbid(Channel channel, std::string_view address, std::string_view act,
                std::string_view source, std::string_view at, std::int64_t operation);
    /// Removes the address itself from its lines; that it may not be used stays.
    void forget_address(Channel channel, std::string_view address);

private:
    bool there();
    std::optional<std::string> forbidding(Channel channel, std::string_view column,
                                          std::string_view address, std::string_view topic);
    std::optional<std::string> last_act(Channel channel, std::string_view column,
                                        const std::string& hash, std::string_view topic);

    Store& store_;
    std::optional<bool> there_;
};

std::string_view channel_word(Channel channel);
std::optional<Channel> channel_named(std::string_view word);

}  // namespace crm::store
