"""The E-step of marginal estimation, and the observed information of its result.

Slopes and intercepts: z = a theta + d. Rows are read in chunks, so that memory grows with the table of answers (one
byte each) and not with the number of nodes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

from .models import FloatArray

CHUNK_CELLS = 2**19
CACHED_CELLS = 2**22
ONE_THREAD = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Some persons: `right` and `given`, (rows, items) of 0.0 and 1.0 (None: all given); `frequency`, (rows,)."""

    right: FloatArray
    given: FloatArray | None
    frequency: FloatArray


@dataclass(frozen=True, eq=False)
class ResponseTable:
    """Answers as bytes, (persons, items): 1 right, 0 wrong, 2 missing; and each row's frequency, (persons,)."""

    answers: NDArray[np.uint8]
    frequency: FloatArray
    complete: bool
    cached: tuple[Chunk, ...] = ()

    @classmethod
    def read(cls, responses: ArrayLike, frequencies: ArrayLike | None = None) -> "ResponseTable":
        """Read 0/1/missing (nan or negative) responses; raises ValueError for anything else."""
        table = np.asarray(responses)
        if table.ndim != 2:
            raise ValueError("Responses are a table of persons by items.")
        answers = np.full(table.shape, 2, dtype=np.uint8)
        present = table >= 0
        answers[table == 1] = 1
        answers[table == 0] = 0
        if np.any(present & (answers == 2)):
            raise ValueError("Responses must be 0, 1 or missing (nan or negative).")
        frequency = np.ones(len(table)) if frequencies is None else np.asarray(frequencies, dtype=float)
        if frequencies is not None:
            used = frequency > 0
            answers, frequency, present = answers[used], frequency[used], present[used]
        plain = cls(answers, frequency, bool(present.all()))
        if answers.size > CACHED_CELLS:
            return plain
        return cls(answers, frequency, plain.complete, tuple(plain.chunks()))

    def chunks(self) -> Iterator[Chunk]:
        """Yield all rows, a chunk at a time."""
        if self.cached:
            yield from self.cached
            return
        size = max(1, CHUNK_CELLS // self.answers.shape[1])
        for first in range(0, len(self.answers), size):
            part = self.answers[first : first + size]
            given = None if self.complete else (part != 2).astype(float)
            yield Chunk((part == 1).astype(float), given, self.frequency[first : first + size])

    def counts(self) -> tuple[FloatArray, FloatArray]:
        """Return the weighted numbers of answers and of right answers, each (I,)."""
        right = sum((chunk.frequency @ chunk.right for chunk in self.chunks()), np.zeros(self.answers.shape[1]))
        if self.complete:
            return np.full(self.answers.shape[1], self.frequency.sum()), right
        given = sum(
            (chunk.frequency @ chunk.given for chunk in self.chunks() if chunk.given is not None),
            np.zeros(self.answers.shape[1]),
        )
        return given, right


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """Expected counts at the nodes: persons (K,), answers and right answers (K, I); and the marginal log-likelihood."""

    persons: FloatArray
    answers: FloatArray
    right: FloatArray
    log_likelihood: float

    @classmethod
    def of(
        cls, table: ResponseTable, nodes: FloatArray, weights: FloatArray, a: FloatArray, d: FloatArray, c: FloatArray
    ) -> "Expectation":
        """Run the E-step: nodes and weights (K,), a, d and c (I,)."""
        contrast, base, prior = _log_terms(nodes, weights, a, d, c, table.complete)
        persons = np.zeros(len(nodes))
        right = np.zeros((len(nodes), len(a)))
        answers = np.zeros((len(nodes), len(a)))
        total = 0.0
        for chunk in table.chunks():
            posterior, log_marginal = _posterior(chunk, contrast, base, prior)
            total += float(chunk.frequency @ log_marginal)
            persons += posterior.sum(axis=0)
            right += _sum_of_outer(posterior, chunk.right)
            if chunk.given is not None:
                answers += _sum_of_outer(posterior, chunk.given)
        if table.complete:
            answers += persons[:, None]
        return cls(persons, answers, right, total)


def _log_terms(
    nodes: FloatArray, weights: FloatArray, a: FloatArray, d: FloatArray, c: FloatArray, complete: bool
) -> tuple[FloatArray, FloatArray | None, FloatArray]:
    """Return ln P - ln Q and ln Q, (I, K), and the log-weights, (K,), with the sum of ln Q in them when complete."""
    z = np.outer(a, nodes) + d[:, None]
    wrong = np.log1p(-c)[:, None] + log_expit(-z)
    if c.any():
        with np.errstate(divide="ignore"):
            contrast = np.logaddexp(np.log(c)[:, None], np.log1p(-c)[:, None] + log_expit(z)) - wrong
    else:
        contrast = z
    with np.errstate(divide="ignore"):
        prior = np.log(weights)
    if complete:
        return contrast, None, prior + wrong.sum(axis=0)
    return contrast, wrong, prior


def _posterior(
    chunk: Chunk, contrast: FloatArray, base: FloatArray | None, prior: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return frequency-weighted posteriors, (rows, K), and log marginal likelihoods, (rows,)."""
    logs = _times(chunk.right, contrast)
    logs += prior
    if base is not None and chunk.given is not None:
        logs += _times(chunk.given, base)
    highest = logs.max(axis=1)
    logs -= highest[:, None]
    np.exp(logs, out=logs)
    sums = logs.sum(axis=1)
    logs *= (chunk.frequency / sums)[:, None]
    return logs, highest + np.log(sums)


def _times(rows: FloatArray, table: FloatArray) -> FloatArray:
    """Return rows @ table, (R, I) by (I, K), in blocks so small that BLAS keeps each on one thread.

    On a machine with other work, waiting for a second thread costs many times what it saves on products this thin.
    """
    n_rows, width = len(rows), table.shape[1]
    size = max(1, ONE_THREAD // table.size)
    whole = n_rows - n_rows % size
    product = np.empty((n_rows, width))
    blocks = rows[:whole].reshape(-1, size, rows.shape[1])
    np.matmul(blocks, table, out=product[:whole].reshape(-1, size, width))
    np.matmul(rows[whole:], table, out=product[whole:])
    return product


def _sum_of_outer(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return left.T @ right, (R, K) and (R, I) to (K, I), in blocks as `_times`."""
    size = max(1, ONE_THREAD // (left.shape[1] * right.shape[1]))
    whole = len(left) - len(left) % size
    one = left[:whole].reshape(-1, size, left.shape[1])
    other = right[:whole].reshape(-1, size, right.shape[1])
    total: FloatArray = np.matmul(one.transpose(0, 2, 1), other).sum(axis=0)
    return total + left[whole:].T @ right[whole:]


def observed_information(
    table: ResponseTable, nodes: FloatArray, weights: FloatArray, a: FloatArray, d: FloatArray, c: FloatArray
) -> FloatArray:
    """Return the observed information of (a, d), (2I, 2I), slopes first: Louis (1982).

    The complete-data information less the posterior covariance of the complete-data scores, summed over persons.
    """
    n_items = len(a)
    z = np.outer(nodes, a) + d
    logistic = expit(z)
    p = c + (1 - c) * logistic
    # The score in z is R A + G B for a right answer R of a given one G; both are (K, I).
    b_part = -logistic
    a_part = (1 - c) * logistic * (1 - logistic) / np.maximum(p, np.finfo(float).tiny) + logistic
    core = logistic * (1 - logistic)
    of_right = core * (1 - c) / np.maximum(p, np.finfo(float).tiny)
    of_right = of_right * (logistic - c / np.maximum(p, np.finfo(float).tiny) * (1 - logistic))
    expected = Expectation.of(table, nodes, weights, a, d, c)
    curvature = expected.right * of_right + (expected.answers - expected.right) * core
    powers = np.stack([np.ones_like(nodes), nodes, nodes**2])
    blocks = -_second_moments(table, nodes, weights, (a, d, c), (a_part, b_part), powers)
    blocks[:, np.arange(n_items), np.arange(n_items)] += powers @ curvature
    information = np.block([[blocks[2], blocks[1]], [blocks[1].T, blocks[0]]])
    return information + _squared_means(table, nodes, weights, (a, d, c), (a_part, b_part))


def _second_moments(
    table: ResponseTable,
    nodes: FloatArray,
    weights: FloatArray,
    parameters: tuple[FloatArray, FloatArray, FloatArray],
    score: tuple[FloatArray, FloatArray],
    powers: FloatArray,
) -> FloatArray:
    """Return the sums over persons of E[s_i s_j theta^q], (3, I, I), q = 0, 1, 2."""
    n_items = len(parameters[0])
    moments = np.zeros((3, n_items, n_items))
    terms = _log_terms(nodes, weights, *parameters, table.complete)
    for chunk in table.chunks():
        posterior, _ = _posterior(chunk, *terms)
        roots = np.sqrt(posterior)
        for k in range(len(nodes)):
            scores = chunk.right * score[0][k]
            scores += score[1][k] if chunk.given is None else chunk.given * score[1][k]
            scores *= roots[:, k, None]
            moments += powers[:, k, None, None] * _sum_of_outer(scores, scores)
    return moments


def _squared_means(
    table: ResponseTable,
    nodes: FloatArray,
    weights: FloatArray,
    parameters: tuple[FloatArray, FloatArray, FloatArray],
    score: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Return the sum over persons of E[s] E[s]', (2I, 2I), slopes first."""
    n_items = len(parameters[0])
    total = np.zeros((2 * n_items, 2 * n_items))
    terms = _log_terms(nodes, weights, *parameters, table.complete)
    for chunk in table.chunks():
        posterior, _ = _posterior(chunk, *terms)
        posterior /= chunk.frequency[:, None]
        means = []
        for factor in (nodes[:, None], 1.0):
            wrong = _times(posterior, score[1] * factor)
            mean = chunk.right * _times(posterior, score[0] * factor)
            mean += wrong if chunk.given is None else chunk.given * wrong
            means.append(mean)
        both = np.concatenate(means, axis=1)
        total += _sum_of_outer(both * chunk.frequency[:, None], both)
    return total
