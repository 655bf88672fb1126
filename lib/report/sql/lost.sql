-- report: lost
-- help: lost deals by reason
-- noun: deal
-- query: is:lost
-- period: close_date
-- by: lost_reason
-- column: deals integer         lost deals
-- column: amount money(amount_minor, currency)  their amounts
SELECT {by}
       count(*) AS deals,
       sum({value}) AS amount_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
