-- report: stale
-- help: open deals that have been in their stage for more than 30 days, by owner
-- noun: deal
-- query: is:open stage_since:..-30d
-- period: close_date
-- by: owner
-- column: deals integer         deals whose stage has not changed for more than 30 days
-- column: amount money(amount_minor, currency)  their amounts
SELECT {by}
       count(*) AS deals,
       sum({value}) AS amount_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
