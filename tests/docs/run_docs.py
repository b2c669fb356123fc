#!/usr/bin/python3
"""Runs the commands of documents as a reader would type them: run_docs.py ROOT BUILD DOCUMENT...

In an indented block a line "$ COMMAND" is a command, and lines that follow, up to the next one, are what it prints; none:
whatever it likes. Each must end with status 0. Commands of one document are run in order, in a folder of their own in
which `build/release` is BUILD and `tally` is found; what they print goes to a terminal. A command that serves until it is
stopped goes on until the document ends; what "&" leaves behind, until this process's own namespace does. Who types takes
longer than servers take to share: a command is run once all of them show the same counts, and the doctor is asked until
it is content. The command that runs all tests is left out, since it runs this. What time or chance decides may differ:
it is in VOLATILE.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SERVES = re.compile(r"^(\./startupAllServers\.sh|(\S*/)?tally (up|server|balancer)\b)(?!.* & ?)")
ASKED_AGAIN = re.compile(r"^(\S*/)?tally doctor\b")
RUNS_THIS = re.compile(r"^\./runAllTests\.sh")
VOLATILE = re.compile(r'(?<="staleness_ms":)\d+|(?<=tally_)[0-9a-f]{64}|(?<=sha256:)[0-9a-f]{64}')
IS_THERE = re.compile(r"^\[.* listens on|^Ctrl-C stops all")
ONE_COMMAND_S = 60


def commands(text):
    """(line number, command, what it prints or None) of each."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("    $ "):
            found.append([number, line[6:], None])
        elif line.startswith("    ") and found and found[-1] is not None:
            found[-1][2] = (found[-1][2] or "") + line[4:] + "\n"
        elif found and found[-1] is not None:
            found.append(None)  # the block is over
    return [one for one in found if one is not None]


def start(command, folder, environment):
    """Starts what serves, and returns once it says that it does."""
    process = subprocess.Popen(["sh", "-c", "exec " + command], cwd=folder, env=environment, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = ""
    for line in process.stdout:
        said += line
        if IS_THERE.search(line):
            return process
    raise AssertionError(f"it ended with status {process.wait()} and said:\n{said}")


def counts():
    """What each server that answers shows of its counters, as far as one may ask at the ports that documents use."""
    def ask(url):
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)

    def shown(url):
        try:
            return [ask(url + "/v1/counters?limit=1000")["counters"]]
        except OSError:
            return []
    try:
        servers = ask("http://127.0.0.1:7070/v1/servers")["servers"]
    except OSError:
        return []
    return sum((shown(server["url"]) for server in servers), [])


def wait_until_all_know():
    until = time.monotonic() + ONE_COMMAND_S
    shown = counts()
    while any(one != shown[0] for one in shown) and time.monotonic() < until:
        shown = counts()


def type_in(command, folder, environment):
    """What it prints, as a terminal shows it. An AssertionError where it fails."""
    terminal, its_end = os.openpty()
    with subprocess.Popen(["sh", "-c", command], cwd=folder, env=environment, text=True, stdin=subprocess.DEVNULL,
                          stdout=its_end, stderr=subprocess.PIPE) as process:
        os.close(its_end)
        too_long = threading.Timer(ONE_COMMAND_S, process.kill)
        too_long.start()
        complaints = process.stderr.read()
        printed = b""
        try:
            while some := os.read(terminal, 4096):
                printed += some
        except OSError:  # nobody has the other end any more
            pass
        os.close(terminal)
        status = process.wait()
        too_long.cancel()
    printed = printed.decode().replace("\r\n", "\n")
    assert status == 0, f"status {status}: {printed}{complaints}"
    return printed


def type_in_until_it_is_content(command, folder, environment):
    until = time.monotonic() + ONE_COMMAND_S
    while True:
        try:
            return type_in(command, folder, environment)
        except AssertionError:
            if time.monotonic() > until:
                raise


def run(document, folder, environment):
    failures, serving = [], []
    for number, command, wanted in commands(document.read_text()):
        if RUNS_THIS.match(command):
            continue
        try:
            if SERVES.match(command):
                serving.append(start(command, folder, environment))
                continue
            wait_until_all_know()
            ask = type_in_until_it_is_content if ASKED_AGAIN.match(command) else type_in
            printed = ask(command, folder, environment)
            if wanted is not None:
                assert VOLATILE.sub("N", printed.rstrip()) == VOLATILE.sub("N", wanted.rstrip()), \
                    f"it prints\n{printed}where the document says\n{wanted}"
        except AssertionError as failure:
            failures.append(f"{document.name}:{number}: {command}\n{failure}")
    for process in reversed(serving):
        process.terminate()
        process.stdout.read()
        if process.wait() != 0:
            failures.append(f"{document.name}: what served ended with status {process.returncode}")
    return failures


def main():
    root, build, *documents = [pathlib.Path(argument).resolve() for argument in sys.argv[1:]]
    failures = []
    for document in documents:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tally-docs-"))
        (folder / "build").mkdir()
        (folder / "build/release").symlink_to(build)
        (folder / "startupAllServers.sh").symlink_to(root / "startupAllServers.sh")
        environment = {"PATH": f"{build}:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8"}
        try:
            found = commands(document.read_text())
            assert found, f"{document} has no commands"
            failures += run(document, folder, environment)
            print(f"{document.name}: {len(found)} commands")
        finally:
            shutil.rmtree(folder)
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
