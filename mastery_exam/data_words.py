"""The words that an exam's settings and states have."""

from __future__ import annotations

from enum import StrEnum


class ExamStatus(StrEnum):
    """Where an exam stands; a withdrawn one keeps its page and its past."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class FeePolicy(StrEnum):
    """When the fee is due: before sitting, only for the credential once mastery is shown, or never."""

    NONE = "none"
    SITTING = "sitting"
    CREDENTIAL = "credential"


class ReleasePolicy(StrEnum):
    """When a candidate sees the result: after people have checked the key, or at once."""

    AFTER_CHECK = "after_check"
    IMMEDIATE = "immediate"


class IdentityPolicy(StrEnum):
    """How the candidate's identity is checked before the start."""

    NONE = "none"
    IN_PERSON = "in_person"


class Supervision(StrEnum):
    """How the sitting is watched."""

    NONE = "none"
    ONLINE = "online"
    ONSITE = "onsite"


class DeliveryRule(StrEnum):
    """How the items of an attempt are chosen.

    `fixed`: one of the parallel forms that publishing froze. `linear_on_the_fly`: a form drawn for the attempt, at the
    pass mark that publishing froze. `classification`: one item after another, until pass or not is clear enough.
    """

    FIXED = "fixed"
    LINEAR_ON_THE_FLY = "linear_on_the_fly"
    CLASSIFICATION = "classification"


class StoppingRule(StrEnum):
    """When a classification test stops: by the posterior, Wald's ratio, its generalised form, or an interval."""

    POSTERIOR = "posterior"
    SPRT = "sprt"
    GLR = "glr"
    INTERVAL = "interval"


class ParameterState(StrEnum):
    """Where an item's difficulty comes from: the judges, too few answers, or enough of them."""

    JUDGED = "judged"
    PROVISIONAL = "provisional"
    CALIBRATED = "calibrated"


class FloorRule(StrEnum):
    """The least that an area asks for: its cut minus one Lord SEM, its cut itself, or nothing."""

    DEFAULT = "default"
    OWN_CUT = "own_cut"
    NONE = "none"


class ItemUse(StrEnum):
    """What an item of a version is for."""

    SCORED = "scored"
    PRACTICE = "practice"
    PILOT = "pilot"


class GrantKind(StrEnum):
    """What an authorisation can wait for."""

    PAYMENT = "payment"
    IDENTITY = "identity"
    APPROVAL = "approval"
    ADJUSTMENTS = "adjustments"


class AreaStanding(StrEnum):
    """How a candidate did in one area, which is all that is told about it."""

    ABOVE = "above"
    NEAR = "near"
    BELOW = "below"
