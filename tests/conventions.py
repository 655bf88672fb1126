#!/usr/bin/env python3
"""Checks what CONTRIBUTING.md says about the code:   conventions.py CRM RULE

    commands   every command has help and an example that parses, every verb and noun a transcript
    rooms      a room includes only rooms below it and keeps to its work: foreign headers, SQL, the environment, the terminal
               and the clock have their places; no path of somebody's machine
    names      a name in an anonymous namespace is in one file of a room, or of its unit tests
    sql        the SQL above lib/sql is what every engine understands
    includes   each file includes what it uses of the headers that are precompiled, or includes a header of ours that does
    format     clang-format changes nothing
    schema     the JSON of every noun is what `crm schema NOUN` says
    manual     every page of the manual is there and mandoc finds no fault
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
faults = []


def fault(text):
    faults.append(text)


class Crm:
    """The program under test with a home of its own."""

    def __init__(self, path, home):
        self.path = path
        self.environment = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": "2026-11-25T10:00:00Z", "CRM_USER": "tester"}
        self.environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

    def __call__(self, *words, code=0):
        done = subprocess.run([self.path, *words], env=self.environment, cwd=self.environment["HOME"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != code:
            fault(f"crm {shlex.join(words)}: exit {done.returncode}, not {code}: {done.stderr.strip()}")
        return done.stdout

    def section(self, text, title):
        """Names in the first column below a title of a help text."""
        block = re.search(rf"^{title}\n((?:  .*\n)+)", text, re.M)
        return re.findall(r"^  (\S+)", block.group(1), re.M) if block else []

    def nouns(self):
        return self.section(self("--help"), "Nouns")

    def commands(self):
        """(noun or "", verb) of every command that is not hidden."""
        everything = [("", verb) for verb in self.section(self("--help"), "Commands without a noun")]
        for noun in self.nouns():
            everything += [(noun, verb) for verb in self.section(self(noun, "--help"), "Verbs")]
        return everything


def commands(crm):
    typed = set()
    for path in list(ROOT.glob("tests/cli/**/*.crmt")) + list(ROOT.glob("examples/**/*.crmt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("$ ", "> ")):
                for words in re.findall(r"\bcrm((?: +[^\s|;&]+)+)", line):
                    plain = [word for word in words.split() if not word.startswith("-")]
                    typed.update({tuple(plain[i:i + 2]) for i in range(len(plain))}, {("", word) for word in plain})
    verbs = set()
    nouns, everything = crm.nouns(), crm.commands()
    if len(nouns) < 3 or len(everything) < 50:
        fault("the commands could not be read from --help")
    for noun, verb in everything:
        words = [noun, verb] if noun else [verb]
        text = re.sub(r"\\\n *", "", crm(*words, "--help"))  # a long example goes on behind a backslash
        name = "crm " + " ".join(words)
        if not re.match(r"[A-Z].*[^.]\n\n  crm ", text):
            fault(f"{name} --help does not begin with a line that says what it does")
        examples = re.findall(r"^  crm (.*?)(?:  +#.*)?$", text.partition("\nExamples\n")[2], re.M)
        if not examples:
            fault(f"{name} --help has no example")
        for example in examples:
            example = re.sub(r" [|<>] ?.*$", "", example)
            before, _, _ = example.partition(" -- ")  # what follows is another command
            crm(*shlex.split(before), "--help")
        verbs.add((verb, any((n, verb) in typed for n in ([noun] if noun else [""]))))
    for verb in {verb for verb, _ in verbs} - {verb for verb, covered in verbs if covered}:
        fault(f"no transcript types the verb {verb}")
    for noun in nouns:
        if not any(words[0] == noun for words in typed if words):
            fault(f"no transcript types the noun {noun}")


# A room may include those after it. What reads outside formats hands drafts to exchange, so exchange stands left of form.
ROOMS = ["cmd", "app", "campaign", "segment", "knowledge", "service", "mail", "calendar", "sales", "people", "value", "report", "exchange", "show", "form", "store", "query", "sql", "meta", "insight", "time", "base"]
PLAIN = ["report/result.hpp", "report/answer.hpp", "report/gate_result.hpp"]  # plain data, which every room that shows figures may include
ALONE = {"CLI/CLI.hpp": "cmd/cli/options.cpp", "toml++/toml.h": "lib/base/toml.cpp", "sqlite3.h": "lib/sql/sqlite/engine.hpp", "re2/re2.h": "lib/base/pattern.cpp"}


def rooms(_):
    for path in sources("cmd", "lib"):
        name = path.relative_to(ROOT)
        room = name.parts[1] if name.parts[0] == "lib" else "cmd"
        if room not in ROOMS:
            fault(f"{name}: there is no room {room}")
            continue
        for header in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', path.read_text(encoding="utf-8"), re.M):
            if str(name) not in FOREIGN.get(header, [str(name)]) or header.startswith("phonenumbers/") and not str(name).startswith("lib/base/phone_"):
                fault(f"{name} includes {header}, which only {' and '.join(FOREIGN.get(header, ['lib/base/phone_*']))} may")
            below = header.split("/")[0]
            if below in ROOMS and "/" in header and header not in PLAIN and (ROOMS.index(below) < ROOMS.index(room) or room == "insight" and below not in ("insight", "base")):
                fault(f"{name} includes {header}: {room} stands below {below}")
    for path in sources(*WITHOUT_SQL):
        name = str(path.relative_to(ROOT))
        for number, line in code_lines(path):
            if match := SQL_TEXT.search(line):
                fault(f"{name}:{number}: SQL belongs in a room of lib: {match.group()}")
    for path in sources("lib"):
        for number, line in code_lines(path):
            if match := OUTSIDE.search(line):
                fault(f"{path.relative_to(ROOT)}:{number}: only cmd reads the environment, the terminal and the clock: {match.group()}")
    machine = re.compile(r"/(?:work|root|home)/\w|/Users/\w|/tmp/[a-z]/")
    for path in ROOT.glob("**/*"):
        name = path.relative_to(ROOT)
        if path.is_file() and name.parts[0] not in (".git", "build") and not name.parts[0].startswith("build-") and path.suffix not in (".png", ".pyc"):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if (found := machine.search(line)) and name != pathlib.Path("tests/conventions.py"):
                    fault(f"{name}:{number}: a path of somebody's machine: {found.group()}")


# Further headers with the only files that include them.
FOREIGN = {header: [name] for header, name in ALONE.items()} | {
    "xlsxwriter.h": ["lib/show/xlsx.cpp"],
    "utf8proc.h": ["lib/base/unicode.cpp"],
    "iconv.h": ["lib/form/charset.cpp"],
    "curl/curl.h": ["lib/mail/curl.cpp"],
    "gmime/gmime.h": ["lib/mail/gmime.cpp"],
    "cmark-gfm.h": ["lib/mail/markdown.cpp"],
    "cmark-gfm-core-extensions.h": ["lib/mail/markdown.cpp"],
}
WITHOUT_SQL = ["cmd", "lib/show", "lib/form", "lib/insight", "lib/meta"]
SQL_TEXT = re.compile(r"\b(?:SELECT|INSERT|DELETE FROM)\b|\bUPDATE \\?\"|\bprepare\(")
OUTSIDE = re.compile(r"\b(?:getenv|isatty|ioctl|tcgetattr|gettimeofday|localtime|gmtime)\(|\bsystem_clock::now|\btime\((?:0|NULL|nullptr)\)|CLOCK_REALTIME")


def sources(*folders):
    return sorted(p for folder in folders for p in ROOT.glob(f"{folder}/**/*") if p.suffix in (".cpp", ".hpp"))


def code_lines(path):
    """(number, line) without what follows //, which may stand in a string: good enough to look for words of code."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield number, re.sub(r"(?<![:\"'])//.*", "", line)


LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\ ]*)\((?P<raw>.*?)\)(?P=mark)"|"(?P<text>(?:[^"\\\n]|\\.)*)"|'(?:[^'\\\n]|\\.)+'""", re.S)


def literals(code):
    """(line number, text) of the string literals of C++; those that follow one another are one."""
    joined, line, end = "", 0, 0
    for match in LITERAL.finditer(code):
        text = match["raw"] if match["raw"] is not None else match["text"]
        if text is None:
            continue
        if match["raw"] is None:
            text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
        if code[end:match.start()].strip():
            if joined:
                yield line, joined
            joined = ""
        if not joined:
            line = code.count("\n", 0, match.start()) + 1
        joined, end = joined + text, match.end()
    if joined:
        yield line, joined


# What only SQLite knows, or engines see differently, and what is written instead.
NOT_PORTABLE = [
    (r"\b(?:strftime|julianday|datetime|unixepoch)\(|\bdate\(", "Dialect::days_between, add_days, add_months"),
    (r"\b(?:printf|format)\('", "Dialect::decimal"),
    (r"\b(?:GLOB|LIKE|NOCASE)\b", "a folded copy made in C++, or Dialect::position"),
    (r"\binstr\(", "Dialect::position"),
    (r"\bjson_\w+\(", "Dialect::list_items"),
    (r"\b(?:group_concat|string_agg)\(", "rows, joined in C++"),
    (r"\b(?:lower|upper)\(", "Dialect::lower_ascii"),
    (r"(?i)\bifnull\(", "coalesce"),
    (r"(?<!\{)\bround\(", "Dialect::rounded"),
    (r"\bAS (?:INTEGER|REAL|INT)\)", "AS BIGINT, AS DOUBLE PRECISION"),
    (r"\bINSERT OR\b|\bREPLACE INTO\b", "ON CONFLICT"),
    (r"\browid\b|\blast_insert_rowid\b", "\"id\", RETURNING"),
    (r"\bMATCH\b|\bbm25\(", "sql::FullText"),
    (r"\bsqlite_master\b|\bpragma_\w+|\bPRAGMA\b|\bVACUUM\b|\bEXPLAIN\b", "a function of sql::Connection"),
    (r"\bCREATE (?:TEMP )?(?:TABLE|VIEW|INDEX)\b|\bWITHOUT ROWID\b", "sql/schema.cpp"),
    (r"\b(?:sum|avg)\([^()]*(?: = | <> | < | > | IN \(| IS (?:NOT )?NULL)[^()]*\)(?<!END\))", "count(*) FILTER (WHERE …), or CASE"),
    (r"\b(?:min|max)\([^()]*,[^()]*\)", "Dialect::lesser, greater"),
    (r"\b(?:FROM|JOIN|INTO|UPDATE) [a-z]\w*", "a name in double quotes"),  # a table, so that it is made before it is used
]
LOOKS_LIKE_SQL = re.compile(r"\b(?:SELECT|INSERT INTO|DELETE FROM|UPDATE \"|FROM \"|JOIN \"|WHERE|ORDER BY|GROUP BY|CASE|CAST|coalesce|IS NULL|IS NOT NULL|UNION ALL)\b|\w\.\"\w+\"")


def sql(_):
    def look(name, line, text):
        is_report = name.suffix == ".sql"  # over views, whose names need no quotes
        for pattern, instead in NOT_PORTABLE[:-1] if is_report else NOT_PORTABLE:
            for match in re.finditer(pattern, text):
                fault(f"{name}:{line + text.count(chr(10), 0, match.start())}: '{match.group().strip()}' is not portable SQL; write {instead}")

    for path in sources("lib", "cmd"):
        name = path.relative_to(ROOT)
        if name.parts[:2] == ("lib", "sql"):
            continue
        for line, text in literals(path.read_text(encoding="utf-8")):
            if LOOKS_LIKE_SQL.search(text):
                look(name, line, text)
    for path in sorted(ROOT.glob("lib/**/*.sql")):
        look(path.relative_to(ROOT), 1, re.sub(r"(?m)--.*$", "", path.read_text(encoding="utf-8")))


# What shows that a file uses a header. A precompiled header hides an #include that is missing.
USES = {
    "fmt/format.h": r"\bfmt::format(_to)?\(|\bfmt::arg\(",
    "algorithm": r"std::ranges::(sort|find|find_if|any_of|all_of|none_of|copy|copy_if|reverse|replace|transform|count|count_if|max_element|min_element|"
                 r"lower_bound|upper_bound|stable_sort|stable_partition|unique|equal|contains|search|fill|remove|includes)\b|std::(min|max|clamp|sort|find_if|erase_if|remove_if)\(",
    "array": r"std::array<|std::to_array",
    "charconv": r"std::(from_chars|to_chars)\(",
    "chrono": r"std::chrono::",
    "deque": r"std::deque<",
    "functional": r"std::function<",
    "map": r"std::(multi)?map<",
    "memory": r"std::(unique_ptr|shared_ptr|make_unique|make_shared)\b",
    "optional": r"std::(optional<|nullopt)",
    "set": r"std::(multi)?set<",
    "span": r"std::span<",
    "unordered_map": r"std::unordered_map<",
    "variant": r"std::(variant<|get_if|monostate|holds_alternative)",
    "vector": r"std::vector<",
}


def includes(_):
    text = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sources("lib", "cmd")}
    named = {path: re.findall(r'^#include [<"]([^>"]+)[>"]', code, re.M) for path, code in text.items()}
    known = {}

    def reached(path):
        """All headers of others that a file includes, itself or through ours."""
        if path not in known:
            known[path] = set()
            for name in named[path]:
                ours = next((p for p in (name, f"lib/{name}") if p in named), None)
                known[path] |= reached(ours) if ours else {name}
        return known[path]

    for path, code in text.items():
        for header, use in USES.items():
            if header not in reached(path) and re.search(use, re.sub(r"//.*", "", code)):
                fault(f"{path} uses <{header}> and does not include it")


