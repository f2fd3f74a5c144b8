/* SPDX-License-Identifier: MIT */
/* Tables of instructions with their results in each mode, ring and CPU: vector, error code, and the
 * address of the exception. There is no IDT, so an exception ends the run. An instruction that
 * raises none continues to the UD2 after it.
 *
 * A row's memory operand is [bx] with 16-bit addresses and [edi] or [rdi] with others: rm is 7. */
#ifndef TESTS_UNIT_UNICORN_PRIVILEGED_H
#define TESTS_UNIT_UNICORN_PRIVILEGED_H

#include <stdio.h>

#include "emu/array.h"
#include "tests/unit/unicorn/cpu_fixture.h"

enum mode_bit { REAL = 1, V86 = 2, P16 = 4, P32 = 8, COMPAT = 16, LONG = 32 };
enum {
	PROTECTED = P16 | P32,
	WITH_RINGS = P16 | P32 | COMPAT | LONG,
	LMA = COMPAT | LONG, /* long mode is active */
	NO_SELECTORS = REAL | V86,
	EVERYWHERE = REAL | V86 | WITH_RINGS
};
enum { RING0 = 1, RING3 = 8, OUTER_RINGS = 2 | 4 | 8, ALL_RINGS = 15 };
enum { AMD = 1, INTEL = 2 };

enum {
	DE,
	DB,
	BP = 3,
	OF,
	UD = 6,
	NP = 11,
	SS,
	GP,
	PF,
	AC = 17,
	RAN_ON = 200, /* no exception: it reaches the UD2 */
	HALTED
};

enum { DATA_AT = 0x8000, TSS_AT = 0x14000, IDT_AT = 0x13000, MAX_CODE = 48, REAL_CODE_AT = 0x7c00 };
#define NONCANONICAL UINT64_C(0x7000000000100000)
#define TIME_FOR_ONE UINT64_C(1000000)

struct row {
	const char *what, *code;
	size_t size;
	unsigned modes; /* enum mode_bit */
	uint8_t rings;  /* a bit per ring; 0: ring 0. Not used in REAL and V86 */
	uint8_t who;    /* AMD, INTEL; 0: both */
	uint8_t vector;
	uint8_t at;  /* offset in `code` of the instruction that faults */
	uint8_t nth; /* which of the failed deliveries to check; 0: the first */
	uint8_t iopl;
	uint32_t error;
	uint64_t cr2;
	uint64_t rax, rcx, rdx;
	uint64_t memory_at;   /* RBX and RDI; 0: DATA_AT */
	uint64_t quad[2];     /* the bytes at DATA_AT */
	uint64_t rflags, cr0; /* bits that are set in addition */
	uint64_t cr4, efer;
	uint32_t idt_limit;
	uint32_t data_limit;        /* limit of DS and ES; 0: all of memory */
	uint32_t data_flags;        /* flags of DS and ES; 0: writable */
	uint32_t code_flags;        /* flags of CS; 0: the mode's */
	uint8_t tr_type;            /* 0: a busy TSS of 32 or 64 bits */
	uint32_t tr_limit, io_base; /* 0: 67h, no map */
	uint32_t denied;            /* a port plus 1: its bit in the I/O map is set */
	bool result;                /* RAX must be `want` */
	uint64_t want;
	bool stored; /* and DATA_AT must hold: */
	uint64_t store[2];
};

#define ROW(what_, code_, modes_, vector_, ...)                                                 \
	{                                                                                       \
		.what = (what_), .code = (code_), .size = sizeof(code_) - 1, .modes = (modes_), \
		.vector = (vector_), __VA_ARGS__                                                \
	}

