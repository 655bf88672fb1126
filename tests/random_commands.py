#!/usr/bin/env python3
"""Random commands over all nouns and verbs:   random_commands.py CRM [--commands N] [--seed N] [--reduce]

The commands are made from what the program declares (its nouns, their fields, the usage of their verbs), so that a new one is
covered by itself. After every 50 commands:

    - `crm check` finds no problem;
    - the export, read into a new database, is equal to the export of that;
    - undoing the commands one by one, last first, gives the export of before each of them; undoing these undos, of after each.

No command may end as a fault of the program (exit 70 and above, but for 78: some require a configuration). With --reduce, a failure is reduced to few commands, which are
printed as a script. The same seed gives the same commands.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

EVERY = 50
# What is not taken back: counters, known tags, the bytes of files, objections; and what an undo adds to the history itself.
KEPT = ('{"kind":"sequence"', '{"kind":"tag"', '{"kind":"blob"', '{"kind":"consent"')
FINAL = {"purge", "erase"}  # cannot be undone
OUTSIDE = {"open", "each"}  # run other programs
READING = {"cover", "credits", "experts", "find", "gaps", "hours", "map", "pack", "plan", "queue", "search", "sla", "suggest", "versions", "list", "show", "export", "log", "board", "stages", "promises", "org", "dossier", "network", "diff", "run", "advise", "print", "save"}
NAMES = ["Ada Lovelace", "王小明", "Grace Hopper", "Noor 🌷", "José García", "Łukasz Nowak", "Mary O'Brien", "佐藤 花子", "Pump", "Acme", "x\\y", "a; b (c)", "Globex GmbH & Co. KG"]
WORDS = {
    "address": ["Hauptstr. 1; 10115; Berlin; ; DE", "1 Main St; ; Springfield; IL; US; home", "東京", ""],
    "birthday": ["1990-02-03", "--03-07", ""],
    "boolean": ["yes", "no", ""],
    "date": ["2026-11-30", "2027-01-01", "2025-02-28", "+3d", ""],
    "duration": ["2h", "30min", "3mo", "10d", ""],
    "email": ["one@x.example", "two@x.example", "Three@X.example", "four@y.example", ""],
    "instant": ["2026-11-30 09:00", "2026-12-01 10:30", ""],
    "integer": ["0", "1", "5", "42", ""],
    "money": ["1200", "10k", "99.50USD", "0", "3000JPY", ""],
    "percent": ["10", "50%", "100", ""],
    "phone": ["+49 30 5550100", "+1 415 555 0101", "030 5550102", ""],
    "prose": ["one line", "two\nlines", "# a\n|\n:b", ""],
    "recurrence": ["weekly", "every mon,thu", "every last fri", "after 3bd", "every 2mo 3 times", "FREQ=MONTHLY;BYMONTHDAY=31", ""],
    "text": ["a", "Sales", "営業", "it's", "x\\y", ""],
    "time": ["17:00", "9:30", ""],
    "url": ["https://x.example", "https://y.example/a?b=c (home)", ""],
    "zone": ["Europe/Berlin", "Asia/Tokyo", "UTC", ""],
}
# Texts that have a form of their own.
FORMS = {
    "columns": ["id", "id,name", "name,owner.name"], "currency": ["EUR", "USD", "JPY", ""], "language": ["de", "zh-Hant", ""],
    "body": ["Dear {{name}},\n\nyours {{me.name}}", "one line", "{{#account.name}}at {{account.name}}{{/account.name}}", ""], "holidays": ["2026-12-25 (Christmas)", "--12-25", "2026-12-24 12:00-24:00", "+2026-10-10 08:00-12:00", ""],
    "hours": ["mon-fri 08:00-12:00 13:00-17:00", "mon,wed 9:00-12:00", "sat 22:00-02:00", ""], "keywords": ["pump", "seal; pump", ""],
    "metric": ["won", "calls"],
    "pair": ["USD/EUR", "GBP/EUR", "JPY/USD"], "period": ["2026-Q4", "2026-11", "2026", ""], "query": None, "range": ["0..10", "1..", ""], "rate": ["0.9", "1.25", "150"],
    "rule": None, "sort": ["name", "-name", ""], "words": ["a,b", "small,medium,large", ""],
}


# Arguments and values of options that have a form of their own.
ARGUMENTS = {
    "ADDRESS": ["one@x.example", "two@x.example"], "DUR": ["1h", "30min", "2d"], "LANGUAGE": ["de", "en"], "RANGE": ["tomorrow", "next week"], "SINCE": ["2026-01-01"], "STATE": ["Queued", "Held", "Cancelled"],
    "TAG": ["de", "zh-Hant"], "TEXT": ["It leaks.", "佐藤: still", "two\nlines"], "VERSIONS": ["1", "1..2"], "WHAT": ["sent", "failed", "again", "the customer"], "WHEN": ["2026-12-01 10:00", "tomorrow", "'next fri'", "+3d"],
    "WORDS": ["pump", "leaks", "佐藤"], "PRIORITY": ["Low", "Normal", "High", "Urgent"],
}


class Failure(Exception):
    def __init__(self, kind, text, command=None):
        super().__init__(text)
        self.kind, self.command = kind, command


class Database:
    """A database in a folder of its own, and a clock that goes on by a minute with every command."""

    def __init__(self, crm):
        self.crm = crm
        self.folder = tempfile.TemporaryDirectory(prefix="crm-random-")
        home = self.folder.name
        self.clock = 1_790_000_000
        self.environment = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_USER": "tester", "CRM_DB": f"{home}/a.db"}
        self.environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        pathlib.Path(home, "file.txt").write_text("text of a file\n", encoding="utf-8")
        pathlib.Path(home, ".config/crm").mkdir(parents=True)
        pathlib.Path(home, ".config/crm/config.toml").write_text('mail_from = "Acme <acme@x.example>"\n', encoding="utf-8")
        self.must("init")

    def run(self, *words, text="", db=None):
        self.clock += 60
        environment = self.environment | {"CRM_NOW": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock))}
        if db:
            environment["CRM_DB"] = db
        done = subprocess.run([self.crm, "--yes", *words], env=environment, cwd=self.folder.name, input=text, capture_output=True, text=True, timeout=120, errors="replace")
        if done.returncode < 0 or (done.returncode >= 70 and done.returncode != 78):  # there is no configuration
            raise Failure("exit", f"crm {shlex.join(words)}: exit {done.returncode}: {done.stderr}")
        return done

    def must(self, *words, text="", db=None, kind="exit"):
        done = self.run(*words, text=text, db=db)
        if done.returncode != 0:
            raise Failure(kind, f"crm {shlex.join(words)}: exit {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done.stdout

    def operation(self):
        return int(self.must("log", "--limit", "1").split("\t")[0] or 0)

    def content(self):
        return [line for line in self.must("export").splitlines() if not line.startswith(KEPT)]

    def check(self):
        self.must("check", kind="check")

    def copy_is_equal(self):
        copy = os.path.join(self.folder.name, "copy.db")
        exported = self.must("export")
        self.must("init", db=copy)
        self.must("import", "-", text=exported, db=copy, kind="import")
        again = self.must("export", db=copy)
        if again != exported:
            raise Failure("copy", f"the export read into a new database differs: {difference(exported.splitlines(), again.splitlines())}")
        self.must("check", db=copy, kind="check")
        for name in pathlib.Path(self.folder.name).glob("copy.db*"):
            name.unlink()


def difference(before, after):
    gone = [line for line in before if line not in set(after)][:2]
    come = [line for line in after if line not in set(before)][:2]
    return "\n  expected: " + "\n            ".join(gone) + "\n  is:       " + "\n            ".join(come)


class Program:
    """What the program declares."""

    def __init__(self, database):
        self.database = database
        self.nouns = re.findall(r"^  (\S+)", self.section(database.must("--help"), "Nouns"), re.M)
        self.fields_of, self.prefixes = {}, {}
        for noun in self.nouns:
            for field in self.fields(noun):
                if field["type"] == "id":
                    self.prefixes[field["takes"].split("1")[0]] = noun
        self.verbs = [(noun, verb, self.usage(noun, verb)) for noun in self.nouns for verb in re.findall(r"^  (\S+)", self.section(database.must(noun, "--help"), "Verbs"), re.M)]

    def section(self, text, title):
        return text.partition(f"\n{title}\n")[2].partition("\n\n")[0]

    def fields(self, noun):
        if noun not in self.fields_of:
            self.fields_of[noun] = json.loads(self.database.must("fields", noun, "--json"))
        return self.fields_of[noun]

    def usage(self, noun, verb):
        """The arguments and options of a verb: (optional, text) each."""
        text = self.database.must(noun, verb, "--help")
        words = " ".join(text.split("\n\n")[1].split()).removeprefix(f"crm {noun} {verb}").strip()
        parts = [(part.startswith("["), part.strip("[]")) for part in re.findall(r"\[[^\]]+\]+|\S+", words)]
        given = re.search(r"^  FIELD=VALUE +([a-z_, ]+)$", text, re.M)
        return parts, given and re.findall(r"\w+", given.group(1))


class Commands:
    """Makes commands. The records are those that the output of earlier commands named."""

    def __init__(self, program, seed):
        self.program, self.random = program, random.Random(seed)
        self.records = {noun: [] for noun in program.nouns}
        self.verbs = [v for v in program.verbs if v[1] not in FINAL | OUTSIDE]
        self.hot = []

    def learn(self, output):
        for prefix, number in re.findall(r"\b([a-z]{1,2})(\d+)\b", output):
            noun = self.program.prefixes.get(prefix)
            if noun and prefix + number not in self.records[noun]:
                self.records[noun].append(prefix + number)

    def start(self):
        """A few records of every noun."""
        for noun in self.program.nouns * 2:
            yield [noun, "add", self.name(), *self.required(noun)], ""

    def next(self):
        r = self.random
        if r.random() < 0.03:
            return r.choice([["undo"], ["undo", str(r.randint(1, 400))]]), ""
        if len(self.hot) < 4 or r.random() < 0.02:
            self.hot = r.sample(self.program.nouns, 4)  # so that they meet
        nouns = self.hot if r.random() < 0.6 else self.program.nouns
        noun = r.choice(nouns)
        choices = [v for v in self.verbs if v[0] == noun]
        _, verb, (parts, given) = r.choices(choices, [self.weight(v[1]) for v in choices])[0]
        if verb == "import":
            return self.importing(noun)
        if noun == "field":
            self.program.fields_of.clear()
        return [noun, verb, *self.arguments(noun, verb, parts, given)], ""

    def weight(self, verb):
        return 1 if verb in READING else {"edit": 25, "add": 14, "upsert": 4, "merge": 5, "rm": 6, "restore": 6, "import": 5}.get(verb, 6)

    def arguments(self, noun, verb, parts, given):
        r, words = self.random, []
        where = False
        for optional, part in parts:
            if part.startswith("-"):
                if r.random() < 0.25:
                    option = self.option(noun, part)
                    where |= option[:1] == ["--where"]
                    words += option
        for optional, part in parts:
            if part.startswith("-") or (optional and not self.wanted(part, where)):
                continue
            many = part.endswith("…")
            names = part.rstrip("…").split("|")
            if not many:
                words.append(self.word(noun, verb, r.choice(names), given))
                continue
            if "REF" in names and not where:
                words += [self.word(noun, verb, "REF", given) for _ in range(r.choice([1, 1, 1, 2]))]
            others = [name for name in names if name != "REF"]
            for name in r.choices(others, k=r.choice([1, 1, 2, 3])) if others else []:
                words.append(self.word(noun, verb, name, given))
        if verb == "add" and r.random() < 0.7:
            words += self.required(noun)
        return words

    def wanted(self, part, where):
        return not where if part.startswith("REF") else self.random.random() < 0.7

    def option(self, noun, part):
        name, _, value = part.partition(" ")
        if name in ("--editor", "--out", "--rejects", "--to-folder") or (name == "--template" and noun != "mail"):
            return []
        return [name, self.word(noun, "", value.rstrip("…"), None)] if value else [name]

    def word(self, noun, verb, name, given):
        r = self.random
        if re.fullmatch(r"[a-z]+", name):
            return name
        if name == "REF":
            return self.record(r.choice(self.program.nouns) if verb in ("link", "unlink") and r.random() < 0.5 else noun)
        if name == "WHO" or name == "PERSON":
            return self.record(r.choice(["contact", "lead", "user"])) if r.random() < 0.8 else "one@x.example"
        if name in ("KEEP", "DROP"):
            return self.record(noun)
        if name == "BUNDLE":
            return self.record("product")
        if name.lower() in self.program.nouns:
            return self.record(name.lower())
        if name == "PRODUCT|N" or name == "N":
            return str(r.randint(1, 3))
        if name.startswith("FIELD=VALUE"):
            return f"{r.choice(given)}={r.choice(['1', '2', '10', '5%', ''])}" if given else self.assignment(noun)
        if name in ("+TAG", "-TAG"):
            return name[0] + r.choice(["vip", "lead", "東京", "a b"])
        if name in ("STAGE", "REASON"):
            field = self.field(noun, "stage" if name == "STAGE" else "lost_reason")
            return self.value(field) if field else "Other"
        if name.startswith("FIELD"):
            return r.choice([f["field"] for f in self.program.fields(noun)])
        if name == "KEY":
            return r.choice(["name", "email", "refs"])
        if name == "NOUN":
            return r.choice(self.program.nouns)
        if name == "QUERY":
            return self.query(noun)
        if name == "FILE":
            return "file.txt"
        if name == "DATE":
            return r.choice(WORDS["date"][:-1])
        if name in ARGUMENTS:
            return r.choice(ARGUMENTS[name]).strip("'")
        if name == "DAY":
            return r.choice(WORDS["date"][:-1])
        if name in ("PAIR", "RATE"):
            return r.choice(FORMS[name.lower()])
        return self.name()

    def name(self):
        return self.random.choice(NAMES) + self.random.choice(["", "", " 2", " 3"])

    def record(self, noun):
        known = self.records[noun]
        if self.random.random() < 0.03 or not known:
            return self.name()
        return self.random.choice(known[-12:] if self.random.random() < 0.7 else known)

    def field(self, noun, name):
        return next((f for f in self.program.fields(noun) if f["field"] == name), None)

    def settable(self, noun):
        return [f for f in self.program.fields(noun) if "derived" not in f["flags"]]

    def required(self, noun):
        return [f"{f['field']}={self.value(f)}" for f in self.settable(noun) if "required" in f["flags"] and f["field"] not in ("name", "subject", "title")]

    def assignment(self, noun):
        field = self.random.choice(self.settable(noun))
        many = "many" in field["flags"]
        operator = self.random.choice(["=", "+=", "+=", "-="]) if many else "="
        name = field["field"]
        if field["type"] == "address" and self.random.random() < 0.3:
            return f"{name}.city={self.random.choice(['Berlin', '東京', ''])}"
        return f"{name}{operator}{self.value(field)}"

    def value(self, field):
        """A value that the field takes, mostly."""
        r, takes, kind, name = self.random, field["takes"], field["type"], field["field"]
        if r.random() < 0.02:
            return r.choice(["", "x", "-1", "9" * 16])
        if name in ("query", "rule"):
            return self.query(r.choice(self.program.nouns))
        if kind in ("text", "prose") and name in FORMS:
            return r.choice(FORMS[name])
        if name in ("noun", "to"):
            return r.choice(self.program.nouns)
        if name == "refs":
            return f"crm:{r.randint(1, 9)}"
        if name == "extra":
            return r.choice(["X-COLOUR: red", "a: b; c", ""])
        if kind == "choice":
            return r.choice(takes.split(", "))
        if kind in ("link", "rows"):
            return self.linked(takes, kind == "rows")
        if "required" in field["flags"] and kind == "text":
            return self.name()
        return r.choice(WORDS.get(kind, WORDS["text"]))

    def linked(self, takes, row):
        r = self.random
        match = re.match(r"an? (\w+)|any record", takes)
        noun = match.group(1) if match and match.group(1) else r.choice(self.program.nouns)
        if r.random() < 0.1:
            return ""
        value = self.record(noun) if noun in self.program.nouns else r.choice(WORDS.get(noun, ["2026-11-30", ""])[:-1])
        columns = re.findall(r"(\w+)(?: \(([^)]*)\))?(?:, |$)", takes.partition(", with ")[2])
        if row and columns and r.random() < 0.7:
            value += " (" + ", ".join(f"{name} {self.cell(name, words)}" for name, words in r.sample(columns, r.randint(1, len(columns)))) + ")"
        return value

    def cell(self, name, words):
        r = self.random
        if words:
            return r.choice(words.split(", "))
        return {"since": "2020-01-01", "until": "2026-01-01", "amount": "10 EUR", "price": r.choice(["95 EUR", "10"]), "cost": "5", "net": "1"}.get(name) or r.choice(["1", "2", "CEO", "5"])

    def query(self, noun):
        r = self.random
        return r.choice(["name:ada", "+vip", "-+vip", f"owner:{self.record('user')}", "created_at:..today", "name:acme or +lead", f"id:{self.record(noun)}", "every(deal.amount:>5)", "@a", "account.name:~a"])

    def importing(self, noun):
        """A table, JSON lines or cards, with names and keys that are often there already."""
        r = self.random
        fields = [f for f in self.settable(noun) if f["type"] not in ("extra",)]
        chosen = [f for f in fields if "required" in f["flags"]] + r.sample(fields, min(len(fields), r.randint(1, 4)))
        chosen = list({f["field"]: f for f in chosen}.values())
        rows = [{f["field"]: self.value(f) for f in chosen} for _ in range(r.randint(1, 5))]
        kind = r.choice(["csv", "csv", "jsonl", "vcard"])
        if kind == "vcard" and noun == "contact":
            return [noun, "import", "-", "+card"], "".join(
                f"BEGIN:VCARD\nVERSION:3.0\nFN:{self.name()}\nN:;;;;\nEMAIL:{r.choice(WORDS['email'])}\nORG:{self.name()}\nX-A:1\nEND:VCARD\n" for _ in rows)
        if kind == "jsonl":
            return [noun, "import", "-", "--from", "jsonl"], "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        table = [list(rows[0])] + [list(row.values()) for row in rows]
        return [noun, "import", "-", "--from", "csv", *r.choice([[], ["--create"], ["+imported"]])], "".join(",".join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in table)


class Session:
    """Runs commands and holds the database to its promises."""

    def __init__(self, crm):
        self.database = Database(crm)
        self.done = []  # (operation, index of the command, export before it)
        self.accepted = 0

    def run(self, index, words, text):
        db = self.database
        before = self.last = getattr(self, "last", None) or (db.operation(), db.content())
        try:
            done = db.run(*words, text=text)
        except Failure as failure:
            failure.command = index
            raise
        operation = db.operation()
        if operation == before[0]:
            return done.stdout
        self.accepted += 1
        self.last = (operation, db.content())
        self.done.append((operation, index, before[1], self.last[1]))
        return done.stdout

    def verify(self):
        self.database.check()
        self.database.copy_is_equal()
        undone = []
        for operation, index, before, after in reversed(self.done):
            undone.append((self.undo(operation, index, before, "undo"), index, after))
        self.database.check()
        for operation, index, after in reversed(undone):
            self.undo(operation, index, after, "redo")
        self.database.check()
        self.done = []
        self.last = None

    def undo(self, operation, index, expected, kind):
        db = self.database
        result = db.run("undo", str(operation))
        if result.returncode != 0:
            raise Failure(kind, f"undo {operation} ({kind}): exit {result.returncode}: {result.stderr}", index)
        came = db.content()
        if came != expected:
            raise Failure(kind, f"after undo {operation} ({kind}) the content differs: {difference(expected, came)}", index)
        return db.operation()


def run(crm, commands, seed, log):
    session = Session(crm)
    maker = Commands(Program(session.database), seed)

    def step(words, text):
        log.append((words, text))
        output = session.run(len(log) - 1, words, text)
        maker.learn(output)
        log[-1] = (words, text, re.findall(r"\b[a-z]{1,2}\d+\b", output))

    for words, text in maker.start():
        step(words, text)
    for count in range(1, commands + 1):
        step(*maker.next())
        if count % EVERY == 0 or count == commands:
            session.verify()
    return session.accepted


def replay(crm, log):
    """Runs commands of a log again; records that are numbered otherwise now are found by the order in which they were named."""
    session, now = Session(crm), {}
    for index, entry in enumerate(log):
        translated = [re.sub(r"\b[a-z]{1,2}\d+\b", lambda m: now.get(m.group(), m.group()), word) for word in (*entry[0], entry[1])]
        output = session.run(index, translated[:-1], translated[-1])
        if len(entry) > 2:
            for old, new in zip(entry[2], re.findall(r"\b[a-z]{1,2}\d+\b", output)):
                now.setdefault(old, new)
    session.verify()


def fails(crm, log, kind):
    try:
        replay(crm, log)
    except Failure as failure:
        return failure.kind == kind and failure
    return None


def reduce(crm, log, failure):
    """Leaves commands out as long as it fails in the same way."""
    if failure.command is not None and fails(crm, log[:failure.command + 1], failure.kind):
        log = log[:failure.command + 1]
    size = max(1, len(log) // 2)
    while size >= 1:
        at = len(log) - size
        while at > -size:
            fewer = log[:max(0, at)] + log[at + size:]
            if (found := fails(crm, fewer, failure.kind)):
                log, failure = fewer, found
            at -= size
        size //= 2
    return log, failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("crm")
    parser.add_argument("--commands", type=int, default=150)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--reduce", action="store_true")
    given = parser.parse_args()
    crm, seed = os.path.abspath(given.crm), given.seed if given.seed is not None else int(time.time())
    print(f"seed {seed}", flush=True)
    log = []
    try:
        accepted = run(crm, given.commands, seed, log)
    except Failure as failure:
        print(f"command {len(log)}: {failure.kind}: {failure}", flush=True)
        if given.reduce:
            log, failure = reduce(crm, log, failure)
            print(f"\nreduced: {failure.kind}: {failure}\n")
            for entry in log:
                print(f"crm {shlex.join(entry[0])}" + (f" <<'END'\n{entry[1]}END" if entry[1] else ""))
        return 1
    print(f"{given.commands} commands, {accepted} changed something; everything was undone and redone")
    return 0


sys.exit(main())
