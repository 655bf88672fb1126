-- method: product-mean
-- reports: forecast
-- help: by the win rate of the product and the mean amount it was won for
-- weighted: {round(sum(coalesce(mean.amount, {value}) * coalesce(product.rate, overall.rate)))}
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
LEFT JOIN (
    SELECT product_key, amount_currency, avg(amount_minor) AS amount
    FROM v_deal
    WHERE stage = 'Closed Won'
    GROUP BY product_key, amount_currency
) mean ON mean.product_key = t.product_key AND mean.amount_currency = {value_currency}
