#pragma once

#include "base/flat_map.hpp"
#include "form/draft.hpp"
#include "store/assign.hpp"
#include "store/writer.hpp"

#include <array>
#include <bitset>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

/// Drafts from outside into the store: read by their types, matched with what is there, folded,
/// written (cli.md 4).
namespace crm::exchange {

struct IntakeOptions {
    std::vector<std::string> tags;  ///< +tag on the command line, without the plus
    std::string key;                ///< --key: the one field that rows are matched by
    bool create = false;            ///< --create: links that name nothing are made
    meta::Reading reading;
    std::function<void(const form::Trouble&)> on_trouble;
    std::function<void(std::string_view)> on_heading;
    std::function<void(const store::Record&, std::string_view result)> on_record;
    std::function<void(std::size_t bytes)> on_progress;
};

struct IntakeCount {
    std::int64_t read = 0, added = 0, updated = 0, rejected = 0;
    std::int64_t unchanged() const { return read - added - updated - rejected; }
};

/// Takes drafts one by one. Of one record several rows may tell: the first to set a field wins,
/// lists unite. A row whose key was told before under another name is rejected, naming both lines.
class Importer : public form::Intake {
public:
    /// `noun`: what the command asked for; null: whatever the drafts are.
    Importer(store::Writer& writer, store::Resolver& resolver, const meta::Entity* noun,
             IntakeOptions options);
    ~Importer() override;

    void take(form::Draft&& draft) override;
    void heading(std::string_view raw) override;
    void trouble(form::Trouble&& trouble) override;
    void progress(std::size_t bytes) override;
    /// Settles links to records that came later in the same files. Call once after the last draft.
    void finish();

    const IntakeCount& count() const { return count_; }

private:
    struct Target;
    struct Incoming;
    struct DeferredRow;
    struct Seen {
        std::int64_t record;
        std::int32_t line;
        std::int32_t file;
        bool operator==(const Seen&) const = default;
    };
    /// Where each key was told first. One row has several keys, so that what is known of the row
    /// stands apart from them.
    class SeenKeys {
    public:
        const Seen* find(std::uint64_t key) const {
            const std::uint32_t* place = places_.find(key);
            return place == nullptr ? nullptr : &rows_[*place];
        }
        void insert(std::uint64_t key, const Seen& seen) {
            if (rows_.empty() || rows_.back() != seen)
                rows_.push_back(seen);
            places_.insert(key, static_cast<std::uint32_t>(rows_.size() - 1));
        }

    private:
        FlatMap<std::uint32_t> places_;  ///< by the digest of a key
        std::vector<Seen> rows_;
    };
    struct Touched {
        std::string name;
        std::bitset<128> set;  ///< fields that a row of this import has set
        std::int64_t line = 0;
        std::int32_t file = 0;
        bool added = false;
        bool counted = false;
        std::uint64_t
            born = 0,
            numbered = 0,
            lives =
                0;  ///< digests of the birthday, the references and the town first told; 0: none
    };
    struct WaitingRow {
        form::Draft draft;
        std::string raw;
    };
    struct DeferredLink {
        const meta::Entity* entity;
        std::int64_t record;
        const meta::FieldInfo* field;
        std::string text, file;
        std::int64_t line;
        std::uint64_t row;
    };
    struct Key {
        std::string text;  ///< its kind, one letter, and what is the same for the same record
        std::uint64_t hash;
    };
    struct Keys {
        std::vector<Key> uid, ref, email, phone, name;
    };

