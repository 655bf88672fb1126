-- report: won
-- help: won deals by month
-- noun: deal
-- query: is:won
-- period: close_date
-- by: close_date
-- column: deals integer         won deals
-- column: amount money(amount_minor, currency)  their amounts
-- column: mean money(mean_minor, currency)  the mean amount of those that have one
SELECT {by}
       count(*) AS deals,
       sum({value}) AS amount_minor,
       -- the mean, rounded to a whole number
       {mean({value})} AS mean_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
