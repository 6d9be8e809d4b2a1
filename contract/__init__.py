"""An OpenAPI document in hand, and judgement by it: checks, tests of a real server, and the diff of two editions."""
