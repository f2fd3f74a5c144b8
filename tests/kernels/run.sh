#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [options] bimetal|qemu PROGRAM IMAGE [program's own arguments]
# Runs one test kernel; it fails by its exit code or by FAIL lines in its output.
#   --exit N       expected exit code (default: 0 of bimetal, 33 of QEMU: the kernel's "all passed")
#   --output TEXT  text that must be in the output (default "DONE passed", none with --exit)
# A FAIL line is allowed if DIFFERENCES.md has a row for this program, kernel and case.
set -u -o pipefail

want_exit=
output=
while [[ ${1-} == --* ]]; do
  case $1 in
    --exit) want_exit=$2 ;;
    --output) output=$2 ;;
    *) echo "run.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
oracle=$1 program=$2 image=$3
shift 3
name=$(basename "$image")
differences=$(dirname "$0")/DIFFERENCES.md
[[ -n $output || -n $want_exit ]] || output='DONE passed'

log=$(mktemp) && trap 'rm -f "$log"' EXIT
case $oracle in
  bimetal)
    passed=0 reported=1
    timeout -k 5 "${KERNELS_WALL_LIMIT:-60}" "$program" run --machine isapc -m 64M --serial stdio --lint warn \
      "$@" "$image" >"$log" 2>"$log.err" </dev/null
    status=$?
    ;;
  qemu)
    passed=33 reported=35
    if ! command -v "$program" >/dev/null; then
      echo "no $program here: skipped"
      exit 77
    fi
    # -icount: QEMU's timers count instructions, so the load of the host does not matter.
    timeout -k 5 "${KERNELS_WALL_LIMIT:-60}" "$program" -M pc -cpu qemu64 -accel tcg -net none -m 64 -display none \
      -icount shift=0,sleep=off \
      -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
      "$@" -kernel "$image" >"$log" 2>"$log.err" </dev/null
    status=$?
    ;;
  *) echo "run.sh: unknown oracle $oracle" >&2; exit 2 ;;
esac
tr -d '\r' <"$log" >"$log.text"
trap 'rm -f "$log" "$log.err" "$log.text"' EXIT

# known CASE: whether DIFFERENCES.md has a row "| oracle | kernel | case | ..." (glob patterns) for it.
patterns=() used=()
while IFS='|' read -r _ who kernel case _; do
  read -r who <<<"$who"
  read -r kernel <<<"$kernel"
  read -r case <<<"$case"
  # shellcheck disable=SC2053
  [[ $who == "$oracle" && $name == $kernel ]] && patterns+=("$case")
done <"$differences"
known() {
  local case=${1#FAIL } pattern
  case=${case%%: got *}
  for pattern in ${patterns[@]+"${patterns[@]}"}; do
    # shellcheck disable=SC2053
    [[ $case == $pattern ]] && used+=("$pattern") && return 0
  done
  return 1
}

bad=0 forgiven=0
while IFS= read -r line; do
  if known "$line"; then
    forgiven=$((forgiven + 1))
    echo "known difference: $line"
  else
    bad=$((bad + 1))
  fi
done < <(grep -a '^FAIL ' "$log.text")

for pattern in ${patterns[@]+"${patterns[@]}"}; do
  [[ " ${used[*]-} " == *" $pattern "* ]] || echo "row not needed: | $oracle | $name | $pattern |"
done

if [[ -z $want_exit ]]; then
  want_exit=$passed
  [[ $forgiven -gt 0 && $bad -eq 0 ]] && want_exit=$reported
fi
problem=
[[ $status -eq $want_exit ]] || problem="exit code $status, want $want_exit"
[[ $bad -eq 0 ]] || problem="$bad cases failed; $problem"
if [[ -n $output ]] && ! grep -qaF -- "$output" "$log.text"; then
  problem="no \"$output\" in the output; $problem"
fi
# A lint that `bimetal explain` does not know.
if grep -qa 'a bug of bimetal' "$log.err"; then problem="unknown lint; $problem"; fi
if [[ -n $problem ]]; then
  cat "$log.text" "$log.err"
  echo "$name under $oracle: $problem"
  exit 1
fi
sed -n '/^DONE/p' "$log.text"
