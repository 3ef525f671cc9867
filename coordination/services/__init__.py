"""Writes of this app, by aggregate."""
