#!/usr/bin/env python3
"""Whoever objected gets no mail:   objections.py CRM [--sequences N] [--steps N] [--seed N]

Random sequences of imports, merges, edits, undos, removals, erasures, backups and their restores, exports read into a new database,
objections, consent, mail and campaigns. A server on loopback takes what leaves; after each `mail send` every recipient is compared
with what was said until then. ctest runs a few sequences; --sequences 1000 is the promise. The seed of a sequence that fails is
printed: --sequences 1 --seed N runs it alone and prints its commands.
"""

import argparse
import copy
import os
import pathlib
import random
import re
import shlex
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

ADDRESSES = ["lena@nw.example", "LENA@NW.example", "lena+news@nw.example", "Lena+fair@nw.example", "ada@acme.example", "Ada@ACME.example",
             "bob@acme.example", "bob@home.example", "eve@bücher.example", "eve@xn--bcher-kva.example", "eve+x@home.example", "grace@home.example",
             "grace+a@home.example", "grace@work.example", "noor@one.example", "noor@two.example", "noor+three@two.example"]
NAMES = ["Lena", "Ada", "Bob", "Eve", "Grace", "Noor"]
DOMAINS = ["@acme.example", "@Bücher.example"]
TOPICS = ["", "News", "Fairs"]


class Sink(socketserver.ThreadingTCPServer):
    """Takes every mail: its recipients and its headers."""
    daemon_threads = True

    def __init__(self):
        self.mails = []
        super().__init__(("127.0.0.1", 0), Dialogue)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def taken(self):
        mails, self.mails = self.mails, []
        return mails


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 sink\r\n")
        recipients = []
        for line in self.rfile:
            command = line.decode("utf-8", "replace").strip()
            if command.upper().startswith("RCPT"):
                recipients.append(re.sub(r".*<(.*)>.*", r"\1", command))
            elif command.upper().startswith("DATA"):
                self.wfile.write(b"354 go on\r\n")
                content = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    content += part
                self.server.mails.append((recipients, content.decode("utf-8", "replace")))
                recipients = []
            elif command.upper().startswith("QUIT"):
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


def key(address):
    local, _, domain = address.rpartition("@")
    return local.lower() + "@" + domain.lower().encode("idna").decode()


def base(address):
    local, _, domain = key(address).rpartition("@")
    return local.partition("+")[0] + "@" + domain


class Said:
    """What was said about addresses, as far as the test knows: the program may know more."""

    def __init__(self):
        self.number, self.objections, self.consents = 0, [], []

    def object(self, address, topic=""):
        self.number += 1
        self.objections.append((self.number, address, topic.lower()))

    def agree(self, address, topic):
        self.number += 1
        self.consents.append((self.number, key(address), topic.lower()))

    def forbids(self, address, topic):
        agreed = {}
        for number, who, about in self.consents:
            if about in ("", topic.lower()):
                agreed[who] = number
        for number, who, about in self.objections:
            if about not in ("", topic.lower()):
                continue
            of_domain = who.startswith("@")
            same = key(address).endswith(key("x" + who)[1:]) if of_domain else base(who) == base(address)
            lifted = agreed.get(key("x" + who)[1:] if of_domain else key(who), 0)
            if same and number > max(lifted, agreed.get(key(address), 0)):
                return True
        return False


class Failure(Exception):
    pass


