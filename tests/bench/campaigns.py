#!/usr/bin/env python3
"""How fast crm checks and queues a campaign.

usage: tests/bench/campaigns.py CRM [--members N] [--runs R]

Makes N members, of whom 3 in a hundred have the address of another one and 2 in a hundred objected, and prints the medians of
wall and processor time of `campaign member add`, `campaign check` and `campaign send` (queueing), and of `call pop` beside
`contact show`. The targets at 10,000: check 0.5 s, queueing 1 s, pop 1.5 times show. It measures; it never fails."""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time


def measured(crm, folder, *words):
    """(wall, processor) seconds of one command."""
    environment = {"HOME": folder, "PATH": os.environ["PATH"], "TZ": "UTC", "CRM_DB": os.path.join(folder, "a.db"), "CRM_MAIL_FROM": "sales@acme.example",
                   "CRM_UNSUBSCRIBE_URL": "https://us.example/u/{token}", "CRM_COUNTRY": "DE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([crm, *words], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make(crm, folder, members):
    measured(crm, folder, "init", "-q")
    copies, objectors = members * 3 // 100, members * 2 // 100
    for noun, first, last in ("contact", 0, members - copies), ("lead", 0, copies):
        with open(os.path.join(folder, noun + ".csv"), "w", encoding="utf-8") as out:
            out.write("name,email,phone\n")
            out.writelines(f"Person {n},p{n}@x{n % 50}.example,+49305{n:07}\n" for n in range(first, last))
        measured(crm, folder, noun, "import", noun + ".csv", "-q")
    with open(os.path.join(folder, "out.txt"), "w", encoding="utf-8") as out:
        out.writelines(f"p{n}@x{n % 50}.example\n" for n in range(objectors))
    measured(crm, folder, "suppress", "import", "out.txt", "-q")
    measured(crm, folder, "template", "add", "Thanks", "subject=Hello {{name}}", "body=Dear {{name}}, [see our pumps](https://acme.example/{{id}}).", "-q")
    measured(crm, folder, "campaign", "add", "Fair", "type=email", "template=Thanks", "-q")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("crm")
    parser.add_argument("--members", type=int, default=10000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    crm = os.path.abspath(args.crm)
    with tempfile.TemporaryDirectory() as folder:
        make(crm, folder, args.members)
        measured(crm, folder, "campaign", "member", "add", "m1", "id:any", "--on", "lead", "-q")
        lines = {"campaign member add": [measured(crm, folder, "campaign", "member", "add", "m1", "id:any", "-q")]}
        kept = os.path.join(folder, "kept.db")
        shutil.copy(os.path.join(folder, "a.db"), kept)
        for _ in range(args.runs):
            shutil.copy(kept, os.path.join(folder, "a.db"))
            for words in ("campaign", "check", "m1"), ("campaign", "send", "m1", "-y"), ("call", "pop", "03050000021"), ("call", "pop", "00493050000021"), ("contact", "show", "c22"):
                lines.setdefault(" ".join(words), []).append(measured(crm, folder, *words))
        for name, times in lines.items():
            wall, processor = (statistics.median(column) for column in zip(*times))
            print(f"{name:32} {wall * 1000:8.1f} ms  {processor * 1000:8.1f} ms processor")


main()
