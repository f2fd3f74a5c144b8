#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mistakes.sh INSTALLED GENERATOR CC: mistakes in calls of the functions of Bimetal.cmake stop CMake with a
# message that names the word at fault, and what looks like one but is none does not.
set -euo pipefail
installed=$1 generator=$2 cc=$3
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir project
cat >project/driver.c <<'TEXT'
#include "io.h"
TEXT
: >project/DRIVER
test_file() { printf '#include "bimetal/twin.h"\n\n%s\n' "$2" >"project/$1"; }
test_file test.c 'TWIN(suite, name) { twin_expect(true); }'

testing='enable_testing()'

# configures LINE...: the last lines of a project; its messages are in one line in $said.
configures() {
	{
		echo 'cmake_minimum_required(VERSION 3.22)'
		echo 'project(mistakes LANGUAGES C)'
		echo 'find_package(bimetal 0.1 REQUIRED)'
		echo "$testing"
		printf '%s\n' "$@"
	} >project/CMakeLists.txt
	local status=0
	cmake -G "$generator" -S project -B built -DCMAKE_C_COMPILER="$cc" \
		-DCMAKE_PREFIX_PATH="$installed" >log 2>&1 || status=$?
	said=$(tr -s ' \n' ' ' <log)
	return $status
}
passes() { configures "$@" || fail "refused: $*" "$(cat log)"; }
refused() { # WORDS LINE...
	local words=$1
	shift
	if configures "$@"; then
		fail "not refused: $*"
	elif ! grep -qF -- "$words" <<<"$said"; then
		fail "refused: $*" "without the words: $words" "$(cat log)"
	fi
}

passes 'bimetal_add_twin_test(t SOURCES test.c DRIVERS driver.c INCLUDES . OPTIONS -Wall -D NAME)'
# shellcheck disable=SC2016 # a variable of CMake
passes 'bimetal_add_twin_test(t SOURCES test.c DRIVERS driver.c OPTIONS ${none} SANITIZE ${none})'
passes 'bimetal_add_driver(DRIVER SOURCES driver.c OPTIONS)' \
	'bimetal_add_twin_test(t SOURCES test.c DRIVERS DRIVER)'
passes 'bimetal_add_boot_test(b KERNEL k EXPECT x ARGS --append ROOT MACHINE pc)'
twin='bimetal_add_twin_test(t)'
keywords='The keywords are: SOURCES DRIVERS INCLUDES OPTIONS SANITIZE MODEL (then AT, IRQ) STIMULI CPU MACHINE'
refused "$twin: it needs SOURCES" 'bimetal_add_twin_test(t)'
refused "$twin: it needs SOURCES" 'bimetal_add_twin_test(t SOURCES DRIVERS driver.c)'
refused "$twin: 'SOURCE' belongs to no keyword. $keywords" 'bimetal_add_twin_test(t SOURCE test.c)'
refused "$twin: 'test.c' belongs to no keyword." 'bimetal_add_twin_test(t test.c SOURCES test.c)'
refused "$twin: 'SANITISE', after DRIVERS, is neither a keyword nor a file. $keywords" \
	'bimetal_add_twin_test(t SOURCES test.c DRIVERS driver.c SANITISE address)'
refused "$twin: 'SANITISE', after INCLUDES," \
	'bimetal_add_twin_test(t SOURCES test.c INCLUDES . SANITISE address)'
refused "$twin: 'AT', after SOURCES, has no model to place. It follows the model's name: MODEL NAME AT" \
	'bimetal_add_twin_test(t SOURCES test.c AT port=0x300)'
refused "$twin: 'IRQ', after DRIVERS, has no model to place." \
	'bimetal_add_twin_test(t SOURCES test.c DRIVERS driver.c IRQ 5)'
refused "$twin: no value after STIMULI" 'bimetal_add_twin_test(t SOURCES test.c STIMULI DRIVERS driver.c)'
refused "$twin: no value after CPU" 'bimetal_add_twin_test(t SOURCES test.c CPU)'
refused "bimetal_add_driver(d): it needs SOURCES" 'bimetal_add_driver(d BITS 32)'
refused "bimetal_add_driver(d): 'SOURCE' belongs to no keyword. The keywords are: SOURCES INCLUDES OPTIONS BITS" \
	'bimetal_add_driver(d SOURCE driver.c)'
