"""Which matters somebody wished for before there was an application: apps above say so here.

The page where matters are chosen marks them beforehand. ``register`` in ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from projects.models import Project

Source = Callable[[Project], Iterable[str]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """``source`` gives codes for a project, nothing for one it doesn't know. Once is enough."""
    if source not in _sources:
        _sources.append(source)
    return source


def codes_for(project: Project) -> list[str]:
    """Codes that were wished for, each once."""
    return list(dict.fromkeys(code for source in _sources for code in source(project)))
