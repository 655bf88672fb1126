#include "exchange/importer.hpp"

#include "base/text.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace crm::exchange {

using form::Draft;
using meta::Entity;
using meta::FieldInfo;

namespace {

std::string items_of(const std::vector<std::string>& tags) {
    std::vector<meta::Item> items;
    for (const std::string& tag : tags)
        items.push_back({tag, {}});
    return meta::items_text(items);
}

std::unexpected<Error> rejected(std::string code, std::string reason) {
    return failure(Fault::rejected, std::move(code), std::move(reason));
}

}  // namespace

Importer::Importer(store::Writer& writer, store::Resolver& resolver, const Entity* noun,
                   ImportOptions options)
    : context_(writer, resolver, std::move(options)),
      noun_(noun),
      tags_(items_of(context_.options.tags)),
      memory_(context_),
      digests_(context_),
      reader_(context_),
      matcher_(context_, memory_),
      links_(context_, memory_),
      companies_(context_, memory_, reader_, matcher_, digests_, links_),
      writer_(context_, memory_, matcher_, digests_, links_) {}

void Importer::heading(std::string_view raw) {
    if (context_.options.on_heading)
        context_.options.on_heading(raw);
}

void Importer::trouble(form::Trouble&& trouble) {
    if (trouble.rejected) {
        ++context_.count.read;
        ++context_.count.rejected;
    }
    if (context_.options.on_trouble)
        context_.options.on_trouble(trouble);
}

void Importer::progress(std::size_t bytes) {
    if (context_.options.on_progress)
        context_.options.on_progress(bytes);
}

/// The draft as one of the noun that was asked for; nothing if it was rejected.
std::optional<Draft> Importer::accepted(Draft&& draft) {
    const Entity* entity = context_.store.model().find(draft.noun);
    if (entity == nullptr) {
        context_.reject(draft, fmt::format("there is no noun '{}'", draft.noun));
        return std::nullopt;
    }
    if (noun_ != nullptr && noun_ != entity) {
        // An import of companies takes the companies of people. A company among people is imported
        // as a company.
        if (noun_->role == meta::Role::company && draft.account != nullptr) {
            Draft company = std::move(*draft.account);
            company.file = draft.file;
            company.line = draft.line;
            company.raw = draft.raw;
            draft = std::move(company);
        } else if (noun_->role != meta::Role::person || entity->role != meta::Role::company) {
            context_.reject(draft, fmt::format("is {}, not {}", meta::with_article(entity->noun),
                                               meta::with_article(noun_->noun)));
            return std::nullopt;
        }
    }
    if (context_.options.key.empty() && is_about_a_company(draft))
        return company_draft(std::move(draft));
    return std::move(draft);
}

void Importer::add_tags(IncomingRow& row) {
    if (tags_.empty())
        return;
    const FieldInfo& field = *row.entity().find("tags");
    const std::string& have = row.record.text(field);
    const std::string all = have.empty() ? tags_ : have + "; " + tags_;
    row.record.put(field, *meta::read(field, all, context_.options.reading));
}

Expected<void> Importer::read(IncomingRow& row, Draft& draft) {
    if (auto done = reader_.read(row, draft); !done)
        return done;
    if (auto done = companies_.read(row, draft); !done)
        return done;
    add_tags(row);
    return {};
}

/// Whether the same row was imported before. Then nothing changes, except that links are set which
/// could not be resolved then.
bool Importer::came_before(const IncomingRow& row, const Draft& draft, const Keys& keys,
                           std::uint64_t digest) {
    if (const auto record = digests_.find(digest); record != 0) {
        memory_.remember(keys, row.entity(), record, row, draft);
        return true;
    }
    if (row.links.empty())
        return false;
    const auto record = digests_.find(RowDigests::with_open_link(digest));
    if (record == 0)
        return false;
    memory_.remember(keys, row.entity(), record, row, draft);
    links_.resolve_again(row, record, draft, digest);
    return true;
}

