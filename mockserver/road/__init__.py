"""The road of a request, from the socket to its behaviour: the protocol and its limits, then the stages in the order that `app` names."""
