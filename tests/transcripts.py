#!/usr/bin/env python3
"""Runs transcripts: what a user would type, and what must come back, byte for byte.

    transcripts.py --bin DIR FILE.crmt…       CRM_ACCEPT=1 writes what came into the files instead

    # a comment
    $ crm contact add 'Ada Lovelace'          a command for bash; all commands of a file share one shell
    > second line                             the command goes on (here-documents, loops)
    added c1 Ada Lovelace                     expected standard output
    ! crm: what went wrong                    expected standard error
    [2]                                       expected exit code, when it is not 0
                                              an empty line ends what is expected
    \\anything                                 an output line that would be read as one of the above (\\ alone is an empty one)
    \\c                                        the line above has no newline at its end

In a Markdown file these are the blocks fenced as ```console, as a reader would see them: a command without a pipe or a
redirection runs as on a terminal, standard error has no mark, exit codes are left out.

Every file has a home of its own, which is also where it runs, with `data` (tests/data) and `examples` in it, a clock that
stands still, and no terminal. Nothing is normalised: output that differs from run to run has no place here.
"""

import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPECIAL = re.compile(r"\$ |\$$|> |>$|! |!$|#|\\|\[\d+\]$|$")
SHELL = """
for n in $(seq 0 %d); do
    . "$CRM_TRANSCRIPT/$n.cmd" >"$CRM_TRANSCRIPT/$n.out" 2>"$CRM_TRANSCRIPT/$n.err" </dev/null
    echo $? >"$CRM_TRANSCRIPT/$n.code"
done
"""


def read(text, markdown):
    """(a line as it stands, None) or (None, command lines) by turns; what was expected is left out."""
    blocks, lines, i, inside = [], text.removesuffix("\n").split("\n"), 0, not markdown
    while i < len(lines):
        if markdown and lines[i].startswith("```"):
            inside = lines[i] == "```console"
        if not inside or not lines[i].startswith("$ "):
            if not markdown and lines[i] and not lines[i].startswith("#"):
                raise SystemExit(f"line {i + 1} belongs to no command: {lines[i]}")
            blocks.append((lines[i], None))
            i += 1
            continue
        command = [lines[i]]
        i += 1
        while i < len(lines) and (lines[i].startswith("> ") or lines[i] == ">"):
            command.append(lines[i])
            i += 1
        while i < len(lines) and lines[i] and not lines[i].startswith(("$ ", "```") if markdown else ("$ ", "#")):
            i += 1
        blocks.append((None, command))
    return blocks


def shown(data, prefix):
    """Output as lines of a transcript."""
    text = data.decode("utf-8", "surrogateescape")
    if odd := re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text):
        text = f"(byte {odd.group()!r} in the output: pipe it through cat -v, od or tr)\n" + text
        text = text.encode("unicode_escape", "surrogatepass").decode().replace("\\n", "\n").replace("\\t", "\t")
    if not text:
        return []
    unended = not text.endswith("\n")
    lines = text.removesuffix("\n").split("\n")
    lines = [prefix + line if prefix else ("\\" + line if SPECIAL.match(line) else line) for line in lines]
    return [line.rstrip() if prefix and line == prefix else line for line in lines] + (["\\c"] if unended else [])


def run(path, binaries):
    markdown = path.suffix == ".md"
    blocks = read(path.read_text(encoding="utf-8"), markdown)
    commands = [command for _, command in blocks if command]
    work = pathlib.Path(tempfile.mkdtemp(prefix="crm-transcript-"))
    try:
        home, hidden = work / "home", work / "transcript"
        home.mkdir(mode=0o700)
        hidden.mkdir()
        (work / "tmp").mkdir()
        (home / "data").symlink_to(ROOT / "tests" / "data")
        (home / "examples").symlink_to(ROOT / "examples")
        for n, command in enumerate(commands):
            typed = "\n".join(line[2:] for line in command) + "\n"
            if markdown:
                typed = f"export CRM_FORCE_TTY={0 if re.search('[|>]', typed) else 1}\n" + typed
            (hidden / f"{n}.cmd").write_text(typed, encoding="utf-8")
        environment = {
            "HOME": str(home), "TMPDIR": str(work / "tmp"), "PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin", "TERM": "dumb",
            "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "100", "CRM_NOW": "2026-11-25T10:00:00Z", "CRM_USER": "tester",
            "CRM_TRANSCRIPT": str(hidden),
        } | {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS") or name == "CRM_SHARED"}
        try:
            subprocess.run(["bash", "--noprofile", "--norc", "-c", SHELL % (len(commands) - 1)], cwd=home, env=environment,
                           stdin=subprocess.DEVNULL, timeout=float(os.environ.get("CRM_TRANSCRIPT_SECONDS", "120")), check=False)
        except subprocess.TimeoutExpired:
            print(f"{path}: not done in time", file=sys.stderr)
        out, n = [], 0
        for plain, command in blocks:
            if command is None:
                out.append(plain)
                continue
            out += command
            if not (hidden / f"{n}.code").exists():
                out.append("(the shell ended before this command was done)")
                break
            said, complained = (hidden / f"{n}.out").read_bytes(), (hidden / f"{n}.err").read_bytes()
            if markdown:
                out += (said + complained).decode("utf-8").removesuffix("\n").split("\n") if said or complained else []
                n += 1
                continue
            out += shown(said, "") + shown(complained, "! ")
            if (code := (hidden / f"{n}.code").read_text().strip()) != "0":
                out.append(f"[{code}]")
            n += 1
        return out
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main(arguments):
    binaries = pathlib.Path(arguments[1]).resolve() if arguments[:1] == ["--bin"] and len(arguments) > 2 else sys.exit(__doc__)
    failed = 0
    for name in arguments[2:]:
        path = pathlib.Path(name)
        before = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        after = run(path, binaries)
        if before == after:
            continue
        if os.environ.get("CRM_ACCEPT"):
            path.write_text("\n".join(after) + "\n", encoding="utf-8")
            print(f"{path}: written")
            continue
        failed += 1
        print("\n".join(difflib.unified_diff(before, after, f"{path} (expected)", f"{path} (came)", lineterm="", n=4)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
