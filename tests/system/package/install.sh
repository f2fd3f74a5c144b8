#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install.sh BUILD SOURCE TO CC: the build is installed and moved to TO, where the other tests here find
# it; and what lies there is what a user may have.
set -euo pipefail
build=$1 source=$2 to=$3 cc=$4
# shellcheck source=tests/system/package/lib.sh
. "$(dirname "$0")/lib.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

title "install"
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log"
rm -rf "$to"
mkdir -p "$(dirname "$to")"
mv "$work/prefix" "$to"
cd "$to"
bin/bimetal --version

title "what is installed"
# As whole paths: a source folder /bimetal is none in share/bimetal/drivers.
before='(^|[^[:alnum:]_.})/-])'
leaks=$(grep -rIlE -e "$before$source/" -e "$before$build" -e "$before$work" . || true)
[ -z "$leaks" ] || fail "these name paths of the build:" "$leaks"
libraries=$(find . -name '*.a' -printf '%f\n' | sort | xargs)
[ "$libraries" = "libbimetal-drivers.a libbimetal-twin.a libbimetal.a" ] || fail "other libraries: $libraries"
undefined=$(find . -name '*.a' -exec nm -u {} + 2>/dev/null | awk '$2 ~ /^uc_/')
[ -z "$undefined" ] || fail "an emulator is called:" "$undefined"

title "headers"
# Below share/bimetal: these, what a driver's own folder has for its sources, and those for models.
model_headers "$source" >"$work/models"
echo harness/machine/include/bimetal/model_names.h >>"$work/models"
public='drivers/include/bimetal/([a-z0-9_]+/)?[a-z0-9_]+|drivers/io/(host|metal)/(portio_world|(bimetal/)?(io|dma|linear|msr|wait|x86_cpu))|harness/twin/include/bimetal/twin|harness/twin/(host|metal)/bimetal/twin_world'
others=$(cd share/bimetal && find . -name '*.h' | sed 's:^\./::' | grep -vxFf "$work/models" |
	awk -v public="^($public)[.]h$" '$0 !~ public && ($0 !~ /^drivers\/[a-z0-9_]+\/[a-z_]+[.]h$/)')
[ -z "$others" ] || fail "headers that nobody may include:" "$others"
missing=$(cd "$source/drivers/include/bimetal" && find . -name '*.h' | while read -r header; do
	[ -e "$to/share/bimetal/drivers/include/bimetal/$header" ] || echo "$header"
done
while read -r header; do [ -e "$to/share/bimetal/$header" ] || echo "$header"; done <"$work/models")
[ -z "$missing" ] || fail "headers that are not installed:" "$missing"
use "$to"
read -ra cflags < <(flags "$to" host)
for header in $(installed_headers "$to" | grep -v /metal/ | grep -v _world); do
	include "$header" >"$work/$(tr / _ <<<"$header").c"
done
"$cc" -std=gnu11 -Wall -Wextra -Werror -fsyntax-only "${cflags[@]}" "$work"/*.c ||
	fail "a header does not stand alone"
read -ra cflags < <(flags "$to" model)
mkdir "$work/model"
while read -r header; do include "$header" >"$work/model/$(tr / _ <<<"$header").c"; done <"$work/models"
"$cc" -std=gnu11 -Wall -Wextra -Werror -fsyntax-only "${cflags[@]}" "$work"/model/*.c ||
	fail "a header for models does not stand alone"

title "names"
defined() { nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u; }
for header in $(installed_headers "$to") harness/machine/include/bimetal/model_names.h; do cat "share/bimetal/$header"; done | grep -oE '[A-Za-z_][A-Za-z0-9_]*' |
	sort -u >"$work/words"
strangers=$(for library in libbimetal.a libbimetal-twin.a; do defined "$(find . -name $library)"; done |
	grep -vE '^(bimetal_|twin_|main$)' || true) # a program with a main of its own does not get ours
[ -z "$strangers" ] || fail "a user's program could have these names too:" "$strangers"
strangers=$(find . -name '*.a' | while read -r library; do defined "$library"; done |
	grep -vE '^bimetal_(internal|drivers)_' | sort -u | comm -23 - "$work/words")
[ -z "$strangers" ] || fail "no header declares these names:" "$strangers"

[ "$faults" = 0 ]
