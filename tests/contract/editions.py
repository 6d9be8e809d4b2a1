"""Two editions of an API written short: keys are `METHOD /path` with an Operation Object, or fields of the document."""

import yaml

from contract import spec


def edition(text, name="api.yaml"):
    return spec.from_document(document(yaml.safe_load(text) or {}), name)


def document(fragment):
    whole = {"openapi": "3.0.3", "info": {"title": "API", "version": "1"}, "paths": {}}
    for key, value in fragment.items():
        method, blank, path = key.partition(" ")
        if blank:
            whole["paths"].setdefault(path, {})[method.lower()] = {"responses": {}, **value}
        else:
            whole[key] = value
    return whole
