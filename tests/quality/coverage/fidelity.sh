#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks or makes docs/fidelity.md and tests/quality/coverage/recorded.txt, from the register tables and the tests.
#   fidelity.sh page COMMAND ROOT                 check the page against recorded.txt and the tables
#   fidelity.sh recorded COMMAND ROOT RECORDINGS  check that these recordings contain all of recorded.txt
#   fidelity.sh update COMMAND ROOT RECORDINGS    write both
#   fidelity.sh write-page COMMAND ROOT           write the page: a table or a fragment has changed
# COMMAND: the program register_coverage. RECORDINGS: the folder with the recordings of the tests, and their list.
set -euo pipefail
mode=$1 command=$2 root=$3
page=$root/docs/fidelity.md
recorded=$root/tests/quality/coverage/recorded.txt

# Sections that other scripts make, in their order on the page.
fragments=("$root/tests/quality/mutants/fidelity.md")

make_page() {
	local fragment
	"$command" page "$recorded"
	for fragment in "${fragments[@]}"; do
		[ ! -e "$fragment" ] || { echo && cat "$fragment"; }
	done
}

write_page() {
	make_page >"$page.new"
	mv "$page.new" "$page"
}

# recordings FOLDER: prints arguments for the command; leaves out recordings of tests that no longer exist.
recordings() {
	local list
	list=$(sed "s|^|$1/|" "$1/list")
	grep -E '/(native|here)/[^/]+$' <<<"$list" || true
	echo --qemu
	grep -E '/qemu/[^/]+$' <<<"$list" || true
	echo --lints
	grep -E '/cpu/[^/]+$' <<<"$list" || true
}

case $mode in
page)
	make_page | diff -u "$page" - && exit
	echo "docs/fidelity.md is out of date: run ./dev docs"
	exit 1
	;;
recorded)
	mapfile -t files < <(recordings "$4")
	"$command" check "$recorded" "${files[@]}" && exit
	echo "tests/quality/coverage/recorded.txt has registers that the tests no longer reach: run ./dev docs"
	exit 1
	;;
update)
	mapfile -t files < <(recordings "$4")
	"$command" text "${files[@]}" >"$recorded.new"
	mv "$recorded.new" "$recorded"
	write_page
	;;
write-page) write_page ;;
*)
	echo "usage: fidelity.sh page|recorded|update|write-page COMMAND ROOT [RECORDINGS]" >&2
	exit 2
	;;
esac