refused "bimetal_add_driver(d): 'BIT', after SOURCES," 'bimetal_add_driver(d SOURCES driver.c BIT 32)'
refused "bimetal_add_driver(d): BITS are 64 or 32, not '16'" 'bimetal_add_driver(d SOURCES driver.c BITS 16)'
refused "bimetal_add_boot_test(b): it needs KERNEL" 'bimetal_add_boot_test(b EXPECT x)'
refused "bimetal_add_boot_test(b): 'EXPECTS' belongs to no keyword." 'bimetal_add_boot_test(b KERNEL k EXPECTS x)'
refused "bimetal_add_boot_test(b): no value after EXIT" 'bimetal_add_boot_test(b KERNEL k EXIT)'
refused "bimetal has no driver 'uart'" 'bimetal_driver_sources(all uart)'
grep -qF "It has: acpi, " <<<"$said" || fail "bimetal's drivers are not listed:" "$said"
refused "bimetal_add_driver(pic_8295 ...) before. Did you mean pic_8259?" \
	'bimetal_add_twin_test(t SOURCES test.c DRIVERS pic_8295)'
refused "bimetal_add_driver(mous ...) before. Did you mean mouse?" \
	'bimetal_add_driver(mouse SOURCES driver.c)' 'bimetal_add_twin_test(t SOURCES test.c DRIVERS mous)'
refused "/drivr.c, after DRIVERS: there is no such file. Did you mean driver.c?" \
	'bimetal_add_twin_test(t SOURCES test.c DRIVERS drivr.c)'
# shellcheck disable=SC2016 # variables of CMake
passes 'bimetal_add_twin_test(t SOURCES test.c DRIVERS ${CMAKE_CURRENT_BINARY_DIR}/made.c)' \
	'add_custom_command(OUTPUT made.c COMMAND ${CMAKE_COMMAND} -E touch made.c)'

title "models and boards"
echo '#include "bimetal/board.h"' >project/model.c
model='bimetal_add_model(m SOURCES model.c)'
board='bimetal_add_board(own SOURCES model.c MODELS m)'
use='bimetal_add_twin_test(t SOURCES test.c'
passes "$model" "$board" "$use MACHINE own MODEL m AT port=0x300 IRQ 5 m AT port=0x310 name=other IRQ 6)"
passes "$model" "$use MODEL m MACHINE none)" # a PCI function has no place
passes "$use MODEL lpt AT port=0x378 IRQ 7)" 'bimetal_add_boot_test(b KERNEL k MODEL lpt AT port=0x378 IRQ 7)'
refused "bimetal_add_model(m): it needs SOURCES" 'bimetal_add_model(m)'
refused "bimetal_add_model(m): 'SOURCE' belongs to no keyword. The keywords are: SOURCES INCLUDES OPTIONS" \
	'bimetal_add_model(m SOURCE model.c)'
refused "bimetal_add_model(my-adc): the name is part of a C name, model_my-adc: use letters, digits and underscores" \
	'bimetal_add_model(my-adc SOURCES model.c)'
refused "bimetal_add_board(2nd): the name is part of a C name" 'bimetal_add_board(2nd SOURCES model.c)'
refused "bimetal_add_model(lpt): model_lpt is a name of bimetal's own; give it another" \
	'bimetal_add_model(lpt SOURCES model.c)'
refused "bimetal_add_board(reset): board_reset is a name of bimetal's own" 'bimetal_add_board(reset SOURCES model.c)'
refused "bimetal_add_board(pc): that is the name of a machine of bimetal's own" 'bimetal_add_board(pc SOURCES model.c)'
refused "bimetal_add_board(own): 'm', after MODELS, is no model: call bimetal_add_model(m ...) before" "$board"
refused "$twin: MACHINE 'PC' is neither pc, isapc nor none, nor a board: call bimetal_add_board(PC ...) before" \
	"$use MACHINE PC)"
refused "$twin: AT comes before the name of a model, behind MODEL" "$use MODEL AT port=0x300 lpt)"
refused "$twin: 'port=0x300' has no AT before it" "$use MODEL lpt port=0x300)"
refused "$twin: 'port=0x300' belongs to no keyword" "$use MACHINE pc port=0x300)"
refused "$twin: IRQ 'x' is no number" "$use MODEL lpt AT port=0x378 IRQ x)"
refused "$twin: no number after IRQ" "$use MODEL lpt AT port=0x378 IRQ)"
refused "$twin: no place, such as port=0x300, after AT" "$use MODEL lpt AT IRQ 7)"
refused "$twin: no place, such as port=0x300, after AT" "$use MODEL lpt AT)"
refused "$twin: no place, such as port=0x300, after AT, not '0x378'" "$use MODEL lpt AT 0x378 IRQ 7)"
refused "$twin: 'name=wire' stands behind IRQ. Settings stand between AT and IRQ:" \
	"$use MODEL lpt AT port=0x378 IRQ 7 name=wire)"
refused "$twin: 'STIMULUS', after MODEL, is neither a keyword nor a model. $keywords" \
	"$use MODEL lpt AT port=0x378 IRQ 7 STIMULUS stimuli)"
