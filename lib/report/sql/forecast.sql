-- report: forecast
-- help: open deals by the month of their close date
-- noun: deal
-- query: is:open -forecast_category:Omitted
-- period: close_date
-- by: close_date
-- column: deals integer         open deals that are not omitted from the forecast
-- column: amount money(amount_minor, currency)  their amounts, else their line items, else the list price of the product
-- column: weighted money(weighted_minor, currency)  what they are expected to bring, by the chosen method
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
