-- report: defects
-- help: products by how often they make trouble
-- noun: product
-- param: when period ?          only tickets of these days, as -p says
-- group: product = t.name
-- group-id: product = t.key
-- sums: assets tickets incidents returns
-- column: assets integer        assets of the product
-- column: tickets integer       tickets about it or one of its assets
-- column: incidents integer     those of them that are incidents
-- column: returns integer       those of them that are returns
-- column: per_100_assets number(1)  tickets per 100 assets
-- chart: bar tickets
WITH troubles AS (
    SELECT coalesce(x.product_key, a.product_key) AS product_key,
           count(*) AS tickets,
           count(*) FILTER (WHERE x.type = 'Incident') AS incidents,
           count(*) FILTER (WHERE x.type = 'Return') AS returns
    FROM v_ticket x
    LEFT JOIN v_asset a ON a.key = x.asset_key
    {?when WHERE {day(x.created_at)} BETWEEN :when_from AND :when_to}
    GROUP BY coalesce(x.product_key, a.product_key)
),
installed AS (
    SELECT product_key, count(*) AS assets
    FROM v_asset
    GROUP BY product_key
)
SELECT {by}
       sum(coalesce(i.assets, 0)) AS assets,
       sum(coalesce(d.tickets, 0)) AS tickets,
       sum(coalesce(d.incidents, 0)) AS incidents,
       sum(coalesce(d.returns, 0)) AS returns,
       sum(d.tickets) * 100.0 / nullif(sum(i.assets), 0) AS per_100_assets
FROM v_product t
LEFT JOIN installed i ON i.product_key = t.{key}
LEFT JOIN troubles d ON d.product_key = t.{key}
WHERE {where}
  AND (i.assets > 0 OR d.tickets > 0)
{group}
ORDER BY {order} tickets DESC, t.name
