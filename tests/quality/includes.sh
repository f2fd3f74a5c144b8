#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Who may include whom:
#
#   drivers/          freestanding C headers, drivers/include, the accessors (io.h, dma.h, msr.h, wait.h),
#                     and each driver's folder itself
#   drivers/io/host/  also emu/ (but not emu/cpu/)
#   devices/          devices/, emu/ (but not emu/cpu/)
#   emu/              emu/ (but not emu/cpu/)
#   emu/cpu/          emu/, unicorn
#   harness/          everything but tests/ and unicorn
#   tests/            everything but unicorn
#
# check_includes.sh ROOT              exit 0, or 1 with each violation as file:line: text
# check_includes.sh --self-test ROOT  break each rule once in a scratch tree, and see it caught
set -u

freestanding=' float.h iso646.h limits.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h stdnoreturn.h '
accessors=' io.h dma.h msr.h wait.h '

# resolve FILE INCLUDED: the path from the root that the preprocessor would find.
resolve() {
	local dir=${1%/*} path=$2
	if [ -e "$root/$dir/$path" ]; then
		path=$(realpath -m --relative-to="$root" "$root/$dir/$path")
	elif [ -e "$root/drivers/include/$path" ]; then
		path=drivers/include/$path
	elif [[ $path == *..* ]]; then
		path=$(realpath -m --relative-to="$root" "$root/$path")
	fi
	printf '%s' "$path"
}

in_list() { [[ $1 == *" $2 "* ]]; }

# allowed FILE PATH KIND: may FILE include PATH? KIND is < or ".
allowed() {
	local file=$1 path=$2 kind=$3
	case $path in
	unicorn/* | unicorn.h) [[ $file == emu/cpu/* ]]; return ;;
	esac
	case $file in
	tests/*) return 0 ;;
	harness/*) [[ $path != tests/* ]]; return ;;
	drivers/io/host/*) [[ $path == emu/cpu/* ]] && return 1
		[[ $path == emu/* || $path == drivers/* || $path != */* ]]; return ;;
	drivers/*) if [[ $kind == '<' ]]; then in_list "$freestanding" "$path"; return; fi
		in_list "$accessors" "$path" || [[ $path == drivers/include/* ]] ||
			[[ $file == drivers/*/* && $path == "${file%/*}"/* ]]; return ;;
	esac
	case $path in # from here on: devices/ and emu/; system headers are free
	emu/cpu/*) [[ $file == emu/cpu/* ]] ;;
	emu/*) true ;;
	devices/*) [[ $file == devices/* ]] ;;
	drivers/* | harness/* | tests/*) false ;;
	*) [[ $kind == '<' ]] ;;
	esac
}

check() {
	local bad=0 seen=0 file line text path kind
	local pattern='^[[:space:]]*#[[:space:]]*include(_next)?[[:space:]]*(.*)$'
	while IFS=: read -r file line text; do
		[[ $text =~ $pattern ]] || continue
		seen=1
		text=${BASH_REMATCH[2]}
		case $text in
		\"*) kind='"' path=${text#\"} path=${path%%\"*} ;;
		\<*) kind='<' path=${text#<} path=${path%%>*} ;;
		*)
			echo "$file:$line: include by macro hides what is included: $text"
			bad=1
			continue
			;;
		esac
		if [ "$kind" = '"' ]; then
			path=$(resolve "$file" "$path")
		elif [ -e "$root/drivers/include/$path" ]; then
			path=drivers/include/$path
		fi
		allowed "$file" "$path" "$kind" && continue
		echo "$file:$line: must not include $path"
		bad=1
	done < <(cd "$root" && grep -rnE --include='*.[chS]' --include='*.inc' \
		'^[[:space:]]*#[[:space:]]*include' drivers devices emu harness tests 2>/dev/null)
	if [ $seen = 0 ]; then
		echo "$root: no sources here"
		return 1
	fi
	return $bad
}

# expect WHAT FILE TEXT: with this line in this file, the check must answer WHAT (pass or fail).
expect() {
	local what=$1 file=$2 text=$3 out got=pass
	mkdir -p "$scratch/${file%/*}"
	printf '/* first line */\n%s\n' "$text" >"$scratch/$file"
	out=$("$self" "$scratch") || got=fail
	rm -f "$scratch/$file"
	if [ "$got" != "$what" ]; then
		echo "self-test: $file with '$text': want $what, got $got"
		failed=1
	elif [ "$what" = fail ] && [[ $out != "$file:2: "* ]]; then
		echo "self-test: $file with '$text': the message names another place: $out"
		failed=1
	fi
}

