# SPDX-License-Identifier: MIT
# Shared by the tests of the command line: tiny images, and a check of exit code and messages.
# The caller sets $bimetal.

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# image NAME BYTES: a file of the given bytes, as printf(1) spells them.
image() {
	# The bytes are used as a format on purpose, for their escapes.
	# shellcheck disable=SC2059
	printf "$2" >"$scratch/$1"
}

# Flat 32-bit code, loaded at 1 MiB.
image pass '\xb0\x10\xe6\xf4\xf4'          # mov al, 0x10; out 0xf4, al; hlt
image fail '\xb0\x11\xe6\xf4\xf4'          # the same with 0x11
image halt '\xfa\xf4'                      # cli; hlt
image spin '\x90\xeb\xfd'                  # nop; jmp . - 1: busy until the run ends
image nowhere '\xb8\x00\x00\x00\xd0\xff\xe0' # mov eax, 0xd0000000; jmp eax
image kbc_reset '\xb0\xfe\xe6\x64\xeb\xfe' # mov al, 0xfe; out 0x64, al; jmp .
image cf9_reset '\xba\xf9\x0c\x00\x00\xb0\x06\xee\xeb\xfe' # mov edx, 0xcf9; mov al, 6; out dx, al
# lidt [an empty one]; int3
image triple '\x0f\x01\x1d\x08\x00\x10\x00\xcc\x00\x00\x00\x00\x00\x00\x00\x00'
# mov al, 'H'; mov edx, 0x3f8; out dx, al; then pass
image hello '\xb0H\xba\xf8\x03\x00\x00\xee\xb0\x10\xe6\xf4\xf4'

# run OPTION... : standard output, messages and exit code go to $scratch/{out,err} and $status.
run() {
	status=0
	timeout -k 5 60 "$bimetal" run "$@" </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
	! grep -q 'a bug of bimetal' "$scratch/err" || complain "a lint that explain does not know"
}

# flat OPTION... NAME: run one of the images above.
flat() {
	local name=${*: -1}
	run --boot flat "${@:1:$#-1}" "$scratch/$name"
}

complain() {
	echo "FAIL: $1"
	sed 's/^/    /' "$scratch/err"
	failures=$((failures + 1))
}

# wants CODE [REGEX]: the last run's exit code, and a line among its messages.
wants() {
	[ "$status" = "$1" ] || complain "line ${BASH_LINENO[0]}: exit code $status, not $1"
	if [ $# -gt 1 ] && ! grep -Eq -- "$2" "$scratch/err"; then
		complain "line ${BASH_LINENO[0]}: no message matches '$2'"
	fi
}

# says TEXT: all of the last run's standard output.
says() {
	[ "$(cat "$scratch/out")" = "$1" ] ||
		complain "line ${BASH_LINENO[0]}: standard output is '$(cat "$scratch/out")'"
}

finish() {
	[ "$failures" = 0 ] || exit 1
	echo "all passed"
}
