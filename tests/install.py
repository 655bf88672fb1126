#!/usr/bin/env python3
"""Installs a build somewhere and makes the .deb: exactly the files of install.manifest, and nothing needed but libc.

    install.py CMAKE BUILD        CRM_ACCEPT=1 writes install.manifest
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MANIFEST = pathlib.Path(__file__).with_name("install.manifest")
LIBC = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def out(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def files_below(top):
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if not path.is_dir())


def main(cmake, build):
    faults = []
    build = str(pathlib.Path(build).resolve())
    with tempfile.TemporaryDirectory(prefix="crm-install-") as name:
        work = pathlib.Path(name)
        out(cmake, "--install", build, "--prefix", str(work / "there"))
        installed = files_below(work / "there")
        if os.environ.get("CRM_ACCEPT"):
            MANIFEST.write_text("".join(f"{file}\n" for file in installed))
        wanted = MANIFEST.read_text().split()
        faults += [f"installed, but not in the manifest: {file}" for file in installed if file not in wanted]
        faults += [f"in the manifest, but not installed: {file}" for file in wanted if file not in installed]
        program = work / "there" / "bin" / "crm"
        needed = set(re.findall(r"NEEDED\s+(\S+)", out("objdump", "-p", str(program))))
        if needed - LIBC:
            faults.append(f"bin/crm needs {', '.join(sorted(needed - LIBC))}")
        if not out(str(program), "--version").startswith("crm "):
            faults.append("the installed program does not say its version")
        if shutil.which("dpkg-deb"):
            out(str(pathlib.Path(cmake).with_name("cpack")), "-G", "DEB", "-B", name, "--config", str(pathlib.Path(build) / "CPackConfig.cmake"), cwd=name)
            (package,) = work.glob("*.deb")
            if (depends := out("dpkg-deb", "-f", str(package), "Depends").strip()) != "libc6 (>= 2.36)":
                faults.append(f"the package depends on {depends}")
            out("dpkg-deb", "-x", str(package), str(work / "deb"))
            if files_below(work / "deb" / "usr") != wanted:
                faults.append("the package does not hold what is installed")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
