"""Whether Python written by course authors may run here, and where.

The platform configures its Python sandbox in a web middleware only, so this module does it for workers and commands
too.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from openedx_bridge.capa.engine import Engine

log = logging.getLogger(__name__)

_ENVIRONMENT = ("TMPDIR", "MPLCONFIGDIR", "OPENBLAS_NUM_THREADS")
_ONE_AT_A_TIME = threading.RLock()


def may_run_unconfined(course_key: str) -> bool:
    """Whether the operator lets scripts of this course or library run inside our own process.

    That is so with `OPENEDX_BRIDGE_UNSAFE_SCRIPTS`, or when the platform's own `COURSES_WITH_UNSAFE_CODE` names the
    course.
    """
    # .. setting_name: OPENEDX_BRIDGE_UNSAFE_SCRIPTS
    # .. setting_default: False
    # .. setting_description: Run the Python scripts of problems in the server's own process when no sandbox is there.
    # .. setting_warning: Whoever can add an item to a bank can then run any code. For demonstrations and tests only.
    if getattr(settings, "OPENEDX_BRIDGE_UNSAFE_SCRIPTS", False):
        return True
    patterns = getattr(settings, "COURSES_WITH_UNSAFE_CODE", None) or ()
    return bool(course_key) and any(re.match(pattern, course_key) for pattern in patterns)


def can_run_scripts(engine: Engine, course_key: str) -> bool:
    """Whether a script in an item can run at all: in a working sandbox, or unconfined with the operator's consent."""
    if may_run_unconfined(course_key):
        return True
    configure_sandbox()
    try:
        return _probe(engine, _sandbox_settings())
    except Exception as error:  # noqa: BLE001 - a sandbox can fail in any way at all; every one of them means "no"
        log.info("The Python sandbox could not add two numbers: %s", error)
        return False


@contextmanager
def contained(course_key: str) -> Iterator[None]:
    """Undo what a script that runs unconfined does to our process, and let only one run at a time.

    CAPA's prolog puts a seeded generator in place of `random` for the whole process and points TMPDIR into a folder
    that is gone a moment later; codejail leaves the course's library on the path.
    """
    if not may_run_unconfined(course_key):
        yield
        return
    with _ONE_AT_A_TIME:
        path, environment, modules = list(sys.path), dict(os.environ), dict(sys.modules)
        try:
            yield
        finally:
            sys.path[:] = path
            for name in _ENVIRONMENT:
                _restore(os.environ, name, environment.get(name))
            _restore(sys.modules, "random", modules.get("random"))
            for name in set(sys.modules) - set(modules):
                if ".zip" in (getattr(sys.modules[name], "__file__", None) or ""):
                    del sys.modules[name]  # another course has another library under the same names


def _restore(mapping: MutableMapping[str, Any], name: str, value: Any) -> None:
    if value is None:
        mapping.pop(name, None)
    else:
        mapping[name] = value


def configure_sandbox() -> None:
    """Apply the platform's CODE_JAIL setting where its middleware has not run."""
    from codejail import django_integration_utils, jail_code

    code_jail = getattr(settings, "CODE_JAIL", None)
    if code_jail and code_jail.get("python_bin") and not jail_code.is_configured("python"):
        django_integration_utils.apply_django_settings(code_jail)


def _sandbox_settings() -> tuple[str, ...]:
    code_jail = getattr(settings, "CODE_JAIL", None) or {}
    remote = getattr(settings, "ENABLE_CODEJAIL_REST_SERVICE", False)
    host = getattr(settings, "CODE_JAIL_REST_SERVICE_HOST", "")
    return (str(code_jail.get("python_bin")), str(code_jail.get("user")), str(remote), str(host))


@lru_cache(maxsize=8)
def _probe(engine: Engine, sandbox: tuple[str, ...]) -> bool:
    # Success is remembered for these settings; a failure raises, which lru_cache does not remember.
    outcome: dict[str, object] = {}
    engine.safe_exec("total = 20 + 22", outcome, random_seed=1, slug="openedx_bridge.capa.probe")
    if outcome.get("total") != 42:
        raise RuntimeError("the sandbox answered without a result")
    return True
