-- method: owner
-- reports: forecast
-- help: by the win rate of the owner; of all deals where the owner has none decided
-- weighted: {round(sum({value} * coalesce(owner.won * 1.0 / owner.decided, overall.rate)))}
CROSS JOIN (
    SELECT avg(CASE stage WHEN 'Closed Won' THEN 1.0 ELSE 0.0 END) AS rate
    FROM v_deal
    WHERE stage IN ('Closed Won', 'Closed Lost')
) overall
LEFT JOIN (
    SELECT owner_key,
           count(*) FILTER (WHERE stage = 'Closed Won') AS won,
           count(*) AS decided
    FROM v_deal
    WHERE stage IN ('Closed Won', 'Closed Lost')
    GROUP BY owner_key
) owner ON owner.owner_key = t.owner_key
