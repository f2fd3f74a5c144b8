#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# must_link.sh INSTALLED CC: twin tests of drivers whose functions have names that bimetal has inside
# (must_link.c) link with the installed archives, and run their own functions.
set -euo pipefail
installed=$1 cc=$2
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/system/package/lib.sh
. "$here/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
use "$installed"

# builds NAME MODULE [OPTION...]
builds() {
	local name=$1 module=$2
	shift 2
	# shellcheck disable=SC2046
	if ! "$cc" -std=gnu11 -Wall -Wextra -Werror "$@" "$here/must_link.c" \
		$(pkg-config --cflags --libs "$module" bimetal-twin) -o "$work/$name"; then
		fail "$name does not link"
	elif ! "$work/$name" >"$work/log" 2>&1; then
		fail "$name:" "$(cat "$work/log")"
	fi
}
builds own_drivers bimetal-twin
builds own_driver_beside_ours bimetal-drivers -DWITH_OURS
[ "$faults" = 0 ]
