# Shared by scripts/run and scripts/test: find a Python and keep an environment of this checkout's own.

# The first Python 3.11 or newer on PATH.
find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "gobin-inspect needs Python 3.11 or newer on PATH" >&2
    return 1
}

# ensure_environment DIR SPEC: a virtual environment in DIR with this checkout installed (editable) as SPEC.
# It is made anew when pyproject.toml or the Python changes, and only counts once it is complete.
ensure_environment() {
    local dir=$1 spec=$2 python wanted
    python=$(find_python)
    wanted=$("$python" -c 'import hashlib, sys
print(sys.version, hashlib.sha256(open("pyproject.toml", "rb").read()).hexdigest(), *sys.argv[1:])' "$PWD" "$spec")
    if [ -f "$dir/complete" ] && [ "$(cat "$dir/complete")" = "$wanted" ]; then
        return
    fi
    echo "making the environment in $dir ..." >&2
    rm -rf "$dir"
    "$python" -m venv "$dir" || {
        echo "this Python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2
        return 1
    }
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$spec"
    echo "$wanted" >"$dir/complete"
}
