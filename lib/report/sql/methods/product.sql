-- method: product
-- reports: forecast
-- help: by the win rate of the product; of all deals where none of it was decided
-- weighted: {round(sum({value} * coalesce(product.rate, overall.rate)))}
CROSS JOIN (
    SELECT avg(CASE stage WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS rate
    FROM v_deal
    WHERE stage IN ('Closed Won', 'Closed Lost')
) overall
LEFT JOIN (
    SELECT product_key,
           avg(CASE stage WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS rate
    FROM v_deal
    WHERE stage IN ('Closed Won', 'Closed Lost')
    GROUP BY product_key
) product ON product.product_key = t.product_key
