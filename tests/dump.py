#!/usr/bin/env python3
"""Damages the export of a database and imports it:   dump.py CRM [FILES [SEED]]

Each file is a real export in which one value is damaged. The import refuses it (exit 2, 4 or 6), and then nothing has changed;
or it takes it, and then `crm check` finds nothing, and what is exported, imported and exported again has the same bytes."""
import json
import os
import pathlib
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

CRM = str(pathlib.Path(sys.argv[1]).resolve())
SETUP = """
user add Ada login=ada email=ada@x.example team=Sales; user add Bob login=bob manager=u1
field add account size --type choice --words small,large; field add contact nps --type integer --range 0..10
field add account seen --type date; field add account boss --type link --to contact; field add deal paid --type money
account add Acme domains=acme.example emails=info@acme.example 'phones=+49 30 1234567 (work)' employees=12 revenue=10kEUR size=small +vip
account add 'Acme Sub' parent=a1 billing_address.city=Berlin shipping_address.country=DE tier=A owner=ada refs=sap:1
contact add 'Grace Hopper' 'emails=g@x.example (work); h@x.example' phone=+4930555001 birthday=--03-07 account=a1 'accounts+=a2 (CEO, since 2020-01-01)' nps=9
contact add 'Mary Ann' given_name=Mary family_name=Ann reports_to=c1 email=m@x.example do_not_mail=yes interests=golf address.city=Köln refs='hubspot:7; sap:9'
contact add Gone email=gone@x.example; contact rm c3; account edit a1 boss=c1 seen=2026-01-02
lead add Lee company=Leeco email=lee@x.example source='Trade Show' follow_up=2026-12-01
product add Pump sku=PUMP-1 price='95 EUR' cost='50 EUR' unit=piece stock=3; pricebook add List currency=EUR 'entries=PUMP-1 (price 90 EUR)'
deal add Pumps account=a1 'contacts=c1 (Evaluator)' amount='1200.50 EUR' 'lines=PUMP-1 (quantity 2, price 95 EUR)' close_date=2026-12-31 paid='3 USD' team=u1
deal add Won account=a1 amount=5kEUR; deal win d2
quote add Offer deal=d1 account=a1 pricebook=pb1 valid_until=2027-01-01 'lines=PUMP-1 (quantity 1.5, price 95 EUR, discount 5, tax 19)'
order add Order account=a1 quote=q1 due_on=2026-12-24 'lines=PUMP-1 (quantity 1)' 'payments=2026-11-20 (amount 10 EUR, reference R1)'
contract add Care account=a1 start=2026-01-01 end=2026-12-31 value=1kEUR renewal_reminder=3mo
territory add North rule=name:acme manager=u1; expense add Train date=2026-11-01 amount=99EUR about=c1
task add Call due=2026-12-01 about=c1 priority=High recurrence=1w; meeting add Kickoff start='2026-12-01 09:00' end='2026-12-01 10:00' attendees=c1 about=d1
call add Ring direction=Outbound start='2026-11-20 10:00' duration=12min about=c1 number=+4930555001; contact note c1 'Likes cake'; contact attach c1 file.txt
campaign add Fair type=Event start_date=2026-10-01 budget=1kEUR; member add campaign=m1 who=c1 source='Trade Show'; event add Day start='2026-12-05 09:00' campaign=m1 'registrations=c1 (Registered)'
ticket add Broken account=a1 contact=c1 severity=High csat=4; asset add Serial serial=S1 product=p1 account=a1
calendar add Office timezone=Europe/Berlin 'hours=mon-fri 08:00-12:00 13:00-17:00; sat 22:00-02:00' 'holidays=--12-25; 2026-12-24 12:00-24:00; +2026-10-10 08:00-12:00' default=yes
sla add Gold calendar=cl1 rule=account:acme rank=1 warn=80 'targets=Urgent (response 1h, resolution 8h)'; sla set Gold High response=2h resolution=16h; queue add Support email=support@acme.example sla=Gold 'members=u1 (Lead)' assign='Round Robin'
ticket add Late account=a1 contact=c1 queue=qu1 priority=High; ticket message t2 'It leaks'; ticket reply t2 'We look' --minutes 5; ticket pend t2 --until 2026-12-01; visit add ticket=t2 start='2026-12-02 09:00'
template add Hello 'subject=Dear {{name}}' 'body=**{{#account}}{{account.name}}{{/account}}**' language=en; mail write c1 --template Hello; mail write u1 ada@x.example cc=cc@x.example subject=Both body=x; mail hold ml3
mail write c1 subject=Draft body=x --draft; mail write u1 subject=No body=x --at '2026-12-01 08:00'; mail cancel ml5; mail add Came direction=Inbound from=c@x.example sent_at='2026-11-24 10:00'
kb add How body='Do so' keywords=pump; kb edit k1 body='Do otherwise'; kb publish k1; kb use k1 --ticket t2; kb helpful k1 --by c1; kb miss gasket --ticket t2; kb add Wie language=de translation_of=k1 review_on=2027-01-01; feedback add Nice contact=c1 score=8; programme add Club members=c1; decision add Go review_on=2027-01-01
segment save vips --on contact 'account.name:acme'; segment save big --on contact '@vips or name:mary'; view add mine noun=deal query=is:open sort=-amount
contact add 'No Mail' emails=no@x.example phone=+4930555009 do_not_mail=yes do_not_call=yes; contact edit c4 do_not_mail=no
gate gates.toml --record
rate add pair=EUR/USD rate=1.1 date=2026-11-01; target add period=2026-Q4 owner=u1 metric=won value=10
"""
GATES = """
[[gate]]
name = "few"
on = "contact"
query = "id:any"
max = 99
[[gate]]
name = "with mail"
on = "contact"
query = "-email:any"
max_percent = 99.5
"""
TEXTS = ["", " ", "x", "9" * 20, "-1", "garbage", "a@b\r\nBcc: x@y.example", "Ada <a@x.example>", "2026-02-30", "tomorrow", "--02-31", "c999", "a1", "c1", "u1", "pb1", "c0", "c99999999999999999999", "zz1", "E\"R", "XYZ", "eur",
         "../x", "\x00", "\u202e", "a; b (c)", "\\", "name:", "@vips", "@big", "1 EUR", "a" * 5000, "+49 30 1234567", "GRACE HOPPER", "g@X.example", "uid:1", "yes", "2026-11-25T10:00:00Z", "2026-11-25T25:00:00Z", "store", "contact"]
