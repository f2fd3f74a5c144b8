/* SPDX-License-Identifier: MIT */
#include "monitor.h"

enum {
	DEBUG_PORT = 0xe9,
	EXIT_PORT = 0xf4,
	PIC_MASK = 0x21,
	PIC2_MASK = 0xa1,
	EXIT_DONE = 0x10,
	EXIT_NO_PROGRAMS = 0x11,
	HAS_MODS = 1 << 3,
	FRAME_WORDS = 5
};

static struct outcome outcome;

static void emit(const void *bytes, unsigned n)
{
	__asm__ volatile("rep outsb" : "+S"(bytes), "+c"(n) : "d"(DEBUG_PORT) : "memory");
}

static void emit_record(const struct program *p)
{
	static uint64_t base[N_WORDS];
	uint8_t bitmap[BITMAP_BYTES] = { 0 };
	const uint8_t start = RECORD_START, end = RECORD_END;
	uint16_t n = (uint16_t)(outcome.n_changes > 0xffff ? 0xffff : outcome.n_changes);

	baseline_words(p, base);
	for (unsigned i = 0; i < N_WORDS; i++)
		if (outcome.words[i] != base[i]) bitmap[i / 8] |= (uint8_t)(1 << i % 8);
	emit(&start, 1);
	emit(&p->index, 4);
	emit(bitmap, sizeof bitmap);
	for (unsigned i = 0; i < N_WORDS; i++)
		if (bitmap[i / 8] >> i % 8 & 1) emit(&outcome.words[i], 8);
	emit(&n, 2);
	if (n) {
		emit(&outcome.sum, 8);
		for (unsigned i = 0; i < outcome.n_listed; i++) {
			emit(&outcome.changes[i].offset, 2);
			emit(&outcome.changes[i].value, 8);
		}
	}
	emit(&end, 1);
}

/* Load the state that IRETQ does not load. The bases come last, as loading a selector changes them.
 */
static void load_state(const struct program *p)
{
	__asm__ volatile("fxrstor64 %0" : : "m"(p->fx));
	/* On some CPUs a null selector in FS or GS does not change the base, so clear the bases of
	 * the program before. */
	wrmsr((uint32_t)MSR_FS_BASE, 0);
	wrmsr((uint32_t)MSR_GS_BASE, 0);
	__asm__ volatile("movl %0, %%ds" : : "r"((uint32_t)p->segments[DS]));
	__asm__ volatile("movl %0, %%es" : : "r"((uint32_t)p->segments[ES]));
	__asm__ volatile("movl %0, %%fs" : : "r"((uint32_t)p->segments[FS]));
	__asm__ volatile("movl %0, %%gs" : : "r"((uint32_t)p->segments[GS]));
	if (p->bits == 64) {
		wrmsr((uint32_t)MSR_FS_BASE, p->fs_base);
		wrmsr((uint32_t)MSR_GS_BASE, p->gs_base);
	}
	write_cr2(0);
	write_cr4(p->cr4);
	write_cr0(p->cr0);
}

static void selector(enum word first, unsigned i, uint16_t value)
{
	outcome.words[first] |= (uint64_t)value << 16 * i;
}

#define READ_SELECTOR(name, first, i)                                   \
	do {                                                            \
		uint32_t loaded;                                        \
		__asm__ volatile("movl %%" name ", %0" : "=r"(loaded)); \
		selector(first, i, (uint16_t)loaded);                   \
	} while (0)

/* The words that the exception pushed: five, and below them the error code if there is one. */
static void read_frame(void)
{
	const uint64_t *top = (const uint64_t *)(const void *)(trap_stack + STACK_BYTES);
	const uint64_t *frame = top - FRAME_WORDS;
	uint64_t sp = live_gprs[RSP] + 8; /* the vector's word is on top */

	outcome.words[W_VECTOR] = live_vector;
	if (live_vector == VECTOR_GATE && live_gprs[RSP] > (uintptr_t)gate_stack &&
	    live_gprs[RSP] <= (uintptr_t)(gate_stack + STACK_BYTES)) {
		const uint64_t *gate = (const uint64_t *)(uintptr_t)live_gprs[RSP];
		outcome.words[W_RIP] = gate[0];
		outcome.words[W_RFLAGS] = live_flags;
		outcome.words[W_GPRS + RSP] = gate[2];
		selector(W_SEGMENTS, CS, (uint16_t)gate[1]);
		selector(W_SEGMENTS, SS, (uint16_t)gate[3]);
		return;
	}
	if (live_vector >= VECTOR_SYSCALL) {
		outcome.words[W_RIP] = live_vector == VECTOR_SYSCALL ? live_gprs[RCX] : 0;
		outcome.words[W_RFLAGS] = live_flags;
		return;
	}
	if (sp == (uintptr_t)(frame - 1))
		outcome.words[W_ERROR] = frame[-1];
	else if (sp != (uintptr_t)frame)
		outcome.words[W_ERROR] = UINT64_MAX; /* neither form of a frame */
	outcome.words[W_RIP] = frame[0];
	outcome.words[W_RFLAGS] = frame[2];
	outcome.words[W_GPRS + RSP] = frame[3];
	selector(W_SEGMENTS, CS, (uint16_t)frame[1]);
	selector(W_SEGMENTS, SS, (uint16_t)frame[4]);
}

