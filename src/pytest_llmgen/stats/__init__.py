"""Estimates from counts: pure functions."""
