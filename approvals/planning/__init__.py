"""The plan of a project: when each matter is due one after the other, side by side, and with certificates to follow.

``schedule``, ``critical`` and ``comparing`` are pure; ``reading`` turns applications and cases into their tasks.
"""

from approvals.planning.freezing import freeze

__all__ = ["freeze"]
