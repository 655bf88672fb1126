#!/usr/bin/env python3
"""Tries every rule by every way in:   rules.py CRM

A rule is given as a record that is right and an assignment that would break the rule; each way tries to make that change. It
must be refused (exit 2, 4, or 6 for the rows of a file), and `crm check` must find nothing afterwards. Then random commands
that often break rules are run: whatever is done and undone, `crm check` finds nothing.
"""

import csv
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

CRM = str(pathlib.Path(sys.argv[1]).resolve())
CONFIG = '[[stage]]\nname = "Prospecting"\nprobability = 10\n[[stage]]\nname = "Proposal"\nprobability = 50\nrequires = ["amount"]\n'
failures = []


class Database:
    """A database in a folder of its own."""

    def __init__(self, *setup, config=""):
        self.folder = tempfile.TemporaryDirectory(prefix="crm-rules-")
        home = self.folder.name
        self.environment = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": "2026-11-25T10:00:00Z", "CRM_USER": "tester"}
        self.environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        os.makedirs(f"{home}/.config/crm")
        pathlib.Path(home, ".config/crm/config.toml").write_text(config, encoding="utf-8")
        for command in setup:
            self.must(*command)

    def run(self, *words, text=""):
        return subprocess.run([CRM, *words], env=self.environment, cwd=self.folder.name, input=text, capture_output=True, text=True)

    def must(self, *words, text=""):
        done = self.run(*words, text=text)
        if done.returncode != 0:
            sys.exit(f"crm {' '.join(words)}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def operation(self):
        return self.must("log", "--limit", "1").split("\t")[0]

    def problems(self):
        return self.run("check").stdout


def table(fields):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(fields)
    writer.writerow(fields.values())
    return out.getvalue()


# A way tries to give the record `ref` of `noun` the fields of `broken`; it returns the result of the command, or None where the
# way does not fit the rule. `named` is the record's own name field and its value.

def by_edit(db, rule):
    return db.run(rule.noun, "edit", rule.ref, *rule.words())


def by_bulk_edit(db, rule):
    return db.run(rule.noun, "edit", "--where", rule.query, *rule.words())


def by_upsert(db, rule):
    if not rule.key:
        return None
    return db.run(rule.noun, "upsert", "--key", rule.key[0], f"{rule.key[0]}={rule.key[1]}", *rule.words())


def by_table(db, rule):
    if not rule.key or "" in rule.broken.values():
        return None  # an empty cell leaves a value as it is
    return db.run(rule.noun, "import", "-", "--from", "csv", "--key", rule.key[0], text=table({rule.key[0]: rule.key[1]} | rule.broken))


def by_json_lines(db, rule):
    if not rule.key or "" in rule.broken.values():
        return None
    return db.run(rule.noun, "import", "-", "--from", "jsonl", "--key", rule.key[0], text=json.dumps({rule.key[0]: rule.key[1]} | rule.broken) + "\n")


def by_editor(db, rule):
    path = pathlib.Path(db.folder.name, "editor")
    lines = "".join(f"{name}: {value}\n" for name, value in rule.broken.items())
    path.write_text(f"#!/bin/sh\ngrep -v -E '^({'|'.join(rule.broken)}):' \"$1\" >\"$1.new\"; printf '%s' '{lines}' >>\"$1.new\"; mv \"$1.new\" \"$1\"\n", encoding="utf-8")
    path.chmod(0o755)
    db.environment["VISUAL"] = str(path)
    return db.run(rule.noun, "edit", rule.ref, "--editor")


def by_add(db, rule):
    if not rule.new:
        return None
    return db.run(rule.noun, "add", *rule.new, *rule.words())


def by_stage(verb):
    def way(db, rule):
        return db.run("deal", *[word.replace("REF", rule.ref) for word in verb], *rule.words()) if rule.noun == "deal" else None
    return way


def by_undo(db, rule):
    """The record had the value; it was given up, and what breaks the rule was done meanwhile."""
    if not rule.meanwhile:
        return None
    for command in rule.give_up:
        db.must(*command)
    db.must(rule.noun, "edit", rule.ref, *rule.words())
    db.must(rule.noun, "edit", rule.ref, *rule.without())
    operation = db.operation()
    for command in rule.meanwhile:
        db.must(*command)
    return db.run("undo", operation, "--yes")


def by_redo(db, rule):
    if not rule.meanwhile:
        return None
    for command in rule.give_up:
        db.must(*command)
    db.must(rule.noun, "edit", rule.ref, *rule.words())
    db.must("undo", "--yes")
    operation = db.operation()
    for command in rule.meanwhile:
        db.must(*command)
    return db.run("undo", operation, "--yes")


def by_restore(db, rule):
    if not rule.meanwhile or not rule.from_trash:
        return None
    for command in rule.give_up:
        db.must(*command)
    db.must(rule.noun, "edit", rule.ref, *rule.words())
    db.must(rule.noun, "rm", rule.ref)
    for command in rule.meanwhile:
        db.must(*command)
    return db.run(rule.noun, "restore", rule.ref)


def by_undo_of_rm(db, rule):
    if not rule.meanwhile or not rule.from_trash:
        return None
    for command in rule.give_up:
        db.must(*command)
    db.must(rule.noun, "edit", rule.ref, *rule.words())
    db.must(rule.noun, "rm", rule.ref)
    operation = db.operation()
    for command in rule.meanwhile:
        db.must(*command)
    return db.run("undo", operation, "--yes")


def by_whole_import(db, rule):
    """The dump of a whole database in which somebody has broken the rule."""
    if rule.dump is None:
        return None
    lines = db.must("export").splitlines(keepends=True)
    changed = [rule.dump(json.loads(line)) if json.loads(line).get("id") == rule.ref else line for line in lines]
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in changed)
    db.must("--db", "new.db", "init")
    return db.run("--db", "new.db", "import", "-", text=text)


