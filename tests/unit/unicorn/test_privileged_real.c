/* SPDX-License-Identifier: MIT */
/* Causes of exceptions that SDM Vol. 2 lists for real-address and virtual-8086 mode, of privileged
 * and system instructions. What is #UD in every mode is in test_privileged_undefined.c.
 *
 * Left out: CR4.VME and its interrupt redirection (VME is not offered), PCE's counters of Intel
 * (there are none), HWCR.SMMLOCK and RSM (no SMM). */
#include "tests/unit/unicorn/privileged.h"

TestSuite(privileged_real, .timeout = 60);

#define IN_REAL(what, code, vector, ...) ROW(what, code, REAL, vector, __VA_ARGS__)

static const struct row tables[] = {
	IN_REAL("SGDT", "\x0f\x01\x07", RAN_ON, .stored = true,
		.store = { UINT64_C(0x00018000010f), 0 }),
	IN_REAL("SGDT beyond the limit", "\x0f\x01\x07", GP, .memory_at = 0xfffb),
	IN_REAL("SGDT beyond the limit of SS", "\x36\x0f\x01\x07", SS, .memory_at = 0xfffb),
	IN_REAL("SIDT beyond the limit", "\x0f\x01\x0f", GP, .memory_at = 0xfffb),
	IN_REAL("LGDT", "\x0f\x01\x17", RAN_ON),
	IN_REAL("LGDT beyond the limit", "\x0f\x01\x17", GP, .memory_at = 0xfffb),
	IN_REAL("LIDT", "\x0f\x01\x1f", RAN_ON),
	IN_REAL("LIDT beyond the limit", "\x0f\x01\x1f", GP, .memory_at = 0xfffb),
	IN_REAL("LIDT beyond the limit of SS", "\x36\x0f\x01\x1f", SS, .memory_at = 0xfffb),
	IN_REAL("SMSW AX", "\x0f\x01\xe0", RAN_ON, .rax = UINT64_C(0xaaaabbbb), .result = true,
		.want = UINT64_C(0xaaaa0010)),
	IN_REAL("SMSW beyond the limit", "\x0f\x01\x27", GP, .memory_at = 0xffff),
	IN_REAL("LMSW AX", "\x0f\x01\xf0", RAN_ON, .rax = 0),
	IN_REAL("LMSW beyond the limit", "\x0f\x01\x37", GP, .memory_at = 0xffff),
	IN_REAL("INVLPG", "\x0f\x01\x3f", RAN_ON, .memory_at = 0xffff),
	IN_REAL("CLFLUSH", "\x0f\xae\x3f", RAN_ON, .memory_at = 0xffff),
	IN_REAL("CLFLUSH beyond the limit", "\x67\x0f\xae\x3f", GP, .memory_at = 0x10000),
};

Test(privileged_real, tables_and_operands) { CHECK(tables); }

static const struct row control[] = {
	IN_REAL("CLTS", "\x0f\x06", RAN_ON),
	IN_REAL("HLT", "\xf4", HALTED),
	IN_REAL("INVD", "\x0f\x08", RAN_ON),
	IN_REAL("WBINVD", "\x0f\x09", RAN_ON),
	IN_REAL("CLI", "\xfa", RAN_ON),
	IN_REAL("STI", "\xfb", RAN_ON),
	IN_REAL("PUSHF, POPF", "\x9c\x9d", RAN_ON),
	IN_REAL("RDTSC with TSD", "\x0f\x31", RAN_ON, .cr4 = 4),
	IN_REAL("RDTSCP with TSD", "\x0f\x01\xf9", RAN_ON, .cr4 = 4),
	IN_REAL("RDPMC", "\x0f\x33", RAN_ON, .who = AMD, .rcx = 3),
	IN_REAL("RDPMC of no counter", "\x0f\x33", GP, .who = AMD, .rcx = 4),
	IN_REAL("RDPMC", "\x0f\x33", GP, .who = INTEL),
	IN_REAL("RDMSR of none", "\x0f\x32", GP, .rcx = 0x12345),
	IN_REAL("RDMSR", "\x0f\x32", RAN_ON, .rcx = 0x10),
	IN_REAL("WRMSR of none", "\x0f\x30", GP, .rcx = 0x12345),
	IN_REAL("WRMSR", "\x0f\x30", RAN_ON, .rcx = 0x10),
	IN_REAL("WRMSR with reserved bits", "\x0f\x30", GP, .rcx = 0xc0000080, .rdx = 1),
	IN_REAL("IN, OUT", "\xec\xee\xe4\x80\xe6\x80", RAN_ON),
	IN_REAL("INT3", "\xcc", BP, .at = 1),
	IN_REAL("INT n", "\xcd\x21", 0x21, .at = 2),
	IN_REAL("INT1", "\xf1", DB, .at = 1),
	IN_REAL("INTO", "\xce", OF, .at = 1, .rflags = 1 << 11),
	IN_REAL("INTO without OF", "\xce", RAN_ON),
};

Test(privileged_real, control) { CHECK(control); }

