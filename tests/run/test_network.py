"""Nothing phones home: what a run, a notebook in a real kernel and JupyterLab connect to is this machine alone."""

import ipaddress
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import COMMAND, ROOT, demo_home

HOOK = '''\
"""Notes each address that any Python process of the test looks up, connects or sends to."""
import os
import sys

_NOTES = os.open(os.environ["NETWORK_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_PLACES = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1, "socket.getaddrinfo": 0}


def _note(event, arguments):
    if event in _PLACES:
        place = arguments[_PLACES[event]]
        host = place[0] if isinstance(place, tuple) else place
        os.write(_NOTES, f"{event} {host!r}\\n".encode())


os.write(_NOTES, f"process {sys.argv[0] if hasattr(sys, 'argv') and sys.argv else ''!r}\\n".encode())
sys.addaudithook(_note)
'''
"""A `sitecustomize`, which every Python process loads before anything else; it sees what Python opens."""

HERE = {"localhost", "", None}
_CONNECT = re.compile(r"sa_family=AF_INET6?, .*?inet_(?:addr|pton)\((?:AF_INET6, )?\"([^\"]+)\"")


@pytest.fixture(params=["hook", "strace"])
def watched(request, tmp_path):
    """Return a way to start a command so that its connections, and those of all that it starts, are noted in a file."""
    notes = tmp_path / "notes"
    if request.param == "strace":
        if not shutil.which("strace"):
            pytest.skip("strace, which sees what is not Python too, is not installed here")
        before = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(notes))
        return lambda command: (*before, "--output-append-mode", *command), {}, notes
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    return lambda command: command, {"PYTHONPATH": f"{tmp_path / 'hook'}:{ROOT}", "NETWORK_NOTES": str(notes)}, notes


def places(notes: Path) -> Iterator[str]:
    """Yield the addresses and names of all connections and look-ups that were noted."""
    for line in notes.read_text(errors="replace").splitlines():
        noted = re.fullmatch(r"socket\.\w+ (?:b?'([^']*)'|None)", line)
        if noted:
            yield noted[1] or ""
        elif found := _CONNECT.search(line):
            yield found[1]


def outside(place: str) -> bool:
    """Tell whether a place is not this machine; a path is a socket of it."""
    if place in HERE or place.startswith(("/", "\0", "\\x00")):
        return False
    try:
        return not ipaddress.ip_address(place).is_loopback
    except ValueError:
        return True


def test_what_is_outside_is_told_from_what_is_here(tmp_path):
    notes = tmp_path / "notes"
    notes.write_text(
        "process 'x'\nsocket.connect '127.0.0.1'\nsocket.getaddrinfo 'pypi.org'\nsocket.connect '/run/x'\n"
        "socket.getaddrinfo None\n"
        '12 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, 16) = 0\n'
        "12 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "2600::1", &sin6_addr), sin6_scope_id=0}, 28) = 0\n'
        '12 connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT\n'
    )
    assert [each for each in places(notes) if outside(each)] == ["pypi.org", "8.8.8.8", "2600::1"]


def test_the_hook_sees_a_connection_of_a_child(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    child = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    notes = tmp_path / "notes"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NETWORK_NOTES": str(notes)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(places(notes)) == ["192.0.2.1"]


@pytest.mark.long
def test_nothing_asks_anybody_but_the_endpoint(tmp_path, watched):
    start, environment, notes = watched
    home = demo_home(tmp_path / "home")

    def call(*command: str) -> None:
        done = subprocess.run(
            start(command), cwd=home, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    call(*COMMAND, "run", "demo")
    call(*COMMAND, "publish", "demo")
    notebook = str(ROOT / "notebooks" / "service_review.ipynb")
    named = {"review": "params/demo.yaml", "week": "2026-W40", "service": "cache"}
    parameters = [part for each in named.items() for part in ("-p", *each)]
    call(sys.executable, "-m", "papermill", notebook, "out.ipynb", "--no-progress-bar", *parameters)
    _opened(start((*COMMAND, "open", "demo", "--no-browser")), home, {**os.environ, **environment})
    found = list(places(notes))
    assert "127.0.0.1" in found
    assert sorted({each for each in found if outside(each)}) == []


def _opened(command: tuple[str, ...], home: Path, environment: dict[str, str]) -> None:
    """Open the week in JupyterLab, load its page and what it asks at its start, and end it."""
    with subprocess.Popen(
        command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout
            page = process.stdout.readline().strip()
            address, _, token = page.partition("/lab/")[0], *page.partition("?token=")[1:]
            for path in ("lab", "api/kernelspecs", "lab/api/settings", "lab/api/extensions"):
                with urlopen(f"{address}/{path}?token={token}", timeout=30) as answer:  # noqa: S310  our own server
                    assert answer.status == 200, path
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)
