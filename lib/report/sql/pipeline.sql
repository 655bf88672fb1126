-- report: pipeline
-- help: open deals by stage, with their amounts and weighted amounts
-- noun: deal
-- query: is:open
-- period: close_date
-- by: stage
-- column: deals integer         open deals
-- column: amount money          their amounts, else their line items, else the list price of the product
-- column: weighted money        the amounts times the probability of the stage
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
