# One image for web, worker, beat and migrations. Nothing here is secret; all of that comes when it runs.
FROM python:3.11-slim-bookworm AS build

RUN python -m venv /opt/engage
COPY requirements.txt requirements-dev.txt /build/
# uv as the lock pins it; only what is needed to run is installed.
RUN awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' /build/requirements-dev.txt > /build/uv.txt \
    && pip install --no-cache-dir --require-hashes -r /build/uv.txt \
    && uv pip install --no-cache --compile-bytecode --python /opt/engage/bin/python --require-hashes \
       -r /build/requirements.txt

FROM python:3.11-slim-bookworm

RUN useradd --system --uid 10001 --create-home --home-dir /home/engage engage \
    && install -d -o engage -g engage /var/lib/engage /var/lib/engage/uploads /var/lib/engage/exports
COPY --from=build /opt/engage /opt/engage
WORKDIR /srv/engage
COPY manage.py ./
COPY engage engage
COPY accounts accounts
COPY coaching coaching
COPY templates templates
COPY static static

ENV PATH=/opt/engage/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENGAGE_EMBEDDED=off \
    ENGAGE_VAR=/var/lib/engage \
    STATIC_ROOT=/srv/static
# The names of static files are the same for everybody, so they are made here, before there are any secrets.
RUN STATIC_MANIFEST=1 python manage.py collectstatic --no-input --verbosity 0

ENV ENGAGE_ENV=production
USER engage
EXPOSE 8000
# Few threads and a short queue: each thread may hold one of the database's connections.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--backpressure", "64", "engage.wsgi:application"]
