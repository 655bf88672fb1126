-- report: territories
-- help: deals and won amounts by territory
-- noun: deal
-- period: close_date
-- by: territory
-- column: deals integer         all deals of the territory
-- column: won integer           won deals
-- column: lost integer          lost deals
-- column: won_amount money(won_amount_minor, currency)  the amounts of the won deals
SELECT {by}
       count(*) AS deals,
       count(*) FILTER (WHERE t.stage = 'Closed Won') AS won,
       count(*) FILTER (WHERE t.stage = 'Closed Lost') AS lost,
       sum({value}) FILTER (WHERE t.stage = 'Closed Won') AS won_amount_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
