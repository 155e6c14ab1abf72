"""What the README says is there: commands, options, files, pictures, kinds."""

import re
from pathlib import Path

import pytest

from sre_lib import params
from sre_lib.catalog import builtin_catalog
from sre_lib.run.cli import main
from sre_lib.views import builtin_views

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_every_command_and_every_option_is_in_the_readme():
    rows = dict(re.findall(r"^\| `sre-review ([\w-]+) (.*)$", README, re.MULTILINE))
    assert rows.keys() == main.commands.keys()
    for name, command in main.commands.items():
        assert options(command) == set(re.findall(r"--[a-z-]+", rows[name].split("` |")[0]))


def options(command):
    """Return the options of a command and of those below it."""
    below = getattr(command, "commands", {}).values()
    own = {option for each in command.params for option in each.opts if option.startswith("--")}
    return own.union(*(options(each) for each in below))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(target):
    assert (ROOT / target).exists()


@pytest.mark.parametrize("target", re.findall(r"^ +make (\w+)|\$ make (\w+)", README, re.MULTILINE))
def test_every_make_target_exists(target):
    name = "".join(target)
    assert re.search(rf"^{name}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_least_review_file_is_valid(tmp_path):
    text = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert text
    (tmp_path / "shop.yaml").write_text(text[1])
    assert [part.kind for part in params.load(str(tmp_path / "shop.yaml")).services[0].parts] == [
        "ecs_service",
        "alb_target_group",
    ]


def test_every_kind_is_named():
    assert [kind for kind in builtin_catalog() if f"`{kind}`" not in README] == []


@pytest.mark.parametrize("name", builtin_views())
def test_every_view_is_in_the_readme_opt_in_ones_in_brackets(name):
    (row,) = [line for line in README.splitlines() if line.startswith("|") and f"`{name}`" in line]
    # The suspicion stands in the brackets of the view that it takes the place of.
    in_brackets = re.search(rf"\([^)]*`{name}`[^)]*\)", row) is not None
    assert in_brackets == (not builtin_views()[name].enabled or name.endswith("_suspected"))
