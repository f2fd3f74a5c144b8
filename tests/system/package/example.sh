#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# example.sh SOURCE INSTALLED GENERATOR CC: docs/examples/driver is built and tested against an
# installation, through pkg-config and through CMake.
set -euo pipefail
source=$1 installed=$2 generator=$3 cc=$4
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$(readlink -f "$0")")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/docs/examples/driver" "$work/example"
cd "$work"

title "through pkg-config"
use "$installed"
mkdir native
make -C example CC="$cc" OUT="$work/native" check 2>&1 | tee native.log
grep -qx '4 passed, 0 failed' native.log || fail "not four tests passed"

title "through CMake"
# With a program of its own names that also links our drivers.
cp "$source/tests/system/package/must_link.c" example
cat >>example/CMakeLists.txt <<'TEXT'
add_executable(own_names must_link.c)
target_compile_definitions(own_names PRIVATE WITH_OURS)
target_link_libraries(own_names PRIVATE bimetal::drivers bimetal::twin)
TEXT
cp -r "$installed" "moved again" # blanks, and nothing that the first user looked at
unset PKG_CONFIG_PATH
configure() {
	cmake -G "$generator" -S example -B "$1" -DCMAKE_C_COMPILER="$cc" \
		-DCMAKE_PREFIX_PATH="$work/moved again" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
}
configure built
cmake --build built >build.log || { cat build.log; exit 1; }
strangers=$(grep -oE -- '-Wconversion|-Wcast-qual|-Wmissing-prototypes' built/compile_commands.json |
	sort -u || true)
[ -z "$strangers" ] || fail "flags of bimetal's own build:" "$strangers"
built/own_names >own.log 2>&1 || fail "must_link.c:" "$(cat own.log)"
status=0
ctest --test-dir built --output-on-failure --no-tests=error >ctest.log 2>&1 || status=$?
cat ctest.log
[ "$status" = 0 ] || fail "the example's tests failed"
# Four twin tests with three sides each, three of them under QEMU too, and the run of the native ones; three boot tests
# per compiler.
wanted=16
for compiler in gcc clang; do
	if command -v $compiler >/dev/null; then wanted=$((wanted + 3)); fi
done
total=$(sed -n 's/.*tests passed, .* out of \([0-9]*\)$/\1/p' ctest.log)
[ "$total" = "$wanted" ] || fail "$total tests, not $wanted"
if command -v qemu-system-x86_64 >/dev/null && grep -qE '\*\*\*(Skipped|Not Run)' ctest.log; then
	fail "a test was skipped"
fi

title "another version is refused"
sed -i 's/find_package(bimetal 0.1/find_package(bimetal 99.0/' example/CMakeLists.txt
if configure refused >refused.log 2>&1 || ! grep -q 'version: 0.1' refused.log; then
	fail "bimetal 99.0 was found, or something else is wrong:" "$(cat refused.log)"
fi

[ "$faults" = 0 ]
