-- method: overall
-- reports: forecast
-- help: by the win rate of all deals
-- weighted: {round(sum({value} * overall.rate))}
CROSS JOIN (
    SELECT avg(CASE stage WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS rate
    FROM v_deal
    WHERE stage IN ('Closed Won', 'Closed Lost')
) overall
