#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# picture.sh BIMETAL IMAGE NAME OUT [ARGUMENT...]: boots a program that draws, and compares the picture at its end
# with pictures/NAME.png. With pictures/NAME.script, the script operates it; else it must report "DONE passed" and
# leave. A picture that differs leaves OUT/NAME.difference.png: expected, got, and the difference. With
# BOOT_UPDATE=1 in the environment pictures/NAME.png is written instead: look at it. Any lint fails the test.
set -euo pipefail
bimetal=$1 image=$2 name=$3 out=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)/pictures
mkdir -p "$out"
run=("$bimetal" run -m 64M --lint error --max-time 60s --serial stdio)
if [ -e "$here/$name.script" ]; then
	run+=(--script "$here/$name.script")
else
	run+=(--expect 'DONE passed')
fi
if [ "${BOOT_UPDATE:-}" = 1 ]; then
	run+=(--screenshot "$here/$name.png")
else
	run+=(--expect-picture "$here/$name.png" --difference "$out/$name.difference.png")
fi
timeout -k 5 100 "${run[@]}" "$@" "$image" </dev/null
