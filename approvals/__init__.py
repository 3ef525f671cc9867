"""Catalogue, applications, cases, steps, decisions and delivery."""