NUMBERS = [0, -1, 2**63 - 1, 2**63, 10**12, 10**12 + 1, 1.5, 1e300, 10**18]
OTHERS = [None, True, [], {}, ["x"], [[]], {"id": "c1"}, {"id": "a99"}, {"id": None}, {"amount": "1", "currency": "E\"R"}, {"amount": "9" * 30, "currency": "EUR"}, [{"value": "x"}], [{"id": "c1"}], [{"id": "c999"}], [{}], ["vip", "VIP"], ["a"]]


class Home:
    """A folder with databases and a frozen clock."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="crm-dump-")
        home = self.path = pathlib.Path(self.folder.name)
        self.environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": "2026-11-25T10:00:00Z", "CRM_USER": "tester", "CRM_MAIL_FROM": "Acme <sales@acme.example>"}
        self.environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        (home / "file.txt").write_text("bytes", encoding="utf-8")
        (home / "gates.toml").write_text(GATES, encoding="utf-8")
        self.must("empty.db", "init")

    def run(self, database, *words):
        return subprocess.run([CRM, "--yes", "--db", database, *words], env=self.environment, cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True)

    def must(self, database, *words):
        done = self.run(database, *words)
        if done.returncode != 0:
            sys.exit(f"crm {words}: exit {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def empty(self, name):
        shutil.copy(self.path / "empty.db", self.path / name)
        return name


def exported(home):
    """A database with records of most nouns, as lines."""
    database = home.empty("whole.db")
    for line in SETUP.strip().splitlines():
        for command in commands(line):
            home.must(database, *command)
    return home.must(database, "export")


def commands(line):
    """crm's words of each command; a semicolon outside quotes ends one."""
    out = [[]]
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";")
    lexer.whitespace_split = True
    lexer.commenters = ""
    for word in lexer:
        if word == ";":
            out.append([])
        else:
            out[-1].append(word)
    return [words for words in out if words]


