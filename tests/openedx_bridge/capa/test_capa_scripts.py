"""Scripts run in the platform's sandbox, unconfined with the operator's consent, or not at all; they leave no trace."""

from __future__ import annotations

import io
import os
import random
import sys
import zipfile
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import override_settings
from specimens import item, render

from openedx_bridge.capa import grade_item, inspect_item, render_item
from openedx_bridge.capa.engine import EXTRACTED

RANDOM = item(
    '<script type="loncapa/python">import random\na = random.randint(1, 1000)\nb = random.randint(1, 1000)\ns = a + b'
    '</script><numericalresponse answer="$s"><label>$a + $b?</label><textline/></numericalresponse>'
)
LIBRARY = item(
    '<script type="loncapa/python">from course_words import word</script><stringresponse answer="$word">'
    "<label>$word</label><textline/></stringresponse>"
)
COURSE = "course-v1:Org+C1+r1"


def library(word: str) -> dict[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("course_words.py", f"word = {word!r}")
    return {"python_lib.zip": buffer.getvalue()}


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def no_unconfined_scripts() -> Iterator[None]:
    with override_settings(OPENEDX_BRIDGE_UNSAFE_SCRIPTS=False):
        yield


@pytest.fixture
def jail_forgotten() -> Iterator[None]:
    """Codejail keeps its configuration in its module; leave it as it was found."""
    from codejail import jail_code

    commands, limits = dict(jail_code.COMMANDS), dict(jail_code.LIMITS)
    jail_code.COMMANDS.clear()
    yield
    jail_code.COMMANDS.clear()
    jail_code.COMMANDS.update(commands)
    jail_code.LIMITS.update(limits)


def refusals(olx: str, **kwargs: object) -> list[str]:
    return [refusal.code for refusal in inspect_item(olx, files={}, **kwargs).refusals]


@pytest.mark.usefixtures("no_unconfined_scripts", "jail_forgotten")
@pytest.mark.parametrize("code_jail", [None, {}, {"python_bin": "/nonexistent/python", "user": "sandbox"}])
def test_script_is_refused_where_no_sandbox_works(code_jail: dict | None):
    with override_settings(CODE_JAIL=code_jail):
        assert refusals(RANDOM) == ["script_without_sandbox"]


@pytest.mark.usefixtures("no_unconfined_scripts", "jail_forgotten")
def test_script_is_refused_where_the_remote_sandbox_does_not_answer():
    remote = {
        "ENABLE_CODEJAIL_REST_SERVICE": True,
        "CODE_JAIL_REST_SERVICE_HOST": "http://127.0.0.1:9",
        "CODE_JAIL_REST_SERVICE_REMOTE_EXEC": f"{EXTRACTED}.safe_exec.remote_exec.send_safe_exec_request_v0",
        "CODE_JAIL_REST_SERVICE_CONNECT_TIMEOUT": 0.2,
        "CODE_JAIL_REST_SERVICE_READ_TIMEOUT": 0.2,
    }
    with override_settings(**remote):
        assert refusals(RANDOM) == ["script_without_sandbox"]


@pytest.mark.usefixtures("no_unconfined_scripts", "jail_forgotten")
def test_script_runs_in_a_sandbox_that_only_the_setting_names(monkeypatch: pytest.MonkeyPatch):
    from codejail import jail_code

    # Codejail with its own process and limits as it is; only the change of user is left out: there is no such user.
    run = jail_code.run_subprocess
    monkeypatch.setattr(
        jail_code,
        "run_subprocess",
        lambda cmd, **options: run(["/usr/bin/env", *cmd[3:]] if cmd[0] == "sudo" else cmd, **options),
    )
    limits = {"CPU": 20, "REALTIME": 20, "VMEM": 0, "NPROC": 0, "PROXY": 0}
    where = item(
        "<script>x = open('/proc/self/cmdline').read()</script><stringresponse answer='a'><label>$x</label>"
        "<textline/></stringresponse>"
    )
    with override_settings(CODE_JAIL={"python_bin": sys.executable, "user": "sandbox", "limits": limits}):
        assert refusals(RANDOM) == []
        assert "jailed_code" in render(where).inputs[0].label


@pytest.mark.usefixtures("no_unconfined_scripts", "jail_forgotten")
def test_script_runs_unconfined_for_the_courses_that_the_platform_lists():
    with override_settings(COURSES_WITH_UNSAFE_CODE=[r"course-v1:Org\+C1\+.*"]):
        assert refusals(RANDOM, course_key=COURSE) == []
        assert refusals(RANDOM, course_key="course-v1:Other+C1+r1") == ["script_without_sandbox"]
        assert refusals(RANDOM) == ["script_without_sandbox"]


def test_random_item_is_the_same_for_a_seed_and_another_for_another():
    pages = [render(RANDOM, seed=seed).inputs[0].label for seed in (1, 1, 2, 3)]
    assert pages[0] == pages[1] and len(set(pages)) == 3
    for seed, label in zip((1, 2, 3), (pages[0], *pages[2:]), strict=True):
        first, second = (int(n) for n in label.removesuffix("?").split(" + "))
        (field,) = render(RANDOM, seed=seed).inputs
        assert grade_item(RANDOM, seed=seed, answers={field.name: str(first + second)}, item_key="k").correct
        assert not grade_item(RANDOM, seed=seed + 1, answers={field.name: str(first + second)}, item_key="k").correct


def test_library_of_the_course_is_imported_and_two_libraries_do_not_mix():
    for word in ("one", "two", "one"):
        rendered = render_item(LIBRARY, seed=1, answers={}, files_url=str, item_key="k", files=library(word))
        assert rendered.inputs[0].label == word


def test_item_whose_library_is_missing_is_refused_until_it_is_there():
    assert refusals(LIBRARY) == ["broken"]
    assert inspect_item(LIBRARY, files=library("one")).refusals == ()


def test_unconfined_script_leaves_the_process_as_it_was():
    before = (list(sys.path), dict(os.environ), sys.modules["random"], os.getcwd())
    grade_item(RANDOM, seed=1, answers={}, item_key="k")
    render_item(LIBRARY, seed=1, answers={}, files_url=str, item_key="k", files=library("one"))
    assert (sys.path, dict(os.environ), sys.modules["random"], os.getcwd()) == before
    assert sys.modules["random"] is random
    assert "course_words" not in sys.modules


def test_script_that_fails_says_so_in_plain_text():
    (refusal,) = inspect_item(item("<script>a = b'</script>"), files={}).refusals
    assert refusal.code == "no_response"
    (refusal,) = inspect_item(RANDOM.replace("s = a + b", "s = a + c"), files={}).refusals
    assert "name 'c' is not defined" in refusal.message
