-- report: forecast
-- help: open deals by the month of their close date
-- noun: deal
-- query: is:open -forecast_category:Omitted
-- period: close_date
-- by: close_date
-- column: deals integer         open deals that are not omitted from the forecast
-- column: amount money          their amounts, else their line items, else the list price of the product
-- column: weighted money        what they are expected to bring, by the chosen method
SELECT {by}
       count(*) AS "deals",
       {money(sum({value}))} AS "amount",
       {money({weighted})} AS "weighted",
       {currency} AS "currency"
FROM "deal" t
{joins}
WHERE {where}
{group}
ORDER BY {order}
