#include "value/store_clusters.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <limits>

namespace crm::value {

FigureTable figures_of_store(store::Resolver& resolver, const Clock& clock, bool of_contacts,
                             const std::string& where, const std::vector<std::string>& names) {
    store::Store& store = resolver.store();
    const meta::Entity& noun = store.model().get(of_contacts ? "contact" : "account");
    FigureTable out;
    for (const std::string& name : names)
        out.columns.push_back(number_column(name, 4, fmt::format("{} of the {}", name, noun.noun)));
    if (!is_in_use(store, noun))
        return out;
    const FieldTexts fields =
        field_texts(resolver, clock, noun,
                    where.empty() ? std::vector<std::string>{} : std::vector{where}, names);
    std::vector<bool> has_numbers(names.size());
    for (std::size_t row = 0; row < fields.ids.size(); ++row) {
        std::vector<double> figures;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto number = read_plain_number(fields.texts[i][row]);
            has_numbers[i] = has_numbers[i] || number;
            figures.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
        }
        const std::int64_t id = fields.ids[row];
        out.customers.push_back({meta::short_id(noun, id), store.name(noun, id)});
        out.figures.push_back(std::move(figures));
    }
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!has_numbers[i] && !out.figures.empty())
            throw Error(Fault::usage, "bad_value",
                        fmt::format("--features: {} has no numbers", text::clipped(names[i], 40)),
                        "--features employees,revenue");
    out.notes = fields.notes;
    return out;
}

}  // namespace crm::value
