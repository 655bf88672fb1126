#!/usr/bin/env python3
"""Presses Tab in real shells and looks at what stands on the line.

usage: completion.py CRM SOURCE_DIR [SHELL...]

Each shell runs on a pseudo-terminal with CRM in its PATH and a small store of its own. What is on the line is asked of the
shell itself: the command on the line is a stand-in for crm that prints its arguments, while completion goes to the real one.
A shell that is not installed is skipped with a message.
"""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

# typed, then Tab and Enter -> the arguments that crm would get
CASES = [
    ("crm conta", ["contact"]),
    ("crm contact li", None),  # list or link: nothing is guessed
    ("crm contact exp", ["contact", "export"]),
    ("crm contact list --exit", ["contact", "list", "--exit-empty"]),
    ("crm --db other.db contact lis", ["--db", "other.db", "contact", "list"]),
    ("crm contact list -o tab", ["contact", "list", "-o", "table"]),
    ("crm contact list --output=tab", ["contact", "list", "--output=table"]),
    ("crm contact list -s -family", ["contact", "list", "-s", "-family_name"]),
    ("crm contact list -F id,birth", ["contact", "list", "-F", "id,birthday"]),
    ("crm contact list -F name,email,birth", ["contact", "list", "-F", "name,email,birthday"]),
    ("crm contact list -F account.indus", ["contact", "list", "-F", "account.industry"]),
    ("crm contact list birth", ["contact", "list", "birthday:"]),
    ("crm contact list is:unas", ["contact", "list", "is:unassigned"]),
    ("crm contact list -source:exi", ["contact", "list", "-source:existing-customer"]),
    ("crm contact list account.type:cust", ["contact", "list", "account.type:customer"]),
    ("crm contact list created_at:..eoy", ["contact", "list", "created_at:..eoy"]),
    ("crm contact list account:Acm", ["contact", "list", "account:Acme Corp"]),
    ("crm contact list account:\"Acme C", ["contact", "list", "account:Acme Corp"]),
    ("crm contact list +cus", ["contact", "list", "+customer"]),
    ("crm contact show Ada", ["contact", "show", "Ada Lovelace"]),
    ("crm contact show 'Ada L", ["contact", "show", "Ada Lovelace"]),
    ("crm contact show Ada\\ L", ["contact", "show", "Ada Lovelace"]),
    ("crm contact show ada@", ["contact", "show", "ada@acme.example"]),
    ("crm contact add jobless preferred_ch", ["contact", "add", "jobless", "preferred_channel="]),
    ("crm contact edit c1 preferred_channel=in", ["contact", "edit", "c1", "preferred_channel=in-person"]),
    ("crm contact edit c1 account=acme", ["contact", "edit", "c1", "account=Acme Corp"]),
    ("crm contact edit c1 -cus", ["contact", "edit", "c1", "-customer"]),
    ("crm contact import peop", ["contact", "import", "people file.csv"]),
    ("crm help contact ups", ["help", "contact", "upsert"]),
    ("crm contact show nobody", ["contact", "show", "nobody"]),
]

# What an import may bring; completed outside and inside quotation marks, it must be one argument, and nothing of it may run.
HOSTILE = ["Dollar$(touch pwn)", "Tick`touch pwn`;touch pwn&touch pwn|touch pwn>pwn<pwn", "Apo'$(touch pwn)'\\$HOME", "Brace{a,b}*?[c] #x ~root", "Bang!!touch"]
for text in HOSTILE:
    for quote in ["", "'", '"']:
        # bash cannot write ! within double quotation marks: it is not offered there.
        expected = None if quote == '"' and "!" in text else ["contact", "show", text]
        CASES.append(("crm contact show " + quote + text[:3], expected))
for quote in ["", "'", '"']:
    CASES.append(("crm contact tag c1 " + quote + "+t", ["contact", "tag", "c1", "+t$(touch_pwn)"]))

# typed, then Tab twice -> what the list of candidates must show
LISTS = [
    ("crm contact li", ["list", "link", "List the records that a query finds"]),
    ("crm contact show c", ["c1", "c2", "Ada Lovelace"]),
]


class Shell:
    def __init__(self, arguments, environment, where, setup):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(where)
            os.execvpe(arguments[0], arguments, environment)
        self.number = 0
        self.seen = ""
        for line in setup:
            self.run(line)

    def read(self, until, seconds):
        """Reads until the text is seen, or nothing has come for the time; returns what was read."""
        out, end = "", time.time() + seconds
        while time.time() < end and not (until and re.search(until, out)):
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    out += os.read(self.fd, 65536).decode("utf-8", "replace")
                except OSError:
                    break
                # A shell that asks the terminal what it is waits for the answer.
                if "\x1b[c" in out or "\x1b[0c" in out:
                    os.write(self.fd, b"\x1b[?62;c")
                    out = out.replace("\x1b[c", "").replace("\x1b[0c", "")
        return out

    def write(self, text):
        os.write(self.fd, text.encode())

    def run(self, line):
        self.number += 1
        mark = "done-%d-" % self.number
        self.write(line + "; echo done-%d'-'\r" % self.number)
        said = self.read(mark + r"\r?\n", 20)
        if mark not in said:
            sys.exit("FAIL: the shell does not answer: %r" % said)
        return said

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def settle(shell, log, count, seconds=10):
    """Waits until crm was asked for the n-th time and the shell has dealt with the answer."""
    end = time.time() + seconds
    while time.time() < end and lines(log) < count:
        shell.seen += shell.read(None, 0.1)
    shell.seen += shell.read(None, 0.4)


