#pragma once

#include "calendar/ics_read.hpp"
#include "form/draft.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Calendar files of any program: events become meetings, to-dos tasks, journals notes. Answers and
/// cancellations of invitations change the meeting that they are about (RFC 5546).
namespace crm::calendar {

class IcsImport {
public:
    struct Count {
        std::int64_t read = 0, added = 0, updated = 0, rejected = 0;
    };
    struct Options {
        Clock clock;
        std::vector<std::string> tags;  ///< for every record
        std::function<void(const form::Trouble&)> on_trouble;
        std::function<void(const store::Record&, std::string_view result)> on_record;
    };

    IcsImport(store::Writer& writer, Options options);

    /// One file. Damaged components are named, the others are kept. What a component is, its UID
    /// and RECURRENCE-ID say; a higher SEQUENCE, then a later DTSTAMP replaces what was there.
    void read(std::string_view bytes, const std::string& name);

    const Count& count() const { return count_; }
    /// Answers and cancellations: "declined mt1 Kickoff: c1 Ada Lovelace".
    const std::vector<std::string>& lines() const { return lines_; }

private:
    struct File;

    void take(File& file, const form::Component& component);
    void put(File& file, const form::Component& component, const IcsIdentity& identity);
    void put_occurrence(File& file, const form::Component& component, const IcsIdentity& identity,
                        store::Record series);
    void split_series(File& file, const form::Component& component, const IcsIdentity& identity,
                      const store::Record& series, Instant at);
    void answer(File& file, const form::Component& component, const IcsIdentity& identity);
    void cancel(const IcsIdentity& identity, File& file);
    store::Record target(File& file, const IcsIdentity& identity, bool changes);

    void add(File& file, store::Record record, const form::Component& component,
             const IcsIdentity& identity, const std::string& key);
    void change(const store::Record& before, store::Record& after, const form::Component* component,
                File& file);
    void reject(const File& file, long line, const std::string& why);
    void add_tags(store::Record& record) const;

    std::optional<store::Found> find(std::string_view noun, const std::string& uid);
    bool is_in_trash(const meta::Entity& entity, const std::string& uid);
    std::optional<store::Found> find_occurrence(const store::Record& series, Instant at);

    store::Writer& writer_;
    Options options_;
    IcsPeople people_;
    Count count_;
    std::vector<std::string> lines_;
    std::unordered_map<std::string, store::Found> added_;  // by noun and UID, or series and time
    std::map<int, std::set<std::string>> trash_;           // UIDs, by the number of the noun
};

}  // namespace crm::calendar