def places(value, path=()):
    """All places in a value of JSON where something can be damaged."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield from places(value[at], (*path, at))


def damaged(r, lines):
    """The same lines with one of them damaged, and what was done."""
    lines = list(lines)
    by_kind = {}
    for at, line in enumerate(lines):
        by_kind.setdefault(line["#"], []).append(at)
    at = r.choice(by_kind[r.choice(list(by_kind))])
    how = r.randrange(12)
    if how == 0:
        lines.insert(r.randrange(1, len(lines) + 1), lines[at])
        return lines, f"line {at + 1} twice"
    if how == 1:
        other = r.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
        return lines, f"lines {at + 1} and {other + 1} exchanged"
    record = json.loads(json.dumps(lines[at]))
    path = r.choice([p for p in places(record) if p])
    of = record
    for key in path[:-1]:
        of = of[key]
    old = of[path[-1]]
    if how == 2 and isinstance(of, dict):
        del of[path[-1]]
        new = "(left out)"
    elif how == 3:
        other = lines[r.choice(by_kind[lines[at]["#"]])]
        new = of[path[-1]] = other.get(path[0]) if len(path) == 1 else old
    elif isinstance(old, str) and r.random() < 0.3 and old:
        cut = r.randrange(len(old))
        new = of[path[-1]] = old[:cut] + r.choice(["", "\n", "\"", ";", "9", "é", "\u0001"]) + old[cut + 1:]
    else:
        new = of[path[-1]] = r.choice(r.choice([TEXTS, TEXTS, NUMBERS, OTHERS]))
    lines[at] = record
    return lines, f"line {at + 1}, {record.get('#')} {'.'.join(map(str, path))}: {str(old)[:60]!r} -> {str(new)[:60]!r}"


def read(text):
    """The lines as objects. Their first member is the kind of the line; a record may have a field of that name, too."""
    return [json.loads(line.replace('{"kind":', '{"#":', 1)) for line in text.decode().split("\n") if line]


def written(lines):
    texts = [json.dumps(line, ensure_ascii=False, separators=(",", ":")).replace('{"#":', '{"kind":', 1) for line in lines]
    return "".join(text + "\n" for text in texts).encode(errors="surrogatepass")


def fault_of(home, text):
    """What is wrong after the import; nothing when all is well. Also whether it was taken."""
    (home.path / "damaged.jsonl").write_bytes(text)
    database = home.empty("one.db")
    before = (home.path / database).read_bytes()
    done = home.run(database, "import", "damaged.jsonl")
    error = done.stderr.decode(errors="replace")
    if done.returncode in (2, 4, 6):
        if (home.path / database).read_bytes() != before:
            return "it was refused and the file has changed: " + error, False
        return (None if "nothing was changed" in error or "is json" in error else "the message does not say that nothing was changed: " + error), False
    if done.returncode != 0:
        return f"exit {done.returncode}: {error}", False
    check = home.run(database, "check")
    if check.returncode != 0:
        return "check: " + (check.stdout + check.stderr).decode(errors="replace"), True
    first = home.must(database, "export", "--out", "first.jsonl") or (home.path / "first.jsonl").read_bytes()
    copy = home.empty("two.db")
    again = home.run(copy, "import", "first.jsonl")
    if again.returncode != 0:
        return "its export is refused: " + again.stderr.decode(errors="replace"), True
    if home.must(copy, "export") != first:
        return "exported again it is different", True
    return None, True


def main():
    count = int((sys.argv + ["", "150"])[2] or 150)
    seed = int((sys.argv + ["", "", "0"])[3] or 0) or int(time.time())
    print(f"seed {seed}")
    r, home = random.Random(seed), Home()
    text = exported(home)
    lines = read(text)
    taken = faults = 0
    fault, _ = fault_of(home, written(lines))
    if fault:
        sys.exit("undamaged: " + fault)
    for _ in range(count):
        broken, what = damaged(r, lines)
        fault, was_taken = fault_of(home, written(broken))
        taken += was_taken
        if fault:
            faults += 1
            print(f"{what}\n  {fault}")
    print(f"{count} files, {taken} taken, {faults} faults")
    return 1 if faults else 0


sys.exit(main())
