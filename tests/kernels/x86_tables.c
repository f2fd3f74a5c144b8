/* SPDX-License-Identifier: MIT */
/* A kernel's GDT, TSS, IDT and panic from drivers/x86, where a twin test cannot go: the gates and
 * stubs themselves, ring 3 and its ports, stacks of the TSS, a stack that overflows. The GDT is
 * laid out as that of the tests' library, so that this one's ring 3 works with it. */
#include "bimetal/x86/exception.h"
#include "bimetal/x86/gdt.h"
#include "bimetal/x86/idt.h"
#include "bimetal/x86/idt_stubs.h"
#include "bimetal/x86/panic.h"
#include "k.h"
#include "x86_cpu.h"

enum { N_INT = 256, UD_BYTES = 2, LOAD_BYTES = 2, TYPE_LSB = 40, TYPE = 0xf };

static uint64_t slots[GDT_DEFAULT_SLOTS];
static struct gdt table;
static struct {
	struct tss tss;
	uint8_t map[128 + 1]; /* ports 0 to 3FFh */
} task;
static uint32_t limit_with_map;
static struct idt gates;
static struct idt_handlers handlers;
static uint16_t task_selector;
static uint8_t stack_df[STACK_BYTES] ALIGNED(16), stack_own[STACK_BYTES] ALIGNED(16);

void interrupt(struct idt_context *context);
IDT_DEFINE_STUBS(stubs, interrupt)

/* ---- GDT and TSS ---- */

static void make_gdt(uint32_t limit)
{
	static const uint64_t segments[] = { GDT_KERNEL_CODE64, GDT_KERNEL_DATA, GDT_USER_CODE32,
					     GDT_USER_DATA, GDT_USER_CODE64 };
	uint16_t selector = 0;

	check("a table of eight slots", gdt_init(&table, slots, GDT_DEFAULT_SLOTS), GDT_OK);
	for (unsigned i = 0; i < 5; i++)
		check("a segment", gdt_add(&table, segments[i], &selector), GDT_OK);
	check("the last selector", selector, SEL_UCODE64 | 3);
	check("a TSS", gdt_add_tss(&table, &task.tss, limit, &task_selector), GDT_OK);
	check("its selector", task_selector, SEL_TSS);
	check("the table is full", gdt_add(&table, GDT_KERNEL_DATA, &selector), GDT_FULL);
}

static void load_gdt_and_tss(void)
{
	struct x86_cpu cpu = x86_of_cpu();

	check("LGDT", gdt_load(&table, cpu), GDT_OK);
	gdt_load_segments(cpu, SEL_KCODE, SEL_KDATA);
	check("CS", x86_cs(cpu), SEL_KCODE);
	check("SS", x86_ss(cpu), SEL_KDATA);
	check("available before LTR", slots[6] >> TYPE_LSB & TYPE, GDT_TYPE_TSS);
	check("LTR", gdt_load_tss(&table, cpu, task_selector), GDT_OK);
	check("busy after LTR", slots[6] >> TYPE_LSB & TYPE, GDT_TYPE_BUSY_TSS);
	check("TR", x86_str(cpu), task_selector);
	check("a second LTR is refused", gdt_load_tss(&table, cpu, task_selector), GDT_TSS_IS_BUSY);
}

/* What the compiler must not keep: a table of its own that LTR writes, inlined. */
static void ltr_is_seen(void)
{
	struct x86_cpu cpu = x86_of_cpu();
	struct gdt_system d = gdt_tss_descriptor((uintptr_t)&task.tss, TSS_SIZE - 1);
	uint64_t own[] = { 0, GDT_KERNEL_CODE64, GDT_KERNEL_DATA, d.low, d.high };

	x86_lgdt(cpu, (struct x86_table){ (uintptr_t)own, sizeof own - 1 });
	x86_ltr(cpu, 3 * GDT_SLOT_BYTES);
	check("the compiler sees what LTR writes", own[3], d.low | UINT64_C(2) << TYPE_LSB);
}

