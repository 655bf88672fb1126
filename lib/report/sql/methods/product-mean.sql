-- method: product-mean
-- reports: forecast
-- help: by the win rate of the product and the mean amount it was won for
-- weighted: {round(sum(coalesce(mean."amount", {value}) * coalesce(product."rate", overall."rate")))}
CROSS JOIN (
    SELECT avg(CASE "stage" WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS "rate"
    FROM "deal"
    WHERE "stage" IN ('Closed Won', 'Closed Lost') AND {live}
) overall
LEFT JOIN (
    SELECT "product" AS "id",
           avg(CASE "stage" WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS "rate"
    FROM "deal"
    WHERE "stage" IN ('Closed Won', 'Closed Lost') AND {live}
    GROUP BY "product"
) product ON product."id" = t."product"
LEFT JOIN (
    SELECT "product" AS "id", "amount_currency" AS "currency", avg("amount") AS "amount"
    FROM "deal"
    WHERE "stage" = 'Closed Won' AND {live}
    GROUP BY "product", "amount_currency"
) mean ON mean."id" = t."product" AND mean."currency" = {value_currency}
