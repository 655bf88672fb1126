
#include "base/id.hpp"
#include "base/text.hpp"
#include "exchange/importer_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::exchange {

using form::Draft;
using form::DraftField;
using meta::Entity;
using meta::FieldInfo;
using meta::Item;
using meta::Lookup;
using meta::Type;
using store::Record;

namespace {

/// The name that was told, whole or in parts; an address or a number that stands for a name is
/// none.
std::string told_name(Record& record) {
    const FieldInfo& name = *record.entity->name();
    std::string told = record.text(name);
    if (told.empty() &&
        (!text_of(record, "family_name").empty() || !text_of(record, "given_name").empty())) {
        store::complete(record);
        told = record.text(name);
    }
    if (told.empty())
        return told;
    bool reached = false;
    for (const FieldInfo* list : record.entity->lookups())
        if (list->name() == "emails" || list->name() == "phones")
            meta::each_value(*list, record.text(*list),
                             [&](std::string_view value) { reached = reached || value == told; });
    if (!reached)
        return told;
    record.put(name, {Value()});
    return {};
}

/// What is needed to take the row again.
Draft copy_of(const Draft& draft) {
    Draft copy;
    copy.noun = draft.noun;
    copy.file = draft.file;
    copy.line = draft.line;
    copy.fields = draft.fields;
    return copy;
}

}  // namespace

Importer::Importer(store::Writer& writer, store::Resolver& resolver, const Entity* noun,
                   IntakeOptions options)
    : writer_(writer),
      store_(writer.store()),
      resolver_(resolver),
      noun_(noun),
      options_(std::move(options)) {
    std::vector<Item> tags;
    for (const std::string& tag : options_.tags)
        tags.push_back({tag, {}});
    tags_ = meta::items_text(tags);
    auto& db = store_.db();
    sql::Statement any = db.prepare("SELECT 1 FROM \"import_row\" LIMIT 1");
    had_rows_ = any.step();
    for (const Entity* e : store_.nouns()) {
        sql::Statement one =
            db.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", sql::quoted(e->noun)));
        had_records_[e->number] = one.step();
    }
    store_.seed();  // read now, while nobody else works with the store
    // An empty store has nothing to be asked while the other thread writes.
    if (!had_rows_ &&
        std::ranges::none_of(had_records_, [](const auto& noun) { return noun.second; }))
        writer_.in_background();
    known_ = db.prepare("SELECT \"noun\",\"record\" FROM \"import_row\" WHERE \"digest\"=?1");
}

Importer::~Importer() = default;

void Importer::heading(std::string_view raw) {
    if (options_.on_heading)
        options_.on_heading(raw);
}

void Importer::trouble(form::Trouble&& trouble) {
    if (trouble.rejected)
        ++count_.read, ++count_.rejected;
    if (options_.on_trouble)
        options_.on_trouble(trouble);
}

void Importer::progress(std::size_t bytes) {
    if (options_.on_progress)
        options_.on_progress(bytes);
}

void Importer::reject(const Draft& draft, std::string why) {
    ++count_.rejected;
    if (options_.on_trouble)
        options_.on_trouble({draft.file, draft.line, std::move(why), true, std::string(draft.raw)});
}

std::int32_t Importer::file_number(const std::string& file) {
    if (files_.empty() || files_.back() != file)
        files_.push_back(file);
    return static_cast<std::int32_t>(files_.size() - 1);
}

const Importer::Target& Importer::target(const Entity& entity, const std::string& name) {
    auto [it, fresh] = targets_[static_cast<std::size_t>(entity.number)].try_emplace(name);
    Target& t = it->second;
    if (!fresh)
        return t;
    using Way = Target::Way;
    if (name == "id")
        t.way = Way::id;
    else if (name == "uid")
        t.way = Way::uid;
    else if (name == "deleted_at")
        t.way = Way::ignore;
    else if (auto a = store::assignment(entity, name, store::Assignment::Op::set, ""); a) {
        t.field = a->field;
        if (a->part >= 0)
            t.way = Way::part, t.part = t.field->first + static_cast<std::size_t>(a->part);
        else if (t.field->type() == Type::rows)
            t.way = Way::rows;
        else if (t.field->is(meta::mirror))
            t.way = t.field->type() == Type::link ? Way::link : Way::mirror;
        else if (t.field->type() == Type::link)
            t.way = Way::link;
        else
            t.way = t.field->is(meta::many) ? Way::list : Way::value;
    } else if (a.error().code == "derived_field") {
        t.way = Way::ignore;
    }
    return t;
}

