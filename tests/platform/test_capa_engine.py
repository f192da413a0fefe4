"""The platform's own engine, in its tree, on every demo item: the tests of the sandbox, run where items are delivered.

They grade several hundred right and wrong answers and look for hints, feedback and explanations in the pages.
"""

from __future__ import annotations

from django.conf import settings
from test_demo_exports import *  # noqa: F403
from test_demo_items_graded import *  # noqa: F403
from test_messy_course import *  # noqa: F403

from openedx_bridge.capa.engine import IN_TREE, find_engine


def test_engine_is_the_one_in_the_tree() -> None:
    assert not getattr(settings, "USE_EXTRACTED_PROBLEM_BLOCK", False)
    assert find_engine().package == IN_TREE
