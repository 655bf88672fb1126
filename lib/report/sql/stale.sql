-- report: stale
-- help: open deals that have been in their stage for more than 30 days, by owner
-- noun: deal
-- query: is:open stage_since:..-30d
-- period: close_date
-- by: owner
-- column: deals integer         deals whose stage has not changed for more than 30 days
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