/// A new record needs a name: of its parts, of its company, or of an address or number.
Expected<void> Importer::complete_name(IncomingRow& row) {
    const FieldInfo* name = row.entity().name();
    if (name == nullptr)
        return {};
    store::complete(row.record);
    if (row.record.text(*name).empty() && row.company)
        row.record.put(*name, {Value(row.company->name)});
    if (row.record.text(*name).empty() && !row.company_name.empty())
        row.record.put(*name, {Value(row.company_name)});
    if (!row.record.text(*name).empty())
        return {};
    if (row.entity().find("emails") != nullptr)
        return rejected("no_name", "no name, e-mail address or telephone number");
    return rejected("no_name", fmt::format("no {}; --map COLUMN={} names its column", name->name(),
                                           name->name()));
}

/// An order without one of its line items would be a wrong order.
Expected<void> Importer::check_products(const IncomingRow& row) {
    for (const auto& [field, text] : row.links) {
        if (!lists_products(*field))
            continue;
        store::Record probe(row.entity());
        auto done = links_.set(probe, *field, text);
        if (done)
            continue;
        Error& error = done.error();
        if (error.fault == Fault::not_found || error.fault == Fault::ambiguous)
            error.message = fmt::format("{}: {}", field->name(), error.message);
        return std::unexpected(std::move(error));
    }
    return {};
}

/// What the user is told of a row that is imported.
void Importer::say_notes(const IncomingRow& row, const Draft& draft) {
    for (const std::string& note : draft.notes)
        context_.warn(draft.file, draft.line, note);
    for (const std::string& note : row.notes)
        context_.warn_once(draft.file, draft.line, note);
    if (row.company != nullptr && draft.account != nullptr)
        say_notes(*row.company, *draft.account);
}

Expected<void> Importer::import(IncomingRow&& row, Draft& draft) {
    if (auto done = read(row, draft); !done)
        return done;
    const std::uint64_t digest = digests_.digest(row, draft);
    const auto known_company = companies_.find(row);
    if (!known_company)
        return std::unexpected(known_company.error());
    Keys keys = matcher_.keys(row, *known_company);
    if (came_before(row, draft, keys, digest))
        return {};
    const auto record = context_.options.key.empty()
                            ? matcher_.find(row, *known_company, keys, draft)
                            : matcher_.find_by_key_field(row);
    if (!record)
        return std::unexpected(record.error());
    if (*record == 0)
        if (auto done = complete_name(row); !done)
            return done;
    if (auto done = check_products(row); !done)
        return done;
    const auto company = companies_.find_or_add(row, draft);
    if (!company)
        return std::unexpected(company.error());
    say_notes(row, draft);
    MatchedRow matched{std::move(row), std::move(draft), std::move(keys),
                       *company,       *record,          digest};
    try {
        writer_.write(std::move(matched));
    } catch (Error& error) {
        if (error.fault != Fault::refused && error.fault != Fault::usage)
            throw;
        draft = std::move(matched.draft);  // nothing was taken from it
        return std::unexpected(std::move(error));
    }
    return {};
}

void Importer::take(Draft&& draft) {
    ++context_.count.read;
    std::optional<Draft> own = accepted(std::move(draft));
    if (!own)
        return;
    const Entity& entity = context_.store.model().get(own->noun);
    const auto done = import(IncomingRow(entity), *own);
    if (done)
        return;
    // A segment may refer to one that comes later in the same files, and a later row may free the
    // unique value that this one takes.
    const std::string& code = done.error().code;
    if ((code == "unknown_segment" || code == "duplicate") && !finishing_) {
        --context_.count.read;
        std::string raw(own->raw);
        waiting_.push_back({std::move(*own), std::move(raw)});
        return;
    }
    context_.reject(*own, done.error().message);
}

void Importer::take_waiting() {
    const auto take_all = [&](bool last_first) {
        auto rows = std::exchange(waiting_, {});
        if (last_first)
            std::ranges::reverse(rows);
        for (WaitingRow& row : rows) {
            row.draft.raw = row.raw;
            take(std::move(row.draft));
        }
    };
    // As long as one of them finds what it refers to, the others may find theirs.
    // Chains resolve in one pass from their end.
    for (std::size_t before = waiting_.size() + 1; waiting_.size() < before;) {
        before = waiting_.size();
        take_all(true);
    }
    std::ranges::sort(waiting_, {}, [](const WaitingRow& row) {
        return std::pair(row.draft.file, row.draft.line);
    });
    finishing_ = true;
    take_all(false);
}

void Importer::finish() {
    take_waiting();
    writer_.finish();
    links_.finish();
}

}  // namespace crm::exchange
