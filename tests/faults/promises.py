#!/usr/bin/env python3
"""Breaks things while crm works: kills it, cuts the power, fills the disk, fails its calls, runs it many times at once.

    promises.py CRM            every promise in its short form (about two minutes)
    promises.py CRM --full     as long as it takes to trust it (about an hour)
    promises.py CRM NAME…      only these; --list names them

The harnesses are not part of the project: CRM_FAULTS names their folder, otherwise it is looked for beside the project.
Without it nothing is tested, which is exit 77. One line for each promise; exit 1 if one was broken.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
SAYS_CLEAN = "{crm} --db {d}/a.db check"
CONTACTS = "{crm} --db {d}/a.db contact list -o ids"


class Promise:
    """One harness with its arguments; `short` and `full` are the words that differ."""

    def __init__(self, name, tool, arguments, short=(), full=(), variables=None):
        self.name, self.tool, self.arguments = name, tool, arguments
        self.short, self.full, self.variables = list(short), list(full), variables or {}


def count(number):
    return f'test "$({CONTACTS} | wc -l)" = {number}'


def killed(name, run, setup="true", finish=None, final=SAYS_CLEAN, verify=SAYS_CLEAN, **more):
    words = ["--setup", "{crm} --db {d}/a.db init >&2 && " + setup, "--run", "exec {crm} --db {d}/a.db " + run,
             "--verify", verify, "--finish", finish or "{crm} --db {d}/a.db " + run, "--final", final]
    return Promise("kill-" + name, "killloop.py", words, ["--n", "8"], ["--n", "1000"], **more)


# Rounds work on copies, which send nothing before they are adopted, and then hold what was queued.
MAIL = "{crm} --db {d}/a.db mail "
OPEN_OUTBOX = MAIL + "adopt -y -q; " + MAIL + "release --where state:held -q; "
SEND_ALL = (OPEN_OUTBOX + "for try in $(seq 100); do " + MAIL + "send; "
            f'test "$({MAIL}queue queued trying --count)" = 0 && exit 0; done; exit 1')
MAIL_SETTINGS = {"CRM_MAIL_FROM": "sales@acme.example", "CRM_MAIL_RETRY": "0s"}


def sent_once(name, sink, rounds, kills="1"):
    """40 mails, each accepted once or unsure, whenever the sender is killed and whatever the server does."""
    port = "export CRM_SMTP=smtp://127.0.0.1:{port}; "
    words = ["--setup", "{crm} --db {d}/a.db init >&2 && {crm} --db {d}/a.db contact import {input}/few.csv >&2 && "
             + MAIL + "write --where email:any --each -y -q subject=Hello body=Text", "--run", port + OPEN_OUTBOX + "exec " + MAIL + "send",
             "--verify", SAYS_CLEAN, "--finish", port + SEND_ALL, "--final", SAYS_CLEAN, "--sink", sink, "--expect", "40", "--kills", kills,
             "--unsure", MAIL + "queue unsure -F message_id | sed 's/.*/<&>/'"]
    return Promise("mail-" + name, "killloop.py", words, ["--n", rounds], ["--n", "1000"], MAIL_SETTINGS)


def reminded_once():
    """Ten users with something due: a digest each, accepted once or unsure, whenever remind is killed."""
    run = "export CRM_SMTP=smtp://127.0.0.1:{port}; exec {crm} --db {d}/a.db remind --mail"
    words = ["--setup", "{crm} --db {d}/a.db init >&2 && {crm} --db {d}/a.db user import {input}/users.csv >&2 && "
             "{crm} --db {d}/a.db task import {input}/tasks.csv >&2", "--run", run, "--verify", SAYS_CLEAN, "--final", SAYS_CLEAN,
             "--finish", "(" + run + "); " + run.replace("exec ", ""), "--sink", "--delay 5", "--expect", "10", "--kills", "3",
             "--unsure", MAIL + "queue unsure -F message_id | sed 's/.*/<&>/'"]
    return Promise("remind", "killloop.py", words, ["--n", "12"], ["--n", "1000"], MAIL_SETTINGS)


def failing(name, run, setup="true", done="true", start="{crm} --db {d}/a.db init >&2 && ", retry=None, verify=SAYS_CLEAN, **more):
    words = ["--setup", start + setup, "--run", "{crm} --db {d}/a.db " + run, "--verify", verify, "--done", done,
             "--retry", retry or "{crm} --db {d}/a.db " + run, "--final", done]
    return Promise("fail-" + name, "faultsweep.py", words, ["--step", "11", "--modes", "EIO,ENOSPC,KILL"], [], **more)


def without_memory(promise):
    return Promise(promise.name.replace("fail-", "memory-"), promise.tool,
                   [*promise.arguments, "--malloc", "--modes", "STICKY-ENOSPC,ENOSPC"], ["--step", "5"],
                   ["--step", "1", "--max", "100000"])


def power_cut(name, run, acknowledged, setup="{crm} --db {d}/a.db init >&2", ack="^added", verify=SAYS_CLEAN):
    words = ["--setup", setup, "--run", run, "--ack", ack, "--verify", verify, "--acked", acknowledged]
    return Promise("power-" + name, "powerloss.py", words, ["--cuts", "12", "--images", "1"], ["--cuts", "200", "--images", "3"])


def at_once(name, run, final, setup="{crm} --db {d}/a.db init", short=("--procs", "4", "--count", "8"),
            full=("--procs", "16", "--count", "200"), **more):
    return Promise("conc-" + name, "conc.py", ["--setup", setup, "--run", run, "--final", final], short, full, **more)


COUNTED = ("rounds", "killed", "accepted", "unsure", "faults", "fired", "images", "cuts", "points", "writes", "backups")
IMPORT = "contact import {input}/people.csv"
GROUP = "{crm} --db {d}/a.db contact import {input}/few.csv >&2"
# A file that is not there was never made; one that is there is a database.
ABSENT_OR_CLEAN = "test ! -e {d}/a.db || {crm} --db {d}/a.db check"
ADD_FIRST = "{ test -e {d}/a.db || {crm} --db {d}/a.db init; } && {crm} --db {d}/a.db contact add Ada"
BACKUP_CLEAN = "for f in {d}/b*.db; do test ! -e $f || {crm} --db $f check || exit 1; done"

import_fails = failing("import", "contact import {input}/few.csv", done=count(40))
promises = [
    killed("import", IMPORT, final=count(2000)),
    killed("edit", "contact edit --where email:any title=Boss -y", setup=GROUP,
           final='test "$({crm} --db {d}/a.db contact list title:Boss -o ids | wc -l)" = 40'),
    killed("undo", "undo 1 -y", setup=GROUP, finish="{crm} --db {d}/a.db undo 1 -y || true", final=count(0)),
    killed("merge", "contact merge c2 c1 -y", setup=GROUP, finish="{crm} --db {d}/a.db contact merge c2 c1 -y || true",
           final=count(39)),
    killed("erase", "contact erase c1 -y", setup=GROUP, finish="{crm} --db {d}/a.db contact erase c1 -y || true",
           final=count(39)),
    sent_once("delays", "--delay 2", "40"),
    sent_once("cuts", "--delay 1 --tempfail 0.1 --drop-before 0.03 --drop-after 0.03 --pipelining", "30"),
    sent_once("killed-often", "--delay 2 --tempfail 0.05 --drop-after 0.02", "30", kills="4"),
    reminded_once(),
    Promise("kill-init", "killloop.py",
            ["--run", "exec {crm} --db {d}/a.db init", "--verify", ABSENT_OR_CLEAN,
             "--finish", ADD_FIRST, "--final", count(1)], ["--n", "10"], ["--n", "1000"]),
    Promise("kill-backup", "killloop.py",
            ["--setup", "{crm} --db {d}/a.db init >&2 && " + GROUP, "--run", "exec {crm} --db {d}/a.db backup {d}/b.db",
             "--verify", BACKUP_CLEAN, "--finish", "rm -f {d}/b.db; {crm} --db {d}/a.db backup {d}/b.db", "--final", BACKUP_CLEAN],
            ["--n", "10"], ["--n", "500"]),
    import_fails,
    failing("edit", "contact edit c1 title=Boss", setup=GROUP,
            done='test "$({crm} --db {d}/a.db contact list title:Boss -o ids)" = c1'),
    failing("init", "init", start="", done="{crm} --db {d}/a.db check", verify=ABSENT_OR_CLEAN, retry=ADD_FIRST),
    failing("backup", "backup {d}/b.db", setup=GROUP, done="{crm} --db {d}/b.db check",
            retry="{crm} --db {d}/a.db backup {d}/c.db && mv {d}/c.db {d}/b.db"),
    failing("erase", "contact erase c1 -y", setup=GROUP, done=count(39),
            retry="{crm} --db {d}/a.db contact erase c1 -y"),
    # It is the first to ask for nouns that have no tables yet.
    failing("remind", "remind --mail", setup="{crm} --db {d}/a.db user add Ada email=ada@acme.example >&2 && "
            "{crm} --db {d}/a.db task add Pay due=2026-01-01 owner=Ada >&2", retry="{crm} --db {d}/a.db remind --mail || true",
            done=f'test "$({MAIL}list -o ids | wc -l)" = 1', variables={**MAIL_SETTINGS, "CRM_SENDMAIL": "true"}),
    without_memory(import_fails),
    power_cut("add", "{crm} --db {d}/a.db contact add Ada;;{crm} --db {d}/a.db contact add Grace",
              f'test "$({CONTACTS} | wc -l)" -ge {{acks}}'),
    power_cut("init", "{crm} --db {d}/a.db init;;{crm} --db {d}/a.db contact add Ada",
              f'test {{acks}} = 0 || test "$({CONTACTS} | wc -l)" = 1', setup="true", verify=ABSENT_OR_CLEAN),
    power_cut("backup", "{crm} --db {d}/a.db backup {d}/b.db", "test {acks} = 0 || {crm} --db {d}/b.db check", ack="b.db",
              setup="{crm} --db {d}/a.db init >&2 && " + GROUP, verify=BACKUP_CLEAN),
    Promise("full-disk", "diskfull.sh", [], ["64", "512"], ["16", "1024"],
            {"SETUP": "{crm} --db {d}/a.db init", "RUN": "{crm} --db {d}/a.db " + IMPORT, "VERIFY": SAYS_CLEAN,
             "RETRY": "{crm} --db {d}/a.db " + IMPORT, "FINAL": count(2000), "DONE": count(2000)}),
    at_once("add", "{crm} --db {d}/a.db contact add 'P{p} N{i}'", count("{writes}")),
    at_once("first", "env HOME={d} {crm} contact add 'P{p} N{i}'", 'test "$(HOME={d} {crm} contact list -o ids | wc -l)" = {writes}',
            setup="true", short=("--procs", "8", "--count", "1"), full=("--procs", "16", "--count", "2")),
    at_once("edit", "{crm} --db {d}/a.db contact tag c1 +t{p}x{i}",
            'test "$({crm} --db {d}/a.db contact show c1 --json | grep -o \'"t[0-9]*x[0-9]*"\' | sort -u | wc -l)" = {writes}',
            setup="{crm} --db {d}/a.db init && {crm} --db {d}/a.db contact add Ada"),
    at_once("backup", "{crm} --db {d}/a.db backup", 'test "$(ls {d}/backups/*.db | wc -l)" = {writes}',
            setup="{crm} --db {d}/a.db init && {crm} --db {d}/a.db contact add Ada",
            short=("--procs", "6", "--count", "2"), full=("--procs", "12", "--count", "4")),
    Promise("streams", "stdiofault.sh", [], variables={"RUN": "{crm} --db {input}/big.db contact list"}),
    Promise("private", "perms.sh", [], variables={
        "SETUP": "true", "RUN": "{crm} --db {d}/x/a.db init; {crm} --db {d}/x/a.db " + IMPORT + "; {crm} --db {d}/x/a.db backup {d}/x/b.db"}),
    Promise("restore", "restore.sh", [], ["2"], ["10"], {
        "INIT": "{crm} --db {d}/a.db init", "WRITE": "{crm} --db {d}/a.db contact add 'N {i}'", "BACKUP": "{crm} --db {d}/a.db backup {b}",
        "CHECK": "{crm} --db {f} check", "COUNT": "{crm} --db {f} contact list -o ids | wc -l"}),
]


def inputs(crm, folder):
    """The tables that the promises import, and a database whose lists are longer than a pipe holds."""
    for name, rows in (("people.csv", 2000), ("few.csv", 40)):
        text = "name,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(rows))
        (folder / name).write_text(text, encoding="utf-8")
    users, tasks = "name,email\n", "subject,due,owner\n"
    for n in range(10):
        users += f"User {n},u{n}@example.org\n"
        tasks += f"Task {n},2026-01-01,u{n}@example.org\n"
    (folder / "users.csv").write_text(users, encoding="utf-8")
    (folder / "tasks.csv").write_text(tasks, encoding="utf-8")
    for command in (["init"], ["contact", "import", folder / "people.csv"]):
        subprocess.run([crm, "--db", folder / "big.db", *command], check=True, capture_output=True)


def filled(text, **values):
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def keep(promise, crm, faults, folder, full):
    extra = promise.full if full else promise.short
    values = {"crm": crm, "input": folder}
    if "--count" in extra:
        values["writes"] = int(extra[extra.index("--procs") + 1]) * int(extra[extra.index("--count") + 1])
    words = [filled(word, **values) for word in [*promise.arguments, *extra]]
    if promise.tool in ("killloop.py", "faultsweep.py", "powerloss.py", "conc.py"):
        words += ["--dir", str(folder)]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "TZ": "UTC",
                   **{key: filled(value, **values) for key, value in promise.variables.items()}}
    for name in ("CRM_DB", "CRM_CONFIG", "CRM_NOW", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        environment.pop(name, None)
    started = time.time()
    done = subprocess.run([faults / promise.tool, *words], env=environment, cwd=folder, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    kept = done.returncode == 0 and bool(lines) and json.loads(lines[-1]).get("ok") is True
    figures = json.loads(lines[-1]) if kept else {}
    said = ", ".join(f"{figures[name]} {name.replace('_', ' ')}" for name in COUNTED if name in figures)
    print(f"{'kept  ' if kept else 'BROKEN'} {promise.name:14} {time.time() - started:6.1f} s  {said}", flush=True)
    if not kept:
        print("\n".join([*lines[-12:], done.stderr.strip()[-2000:]]), flush=True)
    return kept


def hostile(crm, faults, folder, full):
    """Every hostile file by the way its name says: an answer in time, never a crash."""
    started, faulty, files = time.time(), [], folder / "hostile"
    subprocess.run([faults / "hostile.py", files, *(["--big"] if full else [])], check=True, capture_output=True)
    names, database = sorted(files.iterdir()), folder / "hostile.db"
    subprocess.run([crm, "--db", database, "init"], check=True, capture_output=True)
    for number, file in enumerate(names):
        if not full and number % 8:
            continue
        words = file.read_bytes()[:300].replace(b"\0", b" ")
        for command in (["contact", "import", file], ["import", file], ["search", "--", words]):
            try:
                done = subprocess.run([crm, "--db", database, *command], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                                      env={"HOME": str(folder), "TZ": "UTC", "PATH": os.environ["PATH"]})
                if done.returncode < 0 or done.returncode in (70, 134, 139):
                    faulty.append(f"{command}: exit {done.returncode} {done.stderr[-200:]!r}")
            except subprocess.TimeoutExpired:
                faulty.append(f"{command}: no answer in 60 s")
    after = subprocess.run([crm, "--db", folder / "hostile.db", "check"], capture_output=True, text=True)
    if after.returncode:
        faulty.append("check: " + after.stdout[-500:] + after.stderr[-200:])
    print(f"{'BROKEN' if faulty else 'kept  '} {'hostile':14} {time.time() - started:6.1f} s", flush=True)
    for line in faulty[:12]:
        print(line)
    return not faulty


def damaged(crm, faults, folder, full):
    """A database with bytes changed or its end cut off: exit 0 or a clear error, never 70 and never a crash."""
    import random
    started, faulty, original = time.time(), [], (folder / "big.db").read_bytes()
    for seed in range(1000 if full else 25):
        chance = random.Random(seed)
        broken = bytearray(original)
        for _ in range(chance.choice((1, 4, 40))):
            broken[chance.randrange(len(broken) if chance.random() < 0.7 else 8192)] = chance.randrange(256)
        if chance.random() < 0.2:
            del broken[chance.randrange(len(broken)):]
        file = folder / "damaged.db"
        for command in (["check"], ["contact", "list", "person"], ["contact", "add", "Ada"], ["export"]):
            file.write_bytes(broken)
            for beside in ("damaged.db-journal", "damaged.db-wal", "damaged.db-shm"):
                (folder / beside).unlink(missing_ok=True)
            try:
                done = subprocess.run([crm, "--db", file, *command], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                                      env={"HOME": str(folder), "TZ": "UTC"})
                if done.returncode < 0 or done.returncode in (70, 134, 139):
                    faulty.append(f"seed {seed} {command}: exit {done.returncode} {done.stderr[-200:]!r}")
            except subprocess.TimeoutExpired:
                faulty.append(f"seed {seed} {command}: no answer in 60 s")
    print(f"{'BROKEN' if faulty else 'kept  '} {'damaged':14} {time.time() - started:6.1f} s", flush=True)
    for line in faulty[:12]:
        print(line)
    return not faulty


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("crm", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_intermixed_args()
    own = {"hostile": hostile, "damaged": damaged}
    every = [*(promise.name for promise in promises), *own]
    if options.list:
        print("\n".join(every))
        return 0
    unknown = set(options.names) - set(every)
    if unknown:
        parser.error("there is no promise " + ", ".join(sorted(unknown)))
    faults = pathlib.Path(os.environ.get("CRM_FAULTS", TOP.parent / "shared" / "faults"))
    if not (faults / "killloop.py").exists():
        print("skipped: the harnesses are not here; CRM_FAULTS names their folder")
        return SKIPPED
    # Kills and failing calls need no real disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="crm-promises-", dir=memory))
    try:
        inputs(options.crm.resolve(), folder)
        wanted = [name for name in every if not options.names or name in options.names]
        kept = [own[name](options.crm.resolve(), faults, folder, options.full) if name in own
                else keep(next(promise for promise in promises if promise.name == name), options.crm.resolve(), faults, folder, options.full)
                for name in wanted]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
