-- report: targets
-- help: sales targets, what was reached, and what open deals may add
-- noun: target
-- period: period
-- days: progress."first", progress."last"
-- by: period,metric,owner
-- always: metric
-- missing: progress."missing"
-- column: target integer        the value to reach
-- column: reached integer       what was reached in the period, by the owner or by everybody
-- column: part number(2)        reached / target
-- column: to_come integer       what open deals of the period will bring, by their probability
-- chart: part
SELECT {by}
       sum(progress."target") AS "target",
       sum(progress."reached") AS "reached",
       CASE
           WHEN sum(progress."target") > 0
           THEN {number(sum(progress."reached") * 1.0 / sum(progress."target"), 2)}
       END AS "part",
       sum(progress."to_come") AS "to_come"
FROM "target" t
JOIN (
    WITH "periods" AS (
        -- The first and the last day of the period: 2026, 2026-Q4, 2026-11 or 2026-W41; without a
        -- period all days. Week 1 has January 4th.
        SELECT "id",
               "metric",
               "owner",
               "value",
               CASE
                   WHEN "period" IS NULL THEN '0001-01-01'
                   WHEN length("period") = 4 THEN "period" || '-01-01'
                   WHEN substr("period", 6, 1) IN ('Q', 'q')
                   THEN substr("period", 1, 5)
                        || CASE substr("period", 7)
                               WHEN '1' THEN '01'
                               WHEN '2' THEN '04'
                               WHEN '3' THEN '07'
                               ELSE '10'
                           END
                        || '-01'
                   WHEN substr("period", 6, 1) = 'W'
                   THEN {add_days(
                       {week_start(substr("period", 1, 5) || '01-04')},
                       7 * CAST(substr("period", 7) AS BIGINT) - 7
                   )}
                   ELSE "period" || '-01'
               END AS "first",
               CASE
                   WHEN "period" IS NULL THEN '9999-12-31'
                   WHEN length("period") = 4 THEN "period" || '-12-31'
                   WHEN substr("period", 6, 1) IN ('Q', 'q')
                   THEN substr("period", 1, 5)
                        || CASE substr("period", 7)
                               WHEN '1' THEN '03-31'
                               WHEN '2' THEN '06-30'
                               WHEN '3' THEN '09-30'
                               ELSE '12-31'
                           END
                   WHEN substr("period", 6, 1) = 'W'
                   THEN {add_days(
                       {week_start(substr("period", 1, 5) || '01-04')},
                       7 * CAST(substr("period", 7) AS BIGINT) - 1
                   )}
                   ELSE "period" || '-31'
               END AS "last"
        FROM "target"
    ),
    -- what the deals of each day bring, added up once for all targets
    "by_day" AS MATERIALIZED (
        SELECT y."close_date" AS "day",
               y."owner",
               count(*) FILTER (WHERE y."stage" = 'Closed Won') AS "won",
               sum(y."amount") FILTER (WHERE y."stage" = 'Closed Won') AS "won_amount",
               sum(y."probability") FILTER (WHERE y."counts" = 1) AS "to_come",
               sum(y."amount" * y."probability") FILTER (WHERE y."counts" = 1) AS "to_come_amount",
               min(y."missing") AS "missing"
        FROM (
            SELECT z."close_date",
                   z."owner",
                   z."stage",
                   z."probability",
                   z."counts",
                   {converted(z."value", z."currency", {lesser(z."close_date", {today})})}
                       AS "amount",
                   {missing_rate(z."currency", {lesser(z."close_date", {today})})} AS "missing"
            FROM (
                SELECT x."close_date",
                       x."owner",
                       x."stage",
                       coalesce(x."probability", 0) AS "probability",
                       CASE
                           WHEN x."stage" <> 'Closed Won'
                                AND coalesce(x."forecast_category", '') <> 'Omitted'
                           THEN 1
                       END AS "counts",
                       {value_of(x)} AS "value",
                       {currency_of(x)} AS "currency"
                FROM "deal" x
                WHERE x."close_date" >= (SELECT min("first") FROM "periods")
                  AND x."close_date" <= (SELECT max("last") FROM "periods")
                  AND {live(x)}
                  AND x."stage" <> 'Closed Lost'
            ) z
        ) y
        GROUP BY y."close_date", y."owner"
    )
    SELECT p."id",
           p."first",
           p."last",
           CASE p."metric"
               WHEN 'revenue' THEN {round(
                   {converted(
                       p."value" * {own_minor_per_major},
                       {own_currency},
                       {lesser(p."last", {today})}
                   )} / {minor_per_major}
               )}
               ELSE p."value"
           END AS "target",
           CASE p."metric"
               WHEN 'revenue' THEN coalesce((
                   SELECT {round(sum(d."won_amount") / {minor_per_major})}
                   FROM "by_day" d
                   WHERE d."day" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR d."owner" = p."owner")
               ), 0)
               WHEN 'won' THEN coalesce((
                   SELECT sum(d."won")
                   FROM "by_day" d
                   WHERE d."day" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR d."owner" = p."owner")
               ), 0)
               WHEN 'calls' THEN coalesce({?call (
                   SELECT count(*)
                   FROM "call" x
                   WHERE {day(x."start")} BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."status" = 'Held'
               )}, 0)
               WHEN 'meetings' THEN coalesce({?meeting (
                   SELECT count(*)
                   FROM "meeting" x
                   WHERE {day(x."start")} BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."status" = 'Held'
               )}, 0)
               WHEN 'leads' THEN coalesce({?lead (
                   SELECT count(*)
                   FROM "lead" x
                   WHERE {day(x."created_at")} BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
               )}, 0)
               WHEN 'orders' THEN coalesce({?order (
                   SELECT count(*)
                   FROM "order" x
                   WHERE x."order_date" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."status" <> 'Cancelled'
               )}, 0)
           END AS "reached",
           CASE p."metric"
               WHEN 'revenue' THEN coalesce((
                   SELECT {round(sum(d."to_come_amount") / (100.0 * {minor_per_major}))}
                   FROM "by_day" d
                   WHERE d."day" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR d."owner" = p."owner")
               ), 0)
               WHEN 'won' THEN coalesce((
                   SELECT {round(sum(d."to_come") / 100.0)}
                   FROM "by_day" d
                   WHERE d."day" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR d."owner" = p."owner")
               ), 0)
           END AS "to_come",
           CASE p."metric"
               WHEN 'revenue' THEN coalesce(
                   {missing_rate({own_currency}, {lesser(p."last", {today})})},
                   (
                       SELECT min(d."missing")
                       FROM "by_day" d
                       WHERE d."day" BETWEEN p."first" AND p."last"
                         AND (p."owner" IS NULL OR d."owner" = p."owner")
                   )
               )
           END AS "missing"
    FROM "periods" p
    LIMIT 9223372036854775807 -- all of them, each computed once
) progress ON progress."id" = t."id"
{joins}
WHERE {where}
{group}
ORDER BY {order}
