"""Editing the catalogue in the hall: drafts, publishing, differences in words, import and export."""
