"""How the catalogue says where a file is wrong."""


class PlacedError(ValueError):
    """Something wrong at ``path`` (keys and indexes joined by slashes) of the file being read."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class CatalogueError(Exception):
    """A file of the catalogue is wrong; the text names file, place and reason."""

    def __init__(self, file: str, path: str, message: str) -> None:
        super().__init__(": ".join(part for part in (file, path, message) if part))
        self.file = file
        self.path = path
        self.message = message
