#!/usr/bin/env python3
"""Every report in every format on an empty database, one record, equal values, two currencies and hostile names.

reports.py CRM [HOSTILE]: HOSTILE is a file of names, one a line, besides those below. It says what is not well-formed, what is
not a finite number and what is markup from a record, and tests the limits of memory.
"""

import csv
import html.parser
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

FORMATS = ["table", "tsv", "csv", "json", "jsonl", "md", "html", "xlsx"]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "</title></style></script><svg onload=alert(1)>",
    "=1+1;\"&'`{{x}}|\\",
    "=cmd|'/c calc'!A1",
    "Ko\u202eK, \"quoted\"\ttab",
    "]]>--><!--<![CDATA[",
    "# **bold** [x](javascript:alert(1)) `a|b`",
    "王小明 😀 e\u0301",
    "nothing\u0000less".replace("\0", ""),
]
# What pages are made of; a record adds none.
TAGS = set(
    "html head meta title style body header h1 h2 p main section div figure figcaption svg g rect line polyline path circle text desc tspan table caption thead tbody tfoot tr th td button "
    "footer code details summary pre script a".split()
)
FINITE = re.compile(r"(?<![\w.#-])(-?nan|-?inf(inity)?|-0(\.0+)?)(?![\w.-])", re.I)

failures = []


def fail(message):
    failures.append(message)
    print("FAIL: " + message)


class Tags(html.parser.HTMLParser):
    def __init__(self, name):
        super().__init__(convert_charrefs=True)
        self.name, self.text, self.scripts, self.inside = name, [], 0, None

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.scripts += tag == "script"
        if tag not in TAGS or any(key.startswith("on") or key in ("src", "srcset", "formaction") for key, _ in attributes):
            fail("%s: foreign markup: %s %s" % (self.name, tag, attributes))
        for key, value in attributes:
            if key == "href" and not re.fullmatch(r"[\w.-]+\.html", value or ""):
                fail("%s: a link to %s" % (self.name, value))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside not in ("style", "script", "pre", "code"):
            self.text.append(data)


def check_page(name, text):
    tags = Tags(name)
    tags.feed(text)
    if tags.scripts > 1:
        fail(name + ": a second script")
    if re.search(r"https?:", text.replace("http://www.w3.org", "")) and "javascript" not in text:
        fail(name + ": an address of the network")
    return "\n".join(tags.text)


def check_sheet(name, data):
    book = zipfile.ZipFile(io.BytesIO(data))
    if book.testzip():
        fail(name + ": a damaged archive")
    import xml.dom.minidom

    for member in book.namelist():
        if member.endswith((".xml", ".rels")):
            xml.dom.minidom.parseString(book.read(member))
    sheets = "".join(book.read(member).decode() for member in book.namelist() if "sheet" in member)
    if "<f>" in sheets:
        fail(name + ": a formula")
    return " ".join(re.findall(r"<v>([^<]*)</v>", sheets))


def check_file(path, form):
    name = os.path.basename(path)
    data = open(path, "rb").read()
    if form == "xlsx":
        text = check_sheet(name, data)
    else:
        text = data.decode()
    if form == "json":
        text = "\n".join(str(value) for row in json.loads(text) for value in row.values())
    if form == "jsonl":
        text = "\n".join(str(value) for line in text.splitlines() for value in json.loads(line).values())
    if form == "csv" and len({len(row) for row in csv.reader(io.StringIO(text))}) > 1:
        fail(name + ": rows of different lengths")
    if form == "tsv" and len({line.count("\t") for line in text.splitlines()}) > 1 and "gates" not in name:
        fail(name + ": rows of different lengths")
    if form == "html":
        text = check_page(name, text)
    if match := FINITE.search(text):
        fail("%s: %s" % (name, text[max(0, match.start() - 30) : match.end() + 10]))