WAYS = {
    "edit": by_edit, "bulk edit": by_bulk_edit, "upsert": by_upsert, "table": by_table, "JSON lines": by_json_lines, "editor": by_editor,
    "add": by_add, "move": by_stage(("move", "REF", "Negotiation")), "win": by_stage(("win", "REF")), "undo": by_undo, "redo": by_redo,
    "restore": by_restore, "undo of rm": by_undo_of_rm, "whole import": by_whole_import,
}


class Rule:
    def __init__(self, says, noun, ref, broken, *, setup, key=(), new=(), give_up=(), meanwhile=(), from_trash=True, dump=None, config="", query=None, ways=tuple(WAYS)):
        self.says, self.noun, self.ref, self.broken, self.setup, self.key, self.new = says, noun, ref, broken, setup, key, new
        self.give_up, self.meanwhile, self.from_trash, self.dump, self.config, self.ways = give_up, meanwhile, from_trash, dump, config, ways
        self.query = query or f"{key[0]}:={key[1]}"

    def words(self):
        return [f"{name}={value}" for name, value in self.broken.items()]

    def without(self):
        return [f"{name}=" for name in self.broken]


def unique(noun, prefix, field, value, names, more=()):
    """Record 1 holds the value, record 2 tries to have it, too."""
    name = {"user": "name"}.get(noun, "name")
    one, two = (((noun, "add", f"{name}={n}", *more)) for n in names)

    def dump(record):
        return record | {field: [{"value": value, "type": None, "primary": True}] if field == "emails" else [value] if field == "refs" else value}

    def typed(n):
        return [f"{field}={value}", n]
    return Rule("already has", noun, prefix + "2", {field: value}, setup=[(*one, f"{field}={value}"), two], key=(name, names[1]), new=(f"{name}=Third", *more),
                give_up=[(noun, "edit", prefix + "1", f"{field}=")], meanwhile=[(noun, "edit", prefix + "1", f"{field}={value}")], dump=dump)


