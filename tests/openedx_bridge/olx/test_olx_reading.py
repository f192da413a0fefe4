"""An export gives every problem that its tree leads to, whole and named, and a reason for whatever it leaves out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from olx_samples import CHOICE, COURSE

from openedx_bridge.olx import ExportKind, Limits, OlxError, OlxExport, read_export


def left(export: OlxExport) -> dict[str, str]:
    return {entry.where: entry.reason for entry in export.left_out}


def test_course_names_who_made_it_and_where_each_problem_stands(folder: Callable):
    export = read_export(folder({}))
    (problem,) = export.problems
    assert export.kind is ExportKind.COURSE
    assert (export.identity.title, export.identity.key) == ("A course", "course-v1:Org+C1+r1")
    assert (problem.key, problem.title, problem.path) == ("p1", "Even", ("Week 1", "Lesson", "Unit"))
    assert problem.seen_before
    assert problem.sha256 == hashlib.sha256(problem.olx.encode()).hexdigest()
    assert export.left_out == ()


def test_course_policy_gives_the_title_and_a_broken_policy_does_not_matter(folder: Callable):
    policy = '{"course/r1": {"display_name": "By policy"}}'
    assert read_export(folder({"policies/r1/policy.json": policy})).identity.title == "By policy"
    assert read_export(folder({"policies/r1/policy.json": "{broken"})).identity.title == "A course"


def test_library_gives_problems_that_nobody_has_seen(folder: Callable):
    library = {
        "library.xml": '<library org="Org" library="L1" display_name="Items"><problem url_name="p1"/></library>',
        "problem/p1.xml": CHOICE,
    }
    export = read_export(folder(library, {}))
    assert (export.kind, export.identity.key) == (ExportKind.LIBRARY, "library-v1:Org+L1")
    assert [(problem.key, problem.seen_before) for problem in export.problems] == [("p1", False)]


@pytest.mark.parametrize(
    "block",
    [
        '<library_content url_name="x"><problem url_name="p1"/></library_content>',
        '<itembank><problem url_name="p1"/></itembank>',
        '<split_test><vertical><problem url_name="p1"/></vertical></split_test>',
        '<randomize><problem url_name="p1"/></randomize>',
        '<conditional><show/><problem url_name="p1"/></conditional>',
        '<something-new><problem url_name="p1"/></something-new>',
    ],
)
def test_problem_inside_another_block_is_found(folder: Callable, block: str):
    export = read_export(folder({"vertical/v1.xml": f"<vertical>{block}</vertical>"}))
    assert [problem.key for problem in export.problems] == ["p1"]


def test_problems_written_inline_keep_apart_by_content(folder: Callable):
    same = CHOICE.replace("<problem ", '<problem url_name="q" ')
    unit = f"<vertical>{same}{same}{same.replace('2<', '4<')}{CHOICE}</vertical>"
    export = read_export(folder({"vertical/v1.xml": unit, "problem/p1.xml": ""}))
    keys = [problem.key for problem in export.problems]
    assert keys[:2] == ["q", "q~"]
    assert keys[2] == f"problem_{export.problems[2].sha256[:12]}"
    assert list(left(export).values()) == ["The problem q stands in the export twice; one was kept."]


def test_problem_that_only_staff_may_see_has_not_been_seen(folder: Callable):
    hidden = '<sequential visible_to_staff_only="true"><vertical url_name="v1"/></sequential>'
    assert not read_export(folder({"sequential/s1.xml": hidden})).problems[0].seen_before


@pytest.mark.parametrize(
    ("files", "where", "reason"),
    [
        ({"problem/p1.xml": ""}, "problem/p1.xml", "refers to it, and it is missing"),
        ({"problem/p1.xml": "<problem><p>"}, "problem/p1.xml", "It cannot be read: not well-formed XML"),
        ({"problem/p1.xml": "<html/>"}, "problem/p1.xml", "It holds <html> where <problem> was expected"),
        ({"problem/p1.xml": "   "}, "problem/p1.xml", "It cannot be read"),
        ({"problem/p1.xml": "x" * 5_000_000}, "problem/p1.xml", "It is larger than 4096 kB"),
        ({"chapter/c1.xml": ""}, "chapter/c1.xml", "refers to it, and it is missing"),
        ({"problem/p2.xml": CHOICE}, "problem/p2.xml", "No unit of the course leads to it"),
        ({"drafts/problem/d.xml": CHOICE}, "drafts/problem/d.xml", "draft that was never published"),
        ({"drafts/vertical/d.xml": f"<vertical>{CHOICE}</vertical>"}, "drafts/vertical/d.xml", "never published"),
        ({"vertical/v1.xml": '<vertical url_name="v1"/>'}, "vertical/v1.xml", "used more than once, or holds itself"),
        (
            {"vertical/v1.xml": '<vertical><openassessment url_name="o"/><problem url_name="p1"/></vertical>'},
            "vertical/v1.xml: openassessment o",
            "a block of the type openassessment, not a problem",
        ),
        ({"vertical/v1.xml": '<vertical><newblock url_name="n"/></vertical>'}, "newblock/n.xml", "it is missing"),
    ],
)
def test_what_cannot_become_an_item_is_named_with_its_reason(folder: Callable, files: dict, where: str, reason: str):
    assert reason in left(read_export(folder(files)))[where]


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE problem [<!ENTITY x SYSTEM "file:///etc/passwd">]><problem>&x;</problem>',
        '<!DOCTYPE problem [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><problem>&b;</problem>',
        '<!DOCTYPE problem SYSTEM "http://127.0.0.1:9/x.dtd"><problem>&x;</problem>',
    ],
)
def test_problem_with_entities_is_left_out_and_nothing_is_fetched(folder: Callable, entity: str):
    export = read_export(folder({"problem/p1.xml": entity}))
    assert export.problems == ()
    assert "problem/p1.xml" in left(export)


def test_blocks_in_a_circle_end(folder: Callable):
    circle = '<vertical><vertical url_name="v1"/><vertical url_name="v2"/><problem url_name="p1"/></vertical>'
    export = read_export(folder({"vertical/v1.xml": circle, "vertical/v2.xml": circle}))
    assert [problem.key for problem in export.problems] == ["p1"]
    assert len(left(export)) == 2 + 1


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a" * 5000, "/etc/passwd", "p\x7f1"])
def test_pointer_to_an_impossible_name_is_left_out(folder: Callable, name: str):
    export = read_export(folder({"vertical/v1.xml": f'<vertical><problem url_name="{name}"/></vertical>'}))
    assert export.problems == ()
    assert any("missing" in reason for reason in left(export).values())


def test_links_within_the_export_are_followed_and_others_are_not(folder: Callable, tmp_path: Path):
    root = folder({})
    (tmp_path / "outside.xml").write_text(CHOICE)
    (root / "problem" / "p1.xml").rename(root / "problem" / "real.xml")
    os.symlink("real.xml", root / "problem" / "p1.xml")
    os.symlink(tmp_path / "outside.xml", root / "problem" / "p2.xml")
    os.symlink("nowhere.xml", root / "problem" / "p3.xml")
    unit = '<vertical><problem url_name="p1"/><problem url_name="p2"/><problem url_name="p3"/></vertical>'
    (root / "vertical" / "v1.xml").write_text(unit)
    (root / "static").mkdir()
    os.symlink(tmp_path / "outside.xml", root / "static" / "stolen.txt")
    os.symlink("loop", root / "static" / "loop")
    export = read_export(root)
    assert [problem.key for problem in export.problems] == ["p1"]
    assert list(export.statics) == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("a.png", "a.png"),
        ("my chart.png", "my%20chart.png"),
        ("my_chart.png", "my chart.png"),
        ("My Chart.PNG", "my_chart.png"),
        ("images/a.png", "images_a.png"),
        ("images_a.png", "images/a.png"),
    ],
)
def test_static_file_is_found_under_the_names_that_problems_use(folder: Callable, name: str, asked: str):
    statics = read_export(folder({f"static/{name}": b"\x89PNG"})).statics
    assert statics.read(asked) == b"\x89PNG"
    assert (statics.size(asked), statics.sha256(asked)) == (4, hashlib.sha256(b"\x89PNG").hexdigest())
    assert statics.read("other.png") is None


def test_static_file_with_the_exact_name_comes_before_a_similar_one(folder: Callable):
    statics = read_export(folder({"static/a b.png": b"space", "static/a_b.png": b"underscore"})).statics
    assert (statics.read("a b.png"), statics.read("a_b.png")) == (b"space", b"underscore")


def test_problem_names_its_files_wherever_it_refers_to_them(folder: Callable):
    problem = """<problem markdown="![x](/static/old.png)">
      <script type="loncapa/python">pic = "/static/drawn.png"</script>
      <p style="background: url(/static/paper.png)"><img src="/static/my chart.png" alt="c"/>
      <a href="/asset-v1:O+C+R+type@asset+block@table.pdf">t</a><img src="/c4x/O/C/asset/old_style.gif" alt="o"/></p>
      <customresponse cfn="f"><textline/></customresponse></problem>"""
    export = read_export(folder({"problem/p1.xml": problem, "static/drawn.png": b"1", "static/python_lib.zip": b"2"}))
    (found,) = export.problems
    assert set(found.static_names) == {"drawn.png", "paper.png", "my chart.png", "table.pdf", "old_style.gif"}
    files, missing = export.files_for(found)
    assert files == {"drawn.png": b"1", "python_lib.zip": b"2"}
    assert set(missing) == set(found.static_names) - {"drawn.png"}


def test_tags_of_studio_and_of_asides_are_read(folder: Callable):
    tags = 'Name,Type,ID,skills-v1,level\n"      Even",problem,p1,"sums; parity",""\n'
    aside = CHOICE.replace("</problem>", '<tag_aside xblock-family="xblock_asides.v1" difficulty="Easy"/></problem>')
    (problem,) = read_export(folder({"tags.csv": tags, "problem/p1.xml": aside})).problems
    assert problem.tags == {"skills-v1": ("sums", "parity"), "difficulty": ("Easy",)}
    assert "tag_aside" not in problem.olx


def test_more_problems_than_the_limit_are_refused(folder: Callable):
    with pytest.raises(OlxError, match="more than 0 problems"):
        read_export(folder({}), limits=Limits(problems=0))


def test_folder_without_an_export_or_with_two_is_refused(folder: Callable, tmp_path: Path):
    with pytest.raises(OlxError, match="no course.xml, library.xml or package.toml"):
        read_export(folder({"a.txt": "x"}, {}))
    with pytest.raises(OlxError, match="There is no file or folder"):
        read_export(tmp_path / "nothing")
    with pytest.raises(OlxError, match="more than one export"):
        read_export(folder({f"one/{n}": t for n, t in COURSE.items()} | {f"two/{n}": t for n, t in COURSE.items()}, {}))


def test_course_xml_of_another_system_is_refused(folder: Callable):
    moodle = '<course id="306" contextid="74093"><shortname>X</shortname></course>'
    with pytest.raises(OlxError, match="not the root of an OLX export"):
        read_export(folder({"course.xml": moodle}))
