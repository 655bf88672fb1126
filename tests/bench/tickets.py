#!/usr/bin/env python3
"""How fast crm counts the time of tickets.

usage: tests/bench/tickets.py CRM [--tickets N] [--runs R] [--keep FOLDER]

Makes N tickets over a year, half of them open, with ten service levels whose calendars are in ten zones (the same for the
same N), imports them beside as many deals in the same run, and prints the medians of what reads and counts them. It
measures; it never fails."""
import argparse
import csv
import datetime
import os
import random
import shutil
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
        out.writerow("name,amount,stage,created_at,close_date".split(","))
        for i in range(1, n + 1):
            created = end - datetime.timedelta(days=r.randrange(365))
            out.writerow([f"Deal {i}", f"{r.randrange(100, 90000)} EUR", r.choice(["Qualification", "Proposal", "Closed Won", "Closed Lost"]), stamp(created), str(created.date() + datetime.timedelta(days=60))])


class Crm:
    def __init__(self, path, folder, database):
        self.path, self.folder = os.path.abspath(path), folder
        self.environment = {"HOME": folder, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": NOW, "CRM_DB": os.path.join(folder, database)}

    def __call__(self, *words):
        begin = time.perf_counter()
        done = subprocess.run([self.path, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        if done.returncode != 0:
            raise SystemExit(f"crm {' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[:300]}")
        return seconds, done.stdout


def add_levels(crm):
    crm("init")
    for i, zone in enumerate(ZONES):
        crm("calendar", "add", f"Calendar {i}", f"timezone={zone}", f"hours={HOURS[i % len(HOURS)]}", "holidays=2026-01-01; 2026-05-01; 2026-12-25")
        crm("sla", "add", f"Level {i}", f"calendar=Calendar {i}")
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
        times = [crm(*commands[i % len(commands)])[0] for i in range(options.runs)]
        print(f"{name:<34} {statistics.median(times) * 1000:9.1f} ms")

    print(f"{'import of tickets':<34} {crm('ticket', 'import', 'tickets.csv')[0] * 1000:9.1f} ms")
    print(f"{'import of as many deals':<34} {crm('deal', 'import', 'deals.csv')[0] * 1000:9.1f} ms")
    print(f"open: {crm('ticket', 'list', 'is:open', '--count')[1].strip()}")
    median("start", ("--version",))
    median("ticket list is:breached --count", ("ticket", "list", "is:breached", "--count"))
    median("ticket list is:breaching --count", ("ticket", "list", "is:breaching", "--count"))
    median("ticket edit (one ticket)", ("ticket", "edit", "t1", "priority=low"), ("ticket", "edit", "t1", "priority=high"))
    median("account edit (no ticket)", ("account", "add", "Acme"), ("account", "rm", "Acme"))
    median("calendar edit (all open tickets)", ("calendar", "edit", "cl1", "holidays+=2026-11-26"), ("calendar", "edit", "cl1", "holidays-=2026-11-26"))
    if not options.keep:
        shutil.rmtree(folder)


main()
