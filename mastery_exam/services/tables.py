"""Reading the CSV files that authors upload: a clear message per line, and nothing is taken in unless all is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from mastery_exam.data import ImportProblem
from mastery_exam.errors import ImportRefused

Row = dict[str, str]
Taken = TypeVar("Taken")

LARGEST_FILE = 2 * 1024 * 1024
MOST_ROWS = 20_000


def decode(source: bytes | str) -> str:
    """Return the text of an uploaded file; raises ImportRefused when it is too large or not UTF-8."""
    if len(source) > LARGEST_FILE:
        raise ImportRefused(_("This file is larger than 2 MB. Split it and upload the parts."))
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source
    except UnicodeDecodeError as error:
        raise ImportRefused(_("This file is not UTF-8 text. Save it as “CSV UTF-8” and upload it again.")) from error
    if "\x00" in text:
        raise ImportRefused(_("This file is not text. Save it as “CSV UTF-8” and upload it again."))
    return text


def read_table(source: bytes | str, *, required: Sequence[str], optional: Sequence[str] = ()) -> list[tuple[int, Row]]:
    """Return (line number, row) for each line of a CSV file whose first line names its columns.

    Comma, semicolon and tab are understood; empty lines are passed over. Raises ImportRefused.
    """
    text = decode(source)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _refuse_columns(names, required, optional)
        rows: list[tuple[int, Row]] = []
        problems: list[ImportProblem] = []
        for cells in reader:
            if len(rows) >= MOST_ROWS:
                raise ImportRefused(_("This file has more than %(count)s lines. Split it.") % {"count": MOST_ROWS})
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(names):
                problems.append(ImportProblem(reader.line_num, _("It has more cells than there are columns.")))
                continue
            padded = [cell.strip() for cell in cells] + [""] * (len(names) - len(cells))
            rows.append((reader.line_num, dict(zip(names, padded, strict=True))))
    except csv.Error as error:
        raise ImportRefused(
            _("Line %(line)s cannot be read: check its quotation marks.") % {"line": reader.line_num},
            developer_message=str(error),
        ) from error
    problems += [
        ImportProblem(line, _("The column “%(name)s” is empty.") % {"name": name})
        for line, row in rows
        for name in required
        if not row[name]
    ]
    refuse_problems(problems)
    return rows


def take_rows(rows: Iterable[tuple[int, Row]], take: Callable[[Row], Taken]) -> list[Taken]:
    """Return what `take` makes of each row; its ValueErrors become one refusal that names every wrong line."""
    taken: list[Taken] = []
    problems: list[ImportProblem] = []
    for line, row in rows:
        try:
            taken.append(take(row))
        except ValueError as error:
            problems.append(ImportProblem(line, str(error)))
    refuse_problems(problems)
    return taken


def refuse_problems(problems: Sequence[ImportProblem]) -> None:
    """Raise ImportRefused if there are any problems."""
    if problems:
        raise ImportRefused(
            _("Nothing was imported. Correct these lines and upload the file again."),
            problems=sorted(problems, key=lambda problem: problem.line),
        )


def read_flag(text: str) -> bool:
    """Return yes or no from a cell; empty is no. Raises ValueError."""
    known = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
    try:
        return known[text.lower()]
    except KeyError as error:
        raise ValueError(_("Write yes or no, not “%(text)s”.") % {"text": text}) from error


def _refuse_columns(names: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> None:
    allowed = ", ".join([*required, *optional])
    if missing := [name for name in required if name not in names]:
        raise ImportRefused(
            _("The first line must name the columns. Missing: %(missing)s. Known columns: %(allowed)s.")
            % {"missing": ", ".join(missing), "allowed": allowed}
        )
    if unknown := [name for name in names if name not in {*required, *optional}]:
        raise ImportRefused(
            _("The column “%(name)s” is not known. Known columns: %(allowed)s.")
            % {"name": unknown[0], "allowed": allowed}
        )
    if len(set(names)) < len(names):
        raise ImportRefused(_("Two columns have the same name."))
