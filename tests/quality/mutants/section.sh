#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The section on mutants of docs/fidelity.md, from the results of beside_qemu.sh and mechanical.sh.
#   section.sh FOLDER            print it
#   section.sh --check FOLDER    compare it with FOLDER/fidelity.md
set -euo pipefail

# Escape bars, which end a cell of a table.
cells() { sed 's/|/\\|/g'; }

counts() { # HISTORICAL
	awk -F'|' '{ n++; if ($2 != "-") ours++; if ($3 != "") tried++; if ($3 == "qemu") qemu++ }
		END { printf "%d faults; our tests caught %d. Of the %d in drivers that have twin tests, those tests under QEMU caught %d.\n", n, ours, tried, qemu }' "$1"
}

section() {
	local fault name kind ours qemu seen
	cat <<'TEXT'
## Mutants

Do the tests notice a bug? Recorded by tests/quality/mutants/beside_qemu.sh and tests/quality/mutants/mechanical.sh.

### Faults that others had, or that the hardware invites

tests/quality/mutants/historical holds them as patches. *Ours* is the first kind of our tests that fails: a unit test of
the driver on our models, a twin test natively, on the metal, or by its trace. *QEMU*: the same twin tests as
kernels under QEMU, on its devices. It is told nothing but the driver's results: what a fault does to the
hardware on its way is no result, and what needs a script (characters that arrive, keys) runs here alone.

TEXT
	counts "$1/recorded/historical.txt"
	echo
	echo "| fault | ours | QEMU | seen |"
	echo "| --- | --- | --- | --- |"
	while IFS='|' read -r name ours qemu fault; do
		seen=$(sed -n 's/^Seen: //p;/^$/q' "$1/historical/$name.patch")
		case $qemu in
		qemu) qemu=caught ;;
		-) qemu=passed ;;
		*) qemu="no twin test" ;;
		esac
		echo "| $fault | ${ours/#-/**not caught**} | $qemu | $seen |"
	done <"$1/recorded/historical.txt"
	cat <<'TEXT'

### Mechanical faults

generate.awk makes them of every driver and model: an access left out, made twice, swapped with the next, of twice
the width; a wait skipped; a condition the contrary; a constant's lowest bit. Of the many a sample is tried, always
the same: all swaps, widths and waits, about one of 16 of the others. What compiles to the same code, or not at
all, is none, nor is what nobody could see (survivors.txt says why). The models' register tables are left out: each
change of one is a change of docs/registers, which a test finds.

TEXT
	awk -F': |[ ,]+' '/caught, .* survived$/ { split($1, path, "/"); caught[path[1]] += $2; lived[path[1]] += $4 }
		END { print "| sources | caught | survived | caught of all |"; print "| --- | ---: | ---: | ---: |"
			for (i = 1; i <= 2; i++) { dir = i == 1 ? "drivers" : "devices"
				n = caught[dir] + lived[dir]
				printf "| %s/ | %d | %d | %.1f %% |\n", dir, caught[dir], lived[dir], n ? 100 * caught[dir] / n : 0 } }' \
		"$1/recorded/mechanical.txt"
	cat <<'TEXT'

Those of the sources of drivers that have twin tests, header files apart, were tried under QEMU, too:

| fault | tried | caught by our unit and twin tests | by the twin tests under QEMU |
| --- | ---: | ---: | ---: |
TEXT
	awk -F'|' 'function count(kind) { n[kind]++; ours[kind] += $2 != "-"; qemu[kind] += $3 == "qemu" }
		function row(kind) { printf "| %s | %d | %d | %d (%.0f %%) |\n", kind, n[kind], ours[kind], qemu[kind], 100 * qemu[kind] / n[kind] }
		{ count($4); count("all") }
		END { kinds = split("drop double swap widen skip-wait negate flip all", name, " ")
			for (i = 1; i <= kinds; i++) if (n[name[i]]) row(name[i]) }' "$1/recorded/mechanical_qemu.txt"
	printf '\nThe survivors, and why they may live:\n\n| file | fault | reason |\n| --- | --- | --- |\n'
	grep -vE '^#|^$|\|same: [^|]*$' "$1/survivors.txt" | while IFS= read -r fault; do
		name=${fault%%|*} seen=${fault##*|} fault=${fault#*|}
		fault=${fault%|*} kind=${fault%%|*} fault=${fault#*|} fault=${fault%|}
		# If two lines are exchanged, the difference shows one of them, as removed and added.
		[ "$kind" != swap ] || fault=${fault%%; + *}';'
		echo "| $name | $kind: \`$(cells <<<"$fault")\` | $seen |"
	done
	# Recorded survivors without a reason.
	awk -F'|' 'FNR == NR { if ($0 !~ /^#|^$|\|same: [^|]*$/) told[$1]++; next }
		{ split($0, part, ": | caught, | survived"); n = part[3] - told[part[1]]
			if (n > 0) printf "\nWithout a reason yet: %d of %s.\n", n, part[1] }' \
		"$1/survivors.txt" "$1/recorded/mechanical.txt"
}

if [ "$1" = --check ]; then
	section "$2" | diff -u "$2/fidelity.md" - && exit
	echo "tests/quality/mutants/fidelity.md is out of date: run tests/quality/mutants/section.sh tests/quality/mutants >tests/quality/mutants/fidelity.md"
	exit 1
fi
section "$1"
