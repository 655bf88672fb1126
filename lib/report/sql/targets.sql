-- report: targets
-- help: sales targets, what was reached, and what open deals may add
-- noun: target
-- period: period
-- days: progress.first, progress.last
-- by: period,metric,owner
-- always: metric
-- missing: progress.missing
-- column: target integer        the value to reach
-- column: reached integer       what was reached in the period, by the owner or by everybody
-- column: part number(2)        reached / target
-- column: to_come integer       what open deals of the period will bring, by their probability
-- chart: part
WITH periods AS (
    -- The first and the last day of the period: 2026, 2026-Q4, 2026-11 or 2026-W41; without a
    -- period all days. Week 1 has January 4th.
    SELECT {key} AS target_key,
           metric,
           owner_key,
           value,
           CASE
               WHEN period IS NULL THEN '0001-01-01'
               WHEN length(period) = 4 THEN period || '-01-01'
               WHEN substr(period, 6, 1) IN ('Q', 'q')
               THEN substr(period, 1, 5)
                    || CASE substr(period, 7)
                           WHEN '1' THEN '01'
                           WHEN '2' THEN '04'
                           WHEN '3' THEN '07'
                           ELSE '10'
                       END
                    || '-01'
               WHEN substr(period, 6, 1) = 'W'
               THEN {add_days(
                   {week(substr(period, 1, 5) || '01-04')},
                   7 * CAST(substr(period, 7) AS BIGINT) - 7
               )}
               ELSE period || '-01'
           END AS first,
           CASE
               WHEN period IS NULL THEN '9999-12-31'
               WHEN length(period) = 4 THEN period || '-12-31'
               WHEN substr(period, 6, 1) IN ('Q', 'q')
               THEN substr(period, 1, 5)
                    || CASE substr(period, 7)
                           WHEN '1' THEN '03-31'
                           WHEN '2' THEN '06-30'
                           WHEN '3' THEN '09-30'
                           ELSE '12-31'
                       END
               WHEN substr(period, 6, 1) = 'W'
               THEN {add_days(
                   {week(substr(period, 1, 5) || '01-04')},
                   7 * CAST(substr(period, 7) AS BIGINT) - 1
               )}
               ELSE period || '-31'
           END AS last
    FROM v_target
),
-- what a deal counts for
deals AS (
    SELECT x.close_date AS day,
           x.owner_key,
           CASE WHEN x.stage = 'Closed Won' THEN 1 END AS won,
           CASE
               WHEN x.stage <> 'Closed Won' AND coalesce(x.forecast_category, '') <> 'Omitted'
               THEN coalesce(x.probability, 0)
           END AS probability,
           {converted({deal_value(x)}, {deal_currency(x)}, {lesser(x.close_date, :today)})} AS amount,
           {missing_rate({deal_currency(x)}, {lesser(x.close_date, :today)})} AS missing
    FROM v_deal x
    WHERE x.close_date >= (SELECT min(first) FROM periods)
      AND x.close_date <= (SELECT max(last) FROM periods)
      AND x.stage <> 'Closed Lost'
),
by_day AS MATERIALIZED (
    SELECT day,
           owner_key,
           count(won) AS won,
           sum(CASE WHEN won = 1 THEN amount END) AS won_amount,
           sum(probability) AS to_come,
           sum(amount * probability) AS to_come_amount,
           min(missing) AS missing
    FROM deals
    GROUP BY day, owner_key
),
-- each owner, and 0 for everybody
by_seller AS MATERIALIZED (
    SELECT coalesce(owner_key, -1) AS seller, day, won, won_amount, to_come, to_come_amount, missing
    FROM by_day
    UNION ALL
    SELECT 0, day, sum(won), sum(won_amount), sum(to_come), sum(to_come_amount), min(missing)
    FROM by_day
    GROUP BY day
),
sales AS MATERIALIZED (
    SELECT p.target_key,
           sum(d.won) AS won,
           sum(d.won_amount) AS won_amount,
           sum(d.to_come) AS to_come,
           sum(d.to_come_amount) AS to_come_amount,
           min(d.missing) AS missing
    FROM periods p
    JOIN by_seller d ON d.seller = coalesce(p.owner_key, 0) AND d.day BETWEEN p.first AND p.last
    WHERE p.metric IN ('revenue', 'won')
    GROUP BY p.target_key
),
progress AS MATERIALIZED (
    SELECT p.target_key,
           p.first,
           p.last,
           CASE p.metric
               WHEN 'revenue' THEN {round(
                   {converted(
                       p.value * {own_minor_per_major},
                       {own_currency},
                       {lesser(p.last, :today)}
                   )} / {minor_per_major}
               )}
               ELSE p.value
           END AS target,
           CASE p.metric
               WHEN 'revenue' THEN coalesce({round(s.won_amount / {minor_per_major})}, 0)
               WHEN 'won' THEN coalesce(s.won, 0)
               WHEN 'calls' THEN (
                   SELECT count(*)
                   FROM v_call x
                   WHERE {day(x.start)} BETWEEN p.first AND p.last
                     AND (p.owner_key IS NULL OR x.owner_key = p.owner_key)
                     AND x.status = 'Held'
               )
               WHEN 'meetings' THEN (
                   SELECT count(*)
                   FROM v_meeting x
                   WHERE {day(x.start)} BETWEEN p.first AND p.last
                     AND (p.owner_key IS NULL OR x.owner_key = p.owner_key)
                     AND x.status = 'Held'
               )
               WHEN 'leads' THEN (
                   SELECT count(*)
                   FROM v_lead x
                   WHERE {day(x.created_at)} BETWEEN p.first AND p.last
                     AND (p.owner_key IS NULL OR x.owner_key = p.owner_key)
               )
               WHEN 'orders' THEN (
                   SELECT count(*)
                   FROM v_order x
                   WHERE x.order_date BETWEEN p.first AND p.last
                     AND (p.owner_key IS NULL OR x.owner_key = p.owner_key)
                     AND x.status <> 'Cancelled'
               )
           END AS reached,
           CASE p.metric
               WHEN 'revenue' THEN coalesce({round(s.to_come_amount / (100.0 * {minor_per_major}))}, 0)
               WHEN 'won' THEN coalesce({round(s.to_come / 100.0)}, 0)
           END AS to_come,
           CASE p.metric
               WHEN 'revenue'
               THEN coalesce({missing_rate({own_currency}, {lesser(p.last, :today)})}, s.missing)
           END AS missing
    FROM periods p
    LEFT JOIN sales s ON s.target_key = p.target_key
)
SELECT {by}
       sum(progress.target) AS target,
       sum(progress.reached) AS reached,
       CASE
           WHEN sum(progress.target) > 0 THEN sum(progress.reached) * 1.0 / sum(progress.target)
       END AS part,
       sum(progress.to_come) AS to_come
FROM v_target t
JOIN progress ON progress.target_key = t.{key}
WHERE {where}
{group}
ORDER BY {order}
