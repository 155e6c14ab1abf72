"""The engine without a kernel: its outputs are a kernel's, and none is lost when a process ends early."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sre_lib.run.execute import run_notebook
from tests.run.normalise import normalise

STREAMS = ("stdout", "stderr")
KERNEL = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}


def notebook(*cells):
    """Return a notebook of code cells; a tuple is a source and its tags."""
    made = [new_code_cell(c) if isinstance(c, str) else new_code_cell(c[0], metadata={"tags": [c[1]]}) for c in cells]
    return new_notebook(cells=made, metadata=KERNEL)


def outputs(run, index=-1):
    """Return the outputs of a cell as plain dicts."""
    return [dict(output) for output in run.notebook.cells[index].outputs]


EVERYTHING = (
    ("name = 'world'", "parameters"),
    "print('hello', name)\nprint('日本語 ✓ \U0001f600')",
    "import sys\nprint('to stderr', file=sys.stderr)",
    "import pandas as pd\npd.DataFrame({'service': ['web', '<b>api</b>'], 'cpu': [48.5, float('nan')]})",
    "import plotly.graph_objects as go\nfigure = go.Figure(go.Scatter(y=[1.0, None]), layout={'title': 'CPU'})\nfigure",
    "figure.show()",
    "import warnings\nwarnings.warn('something is odd')",
    "from IPython.display import HTML, Markdown, clear_output\ndisplay(HTML('<i>a</i>'), Markdown('**b**'))\n'c'",
    "handle = display('first', display_id='d')",
    "handle.update('second')",
    "print('old')\ndisplay('old too')\nclear_output(wait=True)\nprint('new')",
    "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
    "asyncio.get_running_loop() is not None",
    "get_ipython().__class__.__name__, __name__, sys.modules['__main__'].name",
    "In[1:3], sorted(Out), _",
    "!echo from a shell",
    "%%capture captured\nprint('caught')",
    "captured.stdout",
    "class Broken:\n    def __repr__(self):\n        raise ValueError('no repr')\n\nprint('before')",
    "name?",
    "x = [i\n for i in range(3)]; x",
    "import os\nos.getcwd(), os.environ['PASSED_ON']",
    "def fail(depth):\n    return fail(depth - 1) if depth else 1 / 0\n\nfail(2)",
    "print('never')",
)


def test_outputs_equal_those_of_a_real_kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("PASSED_ON", "yes")
    source = notebook(*EVERYTHING)
    ours = run_notebook(source, {"name": "wörld"}, cwd=tmp_path)
    real = run_notebook(source, {"name": "wörld"}, cwd=tmp_path, engine=None)
    assert ours.error == real.error == "ZeroDivisionError: division by zero"
    for mine, theirs in zip(normalise(ours.notebook).cells, normalise(real.notebook).cells, strict=True):
        assert mine == theirs
    assert normalise(ours.notebook) == normalise(real.notebook)


def test_two_runs_are_equal_but_for_times():
    source = notebook(*EVERYTHING[:6], EVERYTHING[6])
    first, second = (run_notebook(source, {}).notebook for _ in range(2))
    assert "UserWarning" in first.cells[-1].outputs[0].text
    for run in (first, second):
        del run.metadata["papermill"]
        for cell in run.cells:
            del cell.metadata["papermill"]
    assert first == second


def test_notebook_given_stays_as_it_is():
    source = notebook("print(1)")
    before = nbformat.writes(source)
    assert outputs(run_notebook(source, {}))[0]["text"] == "1\n"
    assert nbformat.writes(source) == before


@pytest.mark.parametrize(
    ("last_cell", "error"),
    [
        ("import os\nos._exit(3)", "exit code 3"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_dead_process_loses_no_output(last_cell, error):
    run = run_notebook(notebook("print('one')\n'shown'", f"print('two', end='')\n{last_cell}", "print('never')"), {})
    assert run.error is not None
    assert run.error.startswith("DeadKernelError: ")
    assert error in run.error
    first, dying, never = (cell for cell in run.notebook.cells if cell.cell_type == "code")
    assert [output.get("text") or output.data["text/plain"] for output in first.outputs] == ["one\n", "'shown'"]
    # Which of two pipes is read first when a process dies nobody can say: only within one is there an order.
    texts = {name: "".join(each.text for each in dying.outputs if each.get("name") == name) for name in STREAMS}
    assert texts["stdout"] == "two"
    assert ("Segmentation fault" in texts["stderr"]) == (error == "SIGSEGV") == texts["stderr"].endswith(")\n")
    assert dying.outputs[-1].ename == "DeadKernelError"
    assert never.outputs == []
    assert run.notebook.metadata.papermill.exception is True


def test_crash_of_native_code_says_where():
    run = run_notebook(notebook("import ctypes\nctypes.string_at(0)"), {})
    assert "Segmentation fault" in outputs(run)[0]["text"]


def test_cell_over_its_time_keeps_what_it_printed():
    run = run_notebook(notebook("print('begun')\nwhile True: pass", "1"), {}, cell_timeout_s=0.5)
    assert run.error == "CellTimeoutError: this cell was stopped because it took longer than 0.5 s"
    slow = next(cell for cell in run.notebook.cells if cell.cell_type == "code")
    assert [output.output_type for output in slow.outputs] == ["stream", "error"]
    assert slow.outputs[0].text == "begun\n"


def test_cell_that_prints_for_ever_is_over_its_time():
    run = run_notebook(notebook("while True: print('x' * 999)"), {}, cell_timeout_s=0.3)
    assert run.error is not None
    assert "longer than 0.3 s" in run.error


def test_no_process_is_left_behind_by_a_cell_over_its_time():
    source = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid, flush=True)\nwhile True: pass"
    run = run_notebook(notebook(source), {}, cell_timeout_s=0.5)
    pid = int(next(cell for cell in run.notebook.cells if cell.cell_type == "code").outputs[0].text)
    assert is_gone(pid)


def test_ordinary_error_stops_the_notebook_and_keeps_its_outputs():
    run = run_notebook(notebook("print('a')", "raise ValueError('日本')", "print('never')"), {})
    assert run.error == "ValueError: 日本"
    cells = [cell for cell in run.notebook.cells if cell.cell_type == "code"]
    assert [len(cell.outputs) for cell in cells] == [1, 1, 0]


def test_failure_that_a_tag_announces_does_not_stop_the_notebook():
    run = run_notebook(notebook(("1 / 0", "raises-exception"), "print('goes on')"), {})
    assert outputs(run)[0]["text"] == "goes on\n"


def test_what_cannot_be_pickled_stays_in_the_process():
    source = notebook("import threading\nthing = (threading.Lock(), lambda: 41, (n for n in [1]))", "thing[1]() + 1")
    assert outputs(run_notebook(source, {}))[0]["data"] == {"text/plain": "42"}


def test_large_output_arrives_whole():
    run = run_notebook(notebook("print('日' * 3_000_000)", "for n in range(20_000): print(n)"), {})
    sizes = [len(cell.outputs[0].text) for cell in run.notebook.cells]
    assert sizes == [3_000_001, len("".join(f"{n}\n" for n in range(20_000)))]


def test_output_past_python_belongs_to_its_cell():
    run = run_notebook(
        notebook("import subprocess\nsubprocess.run(['echo', 'from a program']).returncode", "print(2)"), {}
    )
    first = run.notebook.cells[0].outputs
    assert first[0] == {"output_type": "stream", "name": "stdout", "text": "from a program\n"}
    assert outputs(run) == [{"output_type": "stream", "name": "stdout", "text": "2\n"}]


def test_processes_of_a_cell_may_print_and_be_joined():
    source = (
        "import multiprocessing\nfork = multiprocessing.get_context('fork')\n"
        "child = fork.Process(target=print, args=('from the child',), kwargs={'flush': True})\n"
        "child.start(); child.join(); print(child.exitcode)"
    )
    texts = "".join(output["text"] for output in outputs(run_notebook(notebook(source), {})))
    assert sorted(texts.split("\n")) == ["", "0", "from the child"]


def test_two_at_once_do_not_meet(tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    source = notebook(
        ("name = ''", "parameters"), "import os, time\ntime.sleep(0.2)\nname, os.path.basename(os.getcwd())"
    )
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda folder: run_notebook(source, {"name": folder.name}, cwd=folder), folders))
    shown = [outputs(run)[0]["data"]["text/plain"] for run in runs]
    assert shown == ["('a', 'a')", "('b', 'b')"]


def test_random_numbers_differ_between_notebooks():
    source = notebook("import random, numpy\nrandom.random(), numpy.random.rand()")
    first, second = (outputs(run_notebook(source, {}))[0]["data"]["text/plain"] for _ in range(2))
    assert first != second


def test_markdown_and_empty_cells_are_passed_over():
    source = notebook("", "print(1)")
    source.cells.insert(0, new_markdown_cell("# Title"))
    run = run_notebook(source, {})
    assert [cell.get("execution_count") for cell in run.notebook.cells] == [None, None, 1]


def is_gone(pid):
    """Wait a little for a process to end (a zombie has ended)."""
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        if not state.strip() or state.startswith("Z"):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("first", ["papermill", "sre_lib.run.engine", "sre_lib.run.execute"])
def test_papermill_finds_the_engine_whatever_is_imported_first(first):
    code = f"import {first}, papermill.engines as e; print(e.papermill_engines.get_engine('sre-forked').__module__)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert answer == "sre_lib.run.engine\n"


def test_papermill_command_line_runs_cells_with_the_engine(tmp_path):
    source, result = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nbformat.write(notebook(("name = ''", "parameters"), "print('hello', name)", "import os\nos._exit(1)"), source)
    command = [Path(sys.executable).parent / "papermill", "--engine", "sre-forked", source, result, "-p", "name", "web"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DeadKernelError" in done.stderr
    texts = [output.get("text") for cell in nbformat.read(result, 4).cells for output in cell.get("outputs", ())]
    assert texts == ["hello web\n", None]
