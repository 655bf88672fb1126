-- report: activity
-- help: calls, meetings, mails and completed tasks by owner
-- param: when period ?          only these days, as -p says
-- column: owner user            whose they are
-- column: calls integer         held calls
-- column: meetings integer      held meetings
-- column: mails integer         sent mails
-- column: tasks_done integer    completed tasks, by the day on which they were last changed
-- column: hours number(1)       hours of the calls and meetings
-- chart: bar hours
SELECT u.name AS owner,
       u.id AS owner_id,
       sum(a.calls) AS calls,
       sum(a.meetings) AS meetings,
       sum(a.mails) AS mails,
       sum(a.tasks_done) AS tasks_done,
       sum(a.hours) AS hours
FROM (
    SELECT owner_key,
           {day(start)} AS day,
           1 AS calls,
           0 AS meetings,
           0 AS mails,
           0 AS tasks_done,
           coalesce({seconds(duration)}, 0) / 3600.0 AS hours
    FROM v_call
    WHERE status = 'Held'
    UNION ALL
    SELECT owner_key, {day(start)}, 0, 1, 0, 0, coalesce({hours(start, "end")}, 0)
    FROM v_meeting
    WHERE status = 'Held'
    UNION ALL
    SELECT owner_key, {day(sent_at)}, 0, 0, 1, 0, 0
    FROM v_mail
    WHERE direction = 'Outbound' AND sent_at IS NOT NULL
    UNION ALL
    SELECT owner_key, {day(updated_at)}, 0, 0, 0, 1, 0
    FROM v_task
    WHERE status = 'Completed'
) a
LEFT JOIN v_user u ON u.key = a.owner_key
{?when WHERE a.day BETWEEN :when_from AND :when_to}
GROUP BY u.name, u.id
ORDER BY u.name NULLS LAST, u.id
