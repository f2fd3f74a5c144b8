#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The recording of a program has what it reached: the accesses of probe.c, and nothing of an earlier run.
# usage: recorder.sh PROBE COMMAND
set -euo pipefail
probe=$1 command=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

recording=$scratch/probe.registers
echo "of an earlier run" >"$recording"
BIMETAL_COVERAGE=$recording "$probe"
"$command" text "$recording" | grep -v '^#' >"$scratch/text"
cat >"$scratch/expected" <<'TEXT'
directed mc146818 0 INDEX 0 0 f5 a
directed mc146818 0 DATA d9 26 0 0
directed mc146818 1 REGA d9 26 0 0
directed uart16550 0 DLM ed 12 ed 12
directed uart16550 0 IER 0 0 7a 85
directed uart16550 0 LCR 0 0 7f 80
directed vga 0 CRTC_INDEX 0 0 f1 e
directed vga 0 CRTC_DATA 0 0 cb 34
directed vga 4 CR0E 0 0 cb 34
random uart16550 0 IER fa 5 0 0
random uart16550 0 LCR 0 0 ff 0
directed uart16550.IER.reserved
TEXT
diff -u "$scratch/expected" "$scratch/text"

env -u BIMETAL_COVERAGE "$probe"
if BIMETAL_COVERAGE=$scratch/none/probe.registers "$probe" 2>"$scratch/error"; then
	echo "a recording that cannot be written is not reported"
	exit 1
fi
grep -q "none/probe.registers: coverage cannot be recorded: No such file or directory" "$scratch/error"
