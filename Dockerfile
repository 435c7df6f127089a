# gobin-inspect in a container:
#
#     docker build -t gobin-inspect .
#     docker run --rm -v "$PWD:/work:ro" gobin-inspect verify --profile static-scratch dist
#
# The base is pinned by its digest, that of the index of all its platforms. To move it: choose a tag, and take the
# digest that `docker buildx imagetools inspect python:TAG` prints first.
FROM python:3.13.15-slim-bookworm@sha256:2325bb286ec344af3e5898cc224b5844e2707ac6e26b1632516fd3edc84a5e26 AS build
COPY pyproject.toml README.md LICENSE /source/
COPY formats /source/formats
COPY inspector /source/inspector
RUN python -m venv /opt/gobin-inspect \
    && /opt/gobin-inspect/bin/pip install --no-cache-dir --disable-pip-version-check /source

FROM python:3.13.15-slim-bookworm@sha256:2325bb286ec344af3e5898cc224b5844e2707ac6e26b1632516fd3edc84a5e26
LABEL org.opencontainers.image.title="gobin-inspect" \
      org.opencontainers.image.description="Is this compiled Go program what you meant to ship, and will it start where you ship it?" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/gobin-inspect /opt/gobin-inspect
# By number, as an orchestrator that demands a non-root user cannot look a name up.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/opt/gobin-inspect/bin/gobin-inspect"]
CMD ["--help"]
