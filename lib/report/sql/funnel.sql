-- report: funnel
-- help: deals that reached each stage
-- noun: deal
-- period: created_at
-- group: stage = s.name
-- column: deals integer         deals that reached the stage, whether or not they are still in it
-- column: conversion share      these as a share of the deals that reached the last recorded stage
--         before; empty where no history has the stage
-- chart: deals
-- unrecorded: conversion
WITH recorded AS (
    SELECT DISTINCT stage
    FROM v_deal_stages
)
SELECT {by}
       count(*) AS deals,
       CASE
           WHEN s.name IN (SELECT stage FROM recorded)
           -- fewer deals reach each stage than the one before, so the last one has the fewest
           THEN {share(
               count(*),
               min(CASE WHEN s.name IN (SELECT stage FROM recorded) THEN count(*) END)
                   OVER ({partition} ORDER BY min(s.number) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
           )}
       END AS conversion
FROM v_deal t
-- the furthest stage that the deal was in, whatever its stage is now
LEFT JOIN (
    SELECT deal_key, max({stage_number(stage)}) AS number
    FROM v_deal_stages
    GROUP BY deal_key
) furthest ON furthest.deal_key = t.{key}
JOIN (
    {stages}
) s ON s.number <= {greater({stage_number(t.stage)}, coalesce(furthest.number, 1))}
WHERE {where}
{group}
ORDER BY {order} min(s.number)
