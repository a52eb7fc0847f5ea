#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Proves that the tree is in order: style, both compilers, sanitizers, fuzzing, packages, all tests.
set -euo pipefail
cd "$(dirname "$0")"
. tests/shell/steps.sh
. tests/shell/preparation.sh
. tests/shell/packages.sh

usage() {
    cat <<'TEXT'
usage: sudo ./check.sh [--quick | --bench | --help]

Installs what is missing from Debian (debian/control) and runs every check, one step after the other. Ends with
ctest's closing line, and exits 0 only where every step succeeded. What a step printed is in build/logs.

  --quick    release build and unit tests only
  --tidy     clang-tidy of everything, not only of what the last commits have touched
  --bench    release build and the benchmarks (tests/bench), on a machine that does nothing else
TEXT
}

jobs=$(nproc)
fuzz_seconds=10

hand_written_sources() {
    find . \( -path ./build -o -path ./.git \) -prune -o -name '*.[ch]pp' -print | sort
}

check_format() { hand_written_sources | xargs clang-format --dry-run -Werror; }

check_shell() {
    tests/house/check_house.sh
    tests/house/check_house_test.sh
    tests/docs/conformance.sh
    bash -n check.sh demo.sh tests/shell/*.sh tests/house/*.sh tests/docs/*.sh
}

build() { # PRESET [TARGET]... : all targets where none is named
    local preset=$1
    shift
    cmake --preset "$preset" -DCOLUMBARIUM_WERROR=ON
    cmake --build --preset "$preset" --parallel "$jobs" ${1:+--target "$@"}
}

run_ctest() { # PRESET [ARGUMENT]...
    ctest --preset "$1" --parallel "$jobs" "${@:2}"
}

fuzz() { # TARGET: starts from tests/mail and conf.d, keeps what it makes and finds in build/clang/fuzz
    local name place=build/clang/fuzz status=0
    name=$(basename "$1")
    mkdir -p "$place/$name"
    "$1" -max_total_time="$fuzz_seconds" -timeout=20 -rss_limit_mb=3000 \
        -artifact_prefix="$place/$name-" "$place/$name" tests/mail conf.d >"$place/$name.log" 2>&1 || status=$?
    echo "$name:"
    tail -n 40 "$place/$name.log"
    return "$status"
}

# As many side by side as there are processors.
run_fuzzers() {
    local targets
    mapfile -t targets < <(find build/clang/tests/fuzz -maxdepth 1 -type f -executable -name 'fuzz_*')
    ((${#targets[@]})) || { echo "no fuzz targets in build/clang/tests/fuzz"; return 1; }
    export fuzz_seconds
    export -f fuzz
    printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P "$jobs" bash -euc 'fuzz "$1"' fuzz
}

# The product, not its tests: of what compile_commands.json names. Headers are looked at through their sources.
run_clang_tidy() { # FILE-PATTERN...
    run-clang-tidy -quiet -p build/clang -j "$jobs" "$@"
}

whole_product() { printf '^%s/(common|sieve-ext|dovecot-plugin|milter|tools)/\n' "$PWD"; }

# What the last commits have touched: all of it takes ten minutes, and what did not change was looked at before. Without
# a history, everything.
lately_changed() {
    local files
    files=$(git log -n 5 --name-only --pretty= -- common sieve-ext dovecot-plugin milter tools 2>/dev/null | grep '\.cpp$' | sort -u) || true
    if [[ -n $files ]]; then
        sed "s#^#^$PWD/#; s#\$#\$#" <<<"$files"
    else
        whole_product
    fi
}

tidy() { # whole_product | lately_changed
    local patterns
    mapfile -t patterns < <("$1")
    run_clang_tidy "${patterns[@]}"
}

run_benchmarks() {
    local benchmarks benchmark
    mapfile -t benchmarks < <(find build/release/tests/bench -maxdepth 1 -type f -executable | sort)
    ((${#benchmarks[@]})) || { echo "no benchmarks in build/release/tests/bench"; return 1; }
    for benchmark in "${benchmarks[@]}"; do
        "$benchmark"
    done
}

# A step that depends on another one's result.
step_after() { # OK NAME COMMAND [ARGUMENT]...
    if [[ $1 == yes ]]; then
        step "${@:2}"
    else
        skip_step "$2" "what it needs failed"
    fi
}

finish() {
    local test_log=$step_logs/all-tests.log
    echo
    # ctest's closing lines: how many passed, what was skipped, and how long each label took.
    [[ -e $test_log ]] && sed -n '/tests passed, /,$p' "$test_log"
    if ((${#failed_steps[@]})); then
        printf 'failed: %s\n' "${failed_steps[@]}"
        exit 1
    fi
    exit 0
}

mode=${1:-}
case $mode in
    '' | --quick | --tidy | --bench) ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 64 ;;
esac

trap 'allow_daemons; hand_back_build; remove_package_tree' EXIT
rm -rf "$step_logs"
make_package_tree
prepare_machine
[[ $step_ok == yes ]] || exit 1

if [[ $mode == --bench ]]; then
    step "release build" build release
    [[ $step_ok == yes ]] || exit 1
    run_benchmarks
    exit 0
fi

if [[ $mode == --tidy ]]; then
    cmake --preset clang -DCOLUMBARIUM_WERROR=ON >/dev/null
    step "clang-tidy, everything" tidy whole_product
    finish
fi

if [[ $mode == --quick ]]; then
    step "release build" build release
    step_after "$step_ok" "all tests" run_ctest release --label-regex '^unit$'
    finish
fi

step "format (clang-format)" check_format
step "house rules" check_shell

# Everything is built twice: by clang with sanitizers, as far as the steps behind it use it, and by g++ as the packages
# are built, with all tests, which then run on that. Warnings are errors in both.
step "clang build, ASan and UBSan" build clang columbarium_unit columbarium_fuzz
clang_ok=$step_ok
step_after "$clang_ok" "unit tests under ASan and UBSan" run_ctest clang --label-regex '^unit$'
step_after "$clang_ok" "fuzz targets, $fuzz_seconds s each" run_fuzzers
step_after "$clang_ok" "clang-tidy, what has changed lately" tidy lately_changed

step "g++ build of everything, and packages" build_packages
packages_ok=$step_ok
step_after "$packages_ok" "lintian" run_lintian
if ((EUID == 0)); then
    step_after "$packages_ok" "delivery against the installed packages" deliver_with_installed_packages
else
    skip_step "delivery against the installed packages" "needs root: sudo ./check.sh"
fi

step_after "$packages_ok" "all tests" test_package_build
finish
