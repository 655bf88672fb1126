-- report: unpaid
-- help: balances past their due date, by customer
-- noun: order
-- query: is:overdue
-- period: due_on
-- by: account
-- param: least money = 100EUR      smallest balance
-- param: owner user ?              whose orders; all of them without it
-- column: balance money(balance_minor, currency) "Balance"
-- column: oldest days "Oldest, days"
-- chart: bar balance
SELECT {by}
       count(*)                       AS orders,
       sum(t.balance_minor)           AS balance_minor,
       t.balance_currency             AS currency,
       max({days(t.due_on, :today)})  AS oldest
FROM   v_order t
WHERE  {where}
  AND  t.balance_minor >= :least AND t.balance_currency = :least_currency
  {?owner AND t.owner_id = :owner}
{group}
ORDER  BY balance_minor DESC