    const Target& target(const meta::Entity& entity, const std::string& field);
    Expected<void> read(Incoming& in, form::Draft& draft);
    Expected<void> read_field(Incoming& in, form::DraftField& told);
    static bool tells_more(const Incoming& company);
    std::uint64_t digest(const Incoming& in, const form::Draft& draft);
    std::int64_t known(std::uint64_t digest);
    void remember(const Keys& keys, const meta::Entity& entity, std::int64_t record,
                  const Incoming& in, const form::Draft& draft);
    /// Whether a name is none, but an address or a number that stands for it until one is told.
    static bool stands_in(const store::Record& record, std::string_view name);
    /// Whether a row's numbers in another system, or its birthday, say that it is about somebody
    /// else of the same name.
    bool another(const Incoming& in, std::int64_t account, std::int64_t record);
    Keys keys(const Incoming& in, std::int64_t account) const;
    Expected<std::int64_t> match(Incoming& in, std::int64_t account, const Keys& keys,
                                 const form::Draft& draft);
    Expected<std::int64_t> match_key(const Incoming& in);
    std::vector<std::int64_t> stored(std::string_view key, const Incoming& in,
                                     std::int64_t account);
    Expected<std::int64_t> account_of(Incoming& in, const form::Draft& draft, bool make);
    std::int64_t linked_account(const Incoming& in);
    void merge(store::Record& after, const Incoming& in, Touched& touched);
    void link_account(store::Record& record, const Incoming& in, std::int64_t account);
    void write(Incoming&& in, std::int64_t account, std::int64_t match, const Keys& keys,
               form::Draft&& draft, std::uint64_t row);
    void update(Incoming& in, std::int64_t account, std::int64_t id, const form::Draft& draft,
                std::uint64_t row);
    void write_deferred();
    void take_waiting();
    std::string key_of(const Incoming& in) const;
    void attach(const meta::Entity& owner, std::int64_t id, std::vector<form::Attached>& files);
    void resolve_links(store::Record& record, const Incoming& in, const form::Draft& draft,
                       std::uint64_t row);
    /// A row that came before, when what it names was not there: its links that are still empty,
    /// and nothing else of it.
    void settle_again(const Incoming& in, std::int64_t id, const form::Draft& draft,
                      std::uint64_t row);
    /// How a row is remembered of which a link led nowhere.
    static std::uint64_t unsettled_row(std::uint64_t row) { return row ^ 0x9e3779b97f4a7c15u; }
    Expected<void> link(store::Record& record, const meta::FieldInfo& field,
                        const std::string& text);
    void count(std::int64_t record, Touched& mark, bool changed);
    Expected<void> change(const store::Record& before, store::Record& after, Touched& mark);
    void reject(const form::Draft& draft, std::string why);
    std::int32_t file_number(const std::string& file);
    SeenKeys& seen(const meta::Entity& entity) {
        return seen_[static_cast<std::size_t>(entity.number)];
    }
    std::uint64_t hash(std::string_view key) const;
    /// What this import knows of a record; null for one that it has not met.
    Touched* touched(const meta::Entity& entity, std::int64_t record);
    Touched& touch(const meta::Entity& entity, std::int64_t record, Touched&& first);

    store::Writer& writer_;
    store::Store& store_;
    store::Resolver& resolver_;
    const meta::Entity* noun_;
    IntakeOptions options_;
    IntakeCount count_;
    std::string tags_;
    bool had_rows_ = false;            ///< the store remembers rows of earlier imports
    std::map<int, bool> had_records_;  ///< by noun: it had records before
    std::array<std::unordered_map<std::string, Target>, 64> targets_;
    std::array<SeenKeys, 64> seen_;                   ///< by noun
    std::array<FlatMap<std::uint32_t>, 64> touched_;  ///< by noun, by record: the place in `marks_`
    std::deque<Touched> marks_;
    std::string digested_;  ///< the bytes that `digest` takes, kept for their memory
    FlatMap<std::int64_t> digests_;
    FlatMap<std::int64_t> companies_;  ///< by the digest of the name as told
    FlatMap<std::int64_t>
        told_companies_;  ///< by the digest of all that was told: telling it again changes nothing
    std::unordered_map<std::string, std::int64_t>
        linked_accounts_;  ///< of deals and orders, by the text as told
    std::vector<DeferredLink> later_;
    std::vector<WaitingRow> waiting_;   ///< rows that name what may come later in the same files
    bool finishing_ = false;            ///< nothing comes any more
    std::vector<DeferredRow> put_off_;  ///< rows of records that are written, in their order
    std::set<std::string> attached_;    ///< bytes attached here, by noun, record and hash
    std::map<std::string, int> unresolved_;  ///< what was named and not found: warned of once
    std::vector<std::string> files_;
    sql::Statement known_;
};

}  // namespace crm::exchange
