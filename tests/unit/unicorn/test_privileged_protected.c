/* SPDX-License-Identifier: MIT */
/* Causes of exceptions that SDM Vol. 2 lists for protected mode, of privileged and system
 * instructions, in code of 16 and 32 bits; most hold in compatibility and 64-bit mode too.
 *
 * Left out, as the feature is not offered: CR4.VME and PVI (and with them VIF and VIP), UMIP,
 * PCIDE, SMAP's CLAC and STAC, protection keys, XSAVE's XSETBV, MONITOR and MWAIT, VMX, SVM, SMX
 * and SMM: their instructions are in test_privileged_undefined.c. Far transfers, IRET among them,
 * stacks and task switches have kernels (tests/kernels/far*.c, task*.c). The manual does not say
 * which of two causes comes first; rows that depend on it follow SDM Vol. 3A table 6-2. */
#include "emu/array.h"
#include "tests/unit/unicorn/privileged.h"

TestSuite(privileged_protected, .timeout = 60);

/* --- the ring (each page: "If the current privilege level is not 0") */

#define OUTER(what, code, ...) ROW(what, code, WITH_RINGS, GP, .rings = OUTER_RINGS, __VA_ARGS__)
#define LEGACY_OUTER(what, code, ...) \
	ROW(what, code, PROTECTED, GP, .rings = OUTER_RINGS, __VA_ARGS__)

static const struct row ring[] = {
	OUTER("LGDT", "\x0f\x01\x17", .iopl = 3),
	OUTER("LIDT", "\x0f\x01\x1f"),
	OUTER("LLDT", "\x0f\x00\xd0", .rax = SEL_LDT),
	OUTER("LLDT of null", "\x0f\x00\xd0"),
	OUTER("LTR", "\x0f\x00\xd8", .rax = SEL_TSS),
	OUTER("LMSW", "\x0f\x01\xf0", .rax = 0x31),
	OUTER("CLTS", "\x0f\x06"),
	OUTER("INVLPG", "\x0f\x01\x3f"),
	OUTER("INVD", "\x0f\x08"),
	OUTER("WBINVD", "\x0f\x09"),
	OUTER("HLT", "\xf4", .iopl = 3),
	OUTER("HLT under TF", "\xf4", .rflags = 1 << 8),
	OUTER("RDMSR", "\x0f\x32", .rcx = 0x10),
	OUTER("RDMSR of none", "\x0f\x32", .rcx = 0x12345),
	OUTER("WRMSR", "\x0f\x30", .rcx = 0x10),
	OUTER("MOV EAX, CR0", "\x0f\x20\xc0"),
	OUTER("MOV CR0, EAX", "\x0f\x22\xc0", .rax = 0x80000033),
	OUTER("MOV EAX, CR2", "\x0f\x20\xd0"),
	OUTER("MOV CR2, EAX", "\x0f\x22\xd0"),
	OUTER("MOV EAX, CR3", "\x0f\x20\xd8"),
	OUTER("MOV CR3, EAX", "\x0f\x22\xd8", .rax = TABLES_AT),
	OUTER("MOV EAX, CR4", "\x0f\x20\xe0"),
	OUTER("MOV CR4, EAX", "\x0f\x22\xe0", .rax = 0x620),
	OUTER("MOV EAX, DR0", "\x0f\x21\xc0"),
	OUTER("MOV DR0, EAX", "\x0f\x23\xc0"),
	OUTER("MOV EAX, DR4", "\x0f\x21\xe0"),
	OUTER("MOV EAX, DR6", "\x0f\x21\xf0"),
	OUTER("MOV DR7, EAX", "\x0f\x23\xf8"),
	OUTER("RDTSC with TSD", "\x0f\x31", .cr4 = 4),
	OUTER("RDTSCP with TSD", "\x0f\x01\xf9", .cr4 = 4),
	OUTER("RDPMC without PCE", "\x0f\x33", .who = AMD),
	OUTER("RDPMC of no counter, with PCE", "\x0f\x33", .cr4 = 1 << 8, .rcx = 4),
	LEGACY_OUTER("SYSEXIT", "\x0f\x35"),
	ROW("SYSRET", "\x0f\x07", WITH_RINGS, GP, .rings = OUTER_RINGS, .who = AMD, .efer = 1),
};

Test(privileged_protected, only_ring_0_may) { CHECK(ring); }