# A declaration of formatted code, which begins in the first column.
DECLARED = re.compile(r"(?=[\w[])(?!using [^=]*;|namespace )(?:template <.*> )?(?:(?:struct|class|using|enum(?: class)?) (\w+)[^()]*$|[\w:<>,&*\[\] ()]*?[ &*](\w+)\s*[(={\[;])")


def names(_):
    first = {}
    for path in sources("cmd", "lib", "tests/unit"):
        code = re.sub(r'R"\(.*?\)"', '""', path.read_text(encoding="utf-8"), flags=re.S)
        name = path.relative_to(ROOT)
        room = name.parts[:2] if name.parts[0] != "tests" else path.stem.split("_")[0]
        for block in re.findall(r"^namespace \{\n(.*?)^\}  // namespace$", code, re.M | re.S):
            for declared in filter(None, map(DECLARED.match, block.splitlines())):
                word = declared[1] or declared[2]
                other, line = first.setdefault((room, word), (name, declared.string))
                is_same_alias = line == declared.string and line.startswith("using ")
                if other != name and not is_same_alias:
                    fault(f"{name}: {other} has a name {word}, too; CI compiles the files of a room in groups")


def formatted(_):
    sources = [str(p) for top in ("cmd", "lib", "tests") for p in ROOT.glob(f"{top}/**/*") if p.suffix in (".cpp", ".hpp")]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *sources], capture_output=True, text=True)
    for line in re.findall(r"^.*(?:error|warning).*$", done.stderr, re.M):
        fault(line)
    if done.returncode and not faults:
        fault(done.stderr)


