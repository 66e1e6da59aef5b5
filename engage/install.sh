#!/bin/sh
# Puts everything that requirements*.txt name into .venv; does nothing when it is there already.
# Called by `make install` from the top of the checkout; PYTHON names the interpreter to begin with.
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$candidate" -c "$new_enough" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Engage needs Python 3.11 or newer; none was found. Name one with: make install PYTHON=..." >&2
    return 1
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python cannot make virtual environments: its venv module is not installed." >&2
        echo "On Debian and Ubuntu: apt install python3-venv. Then run the same command again." >&2
        return 1
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

# The lines of the lock that pin uv, so that even the installer is the one we know.
lock_of_uv() {
    awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements-dev.txt
}

install_with_uv() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt &&
        .venv/bin/python -m uv pip install --quiet --python .venv/bin/python --require-hashes \
            -r requirements.txt -r requirements-dev.txt
}

# uv does not read pip's settings: behind a proxy that only pip knows of, pip alone comes through.
install_all() {
    lock_of_uv > .venv/uv.txt
    if ! install_with_uv; then
        echo "uv could not do it here; pip does the same, more slowly." >&2
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
            -r requirements.txt -r requirements-dev.txt
    fi
}

wanted=$(cat requirements.txt requirements-dev.txt | cksum)
# A .venv whose Python is gone or too old cannot be mended, only made again.
if ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
    make_venv
elif [ "$(cat .venv/installed 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
rm -f .venv/installed
echo "Installing into .venv ..."
install_all
echo "$wanted" > .venv/installed
