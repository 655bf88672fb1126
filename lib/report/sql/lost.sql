-- report: lost
-- help: lost deals by reason
-- noun: deal
-- query: is:lost
-- period: close_date
-- by: lost_reason
-- column: deals integer         lost deals
-- column: amount money          their amounts
SELECT {by}
       count(*) AS "deals",
       {money(sum({value}))} AS "amount",
       {currency} AS "currency"
FROM "deal" t
{joins}
WHERE {where}
{group}
ORDER BY {order}
