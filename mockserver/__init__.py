"""OpenAPI to a server that remembers: a Spec comes in, an ASGI application goes out; the documented examples are its first state."""