def check(value, schema, where):
    """As much of JSON Schema as ours uses; an unknown keyword is a fault, so that nothing is passed over."""
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list, "object": dict}
    for keyword, wanted in schema.items():
        if keyword == "type":
            wanted = [wanted] if isinstance(wanted, str) else wanted
            if not any(isinstance(value, kinds[kind]) and not (kind in ("integer", "number") and isinstance(value, bool)) for kind in wanted):
                return f"{where}: {json.dumps(value)} is no {' or '.join(wanted)}"
        elif keyword == "anyOf":
            answers = [check(value, one, where) for one in wanted]
            if all(answers):
                return answers[0]
        elif keyword == "enum":
            if value not in wanted:
                return f"{where}: {json.dumps(value)} is not one of {wanted}"
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(wanted, value):
                return f"{where}: {value!r} does not match {wanted}"
        elif keyword == "format":
            forms = {"date": r"\d{4}-\d\d-\d\d", "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uri": r".+", "email": r"[^@\s]+@[^@\s]+"}
            if isinstance(value, str) and not re.fullmatch(forms[wanted], value):
                return f"{where}: {value!r} is no {wanted}"
        elif keyword in ("minimum", "maximum"):
            if isinstance(value, (int, float)) and (value < wanted if keyword == "minimum" else value > wanted):
                return f"{where}: {value} is beyond the {keyword} {wanted}"
        elif keyword == "items":
            for i, one in enumerate(value if isinstance(value, list) else []):
                if answer := check(one, wanted, f"{where}[{i}]"):
                    return answer
        elif keyword == "properties":
            for name, inner in wanted.items():
                if isinstance(value, dict) and name in value and (answer := check(value[name], inner, f"{where}.{name}")):
                    return answer
        elif keyword == "required":
            if isinstance(value, dict) and (missing := [name for name in wanted if name not in value]):
                return f"{where} lacks {', '.join(missing)}"
        elif keyword == "additionalProperties":
            if isinstance(value, dict) and wanted is False and (more := set(value) - set(schema.get("properties", {}))):
                return f"{where} has unannounced {', '.join(more)}"
        elif keyword not in ("$schema", "$id", "title", "description"):
            return f"{where}: the schema says {keyword}, which this test does not know"
    return None