static const struct row registers[] = {
	IN_REAL("MOV CR0: PG without PE", "\x0f\x22\xc0", GP, .rax = UINT64_C(0x80000010)),
	IN_REAL("MOV CR0: NW without CD", "\x0f\x22\xc0", GP, .rax = UINT64_C(0x20000010)),
	IN_REAL("MOV CR0: CD without NW", "\x0f\x22\xc0", RAN_ON, .rax = UINT64_C(0x40000010)),
	IN_REAL("MOV CR0: reserved bits stay clear", "\x0f\x22\xc0\x0f\x20\xc0", RAN_ON,
		.rax = UINT64_C(0x1ffaffd0), .result = true, .want = 0x10),
	IN_REAL("MOV CR0: ET stays set", "\x0f\x22\xc0\x0f\x20\xc0", RAN_ON, .rax = 0,
		.result = true, .want = 0x10),
	IN_REAL("MOV CR2", "\x0f\x22\xd0", RAN_ON, .rax = UINT64_C(0xffffffff)),
	IN_REAL("MOV CR3", "\x0f\x22\xd8", RAN_ON, .rax = UINT64_C(0xfffff018)),
	IN_REAL("MOV CR4: a reserved bit", "\x0f\x22\xe0", GP, .rax = 1 << 15),
	IN_REAL("MOV CR4: VME", "\x0f\x22\xe0", GP, .rax = 1),
	IN_REAL("MOV CR4: PCIDE", "\x0f\x22\xe0", GP, .rax = 1 << 17),
	IN_REAL("MOV CR4: PAE", "\x0f\x22\xe0", RAN_ON, .rax = 1 << 5),
	IN_REAL("MOV DR0", "\x0f\x23\xc0\x0f\x21\xc0", RAN_ON, .rax = 0x1234, .result = true,
		.want = 0x1234),
	IN_REAL("MOV DR4 is DR6", "\x0f\x23\xe0\x0f\x21\xf0", RAN_ON, .rax = 0, .result = true,
		.want = UINT64_C(0xffff0ff0)),
	IN_REAL("MOV DR5 is DR7", "\x0f\x21\xe8", RAN_ON, .result = true, .want = 0x400),
	IN_REAL("MOV DR4 with DE", "\x0f\x21\xe0", UD, .cr4 = 8),
	IN_REAL("MOV DR5 with DE", "\x0f\x23\xe8", UD, .cr4 = 8),
	IN_REAL("MOV from DR with GD", "\x0f\x23\xf8\x0f\x21\xc0", DB, .rax = 0x2400, .at = 3),
	IN_REAL("MOV to DR with GD", "\x0f\x23\xf8\x0f\x23\xf8", DB, .rax = 0x2400, .at = 3),
	IN_REAL("MOV DR4 with DE and GD", "\x0f\x23\xf8\x0f\x21\xe0", UD, .rax = 0x2400, .cr4 = 8,
		.at = 3),
	IN_REAL("SYSENTER", "\x0f\x34", GP),
	IN_REAL("SYSEXIT", "\x0f\x35", GP),
	IN_REAL("SYSCALL", "\x0f\x05", UD),
	IN_REAL("SYSCALL, enabled", "\x0f\x05", UD, .who = INTEL, .efer = 1),
	IN_REAL("SYSRET, enabled", "\x0f\x07", GP, .who = AMD, .efer = 1),
	IN_REAL("SYSRET, enabled", "\x0f\x07", UD, .who = INTEL, .efer = 1),
};

Test(privileged_real, registers) { CHECK(registers); }

/* --- virtual-8086 mode */

#define IN_V86(what, code, vector, ...) ROW(what, code, V86, vector, __VA_ARGS__)

