"""Read-only figures and pages that put several floors together."""
