# The Meltano project, ready to run:
#   docker build --tag tap-tiktok-ads --build-arg VERSION=1.2.3 .
#   docker run --rm --env-file .env --volume tap-tiktok-ads:/data tap-tiktok-ads
# .env names the database twice: DATABASE_URL for the metrics, TARGET_POSTGRES_SQLALCHEMY_URL for the loader.
# /data keeps Meltano's state, that is the bookmarks; MELTANO_DATABASE_URI or MELTANO_STATE_BACKEND_URI puts it elsewhere.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim-trixie AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never \
    PATH=/opt/meltano/bin:$PATH
WORKDIR /project

# Meltano and its plugins, each in an environment of its own, all in the versions of uv.lock.
COPY pyproject.toml uv.lock ./
RUN uv export --quiet --locked --all-extras --all-groups --no-emit-project --no-hashes --output-file constraints.txt
ENV UV_CONSTRAINT=/project/constraints.txt
RUN uv venv /opt/meltano && uv pip install --python /opt/meltano meltano

# Git's history stays outside, so the version has to be told.
ARG VERSION=0.1.0.dev0
ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION
COPY . .
RUN meltano install && python -m compileall -q tap_tiktok_ads tiktok_ads_metrics

FROM python:${PYTHON}-slim-trixie
COPY --from=build /opt/meltano /opt/meltano
COPY --from=build /project /project
# Code belongs to root; what runs may write its state, its logs and its scratch files.
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
# Healthy is a container whose environment is whole and whose database answers.
HEALTHCHECK --interval=1m --timeout=10s --start-period=10s \
    CMD [".meltano/utilities/tiktok-ads-metrics/venv/bin/python", "-c", "import os, psycopg; psycopg.connect(os.environ.get('DATABASE_URL', ''), connect_timeout=5).close()"]
ENTRYPOINT ["meltano"]
CMD ["run", "tap-tiktok-ads", "target-postgres", "tiktok-ads-metrics:apply"]
