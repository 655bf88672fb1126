#!/usr/bin/env python3
"""Holds the reports of customer value to published figures:   published.py CRM

The data sets are not part of the project. CRM_DATASETS names a folder that has them; without it the test is skipped:
cdnow/CDNOW_sample.txt and cdnow/cdnow_customers_summary_with_transactions.csv (Fader, Hardie)."""

import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile

CRM = os.path.abspath(sys.argv[1])
DATA = pathlib.Path(os.environ.get("CRM_DATASETS", "/nonexistent"))
LINES = ["--map", "2=customer,3=date,5=amount"]
faults = 0


def report(*words):
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRM_NOW": "2026-11-25T10:00:00Z"}
        done = subprocess.run([CRM, "report", *map(str, words), "-o", "csv"], env=environment, capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def holds(what, found, expected, within=0.0):
    global faults
    close = abs(float(found) - expected) <= within if isinstance(expected, (int, float)) else found == expected
    if not close:
        faults += 1
        print(f"{what}: {found}, expected {expected}")


def customers():
    """BG/NBD: Fader, Hardie, Lee 2005; Hardie's notes 004 and 025."""
    summary = DATA / "cdnow/cdnow_customers_summary_with_transactions.csv"
    given = ["--from", summary, "--map", "ID=customer,zbar=z"]
    model = report("clv-model", *given)[0]
    for name, value in {"r": .24259, "alpha": 4.41353, "a": .79289, "b": 2.42575}.items():
        holds(name, model[name], value, 6e-6)
    holds("log-likelihood", model["log_likelihood"], -9582.425561, 1e-5)
    holds("spend customers", model["spend_customers"], 946)
    for name, value in {"p": 6.248804, "q": 3.744588, "v": 15.447742}.items():
        holds(name, model[name], value, 2e-5)
    holds("log-likelihood of spend", model["spend_log_likelihood"], -4055.923244, 1e-4)
    rows = {row["customer"]: row for row in report("clv", *given, "--horizon", "39w")}
    for customer, expected in {"1": 1.225910, "2": .203251, "1516": 20.750570}.items():
        holds(f"expected of {customer}", rows[customer]["expected"], expected, 2e-6)
    holds("alive of 1", rows["1"]["alive"], .726609, 1e-6)
    holds("alive of 2", rows["2"]["alive"], .212227, 1e-6)
    holds("note of 8", rows["8"]["note"], "no repeat yet")
    holds("value of 1", rows["1"]["clv"], 36.28, .005)
    holds("value of all", sum(float(row["clv"]) for row in rows.values()), 71509.9, 1)
    lines = ["--from", DATA / "cdnow/CDNOW_sample.txt", *LINES, "--as-of", "1998-06-30"]
    model = report("clv-model", *lines, "--calibrate-to", "1997-09-30", "--horizon", "39w")[0]
    for name, value in {"customers": 2357, "repeats": 2457, "repeaters": 946, "actual": 1882}.items():
        holds(name, model[name], value)
    for name, value in {"mae": .785454, "rmse": 1.607982, "naive_mae": 1.023669, "naive_rmse": 2.211918}.items():
        holds(name, model[name], value, 1e-5)


def segments():
    lines = ["--from", DATA / "cdnow/CDNOW_sample.txt", *LINES, "--as-of", "1998-06-30"]
    names = ["About to Sleep", "At Risk", "Can't Lose", "Champions", "Hibernating", "Loyal", "Need Attention", "Potential Loyalists"]
    known = {"quantile": [345, 90, 3, 414, 860, 315, 84, 246], "ntile": [93, 89, 4, 447, 851, 470, 296, 107]}
    for kind, counts in known.items():
        found = {row["segment"]: row["customers"] for row in report("rfm-segments", *lines, "--count", "lines", "--scores", kind)}
        for name, count in zip(names, counts):
            holds(f"{kind} {name}", found[name], count)
    best = [row for row in report("rfm", *lines, "--count", "lines") if row["r"] == row["f"] == row["m"] == "5"]
    holds("cell 555", len(best), 246)
    pareto = report("pareto", *lines)[0]
    known = {"customers": 2349, "total": 244091.94, "for_80": 777, "a": 777, "b": 801, "c": 771}
    for name, value in known.items():
        holds(name, pareto[name], value)
    for name, value in {"top_1": .145540, "top_5": .360666, "top_10": .507078, "top_20": .673481, "gini": .62966013}.items():
        holds(name, pareto[name], value, 1e-6)


if not DATA.is_dir():
    print("CRM_DATASETS is not set")
    sys.exit(77)
customers()
segments()
sys.exit(1 if faults else 0)