/* ---- ports of ring 3 ---- */

UFRAG(u_in_scratch, "mov $0x2ff, %edx", "in %dx, %al", "");
UFRAG(u_in_other, "mov $0x2fe, %edx", "in %dx, %al", "");
UFRAG(u_in_wide, "mov $0x2fe, %edx", "in %dx, %ax", "");
UFRAG(u_in_behind, "mov $0x3ff, %edx", "in %dx, %al", "");
UFRAG(u_in_none, "mov $0x0, %edx", "in %dx, %al", "");

static void ports_without_a_map(void)
{
	expect_user("without a map ring 3 reads no port", u_in_scratch, 0,
		    FAULT(u_in_scratch, GP, 0));
	expect_user("nor port 0", u_in_none, 0, FAULT(u_in_none, GP, 0));
}

static void ports_with_a_map(void)
{
	expect_user("an allowed port", u_in_scratch, 0, RETURNS);
	expect_user("its neighbour", u_in_other, 0, FAULT(u_in_other, GP, 0));
	expect_user("both at once", u_in_wide, 0, FAULT(u_in_wide, GP, 0));
	expect_user("a port behind the map", u_in_behind, 0, FAULT(u_in_behind, GP, 0));
}

static void ports(void)
{
	make_gdt(TSS_SIZE - 1);
	load_gdt_and_tss();
	ports_without_a_map();
	tss_io_map_init(task.map, sizeof(task.map));
	check("a port", tss_allow_port(task.map, sizeof(task.map), 0x2ff, true), TSS_OK);
	check("a map", tss_set_io_map(&task.tss, task.map, sizeof(task.map), &limit_with_map),
	      TSS_OK);
	make_gdt(limit_with_map);
	load_gdt_and_tss();
	ports_with_a_map();
}

/* ---- gates ---- */

static unsigned count[IDT_VECTORS];
static uint64_t last_error, last_context;

static void take(void *ctx, struct idt_context *context)
{
	(void)ctx;
	count[context->vector & 0xff]++;
	last_error = context->error;
	last_context = (uintptr_t)context;
}

static void skip_two(void *ctx, struct idt_context *context)
{
	take(ctx, context);
	context->frame.rip += LOAD_BYTES;
}

void interrupt(struct idt_context *context)
{
	if (!idt_dispatch(&handlers, context))
		fail("a handler", "vector %u", (uint32_t)context->vector);
}

static void make_idt(void)
{
	const struct idt_options usual = { .type = IDT_INTERRUPT };
	const struct idt_options df = { .type = IDT_INTERRUPT, .ist = 1 };
	const struct idt_options own = { .type = IDT_INTERRUPT, .ist = 7 };
	const struct idt_options trap = { .type = IDT_TRAP };

	idt_init(&gates);
	check("gates", idt_set_range(&gates, 0, 255, stubs, SEL_KCODE, usual), IDT_OK);
	check("#DF's", idt_set(&gates, IDT_DF, stubs[IDT_DF], SEL_KCODE, df), IDT_OK);
	check("one with a stack", idt_set(&gates, 0x60, stubs[0x60], SEL_KCODE, own), IDT_OK);
	check("a trap gate", idt_set(&gates, 0x61, stubs[0x61], SEL_KCODE, trap), IDT_OK);
	handlers.otherwise = (struct idt_handler){ take, NULL };
	idt_load(&gates, x86_of_cpu());
}

static void breakpoints(void)
{
	struct x86_cpu cpu = x86_of_cpu();

	x86_int3(cpu);
	check("INT3 returns once", count[IDT_BP], 1);
	x86_int(cpu, 42);
	x86_int(cpu, 77);
	x86_int(cpu, 42);
	check("INT 42 twice", count[42], 2);
	check("INT 77 once", count[77], 1);
}