Expected<void> Importer::read_field(Incoming& in, DraftField& told) {
    using Way = Target::Way;
    if (told.field.empty()) {
        in.extra.push_back(std::move(told.source));
        return {};
    }
    const Target& t = target(*in.record.entity, told.field);
    const auto aside = [&](Expected<void> failed) -> Expected<void> {
        if (!told.keep_as_extra || told.source.empty())
            return failed;
        in.extra.push_back(std::move(told.source));
        return {};
    };
    switch (t.way) {
        case Way::ignore:
            return {};
        case Way::unknown:
            return aside(
                failure(Fault::refused, "unknown_field",
                        fmt::format("{} has no field '{}'", in.record.entity->noun,
                                    told.field)));  // of a colleague who has a field of their own
        case Way::id: {
            const auto digits = told.value.find_first_of("0123456789");
            if (digits != std::string::npos)
                in.id = std::strtoll(told.value.c_str() + digits, nullptr, 10);
            return {};
        }
        case Way::uid:
            in.record.uid = text::lower_ascii(told.value);
            return {};
        case Way::part: {
            const std::string_view part = text::trimmed(told.value);
            if (!part.empty())
                in.record.cells[t.part] = std::string(part);
            return {};
        }
        case Way::link:
        case Way::rows:
            if (!text::trimmed(told.value).empty())
                in.links.emplace_back(t.field, std::move(told.value));
            return {};
        case Way::mirror: {
            auto value = meta::read_one(*t.field->of, told.value, options_.reading);
            if (!value)
                return aside(std::unexpected(value.error()));
            if (auto* items = std::get_if<std::string>(&*value))
                in.front.emplace_back(t.field->of, std::move(*items));
            return {};
        }
        case Way::list: {
            if (t.field->type() == Type::extra) {
                in.extra.push_back(std::move(told.value));
                return {};
            }
            auto values = meta::read(*t.field, told.value, options_.reading);
            if (!values) {
                // One bad address among several must not take the others with it.
                if (!told.keep_as_extra)
                    return std::unexpected(values.error());
                std::vector<Item> good = meta::read_items(told.value);
                std::erase_if(good, [&](const Item& item) {
                    return !meta::read(*t.field, meta::items_text(std::span(&item, 1)),
                                       options_.reading)
                                .has_value();
                });
                if (!told.source.empty())
                    in.extra.push_back(std::move(told.source));
                if (good.empty())
                    return {};
                values = meta::read(*t.field, meta::items_text(good), options_.reading);
            }
            if (in.record.text(*t.field).empty()) {
                in.record.put(*t.field, std::move(*values));
                return {};
            }
            std::string both = in.record.text(*t.field);
            if (const auto* more = std::get_if<std::string>(&values->front()))
                both += "; " + *more;
            in.record.put(*t.field, *meta::read(*t.field, both, options_.reading));
            return {};
        }
        case Way::value: {
            if (t.field->cells == 1) {
                auto value = meta::read_one(*t.field, told.value, options_.reading);
                if (!value)
                    return aside(std::unexpected(value.error()));
                in.record.cells[t.field->first] = std::move(*value);
                return {};
            }
            auto values = meta::read(*t.field, told.value, options_.reading);
            if (!values)
                return aside(std::unexpected(values.error()));
            in.record.put(*t.field, std::move(*values));
            return {};
        }
    }
    return {};
}

