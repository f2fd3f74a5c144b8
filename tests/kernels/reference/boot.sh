#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boot.sh BIMETAL NAME OUT ARGUMENT...: boots the reference kernel, operates it by the script
# boot/NAME.script, and compares its screen at the end with boot/NAME.text and boot/NAME.png, where these
# exist. A picture that differs leaves OUT/NAME.difference.png: expected, got, and the difference.
# With BOOT_UPDATE=1 in the environment the two files are written instead.
# ARGUMENTs are those of `bimetal run`; a lint of any kind fails the test.
set -euo pipefail
bimetal=$1 name=$2 out=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)/boot
mkdir -p "$out"
text=$out/$name.text
run=("$bimetal" run --serial none --lint error --max-time 60s --script "$here/$name.script" --screen-text "$text")
if [ "${BOOT_UPDATE:-}" = 1 ]; then
	[ ! -e "$here/$name.png" ] || run+=(--screenshot "$here/$name.png")
elif [ -e "$here/$name.png" ]; then
	run+=(--expect-picture "$here/$name.png" --difference "$out/$name.difference.png")
fi
"${run[@]}" "$@" </dev/null || { echo "$name: exit code $?"; cat "$text" 2>/dev/null; exit 1; }
[ -e "$here/$name.text" ] || exit 0
if [ "${BOOT_UPDATE:-}" = 1 ]; then cp "$text" "$here/$name.text"; fi
diff -u "$here/$name.text" "$text" || { echo "$name: the screen's text is not that of $here/$name.text"; exit 1; }