def circle(noun, prefix, field, names, more=()):
    """Record 2 stands below record 1, and record 1 tries to stand below record 2."""
    def dump(record):
        return record | {field: {"id": prefix + "2", "name": names[1]}}
    return Rule("above itself", noun, prefix + "1", {field: prefix + "2"}, setup=[(noun, "add", f"name={names[0]}", *more), (noun, "add", f"name={names[1]}", f"{field}={prefix}1", *more)],
                key=("name", names[0]), give_up=[(noun, "edit", prefix + "2", f"{field}=")], meanwhile=[(noun, "edit", prefix + "2", f"{field}={prefix}1")],
                from_trash=False, dump=dump, ways=[way for way in WAYS if way not in ("table", "JSON lines")])


PRODUCT = ("product", "add", "Pump", "sku=P1", "price=10")
DIRECT = ("edit", "bulk edit", "upsert", "table", "JSON lines", "editor", "add")
RULES = [
    unique("deal", "d", "refs", "hubspot:1", ("One", "Two")),
    unique("account", "a", "refs", "hubspot:1", ("One", "Two")),
    unique("contact", "c", "emails", "same@x.example", ("Ann Lee", "Bo Dee")),
    unique("user", "u", "login", "same", ("Ann Lee", "Bo Dee")),
    unique("product", "p", "sku", "S-1", ("Bolt", "Nut")),
    circle("account", "a", "parent", ("Upper", "Lower")),
    circle("contact", "c", "reports_to", ("Ann Lee", "Bo Dee")),
    circle("campaign", "m", "parent", ("Whole", "Part")),
    circle("territory", "ty", "parent", ("Whole", "Part")),
    circle("user", "u", "manager", ("Ann Lee", "Bo Dee")),
    Rule("requires name", "deal", "d1", {"name": ""}, setup=[("deal", "add", "One")], key=(), query="name:one", dump=lambda r: r | {"name": None}),
    Rule("contains itself", "segment", "s1", {"query": "@two"}, setup=[("segment", "save", "one", "--on", "contact", "name:a"), ("segment", "save", "two", "--on", "contact", "@one")], key=("name", "one"),
         give_up=[("segment", "save", "two", "--on", "contact", "name:b")], meanwhile=[("segment", "save", "two", "--on", "contact", "@one")], dump=lambda r: r | {"query": "@two"},
         ways=[way for way in WAYS if way not in ("undo", "restore", "undo of rm")]),
    Rule("nonsense", "segment", "s1", {"query": "nonsense:1"}, setup=[("segment", "save", "one", "--on", "contact", "name:a")], key=("name", "one"), new=("two", "noun=contact"), ways=DIRECT),
    Rule("nonsense", "view", "vw1", {"query": "nonsense:1"}, setup=[("view", "save", "one", "contact", "name:a")], key=("name", "one"), new=("two", "noun=contact"), ways=DIRECT),
    Rule("nonsense", "view", "vw1", {"columns": "nonsense"}, setup=[("view", "save", "one", "contact", "name:a")], key=("name", "one"), new=("two", "noun=contact"), ways=DIRECT),
    Rule("nonsense", "territory", "ty1", {"rule": "nonsense:1"}, setup=[("territory", "add", "North", "rule=name:n")], key=("name", "North"), new=("South",), ways=DIRECT),
    Rule("line items cannot", "quote", "q1", {"lines": "Pump (quantity 2)"}, setup=[PRODUCT, ("quote", "add", "Offer", "lines=Pump (quantity 1)", "stage=closed lost")], key=("name", "Offer"), ways=("edit", "bulk edit", "upsert", "editor")),
    Rule("line items cannot", "order", "o1", {"lines": "Pump (quantity 2)"}, setup=[PRODUCT, ("order", "add", "Order", "lines=Pump (quantity 1)", "status=cancelled")], key=("name", "Order"), ways=("edit", "bulk edit", "upsert", "editor")),
    Rule("amount", "deal", "d1", {"stage": "Proposal"}, setup=[("deal", "add", "One")], key=("name", "One"), new=("Two",), config=CONFIG, ways=DIRECT),
    Rule("is before", "campaign", "m1", {"end_date": "2026-01-01"}, setup=[("campaign", "add", "Fair", "start_date=2026-02-01")], key=("name", "Fair"), new=("Show", "start_date=2026-02-01"), ways=DIRECT),
    Rule("is before", "user", "u1", {"away": "2026-12-05 (until 2026-12-01)"}, setup=[("user", "add", "Ann Lee", "login=ann")], key=("login", "ann"), new=("Bo Dee", "login=bo"), ways=DIRECT),
    Rule("in the future", "ticket", "t1", {"first_response_at": "2030-01-01"}, setup=[("ticket", "add", "One")], key=("subject", "One"), new=("Two",), ways=("edit", "bulk edit", "upsert", "editor", "add")),
    Rule("above itself", "ticket", "t1", {"parent": "t2"}, setup=[("ticket", "add", "One"), ("ticket", "add", "Two", "parent=t1")], key=("subject", "One"), ways=("edit", "bulk edit", "upsert", "editor")),
    Rule("", "rate", "rt1", {"rate": "zero"}, setup=[("rate", "add", "USD/EUR", "rate=0.9", "date=2026-01-01")], key=("pair", "USD/EUR"), new=("GBP/EUR", "date=2026-01-01"), ways=DIRECT),
]


