#!/usr/bin/env python3
"""Random commands on a store, then undone one by one: the store is what it was. usage: tests/undo.py CRM [COMMANDS [SEED]]

What is compared is the whole-store export, without what is never taken back: counters, known tags, kept bytes and the consent ledger."""
import os
import random
import subprocess
import sys
import tempfile
import time

NAMES = ["Ada Lovelace", "王小明", "Grace Hopper", "Noor 🌷", "José García", "Łukasz Nowak", "Mary O'Brien", "佐藤 花子"]
FIELDS = {"title": ["CTO", "CEO", "営業", ""], "department": ["Sales", ""], "birthday": ["1990-02-03", "--03-07", ""], "do_not_mail": ["yes", "no", ""], "description": ["two\nlines", "a; b (c)", ""],
          "address.city": ["Berlin", "東京", ""], "source": ["Web Site", ""], "language": ["de", ""], "nickname": ["x\\y", ""], "interests": ["golf; chess", "sailing", ""], "urls": ["https://x.example (home)", ""]}


def main():
    crm, count, seed = os.path.abspath(sys.argv[1]), int((sys.argv + ["", "120"])[2] or 120), int((sys.argv + ["", "", "0"])[3] or 0) or int(time.time())
    print(f"seed {seed}")
    r = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="crm-undo-") as home:
        env = dict(os.environ, HOME=home, CRM_DB=f"{home}/s.db", CRM_USER="tester", TZ="UTC", LC_ALL="C.UTF-8")
        clock = [1_790_000_000]

        def run(*argv, text=None):
            clock[0] += 60
            env["CRM_NOW"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(clock[0]))
            return subprocess.run([crm, "--yes", *argv], env=env, input=text, capture_output=True, text=True)

        def dump():
            lines = run("export").stdout.splitlines()
            return [line for line in lines if not line.startswith(('{"kind":"sequence"', '{"kind":"tag"', '{"kind":"blob"', '{"kind":"consent"'))]

        run("init")
        for i, name in enumerate(NAMES):
            run("contact", "add", name, f"email=p{i}@x.example", f"phone=+49 30 55500{i}{i}", f"account=Firm {i % 3}", "--create", "+old")
        dumps = {operations(run): dump()}
        order = [operations(run)]
        begin = order[0]
        for n in range(count):
            ids = run("contact", "list", "-o", "ids").stdout.split() + run("contact", "list", "--trash", "-o", "ids").stdout.split() or ["c1"]
            accounts = run("account", "list", "-o", "ids").stdout.split() or ["a1"]
            one, other, firm = r.choice(ids), r.choice(ids), r.choice(accounts)
            field = r.choice(list(FIELDS))
            cards = "".join(f"BEGIN:VCARD\nVERSION:3.0\nFN:{r.choice(NAMES)} {r.randint(1, 9)}\nN:;;;;\nEMAIL:q{r.randint(1, 20)}@y.example\nORG:Firm {r.randint(0, 5)}\nEND:VCARD\n" for _ in range(r.randint(1, 6)))
            choice = r.randrange(17)
            if choice == 0: run("contact", "add", r.choice(NAMES), f"email=n{n}@z.example", f"account=Firm {r.randint(0, 9)}", "--create", "+new")
            elif choice in (1, 2, 3): run("contact", "edit", one, f"{field}={r.choice(FIELDS[field])}")
            elif choice == 4: run("contact", "edit", "--where", f"name:{r.choice(['ada', 'josé', '王小明'])}", f"{field}={r.choice(FIELDS[field])}", "+bulk")
            elif choice == 5: run("contact", "tag", one, "+" + r.choice(["vip", "lead", "東京"]), "-old")
            elif choice == 6: run("contact", "link", one, firm, "--role", r.choice(["CEO", "VP, Sales", "since ever"]), "--since", "2020-01-01")
            elif choice == 7: run("contact", "link", one, other, "--role", "assistant")
            elif choice == 8: run("contact", "unlink", one, firm)
            elif choice == 9: run("contact", "rm", one)
            elif choice == 10: run("contact", "restore", one)
            elif choice == 11: run("contact", "import", "-", "+card", text=cards)
            elif choice == 12: run("contact", "note", one, f"note {n}")
            elif choice == 13: run("contact", "merge", one, other, "--yes")
            elif choice == 14: run("deal", "add", f"Deal {n}", f"account={firm}", f"contacts={one} (Evaluator); {other}")
            elif choice == 15: run("deal", r.choice(["win", "reopen"]), f"d{r.randint(1, 9)}", "amount=10k")
            elif choice == 16: run("segment", "save", r.choice(["a", "b"]), "--on", "contact", r.choice(["+vip", "name:ada", "-+vip"]))
            now = operations(run)
            if now != order[-1]:
                order.append(now)
                dumps[now] = dump()
        print(f"{len(order) - 1} operations")
        for before, operation in zip(reversed(order[:-1]), reversed(order[1:])):
            result = run("undo", str(operation))
            if result.returncode != 0:
                sys.exit(f"undo {operation}: exit {result.returncode}: {result.stderr}")
            came = dump()
            if came != dumps[before]:
                differ = [pair for pair in zip(dumps[before] + [""] * len(came), came + [""] * len(dumps[before])) if pair[0] != pair[1]][:2]
                command = run("log", str(operation)).stdout
                sys.exit(f"after undo {operation} the store is not what it was:\n{command}\n{differ}")
        if dump() != dumps[begin]:
            sys.exit("the store is not what it was")
        last = run("undo", "1")
        print("all undone; the store is what it was", last.returncode)


def operations(run):
    return int((run("log", "--limit", "1").stdout.split("\t") or ["0"])[0] or 0)


main()
