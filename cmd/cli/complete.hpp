#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Completion of the word at the cursor, out of the same tables as the parser.
namespace crm::cmd {

struct Candidate {
    std::string word;
    std::string help;
};

/// What may stand in place of a word that is only begun: `head` stays as it was typed, `begun` is
/// completed.
class Candidates {
public:
    static constexpr int most = 100;  ///< of one kind; more would not be read

    Candidates(Session& session, std::string word) : begun(std::move(word)), session_(session) {}

    std::string head, begun;
    std::vector<Candidate> found;
    bool files = false;  ///< the shell completes names of files, too

    /// Moves the first bytes of `begun` to `head`.
    void keep(std::size_t bytes) { head += begun.substr(0, bytes), begun.erase(0, bytes); }
    /// Takes the word in when it goes on from what is begun, without regard to case and diacritics.
    void offer(std::string_view word, std::string_view help = {});
    /// Takes it in whatever is begun: a record's id for its name.
    void offer_instead(std::string_view word, std::string_view help);

    const meta::Model& model() { return session_.model(); }
    Session& session() { return session_; }
    /// The store, opened for reading at the first call; null where there is none.
    store::Store* store();

private:
    Session& session_;
    std::set<std::string, std::less<>> seen_;
    bool tried_ = false;
};

/// Words, values, fields … as the kind of an option or argument says. `accepts` is the argument's
/// name, which says what an assignment or a file may be as well: "REF|FIELD=VALUE|+TAG".
void complete_kind(Candidates& c, Kind kind, const meta::Entity* noun, std::string_view accepts,
                   std::span<const std::string_view> words);
/// One word of a query on records of the noun.
void complete_query(Candidates& c, const meta::Entity& noun);

/// Records by id, name, e-mail address; of any noun where it is null.
void complete_references(Candidates& c, const meta::Entity* noun);
/// Names of records, as links take them; ids for what has none or shares it.
void complete_names(Candidates& c, const meta::Entity& noun);
/// Ids that go on from what is begun.
void complete_ids(Candidates& c, const meta::Entity& noun);
/// Tags that have been used.
void complete_tags(Candidates& c);
void complete_segments(Candidates& c, const meta::Entity& noun);
/// What a field takes: words of a choice, yes and no, dates, records of a link, tags.
void complete_field_value(Candidates& c, const meta::FieldInfo& field);

}  // namespace crm::cmd
