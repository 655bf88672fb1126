#include "exchange/import_context.hpp"

#include "base/id.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::exchange {

ImportContext::ImportContext(store::Writer& writer_, store::Resolver& resolver_,
                             ImportOptions options_)
    : writer(writer_), store(writer_.store()), resolver(resolver_), options(std::move(options_)) {
    auto& db = store.db();
    sql::Statement any_row = db.prepare(R"(SELECT 1 FROM "import_row" LIMIT 1)");
    had_rows = any_row.step();
    for (const meta::Entity* entity : store.nouns()) {
        sql::Statement any =
            db.prepare(fmt::format("SELECT 1 FROM {} LIMIT 1", sql::quoted(entity->noun)));
        had_records_[entity->number] = any.step();
    }
    store.seed();  // read now, before a second thread uses the connection
    const bool had_any =
        std::ranges::any_of(had_records_, [](const auto& noun) { return noun.second; });
    // Nothing needs to be asked of an empty database while the second thread writes.
    if (!had_rows && !had_any)
        writer.bulk().in_background();
}

bool ImportContext::had_records(const meta::Entity& entity) const {
    const auto found = had_records_.find(entity.number);
    return found != had_records_.end() && found->second;
}

std::uint64_t ImportContext::hash(std::string_view text) const {
    return digest(text, store.seed());
}

void ImportContext::reject(const form::Draft& draft, std::string reason) {
    ++count.rejected;
    if (options.on_trouble)
        options.on_trouble(
            {draft.file, draft.line, std::move(reason), true, std::string(draft.raw)});
}

void ImportContext::warn(const std::string& file, std::int64_t line, std::string text) const {
    if (options.on_trouble)
        options.on_trouble({file, line, std::move(text), false, {}});
}

void ImportContext::warn_once(const std::string& file, std::int64_t line, const std::string& text) {
    if (warned_.insert(text).second)
        warn(file, line, text);
}

}  // namespace crm::exchange
