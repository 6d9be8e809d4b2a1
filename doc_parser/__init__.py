"""Slate documents -> Api -> OpenAPI, and what is wrong with the documents."""
