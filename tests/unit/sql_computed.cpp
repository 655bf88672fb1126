#include "meta/entity.hpp"
#include "sql/computed_fields.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("a computed field has a formula, and an amount a currency") {
    const meta::Model model;
    const auto check = [](const meta::FieldInfo& field) {
        if (!field.computed())
            return;
        const sql::Formula& formula = sql::formula(field.field->more.computed);
        CHECK_FALSE(formula.value.empty());
        CHECK(formula.currency.empty() == (field.type() != meta::Type::money));
    };
    for (const meta::Entity& entity : model.entities())
        for (const meta::FieldInfo& field : entity.fields()) {
            check(field);
            for (const meta::FieldInfo& inner : field.rows)
                check(inner);
        }
    CHECK_THROWS(sql::formula("no such formula"));
}
