#!/usr/bin/env python3
"""How fast crm finds and writes articles.

usage: tests/bench/knowledge.py CRM [--articles N] [--runs R] [--keep FOLDER]

Makes N articles and as many tickets in German, English and Chinese (the same for the same N), imports them, and prints the
medians of the processor time (user and system) that searching, suggesting and writing articles takes. The targets: kb search
and ticket suggest 10 ms, ticket close --as-article with 200 messages 50 ms, at 10,000 articles. An article that is edited a
thousand times shows whether an edit costs more with every version. It measures; it never fails."""
import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile

NOW = "2026-11-25T10:00:00Z"
WORDS = {
    "en": "printer paper jam fuser roller tray error pump leak valve steam wand filter blocked noise belt motor light red signal invoice wrong login password reset cable power smell hot water cold slow driver update network display broken".split(),
    "de": "Drucker Papierstau Fixierer Walze Fach Fehler Pumpe undicht Ventil Dampf Düse Filter verstopft Geräusch Riemen Motor Lampe rot Signal Rechnung falsch Anmeldung Kennwort Kabel Strom Geruch heiß Wasser kalt langsam Treiber Netzwerk Anzeige defekt".split(),
    "zh": "打印机 卡纸 定影器 滚筒 纸盒 错误 水泵 漏水 阀门 蒸汽 喷嘴 过滤器 堵塞 噪音 皮带 电机 指示灯 红色 信号 发票 登录 密码 电缆 电源 气味 热水 冷水 缓慢 驱动 网络 显示屏 损坏".split(),
}
SYLLABLES = "ba be bi bo bu da de di do du fa fe fi fo fu ga ge gi go gu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu".split()


def rare(r):
    """One of some ten thousand words that few texts have."""
    return "".join(r.choice(SYLLABLES) for _ in range(3))


def text(r, language, length):
    join = "" if language == "zh" else " "
    return join.join(r.choice(WORDS[language]) if r.random() < 0.7 else (" " + rare(r) + " " if language == "zh" else rare(r)) for _ in range(length))


def make(folder, n):
    r = random.Random(21)
    with open(os.path.join(folder, "articles.jsonl"), "w") as file:
        for i in range(1, n + 1):
            language = r.choice(["en", "de", "zh"])
            file.write(json.dumps({"title": f"{text(r, language, 5)} {i}", "body": text(r, language, 80), "symptom": text(r, language, 12), "keywords": f"{rare(r)}; {rare(r)}", "language": language,
                                   "status": r.choice(["Published", "Published", "Draft", "Archived"]), "kind": "Solution"}, ensure_ascii=False) + "\n")
    with open(os.path.join(folder, "tickets.jsonl"), "w") as file:
        for i in range(1, n + 1):
            language = r.choice(["en", "de", "zh"])
            file.write(json.dumps({"subject": f"{text(r, language, 6)} {i}", "description": text(r, language, 40), "type": "Incident", "channel": "Email"}, ensure_ascii=False) + "\n")
    with open(os.path.join(folder, "messages.jsonl"), "w") as file:
        for i in range(200):
            file.write(json.dumps({"subject": "Re: it jams", "about": "t1", "direction": "Inbound" if i % 2 else "Outbound", "sent_at": f"2026-11-{i // 24 + 1:02}T{i % 24:02}:00:00Z",
                                   "body": f"Hello Ines Duarte,\n\n{text(r, 'en', 60)} SN-77, call +49 171 5550142.\n\nRegards\nInes\n\n> {text(r, 'en', 40)}\n"}) + "\n")


class Crm:
    def __init__(self, path, folder):
        self.path, self.folder = os.path.abspath(path), folder
        self.environment = {"HOME": folder, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": NOW, "CRM_DB": os.path.join(folder, "knowledge.db"), "CRM_USER": "ada"}

    def __call__(self, *words):
        """Processor seconds, and what it printed."""
        with tempfile.TemporaryFile() as out:
            child = subprocess.Popen([self.path, *words], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read().decode(errors="replace")
        if child.returncode != 0:
            raise SystemExit(f"crm {' '.join(words)}: exit {child.returncode}: {said.strip()[:300]}")
        return used.ru_utime + used.ru_stime, said


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("crm")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = os.path.abspath(options.keep or tempfile.mkdtemp())
    os.makedirs(folder, exist_ok=True)
    make(folder, options.articles)
    crm = Crm(options.crm, folder)

    def show(name, seconds):
        print(f"{name:<44} {seconds * 1000:9.1f} ms", flush=True)

    def median(name, *commands):
        show(name, statistics.median(crm(*commands[i % len(commands)])[0] for i in range(options.runs)))

    crm("init")
    crm("user", "add", "Ada", "login=ada")
    crm("account", "add", "Acme", "domains=acme.example")
    crm("contact", "add", "Ines Duarte", "email=ines@acme.example", "phone=+49 171 5550142", "account=Acme")
    show("import of articles", crm("kb", "import", "articles.jsonl")[0])
    show("import of tickets", crm("ticket", "import", "tickets.jsonl")[0])
    crm("ticket", "edit", "t1", "contact=c1", "account=Acme")
    crm("mail", "import", "messages.jsonl")
    median("start", ("--version",))
    median("kb list 卡纸 --count", ("kb", "list", "卡纸", "--count"))
    median("kb list 卡纸", ("kb", "list", "卡纸", "--limit", "20"))
    median("kb search 卡纸", ("kb", "search", "卡纸"))
    median("kb search of a common word", ("kb", "search", "paper"), ("kb", "search", "Drucker"))
    median("kb search 'paper jam'", ("kb", "search", "paper jam"))
    median("kb search of a rare word", ("kb", "search", "kadumi"), ("kb", "search", "sorela"))
    median("ticket suggest", *(("ticket", "suggest", f"t{i}") for i in range(2, 2 + options.runs)))
    show("ticket suggest, the slowest of 30 tickets", max(min(crm("ticket", "suggest", f"t{i}")[0] for _ in range(3)) for i in range(2, 32)))
    times = []
    for _ in range(options.runs):
        times.append(crm("ticket", "close", "t1", "--resolution", "Replace the fuser of SN-77", "--as-article")[0])
        crm("undo", "--yes")
    show("ticket close --as-article, 200 messages", statistics.median(times))
    median("kb gaps", ("kb", "gaps"))
    median("kb stats", ("kb", "stats"))
    times = [crm("kb", "edit", "k1", f"body=Edited {i} times")[0] for i in range(options.edits)]
    show("kb edit, the first fifty", statistics.median(times[:50]))
    show(f"kb edit, the last fifty of {options.edits}", statistics.median(times[-50:]))
    print(f"database: {os.path.getsize(os.path.join(folder, 'knowledge.db')) / 1e6:.1f} MB")
    if not options.keep:
        shutil.rmtree(folder)


main()
