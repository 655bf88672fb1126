-- report: first-contact
-- help: tickets that were solved at first contact
-- noun: ticket
-- query: status:Closed
-- period: closed_at
-- column: resolved integer      tickets that were closed; neither rejected nor duplicates
-- column: first_contact integer those of them that one answer solved, and that stayed closed
-- column: eligible integer      those of them that could be solved at first contact
-- column: gross percent         first_contact as per cent of resolved
-- column: net percent           first_contact as per cent of eligible
SELECT {by}
       count(*) AS resolved,
       count(*) FILTER (WHERE t.first_contact = 1) AS first_contact,
       count(*) FILTER (WHERE coalesce(t.eligible, 1) = 1) AS eligible,
       100.0 * count(*) FILTER (WHERE t.first_contact = 1) / count(*) AS gross,
       100.0 * count(*) FILTER (WHERE t.first_contact = 1)
           / nullif(count(*) FILTER (WHERE coalesce(t.eligible, 1) = 1), 0) AS net
FROM v_ticket t
WHERE {where}
{group}
ORDER BY {order}
