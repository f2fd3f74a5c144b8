#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/fidelity.md and tests/quality/coverage/recorded.txt are what the tables and the tests make of them.
#   fidelity.sh page COMMAND ROOT                 is the page what recorded.txt and the tables say?
#   fidelity.sh recorded COMMAND ROOT RECORDINGS  do these recordings bear out what recorded.txt claims?
#   fidelity.sh update COMMAND ROOT RECORDINGS    make both anew
#   fidelity.sh write-page COMMAND ROOT           make the page anew: a table has changed, or a fragment
# COMMAND: register_coverage; RECORDINGS: the folder where tests left them, and their list.
set -euo pipefail
mode=$1 command=$2 root=$3
page=$root/docs/fidelity.md
recorded=$root/tests/quality/coverage/recorded.txt

# Sections that are made elsewhere, in the order in which they follow.
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

# recordings FOLDER: arguments of the command. What tests that are gone have left is not listed.
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
	echo "docs/fidelity.md is stale: ./dev docs makes it anew"
	exit 1
	;;
recorded)
	mapfile -t files < <(recordings "$4")
	"$command" check "$recorded" "${files[@]}" && exit
	echo "tests/quality/coverage/recorded.txt claims what the tests no longer do: ./dev docs makes it anew"
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
