-- report: forecast
-- help: open deals by the month of their close date
-- noun: deal
-- query: is:open
-- period: close_date
-- by: close_date
-- value: coalesce(t."amount", list."price")
-- currency: CASE WHEN t."amount" IS NULL THEN list."price_currency" ELSE t."amount_currency" END
-- column: deals integer         open deals
-- column: amount money          their amounts; without one, the list price of the product
-- column: weighted money        what they are expected to bring, by the chosen method
SELECT {by}
       count(*) AS "deals",
       {money(sum({value}))} AS "amount",
       {money({round(sum({weighted}))})} AS "weighted",
       {currency} AS "currency"
FROM "deal" t
LEFT JOIN "product" list ON list."id" = t."product"
{joins}
WHERE {where}
{group}
ORDER BY {order}
