-- report: partners
-- help: deals and won amounts by partner
-- noun: deal
-- query: partner:any
-- period: close_date
-- by: partner
-- column: deals integer         deals that the partner brought
-- column: won integer           those of them that were won
-- column: won_amount money(won_amount_minor, currency)  the amounts of the won deals
SELECT {by}
       count(*) AS deals,
       count(*) FILTER (WHERE t.stage = 'Closed Won') AS won,
       sum({value}) FILTER (WHERE t.stage = 'Closed Won') AS won_amount_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
