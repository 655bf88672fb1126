-- report: satisfaction
-- help: what customers say of tickets, and whether they recommend us, by month
-- param: when period ?          only these days, as -p says
-- column: month month           in which they said it; of a csat without feedback that of the closing
-- column: csat_answers integer "CSAT answers"  tickets with a csat, and feedback of kind Satisfaction without ticket
-- column: csat percent "CSAT"   answers of 4 and 5 as per cent of these
-- column: csat_mean number(2) "CSAT, mean"  their mean, 1 to 5
-- column: nps_answers integer "NPS answers"  feedback of kind Recommendation, 0 to 10
-- column: nps number(1) "NPS"   net promoter score: promoters less detractors per 100 answers
-- column: promoters integer     answers of 9 and 10
-- column: passives integer      answers of 7 and 8
-- column: detractors integer    answers of 0 to 6
-- chart: line csat
WITH ratings AS (
    SELECT {day(created_at)} AS day, score, ticket_key, kind
    FROM v_feedback
    WHERE kind IN ('Satisfaction', 'Recommendation') AND score IS NOT NULL
),
-- the last day on which a ticket was rated
rated AS (
    SELECT ticket_key, max(day) AS day
    FROM ratings
    WHERE kind = 'Satisfaction' AND ticket_key IS NOT NULL
    GROUP BY ticket_key
),
answers AS (
    SELECT coalesce(r.day, {day(coalesce(t.closed_at, t.created_at))}) AS day,
           t.csat AS csat,
           NULL AS nps
    FROM v_ticket t
    LEFT JOIN rated r ON r.ticket_key = t.key
    WHERE t.csat IS NOT NULL
    UNION ALL
    SELECT day, score, NULL
    FROM ratings
    WHERE kind = 'Satisfaction' AND ticket_key IS NULL
    UNION ALL
    SELECT day, NULL, score
    FROM ratings
    WHERE kind = 'Recommendation'
)
SELECT {month(day)} AS month,
       count(csat) AS csat_answers,
       100.0 * count(*) FILTER (WHERE csat >= 4) / nullif(count(csat), 0) AS csat,
       avg(csat) AS csat_mean,
       count(nps) AS nps_answers,
       100.0 * (count(*) FILTER (WHERE nps >= 9) - count(*) FILTER (WHERE nps <= 6))
           / nullif(count(nps), 0) AS nps,
       count(*) FILTER (WHERE nps >= 9) AS promoters,
       count(*) FILTER (WHERE nps IN (7, 8)) AS passives,
       count(*) FILTER (WHERE nps <= 6) AS detractors
FROM answers
{?when WHERE day BETWEEN :when_from AND :when_to}
GROUP BY {month(day)}
ORDER BY {month(day)}