class Sequence:
    def __init__(self, crm, sink, folder, seed, start):
        self.crm, self.sink, self.folder = crm, sink, pathlib.Path(folder)
        self.random = random.Random(seed)
        self.said, self.backups, self.tokens, self.lines, self.sent, self.count = Said(), [], [], [], 0, 0
        self.db = self.folder / "a.db"
        self.clock = 1_790_000_000
        if start.exists():
            shutil.copy(start, self.db)
        else:
            self.begin()
            shutil.copy(self.db, start)

    def begin(self):
        """The people and the campaigns, the same for all sequences."""
        self.run("init")
        for name in NAMES:
            own = [address for address in ADDRESSES if address.lower().startswith(name.lower())]
            self.run("contact", "add", name, f"email={own[-1]}")
        for topic in TOPICS:
            self.run("template", "add", f"T{topic}", "kind=mail", f"subject=about:{topic}", "body=Hello {{name}}")
            self.run("campaign", "add", f"C{topic}", "type=email", f"template=T{topic}", f"topic={topic}")
        self.lines.clear()

    def run(self, *words, text=""):
        self.clock += 60
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_DB": str(self.db),
                       "CRM_NOW": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.clock)), "CRM_MAIL_FROM": "sales@us.example", "CRM_SMTP": f"smtp://127.0.0.1:{self.sink.server_address[1]}",
                       "CRM_UNSUBSCRIBE_URL": "https://us.example/u/{token}"}
        environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        self.lines.append(shlex.join(words) + (f" <<< {shlex.quote(text)}" if text else ""))
        done = subprocess.run([self.crm, "-y", *words], env=environment, cwd=self.folder, input=text, capture_output=True, text=True, timeout=120)
        if done.returncode:
            self.lines[-1] += f"  # exit {done.returncode}: {done.stderr.splitlines()[0][:90] if done.stderr else ''}"
        if done.returncode < 0 or done.returncode in (70, 74):
            raise Failure(f"exit {done.returncode}: {done.stderr}")
        return done

    def address(self):
        return self.random.choice(ADDRESSES)

    def contact(self):
        return f"c{self.random.randint(1, 6)}"

    def step(self):
        rare = [self.add, self.import_table, self.merge, self.edit, self.flag_off, self.undo, self.remove, self.erase, self.back_up, self.restore, self.reload]
        often = [self.write, self.write, self.write_each, self.write_each, self.campaign, self.campaign, self.suppress, self.send, self.send,
                 self.import_objections, self.agree, self.token, self.import_table]
        self.random.choice(rare if self.random.random() < 0.35 else often)()

    def add(self):
        self.run("contact", "add", self.random.choice(NAMES), f"email={self.address()}", "do_not_mail=no")

    def import_table(self):
        rows = [(self.random.choice(NAMES), self.address(), self.random.choice(["yes", "no", "no", ""])) for _ in range(3)]
        done = self.run("contact", "import", "-", "--from", "csv", text="name,email,do_not_mail\n" + "".join(",".join(row) + "\n" for row in rows))
        if done.returncode == 0:  # a rejected row says nothing
            for _, address, flag in rows:
                if flag == "yes" and self.objects(address):
                    self.said.object(address)

    def objects(self, address):
        """Whether the flag was taken: of rows of one person the first value wins."""
        return self.run("suppress", "list", "-F", "address").stdout.find(address.lower()) >= 0

    def merge(self):
        self.run("contact", "merge", self.contact(), self.contact())

    def edit(self):
        self.run("contact", "edit", self.contact(), self.random.choice([f"email={self.address()}", f"emails+={self.address()}", "title=x"]))

    def flag_off(self):
        self.run("contact", "edit", self.contact(), "do_not_mail=no")

    def undo(self):
        self.run(*self.random.choice([["undo"], ["undo", str(self.random.randint(1, 40))]]))

    def remove(self):
        self.run("contact", self.random.choice(["rm", "restore", "purge"]), self.contact())

    def erase(self):
        self.run("contact", "erase", self.contact())

    def back_up(self):
        self.count += 1
        path = self.folder / f"b{self.count}.db"
        if self.run("backup", str(path)).returncode == 0:
            self.backups.append((path, copy.deepcopy(self.said)))

    def restore(self):
        """A backup knows what was said until then."""
        if not self.backups:
            return
        path, said = self.random.choice(self.backups)
        self.count += 1
        self.db = self.folder / f"r{self.count}.db"
        shutil.copy(path, self.db)
        self.said = copy.deepcopy(said)
        self.adopt()

    def adopt(self):
        self.run("mail", "adopt")
        self.run("mail", "release", "--where", "state:held")

    def reload(self):
        exported = self.run("export").stdout
        self.count += 1
        self.db = self.folder / f"n{self.count}.db"
        self.run("init")
        if self.run("import", "-", text=exported).returncode != 0:
            raise Failure("an export cannot be read")
        self.adopt()

    def suppress(self):
        topic = self.random.choice(TOPICS)
        who = self.random.choice(ADDRESSES if self.random.random() < 0.9 else DOMAINS)
        if self.run("suppress", "add", who, *(["--topic", topic] if topic else [])).returncode == 0:
            self.said.object(who, topic)

    def import_objections(self):
        who = [self.address()]
        if self.run("suppress", "import", "-", text="Email\n" + "\n".join(who) + "\n").returncode == 0:
            for address in who:
                self.said.object(address)

    def agree(self):
        address, topic = self.address(), self.random.choice(TOPICS)
        about = ["--topic", topic] if topic else []
        if self.run("consent", "add", address, *about, "--basis", "asked", "--proof", f"form {self.random.random()}").returncode == 0:
            self.said.agree(address, topic)

    def write(self):
        self.run("mail", "write", self.random.choice([self.contact(), self.address()]), "subject=about:", "body=Hello")

    def write_each(self):
        self.run("mail", "write", "--where", "created_at:2020..", "--each", "subject=about:", "body=Hello")

    def campaign(self):
        campaign = f"m{self.random.randint(1, 3)}"
        self.run("campaign", "member", "add", campaign, self.contact(), self.contact())
        self.run("campaign", "send", campaign)

    def token(self):
        if not self.tokens:
            return
        token, address, topic = self.random.choice(self.tokens)
        if self.run("suppress", "token", token).returncode == 0:
            self.said.object(address, topic)

    def send(self):
        done = self.run("mail", "send")
        if done.returncode not in (0, 4):
            raise Failure(f"mail send: exit {done.returncode}: {done.stderr}")
        for recipients, content in self.sink.taken():
            topic = re.search(r"^Subject: about:(\S*)", content, re.M).group(1)
            self.sent += len(recipients)
            for address in recipients:
                if self.said.forbids(address, topic):
                    raise Failure(f"{address} got a mail about '{topic}'")
            token = re.search(r"^List-Unsubscribe: <https://us.example/u/(\w+)>", content, re.M)
            if token:
                self.tokens.append((token.group(1), recipients[0], topic))


