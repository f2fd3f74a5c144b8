#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# screendumps.sh BIMETAL QEMU KERNEL COMPARE
# Runs the same scripts of registers and memory (KERNEL: kernel_vga_pictures.c) here and on QEMU, and compares
# `--screenshot` with QEMU's screendump. They must be equal, or differ as README.md's table says.
# With KEEP=DIR the pictures are left there.
set -u -o pipefail

bimetal=$1 qemu=$2 kernel=$3 compare=$4
table=$(dirname "$0")/README.md
if ! command -v "$qemu" >/dev/null; then
  echo "no $qemu here: skipped"
  exit 77
fi
if [[ -n ${KEEP-} ]]; then
  dir=$KEEP && mkdir -p "$dir"
else
  dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT
fi

# ---- QEMU makes all of them in one run; a key tells the kernel to go on
: >"$dir/serial"
coproc monitor {
  exec timeout -k 5 100 "$qemu" -M pc -cpu qemu64 -accel tcg -net none -m 64 -display none -vga std \
    -serial "file:$dir/serial" -monitor stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
    -kernel "$kernel" 2>"$dir/qemu.err"
}
# shellcheck disable=SC2154 # coproc sets it
pid=$monitor_PID
exec 3<&"${monitor[0]}" 4>&"${monitor[1]}"
# Keep it from waiting for a reader of what it echoes.
cat <&3 >"$dir/monitor" &

names=()
for ((tries = 0; tries < 2000; tries++)); do
  mapfile -t ready < <(sed -n 's/^READY \([a-z0-9_]*\)\r*$/\1/p' "$dir/serial")
  if ((${#ready[@]} > ${#names[@]})); then
    name=${ready[${#names[@]}]}
    names+=("$name")
    printf 'screendump %s\nsendkey a 1\n' "$dir/$name.ppm" >&4
    tries=0
  elif ! kill -0 "$pid" 2>/dev/null; then
    break
  else
    sleep 0.02
  fi
done
wait "$pid"
status=$?
if ((status != 33)); then
  echo "QEMU ended with $status after ${#names[@]} pictures:"
  cat "$dir/serial" "$dir/qemu.err"
  exit 1
fi

# ---- bimetal makes one in each run
# picture NAME FILE OPTION...: makes it on a machine with these options
picture() {
  local name=$1 file=$2
  shift 2
  timeout -k 5 60 "$bimetal" run -m 64M --quiet --serial none --lint error --screenshot "$file" \
    --append "only=$name" "$@" "$kernel" >"$dir/bimetal.log" 2>&1 </dev/null && return
  echo "FAIL $name: bimetal $*"
  cat "$dir/bimetal.log"
  failed=1
  return 1
}

failed=0
declare -A known
while IFS='|' read -r _ name difference _; do
  read -r name <<<"$name" && read -r difference <<<"$difference"
  known[$name]=$difference
done < <(grep '^| [a-z0-9_]* | ' "$table")

for name in "${names[@]}"; do
  picture "$name" "$dir/$name.png" --machine isapc || continue
  got=$("$compare" "$dir/$name.png" "$dir/$name.ppm") || failed=1
  want=${known[$name]-equal}
  if [[ $got == "$want" ]]; then
    echo "PASS $name: $got"
  else
    echo "FAIL $name: $got, but $table says: $want"
    failed=1
  fi
  unset "known[$name]"
done
for name in "${!known[@]}"; do
  [[ $name == picture || $name == --- ]] && continue
  echo "FAIL $name: a row of $table without a picture"
  failed=1
done
# The same VGA as a PCI function.
for name in text_80 cga_4 planar_12 linear_13 mode_x; do
  picture "$name" "$dir/pci.png" --machine pc --device vga || continue
  cmp "$dir/$name.png" "$dir/pci.png" || { echo "FAIL $name: another picture with --device vga" && failed=1; }
done
exit "$failed"
