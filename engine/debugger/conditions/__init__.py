"""Conditions that a person types: read into terms, never run as code."""
