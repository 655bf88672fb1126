#include "exchange/import_writer.hpp"

#include "exchange/fold.hpp"
#include "store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::exchange {

using meta::Entity;
using meta::FieldInfo;
using store::Record;

namespace {

constexpr std::size_t most_deferred = 2048;

}  // namespace

/// Whether the row is about a record that the second thread has written or is writing: reading it
/// now would end that thread's work, so such rows are collected.
bool ImportWriter::must_wait(const MatchedRow& matched) {
    store::Writer& writer = context_.writer;
    return matched.record != 0 && !context_.options.on_record && writer.bulk().background() &&
           !writer.bulk().waits(matched.row.entity(), matched.record);
}

/// The rules have begun the history of a new record: versions of an article, events of a ticket.
/// What it had before gets lost.
void ImportWriter::say_histories(const MatchedRow& matched) {
    for (const auto& [field, entries] : matched.row.histories)
        if (matched.row.record.rows[field->first].size() < entries)
            context_.warn_once(matched.draft.file, matched.draft.line,
                               fmt::format("{}: not imported; only crm export and crm import of a "
                                           "whole database keep them",
                                           field->name()));
}

std::int64_t ImportWriter::add(MatchedRow& matched) {
    IncomingRow& row = matched.row;
    const Entity& entity = row.entity();
    fold_company_link(row.record, row, matched.company, context_.options.reading);
    auto unresolved = links_.set_all(row.record, row);
    RecordMark mark{.name = row.name,
                    .set = {},
                    .line = matched.draft.line,
                    .file = memory_.file_number(matched.draft.file),
                    .added = true,
                    .counted = true};
    for (const FieldInfo& field : entity.fields())
        if (has_value(row.record, field)) {
            mark.set.set(field.index);
            row.record.given.push_back(&field);
        }
    const std::int64_t id = context_.writer.add(row.record);
    say_histories(matched);
    memory_.mark(entity, id, std::move(mark));
    ++context_.count.added;
    if (context_.options.on_record)
        context_.options.on_record(context_.writer.get(entity, id), "added");
    links_.defer(std::move(unresolved), entity, id, matched.draft, matched.digest);
    return id;
}

void ImportWriter::update(MatchedRow& matched) {
    const IncomingRow& row = matched.row;
    const Entity& entity = row.entity();
    const Record before = context_.writer.get(entity, matched.record);
    Record after = before;
    RecordMark& mark = memory_.mark(entity, matched.record,
                                    {.name = row.name.empty() ? before.label() : row.name,
                                     .set = {},
                                     .line = matched.draft.line,
                                     .file = memory_.file_number(matched.draft.file)});
    const auto set_before = mark.set;
    fold(after, row, mark, united_);
    for (const FieldInfo& field : entity.fields())
        if (field.cells > 0 && has_value(row.record, field))
            after.given.push_back(&field);
    fold_company_link(after, row, matched.company, context_.options.reading);
    auto unresolved = links_.set_all(after, row);
    store::align_mirrors(after);
    try {
        if (context_.writer.change(before, after))
            memory_.count_update(mark);
    } catch (const Error&) {
        mark.set = set_before;  // a row that is refused sets nothing
        throw;
    }
    if (context_.options.on_record) {
        const char* changed = mark.counted ? "updated" : "unchanged";
        context_.options.on_record(after, mark.added ? "added" : changed);
    }
    links_.defer(std::move(unresolved), entity, matched.record, matched.draft, matched.digest);
}

void ImportWriter::remember(const MatchedRow& matched, std::int64_t record) {
    const IncomingRow& row = matched.row;
    const Entity& entity = row.entity();
    memory_.remember(matched.keys, entity, record, row, matched.draft);
    const KeyPlace here = memory_.place(record, matched.draft);
    const auto add_key = [&](const std::string& key) {
        memory_.add_key(entity, context_.hash(key), here);
    };
    if (!row.key_value.empty())
        add_key(RecordMatcher::key_field_key(row.key_value));
    // A company that was added for this row was not there when the row's keys were made.
    if (matched.company != 0 && matched.keys.name.empty() && !row.name.empty())
        add_key(RecordMatcher::name_and_company_key(row.name, matched.company));
    digests_.add(matched.digest, record);
}

void ImportWriter::complete(const MatchedRow& matched, std::int64_t record) {
    const Entity& entity = matched.row.entity();
    files_.attach(entity, record, matched.draft.files);
    context_.writer.imported_rows().add(matched.digest, entity, record, matched.draft.file,
                                        matched.draft.line);
}

void ImportWriter::write(MatchedRow&& matched) {
    if (!context_.options.key.empty())
        matched.row.key_value = matcher_.key_value(matched.row);
    const bool waits = must_wait(matched);
    std::int64_t record = matched.record;
    if (record == 0)
        record = add(matched);
    else if (!waits)
        update(matched);
    remember(matched, record);
    if (!waits)
        return complete(matched, record);
    deferred_.push_back(std::move(matched));
    if (deferred_.size() == most_deferred)
        write_deferred();
}

/// False where another record has a unique value of the row and it is not the last try; what is
/// refused otherwise rejects the row.
bool ImportWriter::try_update(MatchedRow& matched, bool last) {
    try {
        update(matched);
    } catch (const Error& error) {
        if (error.fault != Fault::refused && error.fault != Fault::usage)
            throw;
        if (error.code == "duplicate" && !last)
            return false;
        context_.reject(matched.draft, error.message);
        return true;
    }
    complete(matched, matched.record);
    return true;
}

void ImportWriter::write_deferred() {
    if (deferred_.empty())
        return;
    context_.writer.bulk().wait();
    for (MatchedRow& matched : std::exchange(deferred_, {}))
        if (!try_update(matched, false))
            refused_.push_back(std::move(matched));
}

/// As long as one row can take its value, the others may find theirs free. Chains resolve in one
/// pass from their end.
void ImportWriter::retry_refused() {
    for (std::size_t before = refused_.size() + 1; refused_.size() < before;) {
        before = refused_.size();
        auto rows = std::exchange(refused_, {});
        std::ranges::reverse(rows);
        for (MatchedRow& matched : rows)
            if (!try_update(matched, false))
                refused_.push_back(std::move(matched));
    }
}

void ImportWriter::finish() {
    write_deferred();
    retry_refused();
    std::ranges::sort(refused_, {}, [](const MatchedRow& matched) {
        return std::pair(matched.draft.file, matched.draft.line);
    });
    for (MatchedRow& matched : std::exchange(refused_, {}))
        try_update(matched, true);
}

}  // namespace crm::exchange
