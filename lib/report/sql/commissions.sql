-- report: commissions
-- help: commissions by seller
-- basis: won deals, margin of won deals
-- noun: deal
-- query: is:won
-- period: close_date
-- group: seller = share.seller
-- group-id: user = share.user_key
-- column: deals integer         deals in which the seller has a share
-- column: sum money(sum_minor, currency)  the seller's shares of their amounts, or of their margins
-- column: commission money(commission_minor, currency)  what the plan pays for the sum
SELECT {by}
       count(DISTINCT t.{key}) AS deals,
       {round(sum({value} * share.part))} AS sum_minor,
       {round({commission(sum({value} * share.part))})} AS commission_minor,
       {currency} AS currency
FROM v_deal t
-- the owner's part, and that of the team in equal parts; without a team the owner has all
JOIN (
    SELECT d.{key} AS deal_key,
           d.owner AS seller,
           d.owner_key AS user_key,
           CASE
               WHEN (SELECT count(*) FROM v_deal_team m WHERE m.deal_key = d.{key}) = 0 THEN 1.0
               ELSE {owner_part}
           END AS part
    FROM v_deal d
    UNION ALL
    SELECT m.deal_key,
           m."user",
           m.user_key,
           {team_part} / (SELECT count(*) FROM v_deal_team n WHERE n.deal_key = m.deal_key)
    FROM v_deal_team m
    WHERE {team_part} > 0
) share ON share.deal_key = t.{key}
WHERE {where}
{group}
ORDER BY {order} currency, share.seller NULLS FIRST, share.user_key
