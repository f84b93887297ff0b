"""Demand distributions -> orders."""
