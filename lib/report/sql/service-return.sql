-- report: service-return
-- help: what service costs and what it brings, by customer
-- noun: account
-- param: when period ?          only these days, as -p says
-- group: account = t.name
-- group-id: account = t.key
-- sums: tickets hours visits parts charges fees deals balance
-- column: tickets integer       tickets that were added
-- column: hours number(1)       hours of answers, of held visits with travel, and of held calls
-- column: visits integer        visits that were held
-- column: parts money(parts_minor, currency)  our cost of the parts that they took
-- column: charges money(charges_minor, currency)  what was charged for them
-- column: fees money(fees_minor, currency)  value of service contracts; with -p of these days alone
-- column: deals money(deals_minor, currency)  won deals that tickets led to
-- column: balance money(balance_minor, currency)  charges, fees and deals less parts
-- chart: bar balance
WITH work AS (
    SELECT key, account_key, {day(coalesce(start, created_at))} AS day, minutes, travel, charge_minor,
           charge_currency
    FROM v_visit
    WHERE status = 'Held'
),
entries AS (
    SELECT account_key,
           {day(created_at)} AS day,
           {own_currency} AS currency,
           1 AS tickets,
           coalesce(minutes, 0) / 60.0 AS hours,
           0 AS visits,
           0 AS parts,
           0 AS charges,
           0 AS fees,
           0 AS deals
    FROM v_ticket
    UNION ALL
    SELECT account_key, day, {own_currency}, 0,
           (coalesce(minutes, 0) + coalesce(travel, 0)) / 60.0, 1, 0, 0, 0, 0
    FROM work
    UNION ALL
    SELECT x.account_key, {day(c.start)}, {own_currency}, 0, {seconds(c.duration)} / 3600.0, 0, 0, 0,
           0, 0
    FROM v_call c
    JOIN v_ticket x ON c.about_noun = {noun(ticket)} AND c.about = x.key
    WHERE c.status = 'Held' AND c.duration IS NOT NULL
    UNION ALL
    SELECT account_key, day, charge_currency, 0, 0.0, 0, 0, charge_minor, 0, 0
    FROM work
    WHERE charge_minor IS NOT NULL
    UNION ALL
    SELECT w.account_key, w.day, p.cost_currency, 0, 0.0, 0, p.cost_minor * coalesce(p.quantity, 1),
           0, 0, 0
    FROM work w
    JOIN v_visit_lines p ON p.visit_key = w.key
    WHERE p.cost_minor IS NOT NULL
    UNION ALL
    -- a contract without a first or a last day has no part of a period
    SELECT account_key,
           CASE WHEN "end" IS NULL THEN coalesce(start, {day(created_at)})
                WHEN start IS NULL THEN "end" END,
           value_currency, 0, 0.0, 0, 0, 0,
           {round(value_minor {?when * CASE WHEN start <= "end" THEN (1 + {days({greater(start, :when_from)}, {lesser("end", :when_to)})})
               / (1 + {days(start, "end")}) ELSE 1.0 END})},
           0
    FROM v_contract
    WHERE value_minor IS NOT NULL
      AND coalesce(type, 'Service') = 'Service'
      AND coalesce(status, '') <> 'Cancelled'
      {?when AND coalesce(start, :when_from) <= :when_to AND coalesce("end", :when_to) >= :when_from}
    UNION ALL
    SELECT coalesce(d.account_key, x.account_key), d.close_date, {deal_currency(d)}, 0, 0.0, 0, 0, 0,
           0, {deal_value(d)}
    FROM v_deal d
    JOIN v_ticket x ON x.key = d.ticket_key
    WHERE d.stage = 'Closed Won' AND {deal_value(d)} IS NOT NULL
)
SELECT {by}
       sum(e.tickets) AS tickets,
       sum(e.hours) AS hours,
       sum(e.visits) AS visits,
       sum(e.parts) AS parts_minor,
       sum(e.charges) AS charges_minor,
       sum(e.fees) AS fees_minor,
       sum(e.deals) AS deals_minor,
       sum(e.charges + e.fees + e.deals - e.parts) AS balance_minor,
       e.currency AS currency
FROM v_account t
JOIN entries e ON e.account_key = t.{key}
WHERE {where}
{?when   AND (e.day IS NULL OR e.day BETWEEN :when_from AND :when_to)}
{group}
ORDER BY {order} t.name, currency
