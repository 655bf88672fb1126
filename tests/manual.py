#!/usr/bin/env python3
"""Compares the manual with the program.

usage: manual.py CRM SOURCE_DIR

Every page must be clean for mandoc's strictest check (skipped with a message where mandoc is not installed), every example of
the pages of sections 5 and 7 and of every noun must work on a small database, crm-exit.7 must name every error code of the
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
    "user add 'Grace Hopper' login=grace",
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


FILES = {
    "people.csv": "Name,Mail,Firma\nEva Brown,eva@initech.example,Initech\n",
    "companies.csv": "Name,Website\nUmbrella,umbrella.example\n",
    "cards.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Dora Card\nEMAIL:dora@cards.example\nEND:VCARD\n",
    "contract.pdf": "a contract",
}


class Home:
    """A small database in a home of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"PATH": os.path.dirname(CRM) + ":" + os.environ["PATH"], "HOME": folder, "CRM_DB": folder + "/crm.db", "CRM_NOW": "2026-11-30T12:00:00Z", "TZ": "UTC", "CRM_USER": "grace", "LANG": "C.UTF-8"}
        for name, text in FILES.items():
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
        crm("init", env=self.environment)
        for line in STORE:
            done = self.run("crm " + line)
            if done.returncode != 0:
                fail("%s: %s" % (line, done.stderr))

    def run(self, line):
        return subprocess.run(line, shell=True, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def must_work(self, name, line):
        done = self.run(line)
        if done.returncode != 0:
            fail("%s: %s: exit %d: %s" % (name, line, done.returncode, done.stderr))
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
    for name in ("crm.1", "crm-contact.1", "crm-query.7", "crm-dates.7", "crm-formats.7", "crm-exit.7", "crm-config.5", "crm-tutorial.7"):
        if not pages.get(name):
            fail("there is no page " + name)
    lint(pages)
    run_examples(pages)
    run_noun_examples([name[4:-2] for name in names if name.startswith("crm-") and name.endswith(".1")])
    codes(pages.get("crm-exit.7", ""))
    help_is_help()
    print("%d pages, %d failures" % (len(pages), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
