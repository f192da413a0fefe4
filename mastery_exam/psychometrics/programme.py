"""Rows of a mixed-integer linear programme, as test assembly and shadow tests build it."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import LinearConstraint
from scipy.sparse import coo_array, csr_array


class ConstraintRows:
    """Constraint rows of a mixed-integer programme, gathered one by one."""

    def __init__(self, n_variables: int) -> None:
        self._n_variables = n_variables
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def add(self, coefficients: Mapping[int, float], low: float = -np.inf, high: float = np.inf) -> None:
        """Add low <= sum of coefficient x variable <= high."""
        self._rows.extend([len(self._low)] * len(coefficients))
        self._columns.extend(coefficients)
        self._values.extend(coefficients.values())
        self._low.append(low)
        self._high.append(high)

    def constraint(self) -> LinearConstraint:
        """Return the rows as a sparse constraint for `scipy.optimize.milp`."""
        matrix = coo_array((self._values, (self._rows, self._columns)), shape=(len(self._low), self._n_variables))
        return LinearConstraint(csr_array(matrix), self._low, self._high)
