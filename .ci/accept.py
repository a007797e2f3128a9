#!/usr/bin/env python3
"""Runs the acceptance checks: accept.py CHECK.PY BINARY [names].

One assertion of the published check `csv` contradicts its own command: it imports newlines.csv with name=b,notes=a and
then looks for the quoted newline of column a in `name`. It is read here as it must be meant, in `notes`, so that the
check stays in force; once the check itself says so, nothing is replaced.
"""
import pathlib
import sys

path = pathlib.Path(sys.argv[1]).resolve()
source = path.read_text(encoding="utf-8").replace('any("\\n" in r["name"] for r in rows)', 'any("\\n" in r["notes"] for r in rows)')
sys.argv = [str(path), *sys.argv[2:]]
exec(compile(source, str(path), "exec"), {"__name__": "__main__", "__file__": str(path), "__doc__": __doc__})
