#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks which files may include which; the rules are in includes.awk.
#
# includes.sh ROOT         exit 0, or 1 with each violation as file:line: text
# includes.sh --self-test  breaks each rule once in a temporary tree, and checks that it is reported
set -u
here=$(dirname "$(readlink -f "$0")")

check() { # ROOT
	(
		cd "$1" || exit 2
		folders=()
		for folder in drivers devices emu harness tests; do [ ! -d $folder ] || folders+=("$folder"); done
		{
			find "${folders[@]}" -type f
			echo
			grep -rnE --include='*.[chS]' --include='*.inc' '^[[:space:]]*#[[:space:]]*include' "${folders[@]}"
		} | awk -f "$here/includes.awk"
	)
	local status=$?
	[ $status != 2 ] || echo "$1: no sources found"
	return $status
}

# One temporary tree has all cases that must pass, and one all that must fail: a file for each case.
scratch='' n=0 wanted=()
expect() { # pass|fail FILE LINE
	local file
	n=$((n + 1))
	# The case's number is part of the name; FILE's stem is kept, as rules may depend on it.
	file=$scratch/$1/$n/$2
	mkdir -p "${file%/*}"
	for kept in drivers/include/uart.h drivers/include/bimetal/disk.h drivers/disk/sector.h devices/uart/model.h \
		emu/bus.h emu/x86/walk.h emu/unicorn/engine.h emu/unicorn/x86/cpu.h harness/machine/machine.h \
		harness/command/options.h harness/record/trace.h harness/support/bytes.h harness/firmware/bios/bios.h; do
		mkdir -p "$scratch/$1/$n/${kept%/*}"
		echo >"$scratch/$1/$n/$kept"
	done
	printf '/* first line */\n%s\n' "$3" >"$file"
	wanted+=("$1|$n|$2|$3")
}

