/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/event_advice.h"

#include <inttypes.h>
#include <string.h>

#include "emu/x86/start_state.h"
#include "harness/diagnosis/disasm.h"
#include "harness/record/event_text.h"

#define CR0_PE     UINT64_C(1)
#define CR0_EM     (UINT64_C(1) << 2)
#define CR0_PG     (UINT64_C(1) << 31)
#define CR4_OSFXSR (UINT64_C(1) << 9)

/* SDM Vol. 3A 6.2: vectors 0 to 31 are reserved for the CPU. */
enum { FIRST_FREE_VECTOR = 32, SOURCE_SIZE = 64, EVENT_SIZE = 192 };
enum { VECTOR_UD = 6, VECTOR_TS = 10, VECTOR_GP = 13 };
/* Error code that names a segment (SDM Vol. 3A 6.13). */
enum { SEL_IDT = 2, SEL_INDEX = 0xfff8 };
enum {
	FLAG_IF = 1 << 9,
	FLAGS_NEVER = 0x8128 /* bits 3, 5 and 15 are 0, and TF when no one steps */
};

const char *event_of_guest(const struct guest_view *g, const struct irq_event *e, char *buf,
			   size_t size)
{
	char text[EVENT_SIZE], from[SOURCE_SIZE] = "";

	event_text(e, text, sizeof(text));
	if (e->kind == IRQ_EVENT_TAKEN && g->source)
		g->source(g->ctx, e->vector, from, sizeof(from));
	snprintf(buf, size, "%s%s%s%s", text, from[0] ? " (" : "", from, from[0] ? ")" : "");
	return buf;
}

bool event_at_iret(const struct guest_view *g, uint64_t pc)
{
	enum { IRET = 0xcf, OPERAND_SIZE = 0x66, REX_W = 0x48 };
	uint8_t code[2];
	size_t n = g->peek(g->ctx, pc, code, sizeof(code));

	if (n > 0 && code[0] == IRET) return true;
	return n == sizeof(code) && (code[0] == OPERAND_SIZE || code[0] == REX_W) &&
	       code[1] == IRET;
}

/* ---- an interrupt where an exception belongs ---- */

static bool report_vector(const struct guest_view *g, const struct irq_event *e, FILE *out)
{
	char from[SOURCE_SIZE] = "";
	const char *name = exception_name(e->vector);

	if (e->kind != IRQ_EVENT_TAKEN || e->real || e->vector >= FIRST_FREE_VECTOR) return false;
	if (g->source) g->source(g->ctx, e->vector, from, sizeof(from));
	fprintf(out,
		"  Vector 0x%02x is an interrupt here%s%s%s, not %s: the interrupt controller "
		"delivers to "
		"the vectors of exceptions.\n"
		"  Give it vectors from 0x20 on first (8259A: ICW1 to ICW4; the BIOS leaves 0x08 "
		"and "
		"0x70). The CPU pushes no error code for it.\n",
		e->vector, from[0] ? " (" : "", from, from[0] ? ")" : "",
		name ? name : "an exception");
	return true;
}

/* ---- an IRET with a wrong frame ---- */

static const char *name_of(const struct irq_event *e, char *buf, size_t size)
{
	const char *name = exception_name(e->vector);

	if (e->kind == IRQ_EVENT_EXCEPTION && name)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "vector 0x%02x", e->vector);
	return buf;
}

/* Whether IRET refused this selector for CS: SDM Vol. 2A "IRET", exceptions. */
static bool refused_selector(const struct guest_view *g, const struct irq_event *e)
{
	bool segment = e->vector >= VECTOR_TS && e->vector <= VECTOR_GP;

	return e->kind == IRQ_EVENT_EXCEPTION && !e->real && segment &&
	       !(e->error_code & SEL_IDT) && event_at_iret(g, e->pc);
}

/* `e` is the event after `before`, whose handler it ended. The frame holds from the stack pointer
 * on the address, CS and the flags; below them there may be an error code, which IRET must not
 * find. */
