-- report: win-rate
-- help: win rate by product
-- noun: deal
-- query: is:won or is:lost
-- period: close_date
-- by: product
-- column: won integer           won deals
-- column: lost integer          lost deals
-- column: win_rate share        won deals as a share of won and lost ones
-- column: won_amount money(won_amount_minor, currency)  the amounts of the won deals
-- chart: win_rate
SELECT {by}
       count(*) FILTER (WHERE t.stage = 'Closed Won') AS won,
       count(*) FILTER (WHERE t.stage = 'Closed Lost') AS lost,
       {share(count(*) FILTER (WHERE t.stage = 'Closed Won'), count(*))} AS win_rate,
       sum({value}) FILTER (WHERE t.stage = 'Closed Won') AS won_amount_minor,
       {currency} AS currency
FROM v_deal t
WHERE {where}
{group}
ORDER BY {order} currency
