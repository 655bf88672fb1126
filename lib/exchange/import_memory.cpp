#include "exchange/import_memory.hpp"

#include <utility>

namespace crm::exchange {
namespace {

/// FlatMap needs keys that are spread.
std::uint64_t spread(std::int64_t record) {
    return static_cast<std::uint64_t>(record) * 0x9e3779b97f4a7c15u;
}

}  // namespace

const KeyPlace* ImportMemory::find_key(const meta::Entity& entity, std::uint64_t key) const {
    const NounKeys& noun = keys_[static_cast<std::size_t>(entity.number)];
    const std::uint32_t* at = noun.places.find(key);
    return at == nullptr ? nullptr : &noun.rows[*at];
}

void ImportMemory::add_key(const meta::Entity& entity, std::uint64_t key, const KeyPlace& place) {
    NounKeys& noun = keys_[static_cast<std::size_t>(entity.number)];
    if (noun.rows.empty() || noun.rows.back() != place)
        noun.rows.push_back(place);
    noun.places.insert(key, static_cast<std::uint32_t>(noun.rows.size() - 1));
}

RecordMark* ImportMemory::find(const meta::Entity& entity, std::int64_t record) {
    const auto* at = records_[static_cast<std::size_t>(entity.number)].find(spread(record));
    return at == nullptr ? nullptr : &marks_[*at];
}

RecordMark& ImportMemory::mark(const meta::Entity& entity, std::int64_t record,
                               RecordMark&& first) {
    if (RecordMark* known = find(entity, record))
        return *known;
    records_[static_cast<std::size_t>(entity.number)].insert(
        spread(record), static_cast<std::uint32_t>(marks_.size()));
    return marks_.emplace_back(std::move(first));
}

void ImportMemory::remember(const Keys& keys, const meta::Entity& entity, std::int64_t record,
                            const IncomingRow& row, const form::Draft& draft) {
    const KeyPlace here = place(record, draft);
    RecordMark& known =
        mark(entity, record, {.name = row.name, .set = {}, .line = draft.line, .file = here.file});
    const auto keep_first = [&](std::uint64_t& first, const std::string& text) {
        if (first == 0 && !text.empty())
            first = context_.hash(text) | 1;
    };
    add_missing(known.traits, keys.traits);
    if (known.uid == 0)
        known.uid = keys.own_uid;
    keep_first(known.refs, row.record.text("refs"));
    keep_first(known.town, town_of(row.record));
    for (const auto* list :
         {&keys.uid, &keys.ref, &keys.email, &keys.phone, &keys.name, &keys.same})
        for (const Key& key : *list)
            add_key(entity, key.hash, here);
}

void ImportMemory::count_update(RecordMark& mark) {
    if (mark.counted)
        return;
    mark.counted = true;
    ++context_.count.updated;
}

KeyPlace ImportMemory::place(std::int64_t record, const form::Draft& draft) {
    return {record, static_cast<std::int32_t>(draft.line), file_number(draft.file)};
}

std::int32_t ImportMemory::file_number(const std::string& file) {
    if (files_.empty() || files_.back() != file)
        files_.push_back(file);
    return static_cast<std::int32_t>(files_.size() - 1);
}

}  // namespace crm::exchange
