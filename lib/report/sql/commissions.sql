-- report: commissions
-- help: commissions by seller
-- basis: won deals, margin of won deals
-- noun: deal
-- query: is:won
-- period: close_date
-- group: seller = seller."name"
-- group-id: user = seller."id"
-- column: deals integer         deals in which the seller has a share
-- column: sum money             the seller's shares of their amounts, or of their margins
-- column: commission money      what the plan pays for the sum
SELECT {by}
       count(DISTINCT t."id") AS "deals",
       {money({round(sum({value} * share."part"))})} AS "sum",
       {money({round({commission(sum({value} * share."part"))})})} AS "commission",
       {currency} AS "currency"
FROM "deal" t
-- the owner's part, and that of the team in equal parts; without a team the owner has all
JOIN (
    SELECT d."id",
           d."owner" AS "user",
           CASE
               WHEN (SELECT count(*) FROM "deal_team" m WHERE m."record" = d."id") = 0 THEN 1.0
               ELSE {owner_part}
           END AS "part"
    FROM "deal" d
    UNION ALL
    SELECT m."record",
           m."user",
           {team_part} / (SELECT count(*) FROM "deal_team" n WHERE n."record" = m."record")
    FROM "deal_team" m
    WHERE {team_part} > 0
) share ON share."id" = t."id"
LEFT JOIN "user" seller ON seller."id" = share."user"
{joins}
WHERE {where}
{group}
ORDER BY {order} seller."name" NULLS FIRST, seller."id"
