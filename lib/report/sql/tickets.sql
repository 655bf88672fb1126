-- report: tickets
-- help: open tickets by priority
-- noun: ticket
-- query: is:open
-- period: created_at
-- by: priority
-- column: tickets integer       open tickets
-- column: unanswered integer    those whose customer waits for an answer
-- column: breaching integer     those of which little time is left until a target is missed
-- column: breached integer      those of which a target was missed
-- column: oldest days           days since the first of them was added
SELECT {by}
       count(*) AS tickets,
       count(*) FILTER (WHERE t.waiting_since IS NOT NULL) AS unanswered,
       count(*) FILTER (WHERE t.warn_at <= :now AND coalesce(t.breach_at >= :now, TRUE)) AS breaching,
       count(*) FILTER (WHERE t.breach_at < :now) AS breached,
       max({greater({days(t.created_at, :now)}, 0)}) AS oldest
FROM v_ticket t
WHERE {where}
{group}
ORDER BY {order}