def run(crm, sink, seed, steps, verbose, start):
    sink.taken()
    with tempfile.TemporaryDirectory(prefix="crm-objections-") as folder:
        sequence = Sequence(crm, sink, folder, seed, start)
        try:
            for _ in range(steps):
                sequence.step()
            sequence.send()
        except Failure as failure:
            print(f"seed {seed}: {failure}", *(f"  crm {line}" for line in sequence.lines), sep="\n")
            return None
        if verbose:
            print(*(f"crm {line}" for line in sequence.lines), sep="\n")
        return sequence.sent, len(sequence.tokens), len(sequence.said.objections)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("crm")
    arguments.add_argument("--sequences", type=int, default=8)
    arguments.add_argument("--steps", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=20261130)
    given = arguments.parse_args()
    sink = Sink()
    with tempfile.TemporaryDirectory(prefix="crm-objections-") as folder:
        start = pathlib.Path(folder, "start.db")
        results = [run(os.path.abspath(given.crm), sink, given.seed + i, given.steps, given.sequences == 1, start) for i in range(given.sequences)]
    failed = results.count(None)
    sums = [sum(column) for column in zip(*(result for result in results if result))] or [0, 0, 0]
    print(f"{given.sequences} sequences, seeds {given.seed} to {given.seed + given.sequences - 1}: {sums[0]} mails, {sums[1]} tokens, {sums[2]} objections, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
