#!/usr/bin/env python3
"""What crm kb search and crm ticket suggest should print: the formula of crm-kb(1), computed from all articles one by one.

usage: crm kb export -o jsonl | kb_formula.py NOW LIMIT WORD…          all of the words
       crm kb export -o jsonl | kb_formula.py NOW LIMIT --any TEXT     the twelve rarest words of a text

Articles in ASCII, without translations."""
import collections
import datetime
import json
import math
import re
import sys

WEIGHTS = {"title": 8, "keywords": 6, "symptom": 6, "body": 1, "tags": 1, "description": 1}
K1, B = 1.2, 0.75


def words_of(value):
    text = value if isinstance(value, str) else " ".join(v if isinstance(v, str) else v["value"] for v in value or [])
    return re.findall("[a-z0-9]+", text.lower())


def main():
    now = datetime.datetime.fromisoformat(sys.argv[1])
    limit, given = int(sys.argv[2]), sys.argv[3:]
    articles = [json.loads(line) for line in sys.stdin]
    fields = {a["id"]: {name: words_of(a[name]) for name in WEIGHTS} for a in articles}
    with_word = collections.Counter(w for f in fields.values() for w in set(sum(f.values(), [])))

    def idf(word):
        return math.log(1 + (len(articles) - with_word[word] + 0.5) / (with_word[word] + 0.5))

    if given[0] == "--any":
        known = [w for w in dict.fromkeys(words_of(given[1])) if len(w) > 1 and with_word[w]]
        rare = [w for w in known if with_word[w] <= max(50, len(articles) // 8)] or known
        terms, enough = sorted(rare, key=lambda w: with_word[w])[:12], any
    else:
        terms, enough = given, all
    found = [a for a in articles if enough(any(t in words for words in fields[a["id"]].values()) for t in terms) and a["status"] != "Archived"]
    length = {a["id"]: sum(map(len, fields[a["id"]].values())) for a in found}
    average = sum(length.values()) / max(1, len(found))

    def row(a):
        text = 0
        for t in terms:
            tf = sum(weight * fields[a["id"]][name].count(t) for name, weight in WEIGHTS.items())
            text += idf(t) * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length[a["id"]] / average))
        count = collections.Counter(u["what"] for u in a["uses"])
        used, helpful, unhelpful = count["Used"], count["Helpful"], count["Unhelpful"]
        success = 1 + used / (used + 5) * (helpful + 1) / (helpful + unhelpful + 2)
        age = (now - max(datetime.datetime.fromisoformat(v["at"]) for v in a["versions"])).total_seconds() / 86400
        if a["reviewed_on"]:
            age = min(age, (now.date() - datetime.date.fromisoformat(a["reviewed_on"])).days)
        overdue = a["review_on"] is not None and a["review_on"] < now.date().isoformat()
        freshness = 0.5 if overdue else max(0.5, 2 ** (-max(0, age) / 730))
        return (a["status"] != "Published", -text * success * freshness, overdue, int(a["id"][1:])), (a["id"], text * success * freshness, text, success, freshness)

    for _, (name, *figures) in sorted(map(row, found))[:limit]:
        print(name, *(f"{x:.3f}" for x in figures), sep="\t")


main()