/* 256 functions of four bytes each: INT n; RET; NOP. */
extern const uint8_t int_n[];
__asm__(".pushsection .text\n"
	".balign 4\n"
	"int_n:\n"
	".set int_vector, 0\n"
	".rept 256\n"
	".byte 0xcd, int_vector, 0xc3, 0x90\n"
	".set int_vector, int_vector + 1\n"
	".endr\n"
	".popsection\n");

/* INT n pushes no error code, so that those stubs cannot be reached in this way. */
static void every_vector(void)
{
	unsigned bad = 0;

	for (unsigned i = 0; i < N_INT; i++) {
		unsigned before = count[i];
		if (idt_has_error(i)) continue;
		((void (*)(void))(uintptr_t)(int_n + 4 * i))();
		if (count[i] != before + 1 || last_error != 0) bad++;
	}
	check("every vector reaches its own stub", bad, 0);
}

/* All registers but RSP and RAX have marks, which must be there behind INT 42. */
extern uint64_t marks_survive(void);
__asm__(".pushsection .text\n"
	"marks_survive:\n"
	"push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"mov $1, %ebx\n mov $2, %ecx\n mov $3, %edx\n mov $4, %esi\n mov $5, %edi\n mov $6, %ebp\n"
	"mov $8, %r8d\n mov $9, %r9d\n mov $10, %r10d\n mov $11, %r11d\n mov $12, %r12d\n"
	"mov $13, %r13d\n mov $14, %r14d\n mov $15, %r15d\n"
	"std\n sub $8, %rsp\n int $42\n add $8, %rsp\n"
	"pushf\n pop %rax\n cld\n and $0x400, %eax\n"
	"add %rbx, %rax\n add %rcx, %rax\n add %rdx, %rax\n add %rsi, %rax\n add %rdi, %rax\n"
	"add %rbp, %rax\n add %r8, %rax\n add %r9, %rax\n add %r10, %rax\n add %r11, %rax\n"
	"add %r12, %rax\n add %r13, %rax\n add %r14, %rax\n add %r15, %rax\n"
	"pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n"
	".popsection\n");

static bool lies_in(uint64_t address, const uint8_t *stack)
{
	return address >= (uintptr_t)stack && address < (uintptr_t)stack + STACK_BYTES;
}

static bool on_in_handler;
static void look(void *ctx, struct idt_context *context)
{
	take(ctx, context);
	on_in_handler = x86_irq_on(x86_of_cpu());
}

static void kinds_of_gates(void)
{
	struct x86_cpu cpu = x86_of_cpu();
	const struct idt_handler looks = { look, NULL };
	enum {
		FIRST = 0x60,
		LAST = 0x62,
		SUM = 1 + 2 + 3 + 4 + 5 + 6 + 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15
	};

	check("handlers of a range", idt_handle(&handlers, FIRST, LAST, looks), IDT_OK);
	x86_sti(cpu);
	x86_int(cpu, 0x60);
	check("interrupts are off behind an interrupt gate", on_in_handler, false);
	report(lies_in(last_context, stack_own), "its handler has the stack of IST 7");
	x86_int(cpu, 0x61);
	check("and on behind a trap gate", on_in_handler, true);
	report(!lies_in(last_context, stack_own), "which stays on its stack");
	x86_cli(cpu);
	check("registers and DF survive", marks_survive(), SUM + 0x400);
}

/* ---- interrupts are let in between two accesses, and the compiler keeps to it ---- */

static unsigned ticks; /* not volatile: the order is that of STI and CLI */

static void tick(void *ctx, struct idt_context *context)
{
	(void)ctx;
	(void)context;
	ticks++;
	pic_eoi(0);
}

