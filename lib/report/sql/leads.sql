-- report: leads
-- help: leads by source, and how many of them became customers
-- noun: lead
-- period: created_at
-- by: source
-- column: leads integer         leads of the source
-- column: converted integer     those of them that were converted
-- column: conversion share      converted leads as a share of all
-- column: hours number(1)       hours of held calls and meetings about the leads and their deals
-- column: hours_per_customer number(1)  these hours per converted lead
-- chart: leads
SELECT {by}
       count(*) AS "leads",
       count(*) FILTER (WHERE t."status" = 'Converted') AS "converted",
       {share(count(*) FILTER (WHERE t."status" = 'Converted'), count(*))} AS "conversion",
       {number(sum(spent."hours"), 1)} AS "hours",
       CASE
           WHEN count(*) FILTER (WHERE t."status" = 'Converted') > 0
           THEN {number(sum(spent."hours") / count(*) FILTER (WHERE t."status" = 'Converted'), 1)}
       END AS "hours_per_customer"
FROM "lead" t
JOIN (
    SELECT l."id",
           coalesce({?call (
               SELECT sum({seconds(c."duration")} / 3600.0)
               FROM "call" c
               WHERE ((c."about_noun" = {noun(lead)} AND c."about" = l."id")
                      OR (c."about_noun" = {noun(deal)} AND c."about" = l."deal"))
                 AND c."status" = 'Held'
                 AND {live(c)}
           )}, 0)
           + coalesce({?meeting (
               SELECT sum({hours(m."start", m."end")})
               FROM "meeting" m
               WHERE ((m."about_noun" = {noun(lead)} AND m."about" = l."id")
                      OR (m."about_noun" = {noun(deal)} AND m."about" = l."deal"))
                 AND m."status" = 'Held'
                 AND {live(m)}
           )}, 0) AS "hours"
    FROM "lead" l
    LIMIT 9223372036854775807 -- all of them, each computed once
) spent ON spent."id" = t."id"
{joins}
WHERE {where}
{group}
ORDER BY {order}