static bool report_iret(const struct guest_view *g, const struct irq_event *before,
			const struct irq_event *e, FILE *out)
{
	char place[GUEST_SYMBOL_SIZE], name[SOURCE_SIZE];
	uint64_t selector = e->error_code & SEL_INDEX;
	unsigned word = guest_code_mode(g->regs) / 8;

	if (!refused_selector(g, e)) return false;
	guest_place(g, e->pc, place, sizeof(place));
	name_of(before, name, sizeof(name));
	if (event_has_error_code(before) && selector == (before->pc & SEL_INDEX)) {
		fprintf(out,
			"  The handler of %s did not remove the error code: the IRET at %s took it "
			"for "
			"the return address,\n"
			"  and the return address, 0x%" PRIx64
			", for CS. Add %u to the stack pointer "
			"before IRET.\n",
			name, place, before->pc, word);
		return true;
	}
	bool flags =
		before->kind == IRQ_EVENT_TAKEN && selector & FLAG_IF && !(selector & FLAGS_NEVER);
	if (event_has_error_code(before) || !flags) return false;
	fprintf(out,
		"  The handler of %s removed a word too many from the stack: the IRET at %s took "
		"the flags, "
		"0x%" PRIx64 ", for CS.\n"
		"  Does it remove an error code? The CPU pushes none for an interrupt.\n",
		name, place, selector);
	return true;
}

/* ---- SSE ---- */

/* Whether an SSE instruction raised #UD because nobody had enabled SSE (unread: SDM Vol.
 * 3A 13.1.3). */
static bool report_sse(const struct guest_view *g, const struct irq_event *e, FILE *out)
{
	struct disasm_line line;
	uint8_t code[GUEST_INSN_MAX];
	char place[GUEST_SYMBOL_SIZE];

	if (e->kind != IRQ_EVENT_EXCEPTION || e->vector != VECTOR_UD) return false;
	if (g->regs->cr4 & CR4_OSFXSR && !(g->regs->cr0 & CR0_EM)) return false;
	size_t n = g->peek(g->ctx, e->pc, code, sizeof(code));
	if (disasm(guest_code_mode(g->regs), e->pc, code, n, &line, 1) != 1) return false;
	if (!strstr(line.text, "xmm")) return false;
	fprintf(out,
		"  SSE is off (CR4.OSFXSR is 0, or CR0.EM is 1), so %s, at %s, raised #UD.\n"
		"  Compile the kernel with -mgeneral-regs-only (or -mno-sse), or set CR4.OSFXSR "
		"and clear "
		"CR0.EM first.\n",
		line.text, guest_place(g, e->pc, place, sizeof(place)));
	return true;
}

/* ---- a stack where none belongs ---- */

/* A larger limit is one that nobody computed: much else may lie within. */
static bool lies_in(uint64_t at, uint64_t base, uint32_t limit)
{
	enum { LARGEST_LIMIT = 0xfff };
	return limit && limit <= LARGEST_LIMIT && at >= base && at - base <= limit;
}

/* With paging, a page walk tells more. A stack pointer that was never set is told elsewhere. */
static bool without_memory(const struct guest_view *g, uint64_t sp)
{
	uint8_t byte;
	bool told = g->regs->cr0 & CR0_PG || start_undefined_near(g->regs->gpr[CPU_RSP]);

	return !told && g->peek(g->ctx, sp, &byte, 1) == 0 &&
	       g->peek(g->ctx, sp - 1, &byte, 1) == 0;
}

/* Where nothing protects memory, nothing stops a stack that grows beyond its end. */
static void report_stack(const struct guest_view *g, FILE *out)
{
	const struct cpu_regs *r = g->regs;
	uint64_t sp = guest_stack_addr(r, r->gpr[CPU_RSP]);
	char name[GUEST_SYMBOL_SIZE] = "";
	const char *where = NULL;

	if (!(r->cr0 & CR0_PE)) return;
	if (lies_in(sp, r->gdt.base, r->gdt.limit)) where = "in the GDT";
	if (lies_in(sp, r->idt.base, r->idt.limit)) where = "in the IDT";
	if (!where && g->in_function && g->in_function(g->ctx, sp)) {
		where = "in the code of ";
		guest_symbol(g, sp, name, sizeof(name));
	}
	if (!where && without_memory(g, sp)) where = "where there is no memory";
	if (!where) return;
	fprintf(out,
		"  The stack pointer, 0x%" PRIx64
		", lies %s%s: the stack has overflowed, or was set to a "
		"wrong place.\n",
		sp, where, name);
}

void event_advice(const struct guest_view *g, const struct irq_event *event, size_t n, FILE *out)
{
	bool told = false;

	for (size_t i = 0; i < n && !told; i++) told = report_vector(g, &event[i], out);
	told = false;
	for (size_t i = 1; i < n && !told; i++)
		told = report_iret(g, &event[i - 1], &event[i], out);
	told = false;
	for (size_t i = n; i-- > 0 && !told;) told = report_sse(g, &event[i], out);
	report_stack(g, out);
}
