#!/bin/sh
# Prints the path of a Python 3.11-3.13 that has venv; otherwise one sentence that says what to install, and exit 1.
# PYTHON=… names one to be used and no other.
set -u

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
wrong="" bare=""

for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    found=$(command -v "$name" 2>/dev/null) || continue
    version=$("$found" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if ! "$found" -c "$fits" 2>/dev/null; then
        wrong="${wrong:-$version at $found}"
    elif ! "$found" -c 'import venv, ensurepip' 2>/dev/null; then
        bare="${bare:-$version at $found}"
    else
        echo "$found"
        exit 0
    fi
done

if [ -n "$bare" ]; then
    minor=$(echo "$bare" | cut -d. -f2)
    echo "Tocsin needs the venv module, which Python $bare lacks: type 'sudo apt-get install python3.$minor-venv' and run make again." >&2
elif [ -n "$wrong" ]; then
    echo "Tocsin needs Python 3.11, 3.12 or 3.13, and the only one found is $wrong: install one of them with venv, or name it with PYTHON=/path/to/python3." >&2
elif [ -n "${PYTHON:-}" ]; then
    echo "Tocsin needs Python 3.11, 3.12 or 3.13, and PYTHON=$PYTHON is no Python that runs." >&2
else
    echo "Tocsin needs Python 3.11, 3.12 or 3.13, and none was found: type 'sudo apt-get install python3 python3-venv' and run make again." >&2
fi
exit 1