Expected<void> Importer::read(Incoming& in, Draft& draft) {
    const Entity& entity = *in.record.entity;
    for (DraftField& told : draft.fields)
        if (auto done = read_field(in, told); !done)
            return done;
    // A value told as the first one stands before the others.
    for (auto& [list, value] : in.front) {
        if (const std::string& rest = in.record.text(*list); rest.empty())
            in.record.cells[list->first] = value;
        else
            in.record.put(*list, *meta::read(*list, value + "; " + rest, options_.reading));
    }
    if (!in.extra.empty()) {
        std::string lines;
        for (const std::string& line : in.extra)
            lines += (lines.empty() ? "" : "\n") + line;
        in.record.put(*entity.find("extra"), {Value(std::move(lines))});
    }
    store::align_mirrors(in.record);
    if (entity.name() != nullptr)
        in.name = told_name(in.record);
    if (draft.account != nullptr) {
        in.account = std::move(draft.account);
        for (const DraftField& told : draft.link)
            if (!told.value.empty())
                in.account_text +=
                    (in.account_text.empty() ? "" : ", ") +
                    (told.field == "role" ? told.value : told.field + " " + told.value);
        // Most rows name a company and say no more of it, and most companies have been named
        // before.
        if (in.account->fields.size() == 1 && in.account->fields[0].field == "name") {
            in.company_name = text::trimmed(in.account->fields[0].value);
            if (const auto* id = companies_.find(hash(in.company_name))) {
                in.company_id = *id;
                return {};
            }
        }
        in.company = std::make_unique<Incoming>(store_.model().get("account"));
        if (auto done = read(*in.company, *in.account); !done)
            return done;
    }
    return {};
}

std::uint64_t Importer::digest(const Incoming& in, const Draft& draft) {
    std::string& all = digested_;
    all = in.record.entity->noun;
    const auto number = [&](std::int64_t n) {
        all.append(reinterpret_cast<const char*>(&n), sizeof n);
    };
    const auto add = [&](const auto& self, const Incoming& one) -> void {
        all += '\x1e';
        all += one.record.uid;
        for (std::size_t i = 0; i < one.record.cells.size(); ++i) {
            const Value& cell = one.record.cells[i];
            if (std::holds_alternative<std::monostate>(cell))
                continue;
            number(static_cast<std::int64_t>(i));
            if (const auto* s = std::get_if<std::string>(&cell))
                number(static_cast<std::int64_t>(s->size())), all += *s;
            else
                number(std::get<std::int64_t>(cell));
        }
        for (const auto& [field, text] : one.links)
            (all += '\x1f') += field->name(), all += text;
        all += one.account_text;
        if (!one.company_name.empty())
            (all += '\x1d') += one.company_name;
        else if (one.company)
            self(self, *one.company);
    };
    add(add, in);
    for (const auto& file : draft.files)
        number(static_cast<std::int64_t>(crm::digest(file.bytes, store_.seed())));
    return crm::digest(all, store_.seed());
}

std::int64_t Importer::known(std::uint64_t digest) {
    if (const auto* record = digests_.find(digest))
        return *record;
    if (!had_rows_)
        return 0;
    known_.with(static_cast<std::int64_t>(digest));
    std::int64_t record = 0;
    if (known_.step()) {
        const Entity* e = store_.model().by_number(static_cast<int>(known_.integer(0)));
        if (e != nullptr && store_.find(*e, known_.integer(1)))
            record = known_.integer(1);
    }
    known_.reset();
    return record;
}

/// Whom a row told of: later rows with one of its keys mean the same record, or are wrong.
void Importer::remember(const Keys& keys, const Entity& entity, std::int64_t record,
                        const Incoming& in, const Draft& draft) {
    Touched& mark =
        touch(entity, record,
              {.name = in.name, .set = {}, .line = draft.line, .file = file_number(draft.file)});
    const auto note = [&](std::uint64_t& first, const std::string& told) {
        if (first == 0 && !told.empty())
            first = hash(told) | 1;
    };
    note(mark.born, text_of(in.record, "birthday"));
    note(mark.numbered, text_of(in.record, "refs"));
    note(mark.lives, town_of(in.record));
    const Seen here{record, static_cast<std::int32_t>(draft.line), file_number(draft.file)};
    auto& map = seen(entity);
    for (const auto* list : {&keys.uid, &keys.ref, &keys.email, &keys.phone, &keys.name})
        for (const Key& key : *list)
            map.insert(key.hash, here);
}

std::uint64_t Importer::hash(std::string_view key) const {
    return crm::digest(key, store_.seed());
}

Importer::Touched* Importer::touched(const Entity& entity, std::int64_t record) {
    const auto* place = touched_[static_cast<std::size_t>(entity.number)].find(
        static_cast<std::uint64_t>(record) * 0x9e3779b97f4a7c15u);
    return place == nullptr ? nullptr : &marks_[*place];
}