/* --- descriptors, from GDT_AT on; system descriptors have 16 bytes in long mode */
enum selector {
	SEL_CODE = 0x08,
	SEL_DATA = 0x10,
	SEL_USER_CODE = 0x18,
	SEL_USER_DATA = 0x20,
	SEL_LDT = 0x28,
	SEL_TSS = 0x38,
	SEL_TSS_BUSY = 0x48,
	SEL_LDT_ABSENT = 0x58,
	SEL_TSS_ABSENT = 0x68,
	SEL_LDT_FAR = 0x78, /* the base is not canonical */
	SEL_TSS_FAR = 0x88,
	SEL_LDT_UPPER = 0x98, /* the upper half has a type */
	SEL_TSS_UPPER = 0xa8,
	SEL_TSS16 = 0xb8,
	SEL_CALL_GATE = 0xc0,
	SEL_EXECUTE_ONLY = 0xd0,
	SEL_CONFORMING = 0xd8,
	SEL_READ_ONLY = 0xe0,
	SEL_INT_GATE = 0xe8,
	SEL_TASK_GATE = 0xf8,
	SEL_USER_LDT = 0x100, /* DPL 3 */
	GDT_BYTES = 0x110,
	SEL_BEYOND = 0x110
};

PERHAPS static void put_gdt(void)
{
	static const struct {
		enum selector at;
		uint64_t low, high;
	} table[] = {
		{ SEL_CODE, UINT64_C(0x00cf9b000000ffff), 0 },
		{ SEL_DATA, UINT64_C(0x00cf93000000ffff), 0 },
		{ SEL_USER_CODE, UINT64_C(0x00cffb000000ffff), 0 },
		{ SEL_USER_DATA, UINT64_C(0x00cff3000000ffff), 0 },
		{ SEL_LDT, UINT64_C(0x000082019000007f), 0 },
		{ SEL_TSS, UINT64_C(0x0000890140000067), 0 },
		{ SEL_TSS_BUSY, UINT64_C(0x00008b0140000067), 0 },
		{ SEL_LDT_ABSENT, UINT64_C(0x000002019000007f), 0 },
		{ SEL_TSS_ABSENT, UINT64_C(0x0000090140000067), 0 },
		{ SEL_LDT_FAR, UINT64_C(0x000082019000007f), UINT64_C(0x70000000) },
		{ SEL_TSS_FAR, UINT64_C(0x0000890140000067), UINT64_C(0x70000000) },
		{ SEL_LDT_UPPER, UINT64_C(0x000082019000007f), UINT64_C(0x100) << 32 },
		{ SEL_TSS_UPPER, UINT64_C(0x0000890140000067), UINT64_C(0x100) << 32 },
		{ SEL_TSS16, UINT64_C(0x000081014000002b), 0 },
		{ SEL_CALL_GATE, UINT64_C(0x00008c0000080000), 0 },
		{ SEL_EXECUTE_ONLY, UINT64_C(0x00cf99000000ffff), 0 },
		{ SEL_CONFORMING, UINT64_C(0x00cf9f000000ffff), 0 },
		{ SEL_READ_ONLY, UINT64_C(0x00cf91000000ffff), 0 },
		{ SEL_INT_GATE, UINT64_C(0x00008e0000080000), 0 },
		{ SEL_TASK_GATE, UINT64_C(0x0000850000380000), 0 },
		{ SEL_USER_LDT, UINT64_C(0x0000e2019000007f), 0 },
	};
	require(mem_set(&mem, GDT_AT, 0, GDT_BYTES));
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		put_entry(GDT_AT, table[i].at / 8, table[i].low);
		if (table[i].high) put_entry(GDT_AT, table[i].at / 8 + 1, table[i].high);
	}
}

/* Vector 21h has a gate of DPL 0, 22h a gate of DPL 3 that is not present; others have no gate. */
PERHAPS static void put_idt(enum mode_bit mode)
{
	unsigned quads = mode & (COMPAT | LONG) ? 2 : 1;
	require(mem_set(&mem, IDT_AT, 0, MEM_PAGE));
	put_entry(IDT_AT, 0x21 * quads, UINT64_C(0x00008e0000080000));
	put_entry(IDT_AT, 0x22 * quads, UINT64_C(0x00006e0000080000));
}

/* --- one row in one mode and ring */

static struct cpu_segment_state segment_of(unsigned selector, uint32_t flags, unsigned ring)
{
	return (struct cpu_segment_state){ .limit = UINT32_MAX,
					   .flags = flags | ring << 13,
					   .selector = (uint16_t)(selector | ring) };
}