static void order_of_sti_and_cli(void)
{
	struct x86_cpu cpu = x86_of_cpu();
	const struct idt_handler counts = { tick, NULL };

	check("the timer's handler", idt_handle(&handlers, IRQ_BASE, IRQ_BASE, counts), IDT_OK);
	pic_mask(0xfffe);
	pit_once(100);
	report(wait_irr(0), "a tick is pending");
	ticks = 40;
	x86_sti(cpu);
	__asm__ volatile("nop"); /* behind which the interrupt comes */
	x86_cli(cpu);
	unsigned seen = ticks;
	ticks = 7;
	check("STI and CLI are between the accesses", seen, 41);
	check("one tick came", ticks, 7);
	pit_stop();
	pic_mask(0xffff);
	check("its end",
	      idt_handle(&handlers, IRQ_BASE, IRQ_BASE, (struct idt_handler){ NULL, NULL }),
	      IDT_OK);
}

/* ---- error codes ---- */

static void told(const char *name, unsigned vector, const char *want)
{
	char text[EXCEPTION_TEXT];

	check("the error code's length", exception_explain(vector, last_error, text, sizeof(text)),
	      strlen(want));
	report(memcmp(text, want, strlen(want) + 1) == 0, name);
}

/* Instructions of two bytes. */
static void load_ds(uint16_t selector)
{
	__asm__ volatile("movl %0, %%ds" : : "a"((uint32_t)selector) : "memory");
}

static void touch(uint64_t address)
{
	__asm__ volatile("movb %%al, (%%rcx)" : : "a"(1), "c"(address) : "memory");
}

static void error_codes(void)
{
	const struct idt_handler skips = { skip_two, NULL };

	check("handlers that go on", idt_handle(&handlers, 0, 31, skips), IDT_OK);
	load_ds(0x50);
	check("#GP came", count[IDT_GP], 1);
	told("a selector behind the GDT in words", IDT_GP, "GDT entry 10 (selector 0x50)");
	load_ds(0x54);
	told("one in an LDT in words", IDT_GP, "LDT entry 10 (selector 0x50)");
	touch(UINT64_C(0x7f0000000000));
	check("#PF came", count[IDT_PF], 1);
	told("a page fault in words", IDT_PF,
	     "write to a page that is not present, from the kernel");
	__asm__ volatile("ud2");
	check("#UD came", count[IDT_UD], 2); /* one by INT 6 */
	check("without an error code", last_error, 0);
}

/* ---- panic ---- */

static char screen[4096];
static size_t written;

static void put(void *ctx, const char *text)
{
	(void)ctx;
	while (*text && written + 1 < sizeof(screen)) screen[written++] = *text++;
	screen[written] = '\0';
}

static bool shows(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= written; i++)
		if (memcmp(screen + i, text, n) == 0) return true;
	return false;
}

extern uint8_t stack_boot_top[];
enum { BOOT_STACK = 16384 };
static volatile unsigned depth;

__attribute__((noinline, section(".text.x86_1"))) static void inner(uint64_t address)
{
	volatile uint64_t here = address; /* so that it has a frame */

	touch(here);
	depth++;
}

__attribute__((noinline, section(".text.x86_2"))) static void middle(uint64_t address)
{
	inner(address);
	depth++;
}

__attribute__((noinline, section(".text.x86_3"))) static void outer(uint64_t address)
{
	middle(address + 1);
	depth++;
}

/* Sorted by address, wherever the linker put them. */
static unsigned name_functions(struct panic_symbol symbols[3])
{
	enum { BYTES = 64 };
	const struct panic_symbol all[3] = {
		{ (uintptr_t)inner, (uintptr_t)inner + BYTES, "inner" },
		{ (uintptr_t)middle, (uintptr_t)middle + BYTES, "middle" },
		{ (uintptr_t)outer, (uintptr_t)outer + BYTES, "outer" }
	};
	for (unsigned i = 0; i < 3; i++) {
		unsigned rank = 0;
		for (unsigned k = 0; k < 3; k++) rank += all[k].start < all[i].start;
		symbols[rank] = all[i];
	}
	for (unsigned i = 0; i + 1 < 3; i++)
		if (symbols[i].end > symbols[i + 1].start) symbols[i].end = symbols[i + 1].start;
	return 3;
}

