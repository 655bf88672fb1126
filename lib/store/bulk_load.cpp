#include "store/bulk_load.hpp"

#include <algorithm>
#include <utility>

namespace crm::store {
namespace {

constexpr std::size_t most_waiting = 2048;  // additions of one noun

/// Look-ups are written in the order of their keys, so the more wait the fewer pages are written
/// twice. Bytes.
constexpr std::size_t most_lookups = std::size_t{64} << 20;

}  // namespace

void BulkLoad::begin() {
    begun_ = true;
    store_.db().cache(256);
}

void BulkLoad::add(NounTables& noun, const Record& record) {
    auto it = additions_.find(noun.entity.number);
    if (it == additions_.end()) {
        wait();  // the second thread goes through all of them
        it = additions_.try_emplace(noun.entity.number, noun).first;
    }
    Batch& waiting = it->second.waiting;
    waiting.add(record);
    // All nouns together, in their order: a link whose target is not yet there makes the engine
    // look for it again and again.
    if (waiting.size() >= limit_)
        write_waiting();
}

std::optional<Record> BulkLoad::find(const meta::Entity& entity, std::int64_t id) {
    const auto it = additions_.find(entity.number);
    if (it == additions_.end())
        return {};
    if (auto record = it->second.waiting.get(id))
        return record;
    return it->second.written.get(id);
}

bool BulkLoad::waits(const meta::Entity& entity, std::int64_t id) const {
    const auto it = additions_.find(entity.number);
    return it != additions_.end() && it->second.waiting.has(id);
}

void BulkLoad::replace(const Record& record) {
    additions_.at(record.entity->number).waiting.replace(record);
}

/// Words and look-ups of records, in memory.
void BulkLoad::derive(NounTables& noun, const Batch& records, BatchWords& out) {
    noun.words.begin(records, out);
    Batch::Packed record;
    for (std::size_t at = 0; at < records.size(); ++at) {
        records.read(at, record);
        noun.words.append(record, out);
        if (record.deleted_at.empty())
            derived_.lookups.add(noun.entity, record.id, record.cells);
    }
}

void BulkLoad::write_waiting() {
    // What is derived is made by the thread that would wait otherwise, and by one at a time.
    const bool here = !background_ || (worker_.busy() && !deriving_);
    if (here) {
        for (auto& [number, of] : additions_)
            derive(of.noun, of.waiting, of.waiting_words);
        derived_.lookups.sort();
    }
    wait();
    if (derived_.lookups.bytes() >= most_lookups)
        derived_.lookups.flush();
    for (auto& [number, of] : additions_) {
        std::swap(of.written, of.waiting);
        std::swap(of.written_words, of.waiting_words);
        of.waiting.clear();
    }
    const std::size_t many = std::exchange(limit_, std::min(2 * limit_, most_waiting));
    if (background_) {
        deriving_ = !here;
        worker_.run([this, here, many] { derive_and_write(here, many); });
        return;
    }
    write();
    for (auto& [number, of] : additions_)
        of.written.clear();
}

/// The second thread has time to keep indexes and full text; alone it is quicker to make them
/// afterwards. Of the full text only that of one noun, since the engine writes out what it has
/// gathered when the numbers go back. `many`: additions of a noun that make that worth while.
void BulkLoad::derive_and_write(bool derived, std::size_t many) {
    if (!derived) {
        for (auto& [number, of] : additions_)
            derive(of.noun, of.written, of.written_words);
        derived_.lookups.sort();
        deriving_ = false;
    }
    for (auto& [number, of] : additions_)
        if (of.written.size() >= many) {
            of.noun.records.make_indexes();
            choose_leading();
        }
    write();
}

/// The noun whose full text is written as it comes: the one that says most, if none of it is
/// written yet.
void BulkLoad::choose_leading() {
    if (leading_ != nullptr)
        return;
    for (const auto& [number, of] : additions_)
        if (of.written.size() > 0 && of.written.id(0) == of.noun.numbers.first_added() &&
            (leading_ == nullptr || of.written.bytes() > leading_->written.bytes()))
            leading_ = &of;
}

void BulkLoad::write() {
    for (auto& [number, of] : additions_)
        if (of.written.size() > 0)
            write(of);
}

void BulkLoad::write(Additions& of) {
    of.noun.records.load(of.written);
    of.noun.words.load(of.written, of.written_words);
    if (of.written.uses(of.noun.tags.first)) {
        Batch::Packed record;
        for (std::size_t at = 0; at < of.written.size(); ++at) {
            of.written.read(at, record);
            if (record.deleted_at.empty())
                of.noun.keep_tags(record.cells);
        }
    }
    if (leading_ == &of)
        of.noun.words.load_full_text(of.written, of.written_words);
}

void BulkLoad::flush() {
    write_waiting();
    wait();
    for (auto& [number, of] : additions_)
        of.written.clear();
    derived_.lookups.flush();
}

}  // namespace crm::store
