"""Run the tests marked `services` on every database server that answers here, and name those that do not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

NO_TESTS = 5  # pytest's exit code when it selected none


def why_not(kind: str) -> str:
    """Why the tests cannot run on this database; empty when they can."""
    try:
        if kind == "mysql":
            import MySQLdb

            MySQLdb.connect(host="127.0.0.1", user="root", passwd="").close()
        else:
            import psycopg

            psycopg.connect("host=127.0.0.1 user=root dbname=postgres", connect_timeout=5).close()
    except ImportError as error:
        return f"{error.name} is not installed (make services)"
    except Exception as error:  # noqa: BLE001  each driver has errors of its own, and every one means the same here
        return f"no server answers on 127.0.0.1: {str(error).strip().splitlines()[0]}"
    return ""


def main(arguments: list[str]) -> int:
    """Run on all of them at once, tell one after the other, and return the worst exit code."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "services",
        "--deselect",
        "tests/test_worker.py",
        "--migrations",
    ]
    running = []
    for kind, name in (("mysql", "MariaDB"), ("postgres", "PostgreSQL")):
        if reason := why_not(kind):
            print(f"skipped: the tests on {name}: {reason}", flush=True)
            continue
        output = tempfile.TemporaryFile("w+")
        process = subprocess.Popen(
            [*command, "--migrations", "-p", "no:cacheprovider", *arguments],
            env=os.environ | {"SUITE_TEST_DB": kind},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        running.append((name, process, output))
    worst = 0
    for name, process, output in running:
        code = process.wait()
        output.seek(0)
        print(f"== {name}\n{output.read()}", flush=True)
        worst = max(worst, 0 if code == NO_TESTS else code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
