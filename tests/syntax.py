#!/usr/bin/env python3
"""Compiles every source of the program without writing anything:   syntax.py BUILD

BUILD is a configured build without precompiled headers (the `dev` preset). A precompiled header hides an #include that is
missing; this finds it in a fraction of the time of a build."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys


def check(entry):
    words = [word for word in shlex.split(entry["command"]) if not word.endswith("ccache")]
    at = words.index("-o")
    words[at:at + 2] = ["-fsyntax-only"]
    done = subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True)
    return done.returncode, done.stderr


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    entries = json.loads((pathlib.Path(sys.argv[1]) / "compile_commands.json").read_text(encoding="utf-8"))
    entries = [entry for entry in entries if re.search(r"/(cmd|lib)/", entry["file"])]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, complaints in pool.map(check, entries):
            if complaints:
                print(complaints, end="")
            failed += code != 0
    print(f"{len(entries) - failed} passed, {failed} failed")
    return 1 if failed or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
