#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Shows that a machine is composed: of harness/, only the boards (machine/pc*, isapc, none), the list
# of models that a user can add, what modules include (machine/include), and the PC's firmware
# (firmware/bios, firmware/acpi) know a device. No other file includes a device's header or that of struct pc, or names
# a model. usage: composed.sh SOURCE-FOLDER | composed.sh --self-test SOURCE-FOLDER
set -euo pipefail

knows_devices='^harness/(machine/(pc[^/]*|isapc|none|models)\.[ch]|machine/include/|firmware/(bios|acpi)/)'
violations() { # prints FILE:LINE:TEXT of each
	local models
	models=$(grep -ohE '[a-z][a-z0-9_]*_model' devices/*/*.h | sort -u | paste -sd '|')
	find harness -name '*.[ch]' | sort | grep -Ev "$knows_devices" | xargs awk -v models="$models" '
		/#include "(devices\/|harness\/machine\/pc)/ || $0 ~ ("(^|[^A-Za-z0-9_])(" models ")(_|[^A-Za-z0-9_]|$)") {
			print FILENAME ":" FNR ":" $0
		}'
}

if [ "${1-}" = --self-test ]; then
	cd "$2"
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	cp -r harness devices "$scratch"
	cd "$scratch"
	echo '#include "devices/vga/model.h"' >>harness/console/screen.h
	echo 'static void f(void) { uart_16550_model_reset(0); }' >>harness/command/session.c
	echo 'struct hpet_model *hpet;' >>harness/machine/machine.h
	echo '#include "harness/machine/pc.h"' >>harness/diagnosis/diagnosis.c
	found=$(violations | wc -l)
	[ "$found" = 4 ] && exit
	echo "expected to find the 4 violations that were put in, found $found"
	exit 1
fi
cd "$1"
found=$(violations)
[ -z "$found" ] && exit
echo "only boards and the PC's firmware may know a device:"
echo "$found"
exit 1
