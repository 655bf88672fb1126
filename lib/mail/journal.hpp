#pragma once

#include "mail/delivery.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace crm::mail {

/// The side file DATABASE-outbox, mode 0600: how far each mail of the batch under way got. It is
/// written without fsync: after a crash of the program it is right, after one of the machine it
/// counts as missing, which its header shows (the boot id of the kernel).
///
/// Header: 8 bytes magic, 8 boot id, 8 journal id. Then records of 24 bytes: 8 delivery, 8 batch
/// and mark, 8 checksum; what is cut off or does not match its checksum ends it.
class Journal {
public:
    /// Opens the file and takes its lock, which says that one program sends for a database; nobody
    /// else may do so until it is closed.
    explicit Journal(const std::string& database);
    ~Journal();
    Journal(const Journal&) = delete;

    /// False where another program has the lock.
    bool locked() const { return locked_; }

    /// The last mark of each delivery of a batch. `id` is the journal's as the database knows it.
    struct Content {
        bool valid = false;      ///< it is that journal
        bool same_boot = false;  ///< and nothing of it can have been lost
        std::map<std::int64_t, Mark> marks;
    };
    Content read(std::uint64_t id, std::int64_t batch) const;

    /// Empties it and writes the header of a new one.
    void begin(std::uint64_t id);
    void append(std::int64_t delivery, std::int64_t batch, Mark mark);

private:
    std::string path_;
    int file_ = -1;
    bool locked_ = false;
    std::uint64_t id_ = 0;
};

/// DATABASE-outbox.
std::string journal_path(const std::string& database);

}  // namespace crm::mail