def schema(crm):
    data = ROOT / "tests" / "data"
    crm("user", "add", "Tess Ter", "login=tester", "email=tess@ter.example", "manager=", "timezone=Europe/Berlin", "active=yes", "+staff")
    crm("account", "import", str(data / "tables/companies.csv"), "-q")
    crm("contact", "import", *(str(data / "cards" / f"{name}.vcf") for name in ("v4", "iphone", "old-phone", "nested")), str(data / "tables/salesforce.csv"), str(data / "tables/mailchimp.csv"), "-q")
    crm("contact", "add", "Full House", "email=full@house.example", "phone=+442079460958", "owner=me", "reports_to=c1", "do_not_call=yes", "account=a1", "interests=tea; coffee", "created_at=2026-01-02 03:04")
    crm("contact", "link", "full@house.example", "c1", "--role", "friend", "--since", "2024-01-01")
    crm("account", "edit", "a2", "parent=a1", "shipping_address.city=Accra", "type=customer")
    crm("contact", "note", "c1", "remembered")
    crm("contact", "attach", "c1", str(data / "people.jsonl"))
    crm("deal", "add", "Everything", "account=a1", "amount=12kEUR", "contacts=c1", "team=tester", "competitors=Acme; Umbrella", "probability=40", "close_date=eom", "stage=closed-won", "won_at=now")
    crm("task", "add", "Call back", "about=d1", "promised_to=c1", "due=tomorrow")
    for noun in crm.nouns():
        if not json.loads(crm(noun, "list", "--json")):
            crm(noun, "add", *{"need": ["quantity=1"], "visit": ["minutes=30"], "member": ["campaign=m1", "who=c1"], "field": ["contact", "shoe"], "rate": ["USD/EUR", "rate=0.9", "date=today"], "target": ["won"], "segment": ["Whatever", "noun=contact"], "view": ["Whatever", "noun=contact"], "calendar": ["Whatever", "hours=mon-fri 09:00-17:00"]}.get(noun, ["Whatever"]))
        told = json.loads(crm("schema", noun))
        records = json.loads(crm(noun, "list", "--json"))
        lines = [json.loads(line) for line in crm(noun, "list", "--jsonl").splitlines()]
        if not records:
            fault(f"{noun}: no record to look at")
        if records != lines:
            fault(f"{noun}: --json and --jsonl differ")
        told.setdefault("additionalProperties", False)
        shown = json.loads(crm(noun, "show", records[0]["id"], "--json"))
        if not isinstance(shown.pop("overview", None), dict):
            fault(f"{noun}: show has no overview")
        for record in records + [shown]:
            if list(record) + ["overview"] != list(told["properties"]):
                fault(f"{noun}: the keys are not those of the schema, in its order")
            if answer := check(record, told, record["id"]):
                fault(answer)


def manual(crm):
    pages = crm("__manual", "--list").split()
    for noun in crm.nouns():
        if f"crm-{noun}.1" not in pages:
            fault(f"crm-{noun}.1 is missing")
    for page in pages:
        text = crm("__manual", page)
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=text, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            fault(f"{page}: {line}")
        for noun, verb in crm.commands():
            if page == f"crm-{noun}.1" and verb not in text:
                fault(f"{page} does not tell of {verb}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="crm-conventions-") as home:
        {"commands": commands, "rooms": rooms, "sql": sql, "includes": includes, "names": names, "format": formatted, "schema": schema, "manual": manual}[sys.argv[2]](Crm(str(pathlib.Path(sys.argv[1]).resolve()), home))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
