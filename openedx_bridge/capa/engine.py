"""The platform's CAPA engine as a library: which one is here, and how a problem is constructed with it.

CAPA is what grades every problem of Open edX. It is either in the platform's tree (`xmodule.capa`, Mako templates) or
extracted (`xblocks_contrib.problem.capa`, Django templates). It expects a problem block and a runtime around it; this
module gives it small stand-ins that own no learner, no course and no state.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import attrs
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from openedx_bridge.capa.errors import EngineMissingError, ItemBrokenError, as_sentence
from openedx_bridge.capa.mathematics import sample_variables
from openedx_bridge.capa.scripts import configure_sandbox, contained, may_run_unconfined

EXTRACTED = "xblocks_contrib.problem.capa"
IN_TREE = "xmodule.capa"


@attrs.frozen
class Engine:
    """The parts of one CAPA package that the adapter uses."""

    package: str
    capa_problem: ModuleType
    responsetypes: ModuleType
    safe_exec: Callable[..., None]
    render_template: Callable[[str, Mapping[str, Any]], str]


@lru_cache(maxsize=2)
def _load(package: str) -> Engine:
    try:
        return Engine(
            package=package,
            capa_problem=importlib.import_module(f"{package}.capa_problem"),
            responsetypes=importlib.import_module(f"{package}.responsetypes"),
            safe_exec=importlib.import_module(f"{package}.safe_exec").safe_exec,
            render_template=_mako_renderer() if package == IN_TREE else _django_renderer(package),
        )
    except ImportError as error:
        raise EngineMissingError(
            "Problems cannot be graded here: install xblocks-contrib, or run inside an Open edX platform.",
            developer_message=f"cannot import {package}: {error}",
        ) from error


def find_engine() -> Engine:
    """Return the engine that this installation delivers its own problems with. Raises EngineMissingError."""
    in_tree = importlib.util.find_spec("xmodule") is not None and importlib.util.find_spec(IN_TREE) is not None
    if in_tree and not getattr(settings, "USE_EXTRACTED_PROBLEM_BLOCK", False):
        return _load(IN_TREE)
    return _load(EXTRACTED)


def _mako_renderer() -> Callable[[str, Mapping[str, Any]], str]:
    from common.djangoapps.edxmako.services import MakoService

    return MakoService().render_lms_template


def _django_renderer(package: str) -> Callable[[str, Mapping[str, Any]], str]:
    # An engine of our own: the package's template names (`problem.html`, `textline.html`) are so general that a host's
    # loaders could find something else under them, and the host need not list the package as an app.
    from django.template.backends.django import DjangoTemplates

    folder = Path(importlib.import_module(package).__path__[0]) / "templates"
    backend = DjangoTemplates({"NAME": "capa", "DIRS": [str(folder)], "APP_DIRS": False, "OPTIONS": {}})
    return lambda name, context: backend.get_template(name).render(dict(context))


class FrozenFiles:
    """The files of an item, in the little of a PyFilesystem's interface that CAPA uses."""

    # A folder that does not exist: CAPA looks for Python modules of the course below it.
    root_path = "/openedx-bridge-frozen-files"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def open(self, name: str) -> io.BytesIO:
        """Open a file of the item by name. Raises FileNotFoundError."""
        content = self._files.get(name.removeprefix("/").removeprefix("static/"))
        if content is None:
            raise FileNotFoundError(name)
        return io.BytesIO(content)


class ScriptCache:
    """Results of scripts, kept per python_lib.zip: CAPA's own key covers the script's text and not what it imports.

    A failure is not kept, so that an item can be inspected again as soon as its cause is mended.
    """

    def __init__(self, library: bytes | None) -> None:
        self._prefix = f"openedx_bridge.capa.{hashlib.sha256(library or b'').hexdigest()[:16]}."

    def get(self, key: str) -> Any:
        """Return what a script left behind the last time, or None."""
        return cache.get(self._prefix + key)

    def set(self, key: str, value: Any) -> None:
        """Keep what a script left behind; `value` is CAPA's pair of error message and variables."""
        if value[0] is None:
            cache.set(self._prefix + key, value)


class StandInBlock:
    """What CAPA is told is its problem block: no state, no events, and correctness never shown."""

    display_name = ""
    matlab_api_key = None

    def __init__(self, problem_id: str, course_key: str, olx: str) -> None:
        self.location = problem_id
        self.data = olx
        self.course_key = course_key
        self.runtime = SimpleNamespace(publish=lambda *_args, **_kwargs: None)
        # CAPA reads the course key here to apply the sandbox limits of that course.
        usage = SimpleNamespace(course_key=course_key) if course_key else None
        self.scope_ids = SimpleNamespace(usage_id=usage)

    def correctness_available(self) -> bool:
        """Say that no answer's correctness may appear in the page."""
        return False


def build_problem(
    engine: Engine, olx: str, *, seed: int, problem_id: str, files: Mapping[str, bytes], course_key: str = ""
) -> Any:
    """Construct a LoncapaProblem from deliverable OLX; scripts run here. Raises ItemBrokenError."""
    configure_sandbox()
    library = files.get(getattr(settings, "PYTHON_LIB_FILENAME", "python_lib.zip"))
    system = engine.capa_problem.LoncapaSystem(
        ajax_url="",
        anonymous_student_id=problem_id,
        cache=ScriptCache(library),
        can_execute_unsafe_code=lambda: may_run_unconfined(course_key),
        get_python_lib_zip=lambda: library,
        DEBUG=False,
        i18n=translation,
        render_template=engine.render_template,
        resources_fs=FrozenFiles(files),
        seed=seed,
        xqueue=None,
    )
    with item_errors(), contained(course_key):
        problem = engine.capa_problem.LoncapaProblem(
            problem_text=olx,
            id=problem_id,
            capa_system=system,
            capa_block=StandInBlock(problem_id, course_key, olx),
            seed=seed,
            extract_tree=False,
        )
    for responder in responders(problem):
        if responder.xml.tag == "formularesponse":
            responder.randomize_variables = partial(sample_variables, seed)
    return problem


def responders(problem: Any) -> list[Any]:
    """Return the problem's response objects in reading order."""
    return sorted(problem.responders.values(), key=lambda responder: int(responder.id.rsplit("_", 1)[1]))


@contextmanager
def item_errors() -> Iterator[None]:
    """Turn whatever the engine raises over an item's content into ItemBrokenError.

    The engine has no base class for its errors and lets those of authors' scripts and XML through as they are.
    """
    try:
        yield
    except ItemBrokenError:
        raise
    except Exception as error:
        raise ItemBrokenError(f"The problem engine cannot use this item: {as_sentence(error)}") from error