static void read_system(void)
{
	struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} table;
	uint16_t v;

	READ_SELECTOR("es", W_SEGMENTS, ES);
	READ_SELECTOR("ds", W_SEGMENTS, DS);
	READ_SELECTOR("fs", W_SEGMENTS2, 0);
	READ_SELECTOR("gs", W_SEGMENTS2, 1);
	__asm__ volatile("sldt %w0" : "=r"(v));
	selector(W_SEGMENTS2, 2, v);
	__asm__ volatile("str %w0" : "=r"(v));
	selector(W_SEGMENTS2, 3, v);
	outcome.words[W_CR8] = read_cr8();
	outcome.words[W_FS_BASE] = rdmsr((uint32_t)MSR_FS_BASE);
	outcome.words[W_GS_BASE] = rdmsr((uint32_t)MSR_GS_BASE);
	outcome.words[W_KERNEL_GS_BASE] = rdmsr((uint32_t)MSR_KERNEL_GS_BASE);
	outcome.words[W_DR6] = read_dr6();
	outcome.words[W_DR7] = read_dr7();
	__asm__ volatile("sgdt %0" : "=m"(table));
	outcome.words[W_GDT_LIMIT] = table.limit;
	__asm__ volatile("sidt %0" : "=m"(table));
	outcome.words[W_IDT_LIMIT] = table.limit;
}

/* For words whose initial value only the monitor knows, the change is reported. */
static uint64_t first_cr3, first_efer, first_star, first_lstar;

static void collect(const struct program *p)
{
	for (unsigned i = 0; i < N_WORDS; i++) outcome.words[i] = 0;
	for (unsigned i = 0; i < N_GPRS; i++) outcome.words[W_GPRS + i] = live_gprs[i];
	outcome.words[W_CR0] = read_cr0();
	outcome.words[W_CR2] = read_cr2();
	outcome.words[W_CR3] = read_cr3() ^ first_cr3;
	outcome.words[W_CR4] = read_cr4();
	outcome.words[W_DR7] = read_dr7();
	write_dr7(0x400);
	uint64_t dr7 = outcome.words[W_DR7];
	read_frame();
	read_system();
	outcome.words[W_DR7] = dr7;
	outcome.words[W_EFER] = rdmsr((uint32_t)MSR_EFER) ^ first_efer;
	outcome.words[W_STAR] = rdmsr((uint32_t)MSR_STAR) ^ first_star;
	outcome.words[W_LSTAR] = rdmsr((uint32_t)MSR_LSTAR) ^ first_lstar;
	tables_restore();
	static uint8_t fx[FX_BYTES] __attribute__((aligned(16)));
	__asm__ volatile("fxsave64 %0" : "=m"(fx));
	for (unsigned i = 0; i < FX_USED_BYTES; i++)
		outcome.words[W_FX + i / 8] |= (uint64_t)fx[i] << 8 * (i % 8);
	window_collect(p, &outcome);
}

static void run(const struct program *p)
{
	const uint64_t code = PAGE_CODE * PAGE_BYTES + p->code_at;
	const uint64_t frame[FRAME_WORDS] = { p->bits == 16 ? code : WINDOW + code, p->segments[CS],
					      p->rflags, p->gprs[RSP], p->segments[SS] };
	window_prepare(p);
	load_state(p);
	enter_program(frame, p->gprs);
	collect(p);
	emit_record(p);
}

void monitor_main(void)
{
	const uint32_t *info = (const uint32_t *)(uintptr_t)multiboot_info;
	const uint32_t *module =
		(info[0] & HAS_MODS) && info[5] ? (const uint32_t *)(uintptr_t)info[6] : NULL;

	if (!module) outb(EXIT_PORT, EXIT_NO_PROGRAMS);
	const struct program *p = (const struct program *)(MEMORY_AT + module[0]);
	const struct program *end = (const struct program *)(MEMORY_AT + module[1]);
	/* A program may set IF, so no line may interrupt. */
	outb(PIC_MASK, 0xff);
	outb(PIC2_MASK, 0xff);
	window_make();
	tables_make();
	first_cr3 = read_cr3();
	first_efer = rdmsr((uint32_t)MSR_EFER);
	first_star = rdmsr((uint32_t)MSR_STAR);
	first_lstar = rdmsr((uint32_t)MSR_LSTAR);
	for (; p + 1 <= end && p->magic == PROGRAM_MAGIC; p++) run(p);
	outb(EXIT_PORT, EXIT_DONE);
	for (;;) __asm__ volatile("cli; hlt");
}
