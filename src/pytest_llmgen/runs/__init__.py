"""Runs on disk: a directory of records and of all that led to them."""
