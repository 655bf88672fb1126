#!/usr/bin/env python3
"""The SQL of each report gives its rows in the stock shell:   report_sql.py CRM

`crm sql --views` and `crm report NAME --sql` go to sqlite3 on the same file, and
what comes is compared with `crm report NAME --json`: the same rows in the same order, amounts as minor units, numbers before they are
rounded. The shell has another time zone. The text has lines of at most 120 characters and reads views."""
import decimal
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CRM = str(pathlib.Path(sys.argv[1]).resolve())
DIGITS = {"JPY": 0}  # others of the test have 2
ZONE = "Europe/Berlin"

RECORDS = {
    "user": "name,login,manager\nAda Lee,ada,\nAda Lee,ada2,ada\nBob,bob,ada\n",
    "account": "name,industry,owner\nAcme,Retail,ada\nUmbrella,Energy,bob\n",
    "product": "name,sku,price\nPump,P1,95\nValve,P2,10USD\n",
    "lead": "name,source,owner,created_at\nLee,Call,ada,2026-03-28T23:30Z\nKim,Call,,2026-10-31T23:30Z\nJo,,bob,2026-06-30T21:59Z\n",
    "ticket": "subject,account,owner,created_at\nLate,Acme,ada,2026-11-30T23:30Z\nEarly,,bob,2026-03-28T22:59:59Z\nThird,Acme,,2026-07-01T00:00Z\n",
    "call": "subject,status,start,duration,owner,about\nRing,Held,2026-10-31T23:30Z,45min,ada,l1\nTry,Planned,2026-11-02T09:00Z,,bob,d1\n",
    "order": "name,account,owner,total,status,order_date,due_on\nO1,Acme,ada,1000.50,Confirmed,2026-09-30,2026-10-30\n"
             "O2,Umbrella,bob,200USD,Paid,2026-10-01,2026-11-01\nO3,,,77,Confirmed,2026-10-05,2026-10-06\n",
    "target": "metric,period,owner,value\nrevenue,2026-Q4,,5000\nwon,2026,ada,3\ncalls,2026-11,,4\nleads,2026-W44,,1\norders,2026,,3\n",
}
# name, account, owner, product, stage, amount, created, closed, reason
DEALS = [("Deal %d" % i,
          ("", "Acme", "Umbrella")[i % 3],
          ("ada", "ada2", "", "bob")[i % 4],
          ("Pump", "Valve", "")[i % 3],
          ("Prospecting", "Proposal", "Closed Won", "Closed Lost", "Negotiation")[i % 5],
          ("", "%d.%02d" % (37 * i + 5, i), "%dUSD" % (11 * i + 1), "%dJPY" % (1000 + i))[i * 7 % 4],
          "2026-%02d-%02dT%02d:30Z" % (i % 9 + 1, i % 28 + 1, (i * 5 + 20) % 24),
          "2026-%02d-%02d" % (i % 4 + 9, i % 28 + 1),
          ("Price", "Budget")[i % 2] if i % 5 == 3 else "",
          "Acme" if i % 6 == 0 else "") for i in range(60)]
OPTIONS = [[], ["--by", "created_at.day,owner.manager"], ["--by", "close_date.week,account"], ["-p", "2026-11"],
           ["--in", "EUR", "--by", "product", "-p", "2026-Q4"], ["--by", "", "--where", "amount:100.."]]


def crm(*argv, env, text=None, may_fail=False):
    done = subprocess.run([CRM, *argv], env=env, input=text, capture_output=True, text=True)
    if done.returncode not in (0, 1, 6) and not may_fail:
        sys.exit(f"crm {' '.join(argv)}: exit {done.returncode}: {done.stderr[:400]}")
    return done


def make(env):
    crm("init", "-q", env=env)
    header = "name,account,owner,product,stage,amount,created_at,close_date,lost_reason,partner\n"
    RECORDS_IN_ORDER = ["user", "account", "product", "deal", "lead", "ticket", "call", "order", "target"]
    texts = dict(RECORDS, deal=header + "".join(",".join(deal) + "\n" for deal in DEALS))
    for noun in RECORDS_IN_ORDER:
        done = crm(noun, "import", "-", "--no-rules", "-q", env=env, text=texts[noun], may_fail=True)
        if done.returncode == 2:
            done = crm(noun, "import", "-", "-q", env=env, text=texts[noun])
        if done.returncode:
            sys.exit(f"import of {noun}: {done.stderr[:400]}")
    for rate in (["USD/EUR", "0.9"], ["JPY/EUR", "0.0062"]):
        crm("rate", "set", *rate, "--on", "2020-01-01", "-q", env=env)


