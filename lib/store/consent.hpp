#pragma once

#include "store/store.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

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
    std::int64_t id = 0;  ///< of a line that was read

    /// Whether it is an objection, or a mail that came back.
    bool forbids() const { return act == "out" || act == "bounce" || act == "complaint"; }
};

/// What a line is found by: the hash of the folded address, with its domain in ASCII
/// (base/idna.hpp); of a number, of E.164. Earlier releases folded the domain, too; their lines
/// still count.
std::string consent_key(Channel channel, std::string_view address);
/// The same of the address without `+tag`.
std::string consent_base(Channel channel, std::string_view address);

/// The addresses that a record has for a channel: all e-mail addresses, telephone numbers, or
/// postal addresses that are complete ("Hauptstr. 1, 10115 Berlin").
std::vector<std::string> consent_addresses(const Record& who, Channel channel);

/// What the ledger says about an address and a topic.
struct ConsentStanding {
    std::string forbidden;   ///< out, bounce or complaint; empty where the address may be used
    bool given = false;      ///< its owner agreed (in, confirm), and has not objected since
    bool confirmed = false;  ///< by a link in a mail to it
};

/// Topics are compared without regard to case. To ask for very many addresses, use one ledger: it
/// keeps what it has prepared, and until it writes, what it has read about domains. It is for one
/// transaction: what others write meanwhile it may not see.
class ConsentLedger {
public:
    explicit ConsentLedger(Store& store) : store_(store) {}

    /// An address as lines have it: a number in E.164, where the country that numbers without + are
    /// dialled in makes it complete, so that one line counts for every notation.
    std::string in_one_form(Channel channel, std::string_view address);
    /// The last act counts, of all topics or the one given: of the address, of those that differ
    /// from it by `+tag`, of the whole domain. That the owner agreed for this very address lifts
    /// what was said before.
    ConsentStanding standing(Channel channel, std::string_view address,
                             std::string_view topic = {});
    /// The act that forbids to use the address; nothing when it may be used.
    std::optional<std::string> suppressed(Channel channel, std::string_view address,
                                          std::string_view topic = {});

    /// A line about an address, with its hashes; act, time and source are to be filled in.
    ConsentLine line_of(Channel channel, std::string_view address);
    /// Whether the ledger says already, of this very address and topic, what a line that forbids
    /// would say, and nobody whom it is about has agreed since.
    bool says(const ConsentLine& line);
    /// Within a transaction; the number of the line. `address` may be empty when key and base are
    /// given.
    std::int64_t add(ConsentLine line);
    /// What forbids to use the address, unless that is there: a line with this act and source.
    void forbid(Channel channel, std::string_view address, std::string_view act,
                std::string_view source, std::string_view at, std::int64_t operation);
    /// Removes the address itself from its lines; that it may not be used stays.
    void forget_address(Channel channel, std::string_view address);

    std::optional<ConsentLine> find(std::int64_t id);
    /// All lines about an address, those that differ by `+tag`, and its domain; oldest first.
    std::vector<ConsentLine> lines(Channel channel, std::string_view address);
    /// The lines that forbid now, oldest first; with a topic, what forbids to write about it.
    std::vector<ConsentLine> suppressions(std::optional<Channel> channel,
                                          std::optional<std::string_view> topic);
    /// The lines that an operation wrote.
    std::vector<ConsentLine> lines_of(std::int64_t operation);
    /// The addresses about which an operation wrote what forbids to use them, and still does.
    std::vector<std::string> forbidden_by(std::int64_t operation);
    /// What proves a line: a short text as it is, else the hash.
    std::string proof_text(const ConsentLine& line);
    /// Whether bytes with this hash prove a line.
    bool is_proof(const std::string& hash);

private:
    struct Hashes {
        std::string key, base;
    };
    /// What is known of one address.
    struct Acts {
        std::string forbidden;
        std::int64_t forbidden_at = 0, given_at = 0;  ///< numbers of lines
        bool confirmed = false;

        void add(std::int64_t id, std::string_view act);
    };
    using ActsByKey = std::map<std::string, Acts, std::less<>>;

    bool there();
    /// As lines may have the address: as it is written now, and as earlier releases did.
    std::vector<Hashes> hashes_of(Channel channel, std::string_view address);
    ActsByKey acts(std::string_view column, const std::string& hash, Channel channel,
                   const std::string& topic);
    bool may_have(std::string_view hash);
    bool agreed_since(const ConsentLine& line, std::int64_t id);
    const ActsByKey& acts_of_domain(std::string_view domain, const std::string& topic);

    Store& store_;
    std::optional<bool> there_;
    sql::Statement of_base_, of_key_, agreed_, put_;
    std::map<std::pair<std::string, std::string>, ActsByKey> domains_;  ///< by domain and topic
    int questions_ = 0;
    std::optional<std::unordered_set<std::uint64_t>> hashes_;  ///< beginnings of all keys and bases
};

std::string_view channel_word(Channel channel);
std::optional<Channel> channel_named(std::string_view word);

}  // namespace crm::store
