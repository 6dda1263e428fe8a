"""Processes that run what a model wrote."""
