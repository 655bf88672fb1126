-- report: won
-- help: won deals by month
-- noun: deal
-- query: is:won
-- period: close_date
-- by: close_date
-- column: deals integer         won deals
-- column: amount money          their amounts
-- column: mean money            the mean amount of those that have one
SELECT {by}
       count(*) AS "deals",
       {money(sum({value}))} AS "amount",
       {money({mean({value})})} AS "mean",
       {currency} AS "currency"
FROM "deal" t
{joins}
WHERE {where}
{group}
ORDER BY {order}
