-- report: programmes
-- help: what programmes with customers brought, by kind
-- noun: programme
-- period: start
-- by: kind
-- column: programmes integer    programmes
-- column: participants integer  people and companies that are members or contributed
-- column: contributions integer what they contributed
-- column: articles integer      different articles among it
-- column: ideas_adopted integer "Ideas adopted"  feedback among it that was adopted
-- column: with_outcome integer "With outcome"  programmes that say what came of them
-- chart: bar contributions
WITH people AS (
    SELECT programme_key, who_noun, who
    FROM v_programme_members
    UNION
    SELECT programme_key, who_noun, who
    FROM v_programme_contributions
),
participants AS (
    SELECT programme_key, count(*) AS people
    FROM people
    GROUP BY programme_key
),
given AS (
    SELECT c.programme_key,
           count(*) AS contributions,
           count(DISTINCT CASE WHEN c.what_noun = {noun(kb)} THEN c.what END) AS articles,
           count(DISTINCT f.key) AS ideas
    FROM v_programme_contributions c
    LEFT JOIN v_feedback f
        ON c.what_noun = {noun(feedback)} AND c.what = f.key AND f.status = 'Adopted'
    GROUP BY c.programme_key
)
SELECT {by}
       count(*) AS programmes,
       coalesce(sum(p.people), 0) AS participants,
       coalesce(sum(g.contributions), 0) AS contributions,
       coalesce(sum(g.articles), 0) AS articles,
       coalesce(sum(g.ideas), 0) AS ideas_adopted,
       count(t.outcome) AS with_outcome
FROM v_programme t
LEFT JOIN participants p ON p.programme_key = t.{key}
LEFT JOIN given g ON g.programme_key = t.{key}
WHERE {where}
{group}
ORDER BY {order}
