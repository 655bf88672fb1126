#!/usr/bin/env python3
"""Compares the manual with the program.

usage: manual.py CRM SOURCE_DIR

Every page must be clean for mandoc's strictest check (skipped with a message where mandoc is not installed), every example of
the pages of sections 5 and 7, of every noun and of every --help must work on a small database, crm-exit.7 must name every error code of the
sources, and `crm help` must print what --help prints.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

CRM, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = 0


def fail(text):
    global failures
    failures += 1
    print("FAIL: " + text)


def crm(*arguments, **more):
    return subprocess.run([CRM] + list(arguments), capture_output=True, text=True, **more)


def examples(page):
    """The commands that a page shows, as they are typed."""
    for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page, re.M | re.S):
        for line in block.split("\n"):
            for escape, char in ((r"\(aq", "'"), (r"\(dq", '"'), (r"\(ha", "^"), (r"\(ti", "~"), (r"\(ga", "`"), (r"\-", "-"), (r"\&", ""), (r"\e", "\\")):
                line = line.replace(escape, char)
            if line.startswith("crm "):
                yield line


def lint(pages):
    if shutil.which("mandoc") is None:
        print("skipped: mandoc is not installed")
        return
    # Pages that refer to each other are looked for in the current directory.
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in pages.items():
            names.append(os.path.join(folder, name))
            with open(names[-1], "w") as f:
                f.write(text)
        said = subprocess.run(["mandoc", "-T", "lint", "-W", "style"] + names, capture_output=True, text=True, cwd=folder)
        if said.returncode != 0 or said.stdout or said.stderr:
            fail("mandoc finds:\n" + said.stdout + said.stderr)


STORE = [
    "user add 'Grace Hopper' login=grace email=grace@example.org",
    "user add 'Bob Stone' login=bob",
    "account add Acme domains=acme.example type=Customer industry=Software employees=250 billing_address.city=London",
    "account add Globex type=Partner",
    "contact add 'Ada Lovelace' title='Head of Sales' account=Acme email=ada@acme.example phone='+44 20 7946 0958' birthday=1815-12-02 +vip owner=grace description='mathematics and engines'",
    "contact add 'Bert Smith' title='Chief of Sales' account=Acme reports_to='Ada Lovelace' email=bert@acme.example +partner",
    "contact add 'Carl Jones' title=CTO account=Acme email=carl@acme.example +unsubscribed",
    "contact add Nobody owner=grace",
    "contact note 'Carl Jones' 'likes tea'",
    "deal add Engines account=Acme amount=20k",
]


COMMAND_PAGES = ("crm-gate.1", "crm-report.1")  # of section 1 that are about no noun


FILES = {
    "team.ics": "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\nBEGIN:VEVENT\nUID:1@x.example\nDTSTAMP:20261101T090000Z\nDTSTART:20261225T090000Z\nDTEND:20261225T100000Z\nSUMMARY:Team\nEND:VEVENT\nEND:VCALENDAR\n",
    "people.csv": "Name,Mail,Firma\nEva Brown,eva@initech.example,Initech\n",
    "companies.csv": "Name,Website\nUmbrella,umbrella.example\n",
    "shop.csv": "Client,Day,Total\nAda,2026-01-05,100\nAda,2026-06-01,40\nBob,2026-02-01,20\n",
    "cards.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Dora Card\nEMAIL:dora@cards.example\nEND:VCARD\n",
    "contract.pdf": "a contract",
}


# What the examples of --help need beside: records with the ids that they name, files and rules.
MORE = [
    "user add Kim login=kim",
    "user add Ada login=ada",
    "account add 'Initech' domains=initech.example",
    "account tag Acme +key",
    "account import accounts.csv -q",
    "--db copy.db init",
    "territory add Germany",
    "contact import contacts.csv -q",
    "contact tag c1 +newsletter +lead",
    "contact edit c1 phone='+49 171 5550142'",
    "contact edit c2 phone='+49 30 5550111' address='Hauptstr. 1; 10115; Berlin'",
    "call build Renewals c1 c2",
    "user edit grace extension=17",
    "contact edit c1 owner=grace",
    "contact tag c1 +fair",
    *(f"template add {name} subject={name} body=Hello" for name in ("Thanks", "Reminder", "Last", "Short")),
    "campaign add Spring type=email template=Thanks query=tags:fair",
    "campaign member add Spring c1",
    "campaign step add Spring template=Reminder after=3d",
    "campaign step add Spring template=Last after=7d",
    "campaign variant add Spring template=Short share=50%",
    "template add Letter kind=letter subject=Invitation body='Dear {{name}}'",
    "campaign add Invitations type=mail template=Letter",
    "campaign link Invitations c2",
    "contact add Test +test",
    "contact link c12 a3",
    "contact edit c1 emails+='sales@acme.example'",
    "deal import deals.csv -q",
    "deal lose d42 --reason price",
    "deal line add d41 PUMP-1 quantity=1",
    "deal add Late amount=20k close_date=yesterday owner=grace",
    "lead import leads.csv -q",
    "quote import quotes.csv -q",
    "quote line add q7 PUMP-1 quantity=1",
    "order import orders.csv -q",
    "order line add o3 PUMP-1 quantity=2",
    "order line add o3 DISK quantity=1",
    "contract import contracts.csv -q",
    "product option SERVER TAPE min=0 max=1",
    "product option SERVER DISK min=1 max=4",
    "product option SERVER RAID requires=DISK excludes=TAPE",
    "pricebook add Partners",
    "pricebook set pb1 PUMP-1 min_quantity=10 price=91",
    "contact attach c1 contract.pdf cards.vcf companies.csv",
    "segment save hot --on deal 'is:open amount:10k..'",
    "segment freeze hot hot-at-new-year",
    "segment save new-customers --on account type:customer",
    "segment save stale --on contact 'last_touch:none'",
    "view save late deal is:overdue -s -amount -F id,name",
    "contact rm c13",
    "contact tag c2 +decider +winback",
    "user edit grace team=Sales",
    "task add Rent due=2026-12-01 recurrence=weekly",
    "task add Water due=2026-12-01 recurrence=weekly",
    "meeting add Jour start='2026-12-01 10:00' recurrence='every tue' attendees='c1; grace'",
    "calendar add Berlin hours='mon-fri 08:00-17:00'",
    "sla add Gold",
    "asset add 'Pump in hall 2' account=Acme",
    "ticket add 'Pump is slow' account=Acme contact=c1",
    *(f"ticket add 'Request {i}' account=Acme contact=c1" for i in range(2, 8)),
    "visit add ticket=t2 start='2026-11-25 08:00'",
    "kb add 'Return label' kind=reply body='Dear {{name}}'",
    "kb add 'Paper jams' kind=solution",
    "feedback add 'A lid' kind=idea",
    "feedback add 'A larger lid' kind=idea",
    "programme add 'Pump users' kind='Expert Community'",
    "template add Offer subject=Offer body=Hello",
    "mail write c1 subject=Hello body=there from=grace@example.org",
    "mail write c2 subject=Hello body=there from=grace@example.org",
    "mail write c1 c2 subject=Hello body=there from=grace@example.org",
    "mail write c1 subject=Draft body=there from=grace@example.org --draft",
    "export --out crm.jsonl",
]
TABLES = {
    "mail.txt": "Pump is loud\n\nSince this morning.\n",
    "answer.txt": "A technician comes tomorrow.\n",
    "people.csv": "Name,Mail,Firma,City\nEva Brown,eva@initech.example,Initech,Berlin\n",
    "accounts.csv": "name\n" + "".join("Company %d\n" % i for i in range(1, 14)),
    ".crm/config.toml": "",
    "contacts.csv": "name,email\n" + "".join("Person %d,p%d@people.example\n" % (i, i) for i in range(5, 60)),
    "deals.csv": "name,amount,stage\n" + "".join("Deal %d,100,Prospecting\n" % i for i in range(2, 50)),
    "leads.csv": "name,email\n" + "".join("Lead %d,l%d@leads.example\n" % (i, i) for i in range(1, 10)) + "Ines Duarte,ines@verde.example\n",
    "quotes.csv": "name,account\n" + "".join("Quote %d,Acme\n" % i for i in range(1, 9)),
    "orders.csv": "name,account\n" + "".join("Order %d,Acme\n" % i for i in range(1, 5)),
    "contracts.csv": "name,account\n" + "".join("Contract %d,Acme\n" % i for i in range(1, 5)),
    "google.csv": "Name,E-mail 1 - Value\nGoo Gle,goo@gle.example\n",
    "shop.csv": "Client,Day,Total\nAda,2026-01-05,100\nAda,2026-06-01,40\nBob,2026-02-01,20\n",
    "outlook.csv": "First Name,Last Name,E-mail Address\nOut,Look,out@look.example\n",
    "linkedin.csv": "First Name,Last Name,Email Address\nLink,Edin,link@edin.example\n",
    "ada.jpg": "a photo",
    "list.csv": "Ada X,skipped,ada@x.example\n",
    "unsubscribed.csv": "Email Address,First Name\nzoe@x.example,Zoe\n",
    "tokens.txt": "",
    "gates.toml": '[[gate]]\nname = "owners"\non = "deal"\nquery = "owner:none"\nmax_percent = 100\n',
    "holidays.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas\nEND:VEVENT\nEND:VCALENDAR\n",
    "team.ics": FILES["team.ics"],
    "minutes.txt": "what was said\n",
    "service.md": "# Service for {{account}}\n",
    "cards/one.vcf": FILES["cards.vcf"],
}
MAIL = """
mail_from = "Acme <sales@acme.example>"
unsubscribe_url = "https://acme.example/u/{token}"
sendmail = "sh -c 'cat > /dev/null'"
confirm_url = "https://us.example/c/{token}"
"""
CONFIGURATION = MAIL + """
[[assign]]
to = ["ada", "kim"]