#define INNER(what, code, ...) ROW(what, code, WITH_RINGS, RAN_ON, __VA_ARGS__)
#define ANY_RING(what, code, ...) \
	ROW(what, code, WITH_RINGS, RAN_ON, .rings = ALL_RINGS, __VA_ARGS__)

static const struct row allowed[] = {
	INNER("LGDT", "\x0f\x01\x17"),
	INNER("LIDT", "\x0f\x01\x1f", .quad = { 0, 0 }),
	INNER("CLTS", "\x0f\x06", .cr0 = 8),
	INNER("LMSW", "\x0f\x01\xf0", .rax = 0x3),
	INNER("LMSW cannot clear PE", "\x0f\x01\xf0\x0f\x20\xc0", .rax = 0),
	INNER("INVLPG", "\x0f\x01\x3f"),
	INNER("INVLPG of nothing", "\x0f\x01\x3f", .memory_at = HOLE_AT),
	INNER("INVD", "\x0f\x08"),
	INNER("WBINVD", "\x0f\x09"),
	INNER("RDTSC with TSD", "\x0f\x31", .cr4 = 4),
	INNER("RDTSCP with TSD", "\x0f\x01\xf9", .cr4 = 4),
	INNER("RDPMC without PCE", "\x0f\x33", .who = AMD),
	INNER("MOV EAX, DR4", "\x0f\x21\xe0"),
	INNER("MOV CR4 as it is", "\x0f\x20\xe0\x0f\x22\xe0"),
	INNER("MOV CR3 as it is", "\x0f\x20\xd8\x0f\x22\xd8"),
	INNER("MOV CR0 as it is", "\x0f\x20\xc0\x0f\x22\xc0"),
	INNER("MOV CR2 with a mod that is ignored", "\x0f\x22\x10"),
	ANY_RING("RDTSC", "\x0f\x31"),
	ANY_RING("RDTSCP", "\x0f\x01\xf9"),
	ANY_RING("RDPMC with PCE", "\x0f\x33", .who = AMD, .cr4 = 1 << 8),
	ANY_RING("SGDT", "\x0f\x01\x07"),
	ANY_RING("SIDT", "\x0f\x01\x0f"),
	ANY_RING("SLDT", "\x0f\x00\xc0", .result = true, .want = 0),
	ANY_RING("STR", "\x0f\x00\xc8"),
	ANY_RING("STR of memory", "\x0f\x00\x0f", .quad = { UINT64_MAX, 0 }, .stored = true,
		 .store = { UINT64_MAX << 16 | SEL_TSS_BUSY, 0 }),
	ANY_RING("SMSW", "\x0f\x01\xe0"),
	ANY_RING("SMSW of memory", "\x0f\x01\x27"),
	ANY_RING("PUSHF, POPF", "\x9c\x9d"),
	ANY_RING("CPUID", "\x0f\xa2"),
	ANY_RING("CLFLUSH", "\x0f\xae\x3f"),
	ROW("HLT", "\xf4", WITH_RINGS, HALTED),
	ROW("RDPMC", "\x0f\x33", WITH_RINGS, GP, .who = INTEL, .rings = ALL_RINGS, .cr4 = 1 << 8),
	ROW("SMSW EAX is CR0", "\x0f\x01\xe0", P32, RAN_ON, .rings = ALL_RINGS,
	    .cr0 = UINT64_C(0x60050000), .rax = UINT64_C(0xaaaaaaaa), .result = true,
	    .want = UINT64_C(0x60050011)),
	ROW("SMSW EAX is CR0", "\x66\x0f\x01\xe0", P16, RAN_ON, .rings = ALL_RINGS,
	    .cr0 = UINT64_C(0x60050000), .rax = UINT64_C(0xaaaaaaaa), .result = true,
	    .want = UINT64_C(0x60050011)),
	ROW("SMSW AX", "\x66\x0f\x01\xe0", P32, RAN_ON, .cr0 = UINT64_C(0x60000000),
	    .rax = UINT64_C(0xaaaaaaaa), .result = true, .want = UINT64_C(0xaaaa0011)),
	ROW("SGDT, 16-bit operand: all of the base", "\x66\x0f\x01\x07", P32, RAN_ON,
	    .quad = { UINT64_MAX, 0 }, .stored = true,
	    .store = { UINT64_C(0xffff00018000010f), 0 }),
};

Test(privileged_protected, these_run) { CHECK(allowed); }

/* --- IOPL */

