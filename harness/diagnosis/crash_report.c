/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/crash_report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "emu/units.h"
#include "emu/x86/start_state.h"
#include "harness/diagnosis/backtrace.h"
#include "harness/diagnosis/delivery_report.h"
#include "harness/diagnosis/event_advice.h"
#include "harness/diagnosis/undefined_report.h"
#include "harness/diagnosis/walk_report.h"

#define EFER_LMA (UINT64_C(1) << 10)

enum {
	BEFORE_INSNS = 6,
	AFTER_INSNS = 6,
	STACK_WORDS = 16,
	WORDS_PER_LINE = 4,
	EVENT_SIZE = 192,
	SEGMENT_SIZE = 160,
	SCREEN_ROWS = 60,
	PAGE_SIZE = 4096,
	VECTOR_PF = 14,
	USER_RING = 3
};

/* Page-fault error code (SDM Vol. 3A 4.7). */
enum { PF_W = 2, PF_U = 4, PF_I = 16 };

struct named_bit {
	unsigned bit;
	const char *name;
};

static void print_bits(uint64_t value, const struct named_bit *names, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++)
		if (value >> names[i].bit & 1) fprintf(out, " %s", names[i].name);
}

#define PRINT_BITS(value, names, out) \
	print_bits(value, names, sizeof(names) / sizeof((names)[0]), out)

/* ---- registers */

static void print_gprs(const struct cpu_regs *r, FILE *out)
{
	static const char *const names[CPU_N_GPR] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp",
						      "rsi", "rdi", "r8",  "r9",  "r10", "r11",
						      "r12", "r13", "r14", "r15" };
	unsigned mode = guest_code_mode(r);
	unsigned n = mode == 64 ? CPU_N_GPR : CPU_R8;
	for (unsigned i = 0; i < n; i++) {
		fputs(i % 4 == 0 ? "  " : "   ", out);
		if (mode == 64)
			fprintf(out, "%-3s %016" PRIx64, names[i], r->gpr[i]);
		else
			fprintf(out, "e%s %08" PRIx64, names[i] + 1, r->gpr[i] & UINT32_MAX);
		if (i % 4 == 3) fputc('\n', out);
	}
}

static void print_flags(uint64_t rflags, FILE *out)
{
	static const struct named_bit flags[] = {
		{ 0, "CF" },  { 2, "PF" },   { 4, "AF" },   { 6, "ZF" },
		{ 7, "SF" },  { 8, "TF" },   { 9, "IF" },   { 10, "DF" },
		{ 11, "OF" }, { 14, "NT" },  { 16, "RF" },  { 17, "VM" },
		{ 18, "AC" }, { 19, "VIF" }, { 20, "VIP" }, { 21, "ID" },
	};
	fprintf(out, "  rflags %08" PRIx64, rflags);
	PRINT_BITS(rflags, flags, out);
	fprintf(out, " IOPL=%u%s\n", (unsigned)(rflags >> 12 & 3),
		rflags >> 9 & 1 ? "" : " (interrupts off)");
}

static void print_segment(const char *name, const struct cpu_segment_state *s, bool is64, FILE *out)
{
	char text[SEGMENT_SIZE] = "null";
	bool system =
		!(s->flags >> 12 & 1); /* LDT, TSS: a null selector means that there is none */
	if (s->selector >> 2 || (!system && s->flags >> 15 & 1))
		segment_text(s->flags, is64, text, sizeof(text));
	fprintf(out, "  %-3s %04x  base %016" PRIx64 "  limit %08" PRIx32 "  %s\n", name,
		s->selector, s->base, s->limit, text);
}

static void print_segments(const struct cpu_regs *r, FILE *out)
{
	static const char *const names[CPU_N_SEGMENTS] = { "es", "cs", "ss", "ds", "fs", "gs" };
	static const int order[CPU_N_SEGMENTS] = { CPU_CS, CPU_SS, CPU_DS, CPU_ES, CPU_FS, CPU_GS };
	bool is64 = r->efer & EFER_LMA;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++)
		print_segment(names[order[i]], &r->seg[order[i]], is64, out);
	print_segment("ldt", &r->ldt, is64, out);
	print_segment("tr", &r->tr, is64, out);
	fprintf(out, "  gdt       base %016" PRIx64 "  limit %08" PRIx32 "  %u entries\n",
		r->gdt.base, r->gdt.limit, (r->gdt.limit + 1) / 8);
	fprintf(out, "  idt       base %016" PRIx64 "  limit %08" PRIx32 "  %u entries\n",
		r->idt.base, r->idt.limit, (r->idt.limit + 1) / (is64 ? 16 : (r->cr0 & 1 ? 8 : 4)));
}