[[assign]]
on = "ticket"
to = ["ada", "kim"]

[[score]]
query = "source:Partner"
points = 20
"""


class Home:
    """A small database in a home of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.environment = {"PATH": os.path.dirname(CRM) + ":" + os.environ["PATH"], "HOME": folder, "CRM_DB": folder + "/crm.db", "CRM_NOW": "2026-11-30T12:00:00Z", "TZ": "UTC", "CRM_USER": "grace", "LANG": "C.UTF-8"}
        for name, text in FILES.items():
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        self.configure(MAIL)
        crm("init", env=self.environment)
        for line in STORE:
            done = self.run("crm " + line)
            if done.returncode != 0:
                fail("%s: %s" % (line, done.stderr))

    def run(self, line):
        try:
            return subprocess.run(line, shell=True, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(line, 124, "", "no answer in 60 s")

    def furnish(self):
        """All that the examples of --help name."""
        for name, text in TABLES.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as f:
                f.write(text)
        for product in ("PUMP-1", "SERVER", "DISK", "RAID", "TAPE"):
            self.must_work("manual.py", "crm product add %s sku=%s price=100" % (product, product))
        for line in MORE:
            self.must_work("manual.py", "crm " + line)
        self.configure(CONFIGURATION)

    def configure(self, text):
        os.makedirs(self.folder + "/.config/crm", exist_ok=True)
        with open(self.folder + "/.config/crm/config.toml", "w") as f:
            f.write(text)

    def copy(self, folder):
        """The same home in another folder."""
        shutil.copytree(self.folder, folder)
        other = Home.__new__(Home)
        other.folder = folder
        other.environment = self.environment | {"HOME": folder, "CRM_DB": folder + "/crm.db"}
        return other

    def must_work(self, name, line, codes=(0,)):
        done = self.run(line)
        if done.returncode not in codes:
            fail("%s: %s: exit %d: %s" % (name, line, done.returncode, done.stderr or done.stdout))
        return done


def run_examples(pages):
    """The examples of the pages that are not about one noun or about commands."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        for name, page in pages.items():
            if name.endswith(".1") or name == "crm-tutorial.7":  # the tutorial is a transcript
                continue
            found = list(examples(page))
            if name == "crm-query.7" and len(found) < 20:
                fail("crm-query.7 has %d examples only" % len(found))
            for line in found:
                done = home.must_work(name, line)
                if name == "crm-query.7" and not done.stdout:
                    fail("%s: %s finds nothing" % (name, line))


def run_noun_examples(nouns):
    """Every noun has examples of its own, which work from top to bottom, each verb on records that it finds."""
    with open(os.path.join(SOURCE, "cmd/cli/pages/examples.md"), encoding="utf-8") as f:
        sections = re.split(r"^## (.+)$", f.read(), flags=re.M)[1:]
    found = dict(zip(sections[::2], sections[1::2]))
    for noun in sorted(set(nouns) ^ set(found)):
        fail("examples.md and the nouns differ: " + noun)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        for noun, text in found.items():
            lines = re.findall(r"^crm .+$", text, re.M)
            if not any(line.split()[1] == noun for line in lines):
                fail("examples.md has none of " + noun)
            for line in lines:
                home.must_work("examples.md, " + noun, line)


def section(text, title):
    """The indented lines below a title of a help text."""
    found = re.search(r"^%s\n((?:  .*\n)+)" % re.escape(title), text, re.M)
    return found.group(1) if found else ""


def help_examples():
    """Every example that any --help shows, and the command that shows it."""
    wide = os.environ | {"COLUMNS": "100"}
    overview = crm("help", env=wide).stdout
    nouns = re.findall(r"^  ([a-z]+) ", section(overview, "Nouns"), re.M)
    pages = [()] + [(word,) for word in nouns + re.findall(r"^  ([a-z]+) ", section(overview, "Commands without a noun"), re.M)]
    for noun in nouns:
        verbs = re.findall(r"^  ([a-z]+) ", section(crm(noun, "--help", env=wide).stdout, "Verbs"), re.M)
        pages += [(noun, verb) for verb in verbs]
    found = {}
    for page in pages:
        text = crm(*page, "--help", env=wide).stdout
        for line in re.findall(r"^(crm .*)$", re.sub(r" \\\n +", " ", section(text, "Examples")).replace("\n  ", "\n").removeprefix("  "), re.M):
            found.setdefault(re.sub(r" {2,}# .*$", "", line), " ".join(page))
    return found


def programs_of(line):
    """The programs that a line of the shell starts."""
    return [part.split()[0] for part in re.split(r"[|;]", re.sub(r"'[^']*'", "''", line)) if part.split()]


def run_help_examples():
    """The examples of --help, each in a home of its own; those of other programs only where these are installed."""
    own = {line for line in open(os.path.join(SOURCE, "cmd/cli/pages/examples.md"), encoding="utf-8").read().split("\n")}
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder + "/home")
        home.furnish()
        for number, (line, page) in enumerate(help_examples().items()):
            absent = [name for name in programs_of(line) if shutil.which(name) is None and name != "crm"]
            interactive = {"fzf", "less"} & set(programs_of(line))
            if line in own or absent or interactive or "/mnt/" in line:
                continue
            other = home.copy("%s/%d" % (folder, number))
            # A rule or a question may stand in its way here; a word that is not valid may not. The doctor sees that this is a copy.
            other.must_work("%s --help" % page, line, (0, 1, 4, 5) if line == "crm doctor" else (0, 4, 5))
            shutil.rmtree(other.folder)


def codes(page):
    used = {}
    known = set(re.findall(r"^\.It \\fB([a-z_]+)\\fR$", page, re.M))
    literals = ""
    for room in ("lib", "cmd"):
        for folder, _, files in os.walk(os.path.join(SOURCE, room)):
            for name in files:
                if not name.endswith((".cpp", ".hpp")) or name.startswith("manual"):
                    continue
                with open(os.path.join(folder, name)) as f:
                    text = f.read()
                literals += text
                for fault, code in re.findall(r'Fault::([a-z_]+),\s*"([a-z_]+)"', text):
                    if fault != "internal":
                        used.setdefault(code, name)
                for code in re.findall(r'\b(?:trouble|fail|suggest|wrong\(text, \w+,|refuse\([^;"]*,|unknown\([^;]*,) ?\(?"([a-z]+_[a-z_]+)"', text):
                    used.setdefault(code, name)
    for code in sorted(set(used) - known):
        fail("crm-exit.7 has no '%s' (%s): add it to cmd/cli/pages/crm-exit.md" % (code, used[code]))
    for code in sorted(known):
        if '"%s"' % code not in literals:
            fail("crm-exit.7 has '%s', which no source has" % code)


def help_is_help():
    for words in ([], ["contact"], ["contact", "list"], ["search"]):
        if crm("help", *words).stdout != crm(*words, "--help").stdout or not crm("help", *words).stdout:
            fail("crm help %s is not the same as --help" % " ".join(words))
    if crm("help", "contakt").returncode != 2:
        fail("crm help contakt is no error")


def main():
    names = crm("__manual", "--list").stdout.split()
    pages = {name: crm("__manual", name).stdout for name in names}
    for name in ("crm.1", "crm-contact.1", "crm-query.7", "crm-dates.7", "crm-formats.7", "crm-exit.7", "crm-config.5", "crm-tutorial.7", *COMMAND_PAGES):
        if not pages.get(name):
            fail("there is no page " + name)
    lint(pages)
    run_examples(pages)
    run_noun_examples([name[4:-2] for name in names if name.startswith("crm-") and name.endswith(".1") and name not in COMMAND_PAGES])
    run_help_examples()
    codes(pages.get("crm-exit.7", ""))
    help_is_help()
    print("%d pages, %d failures" % (len(pages), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
