# The Meltano project with its plugins installed:
#   docker build --tag tap-tiktok-ads --build-arg VERSION=1.2.3 .
#   docker run --rm --env-file .env --volume tap-tiktok-ads:/data tap-tiktok-ads
# .env sets the database for the metrics (DATABASE_URL) and for the loader (TARGET_POSTGRES_SQLALCHEMY_URL).
# Meltano keeps its state, with the bookmarks, in /data; MELTANO_DATABASE_URI or MELTANO_STATE_BACKEND_URI change that.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim-trixie AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never \
    PATH=/opt/meltano/bin:$PATH
WORKDIR /project

# Meltano and each plugin have their own environment, all with the versions in uv.lock.
COPY pyproject.toml uv.lock ./
RUN uv export --quiet --locked --all-extras --all-groups --no-emit-project --no-hashes --output-file constraints.txt
ENV UV_CONSTRAINT=/project/constraints.txt
RUN uv venv /opt/meltano && uv pip install --python /opt/meltano meltano

# The build context has no Git history to derive the version from.
ARG VERSION=0.1.0.dev0
ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION
COPY . .
RUN meltano install && python -m compileall -q tap_tiktok_ads tiktok_ads_metrics

FROM python:${PYTHON}-slim-trixie
COPY --from=build /opt/meltano /opt/meltano
COPY --from=build /project /project
# Code belongs to root; the process can write only state, logs and temporary files.
RUN install --directory --owner=10001 /data /project/.meltano/run /project/.meltano/logs
ENV PATH=/opt/meltano/bin:$PATH \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    MELTANO_AUTO_INSTALL=false \
    MELTANO_DATABASE_URI=sqlite:////data/meltano.db \
    MELTANO_ENVIRONMENT=prod
WORKDIR /project
USER 10001
VOLUME /data
# Healthy: the metrics' environment works and the database accepts a connection.
HEALTHCHECK --interval=1m --timeout=10s --start-period=10s \
    CMD [".meltano/utilities/tiktok-ads-metrics/venv/bin/python", "-c", "import os, psycopg; psycopg.connect(os.environ.get('DATABASE_URL', ''), connect_timeout=5).close()"]
ENTRYPOINT ["meltano"]
CMD ["run", "tap-tiktok-ads", "target-postgres", "tiktok-ads-metrics:apply"]
