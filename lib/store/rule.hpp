#pragma once

#include "store/circles.hpp"
#include "store/record.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crm::store {

class ConsentLedger;
class Store;
class RuleContext;

/// A value that no two live records of a noun may share, folded as it is looked up.
struct UniqueKey {
    static constexpr int uid = 0;        ///< the kind of a uid; the other kinds are meta::Lookup
    static constexpr int together = -1;  ///< the links of Entity::unique_together: "m1 c12"
    int kind;
    std::string text;
    auto operator<=>(const UniqueKey&) const = default;
};

/// Such a value that another record holds.
struct Taken {
    UniqueKey key;
    Record by;
};

/// When a rule is asked.
enum class Asked {
    /// Of changes that are made now. Not of what undo, redo, restore or the import of a whole
    /// database puts back: that was right when it was made, and must be reachable again.
    changes,
    /// Of what is put back, too.
    always,
    /// Like `always`, but of what is put back only when all of it is in place: the rule looks at
    /// other records.
    settled,
};

/// What came of a record beside the history, when the operation that added it is undone.
struct TakenBack {
    bool stays = false;     ///< the record is not removed, since something of it has left
    std::int64_t all = 0;   ///< what was to leave
    std::int64_t left = 0;  ///< of that, what has left
};

/// What must hold of the records of a noun, however they are changed. Rules are rows in tables of
/// their rooms; lib/app names all tables. The Writer asks them in the order of the tables, of each
/// first `complete`, then `check`. `before` is null for a record that is added (and for one that is
/// put back or looked at by `crm check`).
struct Rule {
    std::string_view noun;  ///< "" for every noun
    /// Fills in what follows from other fields. Doing it twice changes nothing more.
    void (*complete)(RuleContext&, const Record* before, Record& after) = nullptr;
    /// Throws: refused where the state of the database forbids it, usage where a value is invalid.
    void (*check)(RuleContext&, const Record* before, const Record& after) = nullptr;
    /// What else follows, in the same transaction, when the record is written.
    void (*after)(RuleContext&, const Record* before, const Record& after) = nullptr;
    Asked asked = Asked::always;
    /// Keeps what is derived from several records. Called once, when everything that an operation
    /// changes is written (an undo, too), and by `crm check`. It asks `touches` what changed.
    void (*finish)(RuleContext&) = nullptr;
    /// Throws refused where a record must not go to the trash. Not asked of a record that becomes
    /// another one (a merge), nor of an undo.
    void (*remove)(RuleContext&, const Record&) = nullptr;
    /// Of a record that an operation added, when that is undone: takes back what came of it beside
    /// the history, such as mail that is queued.
    TakenBack (*take_back)(RuleContext&, const Record&) = nullptr;
};

/// What a rule may ask. Outside of a change (`crm check`) it answers from the database alone.
class RuleContext {
public:
    RuleContext(Store& store, Clock clock);
    RuleContext(RuleContext&&) = delete;
    virtual ~RuleContext();

    const Clock clock;          ///< now, and the zone of the user
    const std::string now;      ///< an instant
    const std::string today;    ///< a day where the user is
    std::string user{};         ///< who acts: a short id or, without such a user, a name
    std::string insisting{};    ///< the command of a user who goes on in spite of a warning
                                ///< (--anyway); empty for the others
    bool imported = false;      ///< from a file: only the date in the file counts
    bool strict = true;         ///< what a stage requires is asked for
    bool refuses_busy = false;  ///< who is busy at the time of a meeting or visit forbids it: more
                                ///< than a warning
    bool checking = false;      ///< nothing changes: `crm check` looks at what is there
    bool relinked = false;      ///< only links change, because two records became one
    bool loading = false;       ///< of a whole database, where it was right
    std::map<const meta::FieldInfo*, Circles> circles{};  ///< by link, while `checking`

    /// The database, when nothing else is working with it.
    virtual Store& store() { return store_; }
    /// The same, with everything written that the operation has changed so far.
    virtual Store& flushed() { return store_; }
    /// The consent ledger: one for all that an operation does, since it keeps what it has read.
    ConsentLedger& consent();
    /// A record as it is now, also from the trash and when it waits to be written.
    virtual std::optional<Record> find(const meta::Entity& entity, std::int64_t id);
    /// Whether the operation under way added the record.
    virtual bool is_new(const Record&) { return false; }
    /// What a field of a record held before the operation under way.
    virtual std::string text_before(const Record& record, const meta::FieldInfo& field);
    /// The number of the operation under way; 0 while it has changed nothing.
    virtual std::int64_t operation() { return 0; }
    /// Whether the operation under way has added, changed or removed records of the noun. Outside
    /// of an operation all count as changed.
    virtual bool touches(const meta::Entity&) const { return true; }
    /// While `checking`: what a record has does not follow from the others any more.
    virtual void outdated(const Record&, std::string) {}
    /// Tells the user something about the change under way.
    virtual void remark(std::string) {}
    /// Adds a record that follows from the change under way.
    virtual std::int64_t add(Record&) { return 0; }
    /// Changes another record that follows from the change under way.
    virtual void change(const Record&, Record&) {}
    /// Which of the values that `after` has and `before` did not is held by another live record,
    /// though no two may share it.
    virtual std::optional<Taken> taken(const Record* before, const Record& after);
    /// Whether the database has such a table: what few databases need is made when it is needed.
    bool has_table(std::string_view name);

protected:
    Store& store_;

private:
    std::map<std::string, bool, std::less<>> tables_;
    std::unique_ptr<ConsentLedger> consent_;
};

/// Whether a change itself says what a field is: then that stands.
bool is_given(const Record* before, const Record& after, const meta::FieldInfo& field);

}  // namespace crm::store
