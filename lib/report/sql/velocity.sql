-- report: velocity
-- help: what the open deals bring per day
-- noun: deal
-- period: close_date
-- by: owner
-- column: open integer          open deals
-- column: win_rate share        won deals as a share of won and lost ones
-- column: mean money(mean_minor, currency)  the mean amount of won deals
-- column: days number(1)        mean days from the creation of a deal until it was won
-- column: per_day money(per_day_minor, currency)  open deals x win rate x mean amount / days
-- chart: per_day
SELECT {by}
       count(*) FILTER (WHERE t.stage NOT IN ('Closed Won', 'Closed Lost')) AS open,
       {share(
           count(*) FILTER (WHERE t.stage = 'Closed Won'),
           count(*) FILTER (WHERE t.stage IN ('Closed Won', 'Closed Lost'))
       )} AS win_rate,
       -- the mean, rounded to a whole number
       {mean(CASE WHEN t.stage = 'Closed Won' THEN {value} END)} AS mean_minor,
       avg({days(t.created_at, t.won_at)}) FILTER (WHERE t.stage = 'Closed Won') AS days,
       {round(CASE
           WHEN avg({days(t.created_at, t.won_at)}) FILTER (WHERE t.stage = 'Closed Won') >= 1
           THEN count(*) FILTER (WHERE t.stage NOT IN ('Closed Won', 'Closed Lost'))
                * (count(*) FILTER (WHERE t.stage = 'Closed Won') * 1.0
                   / count(*) FILTER (WHERE t.stage IN ('Closed Won', 'Closed Lost')))
                * avg({value}) FILTER (WHERE t.stage = 'Closed Won')
                / avg({days(t.created_at, t.won_at)}) FILTER (WHERE t.stage = 'Closed Won')
       END)} AS per_day_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