class Database:
    def __init__(self, binary, folder):
        self.binary = os.path.abspath(binary)
        self.folder = folder
        self.env = {"PATH": os.environ["PATH"], "HOME": folder, "CRM_DB": folder + "/x.db", "CRM_NOW": "2026-11-25T10:00:00Z", "TZ": "UTC", "LANG": "C.UTF-8", "USER": "ada"}
        self("init", "-q")

    def run(self, *words, stdin=""):
        return subprocess.run([self.binary, *words], capture_output=True, text=True, input=stdin, cwd=self.folder, env=self.env)

    def __call__(self, *words, stdin=""):
        done = self.run(*words, stdin=stdin)
        if done.returncode:
            fail("crm %s: exit %d: %s" % (" ".join(words), done.returncode, done.stderr.strip()))
        return done.stdout

    def load(self, noun, rows):
        """Adds records from CSV."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerows(rows)
        path = self.folder + "/in.csv"
        open(path, "w").write(file.getvalue())
        self(noun, "import", path, "-q", "-y")

    def check(self, state):
        for form in FORMATS:
            out = "%s/out-%s" % (self.folder, form)
            self("report", "run", "--all", "--out", out, "-o", form, "-q")
            files = sorted(os.listdir(out))
            if len(files) < 28:
                fail("%s: %d files of %s" % (state, len(files), form))
            for file in files:
                before = len(failures)
                try:
                    check_file(out + "/" + file, form)
                except Exception as error:  # what cannot be read says which file it is
                    fail("%s: %r" % (file, error))
                if len(failures) > before:
                    print("  in state: " + state)


def fill(crm, names, currency, amount):
    crm.load("account", [["name"]] + [[name] for name in names])
    crm.load("deal", [["name", "amount", "stage", "close_date", "account"]] + [["D %s %d" % (currency, i), "%s%s" % (amount, currency), stage, "2026-10-15", name] for i, name in enumerate(names) for stage in ("Closed Won", "Proposal", "Closed Lost")])


def orders(crm, names, price):
    crm("product", "add", "Tea " + price, "price=" + price, "-q")
    for number, name in enumerate(names):
        crm("order", "add", "O%s%d" % (price, number), "account=" + name, "order_date=2026-09-0%d" % (number % 9 + 1), "due_on=2026-10-01", "status=Confirmed", "-q")
        crm("order", "line", "add", "O%s%d" % (price, number), "Tea " + price, "price=" + price, "-q")


def limits(crm):
    """A report of a user that wants too much memory is refused, and is no fault of the program."""
    open(crm.folder + "/big.sql", "w").write("-- report: big\nWITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 60) SELECT x, hex(zeroblob(8000000)) AS long FROM c\n")
    done = crm.run("report", "./big.sql")
    if done.returncode != 4 or "memory" not in done.stderr:
        fail("memory: exit %d: %s" % (done.returncode, done.stderr))


PURCHASES = "rfm rfm-segments migration pareto abc clv clv-model cohorts churn clusters clusters-model".split()
BASKETS = "itemsets baskets".split()
MODELS = "lead-model lead-factors deal-model deal-factors".split()
DAY = ["1,2026-01-%02d,%s" % (day, "10") for day in range(1, 20)]


def bad_files():
    """Tables that a person may well have: name, text, options."""
    rows = lambda head, *lines: "\n".join([head, *lines]) + "\n"
    who = lambda amount, times: rows("customer,date,amount", *["%d,2026-%02d-%02d,%s" % (i, 1 + t % 11, 1 + i % 28, amount) for i in range(50) for t in range(times)])
    yield "empty", "", []
    yield "only a header", "customer,date,amount\n", []
    yield "one customer", rows("customer,date,amount", *DAY), []
    yield "one purchase", rows("customer,date,amount", DAY[0]), []
    yield "equal amounts, no repeats", who("10", 1), []
    yield "as many repeats for all", who("10.50", 3), []
    yield "amounts of 0", who("0", 2), []
    yield "amounts below 0", who("-5", 2), []
    yield "huge amounts", who("999999999999.99", 2), []
    yield "in the future", rows("customer,date,amount", "1,2030-01-01,5", "2,2031-01-01,7"), []
    yield "other columns", rows("a,b,c", "1,2,3", "4,5,6"), []
    yield "a footer", who("10", 2) + "Total,,1000\n", []
    yield "rows of different lengths", rows("customer,date,amount", "1,2026-01-01,5,6,7", "2", "3,2026-01-02", ",,", "4,2026-01-03,8"), []
    yield "not numbers", rows("customer,date,amount", "1,2026-01-01,nan", "2,2026-01-02,inf", "3,2026-01-03,-0", "4,2026-01-04,1e999"), []
    yield "binary", "\x01\x02,\x03\n\ufffd,\x7f,\n", []
    yield "too long a horizon", who("10", 2), ["--horizon", "1000y"]
    yield "no support", rows("a,b", "a,c"), ["--support", "0"]
    yield "too many clusters", who("10", 2), ["--clusters", "90"]
    score = lambda f: rows("id,score,name,won", *["%d,%s,n%d,%s" % (i, f(i)[0], i % 7, f(i)[1]) for i in range(80)])
    yield "separable", score(lambda i: (i, "yes" if i % 20 > 9 else "no")), ["--target", "won", "--keep", "score"]
    yield "one class", score(lambda i: (i, "yes")), ["--target", "won"]
    yield "equal values", score(lambda i: (5, "yes" if i % 3 else "no")), ["--target", "won"]
    yield "names of hundreds", rows("a,b,c,won", *["n%d,m%d,k%d,%s" % (i % 300, i % 290, i % 280, "yes" if i % 3 else "no") for i in range(800)]), ["--target", "won"]
    yield "no such column", score(lambda i: (i, "yes")), ["--target", "nothing"]
    yield "no numbers", score(lambda i: ("", "")), ["--target", "won=yes"]


def files(crm):
    """Each analysis of each bad table: a sentence, exit 0 or 2, and no figure that is none. Formats take turns."""
    turn = 0
    for name, text, options in bad_files():
        path = crm.folder + "/bad.csv"
        open(path, "w").write(text)
        takes = {"--horizon": ["clv", "clv-model"], "--support": BASKETS, "--clusters": ["clusters", "clusters-model"], "--target": MODELS}
        reports = takes[options[0]] if options else PURCHASES + BASKETS + MODELS
        for report in reports:
            if report in BASKETS and name == "not numbers":
                continue  # they are items
            turn += 1
            for form in FORMATS if report == "clv" else [FORMATS[turn % len(FORMATS)]]:
                out = "%s/result.%s" % (crm.folder, form)
                done = crm.run("report", report, "--from", path, *options, "-o", form, "--out", out)
                what = "%s of %s: " % (report, name)
                if done.returncode not in (0, 2) or "internal" in done.stderr:
                    fail(what + "exit %d: %s" % (done.returncode, done.stderr))
                elif done.returncode == 2 and not ("hint" in done.stderr and "crm: " in done.stderr or '"hint":"' in done.stderr):
                    fail(what + done.stderr)
                elif done.returncode == 0:
                    check_file(out, form)
                if match := FINITE.search(done.stderr):
                    fail(what + done.stderr)


def main():
    hostile = HOSTILE
    if len(sys.argv) > 2:
        hostile = hostile + [line for line in open(sys.argv[2], encoding="utf-8", errors="replace").read().split("\n") if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        states = 0

        def state(name, *steps):
            nonlocal states
            states += 1
            path = "%s/%d" % (folder, states)
            os.mkdir(path)
            crm = Database(sys.argv[1], path)
            for step in steps:
                step(crm)
            crm.check(name)
            return crm

        files(state("empty"))
        state("one record", lambda crm: fill(crm, ["Acme"], "EUR", 100), lambda crm: orders(crm, ["Acme"], "5EUR"))
        equal = ["A%d" % i for i in range(6)]
        state("equal values", lambda crm: fill(crm, equal, "EUR", 100), lambda crm: orders(crm, equal, "5EUR"))
        users = lambda crm: [crm("user", "add", name, "login=h%d" % i, "-q") for i, name in enumerate(hostile[:6])]
        owned = lambda crm: [crm("deal", "add", name, "owner=h%d" % (i % 6), "amount=%d" % (100 + i), "-q") for i, name in enumerate(hostile)]
        won = lambda crm: crm("deal", "win", *["d%d" % i for i in range(len(hostile) * 3 + 1, len(hostile) * 3 + 7)], "-q")
        crm = state("two currencies and hostile names", lambda crm: fill(crm, hostile, "EUR", 7), users, owned, won, lambda crm: fill(crm, ["B"], "USD", 7), lambda crm: orders(crm, hostile[:4], "5USD"), lambda crm: orders(crm, hostile[2:6], "5EUR"))
        limits(crm)
    print("%d states, %d formats, %d failures" % (states, len(FORMATS), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