nobody="$twin: MODEL 'lpd' is neither a model of this project, which bimetal_add_model(lpd ...) would add, nor one of bimetal's own:"
refused "$nobody lpt, pci-test, pc-testdev, vga. Did you mean lpt?" "$use MODEL lpd AT port=0x378 IRQ 7)"
refused "bimetal_add_boot_test(b): MODEL 'n' is neither" 'bimetal_add_boot_test(b KERNEL k MODEL n AT port=1)'
refused "nor one of bimetal's own: lpt, pci-test, pc-testdev, vga. Did you mean das08?" \
	'bimetal_add_model(das08 SOURCES model.c)' "$use MODEL DAS8 AT port=0x300)"
! grep -q 'Did you mean m' <<<"$said" || fail "a far name is proposed:" "$said"
refused "$twin: MODEL 'm': bimetal_add_model(m ...) comes later. Call it before" \
	"$use MODEL m AT port=0x300)" "$model"
passes "$use MODEL lpt AT port=0x378 IRQ 7 pci-test)"
own=$("$installed/bin/bimetal" run --device nobody kernel 2>&1 | sed -n "s/.*the machine 'pc' knows: \(.*\) (one of your own.*/\1/p") || true
[ "$own" = 'lpt pci-test pc-testdev vga' ] || fail "BIMETAL_OWN_MODELS in cmake/Bimetal.cmake differs from: $own"
refused "bimetal_add_boot_test(b): IRQ '5x' is no number" 'bimetal_add_boot_test(b KERNEL k MODEL lpt AT port=0x378 IRQ 5x)'
refused "bimetal_add_boot_test(b): MACHINE 'own' is neither" 'bimetal_add_boot_test(b KERNEL k MACHINE own)'

title "names"
for name in 'Suite, name' 'suite, Name' '2suite, name' '_suite, name'; do
	test_file named.c "TWIN($name) { }"
	refused "is not in lower case" 'bimetal_add_twin_test(t SOURCES named.c)'
	grep -qF "TWIN($name): '" <<<"$said" || fail "the name is not told:" "$said"
done
test_file named.c '  TWIN(suite, name) { }'
refused "named.c: write TWIN(suite, name) at the start of a line" 'bimetal_add_twin_test(t SOURCES named.c)'
test_file named.c 'TWIN(suite,'
refused "with both names on it, not: TWIN(suite," 'bimetal_add_twin_test(t SOURCES named.c)'
test_file named.c 'TWIN_HERE(suite, name) { }'
refused "named.c: TWIN(suite, name) has the name of a test in" 'bimetal_add_twin_test(t SOURCES test.c named.c)'
refused "named.c: TWIN(suite, name) has the name of a test in" \
	'bimetal_add_twin_test(t SOURCES test.c)' 'bimetal_add_twin_test(u SOURCES named.c)'
test_file named.c '/* no test */'
refused "no TWIN(suite, name) in" 'bimetal_add_twin_test(t SOURCES named.c)'

title "stimuli"
printf '# comment\n[suite.name]\nat 1ms com1 receive 0x41\n' >project/stimuli
test_file named.c 'TWIN_HERE(suite, name) { }'
passes 'bimetal_add_twin_test(t SOURCES named.c STIMULI stimuli)'
! grep -q Warning log || fail "a warning:" "$(cat log)"
passes 'bimetal_add_twin_test(t SOURCES test.c STIMULI stimuli)'
grep -qF "has stimuli for suite.name, but QEMU gives it none: make it a TWIN_HERE" <<<"$said" ||
	fail "no warning that QEMU gives no stimuli:" "$(cat log)"
printf '[suite.nam]\nat 1ms com1 receive 0x41\n' >project/stimuli
refused "has stimuli for suite.nam, but there is no such test" \
	'bimetal_add_twin_test(t SOURCES named.c STIMULI stimuli)'

refused "$twin: STIMULI " 'bimetal_add_twin_test(t SOURCES test.c STIMULI nowhere)'
grep -qF "nowhere: there is no such file" <<<"$said" || fail "the missing file is not told:" "$said"

title "enable_testing()"
warned() { grep -qF "ctest will find none: call enable_testing() in" <<<"$said"; }
passes 'bimetal_add_twin_test(t SOURCES test.c)'
! warned || fail "a warning:" "$(cat log)"
testing=''
passes 'bimetal_add_twin_test(t SOURCES test.c)'
warned || fail "no warning:" "$(cat log)"
passes 'bimetal_add_boot_test(b KERNEL k)'
warned || fail "no warning:" "$(cat log)"
passes 'bimetal_add_twin_test(t SOURCES test.c)' 'enable_testing()' # later is early enough
! warned || fail "a warning:" "$(cat log)"
passes 'set(BUILD_TESTING OFF)' 'include(CTest)' 'bimetal_add_twin_test(t SOURCES test.c)'
! warned || fail "a warning although tests are switched off:" "$(cat log)"
[ "$faults" = 0 ]