def try_rule(rule):
    tried = 0
    for name in rule.ways:
        db = Database(*rule.setup, config=rule.config)
        done = WAYS[name](db, rule)
        if done is None:
            continue
        tried += 1
        about = f"{rule.noun} {rule.broken} by {name}"
        if done.returncode not in (2, 4, 6) or (rule.says not in done.stderr and rule.says not in done.stdout):
            failures.append(f"{about}: exit {done.returncode}: {done.stdout}{done.stderr}")
        elif found := db.problems():
            failures.append(f"{about}: crm check says: {found}")
    return tried


# The exit code of a value that its field cannot hold, whatever the verb.
INVALID = [("deal", "stage", "nowhere"), ("deal", "close_date", "someday"), ("deal", "amount", "much"), ("deal", "probability", "half"), ("contact", "birthday", "spring"),
           ("contact", "email", "nobody"), ("contact", "do_not_mail", "perhaps"), ("contract", "renewal_reminder", "long"), ("meeting", "start", "someday"), ("product", "stock", "many"),
           ("rate", "rate", "zero"), ("rate", "pair", "EUR")]


def try_invalid():
    db = Database(*[(noun, "add", *words) for noun, words in (("deal", ["One"]), ("contact", ["Ann Lee"]), ("contract", ["One"]), ("meeting", ["One"]), ("product", ["One"]), ("rate", ["USD/EUR", "rate=0.9", "date=2026-01-01"]))])
    for noun, field, value in INVALID:
        ref = db.must(noun, "list", "-F", "id").splitlines()[0]
        name = "pair" if noun == "rate" else "subject" if noun == "meeting" else "name"
        word = f"{field}={value}"
        commands = [(noun, "add", "New", word), (noun, "edit", ref, word), (noun, "edit", "--where", f"id:{ref}", word), (noun, "upsert", "--key", name, f"{name}=New", word)]
        if noun == "deal" and field != "stage":
            commands += [("deal", "move", ref, "Proposal", word), ("deal", "win", ref, word), ("deal", "lose", ref, word)]
        if (noun, field) == ("deal", "stage"):
            commands += [("deal", "move", ref, value)]
        if (noun, field) == ("rate", "rate"):
            commands += [("rate", "set", "USD/EUR", value)]
        if (noun, field) == ("rate", "pair"):
            commands += [("rate", "set", value, "0.9")]
            commands = [c for c in commands if c[1] != "upsert"]
        for command in commands:
            done = db.run(*command)
            if done.returncode != 2:
                failures.append(f"crm {' '.join(command)}: exit {done.returncode}, not 2: {done.stdout}{done.stderr}")


