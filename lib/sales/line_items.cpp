#include "sales/line_items.hpp"

#include <algorithm>

namespace crm::sales {

std::vector<SoldLine> lines_of(store::Store& store, const store::Record& record) {
    const meta::FieldInfo& field = *record.entity->find("lines");
    const meta::Entity& products = store.model().get("product");
    std::vector<SoldLine> out;
    for (const store::RowCells& row : record.rows[field.first]) {
        const auto number = [&](std::string_view name) {
            const auto* n = std::get_if<std::int64_t>(
                &row[std::ranges::find(field.rows, name, [](const meta::FieldInfo& p) {
                         return p.name();
                     })->first]);
            return n == nullptr ? std::optional<std::int64_t>() : *n;
        };
        SoldLine& line = out.emplace_back();
        line.product = number("product").value_or(0);
        if (const auto product = store.find(products, line.product))
            line.name = product->label(), line.sku = product->text(*products.find("sku")),
            line.unit = product->text(*products.find("unit"));
        line.quantity = number("quantity").value_or(one_unit),
        line.discount = number("discount").value_or(0);
        line.tax = number("tax"), line.price = number("price");
        const std::size_t price =
            std::ranges::find(field.rows, "price", [](const meta::FieldInfo& p) {
                return p.name();
            })->first;
        if (const auto* code = std::get_if<std::string>(&row[price + 1]))
            line.currency = *code;
        if (line.price)
            line.net = net_of(line.quantity, *line.price, line.discount),
            line.tax_amount = tax_on(line.net, line.tax.value_or(0));
    }
    return out;
}

}  // namespace crm::sales