static const struct row iopl[] = {
	ROW("CLI", "\xfa", WITH_RINGS, GP, .rings = OUTER_RINGS),
	ROW("STI", "\xfb", WITH_RINGS, GP, .rings = OUTER_RINGS),
	ROW("CLI, IOPL 1", "\xfa", WITH_RINGS, GP, .rings = 4 | 8, .iopl = 1),
	ROW("CLI, IOPL 1", "\xfa", WITH_RINGS, RAN_ON, .rings = 1 | 2, .iopl = 1),
	ROW("STI, IOPL 2", "\xfb", WITH_RINGS, GP, .rings = 8, .iopl = 2),
	ROW("STI, IOPL 2", "\xfb", WITH_RINGS, RAN_ON, .rings = 1 | 2 | 4, .iopl = 2),
	ROW("CLI, IOPL 3", "\xfa", WITH_RINGS, RAN_ON, .rings = ALL_RINGS, .iopl = 3),
};

Test(privileged_protected, iopl) { CHECK(iopl); }

/* pushf; pop rax; or ah,32h; push rax; popf; pushf; pop rax: if IF and IOPL may not change, they
 * keep their values without an exception (unread: SDM Vol. 2B, POPF). */
#define POPF "\x9c\x58\x80\xcc\x32\x50\x9d\x9c\x58"

static const struct row popf[] = {
	ROW("POPF", POPF, P32 | COMPAT | LONG, RAN_ON, .result = true, .want = 0x3202),
	ROW("POPF above IOPL", POPF, P32 | COMPAT | LONG, RAN_ON, .rings = OUTER_RINGS,
	    .result = true, .want = 2),
	ROW("POPF at IOPL 1", POPF, P32 | COMPAT | LONG, RAN_ON, .rings = 2, .iopl = 1,
	    .result = true, .want = 0x1202),
	ROW("POPF above IOPL 1", POPF, P32 | COMPAT | LONG, RAN_ON, .rings = 4 | 8, .iopl = 1,
	    .result = true, .want = 0x1002),
	ROW("POPF in virtual-8086 mode", POPF, V86, RAN_ON, .iopl = 3, .rflags = 1 << 9,
	    .result = true, .want = 0x3202),
};

Test(privileged_protected, popf_changes_what_it_may) { CHECK(popf); }

/* --- ports, and the map of the TSS (SDM Vol. 1 19.5.2) */

#define PORT(what, code, vector, ...) \
	ROW(what, code, WITH_RINGS, vector, .rings = OUTER_RINGS, .rdx = 0x80, __VA_ARGS__)

static const struct row by_map[] = {
	PORT("IN AL, DX without a map", "\xec", GP),
	PORT("IN AL, imm without a map", "\xe4\x80", GP),
	PORT("OUT DX, AL without a map", "\xee", GP),
	PORT("INSB without a map", "\x6c", GP),
	PORT("OUTSB without a map", "\x6e", GP),
	PORT("IN AL, DX, allowed", "\xec", RAN_ON, .tr_limit = 0x100),
	PORT("OUT imm, AL, allowed", "\xe6\x80", RAN_ON, .tr_limit = 0x100),
	PORT("IN AL, DX, denied", "\xec", GP, .tr_limit = 0x100, .denied = 0x81),
	PORT("OUT DX, AL, denied", "\xee", GP, .tr_limit = 0x100, .denied = 0x81),
	PORT("INSB, denied", "\x6c", GP, .tr_limit = 0x100, .denied = 0x81),
	PORT("OUTSB, denied", "\x6e", GP, .tr_limit = 0x100, .denied = 0x81),
	PORT("its neighbour denied", "\xec", RAN_ON, .tr_limit = 0x100, .denied = 0x82),
	PORT("its neighbour below denied", "\xec", RAN_ON, .tr_limit = 0x100, .denied = 0x80),
	/* The byte of ports 80h to 87h is at 78h. The CPU reads two. */
	PORT("the map ends with its byte", "\xec", GP, .tr_limit = 0x78),
	PORT("the map ends one byte behind", "\xec", RAN_ON, .tr_limit = 0x79),
	PORT("the map starts beyond the limit", "\xec", GP, .tr_limit = 0x100, .io_base = 0x101),
	PORT("the map starts far beyond", "\xec", GP, .tr_limit = 0x100, .io_base = 0xffff),
	PORT("the map starts at the limit", "\xe4\x00", GP, .tr_limit = 0x100, .io_base = 0x100),
	PORT("the map starts before the limit", "\xe4\x00", RAN_ON, .tr_limit = 0x100,
	     .io_base = 0xff),
	PORT("a TSS without the map's field", "\xec", GP, .tr_limit = 0x66),
	ROW("two bytes of the map", "\xed", P32 | COMPAT | LONG, GP, .rings = OUTER_RINGS,
	    .rdx = 0x86, .tr_limit = 0x100, .denied = 0x89),
	ROW("two bytes of the map", "\xed", P32 | COMPAT | LONG, RAN_ON, .rings = OUTER_RINGS,
	    .rdx = 0x86, .tr_limit = 0x100, .denied = 0x8b),
	ROW("the last port", "\xec", WITH_RINGS, GP, .rings = OUTER_RINGS, .rdx = 0xffff,
	    .tr_limit = 0x2067),
	ROW("the last port and a byte", "\xec", WITH_RINGS, RAN_ON, .rings = OUTER_RINGS,
	    .rdx = 0xffff, .tr_limit = 0x2068),
	ROW("a TSS of 16 bits has no map", "\xec", PROTECTED, GP, .rings = OUTER_RINGS, .rdx = 0x80,
	    .tr_limit = 0x100, .tr_type = 3),
	ROW("IOPL 1", "\xec", WITH_RINGS, RAN_ON, .rings = 1 | 2, .iopl = 1),
	ROW("IOPL 1", "\xec", WITH_RINGS, GP, .rings = 4 | 8, .iopl = 1),
	ROW("IOPL 3", "\xec\xee\xe4\x80\xe6\x80", WITH_RINGS, RAN_ON, .rings = ALL_RINGS, .iopl = 3,
	    .denied = 0x81, .tr_limit = 0x100),
	ROW("INSB, IOPL 3", "\x6c", WITH_RINGS, RAN_ON, .rings = ALL_RINGS, .iopl = 3),
};