Importer::Touched& Importer::touch(const Entity& entity, std::int64_t record, Touched&& first) {
    if (Touched* mark = touched(entity, record))
        return *mark;
    touched_[static_cast<std::size_t>(entity.number)].insert(
        static_cast<std::uint64_t>(record) * 0x9e3779b97f4a7c15u,
        static_cast<std::uint32_t>(marks_.size()));
    return marks_.emplace_back(std::move(first));
}

void Importer::take(Draft&& draft) {
    ++count_.read;
    const Entity* entity = store_.model().find(draft.noun);
    if (entity == nullptr)
        return reject(draft, fmt::format("there is no noun '{}'", draft.noun));
    if (noun_ != nullptr && noun_ != entity) {
        // Cards of people, asked for their companies; a company's card among people is taken as
        // what it is.
        if (noun_->noun == "account" && draft.account != nullptr) {
            Draft company = std::move(*draft.account);
            company.file = draft.file, company.line = draft.line, company.raw = draft.raw;
            draft = std::move(company);
            entity = noun_;
        } else if (!(noun_->noun == "contact" && entity->noun == "account")) {
            return reject(draft, fmt::format("tells of {} {}, not of {} {}",
                                             entity->noun[0] == 'a' ? "an" : "a", entity->noun,
                                             noun_->noun[0] == 'a' ? "an" : "a", noun_->noun));
        }
    }
    if (options_.key.empty() && names_only_a_company(draft)) {
        Draft company = company_of(std::move(draft));
        draft = std::move(company);
        entity = &store_.model().get("account");
    }
    Incoming in(*entity);
    if (auto done = read(in, draft); !done)
        return reject(draft, done.error().message);
    if (!tags_.empty()) {
        const FieldInfo& tags = *entity->find("tags");
        const std::string& have = in.record.text(tags);
        in.record.put(
            tags, *meta::read(tags, have.empty() ? tags_ : have + "; " + tags_, options_.reading));
    }
    const std::uint64_t row = digest(in, draft);
    const auto account = account_of(in, draft, false);
    if (!account)
        return reject(draft, account.error().message);
    const Keys k = keys(in, *account);
    if (const auto record = known(row); record != 0)
        return remember(k, *entity, record, in, draft);
    if (!in.links.empty())
        if (const auto record = known(unsettled_row(row)); record != 0) {
            remember(k, *entity, record, in, draft);
            return settle_again(in, record, draft, row);
        }
    const auto match = options_.key.empty() ? this->match(in, *account, k, draft) : match_key(in);
    if (!match)
        return reject(draft, match.error().message);
    if (*match == 0 && entity->name() != nullptr) {
        store::complete(in.record);
        if (in.record.text(*entity->name()).empty() && in.company)
            in.record.put(*entity->name(), {Value(in.company->name)});
        if (in.record.text(*entity->name()).empty() && !in.company_name.empty())
            in.record.put(*entity->name(), {Value(in.company_name)});
        if (in.record.text(*entity->name()).empty())
            return reject(draft, entity->find("emails") != nullptr
                                     ? "no name, e-mail address or telephone number"
                                     : fmt::format("no {}; --map COLUMN={} says which column it is",
                                                   entity->name()->name(), entity->name()->name()));
    }
    // An order without one of its lines would be a wrong order.
    for (const auto& [field, text] : in.links) {
        if (!sold(*field))
            continue;
        Record probe(*entity);
        if (auto done = link(probe, *field, text); !done)
            return reject(draft, fmt::format("{}: {}", field->name(), done.error().message));
    }
    const auto made = account_of(in, draft, true);
    if (!made)
        return reject(draft, made.error().message);
    // A segment may name one that comes later in the file.
    std::optional<WaitingRow> again;
    if (!finishing_ && entity->find("query") != nullptr)
        again.emplace(copy_of(draft), std::string(draft.raw));
    const std::size_t unsettled = later_.size();
    const form::Draft place{.file = draft.file, .line = draft.line, .raw = draft.raw};
    try {
        write(std::move(in), *made, *match, k, std::move(draft), row);
    } catch (const Error& e) {
        if (e.fault != Fault::refused && e.fault != Fault::usage)
            throw;
        later_.resize(unsettled);
        if (!again || e.code != "unknown_segment")
            return reject(place, e.message);
        --count_.read;
        waiting_.push_back(std::move(*again));
    }
}

}  // namespace crm::exchange