static void set_segments(struct cpu_regs *r, enum mode_bit mode, unsigned ring)
{
	unsigned user = ring ? SEL_USER_CODE - SEL_CODE : 0;
	uint32_t code = mode == LONG ? 0xaf9b00 : mode == P16 ? 0x009b00 : 0xcf9b00;
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r->seg[i] = segment_of(SEL_DATA + user, 0xcf9300, ring);
	r->seg[CPU_CS] = segment_of(SEL_CODE + user, code, ring);
	if (mode != P16) return;
	r->seg[CPU_CS].base = CODE_AT;
	r->seg[CPU_CS].limit = 0xffff;
}

static void set_real_segments(struct cpu_regs *r, unsigned ring)
{
	for (int i = 0; i < CPU_N_SEGMENTS; i++)
		r->seg[i] =
			(struct cpu_segment_state){ .limit = 0xffff, .flags = 0x9300 | ring << 13 };
	if (!ring) r->seg[CPU_CS].flags = 0x9b00;
	r->gpr[CPU_RSP] = 0x7000;
}

static void set_mode(struct cpu_regs *r, enum mode_bit mode, unsigned ring)
{
	bool flat = !(mode & NO_SELECTORS);
	r->cr0 = mode == REAL ? 0x10 : 0x11;
	r->rip = flat ? CODE_AT : REAL_CODE_AT;
	r->gpr[CPU_RSP] = STACK_AT;
	if (mode == P16) r->rip = 0;
	if (mode == V86) r->rflags |= 1 << 17;
	if (flat)
		set_segments(r, mode, ring);
	else
		set_real_segments(r, mode == V86 ? 3 : 0);
	if (!(mode & (COMPAT | LONG))) return;
	make_tables();
	r->cr0 = 0x80010033;
	r->cr3 = TABLES_AT;
	r->cr4 = 0x620;
	r->efer = 0x500;
}

static void set_task(struct cpu_regs *r, const struct row *row)
{
	enum { IO_BASE = 0x66, NO_MAP = 0x67, BUSY_TSS = 11 };
	uint32_t limit = row->tr_limit ? row->tr_limit : NO_MAP;
	uint32_t base = row->io_base ? row->io_base : 0x68;
	uint8_t bytes[2] = { (uint8_t)base, (uint8_t)(base >> 8) };
	uint8_t type = row->tr_type ? row->tr_type : BUSY_TSS;
	r->tr = (struct cpu_segment_state){ .base = TSS_AT,
					    .limit = limit,
					    .flags = 0x8000u | (uint32_t)type << 8,
					    .selector = SEL_TSS_BUSY };
	require(mem_set(&mem, TSS_AT, 0, 3 * MEM_PAGE));
	require(mem_write(&mem, TSS_AT + IO_BASE, bytes, 2));
	if (!row->denied) return;
	uint8_t bit = (uint8_t)(1u << ((row->denied - 1) & 7));
	require(mem_write(&mem, TSS_AT + base + (row->denied - 1) / 8, &bit, 1));
}

static void set_data(struct cpu_regs *r, const struct row *row)
{
	static const enum cpu_segment data[] = { CPU_DS, CPU_ES };
	for (unsigned i = 0; i < 2; i++) {
		struct cpu_segment_state *s = &r->seg[data[i]];
		uint32_t dpl = s->flags & 0x6000;
		if (row->data_limit) s->limit = row->data_limit;
		if (row->data_flags) s->flags = row->data_flags | dpl;
	}
	if (row->code_flags) r->seg[CPU_CS].flags = row->code_flags;
}

static void start_row(const struct row *row, enum mode_bit mode, unsigned ring)
{
	static const uint8_t ud2[] = { 0x0f, 0x0b };
	struct cpu_regs r = { .rflags = 2 | row->rflags | (uint64_t)row->iopl << 12 };
	uint64_t at = mode & NO_SELECTORS ? REAL_CODE_AT : CODE_AT;
	uint64_t memory = row->memory_at ? row->memory_at : DATA_AT;
	cpu_reset(cpu);
	set_mode(&r, mode, ring);
	put_gdt();
	set_task(&r, row);
	r.gdt.base = GDT_AT;
	r.gdt.limit = GDT_BYTES - 1;
	r.idt.base = IDT_AT;
	r.idt.limit = row->idt_limit;
	put_idt(mode);
	r.cr0 |= row->cr0;
	r.cr4 |= row->cr4;
	r.efer |= row->efer;
	r.gpr[CPU_RAX] = row->rax;
	r.gpr[CPU_RCX] = row->rcx;
	r.gpr[CPU_RDX] = row->rdx;
	r.gpr[CPU_RBX] = r.gpr[CPU_RDI] = memory;
	put_entry(DATA_AT, 0, row->quad[0]);
	put_entry(DATA_AT, 1, row->quad[1]);
	require(mem_write(&mem, at, row->code, row->size));
	require(mem_write(&mem, at + row->size, ud2, sizeof ud2));
	set_data(&r, row);
	cpu_set_regs(cpu, &r);
}

