"""Everything that can go wrong, as one short tree.

PlaygroundError                 what a person is shown: what, its value, the way out
├── UserError                   the person can mend it; shown as a message, nothing is lost
│   ├── BadSample               a sample, seed, case or dataset row
│   ├── BadTemplate             a template or one of its slots
│   ├── BadRecipe               a training setting
│   ├── BadDataset              a dataset folder
│   ├── BadAdapter              an adapter folder, or an adapter for another base
│   ├── BadCheckpoint           a base model: missing, damaged, or of a form that is not opened
│   ├── BadSetting              an environment value, a folder, a port
│   ├── UnknownName             a task, contender, prompt, adapter or run that is not there
│   ├── NameTaken               a name that is used already
│   └── MissingPackage          a library that has to be installed first
└── OtherSideFailed             not the person's doing; shown, and logged with its cause
    ├── ModelFailed             a model could not answer
    ├── TrainingFailed          a run broke off
    └── ExportFailed            a file came out wrong, or could not be written

A message has three parts: what, the value, the way out. Back ends map foreign exceptions to these
at their own edge with `raise ... from`.
"""


class PlaygroundError(Exception):
    """Above all others. Its text is one clear sentence that may be shown as it is."""


class UserError(PlaygroundError):
    """Something the person can mend."""


class BadSample(UserError):
    """A sample, seed, case or row that cannot be used."""


class BadTemplate(UserError):
    """A template that does not parse, render or fit its slots, or asks for too much."""


class BadRecipe(UserError):
    """A training setting out of its range."""


class BadDataset(UserError):
    """A dataset folder that is missing, empty or damaged."""


class BadAdapter(UserError):
    """An adapter that is damaged, unsafe or belongs to another base."""


class BadCheckpoint(UserError):
    """A base model that is missing, damaged or of a form that is not opened."""


class BadSetting(UserError):
    """An environment value, folder or port that cannot be used."""


class UnknownName(UserError):
    """A name that stands for nothing here."""


class NameTaken(UserError):
    """A name that stands for something already."""


class MissingPackage(UserError):
    """A library that is not installed."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(f"{what} needs {package}, which is not installed; run: pip install {package}")


class OtherSideFailed(PlaygroundError):
    """Something that is not the person's doing."""


class ModelFailed(OtherSideFailed):
    """A model could not answer."""


class TrainingFailed(OtherSideFailed):
    """A training run broke off."""


class ExportFailed(OtherSideFailed):
    """An exported file that came out wrong, or could not be written."""


def known(kind: str, name: str, names: "list[str] | tuple[str, ...]") -> UnknownName:
    """The error for a name that is not there, with the names that are."""
    there = ", ".join(names[:12]) if names else "none yet"
    return UnknownName(f"{kind} {name!r} is not known; there is: {there}")
