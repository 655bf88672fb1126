#!/usr/bin/env python3
"""What sending many personalised mails costs, beside a program that sends the same bytes with libcurl over one connection.

usage: tests/bench/mail.py CRM [--mails N] [--runs R] [--campaign]

Queues N mails from a template (--campaign: of a campaign, with headers and links to unsubscribe), writes them to a folder, then sends them to a sink on loopback with crm and with the other program
in turn. Prints medians of wall and CPU time, the number of batches, each of which is one commit, and how much the database grew.
It measures; it never fails. Requires g++ and the headers of libcurl."""

import argparse
import contextlib
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BODY = "Dear {{name}},\n\nthank you for your interest. " + "Here is **what we have** for {{email}}. " * 12 + "\n\nSee <https://acme.example/offer>.\n"


def timed(words, env):
    """Wall and CPU seconds of a command that must succeed."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (words[:4], process.returncode)
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("crm")
    parser.add_argument("--mails", type=int, default=10000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--campaign", action="store_true")
    options = parser.parse_args()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # for the files, each of which is synced
    with tempfile.TemporaryDirectory(prefix="crm-bench-mail-") as name, tempfile.TemporaryDirectory(dir=memory) as out:
        folder = pathlib.Path(name)
        for program, libraries in (("mail_sink", ["-pthread"]), ("mail_curl", ["-lcurl"])):
            subprocess.run(["g++", "-std=c++20", "-O2", HERE / (program + ".cpp"), "-o", folder / program, *libraries], check=True)
        crm, database = os.path.abspath(options.crm), folder / "a.db"
        env = {"HOME": name, "TZ": "UTC", "PATH": os.environ["PATH"], "CRM_DB": str(database), "CRM_MAIL_FROM": "Acme <sales@acme.example>",
               "CRM_UNSUBSCRIBE_URL": "https://us.example/u/{token}", "CRM_UNSUBSCRIBE_MAIL": "leave+{token}@us.example"}
        rows = "".join(f"Person {n},p{n}@customer.example\n" for n in range(options.mails))
        (folder / "people.csv").write_text("name,email\n" + rows, encoding="utf-8")
        for words in (["init"], ["contact", "import", folder / "people.csv"],
                      ["template", "add", "Offer", "subject=For {{name}}", "body=" + BODY]):
            subprocess.run([crm, *words, "-q"], env=env, check=True)
        queue = [crm, "mail", "write", "--where", "email:any", "--each", "--template", "Offer", "-y", "-q"]
        if options.campaign:
            queue = [crm, "campaign", "send", "m1", "-y", "-q"]
            for words in (["add", "Offer", "type=email", "template=Offer"], ["member", "add", "m1", "email:any"]):
                subprocess.run([crm, "campaign", *words, "-q"], env=env, check=True)
        before = database.stat().st_size
        wall, cpu = timed(queue, env)
        print(f"queueing   {wall:6.2f} s  {cpu:6.2f} s CPU  {(database.stat().st_size - before) / 1e6:.1f} MB")
        wall, cpu = timed([crm, "mail", "send", "--to-folder", out], env)
        print(f"to files   {wall:6.2f} s  {cpu:6.2f} s CPU")
        queued, files = folder / "queued.db", sorted(pathlib.Path(out).iterdir())
        shutil.copyfile(database, queued)
        sink = subprocess.Popen([folder / "mail_sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = sink.stdout.readline().strip()
        env["CRM_SMTP"] = "smtp://127.0.0.1:" + port
        figures = {"crm": [], "libcurl": []}
        for _ in range(options.runs):
            shutil.copyfile(queued, database)  # the same file, so that it is no copy that must not send
            figures["crm"].append(timed([crm, "mail", "send"], env))
            figures["libcurl"].append(timed([folder / "mail_curl", port, *files], env))
        sink.stdin.close()
        sink.wait()
        for who, times in figures.items():
            print(f"{who:10} {statistics.median(t[0] for t in times):6.2f} s  {statistics.median(t[1] for t in times):6.2f} s CPU")
        for what, index in (("wall", 0), ("CPU", 1)):
            ratio = statistics.median(t[index] for t in figures["crm"]) / statistics.median(t[index] for t in figures["libcurl"])
            print(f"{what:10} {ratio:6.2f} x (goal 1.2)")
        with contextlib.closing(sqlite3.connect(database)) as sqlite:
            batches = int(sqlite.execute("SELECT value FROM store WHERE key = 'outbox_batch'").fetchone()[0])
        print(f"commits    {batches + 2:6} (goal 60)")
        print(f"growth     {(database.stat().st_size - before) / 1e6:6.1f} MB")


if __name__ == "__main__":
    main()
