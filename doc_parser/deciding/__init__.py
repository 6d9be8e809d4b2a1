"""What the evidence means: Topics and their Evidence come in, the Operations of an Api go out.

One question a module; `doc_parser.resolve` asks them in order. Nothing here reads text, and nothing writes OpenAPI.
"""
