/* SPDX-License-Identifier: MIT */
/* Causes of exceptions that SDM Vol. 2 lists for 64-bit and compatibility mode alone, of privileged
 * and system instructions. test_privileged_protected.c has those of protected mode too, and lists
 * those that are not tested. */
#include "tests/unit/unicorn/privileged.h"

TestSuite(privileged_long, .timeout = 60);

#define IN_64(what, code, vector, ...) ROW(what, code, LONG, vector, __VA_ARGS__)
#define PAGED(what, code, vector, ...) ROW(what, code, COMPAT | LONG, vector, __VA_ARGS__)
enum { ERROR_WRITE = 2, ERROR_USER = 4 };
#define FAR_BASE UINT64_C(0x7000000000100000)
#define FAR_QUADS                                      \
	{                                              \
		FAR_BASE << 16 | 0x1ff, FAR_BASE >> 48 \
	}

static const struct row tables[] = {
	IN_64("LGDT, the base is not canonical", "\x0f\x01\x17", GP, .quad = FAR_QUADS),
	IN_64("LIDT, the base is not canonical", "\x0f\x01\x1f", GP, .quad = FAR_QUADS),
	IN_64("LGDT, operand size 16, not canonical", "\x66\x0f\x01\x17", GP, .quad = FAR_QUADS),
	IN_64("LGDT at a non-canonical address", "\x0f\x01\x17", GP, .memory_at = NONCANONICAL),
	IN_64("LIDT at a non-canonical address", "\x0f\x01\x1f", GP, .memory_at = NONCANONICAL),
	IN_64("LGDT, a non-canonical address of the stack", "\x48\x89\xfd\x0f\x01\x55\0", SS,
	      .memory_at = NONCANONICAL, .at = 3),
	PAGED("LGDT of an absent page", "\x0f\x01\x17", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT),
	PAGED("LIDT over a page's end", "\x0f\x01\x1f", PF, .memory_at = HOLE_AT - 2,
	      .cr2 = HOLE_AT),
	IN_64("LGDT over a page's end, and not canonical", "\x0f\x01\x17", PF,
	      .memory_at = HOLE_AT - 9, .cr2 = HOLE_AT),
	IN_64("LGDT, operand size 16: all of the base", "\x66\x0f\x01\x17\x0f\x01\x07", RAN_ON,
	      .quad = { UINT64_C(0x81123456789a01ff), 0xffff }, .stored = true,
	      .store = { UINT64_C(0x81123456789a01ff), 0xffff }),
	IN_64("SGDT, operand size 16: all of the base", "\x0f\x01\x17\x66\x0f\x01\x07", RAN_ON,
	      .quad = { UINT64_C(0x81123456789a01ff), 0xffff }, .stored = true,
	      .store = { UINT64_C(0x81123456789a01ff), 0xffff }),
	PAGED("SGDT of an absent page", "\x0f\x01\x07", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .error = ERROR_WRITE),
	ROW("SIDT of an absent page", "\x0f\x01\x0f", COMPAT | LONG, PF, .rings = 8,
	    .memory_at = HOLE_AT, .cr2 = HOLE_AT, .error = ERROR_WRITE | ERROR_USER),
	PAGED("SGDT over a page's end", "\x0f\x01\x07", PF, .memory_at = HOLE_AT - 5,
	      .cr2 = HOLE_AT, .error = ERROR_WRITE),
	PAGED("SGDT, operand size 16, over a page's end", "\x66\x0f\x01\x07", PF,
	      .memory_at = HOLE_AT - 2, .cr2 = HOLE_AT, .error = ERROR_WRITE),
	ROW("SGDT, operand size 16, over a page's end", "\x66\x0f\x01\x07", COMPAT | LONG, PF,
	    .rings = 8, .memory_at = HOLE_AT - 2, .cr2 = HOLE_AT,
	    .error = ERROR_WRITE | ERROR_USER),
	IN_64("SGDT at a non-canonical address", "\x0f\x01\x07", GP, .memory_at = NONCANONICAL),
	IN_64("SIDT, a non-canonical address of the stack", "\x48\x89\xfd\x0f\x01\x4d\0", SS,
	      .memory_at = NONCANONICAL, .at = 3),
	IN_64("SGDT, operand size 16, not canonical", "\x66\x0f\x01\x07", GP,
	      .memory_at = NONCANONICAL),
	IN_64("SLDT at a non-canonical address", "\x0f\x00\x07", GP, .memory_at = NONCANONICAL),
	PAGED("SLDT of an absent page", "\x0f\x00\x07", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .error = ERROR_WRITE),
	PAGED("STR of an absent page", "\x0f\x00\x0f", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .error = ERROR_WRITE),
	IN_64("SMSW at a non-canonical address", "\x0f\x01\x27", GP, .memory_at = NONCANONICAL),
	PAGED("SMSW of an absent page", "\x0f\x01\x27", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .error = ERROR_WRITE),
	IN_64("LMSW at a non-canonical address", "\x0f\x01\x37", GP, .memory_at = NONCANONICAL),
	PAGED("LMSW of an absent page", "\x0f\x01\x37", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT),
	IN_64("LLDT at a non-canonical address", "\x0f\x00\x17", GP, .memory_at = NONCANONICAL),
	IN_64("LTR at a non-canonical address", "\x0f\x00\x1f", GP, .memory_at = NONCANONICAL),
	IN_64("LAR at a non-canonical address", "\x0f\x02\x07", GP, .memory_at = NONCANONICAL),
	IN_64("LSL at a non-canonical address", "\x0f\x03\x07", GP, .memory_at = NONCANONICAL),
	IN_64("VERR at a non-canonical address", "\x0f\x00\x27", GP, .memory_at = NONCANONICAL),
	IN_64("INVLPG of a non-canonical address", "\x0f\x01\x3f", RAN_ON,
	      .memory_at = NONCANONICAL),
	IN_64("CLFLUSH at a non-canonical address", "\x0f\xae\x3f", GP, .memory_at = NONCANONICAL),
	IN_64("CLFLUSH, a non-canonical address of the stack", "\x48\x89\xfd\x0f\xae\x7d\0", SS,
	      .memory_at = NONCANONICAL, .at = 3),
	PAGED("CLFLUSH of an absent page", "\x0f\xae\x3f", PF, .memory_at = HOLE_AT + 0x123,
	      .cr2 = HOLE_AT + 0x123),
	PAGED("INSB to an absent page", "\x6c", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .error = ERROR_WRITE),
	IN_64("INSB to a non-canonical address", "\x6c", GP, .memory_at = NONCANONICAL),
	PAGED("OUTSB from an absent page", "\x89\xfe\x6e", PF, .memory_at = HOLE_AT, .cr2 = HOLE_AT,
	      .at = 2),
	IN_64("OUTSB from a non-canonical address", "\x48\x89\xfe\x6e", GP,
	      .memory_at = NONCANONICAL, .at = 3),
	ROW("CLFLUSH of an absent page", "\x0f\xae\x3f", COMPAT | LONG, PF, .rings = 8,
	    .memory_at = HOLE_AT, .cr2 = HOLE_AT, .error = ERROR_USER),
};

