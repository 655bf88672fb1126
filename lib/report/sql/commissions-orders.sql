-- report: commissions
-- help: commissions by seller
-- basis: paid orders
-- noun: order
-- query: status:Paid
-- period: order_date
-- group: seller = t.owner
-- group-id: user = t.owner_key
-- value: net
-- column: orders integer        paid orders of the seller
-- column: sum money(sum_minor, currency)  their totals without tax
-- column: commission money(commission_minor, currency)  what the plan pays for the sum
SELECT {by}
       count(DISTINCT t.id) AS orders,
       sum({value}) AS sum_minor,
       {round({commission(sum({value}))})} AS commission_minor,
       {currency} AS currency
FROM v_order t
WHERE {where}
{group}
ORDER BY {order} currency, t.owner NULLS FIRST, t.owner_key
