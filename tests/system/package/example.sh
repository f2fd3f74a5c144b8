#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# example.sh SOURCE BUILD GENERATOR CC: installs the build, moves the installation, and builds and tests
# docs/examples/driver with it, through pkg-config and through CMake.
set -euo pipefail
source=$1 build=$2 generator=$3 cc=$4
unset DESTDIR CMAKE_PREFIX_PATH CMAKE_INSTALL_PREFIX PKG_CONFIG_PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0

fail() {
	printf '%s\n' "$@"
	faults=$((faults + 1))
}
title() { printf -- '--- %s\n' "$*"; }

title "install"
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
mv "$work/prefix" "$work/moved"
cp -r "$source/docs/examples/driver" "$work/example"
cd "$work"

title "what is installed"
# Compare whole paths, so that a source folder /bimetal does not match share/bimetal/drivers.
before='(^|[^[:alnum:]_.})/-])'
leaks=$(grep -rIlE -e "$before$source/" -e "$before$build" -e "$before$work" moved || true)
[ -z "$leaks" ] || fail "these name paths of the build:" "$leaks"
libraries=$(find moved -name '*.a' -printf '%f\n' | sort | xargs)
[ "$libraries" = "libbimetal-twin.a libbimetal.a" ] || fail "other libraries: $libraries"
undefined=$(find moved -name '*.a' -exec nm -u {} + 2>/dev/null | awk '$2 ~ /^uc_/')
[ -z "$undefined" ] || fail "an emulator is called:" "$undefined"
moved/bin/bimetal --version

title "headers stand alone"
PKG_CONFIG_PATH=$(dirname "$(find "$work/moved" -name bimetal.pc)")
export PKG_CONFIG_PATH
read -ra cflags < <(pkg-config --cflags bimetal-twin)
headers=$(cd moved/share/bimetal && find emu devices harness drivers/include drivers/io/host \
	-name '*.h' -not -path 'harness/twin/host/*' -not -path 'harness/twin/metal/*')
for header in $headers; do echo "#include \"$header\"" >"$work/$(tr / _ <<<"$header").c"; done
sed -i 's:drivers/include/\|drivers/io/host/\|harness/twin/include/::' "$work"/*.c
"$cc" -std=gnu11 -Wall -Wextra -Werror -fsyntax-only "${cflags[@]}" "$work"/*.c ||
	fail "a header does not stand alone"

title "through pkg-config"
mkdir native
make -C example CC="$cc" OUT="$work/native" check 2>&1 | tee native.log
grep -q 'Tested: 4 | Passing: 4 ' native.log || fail "not four tests passed"

title "through CMake"
mv moved "moved again" # blanks, and nothing that the first user looked at
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
status=0
ctest --test-dir built --output-on-failure --no-tests=error >ctest.log 2>&1 || status=$?
cat ctest.log
[ "$status" = 0 ] || fail "the example's tests failed"
# Four twin tests with three sides each, three of them under QEMU too; three boot tests per compiler.
wanted=15
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
