-- report: targets
-- help: sales targets, what was reached, and what open deals may add
-- noun: target
-- period: created_at
-- by: period,metric,owner
-- column: target integer        the value to reach
-- column: reached integer       what was reached in the period, by the owner or by everybody
-- column: part number(2)        reached / target
-- column: to_come integer       what open deals of the period will bring, by their probability
-- chart: part
SELECT {by}
       sum(t."value") AS "target",
       sum(progress."reached") AS "reached",
       CASE
           WHEN sum(t."value") > 0
           THEN {number(sum(progress."reached") * 1.0 / sum(t."value"), 2)}
       END AS "part",
       sum(progress."to_come") AS "to_come"
FROM "target" t
JOIN (
    SELECT p."id",
           CASE p."metric"
               WHEN 'revenue' THEN coalesce({?deal (
                   SELECT {round(sum(x."amount") / {minor_per_major})}
                   FROM "deal" x
                   WHERE x."close_date" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."stage" = 'Closed Won'
                     AND x."amount_currency" = {own_currency}
               )}, 0)
               WHEN 'won' THEN coalesce({?deal (
                   SELECT count(*)
                   FROM "deal" x
                   WHERE x."close_date" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."stage" = 'Closed Won'
               )}, 0)
               WHEN 'calls' THEN coalesce({?call (
                   SELECT count(*)
                   FROM "call" x
                   WHERE substr(x."start", 1, 10) BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."status" = 'Held'
               )}, 0)
               WHEN 'meetings' THEN coalesce({?meeting (
                   SELECT count(*)
                   FROM "meeting" x
                   WHERE substr(x."start", 1, 10) BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."status" = 'Held'
               )}, 0)
               WHEN 'leads' THEN coalesce({?lead (
                   SELECT count(*)
                   FROM "lead" x
                   WHERE substr(x."created_at", 1, 10) BETWEEN p."first" AND p."last"
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
               WHEN 'revenue' THEN coalesce({?deal (
                   SELECT {round(sum(x."amount" * coalesce(x."probability", 0))
                                 / (100.0 * {minor_per_major}))}
                   FROM "deal" x
                   WHERE x."close_date" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."stage" NOT IN ('Closed Won', 'Closed Lost')
                     AND x."amount_currency" = {own_currency}
               )}, 0)
               WHEN 'won' THEN coalesce({?deal (
                   SELECT {round(sum(coalesce(x."probability", 0)) / 100.0)}
                   FROM "deal" x
                   WHERE x."close_date" BETWEEN p."first" AND p."last"
                     AND (p."owner" IS NULL OR x."owner" = p."owner")
                     AND {live(x)}
                     AND x."stage" NOT IN ('Closed Won', 'Closed Lost')
               )}, 0)
           END AS "to_come"
    FROM (
        -- the first and the last day of the period: 2026, 2026-Q4 or 2026-11
        SELECT "id",
               "metric",
               "owner",
               substr("period", 1, 4)
               || CASE substr("period", 5)
                      WHEN '' THEN '-01-01'
                      WHEN '-Q1' THEN '-01-01'
                      WHEN '-Q2' THEN '-04-01'
                      WHEN '-Q3' THEN '-07-01'
                      WHEN '-Q4' THEN '-10-01'
                      ELSE substr("period", 5) || '-01'
                  END AS "first",
               substr("period", 1, 4)
               || CASE substr("period", 5)
                      WHEN '' THEN '-12-31'
                      WHEN '-Q1' THEN '-03-31'
                      WHEN '-Q2' THEN '-06-30'
                      WHEN '-Q3' THEN '-09-30'
                      WHEN '-Q4' THEN '-12-31'
                      ELSE substr("period", 5) || '-31'
                  END AS "last"
        FROM "target"
    ) p
    LIMIT 9223372036854775807 -- all of them, each computed once
) progress ON progress."id" = t."id"
{joins}
WHERE {where}
{group}
ORDER BY {order}
