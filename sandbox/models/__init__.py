"""What the host keeps: people, courses with their blocks, learners' states and scores, content libraries."""

from sandbox.models.courses import Block, Course, CourseTeamMember, Enrolment
from sandbox.models.libraries import Library, LibraryMember, LibraryProblemRow
from sandbox.models.people import CourseCreator, IdentityCheck, Profile
from sandbox.models.states import BlockScore, BlockState, CourseResult

__all__ = [
    "Block",
    "BlockScore",
    "BlockState",
    "Course",
    "CourseCreator",
    "CourseResult",
    "CourseTeamMember",
    "Enrolment",
    "IdentityCheck",
    "Library",
    "LibraryMember",
    "LibraryProblemRow",
    "Profile",
]
