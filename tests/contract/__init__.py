"""Tests of the room that judges: diff, fuzz, reports."""
