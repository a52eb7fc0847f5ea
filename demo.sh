#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows what Columbarium does: delivers real-looking mail to a private Dovecot and prints what became of it.
set -euo pipefail
cd "$(dirname "$0")"
. tests/shell/steps.sh
. tests/shell/preparation.sh

usage() {
    cat <<'TEXT'
usage: sudo ./demo.sh [--keep]

Installs what is missing from Debian, builds a release, starts a private Dovecot on loopback in a temporary
directory, delivers messages of tests/mail to it over LMTP and prints a table: what each message was recognised
as, where it went, and what was sent out. The system's own Dovecot is not touched. Where nothing is missing it
needs no root.

  --keep   leave the server running and print how to look at it and how to stop it
TEXT
}

keep=()
case ${1:-} in
    '') ;;
    --keep) keep=(--keep) ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
esac

build=build/release
if [[ -e $build && ! -w $build ]]; then
    echo "$PWD/$build belongs to somebody else: run this script with sudo, or remove that directory."
    exit 1
fi

trap 'allow_daemons; hand_back_build' EXIT
prepare_machine
if [[ $step_ok == yes && ! -e $build/build.ninja ]]; then
    step "configuring the release build" cmake --preset release
fi
if [[ $step_ok == yes ]]; then
    step "building the release (first time: minutes)" cmake --build --preset release --target columbarium_demo
fi
[[ $step_ok == yes ]] || exit 1
"$build/tests/demo/columbarium_demo" conf.d "${keep[@]}"
