#include "value/store_fields.hpp"

#include "meta/type.hpp"
#include "sql/views.hpp"
#include "store/columns.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace crm::value {
namespace {

bool is_amount(const store::SelectColumn& column) {
    return column.field != nullptr && column.field->type() == meta::Type::money && column.part < 0;
}

}  // namespace

void TextColumn::add(std::string text) {
    const auto [at, added] =
        numbers_.try_emplace(std::move(text), static_cast<std::uint32_t>(texts_.size()));
    if (added)
        texts_.push_back(&at->first);
    of_.push_back(at->second);
}

std::int64_t number_of(std::string_view short_id, const meta::Entity& noun) {
    std::int64_t out = 0;
    short_id.remove_prefix(noun.prefix.size());
    std::from_chars(short_id.data(), short_id.data() + short_id.size(), out);
    return out;
}

std::string over_view(const meta::Entity& noun, const std::string& condition) {
    if (auto on_view = sql::over_view(noun, condition, "t"))
        return *on_view;
    return fmt::format("t.key IN (SELECT t.\"id\" FROM \"{}\" t WHERE {})", noun.noun, condition);
}

bool is_in_use(store::Store& store, const meta::Entity& noun) {
    const auto nouns = store.nouns();
    return std::ranges::find(nouns, &noun) != nouns.end();
}

FieldTexts field_texts(store::Resolver& resolver, const Clock& clock, const meta::Entity& noun,
                       const std::vector<std::string>& query, const std::vector<std::string>& paths,
                       const std::vector<std::int64_t>* among) {
    store::Selection selection = store::select(resolver, clock, noun, query);
    if (among != nullptr)
        selection.among = *among;
    store::add_columns(selection, {"id"});
    store::add_columns(selection, paths);
    FieldTexts out;
    out.texts.resize(paths.size());
    std::vector<std::int64_t> foreign(paths.size());
    const std::string& currency = resolver.store().currency();
    selection.each([&](std::span<const std::span<const View>> cells) {
        out.ids.push_back(number_of(cells[0].front().text, noun));
        for (std::size_t i = 0; i < paths.size(); ++i) {
            const store::SelectColumn& column = selection.columns[i + 1];
            std::string text = store::cell_text(column, cells[i + 1], clock);
            if (is_amount(column) && !text.empty()) {
                if (!text.ends_with(" " + currency)) {
                    text.clear();
                    ++foreign[i];
                }
                text.erase(std::min(text.find(' '), text.size()));
            }
            out.texts[i].add(std::move(text));
        }
        return true;
    });
    for (std::size_t i = 0; i < paths.size(); ++i)
        if (foreign[i] > 0)
            out.notes.push_back(
                fmt::format("{}: {} {} not in {} and not counted", paths[i], foreign[i],
                            foreign[i] == 1 ? "amount is" : "amounts are", currency));
    return out;
}

}  // namespace crm::value
