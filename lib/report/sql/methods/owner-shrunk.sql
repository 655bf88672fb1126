-- method: owner-shrunk
-- reports: forecast
-- help: by the win rate of the owner, drawn towards that of all: (won + 20 x rate) / (decided + 20)
-- weighted: {round(sum({value} * (coalesce(owner.won, 0) + 20 * overall.rate)
--           / (coalesce(owner.decided, 0) + 20)))}
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
