#!/usr/bin/env python3
"""A campaign that is queued twice in the same second and sent by a program that is killed: each address gets one mail or is Unsure.

    campaigns.py CRM [MEMBERS] [SEED]      500 members; 10000 is what a campaign is promised for

Three in a hundred members have the address of another one, two in a hundred objected. The server takes mail and sometimes closes
without an answer. The seed is printed.
"""

import collections
import csv
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

SINK = pathlib.Path(__file__).resolve().parent / "data" / "mail" / "sink.py"
KILLS = 20


class Campaign:
    def __init__(self, crm, folder):
        self.crm, self.folder = crm, folder
        keep = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
        self.env = keep | {"HOME": str(folder), "TZ": "UTC", "CRM_DB": str(folder / "a.db"), "CRM_MAIL_FROM": "sales@acme.example",
                           "CRM_MAIL_RETRY": "0s", "CRM_UNSUBSCRIBE_URL": "https://us.example/u/{token}"}

    def start(self, *words):
        return subprocess.Popen([self.crm, *words], env=self.env, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words, wanted=(0,)):
        process = self.start(*words)
        out, error = process.communicate(timeout=300)
        if process.returncode not in wanted:
            sys.exit(f"crm {' '.join(words)}: exit {process.returncode}: {error}")
        return out

    def serve(self, log):
        """A server that closes at the end of every 97th mail without an answer."""
        port = self.folder / "port"
        with open(port, "w", encoding="ascii") as out:
            server = subprocess.Popen([sys.executable, SINK, log, "drop-after=97", "pipelining"], stdout=out)
        while not port.read_text():
            time.sleep(0.02)
        self.env["CRM_SMTP"] = "smtp://127.0.0.1:" + port.read_text().strip()
        return server


def fill(campaign, members):
    """Contacts, and leads with the address of one; who objected is returned."""
    copies, objectors = members * 3 // 100, members * 2 // 100
    contacts = [(f"Person {n}", f"p{n}@x{n % 50}.example") for n in range(members - copies)]
    objected = {address for _, address in contacts[-objectors:]}
    for name, rows in (("contact", contacts), ("lead", contacts[:copies])):
        with open(campaign.folder / f"{name}.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["name", "email", "do_not_mail"])
            writer.writerows([who, address, "yes" if address in objected else ""] for who, address in rows)
        campaign.run(name, "import", f"{name}.csv", "-q")
    campaign.run("template", "add", "Thanks", "subject=Hello {{name}}", "body=Dear {{name}}, thank you.", "-q")
    campaign.run("campaign", "add", "Fair", "type=email", "template=Thanks", "-q")
    campaign.run("campaign", "member", "add", "m1", "id:any", "-q")
    campaign.run("campaign", "member", "add", "m1", "id:any", "--on", "lead", "-q")
    return {address for _, address in contacts} - objected, objected


def send_and_kill(campaign, chance):
    for _ in range(KILLS):
        sending = campaign.start("mail", "send")
        try:
            sending.wait(timeout=chance.uniform(0.02, 0.4))
        except subprocess.TimeoutExpired:
            sending.send_signal(signal.SIGKILL)
        sending.communicate()
    for _ in range(100):
        if campaign.run("mail", "queue", "queued", "trying", "--count").strip() == "0":
            return
        campaign.run("mail", "send", wanted=(0, 6, 75))


def main():
    crm, members = str(pathlib.Path(sys.argv[1]).resolve()), int((sys.argv + ["", "500"])[2] or 500)
    seed = int((sys.argv + ["", "", "0"])[3] or 0) or int(time.time())
    print(f"seed {seed}")
    chance, wrong = random.Random(seed), []
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(crm, pathlib.Path(folder))
        campaign.run("init", "-q")
        wanted, objected = fill(campaign, members)
        two = [campaign.start("campaign", "send", "m1", "-y") for _ in range(2)]
        said = sorted(process.communicate(timeout=300)[0].split(" ")[0].strip() for process in two)
        if said != ["queued", "unchanged"]:
            wrong.append(f"two that queue at once say {said}")
        # One of those who get it objects when all is queued already.
        late = chance.choice(sorted(wanted))
        campaign.run("suppress", "add", late, "-q")
        wanted.discard(late)
        objected.add(late)
        log = campaign.folder / "log.jsonl"
        log.touch()
        server = campaign.serve(log)
        try:
            send_and_kill(campaign, chance)
        finally:
            server.terminate()
        received = collections.Counter(address for line in log.read_text().splitlines() for address in json.loads(line)["to"])
        unsure = set(campaign.run("mail", "queue", "unsure", "-F", "address", "--no-header").split())
        wrong += [f"{address} got {times}" for address, times in received.items() if times > 1]
        wrong += [f"{address} objected and got it" for address in objected & received.keys()]
        wrong += [f"{address} got nothing" for address in wanted - received.keys() - unsure]
        wrong += [f"{address} is no member" for address in received.keys() - wanted]
        if campaign.run("campaign", "send", "m1", "-y").split(" ")[0] != "unchanged":
            wrong.append("it was queued again")
        campaign.run("check", wanted=(0,))
    for line in wrong[:20]:
        print(line)
    print(f"{len(received)} received, {len(unsure)} unsure, {len(wrong)} faults")
    return 1 if wrong else 0


sys.exit(main())
