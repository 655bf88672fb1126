#!/usr/bin/env python3
"""How fast crm is, beside the sqlite3 shell doing the same work on the same data in the same run.

usage: tests/bench/bench.py CRM [--contacts N] [--runs R] [--only WORD]

Makes N contacts (the same for the same N), then runs crm and the raw floor in turn, so that a drift of the machine hits
both alike, and prints the medians with their ratio beside the goal. It measures; it never fails."""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

GIVEN = "Anna Ben Clara David Elena Farid Greta Hugo Ines Jonas Karin Liam Maria Nils Olga Pavel Rosa Samir Søren Zoë José Łukasz Björn 伟 芳 秀英 太郎 花子".split()
FAMILY = "Müller Schmidt Rossi García Novák Kowalski Andersson Dubois Smith Johnson O'Brien Öztürk Ivanov Silva Nagy Weiß Brown Taylor Young King 王 李 佐藤 高橋".split()
FIRM = "Nord Blue Alpha Hanse Rhein Metro Green Delta Iron Silver Terra Nova Apex Vega Orion 東京 上海".split()
TRADE = "Logistik Software Foods Energy Medical Print Textil Optics Travel Finance Robotics Labs".split()
LEGAL = "GmbH AG Ltd Inc SARL SpA AB Oy BV Corp LLC SA KG OHG Group Partners".split()
CITY = "Berlin Hamburg München Wien Zürich Paris Lyon London Dublin Madrid Roma Praha Oslo Stockholm Helsinki Amsterdam Lisboa 東京 大阪 北京 Boston".split()
TAG = "vip lead newsletter partner supplier press churned trial reseller".split()
WORD = "call offer invoice meeting contract renewal discount delivery support licence demo budget quarter decision schedule upgrade shipping payment reminder training pricing sample warranty".split()
HEADER = "id,first_name,last_name,email,phone,company,city,tags,note,created,birthday"


def make(folder, n):
    r = random.Random(42)
    csv, vcf = os.path.join(folder, "contacts.csv"), os.path.join(folder, "contacts.vcf")
    with open(csv, "w", newline="") as c, open(vcf, "w", newline="") as v:
        c.write(HEADER + "\n")
        for i in range(1, n + 1):
            given, family = r.choice(GIVEN), r.choice(FAMILY)
            mail, phone = f"user{i}@example{r.randint(1, 500)}.com", f"+49 30 {r.randint(0, 9999999):07d}"
            firm, city = f"{r.choice(FIRM)} {r.choice(TRADE)} {r.choice(LEGAL)}", r.choice(CITY)
            tags = sorted(r.sample(TAG, r.randint(0, 3)))
            note = " ".join(WORD[min(int(r.expovariate(0.11)), len(WORD) - 1)] for _ in range(r.randint(4, 14)))
            if r.random() < 0.001:
                note += " xylophone"
            day = f"{r.randint(2015, 2025)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"
            born = f"{r.randint(1950, 2005)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"
            quoted = f'"{",".join(tags)}"' if len(tags) > 1 else ",".join(tags)
            c.write(f"{i},{given},{family},{mail},{phone},{firm},{city},{quoted},{note},{day},{born}\n")
            v.write(f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c{i}\r\nFN:{given} {family}\r\nN:{family};{given};;;\r\nEMAIL;TYPE=WORK:{mail}\r\nTEL;TYPE=CELL:{phone}\r\n"
                    f"ORG:{firm}\r\nADR;TYPE=WORK:;;;{city};;;\r\n" + (f"CATEGORIES:{','.join(tags)}\r\n" if tags else "") + f"NOTE:{note}\r\nBDAY:{born}\r\nEND:VCARD\r\n")
    return csv, vcf


