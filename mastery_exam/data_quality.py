"""What people's responses say of a version's decisions, of the fit of its items, and of groups of people.

As `data`: frozen records of plain values, importing nothing but attrs and the standard library.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Agreement:
    """How often one method expects decisions to be right, and to come out the same again; None where it does not say.

    `wrong_passes` and `wrong_fails` are shares of all people; `kappa` is the consistency corrected for chance.
    """

    method: str
    accuracy: float | None
    consistency: float | None
    kappa: float | None
    wrong_passes: float | None = None
    wrong_fails: float | None = None


@attrs.frozen
class FormQuality:
    """The decisions of one form, `n` of them: how sure the stored posteriors make them, and what the methods expect.

    `cut` and `cut_se` are the judges', in marks; `prior` is that of the posterior. `posterior_accuracy` is the mean of
    max(P, 1 - P), and it and the `methods` are empty under the least number of decisions.
    """

    form_num: int
    n: int
    marks_needed: int
    cut: float | None
    cut_se: float | None
    prior: tuple[float, float] | None
    posterior_accuracy: float | None
    methods: tuple[Agreement, ...]


@attrs.frozen
class ItemFit:
    """An item's fit to the bank's newest calibration: mean squares from it, S-X2 from this version's people.

    `look` says that a person should look at the item: a mean square outside .7 to 1.3, or S-X2 significant at .01.
    """

    key: str
    state: str
    infit: float | None
    outfit: float | None
    s_x2: float | None
    s_x2_df: float | None
    s_x2_p: float | None
    look: bool


@attrs.frozen
class PersonItemMap:
    """People and items on a calibration's scale, in logits from the cut; difficulties as (item key, logits)."""

    calibration_num: int
    cut: float
    abilities: tuple[float, ...]
    difficulties: tuple[tuple[str, float], ...]


@attrs.frozen
class GroupDif:
    """DIF of one item of one form between two groups that the operator named; negative `delta` is against the focal."""

    form_num: int
    item_key: str
    reference: str
    focal: str
    n_reference: int
    n_focal: int
    delta: float | None
    letter: str


@attrs.frozen
class QualityReport:
    """The quality of one version's decisions and items; `least_results` are needed for what is said of decisions."""

    least_results: int
    forms_quality: tuple[FormQuality, ...]
    fit: tuple[ItemFit, ...]
    calibrated_map: PersonItemMap | None
    group_dif: tuple[GroupDif, ...] = ()