static void print_control(const struct cpu_regs *r, FILE *out)
{
	static const struct named_bit cr0[] = { { 0, "PE" },  { 1, "MP" },  { 2, "EM" },
						{ 3, "TS" },  { 4, "ET" },  { 5, "NE" },
						{ 16, "WP" }, { 18, "AM" }, { 29, "NW" },
						{ 30, "CD" }, { 31, "PG" } };
	static const struct named_bit cr4[] = {
		{ 0, "VME" },      { 1, "PVI" },    { 2, "TSD" },         { 3, "DE" },
		{ 4, "PSE" },      { 5, "PAE" },    { 6, "MCE" },         { 7, "PGE" },
		{ 8, "PCE" },      { 9, "OSFXSR" }, { 10, "OSXMMEXCPT" }, { 11, "UMIP" },
		{ 12, "LA57" },    { 13, "VMXE" },  { 16, "FSGSBASE" },   { 17, "PCIDE" },
		{ 18, "OSXSAVE" }, { 20, "SMEP" },  { 21, "SMAP" },
	};
	static const struct named_bit efer[] = {
		{ 0, "SCE" }, { 8, "LME" }, { 10, "LMA" }, { 11, "NXE" }
	};
	fprintf(out, "  cr0 %08" PRIx64, r->cr0);
	PRINT_BITS(r->cr0, cr0, out);
	fprintf(out, "\n  cr2 %016" PRIx64 "   cr3 %016" PRIx64 "\n  cr4 %08" PRIx64, r->cr2,
		r->cr3, r->cr4);
	PRINT_BITS(r->cr4, cr4, out);
	fprintf(out, "\n  efer %08" PRIx64, r->efer);
	PRINT_BITS(r->efer, efer, out);
	fputc('\n', out);
}

void crash_print_registers(const struct guest_view *g, const uint64_t *dr, FILE *out)
{
	const struct cpu_regs *r = g->regs;
	char name[GUEST_SYMBOL_SIZE];
	guest_symbol(g, guest_stands_at(g), name, sizeof(name));
	fprintf(out, "registers (%s, ring %u):\n  rip %016" PRIx64 "%s%s%s%s\n", guest_mode_name(r),
		guest_cpl(r), r->rip, g->halted || name[0] ? "  " : "",
		g->halted ? "behind the HLT" : "", g->halted && name[0] ? " at " : "", name);
	print_gprs(r, out);
	undefined_report(r, out);
	print_flags(r->rflags, out);
	print_control(r, out);
	print_segments(r, out);
	if (!dr) return;
	fprintf(out,
		"  dr0 %" PRIx64 " dr1 %" PRIx64 " dr2 %" PRIx64 " dr3 %" PRIx64 " dr6 %08" PRIx64
		" dr7 %08" PRIx64 "\n",
		dr[0], dr[1], dr[2], dr[3], dr[6], dr[7]);
}

/* ---- interrupts and exceptions */

static bool same_event(const struct irq_event *a, const struct irq_event *b)
{
	return a->kind == b->kind && a->vector == b->vector && a->pc == b->pc && !a->again &&
	       !b->again && a->error_code == b->error_code && a->fault_addr == b->fault_addr;
}

void crash_print_events(const struct guest_view *g, const struct irq_event *event, size_t n,
			FILE *out)
{
	if (n == 0) {
		fputs("no interrupts or exceptions before\n", out);
		return;
	}
	if (n == 1)
		fputs("the last interrupt or exception:\n", out);
	else
		fprintf(out, "last %zu interrupts and exceptions, the newest at the end:\n", n);
	for (size_t i = 0; i < n;) {
		const struct irq_event *e = &event[i];
		char text[EVENT_SIZE];
		char name[GUEST_SYMBOL_SIZE];
		size_t run = 1;
		while (i + run < n && same_event(e, &event[i + run])) run++;
		uint64_t times = run + e->again;
		fprintf(out, "  %" PRIu64 ".%09" PRIu64 " s  pc %016" PRIx64 "  %s",
			e->time_ns / NS_PER_S, e->time_ns % NS_PER_S, e->pc,
			event_of_guest(g, e, text, sizeof(text)));
		guest_symbol(g, e->pc, name, sizeof(name));
		if (name[0]) fprintf(out, "  %s", name);
		if (times > 1) fprintf(out, "  (%" PRIu64 " times)", times);
		fputc('\n', out);
		i += run;
	}
}

/* ---- faulting addresses */

static bool is_page_fault(const struct irq_event *e)
{
	return e->kind == IRQ_EVENT_EXCEPTION && e->vector == VECTOR_PF;
}

