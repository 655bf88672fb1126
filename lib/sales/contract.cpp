#include "sales/contract.hpp"

#include "base/suggest.hpp"
#include "base/template.hpp"
#include "base/text.hpp"
#include "sales/document.hpp"
#include "sales/line_items.hpp"

#include <fmt/format.h>

namespace crm::sales {

using store::Record;

namespace {

constexpr std::string_view contract_prefix = "contract.";

std::string contract_field(store::Store& store, const Record& contract, std::string_view name) {
    const meta::FieldInfo* field = contract.entity->find(name);
    if (field != nullptr && field->type() == meta::Type::link && field->to != nullptr)
        return store.name(*field->to, contract.number(*field));
    if (field != nullptr && !field->computed())
        return store::history_text(contract, *field, contract.entity->model());
    Error e(Fault::usage, "unknown_field",
            fmt::format("the template uses '{}{}', which is not a field of a contract",
                        contract_prefix, text::clipped(name, 60)));
    suggest(e, name, contract.entity->field_names(), "crm fields contract lists the fields");
    throw e;
}

std::string placeholder_text(store::Store& store, const std::string& name, const Record& quote,
                             const Record& contract, const ContractTexts& texts) {
    if (name == "lines")
        return lines_as_markdown(store, quote);
    if (name == "today")
        return texts.today;
    if (name == "seller")
        return texts.seller.empty() ? "the seller" : texts.seller;
    if (name.starts_with(contract_prefix))
        return contract_field(store, contract,
                              std::string_view(name).substr(contract_prefix.size()));
    return texts.quote_field(name);
}

}  // namespace

std::string_view default_contract_template() {
    return R"(# {{contract.name}}

Between {{seller}} and {{account.name}}.

From {{contract.start}} to {{contract.end}}, on the terms of quote {{id}}:

{{lines}}

Signatures, place and date:
)";
}

Record contract_from_quote(const Record& quote, Date today) {
    if (quote.rows[lines_field(quote).first].empty())
        throw Error(
            Fault::refused, "empty_quote",
            fmt::format("{} {} has no line items for a contract", quote.short_id(), quote.label()),
            fmt::format("crm quote line add {} PRODUCT", quote.short_id()));
    const meta::Entity& contracts = quote.entity->model().get("contract");
    Record contract(contracts);
    contract.put(*contracts.find("name"), {Value(quote.label())});
    contract.put(*contracts.find("type"), {Value(std::string("Sales"))});
    contract.put(*contracts.find("quote"), {Value(quote.id)});
    contract.put(*contracts.find("start"), {Value(today.iso())});
    for (const std::string_view name : {"account", "owner"})
        contract.put(*contracts.find(name), {Value(quote.of(*quote.entity->find(name))[0])});
    return contract;
}

void default_contract_end(Record& contract) {
    const meta::FieldInfo& end = *contract.entity->find("end");
    const auto first = iso_date(contract.text(*contract.entity->find("start")));
    if (!first || !contract.text(end).empty())
        return;
    // A year, less the day on which it began.
    const Clock start{Clock{{}, {}}.at(*first, 0), {}};
    const auto next_year = read_date("+1y", start);
    if (next_year)
        contract.put(end, {Value(Date{next_year->days - 1}.iso())});
}

std::string contract_text(store::Store& store, std::string_view pattern, const Record& quote,
                          const Record& contract, const ContractTexts& texts) {
    const Template text(pattern, texts.name);
    TemplateValues values;
    for (const Template::Piece* piece : text.paths()) {
        const auto [value, is_new] = values.try_emplace(piece->text);
        if (!is_new)
            continue;
        std::string filled = placeholder_text(store, piece->text, quote, contract, texts);
        if (!filled.empty())
            value->second.push_back(std::move(filled));
    }
    return text.filled(values);
}

}  // namespace crm::sales
