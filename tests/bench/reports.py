#!/usr/bin/env python3
"""How fast each built-in report is, beside its own SQL (crm report X --sql) in the sqlite3 shell.

usage: tests/bench/reports.py CRM [--deals N] [--lines N] [--runs R] [--only WORD] [--keep FOLDER]

Makes N deals with accounts, users, products, leads, targets and tickets, and orders with N line items (the same for the
same N), then runs each report and the shell in turn, so that a drift of the machine hits both alike. It prints the medians
of their CPU time with their ratio and says where the two do not give the same number of rows: of what C++ computes the SQL
is that of its input. It measures; it fails only if a report does not run."""
import argparse
import csv
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

STAGES = {"Prospecting": 20, "Qualification": 18, "Proposal": 14, "Negotiation": 8, "Closed Won": 25, "Closed Lost": 15}
SOURCES = ["Call", "Email", "Partner", "Web Site", "Campaign", "Trade Show", "Word of Mouth", "Other"]
REASONS = ["Price", "Competition", "Budget", "No Decision", "Other"]
CONFIG = """[[commission]]
name = "standard"
rate = "5 %"
tiers = ["100k = 8 %"]
"""


def day(r, first, last):
    return f"{r.randint(first, last)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


def make(folder, n, lines):
    """CSV files for n deals and orders with so many lines: a list of noun and path, in the order of import."""
    r = random.Random(42)
    owners = [f"u{i}" for i in range(1, 51)]
    accounts, products = max(1, n // 20), 40
    files = [("user", ["name", "login", "manager"], [[f"Seller {i}", f"u{i}", f"u{(i - 1) // 10 + 1}" if i > 5 else ""] for i in range(1, 51)]),
             ("account", ["name", "industry", "owner"], [[f"Customer {i}", r.choice(["Retail", "Energy", "Media"]), r.choice(owners)] for i in range(1, accounts + 1)]),
             ("product", ["name", "sku", "price"], [[f"Product {i}", f"P{i}", 100 * i] for i in range(1, products + 1)])]

    def deal(i):
        stage = r.choices(list(STAGES), list(STAGES.values()))[0]
        begun = day(r, 2023, 2026)
        closed = day(r, int(begun[:4]), 2026) if stage.startswith("Closed") else day(r, 2026, 2027)
        return [f"Deal {i}", f"Customer {r.randint(1, accounts)}", r.choice(owners), f"Product {r.randint(1, products)}", stage,
                r.randint(100, 90000), begun, closed, r.choice(REASONS) if stage == "Closed Lost" else "",
                f"Customer {r.randint(1, 20)}" if r.random() < 0.2 else ""]

    files.append(("deal", ["name", "account", "owner", "product", "stage", "amount", "created_at", "close_date", "lost_reason", "partner"], [deal(i) for i in range(1, n + 1)]))
    files.append(("lead", ["name", "email", "source", "owner", "created_at"],
                  [[f"Lead {i}", f"lead{i}@example.com", r.choice(SOURCES), r.choice(owners), day(r, 2023, 2026)] for i in range(1, n // 2 + 1)]))
    files.append(("ticket", ["subject", "account", "created_at"], [[f"Ticket {i}", f"Customer {r.randint(1, accounts)}", day(r, 2025, 2026)] for i in range(1, n // 10 + 1)]))
    def order(i):
        sold = r.sample(range(1, products + 1), 4)
        items = "; ".join(f"P{p} (quantity {r.randint(1, 5)}, price {100 * p} EUR)" for p in sold)
        return [f"Order {i}", f"Customer {r.randint(1, accounts)}", r.choice(["Paid", "Paid", "Paid", "Shipped", "Draft"]), day(r, 2023, 2026), items]

    files.append(("order", ["name", "account", "status", "order_date", "lines"], [order(i) for i in range(1, lines // 4 + 1)]))
    out = []
    for noun, header, rows in files:
        path = os.path.join(folder, noun + ".csv")
        write(path, header, rows)
        out.append((noun, path))
    return out


def once(argv, env, output):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(output, "wb") as out:
        done = subprocess.run(argv, env=env, stdout=out, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(argv)[:200]}: exit {done.returncode}: {done.stderr.decode(errors='replace')[:400]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def rows_in(path):
    with open(path, encoding="utf-8") as file:
        text = file.read().strip()
    return len(json.loads(text)) if text else 0


def build(crm, env, db, folder, n, lines):
    run = lambda *argv: subprocess.run([crm, "--db", db, *argv], env=env, check=False, capture_output=True, text=True)
    run("init")
    for noun, path in make(folder, n, lines):
        done = run(noun, "import", path, "--no-rules", "-q") if noun == "deal" else run(noun, "import", path, "-q")
        if done.returncode not in (0, 6):
            sys.exit(f"import of {noun}: {done.stderr[:400]}")
        if done.returncode == 6:
            print(f"{noun}: {done.stderr.splitlines()[0]}", file=sys.stderr)
    for owner in range(1, 51):
        run("target", "add", f"owner=u{owner}", "period=2026", "metric=won", "value=1000000", "-q")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crm")
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", help="make the database in this folder, or use the one that is there")
    given = parser.parse_args()
    crm = os.path.abspath(given.crm)
    folder = os.path.abspath(given.keep) if given.keep else tempfile.mkdtemp(prefix="crm-bench-")
    os.makedirs(folder, exist_ok=True)
    try:
        measure(crm, folder, given)
    finally:
        if not given.keep:
            shutil.rmtree(folder)


def measure(crm, folder, given):
    os.makedirs(os.path.join(folder, ".config", "crm"), exist_ok=True)
    config = os.path.join(folder, ".config", "crm", "config.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG)
    env = dict(os.environ, HOME=folder, LC_ALL="C.UTF-8", TZ="UTC", CRM_USER="bench", CRM_NOW="2026-11-28T10:00:00Z")
    for name in ("CRM_DB", "XDG_CONFIG_HOME"):
        env.pop(name, None)
    db = os.path.join(folder, "crm.db")
    if not os.path.exists(db):
        build(crm, env, db, folder, given.deals, given.lines)
    ours, floor = os.path.join(folder, "ours"), os.path.join(folder, "floor")
    views = os.path.join(folder, "views.sql")
    with open(views, "wb") as file:
        subprocess.run([crm, "--db", db, "sql", "--views"], env=env, stdout=file, check=True)
    listed = subprocess.run([crm, "--db", db, "report", "--json"], env=env, check=True, capture_output=True, text=True).stdout
    print(f"{given.deals} deals, {given.lines} line items; medians of {given.runs} runs in milliseconds of CPU; ratio = crm / its SQL in sqlite3")
    print(f"{'report':14}{'sqlite3':>10}{'crm':>10}{'ratio':>8}{'rows':>8}")
    for report in json.loads(listed):
        name = report["report"]
        if given.only not in name:
            continue
        text = subprocess.run([crm, "--db", db, "report", name, "--sql"], env=env, capture_output=True, text=True)
        if text.returncode != 0:
            print(f"{name:14} {text.stderr.splitlines()[0]}")
            continue
        asked = subprocess.run([crm, "--db", db, "report", name, "--quiet"], env=env, capture_output=True, text=True)
        if asked.returncode == 2:  # it requires an argument
            print(f"{name:14} {asked.stderr.splitlines()[0]}")
            continue
        a, b = [], []
        for _ in range(given.runs):
            a.append(once(["sqlite3", "-init", views, "-json", db, text.stdout], env, floor))
            b.append(once([crm, "--db", db, "report", name, "--json"], env, ours))
        rows, same = rows_in(ours), rows_in(floor)
        note = "" if rows == same else f"  the SQL gives {same}"
        print(f"{name:14}{statistics.median(a):10.1f}{statistics.median(b):10.1f}{statistics.median(b) / statistics.median(a):8.2f}{rows:8}{note}")


if __name__ == "__main__":
    main()
