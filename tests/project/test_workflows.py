"""What runs elsewhere: workflows, issue forms, and the image's context."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from docs.generator.tap import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS: Final = sorted(PROJECT.glob(".github/workflows/*.yml"))
FORMS: Final = sorted(PROJECT.glob(".github/ISSUE_TEMPLATE/[!c]*.yml"))
each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
PINNED: Final = re.compile(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def jobs(workflow: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values())


def steps(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(workflow) for step in job["steps"]]


def actions(workflow: Path) -> list[str]:
    """What a workflow uses, with the comment behind it."""
    return re.findall(r"uses: (.+)", workflow.read_text("utf-8"))


@each_workflow
def test_actions_are_pinned_to_commits_that_say_their_version(workflow: Path) -> None:
    assert actions(workflow)
    for action in actions(workflow):
        assert PINNED.fullmatch(action), action


def test_an_action_has_one_version_in_all_workflows() -> None:
    used = {action for workflow in WORKFLOWS for action in actions(workflow)}
    assert len({action.partition("@")[0] for action in used}) == len(used)


@each_workflow
def test_a_workflow_may_do_nothing_but_what_its_jobs_ask_for(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text("utf-8"))["permissions"] == {}
    for job in jobs(workflow):
        assert set(job["permissions"].values()) <= {"read"} or job.get("environment")


@each_workflow
def test_a_checkout_leaves_no_credentials(workflow: Path) -> None:
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@each_workflow
def test_no_script_of_a_workflow_holds_what_others_wrote(workflow: Path) -> None:
    for step in steps(workflow):
        assert "${{" not in step.get("run", "")


def test_the_workflows_test_each_python_and_each_postgresql() -> None:
    tests = yaml.safe_load((PROJECT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))
    matrix = tests["jobs"]["tests"]["strategy"]["matrix"]["include"]
    offered = re.findall(r"Python :: (3\.\d+)", (PROJECT / "pyproject.toml").read_text("utf-8"))
    assert [each["python"] for each in matrix] == offered
    assert [each["postgres"] for each in matrix] == ["14", "15", "16", "17", "18"]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_an_issue_form_asks_for_something(form: Path) -> None:
    content = yaml.safe_load(form.read_text("utf-8"))
    assert content["name"]
    assert content["description"]
    asked = [each["id"] for each in content["body"] if "id" in each]
    assert asked
    assert len(asked) == len(set(asked))


def test_nothing_comes_into_the_image_that_is_not_named() -> None:
    lines = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    everything, *named = [line for line in lines if not line.startswith("#")]
    assert everything == "*"
    for name in named:
        if name.startswith("!"):
            assert (PROJECT / name[1:]).exists()
            assert not name.startswith("!.")
