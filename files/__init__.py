"""Uploads, checks, and guarded downloads."""