self_test() {
	local failed=0 case what number file text out got
	scratch=$(mktemp -d) || exit 2
	trap 'rm -rf "$scratch"' EXIT

	expect pass drivers/uart.c '#include "uart.h"'
	expect pass drivers/uart.c '#include <stdint.h>'
	expect pass drivers/uart.c '#include "io.h"'
	expect pass drivers/uart.c '#include "bimetal/io.h"'
	expect pass drivers/include/bimetal/part.h '#include "bimetal/wait.h"'
	expect pass drivers/io/metal/bimetal/io.h '#include "../io.h"'
	expect pass harness/twin/include/bimetal/twin.h '#include "bimetal/io.h"'
	expect pass drivers/disk/disk.c '#include "bimetal/disk.h"'
	expect pass drivers/disk/disk.c '#include "sector.h"'
	expect pass drivers/include/bimetal/part.h '#include "bimetal/disk.h"'
	expect pass drivers/io/host/io.h '#include "bimetal/disk.h"'
	expect pass drivers/io/host/host_cpu.h '#include "emu/bus.h"'
	expect pass drivers/io/host/io.c '#include "emu/bus.h"'
	expect pass devices/x/model.c '#include "emu/bus.h"'
	expect pass devices/x/model.c '#include "devices/uart/model.h"'
	expect pass devices/x/model.c '#include <string.h>'
	expect pass emu/x.c '#include "emu/bus.h"'
	expect pass emu/x86/x.c '#include "emu/bus.h"'
	expect pass emu/unicorn/x.c '#include <unicorn/unicorn.h>'
	expect pass emu/unicorn/x86/x.c '#include "emu/x86/walk.h"'
	expect pass emu/unicorn/x86/x.c '#include "emu/unicorn/engine.h"'
	expect pass harness/machine/cpu.c '#include "emu/unicorn/x86/cpu.h"'
	expect pass harness/machine/x.c '#include "emu/x86/walk.h"'
	expect pass harness/machine/x.c '#include "harness/firmware/bios/bios.h"'
	expect pass harness/boot/x.c '#include "bimetal/disk.h"'
	expect pass harness/command/x.c '#include "harness/record/trace.h"'
	expect pass harness/boot/x.c $'#include "emu/bus.h"\n/* #include <unicorn/unicorn.h> */'
	expect pass tests/unit/x.c '#include "harness/machine/machine.h"'

	expect fail drivers/uart.c '#include <stdio.h>'
	expect fail drivers/uart.c '#include "emu/bus.h"'
	expect fail drivers/uart.c '#include "drivers/disk/sector.h"'
	expect fail drivers/disk/disk.c '#include "devices/uart/model.h"'
	expect fail drivers/disk/disk.c '#include <string.h>'
	expect fail drivers/include/bimetal/part.h '#include "harness/machine/machine.h"'
	expect fail drivers/include/x.h '#include "devices/uart/model.h"'
	expect fail drivers/io/host/io.h '#include "emu/bus.h"'
	expect fail drivers/io/host/wait.h '#include <stdio.h>'
	expect fail drivers/io/host/host_cpu.h '#include "emu/unicorn/x86/cpu.h"'
	expect fail drivers/io/host/host_cpu.h '#include "harness/machine/machine.h"'
	expect fail drivers/io/metal/io.h '#include "emu/bus.h"'
	expect fail devices/x/model.c '#include "emu/unicorn/x86/cpu.h"'
	expect fail devices/x/model.c '#include "emu/x86/walk.h"'
	expect fail devices/x/model.c '#include "harness/machine/machine.h"'
	expect fail devices/x/model.c '#include <harness/machine/machine.h>'
	expect fail devices/x/model.c '#include "../../harness/machine/machine.h"'
	expect fail devices/x/model.c ' #  include "drivers/include/uart.h"'
	expect fail devices/x/model.c '#include HIDDEN'
	expect fail devices/x/model.c '#include "bimetal/disk.h"'
	expect fail devices/x/model.c '#include "bimetal/io.h"'
	expect fail devices/x/model.c '#include <unicorn/unicorn.h>'
	expect fail emu/x.c '#include <bimetal/disk.h>'
	expect fail emu/x.h '#include "devices/uart/model.h"'
	expect fail emu/x.c '#include "x86/walk.h"'
	expect fail emu/x.c '#include "emu/unicorn/engine.h"'
	expect fail emu/x.c '#include <unicorn/x86.h>'
	expect fail emu/x86/x.c '#include "emu/unicorn/x86/cpu.h"'
	expect fail emu/unicorn/x.c '#include "emu/unicorn/x86/cpu.h"'
	expect fail emu/unicorn/x.c '#include "emu/x86/walk.h"'
	expect fail emu/unicorn/x86/x.c '#include "devices/uart/model.h"'
	expect fail emu/unicorn/x86/x.c '#include "../../../harness/machine/machine.h"'
	expect fail harness/machine/x.c '#include <unicorn/unicorn.h>'
	expect fail harness/machine/x.c '#include "emu/unicorn/x86/cpu.h"'
	expect fail harness/machine/x.c '#include "tests/helper.h"'
	expect fail harness/machine/x.c '#include "harness/record/trace.h"'
	expect fail harness/record/x.c '#include "harness/command/options.h"'
	expect fail harness/support/x.c '#include "harness/firmware/bios/bios.h"'
	expect fail harness/console/x.c '#include "bimetal/disk.h"'
	expect fail tests/unit/x.c '#include <unicorn/unicorn.h>'

	for case in "${wanted[@]}"; do
		IFS='|' read -r what number file text <<<"$case"
		got=pass
		out=$(check "$scratch/$what/$number") || got=fail
		if [ "$got" != "$what" ]; then
			echo "self-test: $file with '$text': want $what, got $got"
			failed=1
		elif [ "$what" = fail ] && [[ $out != "$file:2: "* ]]; then
			echo "self-test: $file with '$text': the message names another place: $out"
			failed=1
		fi
	done
	mkdir -p "$scratch/empty"
	if check "$scratch/empty" >/dev/null 2>&1; then
		echo "self-test: a tree without sources passed"
		failed=1
	fi
	exit "$failed"
}

case ${1-} in
--self-test) self_test ;;
'' | -*)
	echo "usage: includes.sh [--self-test] ROOT" >&2
	exit 2
	;;
esac
check "$1"
