"""What the runtime promises to blocks, in the LMS, in Studio's preview and in its edit forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from xblock.exceptions import InvalidScopeError, NoSuchUsage

from openedx_bridge.backend import get_backend
from sandbox.models import Block, BlockState
from sandbox.runtime.host import SandboxRuntime
from sandbox.runtime.rendering import render_block

ClientOf = Callable[[User], Client]


def handler(probe: Block, name: str, mode: str = "lms") -> str:
    usage = probe.usage_key
    start = {"lms": f"/courses/{usage.course_key}/xblock", "preview": "/preview/xblock", "studio": "/xblock"}[mode]
    return f"{start}/{usage}/handler/{name}"


def call(client: Client, probe: Block, name: str, data: dict | None = None, mode: str = "lms") -> Any:
    return client.post(handler(probe, name, mode), json.dumps(data or {}), content_type="application/json")


def test_lms_handler_of_somebody_not_signed_in_answers_get_and_forbids_post(client: Client, probe: Block) -> None:
    seen = client.get(handler(probe, "peek"))
    assert seen.status_code == 200 and seen.text == "seen" and seen["X-Probe"] == "1"
    assert call(client, probe, "solve", {"answer": "x"}).status_code == 403
    assert not BlockState.objects.filter(name="answer").exists()


def test_lms_handler_answers_a_learner_who_is_not_enrolled(client_of: ClientOf, probe: Block, learner: User) -> None:
    told = call(client_of(learner), probe, "tell/some/suffix").json()
    assert told["attributes"]["edx-platform.user_id"] == learner.pk
    assert told["attributes"]["edx-platform.user_role"] == "student"
    assert told["name"] == "Test Learner"
    assert told["suffix"] == "some/suffix"


@pytest.mark.parametrize("mode", ["lms", "preview", "studio"])
def test_handler_without_the_csrf_token_is_forbidden(probe: Block, learner: User, mode: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert call(client, probe, "tell", mode=mode).status_code == 403


@pytest.mark.parametrize("mode", ["preview", "studio"])
def test_studio_handler_needs_a_login_and_nothing_more(
    client: Client, client_of: ClientOf, probe: Block, learner: User, mode: str
) -> None:
    assert call(client, probe, "tell", mode=mode).status_code == 302
    assert call(client_of(learner), probe, "tell", mode=mode).status_code == 200


def test_studio_permissions_tell_the_course_team_from_strangers(
    client_of: ClientOf, probe: Block, learner: User
) -> None:
    assert call(client_of(learner), probe, "may_write", mode="studio").json() == {"may_write": False}
    get_backend().add_course_staff(learner.pk, str(probe.course.key))
    assert call(client_of(learner), probe, "may_write", mode="studio").json() == {"may_write": True}


@pytest.mark.parametrize(("mode", "anonymous_id"), [("preview", "student"), ("studio", None)])
def test_studio_says_student_even_of_an_author(
    client_of: ClientOf, probe: Block, operator: User, mode: str, anonymous_id: str | None
) -> None:
    told = call(client_of(operator), probe, "tell", mode=mode).json()["attributes"]
    assert told["edx-platform.user_is_staff"] is False
    assert told["edx-platform.user_role"] == "student"
    assert told["edx-platform.anonymous_user_id"] == anonymous_id


def test_anonymous_id_differs_between_learners_and_holds_no_name(
    client_of: ClientOf, probe: Block, learner: User, other_learner: User
) -> None:
    ids = [
        call(client_of(user), probe, "tell").json()["attributes"]["edx-platform.anonymous_user_id"]
        for user in (learner, learner, other_learner)
    ]
    assert ids[0] == ids[1] != ids[2]
    assert learner.username not in ids[0]


@pytest.mark.parametrize(
    "usage", ["block-v1:A+B+C+type@probe+block@p1", "block-v1:Mastery+STAT101+2026+type@probe+block@no"]
)
def test_handler_of_no_block_is_not_found(client_of: ClientOf, probe: Block, learner: User, usage: str) -> None:
    url = f"/courses/{probe.course.key}/xblock/{usage}/handler/tell"
    assert client_of(learner).post(url, "{}", content_type="application/json").status_code == 404


def test_handler_that_a_block_does_not_have_is_not_found(client_of: ClientOf, probe: Block, learner: User) -> None:
    for name in ("student_view", "no_such", "__init__"):
        assert call(client_of(learner), probe, name).status_code == 404


def test_publish_scores_enrolled_learners_in_the_lms_only(client_of: ClientOf, probe: Block, learner: User) -> None:
    usage = str(probe.usage_key)
    call(client_of(learner), probe, "solve", {"answer": "x"})
    assert get_backend().score(learner.pk, usage) is None
    get_backend().enrol(learner.pk, str(probe.course.key))
    call(client_of(learner), probe, "solve", {"answer": "x"}, mode="preview")
    assert get_backend().score(learner.pk, usage) is None
    call(client_of(learner), probe, "solve", {"answer": "x"})
    score = get_backend().score(learner.pk, usage)
    assert (score.earned, score.possible) == (1, 2)
    assert BlockState.objects.get(scope="completion", user=learner).value == 1.0


def test_state_belongs_to_one_learner_and_outlives_the_request(
    client_of: ClientOf, probe: Block, learner: User, other_learner: User
) -> None:
    call(client_of(learner), probe, "solve", {"answer": "forty-two"})
    mine, other = (SandboxRuntime(user, probe.course.key, mode="lms") for user in (learner, other_learner))
    assert mine.get_block(probe.usage_key).answer == "forty-two"
    assert other.get_block(probe.usage_key).answer == ""


def test_content_is_written_in_studio_and_refused_in_the_lms(client_of: ClientOf, probe: Block, author: User) -> None:
    call(client_of(author), probe, "rename", {"title": "New"}, mode="studio")
    probe.refresh_from_db()
    assert probe.fields == {"title": "New"}
    block = SandboxRuntime(author, probe.course.key, mode="lms").get_block(probe.usage_key)
    block.title = "Other"
    with pytest.raises(InvalidScopeError):
        block.save()


def test_state_of_a_visitor_is_not_kept(probe: Block) -> None:
    for _ in range(2):
        runtime = SandboxRuntime(AnonymousUser(), probe.course.key, mode="lms")
        assert "learner 1" in render_block(runtime, runtime.get_block(probe.usage_key), "student_view").body_html()
    assert not BlockState.objects.exists()


def test_rendered_block_carries_its_arguments_where_they_cannot_run(probe: Block, learner: User) -> None:
    runtime = SandboxRuntime(learner, probe.course.key, mode="lms")
    html = render_block(runtime, runtime.get_block(probe.usage_key), "student_view").body_html()
    assert 'data-init="Probe"' in html and f'data-usage-id="{probe.usage_key}"' in html
    assert "</script><b>" not in html
    assert json.loads(html.partition('args">')[2].partition("</script>")[0]) == {"text": "</script><b>"}


def test_author_view_is_used_in_author_mode(probe: Block, author: User) -> None:
    runtime = SandboxRuntime(author, probe.course.key, mode="preview")
    html = render_block(runtime, runtime.get_block(probe.usage_key), "author_view").body_html()
    assert "author mode True" in html


def test_failing_block_leaves_the_others_on_the_page(
    client_of: ClientOf, probe: Block, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any, context: dict | None = None) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("sandbox.blocks.HtmlBlock.student_view", fail)
    page = client_of(operator).get(f"/courses/{probe.course.key}/units/{probe.parent.usage_key}/").text
    assert "could not be shown" in page and "learner 1" in page


def test_runtime_has_only_blocks_that_are_there(probe: Block, learner: User) -> None:
    with pytest.raises(NoSuchUsage):
        SandboxRuntime(learner, probe.course.key, mode="lms").get_block(probe.course.key.make_usage_key("probe", "no"))


def test_handler_url_of_each_mode_leads_back_to_its_door(client_of: ClientOf, probe: Block, operator: User) -> None:
    for mode in ("lms", "preview", "studio"):
        runtime = SandboxRuntime(operator, probe.course.key, mode=mode)
        url = runtime.handler_url(runtime.get_block(probe.usage_key), "tell", "s", "q=1")
        answer = client_of(operator).post(url, "{}", content_type="application/json")
        assert answer.json()["suffix"] == "s"
