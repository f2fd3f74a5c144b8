#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fidelity.sh finds each fault that it should find.
# usage: fidelity_faults.sh COMMAND ROOT
set -euo pipefail
command=$1 root=$2
here=$(dirname "$(readlink -f "$0")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/docs" "$scratch/tests/quality/coverage" "$scratch/tests/quality/mutants" "$scratch/recordings"
touch "$scratch/recordings/list"
page=$scratch/docs/fidelity.md
recorded=$scratch/tests/quality/coverage/recorded.txt

afresh() {
	cp "$root/tests/quality/coverage/recorded.txt" "$recorded"
	rm -f "$scratch/tests/quality/mutants/fidelity.md"
	"$command" page "$recorded" >"$page"
}

# expect_failure MODE TEXT: checks that fidelity.sh fails in this mode, with this message.
expect_failure() {
	local out
	if out=$("$here/fidelity.sh" "$1" "$command" "$scratch" "$scratch/recordings" 2>&1); then
		echo "nothing was found, expected: $2"
		exit 1
	fi
	grep -qF "$2" <<<"$out" || { echo "expected: $2"; echo "${out:0:2000}"; exit 1; }
}

afresh
"$here/fidelity.sh" page "$command" "$scratch"

sed -i '0,/| modelled |/s//| kept |/' "$page"
expect_failure page "docs/fidelity.md is out of date: run ./dev docs"

afresh
sed -i '0,/^directed uart16550 0 IER .*/s//directed uart16550 0 IER 0 0 0 0/' "$recorded"
expect_failure page "docs/fidelity.md is out of date"

afresh
echo "directed uart16550 0 NO_SUCH 1 0 0 0" >>"$recorded"
expect_failure page "unknown register: directed uart16550 0 NO_SUCH 1 0 0 0"

afresh
echo "fully tested" >>"$recorded"
expect_failure page "recorded.txt:$(wc -l <"$recorded"): the line must begin with directed, random or qemu: fully tested"

# A claim without a recording, as there are no recordings at all.
afresh
expect_failure recorded "tests/quality/coverage/recorded.txt has registers that the tests no longer reach"

# A test that did not run.
echo native/test_gone.registers >"$scratch/recordings/list"
expect_failure recorded "native/test_gone.registers: cannot open the file: No such file or directory"
: >"$scratch/recordings/list"

# The sections that other scripts make are part of the page.
afresh
echo "## Mutants" >"$scratch/tests/quality/mutants/fidelity.md"
expect_failure page "+## Mutants"
"$here/fidelity.sh" write-page "$command" "$scratch"
"$here/fidelity.sh" page "$command" "$scratch"
"$here/fidelity.sh" update "$command" "$scratch" "$scratch/recordings"
"$here/fidelity.sh" page "$command" "$scratch"
"$here/fidelity.sh" recorded "$command" "$scratch" "$scratch/recordings"
tail -n 1 "$page" | grep -qx "## Mutants"
