"""How the catalogue says where something is wrong, for files and for the editor alike."""

from typing import Any


class PlacedError(ValueError):
    """Something wrong at ``path`` (keys and indexes joined by slashes) of a file or of a draft.

    ``template`` with ``params`` makes the English message for files. Templates are marked with
    ``gettext_noop``, so that the editor can say the same in the reader's language.
    """

    def __init__(self, path: str, template: str, **params: Any) -> None:
        self.path = path
        self.template = template
        self.params = params
        self.message = template % params
        super().__init__(f"{path}: {self.message}")


class CatalogueError(Exception):
    """A file of the catalogue is wrong; the text names file, place and reason."""

    def __init__(self, file: str, path: str, message: str) -> None:
        super().__init__(": ".join(part for part in (file, path, message) if part))
        self.file = file
        self.path = path
        self.message = message