Test(privileged_protected, ports) { CHECK(by_map); }

/* --- INT n, INT3, INTO: the DPL of the gate */

enum { IDT_BYTES = 0x400, GATE_21 = 0x21 * 8 + 2 };

static const struct row software[] = {
	ROW("INT n without an IDT", "\xcd\x21", WITH_RINGS, 0x21, .at = 2, .rings = ALL_RINGS),
	ROW("that is #GP", "\xcd\x21", WITH_RINGS, GP, .rings = ALL_RINGS, .nth = 1,
	    .error = GATE_21),
	ROW("INT3", "\xcc", WITH_RINGS, BP, .at = 1, .rings = ALL_RINGS),
	ROW("INT3 is #GP", "\xcc", WITH_RINGS, GP, .rings = ALL_RINGS, .nth = 1,
	    .error = 3 * 8 + 2),
	ROW("INTO", "\xce", PROTECTED | COMPAT, OF, .at = 1, .rings = ALL_RINGS, .rflags = 1 << 11),
	ROW("INTO without OF", "\xce", PROTECTED | COMPAT, RAN_ON, .rings = ALL_RINGS),
	ROW("INT1", "\xf1", WITH_RINGS, DB, .rings = ALL_RINGS, .at = 1),
	ROW("INT n of a gate that is none", "\xcd\x20", WITH_RINGS, GP, .rings = ALL_RINGS,
	    .nth = 1, .error = 0x20 * 8 + 2, .idt_limit = IDT_BYTES - 1),
	ROW("INT n of a gate of DPL 0", "\xcd\x21", WITH_RINGS, GP, .rings = OUTER_RINGS, .nth = 1,
	    .error = GATE_21, .idt_limit = IDT_BYTES - 1),
	ROW("INT n of an absent gate", "\xcd\x22", WITH_RINGS, NP, .rings = ALL_RINGS, .nth = 1,
	    .error = 0x22 * 8 + 2, .idt_limit = IDT_BYTES - 1),
};

Test(privileged_protected, software_interrupts) { CHECK(software); }

/* --- registers */

