"""Findings and changes come in, text goes out: one module an output format; none of them prints or writes."""
