-- report: overdue
-- help: balances of orders past their due date, by customer
-- noun: order
-- query: is:overdue
-- period: due_on
-- by: account
-- column: orders integer        orders that are past their due date
-- column: balance money(balance_minor, currency)  what is still to be paid
-- column: oldest days           days since the earliest due date
-- chart: bar balance
SELECT {by}
       count(*) AS orders,
       sum(t.balance_minor) AS balance_minor,
       coalesce(t.balance_currency, {own_currency}) AS currency,
       max({days(t.due_on, :today)}) AS oldest
FROM v_order t
WHERE {where}
{group}
ORDER BY balance_minor DESC NULLS LAST, {order} currency