void crash_print_walk(const struct guest_view *g, const struct irq_event *e, FILE *out)
{
	enum page_access access = e->error_code & PF_W ? PAGE_WRITE : PAGE_READ;
	if (!g->explain || !is_page_fault(e)) return;
	/* Without NX and SMEP the error code does not distinguish a fetch from a read. */
	if (e->error_code & PF_I || e->pc == e->fault_addr) access = PAGE_FETCH;
	struct page_explanation x = g->explain(g->ctx, e->fault_addr, access, e->error_code & PF_U);
	walk_report(&x, out);
}

/* The walk of each address that faulted; only once for the same address. */
static void print_walks(const struct crash *c, FILE *out)
{
	const struct guest_view *g = &c->view;
	if (!g->explain) return;
	uint64_t pc = guest_code_addr(g->regs);
	uint8_t byte;
	bool walked = false;
	for (size_t i = 0; i < c->n_failed; i++) {
		const struct irq_event *e = &c->failed[i].event;
		bool seen = false;
		for (size_t j = 0; j < i; j++)
			seen |= c->failed[j].event.fault_addr == e->fault_addr;
		if (!is_page_fault(e) || seen) continue;
		crash_print_walk(g, e, out);
		walked |= e->fault_addr == pc;
	}
	if (walked || g->peek(g->ctx, pc, &byte, 1) == 1) return;
	struct page_explanation x =
		g->explain(g->ctx, pc, PAGE_FETCH, guest_cpl(g->regs) == USER_RING);
	walk_report(&x, out);
}

/* ---- advice, for crashes that look like a well-known mistake */

static bool stack_is_gone(const struct crash *c)
{
	for (size_t i = 0; i < c->n_failed; i++)
		if (c->failed[i].why == CPU_REFUSED_STACK_UNWRITABLE &&
		    c->failed[i].stack == CPU_STACK_CURRENT)
			return true;
	return false;
}

/* Whether there are eight bytes 0xcc (INT3), the default fill of RAM. */
static bool never_written(const struct guest_view *g, uint64_t pc)
{
	uint64_t code = 0;
	return guest_word(g, pc, sizeof(code), &code) && code == UINT64_C(0xcccccccccccccccc);
}

/* Whether an address is near START_UNDEFINED, the initial value of undefined registers. */
static bool uses_undefined(const struct crash *c)
{
	for (size_t i = 0; i < c->n_failed; i++)
		if (is_page_fault(&c->failed[i].event) &&
		    start_undefined_near(c->failed[i].event.fault_addr))
			return true;
	return start_undefined_near(guest_code_addr(c->view.regs));
}

/* Whether the pc, where no code of the guest can be, was taken from the stack: it is the word that
 * the last pop read, and no CALL left a return address on top. */
static bool was_returned_to(const struct guest_view *g, uint64_t *from)
{
	uint64_t pc = guest_code_addr(g->regs), rsp = g->regs->gpr[CPU_RSP], word = 0;
	size_t size = guest_code_mode(g->regs) / 8;
	uint8_t byte;
	bool strange = g->peek(g->ctx, pc, &byte, 1) == 0 || never_written(g, pc) || pc < PAGE_SIZE;

	if (!strange || size < sizeof(uint32_t)) return false;
	if (guest_word(g, guest_stack_addr(g->regs, rsp), size, &word) && guest_after_call(g, word))
		return false;
	*from = guest_stack_addr(g->regs, rsp - size);
	return guest_word(g, *from, size, &word) && word == pc;
}

static void print_advice(const struct crash *c, FILE *out)
{
	const struct cpu_regs *r = c->view.regs;
	uint64_t pc = guest_code_addr(r), from = 0;
	if (stack_is_gone(c))
		fprintf(out,
			"  The stack is unusable: nothing can be pushed at rsp 0x%" PRIx64
			". It overflowed (deep recursion, a large\n"
			"  local array) into a guard page, or was never set up. With a stack of "
			"its "
			"own, the #DF handler could report\n"
			"  this from inside the kernel: an IST entry of the TSS, in 32-bit code a "
			"task gate.\n",
			r->gpr[CPU_RSP]);
	if (start_undefined_near(r->gpr[CPU_RSP]))
		fprintf(out,
			"  The stack pointer was never set: it is 0x%" PRIx64
			", and registers that "
			"the boot protocol leaves undefined\n"
			"  start as 0xdeadc0de (64-bit code: 0xdeadc0dedeadc0de). Point it to the "
			"end "
			"of a stack before the first CALL or PUSH.\n",
			r->gpr[CPU_RSP]);
	else if (uses_undefined(c))
		fputs("  The address was computed from 0xdeadc0de, which registers hold at the "
		      "start "
		      "that "
		      "the boot protocol leaves\n"
		      "  undefined (of multiboot: all but EAX and EBX, so EBP, which backtraces "
		      "follow, and ESP): set it before it is used.\n",
		      out);
	if (was_returned_to(&c->view, &from))
		fprintf(out,
			"  The word below the stack pointer, at 0x%" PRIx64
			", is this address: a RET "
			"took it from the stack. Was the return\n"
			"  address overwritten (a local array that overflowed?), or is a PUSH "
			"without "
			"its POP?\n",
			from);
	else if (r->cr0 & 1 && pc < PAGE_SIZE)
		fputs("  The pc lies in page 0: a call through a null pointer?\n", out);
	if (never_written(&c->view, pc))
		fputs("  The code there is 0xcc throughout, the fill of memory that was never "
		      "written: a wild jump, or an image that\n"
		      "  was not loaded where it was linked?\n",
		      out);
}

