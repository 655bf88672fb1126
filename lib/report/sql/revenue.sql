-- report: revenue
-- help: what customers ordered, paid and owe, by month
-- noun: order
-- query: -status:Cancelled -status:Draft
-- period: order_date
-- by: order_date
-- column: orders integer        orders that are neither drafts nor cancelled
-- column: revenue money(revenue_minor, currency)  their totals, with tax
-- column: margin money(margin_minor, currency)    their line items minus the cost of these
-- column: paid money(paid_minor, currency)        what was paid of the totals
-- column: balance money(balance_minor, currency)  what is still to be paid
SELECT {by}
       count(*) AS orders,
       sum(t.total_minor) AS revenue_minor,
       sum(t.margin_minor) AS margin_minor,
       sum(t.total_minor - t.balance_minor) AS paid_minor,
       sum(t.balance_minor) AS balance_minor,
       coalesce(t.total_currency, {own_currency}) AS currency
FROM v_order t
WHERE {where}
{group}
ORDER BY {order} currency
