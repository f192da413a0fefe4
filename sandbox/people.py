"""The demo's people; each is a role, not a person."""

from __future__ import annotations

import attrs
from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openedx_bridge.backend import get_backend

DEMO_PASSWORD = "mastery"


@attrs.frozen
class DemoPerson:
    """A login of the demo: what the role may do is said in `role`."""

    username: str
    full_name: str
    role: str | Promise
    is_staff: bool = False
    is_course_team: bool = False
    is_enrolled: bool = False


DEMO_PEOPLE = (
    DemoPerson("learner", "Learner Outside", _("a learner who is in no course")),
    DemoPerson("student", "Student Inside", _("a learner who is enrolled in the demo course"), is_enrolled=True),
    DemoPerson("author", "Author of Statistics", _("on the course team; makes the exam"), is_course_team=True),
    DemoPerson("operator", "Operator of the Site", _("staff of the site: money, awards, agreements"), is_staff=True),
    DemoPerson(
        "invigilator", "Invigilator in the Hall", _("lets candidates in with a start code"), is_course_team=True
    ),
)


def create_demo_people(course_key: str | None = None) -> None:
    """Create the logins that are missing, and give each its part in a course; existing ones keep what they have."""
    host = get_backend()
    for person in DEMO_PEOPLE:
        email = f"{person.username}@example.org"
        values = {"email": email, "is_staff": person.is_staff, "is_superuser": person.is_staff}
        user, created = get_user_model().objects.get_or_create(username=person.username, defaults=values)
        if created:
            user.set_password(DEMO_PASSWORD)
            user.save()
            host.set_profile(user.pk, full_name=person.full_name, time_zone="Europe/Madrid")
        if course_key and person.is_course_team:
            host.add_course_staff(user.pk, course_key)
        if course_key and person.is_enrolled:
            host.enrol(user.pk, course_key)
