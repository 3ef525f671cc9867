"""The matters a mandate may be limited to. The catalogue lives on a floor above, which registers itself here."""

from collections.abc import Callable, Iterable

Provider = Callable[[], Iterable[tuple[str, str]]]

_PROVIDERS: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a source of (matter code, name in the reader's language); once per process is enough."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def choices() -> list[tuple[str, str]]:
    """All matters that a mandate may name, in the catalogue's order."""
    return [pair for provider in _PROVIDERS for pair in provider()]


def labels(codes: Iterable[str]) -> list[str]:
    """Names of matters; a code that the catalogue no longer has is shown as it is."""
    wanted = list(codes)
    if not wanted:
        return []
    names = dict(choices())
    return [names.get(code, code) for code in wanted]
