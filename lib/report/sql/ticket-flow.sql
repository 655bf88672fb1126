-- report: ticket-flow
-- help: tickets that came, were closed and were reopened, and those open at the end, by month
-- noun: ticket
-- period: created_at
-- days: m.first, m.last
-- group: month = m.month
-- sums: created closed reopened
-- column: created integer       tickets that were added in the month
-- column: closed integer        times that tickets were closed, rejected or found to be duplicates
-- column: reopened integer      times that tickets were reopened
-- column: open integer          tickets that were open at the end of the month
-- chart: column open
WITH status AS (
    SELECT ticket_key,
           position,
           what,
           {month(at)} AS month,
           CASE WHEN what IN ('Closed', 'Rejected', 'Duplicate') THEN 0 ELSE 1 END AS is_open
    FROM v_ticket_events
    WHERE what IN ('Created', 'Assigned', 'Unassigned', 'Pending', 'Closed', 'Rejected', 'Duplicate',
                   'Reopened')
),
-- 1 where a ticket became open, -1 where it ended
moves AS MATERIALIZED (
    SELECT ticket_key,
           month,
           what,
           is_open - coalesce(lag(is_open) OVER (PARTITION BY ticket_key ORDER BY position), 0) AS step
    FROM status
),
months AS MATERIALIZED (
    SELECT month, month || '-01' AS first, month || '-31' AS last
    FROM moves
    GROUP BY month
)
SELECT {by}
       count(*) FILTER (WHERE e.what = 'Created' AND e.month = m.month) AS created,
       count(*) FILTER (WHERE e.step = -1 AND e.month = m.month) AS closed,
       count(*) FILTER (WHERE e.what = 'Reopened' AND e.month = m.month) AS reopened,
       sum(e.step) AS open
FROM v_ticket t
JOIN moves e ON e.ticket_key = t.{key}
JOIN months m ON m.month >= e.month
WHERE {where}
{group}
ORDER BY {order} m.month
