#!/bin/sh
# Measures what a newcomer waits for: a fresh clone in an empty environment, `make run SERVE=0`, and again.
# Prints seconds and megabytes; never passes or fails on them. Usage: sh benchmarks/install.sh [--cold]
# --cold gives pip an empty cache, so that every package is downloaded.
set -eu

repo=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tocsin-install.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
home=${HOME:-/tmp}
[ "${1:-}" = "--cold" ] && home=$work/home && mkdir "$home"

clean() { env -i HOME="$home" PATH=/usr/local/bin:/usr/bin:/bin "$@"; }
seconds() {
    began=$(date +%s)
    "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; exit 1; }
    echo $(($(date +%s) - began))
}
size() { du -sm "$1" | cut -f1; }

git clone --quiet "$repo" "$work/tocsin"
cd "$work/tocsin"
echo "processors:                 $(nproc)"
echo "install, seconds:           $(seconds clean make install)"
echo "base install, MB:           $(size .venv)"
echo "first run, seconds:         $(seconds clean make run SERVE=0)"
echo "base install after, MB:     $(size .venv)"
echo "second run, seconds:        $(seconds clean make run SERVE=0)"
echo "data folder, MB:            $(size var)"
