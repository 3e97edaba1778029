"""--format: the groups of a dataset that was just made, written in another form beside it."""

from __future__ import annotations

from argparse import Namespace

from playground.datasets import Dataset
from playground.interchange.forms import FORMS
from playground.twins.brought import take_dataset


def in_form(given: Namespace, made: Dataset) -> dict[str, str]:
    """Group to the file it was written to; nothing where no form was asked for. Raises what writing raises."""
    form = getattr(given, "format", None)
    if not form:
        return {}
    # Beside the dataset's own files, which end on .jsonl too.
    named = "" if FORMS[form] == f".{form}" else f".{form}"
    return dict(take_dataset(made, form, made.path, named))
