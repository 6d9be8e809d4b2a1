"""What people write by hand instead of a mock: the same three answers in plain Starlette, nothing checked, JSON encoded for each request."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def application(records: list[dict[str, Any]]) -> Starlette:
    known = {each["id"]: each for each in records}

    async def listed(_: Request) -> JSONResponse:
        return JSONResponse(records)

    async def read(request: Request) -> JSONResponse:
        return JSONResponse(known[int(request.path_params["id"])])

    async def create(request: Request) -> JSONResponse:
        record = {"id": len(known) + 1, **await request.json()}
        known[record["id"]] = record
        return JSONResponse(record, 201)

    return Starlette(
        routes=[
            Route("/things", listed, methods=["GET"]),
            Route("/things", create, methods=["POST"]),
            Route("/things/{id}", read, methods=["GET"]),
        ]
    )


if __name__ == "__main__":
    shown = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["things"]
    uvicorn.run(
        application(shown),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
