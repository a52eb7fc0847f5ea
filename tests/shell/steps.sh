# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Steps with a progress line and a duration each, for check.sh and demo.sh. Sourced from the project's root.
# What a step prints goes to a file in $step_logs; of a step that fails, the end is shown.

step_logs=build/logs
step_lines_shown=60
failed_steps=()

# Whether the last step succeeded.
step_ok=yes

# Runs a command as a step, sets step_ok, and remembers a failure in failed_steps. Always returns 0 and must not
# stand in a condition: bash would switch off -e in the command.
step() { # NAME COMMAND [ARGUMENT]...
    local name=$1 log status started=$SECONDS
    shift
    mkdir -p "$step_logs"
    log=$step_logs/${name//[^a-zA-Z0-9]/-}.log
    printf '%-52s ' "$name ..."
    set +e
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if ((status == 0)); then
        step_ok=yes
        printf 'ok      %4d s\n' $((SECONDS - started))
    else
        step_ok=no
        failed_steps+=("$name")
        printf 'FAILED  %4d s\n' $((SECONDS - started))
        printf -- '----- the end of %s\n' "$log"
        tail -n "$step_lines_shown" "$log"
        printf -- '-----\n'
    fi
}

# For a step that cannot be tried, because what it needs failed.
skip_step() { # NAME WHY
    printf '%-52s left out: %s\n' "$1 ..." "$2"
    failed_steps+=("$1 (left out)")
}

# Gives what root built to the user who called sudo.
hand_back_build() {
    if ((EUID == 0)) && [[ -n ${SUDO_UID:-} && -d build ]]; then
        chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" build
    fi
}