def once(argv, env):
    actions = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]
    begun = time.perf_counter()
    pid = os.posix_spawnp(argv[0], argv, env, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    return (time.perf_counter() - begun) * 1e3, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crm")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    crm, n = os.path.abspath(given.crm), given.contacts
    folder = tempfile.mkdtemp(prefix="crm-bench-")
    try:
        run(crm, n, given, folder)
    finally:
        shutil.rmtree(folder)


def run(crm, n, given, folder):
    env = dict(os.environ, HOME=folder, LC_ALL="C.UTF-8", TZ="UTC", CRM_USER="bench")
    env.pop("CRM_DB", None)
    csv, vcf = make(folder, n)
    raw, db, scratch = f"{folder}/raw.db", f"{folder}/crm.db", f"{folder}/scratch.db"
    table = f"CREATE TABLE contacts(id INTEGER PRIMARY KEY,{HEADER[3:]}) ;"
    sql = lambda path, *lines: subprocess.run(["sqlite3", path, *lines], check=True, stdout=subprocess.DEVNULL)
    quiet = lambda *argv: subprocess.run([crm, *argv], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sql(raw, table, ".mode csv", f".import --skip 1 {csv} contacts", "CREATE INDEX a ON contacts(email)", "CREATE INDEX b ON contacts(city)",
        "CREATE VIRTUAL TABLE f USING fts5(first_name,last_name,email,company,city,tags,note,content='contacts',content_rowid='id',tokenize='unicode61 remove_diacritics 2')", "INSERT INTO f(f) VALUES('rebuild')",
        # What crm keeps for each record too: indexes of the names, the full text, who added it when.
        "CREATE INDEX c ON contacts(last_name,first_name)", "CREATE INDEX d ON contacts(company)",
        "CREATE TRIGGER t AFTER INSERT ON contacts BEGIN INSERT INTO f(rowid,first_name,last_name,email,company,city,tags,note) VALUES(new.id,new.first_name,new.last_name,new.email,new.company,new.city,new.tags,new.note); END",
        "CREATE TABLE operation(id INTEGER PRIMARY KEY,at,user,command)", "CREATE TABLE change(id INTEGER PRIMARY KEY,operation,record,action)", "CREATE INDEX e ON change(operation)", "CREATE INDEX g ON change(record)")
    quiet("--db", db, "init")
    quiet("--db", db, "contact", "import", csv)

    def empty_raw():
        if os.path.exists(scratch):
            os.remove(scratch)
        sql(scratch, table)

    def empty_crm():
        for path in (scratch, scratch + "-lock", scratch + "-journal"):
            if os.path.exists(path):
                os.remove(path)
        quiet("--db", scratch, "init")

    cpp = f"{folder}/empty"
    subprocess.run(["g++", "-O2", "-x", "c++", "-o", cpp, "-"], input=b"int main(){}", check=True)
    shell = lambda query: ["sqlite3", "-json", raw, query]
    ours = lambda *argv: [crm, "--db", db, *argv]
    middle = n // 2
    mail = json.loads(subprocess.run(ours("contact", "show", f"c{middle}", "--json"), env=env, capture_output=True, text=True).stdout)["email"]
    filtered = "SELECT id,first_name,last_name,email,phone,company,city,tags FROM contacts WHERE city='Berlin' AND ','||tags||',' LIKE '%,vip,%' ORDER BY last_name,first_name"
    narrow = "id,given_name,family_name,email,phone,account,address.city,tags"
    match = lambda words: shell(f"SELECT id,first_name,last_name FROM f JOIN contacts ON id=f.rowid WHERE f MATCH '{words}' ORDER BY rank LIMIT 20")
    imported = ["sqlite3", scratch, ".mode csv", f".import --skip 1 {csv} contacts"]
    # As durable as crm: a journal that is deleted may come back after a power cut, and take what was acknowledged with it.
    added = """BEGIN IMMEDIATE; INSERT INTO contacts(first_name,last_name) VALUES('Some','Body'); INSERT INTO operation(at,user,command) VALUES(datetime(),'bench','add');
        INSERT INTO change(operation,record,action) VALUES((SELECT max(id) FROM operation),(SELECT max(id) FROM contacts),'add'); COMMIT"""
    few, many = given.runs, given.runs * 20
    rows = [  # what, floor, preparation of the floor, crm, preparation of crm, goal, runs
        ("start: --version", [cpp], None, [crm, "--version"], None, "≤ 1.5", many),
        ("show by id", shell(f"SELECT * FROM contacts WHERE id={middle}"), None, ours("contact", "show", f"c{middle}", "--json"), None, "≤ 1.0", many),
        ("show by e-mail", shell(f"SELECT * FROM contacts WHERE email='{mail}'"), None, ours("contact", "show", mail, "--json"), None, "≤ 1.0", many),
        ("add one", ["sqlite3", raw, "PRAGMA journal_mode=TRUNCATE", added], None, ours("contact", "add", "Some Body"), None, "≤ 1.0", few),
        ("import CSV", imported, empty_raw, [crm, "--db", scratch, "contact", "import", csv], empty_crm, "≤ 6", few),
        ("import vCard", imported, empty_raw, [crm, "--db", scratch, "contact", "import", vcf], empty_crm, "≤ 9", few),
        ("import again", imported, empty_raw, ours("contact", "import", csv), None, "", few),
        ("list, filter, JSON", shell(filtered), None, ours("contact", "list", "address.city:=Berlin", "+vip", "-s", "family_name,given_name", "-F", narrow, "--json"), None, "≤ 1.2", many),
        ("list all, JSON", shell("SELECT * FROM contacts"), None, ours("contact", "list", "--json", "-F", narrow + ",description,created_at,birthday"), None, "≤ 1.2", few),
        ("export all, CSV", ["sqlite3", "-csv", raw, "SELECT * FROM contacts"], None, ours("contact", "export"), None, "", few),
        ("export store", shell("SELECT * FROM contacts"), None, ours("export"), None, "", few),
        ("dupes / reading all", ours("contact", "list", "--json"), None, ours("dupes"), None, "≤ 3", few),
        ("search, rare word", match("xylophone"), None, ours("search", "xylophone"), None, "≤ 10 ms", many),
        ("search, common word", match("invoice"), None, ours("search", "invoice"), None, "≤ 20 ms", many),
        ("search, Chinese", match("北京"), None, ours("search", "北京"), None, "≤ 20 ms", many),
        ("search, two words", match("offer warranty"), None, ours("search", "offer", "warranty"), None, "≤ 20 ms", many),
    ]
    print(f"{n} contacts; medians in milliseconds; ratio = crm / floor")
    print(f"{'':22}{'floor':>10}{'crm':>10}{'ratio':>8}  {'goal':8}{'MiB':>6}")
    for what, floor, before_floor, command, before, goal, runs in rows:
        if given.only not in what:
            continue
        a, b, memory = [], [], 0
        for _ in range(runs):
            if before_floor:
                before_floor()
            a.append(once(floor, env)[0])
            if before:
                before()
            took, rss, code = once(command, env)
            b.append(took)
            memory = max(memory, rss)
            if code != 0:
                print(f"{what}: exit {code}", file=sys.stderr)
                break
        x, y = statistics.median(a), statistics.median(b)
        print(f"{what:22}{x:10.2f}{y:10.2f}{y / x:8.2f}  {goal:8}{memory:6.0f}", flush=True)


main()
