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
WITH held AS (
    SELECT about_noun, about, {seconds(duration)} / 3600.0 AS hours
    FROM v_call
    WHERE status = 'Held'
    UNION ALL
    SELECT about_noun, about, {hours(start, "end")}
    FROM v_meeting
    WHERE status = 'Held'
),
spent AS MATERIALIZED (
    SELECT about_noun, about, sum(hours) AS hours
    FROM held
    WHERE about_noun IN ({noun(lead)}, {noun(deal)})
    GROUP BY about_noun, about
)
SELECT {by}
       count(*) AS leads,
       count(*) FILTER (WHERE t.status = 'Converted') AS converted,
       {share(count(*) FILTER (WHERE t.status = 'Converted'), count(*))} AS conversion,
       sum(coalesce(before.hours, 0) + coalesce(after.hours, 0)) AS hours,
       sum(coalesce(before.hours, 0) + coalesce(after.hours, 0))
           / nullif(count(*) FILTER (WHERE t.status = 'Converted'), 0) AS hours_per_customer
FROM v_lead t
-- about the lead, and about the deal that it became
LEFT JOIN spent before ON before.about_noun = {noun(lead)} AND before.about = t.{key}
LEFT JOIN spent after ON after.about_noun = {noun(deal)} AND after.about = t.deal_key
WHERE {where}
{group}
ORDER BY {order}
