#!/usr/bin/env python3
"""How fast crm counts the time of tickets.

usage: tests/bench/tickets.py CRM [--tickets N] [--runs R] [--keep FOLDER]

Makes N tickets over a year, half of them open, with ten service levels whose calendars are in ten zones (the same for the
same N), imports them beside as many deals with as many columns in the same run (the tickets add contacts, too), and prints
the medians of what reads and counts them: time by the clock on the wall, and of the processor. In a copy all levels count
by one calendar: then an edit of it concerns all open tickets. What an edit has written there is written once more by SQLite
alone. It measures; it never fails."""
import argparse
import csv
import datetime
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

NOW = "2026-11-25T10:00:00Z"
ZONES = "Europe/Berlin America/New_York Asia/Kathmandu Australia/Lord_Howe Asia/Shanghai America/Sao_Paulo Africa/Cairo Asia/Tehran Pacific/Auckland America/St_Johns".split()
HOURS = ["mon-fri 08:00-12:00 13:00-17:00", "mon-sun 00:00-24:00", "sun-thu 10:00-17:00", "mon-sun 22:00-06:00", "mon-sat 09:00-18:00"]
PRIORITIES = "Low Normal Normal Normal High Urgent".split()
SUBJECTS = "Printer jams,Pump leaks,No signal,Wrong invoice,Cannot log in,Noise in the gearbox,Where is my order".split(",")
STATUSES = "Closed Closed Closed Closed Rejected New Assigned Assigned Pending Pending".split()


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(r, number, end):
    created = end - datetime.timedelta(minutes=r.randrange(1, 365 * 24 * 60))
    status = r.choice(STATUSES)
    answered = created + datetime.timedelta(minutes=r.expovariate(1 / 300))
    closed = answered + datetime.timedelta(minutes=r.expovariate(1 / 4000))
    closed = min(closed, end) if status in ("Closed", "Rejected") else None
    return [f"{r.choice(SUBJECTS)} {number}", stamp(created), stamp(answered) if answered < end and status != "New" else "", stamp(closed) if closed else "", status,
            r.choice(PRIORITIES), f"Level {r.randrange(10)}", f"person{r.randrange(max(1, number // 10 + 1))}@example.com"]


def make(folder, n):
    r = random.Random(42)
    end = datetime.datetime(2026, 11, 25, 10)
    with open(os.path.join(folder, "tickets.csv"), "w", newline="") as file:
        out = csv.writer(file)
        out.writerow("subject,created_at,first_response_at,closed_at,status,priority,sla,contact".split(","))
        out.writerows(ticket(r, i, end) for i in range(1, n + 1))
    with open(os.path.join(folder, "deals.csv"), "w", newline="") as file:
        out = csv.writer(file)
        out.writerow("name,amount,stage,created_at,close_date,type,next_step,campaign".split(","))
        for i in range(1, n + 1):
            created = end - datetime.timedelta(days=r.randrange(365))
            out.writerow([f"Deal {i}", f"{r.randrange(100, 90000)} EUR", r.choice(["Qualification", "Proposal", "Closed Won", "Closed Lost"]), stamp(created), str(created.date() + datetime.timedelta(days=60)), r.choice(["New Business", "Existing Business"]), r.choice(SUBJECTS), f"Campaign {r.randrange(10)}"])


def cpu_seconds(whose):
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def report(name, times):
    wall, cpu = (statistics.median(of) * 1000 for of in zip(*times))
    print(f"{name:<42} {wall:9.1f} ms {cpu:9.1f} ms CPU")


DUE = "response_due next_response_due resolution_due warn_at breach_at sla_left".split()


def due_times(path):
    with sqlite3.connect(path) as db:
        return {row[-1]: row for row in db.execute(f"SELECT {', '.join(DUE)}, id FROM ticket")}


