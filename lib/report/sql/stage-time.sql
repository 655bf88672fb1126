-- report: stage-time
-- help: days that deals spend in each stage
-- noun: deal
-- period: created_at
-- group: stage = visit.stage
-- column: deals integer         deals that were in the stage
-- column: days number(1)        mean days in it; of those still in it, up to now
-- column: still integer         deals that are still in it
-- column: days_to_won number(1) mean days from there until the deal was won, of the won ones
-- chart: days
SELECT {by}
       count(DISTINCT t.{key}) AS deals,
       avg({days(visit.at, coalesce(next.at, :now))}) AS days,
       count(*) FILTER (WHERE next.at IS NULL) AS still,
       avg({days(visit.at, t.won_at)}) FILTER (WHERE t.stage = 'Closed Won') AS days_to_won
FROM v_deal t
JOIN v_deal_stages visit ON visit.deal_key = t.{key}
LEFT JOIN v_deal_stages next
  ON next.deal_key = visit.deal_key AND next.position = visit.position + 1
WHERE {where}
  AND visit.stage NOT IN ('Closed Won', 'Closed Lost')
{group}
ORDER BY {order} min(visit.at), visit.stage
