#include "base/names.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "exchange/importer_parts.hpp"
#include "form/vcard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

/// What a draft does to its record: the first row to set a field wins, lists unite, nothing is
/// emptied.
namespace crm::exchange {

using form::Draft;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Type;
using store::Record;

namespace {

bool empty(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}

bool told(const Record& record, const FieldInfo& field) {
    return field.cells > 0 &&
           std::ranges::any_of(record.of(field), [](const Value& v) { return !empty(v); });
}

/// The name as it should stand: a fuller form of the same name is not replaced by a shorter one.
bool better_name(std::string_view told, std::string_view stored) {
    if (names_differ(told, stored))
        return true;
    return name_key(told).size() >= name_key(stored).size();
}

std::string united(const FieldInfo& field, const std::string& have, const std::string& more,
                   const std::string* first) {
    if (field.type() == Type::extra) {
        std::string lines = have;
        const auto there = text::split(have, '\n');
        for (std::string_view line : text::split(more, '\n'))
            if (std::ranges::find(there, line) == there.end())
                lines += (lines.empty() ? "" : "\n") + std::string(line);
        return lines;
    }
    std::vector<Item> items = meta::read_items(have);
    for (Item& item : meta::read_items(more)) {
        const auto same = std::ranges::find_if(
            items, [&](const Item& i) { return meta::same_value(field, i.value, item.value); });
        if (same == items.end()) {
            if (first != nullptr && meta::read_items(*first).front().value == item.value)
                items.insert(items.begin(), std::move(item));
            else
                items.push_back(std::move(item));
            continue;
        }
        for (std::string& label : item.labels)
            if (std::ranges::find(same->labels, label) == same->labels.end())
                same->labels.push_back(std::move(label));
    }
    return meta::items_text(items);
}

/// An address of another kind (home, where work is told now) is kept as a card's further addresses
/// are.
void keep_other_address(Record& record, const FieldInfo& field, std::span<const Value> told) {
    const auto have = record.of(field);
    const auto text = [](const Value& v) {
        const auto* s = std::get_if<std::string>(&v);
        return s == nullptr ? std::string() : *s;
    };
    // street, postcode, city, region, country, type
    const std::string kind = text(have[5]), new_kind = text(told[5]);
    if (kind.empty() || new_kind.empty() || kind == new_kind ||
        (text(have[0]).empty() && text(have[2]).empty()) ||
        (text(told[0]).empty() && text(told[2]).empty()))
        return;
    const auto part = [&](std::size_t i) { return form::escaped(text(have[i])); };
    const std::string line = form::content_line(
        {{},
         "ADR",
         {{"TYPE", kind}},
         fmt::format(";;{};{};{};{};{}", part(0), part(2), part(3), part(1), part(4)),
         0});
    const FieldInfo& extra = *record.entity->find("extra");
    record.put(extra, {Value(united(extra, record.text(extra), line, nullptr))});
    for (std::size_t i = 0; i < field.cells; ++i)
        record.cells[field.first + i] = Value();
}

}  // namespace

void Importer::merge(Record& after, const Incoming& in, Touched& touched) {
    for (const FieldInfo& field : after.entity->fields()) {
        if (field.is(meta::mirror) || field.is(meta::derived) || field.name() == "created_at" ||
            !told(in.record, field))
            continue;
        const bool set = touched.set[field.index];
        if (field.is(meta::many)) {
            touched.set.set(field.index);
            // Most rows that tell of a record again repeat its lists as they are.
            if (after.text(field) == in.record.text(field))
                continue;
            const auto front =
                std::ranges::find(in.front, &field, [](const auto& f) { return f.first; });
            after.put(field,
                      {Value(united(field, after.text(field), in.record.text(field),
                                    set || front == in.front.end() ? nullptr : &front->second))});
        } else {
            const auto values = in.record.of(field);
            // A list that says nothing against mail does not take an objection back: the person
            // does.
            if ((field.name() == "do_not_mail" || field.name() == "do_not_call") &&
                after.number(field) != 0)
                continue;
            if (&field == after.entity->name() &&
                (in.name.empty() ||
                 !(stands_in(after, after.text(field)) || better_name(in.name, after.text(field)))))
                continue;
            if (field.type() == Type::address && !set)
                keep_other_address(after, field, values);
            for (std::size_t i = 0; i < field.cells; ++i)
                if (!empty(values[i]) && (!set || empty(after.cells[field.first + i])))
                    after.cells[field.first + i] = values[i];
        }
        touched.set.set(field.index);
    }
    // Another system's uid for a record that has its own is a reference to it there.
    if (!in.record.uid.empty() && in.record.uid != after.uid) {
        const FieldInfo& refs = *after.entity->find("refs");
        after.put(refs, {Value(united(refs, after.text(refs), "uid:" + in.record.uid, nullptr))});
    }
}

void Importer::link_account(Record& record, const Incoming& in, std::int64_t account) {
    const FieldInfo* rows = record.entity->find("accounts");
    if (rows == nullptr || account == 0)
        return;
    auto& list = record.rows[rows->first];
    const FieldInfo& last = rows->rows.back();
    auto same = std::ranges::find_if(
        list, [&](const store::RowCells& row) { return row.front() == Value(account); });
    if (same == list.end()) {
        store::RowCells row(last.first + last.cells);
        row.front() = account;
        // The company told last is the present one.
        same = list.insert(list.begin(), std::move(row));
    }
    if (in.account_text.empty())
        return;
    for (const std::string_view part : text::split(in.account_text, ',')) {
        const std::string_view label = text::trimmed(part);
        const auto named = std::ranges::find_if(rows->rows, [&](const FieldInfo& f) {
            return label.starts_with(std::string(f.name()) + " ");
        });
        const FieldInfo& field = named == rows->rows.end() ? rows->rows[1] : *named;
        auto value = meta::read(
            field, named == rows->rows.end() ? label : label.substr(field.name().size() + 1),
            options_.reading);
        if (value && empty((*same)[field.first]))
            (*same)[field.first] = std::move(value->front());
    }
}

Expected<void> Importer::link(Record& record, const FieldInfo& field, const std::string& text) {
    writer_.wait();
    // Only imports of people make accounts unasked.
    const auto kept = resolver_.create;
    resolver_.loose = true;
    const bool people = record.entity->noun == "contact";
    if (people || options_.create)
        resolver_.create = [&](const Entity& to, std::string_view name) -> std::int64_t {
            if (!options_.create && to.noun != "account")
                return 0;
            const std::string key = fmt::format("n{}|0", name_key(name));
            if (const Seen* there = seen(to).find(hash(key)))
                return there->record;
            Record made(to);
            made.put(*to.name(), {Value(std::string(name))});
            const std::int64_t id = writer_.add(made);
            seen(to).insert(hash(key), Seen{id, 0, 0});
            return id;
        };
    const FieldInfo* row_link = field.type() == Type::rows ? &field.rows.front() : &field;
    if (people && !options_.create && (row_link->to == nullptr || row_link->to->noun != "account"))
        resolver_.create = nullptr;
    const bool adds = field.type() == Type::rows && !sold(field);
    auto done = store::apply(record,
                             {.field = &field,
                              .op = adds ? store::Assignment::Op::add : store::Assignment::Op::set,
                              .text = text},
                             resolver_, options_.reading);
    resolver_.create = kept;
    return done;
}

void Importer::resolve_links(Record& record, const Incoming& in, const Draft& draft,
                             std::uint64_t row) {
    for (const auto& [field, text] : in.links)
        if (!link(record, *field, text))
            later_.push_back({record.entity, 0, field, text, draft.file, draft.line, row});
}

namespace {

/// The text of a link that leads nowhere, as other columns are kept that have no field.
std::string kept_text(const FieldInfo& field, std::string_view text) {
    std::string value;
    for (char c : text)
        value += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : std::string(1, c);
    return fmt::format("X-COLUMN;NAME={}:{}", field.name(), value);
}

}  // namespace

void Importer::settle_again(const Incoming& in, std::int64_t id, const Draft& draft,
                            std::uint64_t row) {
    const Entity& entity = *in.record.entity;
    writer_.wait();
    const Record before = writer_.get(entity, id);
    if (!before.deleted_at.empty())
        return;
    Record after = before;
    const FieldInfo& extra = *entity.find("extra");
    bool all = true;
    for (const auto& [field, text] : in.links) {
        const bool empty = field->type() == Type::rows
                               ? before.rows[field->first].empty()
                               : std::holds_alternative<std::monostate>(before.of(*field).back());
        if (!empty)
            continue;
        if (!link(after, *field, text)) {
            all = false;
            continue;
        }
        const std::string have = after.text(extra);
        std::string left;
        for (const std::string_view line : text::split(std::string_view(have), '\n'))
            if (!line.empty() && line != kept_text(*field, text))
                left += fmt::format("{}{}", left.empty() ? "" : "\n", line);
        after.put(extra, {left.empty() ? Value() : Value(std::move(left))});
    }
    Touched& mark = touch(entity, id, {});
    if (auto done = change(before, after, mark); !done)
        return reject(draft, done.error().message);
    if (options_.on_record)
        options_.on_record(after, mark.counted ? "updated" : "unchanged");
    if (all)
        writer_.remember_row(row, entity, id, draft.file, draft.line);
}

void Importer::write(Incoming&& in, std::int64_t account, std::int64_t match, const Keys& keys,
                     Draft&& draft, std::uint64_t row) {
    const Entity& entity = *in.record.entity;
    // What tells of a record that is written already waits: asking for it would end the second
    // thread's work.
    const bool put_off =
        match != 0 && !options_.on_record && writer_.background() && !writer_.waits(entity, match);
    std::int64_t id = match;
    if (match == 0) {
        const std::size_t unsettled = later_.size();
        link_account(in.record, in, account);
        resolve_links(in.record, in, draft, row);
        Touched mark{.name = in.name,
                     .set = {},
                     .line = draft.line,
                     .file = file_number(draft.file),
                     .added = true,
                     .counted = true};
        for (const FieldInfo& field : entity.fields())
            if (told(in.record, field))
                mark.set.set(field.index);
        if (!options_.key.empty())
            in.key = key_of(in);
        id = writer_.add(in.record);
        touch(entity, id, std::move(mark));
        ++count_.added;
        if (options_.on_record)
            options_.on_record(writer_.get(entity, id), "added");
        for (std::size_t i = unsettled; i < later_.size(); ++i)
            later_[i].record = id;
    } else {
        if (!options_.key.empty())
            in.key = key_of(in);
        if (!put_off)
            update(in, account, match, draft, row);
    }
    remember(keys, entity, id, in, draft);
    auto& map = seen(entity);
    const Seen here{id, static_cast<std::int32_t>(draft.line), file_number(draft.file)};
    if (!in.key.empty())
        map.insert(hash('k' + in.key), here);
    // A company that was made for this row was not there when its keys were.
    if (account != 0 && keys.name.empty() && !in.name.empty())
        map.insert(hash('n' + name_key(in.name) + '|' + std::to_string(account)), here);
    digests_.insert(row, id);
    if (put_off) {
        put_off_.push_back({std::move(in), account, match, std::move(draft), row});
        if (put_off_.size() == put_off_limit)
            write_deferred();
        return;
    }
    if (!draft.files.empty())
        attach(entity, id, draft.files);
    writer_.remember_row(row, entity, id, draft.file, draft.line);
}

/// A further row of a record.
void Importer::update(Incoming& in, std::int64_t account, std::int64_t id, const Draft& draft,
                      std::uint64_t row) {
    const Entity& entity = *in.record.entity;
    const std::size_t unsettled = later_.size();
    const Record before = writer_.get(entity, id);
    Record after = before;
    Touched& mark = touch(entity, id,
                          {.name = in.name.empty() ? before.label() : in.name,
                           .set = {},
                           .line = draft.line,
                           .file = file_number(draft.file)});
    merge(after, in, mark);
    link_account(after, in, account);
    resolve_links(after, in, draft, row);
    store::align_mirrors(after);
    if (writer_.change(before, after))
        count(id, mark, true);
    if (options_.on_record)
        options_.on_record(after, mark.added ? "added" : mark.counted ? "updated" : "unchanged");
    for (std::size_t i = unsettled; i < later_.size(); ++i)
        later_[i].record = id;
}

void Importer::write_deferred() {
    if (put_off_.empty())
        return;
    writer_.wait();
    for (DeferredRow& row : put_off_) {
        const Entity& entity = *row.in.record.entity;
        try {
            update(row.in, row.account, row.record, row.draft, row.row);
        } catch (const Error& e) {
            if (e.fault != Fault::refused && e.fault != Fault::usage)
                throw;
            reject(row.draft, e.message);
            continue;
        }
        if (!row.draft.files.empty())
            attach(entity, row.record, row.draft.files);
        writer_.remember_row(row.row, entity, row.record, row.draft.file, row.draft.line);
    }
    put_off_.clear();
}

void Importer::count(std::int64_t, Touched& mark, bool changed) {
    if (!changed || mark.counted)
        return;
    mark.counted = true;
    ++count_.updated;
}

/// A link that a rule refuses, such as a circle, is kept as text like one that leads nowhere.
Expected<void> Importer::change(const Record& before, Record& after, Touched& mark) {
    try {
        if (writer_.change(before, after))
            count(after.id, mark, true);
    } catch (const Error& e) {
        if (e.fault != Fault::refused)
            throw;
        return std::unexpected(e);
    }
    return {};
}

void Importer::attach(const Entity& owner, std::int64_t id, std::vector<form::Attached>& files) {
    const Entity& entity = store_.model().get("attachment");
    const FieldInfo &about = *entity.find("about"), &hash = *entity.find("hash");
    writer_.wait();
    sql::Statement there = store_.db().prepare(
        "SELECT 1 FROM \"attachment\" WHERE \"about_noun\"=?1 AND \"about\"=?2 AND \"hash\"=?3");
    for (form::Attached& file : files) {
        const std::string name = writer_.keep_blob(file.bytes);
        there.with(owner.number, id, name);
        if (there.step() ||
            !attached_.insert(fmt::format("{} {} {}", owner.number, id, name)).second)
            continue;
        Record made(entity);
        const std::string_view ending =
            file.media_type.find('/') == std::string::npos
                ? "bin"
                : std::string_view(file.media_type).substr(file.media_type.find('/') + 1);
        made.put(*entity.name(),
                 {Value(fmt::format("{}.{}", file.role.empty() ? "file" : file.role, ending))});
        made.put(about, {Value(std::int64_t{owner.number}), Value(id)});
        made.put(hash, {Value(name)});
        if (!file.role.empty())
            made.put(*entity.find("role"), {Value(file.role)});
        if (!file.media_type.empty())
            made.put(*entity.find("media_type"), {Value(file.media_type)});
        made.put(*entity.find("size"), {Value(static_cast<std::int64_t>(file.bytes.size()))});
        writer_.add(made);
    }
}

/// As long as one of them finds what it names, the others may find theirs.
void Importer::take_waiting() {
    for (std::size_t left = waiting_.size() + 1; waiting_.size() < left;) {
        left = waiting_.size();
        for (WaitingRow& row : std::exchange(waiting_, {})) {
            row.draft.raw = row.raw;
            take(std::move(row.draft));
        }
    }
    finishing_ = true;
    for (WaitingRow& row : std::exchange(waiting_, {})) {
        row.draft.raw = row.raw;
        take(std::move(row.draft));
    }
}

void Importer::finish() {
    take_waiting();
    write_deferred();
    if (!later_.empty())
        writer_.flush_pending();
    std::set<std::uint64_t> open;
    for (const DeferredLink& l : later_) {
        const Record before = writer_.get(*l.entity, l.record);
        Record after = before;
        auto done = link(after, *l.field, l.text);
        Touched& mark = touch(*l.entity, l.record, {});
        if (done)
            done = change(before, after, mark);
        if (!done) {
            after = before;
            const std::string what = fmt::format("{}: {}", l.field->name(), done.error().message);
            if (unresolved_[what]++ == 0 && options_.on_trouble)
                options_.on_trouble({l.file, l.line, what + "; kept as text", false, {}});
            const FieldInfo& extra = *l.entity->find("extra");
            after.put(
                extra,
                {Value(united(extra, after.text(extra), kept_text(*l.field, l.text), nullptr))});
            open.insert(l.row);
            if (auto kept = change(before, after, mark); !kept)
                throw kept.error();
        }
    }
    later_.clear();
    writer_.rename_rows(
        [&](std::uint64_t row) { return open.contains(row) ? unsettled_row(row) : row; });
}

}  // namespace crm::exchange