def write_alone(before, after):
    """SQLite alone writes to a copy of a database what an edit has changed in another. Returns the number of tickets."""
    had = due_times(before)
    rows = [row for number, row in due_times(after).items() if row != had[number]]
    with sqlite3.connect(before, isolation_level=None) as db:
        begin, cpu = time.perf_counter(), cpu_seconds(resource.RUSAGE_SELF)
        db.execute("BEGIN IMMEDIATE")
        db.executemany(f"UPDATE ticket SET {', '.join(name + ' = ?' for name in DUE)} WHERE id = ?", rows)
        db.execute("COMMIT")
        return len(rows), (time.perf_counter() - begin, cpu_seconds(resource.RUSAGE_SELF) - cpu)


class Crm:
    def __init__(self, path, folder, database):
        self.path, self.folder = os.path.abspath(path), folder
        self.environment = {"HOME": folder, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": NOW, "CRM_DB": os.path.join(folder, database)}

    def __call__(self, *words):
        begin, cpu = time.perf_counter(), cpu_seconds(resource.RUSAGE_CHILDREN)
        done = subprocess.run([self.path, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        seconds = time.perf_counter() - begin, cpu_seconds(resource.RUSAGE_CHILDREN) - cpu
        if done.returncode != 0:
            raise SystemExit(f"crm {' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[:300]}")
        return seconds, done.stdout


def add_levels(crm):
    crm("init")
    for i, zone in enumerate(ZONES):
        crm("calendar", "add", f"Calendar {i}", f"timezone={zone}", f"hours={HOURS[i % len(HOURS)]}", "holidays=2026-01-01; 2026-05-01; 2026-12-25")
        crm("sla", "add", f"Level {i}", f"calendar=Calendar {i}")
        crm("campaign", "add", f"Campaign {i}")
        for priority, hours in (("low", 40), ("normal", 16), ("high", 8), ("urgent", 4)):
            crm("sla", "set", f"Level {i}", priority, f"response={max(1, hours // 4)}h", f"resolution={hours}h")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("crm")
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    make(folder, options.tickets)
    crm = Crm(options.crm, folder, "tickets.db")
    add_levels(crm)

    def median(name, *commands):
        report(name, [crm(*commands[i % len(commands)])[0] for i in range(options.runs)])

    report("import of tickets", [crm("ticket", "import", "tickets.csv")[0]])
    report("import of as many deals", [crm("deal", "import", "deals.csv")[0]])
    print(f"open: {crm('ticket', 'list', 'is:open', '--count')[1].strip()}")
    median("start", ("--version",))
    median("ticket list is:breached --count", ("ticket", "list", "is:breached", "--count"))
    median("ticket list is:breaching --count", ("ticket", "list", "is:breaching", "--count"))
    median("ticket edit (one ticket)", ("ticket", "edit", "t1", "priority=low"), ("ticket", "edit", "t1", "priority=high"))
    median("account edit (no ticket)", ("account", "add", "Acme"), ("account", "rm", "Acme"))
    median("calendar edit (one of ten)", ("calendar", "edit", "cl1", "holidays+=2026-11-26"), ("calendar", "edit", "cl1", "holidays-=2026-11-26"))
    shutil.copy(os.path.join(folder, "tickets.db"), os.path.join(folder, "one.db"))
    crm = Crm(options.crm, folder, "one.db")
    crm("sla", "edit", *(f"sl{i + 1}" for i in range(len(ZONES))), "calendar=cl1")
    median("calendar edit (all open, none changed)", ("calendar", "edit", "cl1", "holidays+=2028-01-03"), ("calendar", "edit", "cl1", "holidays-=2028-01-03"))
    shutil.copy(os.path.join(folder, "one.db"), os.path.join(folder, "alone.db"))
    times = crm("calendar", "edit", "cl1", "hours=mon-fri 08:01-12:00 13:00-17:01")[0]
    many, alone = write_alone(os.path.join(folder, "alone.db"), os.path.join(folder, "one.db"))
    report(f"calendar edit (all open, {many} changed)", [times])
    report("the same writes by SQLite alone", [alone])
    if not options.keep:
        shutil.rmtree(folder)


main()