static void panics(void *ctx, struct idt_context *context)
{
	struct panic_symbol symbols[3];
	struct panic panic = { .put = put,
			       .stack = { (uintptr_t)stack_boot_top - BOOT_STACK,
					  (uintptr_t)stack_boot_top },
			       .symbols = symbols,
			       .n_symbols = name_functions(symbols) };

	panic_exception(&panic, context, x86_cr2(x86_of_cpu()));
	skip_two(ctx, context);
}

static void traces(void)
{
	const struct idt_handler fatal = { panics, NULL };

	check("a handler that panics", idt_handle(&handlers, IDT_PF, IDT_PF, fatal), IDT_OK);
	outer(UINT64_C(0x7f0000000122));
	print("%s", screen);
	report(shows("PANIC: exception 14, #PF, page fault\nerror 0x2: write to a page that is not "
		     "present, from the kernel\naddress 0x00007f0000000123\n"),
	       "a panic tells the exception");
	report(shows("RCX 0x00007f0000000123"), "and the registers");
	report(shows("  inner+0x") && shows("  middle+0x") && shows("  outer+0x"),
	       "and where it came from");
	report(shows("(the trace ends: the return address is in no function"),
	       "up to a function that is not in the table");
	check("the three functions go on", depth, 3);
}

/* ---- a double fault ---- */

/* The stack grows down from 16 MiB + 16 KiB; below 16 MiB nothing is mapped. */
#define STACK_BOTTOM UINT64_C(0x1000000)
enum { STACK_SIZE = 0x4000, LARGE_SHIFT = 21 };
extern uint64_t page_pd[];

static void overflowed(void *ctx, struct idt_context *context)
{
	uint64_t cr2 = x86_cr2(x86_of_cpu());

	take(ctx, context);
	report(lies_in(last_context, stack_df), "a double fault has the stack of IST 1");
	report(lies_in((uintptr_t)__builtin_frame_address(0), stack_df), "RSP lies in it");
	check("its error code is 0", context->error, 0);
	report(cr2 < STACK_BOTTOM && cr2 >= STACK_BOTTOM - 0x1000, "CR2 is below the stack");
	report(context->frame.rsp <= STACK_BOTTOM + 0x100, "the interrupted RSP is at its end");
	finish();
}

__attribute__((noinline)) static unsigned sink(unsigned n)
{
	volatile unsigned here = n;

	return n ? sink(n - 1) + here : here;
}

static void overflow(void)
{
	const struct idt_handler last = { overflowed, NULL };
	uint64_t top = STACK_BOTTOM + STACK_SIZE;

	check("a handler of #DF", idt_handle(&handlers, IDT_DF, IDT_DF, last), IDT_OK);
	page_pd[(STACK_BOTTOM >> LARGE_SHIFT) - 1] = 0;
	x86_invlpg(x86_of_cpu(), STACK_BOTTOM - 1);
	__asm__ volatile("movq %0, %%rsp\n\tcall *%1"
			 :
			 : "r"(top), "r"(sink), "D"(1000000)
			 : "memory");
	fail("a stack overflow ends in a double fault", "it came back");
}

void kernel_main(void)
{
	tss_init(&task.tss);
	check("a stack for ring 0", tss_set_rsp(&task.tss, 0, top_of(stack_ring0)), TSS_OK);
	check("one for #DF", tss_set_ist(&task.tss, 1, top_of(stack_df)), TSS_OK);
	check("one more", tss_set_ist(&task.tss, 7, top_of(stack_own)), TSS_OK);
	ltr_is_seen();
	ports();
	make_idt();
	order_of_sti_and_cli();
	breakpoints();
	every_vector();
	kinds_of_gates();
	error_codes();
	traces();
	overflow();
}
