-- report: stage-time
-- help: days that deals spend in each stage
-- noun: deal
-- period: created_at
-- group: stage = visit."stage"
-- column: deals integer         deals that were in the stage
-- column: days number(1)        mean days in it; of those still in it, up to now
-- column: still integer         deals that are still in it
-- column: days_to_won number(1) mean days from there until the deal was won, of the won ones
-- chart: days
SELECT {by}
       count(DISTINCT t."id") AS "deals",
       {number(avg({days(visit."at", coalesce(next."at", {now}))}), 1)} AS "days",
       count(*) FILTER (WHERE next."at" IS NULL) AS "still",
       {number(
           avg({days(visit."at", t."won_at")}) FILTER (WHERE t."stage" = 'Closed Won'), 1
       )} AS "days_to_won"
FROM "deal" t
JOIN "deal_stages" visit
  ON visit."record" = t."id" AND visit."stage" NOT IN ('Closed Won', 'Closed Lost')
LEFT JOIN "deal_stages" next
  ON next."record" = visit."record" AND next."position" = visit."position" + 1
{joins}
WHERE {where}
{group}
ORDER BY {order} min(visit."at"), visit."stage"
