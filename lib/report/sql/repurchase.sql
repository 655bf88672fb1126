-- report: repurchase
-- help: customers who bought again, by how their first ticket was solved
-- note: this is an association, not a cause: customers of the groups differ in more than their
--         tickets, and those of the last days may still buy
-- noun: account
-- param: when period ?          only customers whose first ticket, or order, is of these days
-- param: days integer = 365     how long after it an order counts
-- group: service = r.service
-- sums: accounts bought_again
-- column: accounts integer      customers who had ordered by the day of their first ticket; without
--         a ticket all who ordered
-- column: bought_again integer  those of them who ordered again within the days; without a ticket
--         after their first order
-- column: share share           these as a share of the customers
-- chart: bar share
WITH orders AS MATERIALIZED (
    SELECT account_key, order_date AS day
    FROM v_order
    WHERE status NOT IN ('Draft', 'Cancelled') AND account_key IS NOT NULL AND order_date IS NOT NULL
),
customers AS MATERIALIZED (
    SELECT account_key, min(day) AS first
    FROM orders
    GROUP BY account_key
),
tickets AS MATERIALIZED (
    SELECT account_key,
           {day(created_at)} AS day,
           CASE
               WHEN status = 'Closed' AND first_contact = 1 THEN 'Solved at First Contact'
               WHEN status = 'Closed' THEN 'Solved Later'
               ELSE 'Not Solved'
           END AS service,
           row_number() OVER (PARTITION BY account_key ORDER BY created_at, key) AS number
    FROM v_ticket
    WHERE account_key IS NOT NULL
),
served AS (
    SELECT c.account_key,
           coalesce(x.service, 'No Ticket') AS service,
           coalesce(x.day, c.first) AS day
    FROM customers c
    LEFT JOIN tickets x ON x.account_key = c.account_key AND x.number = 1
    WHERE x.day IS NULL OR c.first <= x.day
),
r AS MATERIALIZED (
    SELECT s.account_key,
           s.service,
           s.day,
           max(CASE WHEN o.day > s.day AND o.day <= {add_days(s.day, :days)} THEN 1 ELSE 0 END) AS again
    FROM served s
    JOIN orders o ON o.account_key = s.account_key
    GROUP BY s.account_key, s.service, s.day
)
SELECT {by}
       count(*) AS accounts,
       sum(r.again) AS bought_again,
       {share(sum(r.again), count(*))} AS share
FROM v_account t
JOIN r ON r.account_key = t.{key}
WHERE {where}
{?when   AND r.day BETWEEN :when_from AND :when_to}
{group}
ORDER BY {order}
         CASE r.service
             WHEN 'Solved at First Contact' THEN 1
             WHEN 'Solved Later' THEN 2
             WHEN 'Not Solved' THEN 3
             ELSE 4
         END