/* --- the result */

static const char *mode_name(enum mode_bit mode)
{
	switch (mode) {
	case REAL: return "real";
	case V86: return "v86";
	case P16: return "16-bit";
	case P32: return "32-bit";
	case COMPAT: return "compatibility";
	default: return "64-bit";
	}
}

static void expect_values(const struct row *row, const char *where)
{
	struct cpu_regs r;
	uint64_t now[2];
	cpu_get_regs(cpu, &r);
	if (row->result) check_eq(u64, r.gpr[CPU_RAX], row->want, "%s", where);
	if (!row->stored) return;
	for (unsigned i = 0; i < 2; i++) {
		require(mem_read64(&mem, DATA_AT + 8 * i, &now[i]));
		check_eq(u64, now[i], row->store[i], "%s", where);
	}
}

static void expect_exception(const struct row *row, enum mode_bit mode, const char *where)
{
	struct cpu_failed_delivery failed[CPU_MAX_NESTING];
	uint64_t start = mode & NO_SELECTORS ? REAL_CODE_AT : mode == P16 ? 0 : CODE_AT;
	bool ran = row->vector == RAN_ON;
	uint8_t vector = ran ? UD : row->vector;
	require_gt(sz, cpu_failed_deliveries(cpu, failed, CPU_MAX_NESTING), row->nth);
	const struct irq_event *e = &failed[row->nth].event;
	check_eq(u8, e->vector, vector, "%s", where);
	if (e->vector != vector) return;
	check_eq(u64, e->pc, start + (ran ? row->size : row->at), "%s", where);
	if (vector >= NP) check_eq(u32, e->error_code, row->error, "%s", where);
	if (vector == PF) check_eq(u64, e->fault_addr, row->cr2, "%s", where);
}

static void check_row(const struct row *row, enum mode_bit mode, unsigned ring)
{
	char where[128];
	(void)snprintf(where, sizeof where, "%s (%s, ring %u, %s)", row->what, mode_name(mode),
		       ring, cpu_spec);
	start_row(row, mode, ring);
	enum cpu_stop stop = cpu_run(cpu, clock_now(&clk) + TIME_FOR_ONE);
	if (row->vector == HALTED) {
		check_eq(int, stop, CPU_STOP_HALTED, "%s", where);
		return;
	}
	check_eq(int, stop, CPU_STOP_TRIPLE_FAULT, "%s: %s", where, cpu_stop_detail(cpu));
	if (stop != CPU_STOP_TRIPLE_FAULT) return;
	expect_exception(row, mode, where);
	expect_values(row, where);
}

static void check_mode(const struct row *row, enum mode_bit mode)
{
	uint8_t rings = row->rings ? row->rings : RING0;
	if (mode & NO_SELECTORS) {
		check_row(row, mode, 0);
		return;
	}
	for (unsigned ring = 0; ring < 4; ring++)
		if (rings >> ring & 1) check_row(row, mode, ring);
}

/* Runs all rows, each in its modes and rings, on the CPU of each vendor that it names. */
PERHAPS static void check_rows(const struct row *rows, size_t n)
{
	static const char *const spec[] = { "amd", "intel" };
	for (unsigned who = 0; who < 2; who++) {
		cpu_spec = spec[who];
		make_cpu(false);
		for (size_t i = 0; i < n; i++) {
			if (rows[i].who && !(rows[i].who >> who & 1)) continue;
			for (unsigned mode = REAL; mode <= LONG; mode <<= 1)
				if (rows[i].modes & mode) check_mode(&rows[i], (enum mode_bit)mode);
		}
		free_cpu();
	}
}

#define CHECK(rows) check_rows((rows), sizeof(rows) / sizeof(rows)[0])

#endif
