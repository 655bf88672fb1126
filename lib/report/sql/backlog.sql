-- report: backlog
-- help: open tickets by age and queue
-- noun: ticket
-- query: is:open
-- period: created_at
-- by: queue
-- group: age = a.age
-- sums: tickets urgent
-- column: tickets integer       open tickets
-- column: share share           these as a share of all open ones
-- column: urgent integer        those of priority Urgent
WITH a AS (
    SELECT key AS ticket_key,
           CASE
               WHEN {days(created_at, :now)} < 1 THEN 'under 1 day'
               WHEN {days(created_at, :now)} < 3 THEN '1 to 3 days'
               WHEN {days(created_at, :now)} < 7 THEN '3 to 7 days'
               WHEN {days(created_at, :now)} < 14 THEN '1 to 2 weeks'
               WHEN {days(created_at, :now)} < 28 THEN '2 to 4 weeks'
               ELSE 'over 4 weeks'
           END AS age
    FROM v_ticket
    WHERE status IN ('New', 'Assigned', 'Pending')
)
SELECT {by}
       count(*) AS tickets,
       {share(count(*), sum(count(*)) OVER ())} AS share,
       count(*) FILTER (WHERE t.priority = 'Urgent') AS urgent
FROM v_ticket t
JOIN a ON a.ticket_key = t.{key}
WHERE {where}
{group}
ORDER BY {order} max(t.created_at) DESC
