"""A small course, file by file, for tests to spoil."""

from __future__ import annotations

CHOICE = (
    '<problem display_name="Even"><multiplechoiceresponse><label>Which is even?</label><choicegroup>'
    '<choice correct="true">2</choice><choice correct="false">3</choice>'
    "</choicegroup></multiplechoiceresponse></problem>"
)
COURSE = {
    "course.xml": '<course url_name="r1" org="Org" course="C1"/>',
    "course/r1.xml": '<course display_name="A course"><chapter url_name="c1"/></course>',
    "chapter/c1.xml": '<chapter display_name="Week 1"><sequential url_name="s1"/></chapter>',
    "sequential/s1.xml": '<sequential display_name="Lesson"><vertical url_name="v1"/></sequential>',
    "vertical/v1.xml": '<vertical display_name="Unit"><problem url_name="p1"/></vertical>',
    "problem/p1.xml": CHOICE,
}
