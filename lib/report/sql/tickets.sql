-- report: tickets
-- help: open tickets by priority
-- noun: ticket
-- query: is:open
-- period: created_at
-- by: priority
-- column: tickets integer       open tickets
-- column: unanswered integer    those without a first response
SELECT {by}
       count(*) AS tickets,
       count(*) FILTER (WHERE t.first_response_at IS NULL) AS unanswered
FROM v_ticket t
WHERE {where}
{group}
ORDER BY {order}
