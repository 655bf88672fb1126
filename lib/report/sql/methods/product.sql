-- method: product
-- reports: forecast
-- help: by the win rate of the product; of all deals where none of it was decided
-- weighted: {round(sum({value} * coalesce(product."rate", overall."rate")))}
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