static const struct row registers[] = {
	ROW("MOV CR0: NW without CD", "\x0f\x22\xc0", WITH_RINGS, GP, .rax = UINT64_C(0xa0000033)),
	ROW("MOV CR0: PG without PE", "\x0f\x22\xc0", WITH_RINGS, GP, .rax = UINT64_C(0x80000032)),
	ROW("MOV CR4: a reserved bit", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 1 << 15 | 0x620),
	ROW("MOV CR4: VME", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x621),
	ROW("MOV CR4: PVI", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x622),
	ROW("MOV CR4: UMIP", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 11),
	ROW("MOV CR4: VMXE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 13),
	ROW("MOV CR4: SMXE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 14),
	ROW("MOV CR4: FSGSBASE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 16),
	ROW("MOV CR4: PCIDE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 17),
	ROW("MOV CR4: OSXSAVE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 18),
	ROW("MOV CR4: SMAP", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 21),
	ROW("MOV CR4: PKE", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 22),
	ROW("MOV CR4: LA57", "\x0f\x22\xe0", WITH_RINGS, GP, .rax = 0x620 | 1 << 12),
	ROW("MOV CR4: SMEP", "\x0f\x22\xe0", PROTECTED, RAN_ON, .who = AMD, .rax = 1 << 20),
	ROW("MOV CR4: SMEP", "\x0f\x22\xe0", WITH_RINGS, GP, .who = INTEL, .rax = 0x620 | 1 << 20),
	ROW("MOV CR4: all that is offered", "\x0f\x22\xe0", WITH_RINGS, RAN_ON, .rax = 0x7fc),
	ROW("MOV CR4 clears PAE", "\x0f\x22\xe0", LMA, GP, .rax = 0x600),
	ROW("MOV CR4 clears PAE", "\x0f\x22\xe0", PROTECTED, RAN_ON, .rax = 0x600, .cr4 = 0x20),
	ROW("MOV CR0 into long mode without PAE", "\x0f\x22\xc0", PROTECTED, GP,
	    .rax = UINT64_C(0x80000011), .efer = 0x100),
	ROW("MOV CR0 into long mode with a TSS of 16 bits", "\x0f\x22\xc0", PROTECTED, GP,
	    .rax = UINT64_C(0x80000011), .efer = 0x100, .cr4 = 0x20, .tr_type = 3),
	ROW("MOV CR0 into long mode with a TSS of 16 bits", "\x0f\x22\xc0", REAL, GP,
	    .rax = UINT64_C(0x80000011), .efer = 0x100, .cr4 = 0x20, .tr_type = 1),
	ROW("MOV CR0 into long mode with CS.L", "\x0f\x22\xc0", P32, GP,
	    .rax = UINT64_C(0x80000011), .efer = 0x100, .cr4 = 0x20, .code_flags = 0xaf9b00),
	ROW("MOV CR0: reserved bits in the PDPT", "\x0f\x22\xdb\x0f\x22\xc0", PROTECTED, GP,
	    .rax = UINT64_C(0x80000011), .cr4 = 0x20, .quad = { 3, 0 }, .at = 3),
	ROW("MOV DR4 with DE", "\x0f\x21\xe0", WITH_RINGS, UD, .cr4 = 8, .rings = ALL_RINGS),
	ROW("MOV DR5 with DE", "\x0f\x23\xe8", WITH_RINGS, UD, .cr4 = 8, .rings = ALL_RINGS),
	ROW("MOV to DR with GD", "\x0f\x23\xf8\x0f\x23\xc0", WITH_RINGS, DB, .rax = 0x2400,
	    .at = 3),
	ROW("MOV from DR with GD", "\x0f\x23\xf8\x0f\x21\xf8", WITH_RINGS, DB, .rax = 0x2400,
	    .at = 3),
	ROW("MOV DR5 with DE and GD", "\x0f\x23\xf8\x0f\x21\xe8", WITH_RINGS, UD, .rax = 0x2400,
	    .at = 3, .cr4 = 8),
	ROW("SYSENTER with CS 0", "\x0f\x34", PROTECTED, GP, .rings = ALL_RINGS),
	ROW("SYSEXIT with CS 0", "\x0f\x35", PROTECTED, GP),
	ROW("SYSENTER", "\x0f\x34", LMA, UD, .who = AMD, .rings = ALL_RINGS),
	ROW("SYSEXIT", "\x0f\x35", LMA, UD, .who = AMD, .rings = ALL_RINGS),
	ROW("SYSENTER with CS 0", "\x0f\x34", LMA, GP, .who = INTEL, .rings = ALL_RINGS),
	ROW("SYSEXIT with CS 0", "\x0f\x35", LMA, GP, .who = INTEL, .rings = ALL_RINGS),
	ROW("SYSCALL without SCE", "\x0f\x05", WITH_RINGS, UD, .rings = ALL_RINGS),
	ROW("SYSRET without SCE", "\x0f\x07", WITH_RINGS, UD, .rings = ALL_RINGS),
	ROW("SYSCALL", "\x0f\x05", PROTECTED | COMPAT, UD, .who = INTEL, .efer = 1,
	    .rings = ALL_RINGS),
	ROW("SYSRET", "\x0f\x07", PROTECTED | COMPAT, UD, .who = INTEL, .efer = 1,
	    .rings = ALL_RINGS),
	ROW("sixteen bytes", "\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x90",
	    WITH_RINGS, GP, .rings = ALL_RINGS),
};

Test(privileged_protected, registers) { CHECK(registers); }

/* After the switch to protected mode CS still has the selector of real mode, and the ring is 0. */
Test(privileged_protected, the_ring_is_not_the_selectors_of_real_mode)
{
	static const struct row row =
		ROW("MOV CR0: NW without CD", "\x0f\x22\xc0", P16, GP, .rax = 0x20000011);
	static const struct row counter = ROW("RDPMC", "\x0f\x33", P16, RAN_ON);
	const struct row *const rows[] = { &row, &counter };
	cpu_spec = "amd";
	make_cpu(false);
	for (unsigned i = 0; i < 2; i++) {
		struct cpu_regs r;
		start_row(rows[i], P16, 0);
		cpu_get_regs(cpu, &r);
		r.seg[CPU_CS].selector = 0x7c3;
		cpu_set_regs(cpu, &r);
		require_eq(int, cpu_run(cpu, clock_now(&clk) + TIME_FOR_ONE),
			   CPU_STOP_TRIPLE_FAULT);
		expect_exception(rows[i], P16, rows[i]->what);
	}
	free_cpu();
}

/* --- without features */

static void check_without(const char *spec, const struct row *rows, size_t n)
{
	cpu_spec = spec;
	make_cpu(false);
	for (size_t i = 0; i < n; i++)
		for (unsigned mode = REAL; mode <= LONG; mode <<= 1)
			if (rows[i].modes & mode) check_mode(&rows[i], (enum mode_bit)mode);
	free_cpu();
}

#define WITHOUT(spec, what, code, ...)                                                    \
	do {                                                                              \
		static const struct row row =                                             \
			ROW(what, code, EVERYWHERE, UD, .rings = ALL_RINGS, __VA_ARGS__); \
		check_without("amd,-" spec, &row, 1);                                     \
		check_without("intel,-" spec, &row, 1);                                   \
	} while (0)

Test(privileged_protected, without_their_feature_they_are_undefined)
{
	WITHOUT("sep", "SYSENTER", "\x0f\x34", .rax = 0);
	WITHOUT("sep", "SYSEXIT", "\x0f\x35", .rax = 0);
	WITHOUT("msr", "RDMSR", "\x0f\x32", .rcx = 0x10);
	WITHOUT("msr", "WRMSR", "\x0f\x30", .rcx = 0x10);
	WITHOUT("tsc", "RDTSC", "\x0f\x31", .rax = 0);
	WITHOUT("rdtscp", "RDTSCP", "\x0f\x01\xf9", .rax = 0);
	WITHOUT("clflush", "CLFLUSH", "\x0f\xae\x3f", .rax = 0);
	WITHOUT("fxsr", "FXSAVE", "\x0f\xae\x07", .rax = 0);
}

/* Each bit of CR4 needs its feature; both vendors' CPUs. */
Test(privileged_protected, cr4_takes_what_is_offered)
{
	static const struct {
		const char *spec;
		uint64_t offered;
	} cpus[] = {
		{ "amd", 0x1007fc },      { "intel", 0x7fc },       { "amd,-de", 0x1007f4 },
		{ "amd,-pse", 0x1007ec }, { "amd,-mce", 0x1007bc }, { "amd,-pge", 0x10077c },
		{ "amd,-smep", 0x7fc },   { "amd,-tsc", 0x1007f8 },
	};
	for (unsigned i = 0; i < ARRAY_SIZE(cpus); i++) {
		cpu_spec = cpus[i].spec;
		make_cpu(false);
		for (unsigned bit = 0; bit < 32; bit++) {
			struct row row = ROW("MOV CR4", "\x0f\x22\xe0", P32, RAN_ON,
					     .rax = UINT64_C(1) << bit);
			if (!(cpus[i].offered >> bit & 1)) row.vector = GP;
			check_row(&row, P32, 0);
		}
		free_cpu();
	}
}