def lines(path):
    try:
        with open(path) as f:
            return sum(1 for _ in f)
    except FileNotFoundError:
        return 0


def main():
    crm, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    completions = os.path.join(source, "completions")
    with tempfile.TemporaryDirectory() as home:
        os.makedirs(home + "/bin")
        log, said = home + "/asked", home + "/said"
        with open(home + "/bin/crm", "w") as f:
            f.write('#!/bin/sh\nif [ "$1" = __complete ]; then\n  "%s" "$@"\n  echo asked >> "%s"\nelse\n  for word; do printf "%%s\\n" "$word"; done > "%s.new"; mv "%s.new" "%s"\nfi\n' % (crm, log, said, said, said))
        os.chmod(home + "/bin/crm", 0o755)
        environment = {"PATH": home + "/bin:" + os.environ["PATH"], "HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "COLUMNS": "200", "LINES": "50", "CRM_DB": home + "/s.db", "USER": "nobody", "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "fish_greeting": ""}
        open(home + "/people file.csv", "w").close()
        for command in (["init", "-q"], ["contact", "add", "Ada Lovelace", "email=ada@acme.example", "account=Acme Corp", "--create", "+customer", "-q"], ["contact", "add", "Linus Torvalds", "-q"]):
            subprocess.run([crm] + command, env=environment, check=True)
        for text in HOSTILE:
            subprocess.run([crm, "contact", "add", "-q", "--", text], env=environment, check=True)
        subprocess.run([crm, "contact", "tag", "c1", "+t$(touch_pwn)", "-q"], env=environment, check=True)
        shutil.copy(home + "/s.db", home + "/other.db")

        shells = {
            "bash": (["bash", "--norc", "--noprofile", "-i"], ["bind 'set bell-style none'", "bind 'set enable-bracketed-paste off'", "bind 'set page-completions off'", "source '%s/crm.bash'" % completions]),
            "zsh": (["zsh", "-f", "-i"], ["unsetopt beep prompt_cr prompt_sp; PROMPT='> '", "autoload -Uz compinit && compinit -u -D", "setopt no_list_beep", "source '%s/_crm'" % completions]),
            "fish": (["fish", "--no-config", "-i"], ["set -g fish_autosuggestion_enabled 0", "source '%s/crm.fish'" % completions]),
        }
        failures = ran = 0
        for name in sys.argv[3:] or shells:
            arguments, setup = shells[name]
            if shutil.which(name) is None:
                print("skipped: %s is not installed" % name)
                continue
            shell = Shell(arguments, environment, home, setup)
            for typed, expected in CASES:
                ran += 1
                if os.path.exists(said):
                    os.unlink(said)
                before = lines(log)
                shell.seen = ""
                shell.write(typed + "\t")
                settle(shell, log, before + 1)
                if expected is None:
                    shell.write("\x03" if name != "fish" else "\x1b\x03")
                    time.sleep(0.2)
                    shell.read(None, 0.2)
                    continue
                # An open quotation mark was closed by the shell when the candidate was the only one.
                shell.write("\r")
                end = time.time() + 5
                while not os.path.exists(said) and time.time() < end:
                    shell.seen += shell.read(None, 0.05)
                got = open(said).read().split("\n")[:-1] if os.path.exists(said) else None
                if got != expected:
                    failures += 1
                    print("FAIL: %s: %r and Tab: %r instead of %r\n  the terminal: %r" % (name, typed, got, expected, shell.seen[-600:]))
                    shell.write("\x03")
                    shell.read(None, 0.3)
            for typed, expected in LISTS:
                ran += 1
                before = lines(log)
                shell.seen = ""
                shell.write(typed + "\t")
                settle(shell, log, before + 1)
                shell.write("\t")
                settle(shell, log, before + 1 + (name == "bash"))
                shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x0f", "", shell.seen)
                for word in expected:
                    # bash lists one column of words when there is room for no more
                    if word not in shown:
                        failures += 1
                        print("FAIL: %s: %r and Tab twice does not show %r: %r" % (name, typed, word, shown[-600:]))
                shell.write("\x03")
                shell.read(None, 0.3)
            shell.close()
            print("%s: done" % name)
        if os.path.exists(home + "/pwn"):
            failures += 1
            print("FAIL: a candidate was run")
        print("%d completions, %d failures" % (ran, failures))
        return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
