# docker build -t slatemock .
# docker run -p 4010:4010 -v ./docs:/docs:ro slatemock serve /docs
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md ./
COPY slatemock slatemock
COPY doc_parser doc_parser
COPY mockserver mockserver
COPY contract contract
RUN python -m venv /opt/slatemock && /opt/slatemock/bin/pip install --no-cache-dir '.[postgresql]'

FROM python:3.12-slim
COPY --from=build /opt/slatemock /opt/slatemock
COPY specs /specs
ENV PATH=/opt/slatemock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SLATEMOCK_HOST=0.0.0.0
RUN useradd --create-home --uid 1000 slatemock
USER slatemock
WORKDIR /home/slatemock
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:4010/__admin/health', timeout=2)"]
ENTRYPOINT ["slatemock"]
CMD ["serve", "/specs/elastic-io-v1"]
