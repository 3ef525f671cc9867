"""Sections and divisions of GB/T 4754-2017, which enterprises and projects share."""

from enterprises.industries import choices, division, label, section_of, sections

__all__ = ["choices", "division", "label", "section_of", "sections"]