/* ---- stack and screen */

/* Memory that is there, but not mapped, is not missing. */
static void print_no_stack(const struct guest_view *g, uint64_t at, FILE *out)
{
	char why[WALK_VERDICT_SIZE];

	if (g->explain) {
		struct page_explanation x = g->explain(g->ctx, at, PAGE_READ, false);
		if (x.refusal != PAGE_ALLOWED) {
			fprintf(out, "stack: 0x%" PRIx64 " cannot be read: %s\n", at,
				walk_verdict(&x, why, sizeof(why)));
			return;
		}
	}
	fprintf(out, "stack: no memory at 0x%" PRIx64 "\n", at);
}

static void print_stack(const struct guest_view *g, FILE *out)
{
	size_t size = guest_code_mode(g->regs) / 8;
	uint64_t sp = g->regs->gpr[CPU_RSP];
	uint64_t value = 0;
	if (!guest_word(g, guest_stack_addr(g->regs, sp), size, &value)) {
		print_no_stack(g, guest_stack_addr(g->regs, sp), out);
		return;
	}
	fprintf(out, "stack:\n");
	for (unsigned i = 0; i < STACK_WORDS; i++) {
		uint64_t at = guest_stack_addr(g->regs, sp + i * size);
		if (!guest_word(g, at, size, &value)) break;
		if (i % WORDS_PER_LINE == 0) fprintf(out, "%s  %016" PRIx64 " ", i ? "\n" : "", at);
		fprintf(out, " %0*" PRIx64, (int)(2 * size), value);
	}
	fputc('\n', out);
}

static bool is_blank(const char *text)
{
	for (; *text; text++)
		if (*text != ' ' && *text != '\n') return false;
	return true;
}

void crash_print_screen(const char *text, FILE *out)
{
	if (!text || is_blank(text)) return;
	const char *end = text + strlen(text);
	while (end > text && (end[-1] == '\n' || end[-1] == ' ')) end--;
	fputs("screen:\n", out);
	for (unsigned row = 0; text < end && row < SCREEN_ROWS; row++) {
		const char *line = memchr(text, '\n', (size_t)(end - text));
		if (!line) line = end;
		fprintf(out, "  |%.*s\n", (int)(line - text), text);
		text = line + 1;
	}
}

static void print_code(const struct guest_view *g, uint64_t pc, FILE *out)
{
	uint8_t bytes[GUEST_INSN_MAX];
	fputs("code:\n", out);
	if (guest_print_code(g, pc, BEFORE_INSNS, AFTER_INSNS, out)) return;
	size_t n = g->peek(g->ctx, pc, bytes, sizeof(bytes));
	fprintf(out, "  no instruction can be read at 0x%" PRIx64 "%s", pc, n ? ":" : "");
	for (size_t i = 0; i < n; i++) fprintf(out, " %02x", bytes[i]);
	fputs(n ? " are not an instruction\n" : "\n", out);
}

void crash_report(const struct crash *c, FILE *out)
{
	const struct guest_view *g = &c->view;
	struct backtrace backtrace;
	char place[GUEST_SYMBOL_SIZE];
	uint64_t pc = guest_code_addr(g->regs);
	fprintf(out, "bimetal: crash: %s, pc %s, %" PRIu64 ".%09" PRIu64 " s virtual\n", c->what,
		guest_place(g, pc, place, sizeof(place)), c->time_ns / NS_PER_S,
		c->time_ns % NS_PER_S);
	if (c->detail[0]) fprintf(out, "  %s\n", c->detail);
	delivery_report(c->failed, c->n_failed, g, out);
	event_advice(g, c->event, c->n_events, out);
	print_advice(c, out);
	print_walks(c, out);
	print_code(g, pc, out);
	backtrace_take(&backtrace, g);
	backtrace_print(&backtrace, g, out);
	crash_print_registers(g, c->dr, out);
	print_stack(g, out);
	crash_print_events(g, c->event, c->n_events, out);
	crash_print_screen(c->screen, out);
}
