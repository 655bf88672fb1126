-- report: pipeline
-- help: open deals by stage, with their amounts and weighted amounts
-- noun: deal
-- query: is:open
-- period: close_date
-- by: stage
-- column: deals integer         open deals
-- column: amount money(amount_minor, currency)  their amounts, else their line items, else the list price of the product
-- column: weighted money(weighted_minor, currency)  the amounts times the probability of the stage
SELECT {by}
       count(*) AS deals,
       sum({value}) AS amount_minor,
       {weighted} AS weighted_minor,
       {currency} AS currency
FROM v_deal t
{method}
WHERE {where}
{group}
ORDER BY {order} currency
