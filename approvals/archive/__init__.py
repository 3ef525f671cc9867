"""The archive of closed cases: what a folder holds, how long it is kept, reading and exporting it.

Writes are in ``approvals.services.archiving``. See docs/archive.md.
"""