static const struct row privileged_in_v86[] = {
	IN_V86("LGDT", "\x0f\x01\x17", GP),
	IN_V86("LIDT", "\x0f\x01\x1f", GP),
	IN_V86("LMSW", "\x0f\x01\xf0", GP),
	IN_V86("INVLPG", "\x0f\x01\x3f", GP),
	IN_V86("CLTS", "\x0f\x06", GP),
	IN_V86("INVD", "\x0f\x08", GP),
	IN_V86("WBINVD", "\x0f\x09", GP),
	IN_V86("HLT", "\xf4", GP),
	IN_V86("HLT with IOPL 3", "\xf4", GP, .iopl = 3),
	IN_V86("HLT under TF", "\xf4", GP, .rflags = 1 << 8),
	IN_V86("RDMSR", "\x0f\x32", GP, .rcx = 0x10),
	IN_V86("WRMSR", "\x0f\x30", GP, .rcx = 0x10),
	IN_V86("MOV EAX, CR0", "\x0f\x20\xc0", GP),
	IN_V86("MOV CR0, EAX", "\x0f\x22\xc0", GP, .rax = 0x11),
	IN_V86("MOV CR3, EAX", "\x0f\x22\xd8", GP),
	IN_V86("MOV EAX, DR7", "\x0f\x21\xf8", GP),
	IN_V86("MOV DR7, EAX", "\x0f\x23\xf8", GP),
	IN_V86("MOV EAX, DR4 with DE", "\x0f\x21\xe0", UD, .cr4 = 8),
	IN_V86("SYSEXIT", "\x0f\x35", GP),
	IN_V86("SYSRET", "\x0f\x07", GP, .who = AMD, .efer = 1),
	IN_V86("SYSRET", "\x0f\x07", UD, .who = INTEL, .efer = 1),
	IN_V86("SYSCALL", "\x0f\x05", UD, .who = INTEL, .efer = 1),
	IN_V86("SYSENTER with CS 0", "\x0f\x34", GP),
	IN_V86("SGDT", "\x0f\x01\x07", RAN_ON),
	IN_V86("SIDT", "\x0f\x01\x0f", RAN_ON),
	IN_V86("SIDT beyond the limit", "\x0f\x01\x0f", GP, .memory_at = 0xfffb),
	IN_V86("SGDT beyond the limit of SS", "\x36\x0f\x01\x07", SS, .memory_at = 0xfffb),
	IN_V86("SMSW AX", "\x0f\x01\xe0", RAN_ON, .result = true, .want = 0x11),
	IN_V86("CLFLUSH beyond the limit", "\x67\x0f\xae\x3f", GP, .memory_at = 0x10000),
	IN_V86("RDTSC", "\x0f\x31", RAN_ON),
	IN_V86("RDTSC with TSD", "\x0f\x31", GP, .cr4 = 4),
	IN_V86("RDTSCP with TSD", "\x0f\x01\xf9", GP, .cr4 = 4),
	IN_V86("RDPMC", "\x0f\x33", GP),
	IN_V86("RDPMC with PCE", "\x0f\x33", RAN_ON, .who = AMD, .cr4 = 1 << 8),
	IN_V86("RDPMC of no counter, with PCE", "\x0f\x33", GP, .cr4 = 1 << 8, .rcx = 4),
};

Test(privileged_real, privileged_in_v86) { CHECK(privileged_in_v86); }

static const struct row iopl_in_v86[] = {
	IN_V86("CLI", "\xfa", GP, .iopl = 2),
	IN_V86("CLI", "\xfa", RAN_ON, .iopl = 3),
	IN_V86("STI", "\xfb", GP, .iopl = 2),
	IN_V86("STI", "\xfb", RAN_ON, .iopl = 3),
	IN_V86("PUSHF", "\x9c", GP, .iopl = 2),
	IN_V86("PUSHFD", "\x66\x9c", GP, .iopl = 2),
	IN_V86("PUSHF", "\x9c", RAN_ON, .iopl = 3),
	IN_V86("POPF", "\x9d", GP, .iopl = 2),
	IN_V86("POPFD", "\x66\x9d", GP, .iopl = 2),
	IN_V86("POPF", "\x9d", RAN_ON, .iopl = 3),
	IN_V86("IRET", "\xcf", GP, .iopl = 2),
	IN_V86("IRETD", "\x66\xcf", GP, .iopl = 2),
	IN_V86("INT n", "\xcd\x21", GP, .iopl = 2),
	IN_V86("INT n", "\xcd\x21", 0x21, .at = 2, .iopl = 3),
	IN_V86("INT 3 of two bytes", "\xcd\x03", GP, .iopl = 2),
	IN_V86("INT3", "\xcc", BP, .at = 1),
	IN_V86("INTO", "\xce", OF, .at = 1, .rflags = 1 << 11),
	IN_V86("INTO without OF", "\xce", RAN_ON),
	IN_V86("INT1", "\xf1", DB, .at = 1),
};

Test(privileged_real, iopl_in_v86) { CHECK(iopl_in_v86); }

/* IOPL does not matter here, only the map. */
static const struct row ports_in_v86[] = {
	IN_V86("IN without a map", "\xec", GP, .rdx = 0x80, .iopl = 3),
	IN_V86("IN AL, DX", "\xec", RAN_ON, .rdx = 0x80, .tr_limit = 0x100),
	IN_V86("IN AL, DX, denied", "\xec", GP, .rdx = 0x80, .tr_limit = 0x100, .denied = 0x81,
	       .iopl = 3),
	IN_V86("IN AX, DX, the second denied", "\xed", GP, .rdx = 0x80, .tr_limit = 0x100,
	       .denied = 0x82),
	IN_V86("IN EAX, DX, the fourth denied", "\x66\xed", GP, .rdx = 0x80, .tr_limit = 0x100,
	       .denied = 0x84),
	IN_V86("IN EAX, DX, the fifth denied", "\x66\xed", RAN_ON, .rdx = 0x80, .tr_limit = 0x100,
	       .denied = 0x85),
	IN_V86("OUT imm, denied", "\xe6\x80", GP, .tr_limit = 0x100, .denied = 0x81),
	IN_V86("INSB, denied", "\x6c", GP, .rdx = 0x80, .tr_limit = 0x100, .denied = 0x81),
	IN_V86("OUTSB, denied", "\x6e", GP, .rdx = 0x80, .tr_limit = 0x100, .denied = 0x81),
};

Test(privileged_real, ports_in_v86) { CHECK(ports_in_v86); }