self_test() {
	local kept
	scratch=$(mktemp -d) || exit 2
	trap 'rm -rf "$scratch"' EXIT
	failed=0
	mkdir -p "$scratch"/{drivers/include/bimetal,drivers/disk,devices,emu/cpu,harness,tests}
	for kept in drivers/include/uart.h drivers/include/bimetal/disk.h drivers/disk/sector.h \
		devices/uart.h emu/bus.h emu/cpu/cpu.h harness/machine.h; do
		echo >"$scratch/$kept"
	done

	expect pass drivers/uart.c '#include "uart.h"'
	expect pass drivers/uart.c '#include <stdint.h>'
	expect pass drivers/uart.c '#include "io.h"'
	expect pass drivers/disk/disk.c '#include "bimetal/disk.h"'
	expect pass drivers/disk/disk.c '#include "sector.h"'
	expect pass drivers/include/bimetal/part.h '#include "bimetal/disk.h"'
	expect pass drivers/io/host/io.h '#include "emu/bus.h"'
	expect pass devices/x.c '#include "emu/bus.h"'
	expect pass devices/x.c '#include "uart.h"'
	expect pass devices/x.c '#include <string.h>'
	expect pass emu/x.c '#include "emu/bus.h"'
	expect pass emu/cpu/x.c '#include <unicorn/unicorn.h>'
	expect pass harness/x.c '#include "emu/cpu/cpu.h"'
	expect pass harness/x.c '#include "bimetal/disk.h"'
	expect pass harness/x.c $'#include "emu/bus.h"\n/* #include <unicorn/unicorn.h> */'
	expect pass tests/x.c '#include "harness/machine.h"'

	expect fail drivers/uart.c '#include <stdio.h>'
	expect fail drivers/uart.c '#include "emu/bus.h"'
	expect fail drivers/uart.c '#include "drivers/disk/sector.h"'
	expect fail drivers/disk/disk.c '#include "devices/uart.h"'
	expect fail drivers/disk/disk.c '#include <string.h>'
	expect fail drivers/include/bimetal/part.h '#include "harness/machine.h"'
	expect fail drivers/include/x.h '#include "devices/uart.h"'
	expect fail drivers/io/host/io.h '#include "emu/cpu/cpu.h"'
	expect fail drivers/io/host/io.h '#include "harness/machine.h"'
	expect fail drivers/io/metal/io.h '#include "emu/bus.h"'
	expect fail devices/x.c '#include "emu/cpu/cpu.h"'
	expect fail devices/x.c '#include "harness/machine.h"'
	expect fail devices/x.c '#include <harness/machine.h>'
	expect fail devices/x.c '#include "../harness/machine.h"'
	expect fail devices/x.c ' #  include "drivers/include/uart.h"'
	expect fail devices/x.c '#include HIDDEN'
	expect fail devices/x.c '#include "bimetal/disk.h"'
	expect fail emu/x.c '#include <bimetal/disk.h>'
	expect fail devices/x.c '#include <unicorn/unicorn.h>'
	expect fail emu/x.h '#include "devices/uart.h"'
	expect fail emu/x.c '#include "cpu/cpu.h"'
	expect fail emu/x.c '#include "emu/cpu/cpu.h"'
	expect fail emu/x.c '#include <unicorn/x86.h>'
	expect fail emu/cpu/x.c '#include "devices/uart.h"'
	expect fail emu/cpu/x.c '#include "../../harness/machine.h"'
	expect fail harness/x.c '#include <unicorn/unicorn.h>'
	expect fail harness/x.c '#include "tests/helper.h"'
	expect fail tests/x.c '#include <unicorn/unicorn.h>'
	if "$self" "$scratch" >/dev/null; then
		echo "self-test: a tree without sources passed"
		failed=1
	fi
	exit "$failed"
}

self=$(realpath "$0")
case ${1-} in
--self-test) self_test ;;
'' | -*)
	echo "usage: check_includes.sh [--self-test] ROOT" >&2
	exit 2
	;;
esac
root=$(realpath "$1")
check
