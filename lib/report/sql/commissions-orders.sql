-- report: commissions
-- help: commissions by seller
-- basis: paid orders
-- noun: order
-- query: status:Paid
-- period: order_date
-- group: seller = seller."name"
-- group-id: user = seller."id"
-- value: {formula(order_net)}
-- currency: {formula(order_currency)}
-- column: orders integer        paid orders of the seller
-- column: sum money             their totals without tax
-- column: commission money      what the plan pays for the sum
SELECT {by}
       count(DISTINCT t."id") AS "orders",
       {money(sum({value}))} AS "sum",
       {money({round({commission(sum({value}))})})} AS "commission",
       {currency} AS "currency"
FROM "order" t
LEFT JOIN "user" seller ON seller."id" = t."owner"
{joins}
WHERE {where}
{group}
ORDER BY {order} seller."name" NULLS FIRST, seller."id"