def random_commands(count, seed):
    """Values from small sets, so that they often meet."""
    r = random.Random(seed)
    db = Database(PRODUCT, *[("account", "add", f"Firm {i}") for i in range(4)], *[("contact", "add", f"Person {i}") for i in range(6)], *[("deal", "add", f"Deal {i}") for i in range(4)],
                  *[("segment", "save", name, "--on", "contact", "name:a") for name in ("one", "two", "three")], ("quote", "add", "Offer", "lines=Pump (quantity 1)"))
    for n in range(count):
        contact, account, deal = f"c{r.randint(1, 8)}", f"a{r.randint(1, 5)}", f"d{r.randint(1, 5)}"
        email, ref = f"e{r.randint(1, 4)}@x.example", f"crm:{r.randint(1, 4)}"
        rows = "name,emails,refs,parent\n" + "".join(f"Person {r.randint(0, 9)},e{r.randint(1, 4)}@x.example,crm:{r.randint(1, 4)},\n" for _ in range(3))
        choice = r.choice([
            ("contact", "edit", contact, f"emails+={email}"), ("contact", "edit", contact, f"email={email}"), ("contact", "edit", "--where", "name:person", f"email={email}", "--continue"),
            ("contact", "edit", contact, f"refs+={ref}"), ("contact", "add", f"Person {n}", f"email={email}"), ("contact", "upsert", "--key", "name", f"name=Person {r.randint(0, 5)}", f"email={email}"),
            ("contact", "rm", contact), ("contact", "restore", contact), ("contact", "merge", contact, f"c{r.randint(1, 8)}", "--yes"), ("contact", "edit", contact, f"reports_to=c{r.randint(1, 8)}"),
            ("contact", "import", "-"), ("contact", "link", contact, f"c{r.randint(1, 8)}"), ("contact", "edit", contact, "emails="), ("contact", "purge", contact, "--yes"),
            ("account", "edit", account, f"parent=a{r.randint(1, 5)}"), ("account", "edit", account, f"refs={ref}"), ("account", "merge", account, f"a{r.randint(1, 5)}", "--yes"), ("account", "rm", account),
            ("account", "restore", account), ("account", "link", account, f"a{r.randint(1, 5)}"), ("deal", "edit", deal, f"refs={ref}"), ("deal", "move", deal, "Proposal", f"refs={ref}"), ("deal", "win", deal),
            ("deal", "reopen", deal), ("deal", "merge", deal, f"d{r.randint(1, 5)}", "--yes"), ("segment", "save", r.choice(["one", "two", "three"]), "--on", "contact", f"@{r.choice(['one', 'two', 'three'])} or name:b"),
            ("segment", "edit", f"s{r.randint(1, 3)}", f"query=@{r.choice(['one', 'two', 'three'])}"), ("quote", "line", "add", "q1", "Pump"), ("quote", "edit", "q1", f"stage={r.choice(['Draft', 'Closed Lost'])}"),
            ("undo", "--yes"), ("undo", str(r.randint(10, 30)), "--yes"), ("undo", str(max(1, n)), "--yes")])
        done = db.run(*choice, text=rows if choice[-1] == "-" else "")
        if done.returncode >= 70:
            failures.append(f"crm {' '.join(choice)}: exit {done.returncode}: {done.stderr}")
        if n % 10 == 9 and (found := db.problems()):
            failures.append(f"after crm {' '.join(choice)} ({n}): crm check says: {found}")
            return


def main():
    tried = sum(try_rule(rule) for rule in RULES)
    try_invalid()
    random_commands(150, 20261125)
    print("\n".join(failures))
    print(f"{len(RULES)} rules, {tried} ways")
    return 1 if failures else 0


sys.exit(main())