def same(ours, theirs):
    """A number of ours has the digits that are shown; the shell has all."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    try:
        shown, whole = decimal.Decimal(str(ours)), decimal.Decimal(str(theirs))
    except decimal.InvalidOperation:
        return str(ours) == str(theirs)
    return abs(shown - whole) <= decimal.Decimal("0.5000001").scaleb(shown.as_tuple().exponent)


def difference(ours, theirs):
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, in the shell {len(theirs)}"
    for i, (row, other) in enumerate(zip(ours, theirs)):
        for key, value in row.items():
            if key in other:
                if not same(value, other[key]):
                    return f"row {i + 1}: {key}: {value}, in the shell {other[key]}"
            elif key + "_minor" in other:
                minor = other[key + "_minor"]
                digits = DIGITS.get(row["currency"], 2)
                if (value is None) != (minor is None) or (minor is not None and not same(value, decimal.Decimal(str(minor)).scaleb(-digits))):
                    return f"row {i + 1}: {key}: {value}, in the shell {minor} minor units"
            else:
                return f"the shell has no column {key}"
    return None


def check(name, options, env, views):
    done = crm("report", name, *options, "--sql", env=env, may_fail=True)
    if done.returncode:
        return None  # the report does not have this field, or no such option
    text = done.stdout
    faults = [f"line of {len(line)} characters: {line[:60]}" for line in text.splitlines() if len(line) > 120]
    if not re.search(r"\bFROM v_", text):
        faults.append("it reads no view")
    rows = crm("report", name, *options, "--json", env=env).stdout.strip()
    shell = subprocess.run(["sqlite3", "-bail", "-init", views, "-json", env["CRM_DB"]], input=text, capture_output=True, text=True,
                           env=dict(env, TZ="Asia/Tokyo"))
    if shell.returncode:
        faults.append(f"sqlite3: {shell.stderr.strip()[-200:]}")
    else:
        numbers = {"parse_float": decimal.Decimal}
        fault = difference(json.loads(rows or "[]", **numbers), json.loads(shell.stdout.strip() or "[]", **numbers))
        faults += [fault] if fault else []
    return faults


def main():
    with tempfile.TemporaryDirectory() as folder:
        env = {"PATH": os.environ["PATH"], "HOME": folder, "CRM_DB": os.path.join(folder, "x.db"), "TZ": ZONE, "LC_ALL": "C.UTF-8",
               "CRM_USER": "ada", "CRM_NOW": "2026-11-25T10:00:00Z"}
        os.makedirs(os.path.join(folder, ".config", "crm"))
        with open(os.path.join(folder, ".config", "crm", "config.toml"), "w", encoding="utf-8") as file:
            file.write('[[commission]]\nname = "standard"\nrate = "5 %"\ntiers = ["1k = 8 %"]\nteam = "20 %"\n')
        make(env)
        views = os.path.join(folder, "views.sql")
        with open(views, "w", encoding="utf-8") as file:
            file.write(crm("sql", "--views", env=env).stdout)
        files = pathlib.Path(__file__).resolve().parent.parent / "lib" / "report" / "sql"
        names = sorted({re.search(r"^-- report: (.+)$", path.read_text(encoding="utf-8"), re.M).group(1) for path in files.glob("*.sql")})
        checked = failed = 0
        for name in names:
            for options in OPTIONS:
                faults = check(name, options, env, views)
                checked += faults is not None
                for fault in faults or []:
                    failed += 1
                    print(f"crm report {' '.join([name, *options])}: {fault}")
        if checked < 3 * len(names):
            sys.exit(f"only {checked} statements were compared")
        print(f"{checked} statements of {len(names)} reports")
        sys.exit(1 if failed else 0)


main()
