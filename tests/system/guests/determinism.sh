#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A foreign kernel several times in one process: each run equals the first, plain, traced or stepped.
# usage: determinism.sh BIMETAL RUNS OPTION... IMAGE      RUNS: as for --verify
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bimetal=$1 runs=$2
shift 2
need "${!#}"

status=0
"$bimetal" run --verify "$runs" "$@" </dev/null >/dev/null 2>"$scratch/err" || status=$?
grep -a -e '--verify' "$scratch/err" || true
grep -aq -e '--verify: .* all equal to the first: digest [0-9a-f]' "$scratch/err" && exit 0
cat "$scratch/err"
fail "exit code $status, and the runs are not equal"