Test(privileged_long, tables_and_operands) { CHECK(tables); }

static const struct row registers[] = {
	IN_64("SMSW RAX is CR0", "\x48\x0f\x01\xe0", RAN_ON, .result = true,
	      .want = UINT64_C(0x80010033)),
	IN_64("SMSW EAX is CR0", "\x0f\x01\xe0", RAN_ON, .rax = UINT64_MAX, .result = true,
	      .want = UINT64_C(0x80010033)),
	ROW("SMSW EAX is CR0", "\x0f\x01\xe0", COMPAT, RAN_ON, .result = true,
	    .want = UINT64_C(0x80010033)),
	IN_64("MOV CR0: an upper bit", "\x0f\x22\xc0", GP, .rax = UINT64_C(0x180010033)),
	IN_64("MOV CR0 clears PG", "\x0f\x22\xc0", GP, .rax = 0x33),
	IN_64("MOV CR3: bit 40", "\x0f\x22\xd8", GP, .rax = UINT64_C(1) << 40),
	IN_64("MOV CR3: bit 51", "\x0f\x22\xd8", GP, .rax = UINT64_C(1) << 51),
	IN_64("MOV CR3: bit 63", "\x0f\x22\xd8", GP, .rax = UINT64_C(1) << 63 | TABLES_AT),
	IN_64("MOV CR4: an upper bit", "\x0f\x22\xe0", GP, .rax = UINT64_C(0x100000620)),
	IN_64("MOV CR2, not canonical", "\x0f\x22\xd0", RAN_ON, .rax = NONCANONICAL),
	IN_64("MOV CR8", "\x44\x0f\x22\xc0", RAN_ON, .rax = 15),
	IN_64("MOV CR8: bit 4", "\x44\x0f\x22\xc0", GP, .rax = 16),
	IN_64("MOV CR8: bit 63", "\x44\x0f\x22\xc0", GP, .rax = UINT64_C(1) << 63),
	ROW("MOV CR8 in ring 3", "\x44\x0f\x22\xc0", LONG, GP, .rings = OUTER_RINGS),
	ROW("MOV RAX, CR8 in ring 3", "\x44\x0f\x20\xc0", LONG, GP, .rings = OUTER_RINGS),
	IN_64("MOV DR6: an upper bit", "\x0f\x23\xf0", GP, .rax = UINT64_C(1) << 32),
	IN_64("MOV DR7: an upper bit", "\x0f\x23\xf8", GP, .rax = UINT64_C(1) << 63),
	IN_64("MOV DR4: an upper bit", "\x0f\x23\xe0", GP, .rax = UINT64_C(1) << 32),
	IN_64("MOV DR5: an upper bit", "\x0f\x23\xe8", GP, .rax = UINT64_C(1) << 32),
	IN_64("MOV DR0, not canonical", "\x0f\x23\xc0", RAN_ON, .rax = NONCANONICAL),
	ROW("MOV DR6 in ring 3: an upper bit", "\x0f\x23\xf0", LONG, GP, .rings = OUTER_RINGS,
	    .rax = UINT64_C(1) << 32),
	IN_64("SWAPGS", "\x0f\x01\xf8", RAN_ON),
	ROW("SWAPGS in ring 3", "\x0f\x01\xf8", LONG, GP, .rings = OUTER_RINGS),
	ROW("SYSRET in ring 3", "\x0f\x07", LONG, GP, .rings = OUTER_RINGS, .efer = 1),
	ROW("SYSRET to a non-canonical RCX", "\x48\x0f\x07", LONG, GP, .who = INTEL, .efer = 1,
	    .rcx = NONCANONICAL),
	ROW("IRETQ with NT", "\x48\xcf", LONG, GP, .rflags = 1 << 14),
	ROW("IRET with NT", "\xcf", COMPAT, GP, .rflags = 1 << 14),
	ROW("MOV CR0 clears PG", "\x0f\x22\xc0", COMPAT, RAN_ON, .rax = 0x33),
	ROW("MOV CR3 of an odd value", "\x0f\x22\xd8", COMPAT, RAN_ON, .rax = TABLES_AT | 0x18),
};

Test(privileged_long, registers) { CHECK(registers); }

/* SYSENTER_CS, with WRMSR first: ECX 174h, EAX 8; then RCX and RDX. */
#define WITH_SYSENTER_CS "\xb9\x74\x01\0\0\xb8\x08\0\0\0\x31\xd2\x0f\x30"

static const struct row sysexit[] = {
	ROW("SYSEXIT to a non-canonical RIP", WITH_SYSENTER_CS "\x31\xc9\x48\x89\xda\x48\x0f\x35",
	    LONG, GP, .who = INTEL, .memory_at = NONCANONICAL, .at = 19),
	ROW("SYSEXIT to a non-canonical RSP", WITH_SYSENTER_CS "\x48\x89\xd9\x48\x0f\x35", LONG, GP,
	    .who = INTEL, .memory_at = NONCANONICAL, .at = 17),
};

Test(privileged_long, sysexit) { CHECK(sysexit); }
