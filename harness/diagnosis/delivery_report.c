/* SPDX-License-Identifier: MIT */
/* SDM Vol. 3A: 6.11 and 6.14.1 (IDT descriptors), 3.4.5 and 3.5 (segment descriptors), 7.2 and 7.7
 * (TSS), 6.12.1 (what delivery checks). */
#include "harness/diagnosis/delivery_report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/diagnosis/event_advice.h"
#include "harness/diagnosis/walk_report.h"
#include "harness/record/event_text.h"

#define EFER_LMA (UINT64_C(1) << 10)

enum {
	GATE16_BYTES = 4,
	GATE64_BYTES = 16,
	NO_VECTOR = 255,
	EVENT_SIZE = 192,
	TEXT_SIZE = 160,
	LARGEST_IVT_LIMIT = 0x3ff
};

static bool long_mode(const struct guest_view *g) { return g->regs->efer & EFER_LMA; }

/* ---- descriptors */

static const char *system_type(unsigned type, bool is64)
{
	static const char *const names[16] = { "reserved type 0",
					       "16-bit TSS",
					       "LDT",
					       "busy 16-bit TSS",
					       "16-bit call gate",
					       "task gate",
					       "16-bit interrupt gate",
					       "16-bit trap gate",
					       "reserved type 8",
					       "32-bit TSS",
					       "reserved type 10",
					       "busy 32-bit TSS",
					       "32-bit call gate",
					       "reserved type 13",
					       "32-bit interrupt gate",
					       "32-bit trap gate" };
	static const char *const names64[16] = { [2] = "LDT",
						 [9] = "64-bit TSS",
						 [11] = "busy 64-bit TSS",
						 [12] = "64-bit call gate",
						 [14] = "64-bit interrupt gate",
						 [15] = "64-bit trap gate" };
	if (is64) return names64[type] ? names64[type] : "a type that long mode reserves";
	return names[type];
}

const char *gate_text(const uint8_t *gate, unsigned gate_size, char *buf, size_t size)
{
	unsigned selector = (unsigned)get_le(gate + 2, 2);
	uint64_t offset = get_le(gate, 2);
	if (gate_size == GATE16_BYTES) {
		snprintf(buf, size, "handler %04x:%04" PRIx64, selector, offset);
		return buf;
	}
	bool is64 = gate_size == GATE64_BYTES;
	unsigned type = gate[5] & 0x1f;
	offset |= get_le(gate + 6, 2) << 16;
	if (is64) offset |= get_le(gate + 8, 4) << 32;
	char ist[16] = "";
	if (is64 && gate[4] & 7) snprintf(ist, sizeof(ist), ", IST %u", gate[4] & 7u);
	snprintf(buf, size, "%s, %s, DPL %u%s, handler %04x:0x%" PRIx64,
		 type & 0x10 ? "a code or data segment" : system_type(type, is64),
		 gate[5] & 0x80 ? "present" : "not present", gate[5] >> 5 & 3u, ist, selector,
		 offset);
	return buf;
}

static const char *code_width(uint32_t flags, bool is64)
{
	if (is64 && flags & 1u << 21) return flags & 1u << 22 ? "code with L and D" : "64-bit code";
	return flags & 1u << 22 ? "32-bit code" : "16-bit code";
}

const char *segment_text(uint32_t flags, bool is64, char *buf, size_t size)
{
	enum { ACCESSED_OR_TYPE = 8, S = 1 << 12, P = 1 << 15, CODE = 1 << 11 };
	unsigned dpl = flags >> 13 & 3;
	const char *present = flags & P ? "" : ", not present";
	if (!(flags & S))
		snprintf(buf, size, "%s, DPL %u%s",
			 system_type(flags >> ACCESSED_OR_TYPE & 15, is64), dpl, present);
	else if (flags & CODE)
		snprintf(buf, size, "%s, %s%s, DPL %u%s", code_width(flags, is64),
			 flags & 1u << 9 ? "readable" : "execute-only",
			 flags & 1u << 10 ? ", conforming" : "", dpl, present);
	else
		snprintf(buf, size, "%s data%s%s, DPL %u%s",
			 flags & 1u << 9 ? "writable" : "read-only",
			 flags & 1u << 10 ? ", expand-down" : "",
			 flags & 1u << 22 ? "" : ", 16-bit", dpl, present);
	return buf;
}

static const char *descriptor_text(const struct cpu_failed_delivery *f, const struct guest_view *g,
				   char *buf, size_t size)
{
	char attributes[TEXT_SIZE];
	if (f->descriptor == 0)
		snprintf(buf, size, "its descriptor is zero: nothing was ever put there");
	else
		snprintf(buf, size, "its descriptor 0x%016" PRIx64 " is %s", f->descriptor,
			 segment_text((uint32_t)(f->descriptor >> 32), long_mode(g), attributes,
				      sizeof(attributes)));
	return buf;
}

/* ---- reasons */

static const char *table_name(uint16_t selector) { return selector & 4 ? "LDT" : "GDT"; }

static const char *stack_name(const struct cpu_failed_delivery *f, bool is64, char *buf,
			      size_t size)
{
	if (f->stack == CPU_STACK_IST)
		snprintf(buf, size, "IST%u of the TSS", f->stack_n);
	else if (f->stack == CPU_STACK_RING)
		snprintf(buf, size, is64 ? "RSP%u of the TSS" : "SS%u:ESP%u of the TSS", f->stack_n,
			 f->stack_n);
	else
		snprintf(buf, size, "the stack in use");
	return buf;
}

/* Why a memory access of the delivery faulted. */
static const char *access_reason(const struct cpu_failed_delivery *f, const struct guest_view *g,
				 bool write, char *buf, size_t size)
{
	char verdict[WALK_VERDICT_SIZE];
	buf[0] = '\0';
	if (f->noncanonical) {
		snprintf(buf, size, "0x%" PRIx64 " is not canonical (bits 63 to 47 must be equal)",
			 f->address);
	} else if (g->explain) {
		struct page_explanation e =
			g->explain(g->ctx, f->address, write ? PAGE_WRITE : PAGE_READ, false);
		snprintf(buf, size, "%s", walk_verdict(&e, verdict, sizeof(verdict)));
	}
	return buf;
}

static void idt_limit_reason(const struct cpu_failed_delivery *f, const struct guest_view *g,
			     char *buf, size_t size)
{
	uint32_t limit = g->regs->idt.limit;
	const char *hint = "";
	const char *table = f->gate_size == GATE16_BYTES ? "vector table" : "IDT";
	if (limit == 0 && g->regs->idt.base == 0)
		hint = ": LIDT has loaded an empty one, or was never executed";
	else if (limit == 0)
		hint = ": LIDT has loaded an empty one";
	else if (limit == LARGEST_IVT_LIMIT && g->regs->idt.base == 0)
		hint = ": that is the vector table of real mode, LIDT has not been executed yet";
	snprintf(buf, size,
		 "entry %u would end at offset 0x%x, but the %s at 0x%" PRIx64
		 " has limit 0x%" PRIx32 " (%u entries)%s",
		 f->event.vector, (f->event.vector + 1u) * f->gate_size - 1, table,
		 g->regs->idt.base, limit, (limit + 1) / f->gate_size, hint);
}

static bool all_zero(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i]) return false;
	return true;
}

static void gate_type_reason(const struct cpu_failed_delivery *f, const struct guest_view *g,
			     char *buf, size_t size)
{
	unsigned type = f->gate[5] & 0x1f;
	if (all_zero(f->gate, f->gate_size))
		snprintf(buf, size, "IDT entry %u is zero: no handler was ever set for this vector",
			 f->event.vector);
	else
		snprintf(buf, size,
			 "IDT entry %u has type 0x%x, which is not an interrupt or trap gate "
			 "(0xe, "
			 "0xf%s)",
			 f->event.vector, type, long_mode(g) ? "" : ", 6, 7");
}

static void code_reason(const struct cpu_failed_delivery *f, const struct guest_view *g, char *buf,
			size_t size)
{
	char d[TEXT_SIZE];
	unsigned selector = f->selector;
	switch (f->why) {
	case CPU_REFUSED_CODE_NULL:
		snprintf(buf, size, "IDT entry %u names the null selector (0x%04x)",
			 f->event.vector, selector);
		break;
	case CPU_REFUSED_CODE_LIMIT:
		snprintf(
			buf, size,
			"IDT entry %u names selector 0x%04x, beyond the limit of the %s (0x%" PRIx32
			")",
			f->event.vector, selector, table_name(f->selector),
			f->selector & 4 ? g->regs->ldt.limit : g->regs->gdt.limit);
		break;
	case CPU_REFUSED_CODE_DPL:
		snprintf(buf, size,
			 "IDT entry %u names selector 0x%04x, a segment of ring %u, but a handler "
			 "may not be less privileged than ring %u, which was interrupted",
			 f->event.vector, selector, (unsigned)(f->descriptor >> 45 & 3), f->cpl);
		break;
	case CPU_REFUSED_CODE_NOT_64:
		snprintf(buf, size,
			 "IDT entry %u names selector 0x%04x, but in long mode a handler's segment "
			 "must have L=1 and D=0: %s",
			 f->event.vector, selector, descriptor_text(f, g, d, sizeof(d)));
		break;
	case CPU_REFUSED_CODE_OFFSET:
		snprintf(buf, size,
			 "the handler of IDT entry %u lies outside its segment 0x%04x, or at an "
			 "address that is not canonical",
			 f->event.vector, selector);
		break;
	case CPU_REFUSED_CODE_V86:
		snprintf(buf, size,
			 "IDT entry %u names selector 0x%04x, but from virtual-8086 mode only a "
			 "nonconforming segment of ring 0 is allowed",
			 f->event.vector, selector);
		break;
	default:
		snprintf(buf, size,
			 "IDT entry %u names selector 0x%04x, which is %s: %s (CS is 0x%04x)",
			 f->event.vector, selector,
			 f->why == CPU_REFUSED_CODE_ABSENT ? "not present" : "not a code segment",
			 descriptor_text(f, g, d, sizeof(d)),
			 (unsigned)g->regs->seg[CPU_CS].selector);
		break;
	}
}

static void task_reason(const struct cpu_failed_delivery *f, const struct guest_view *g, char *buf,
			size_t size)
{
	char d[TEXT_SIZE];
	snprintf(buf, size,
		 "IDT entry %u is a task gate, and its task cannot be entered because of selector "
		 "0x%04x: %s",
		 f->event.vector, f->selector,
		 f->descriptor_read ? descriptor_text(f, g, d, sizeof(d))
				    : "it lies beyond its table");
}

static void stack_reason(const struct cpu_failed_delivery *f, const struct guest_view *g, char *buf,
			 size_t size)
{
	bool is64 = f->gate_size == GATE64_BYTES;
	char stack[TEXT_SIZE];
	char why[WALK_VERDICT_SIZE];
	char d[TEXT_SIZE];
	stack_name(f, is64, stack, sizeof(stack));
	switch (f->why) {
	case CPU_REFUSED_TSS_LIMIT:
		snprintf(buf, size,
			 "the handler's stack comes from %s, at 0x%" PRIx64
			 ", beyond the TSS at 0x%" PRIx64 " of limit 0x%" PRIx32 "%s",
			 stack, f->stack_slot, g->regs->tr.base, g->regs->tr.limit,
			 g->regs->tr.selector ? "" : "; TR is null: LTR has not been executed");
		break;
	case CPU_REFUSED_STACK_NULL:
		snprintf(buf, size, "the stack segment in %s is the null selector", stack);
		break;
	case CPU_REFUSED_STACK_SEGMENT:
		snprintf(buf, size,
			 "%s names stack segment 0x%04x, which is not writable data of ring %u: %s",
			 stack, f->selector, f->stack_n,
			 f->descriptor_read ? descriptor_text(f, g, d, sizeof(d))
					    : "it lies beyond its table");
		break;
	case CPU_REFUSED_STACK_ABSENT:
		snprintf(buf, size, "%s names stack segment 0x%04x, which is not present", stack,
			 f->selector);
		break;
	case CPU_REFUSED_STACK_LIMIT:
		snprintf(buf, size,
			 "the frame does not fit: %s points to 0x%" PRIx64
			 ", outside its segment's limit",
			 stack, f->stack_pointer);
		break;
	default:
		snprintf(buf, size,
			 "the frame cannot be pushed: %s points to 0x%" PRIx64
			 ", and the write to 0x%" PRIx64 " faults: %s",
			 stack, f->stack_pointer, f->address,
			 access_reason(f, g, true, why, sizeof(why)));
		break;
	}
}

static const char *unreadable_name(enum cpu_refusal why)
{
	switch (why) {
	case CPU_REFUSED_GATE_UNREADABLE: return "the IDT entry";
	case CPU_REFUSED_TSS_UNREADABLE: return "the TSS";
	default: return "the segment descriptor";
	}
}

const char *delivery_reason(const struct cpu_failed_delivery *f, const struct guest_view *g,
			    char *buf, size_t size)
{
	char why[WALK_VERDICT_SIZE];
	switch (f->why) {
	case CPU_REFUSED_IDT_LIMIT: idt_limit_reason(f, g, buf, size); break;
	case CPU_REFUSED_GATE_TYPE: gate_type_reason(f, g, buf, size); break;
	case CPU_REFUSED_GATE_DPL:
		snprintf(buf, size,
			 "the gate has DPL %u: INT %u is forbidden to ring %u (a gate for software "
			 "of ring 3 needs DPL 3)",
			 f->gate[5] >> 5 & 3u, f->event.vector, f->cpl);
		break;
	case CPU_REFUSED_GATE_ABSENT:
		snprintf(buf, size, "IDT entry %u is not present: its P bit (bit 47) is clear",
			 f->event.vector);
		break;
	case CPU_REFUSED_TASK: task_reason(f, g, buf, size); break;
	case CPU_REFUSED_GATE_UNREADABLE:
	case CPU_REFUSED_CODE_UNREADABLE:
	case CPU_REFUSED_TSS_UNREADABLE:
	case CPU_REFUSED_STACK_UNREADABLE:
		snprintf(buf, size, "%s cannot be read, at 0x%" PRIx64 ": %s",
			 unreadable_name(f->why), f->address,
			 access_reason(f, g, false, why, sizeof(why)));
		break;
	case CPU_REFUSED_CODE_NULL:
	case CPU_REFUSED_CODE_LIMIT:
	case CPU_REFUSED_CODE_TYPE:
	case CPU_REFUSED_CODE_DPL:
	case CPU_REFUSED_CODE_ABSENT:
	case CPU_REFUSED_CODE_NOT_64:
	case CPU_REFUSED_CODE_OFFSET:
	case CPU_REFUSED_CODE_V86: code_reason(f, g, buf, size); break;
	case CPU_REFUSED_TSS_LIMIT:
	case CPU_REFUSED_STACK_NULL:
	case CPU_REFUSED_STACK_SEGMENT:
	case CPU_REFUSED_STACK_ABSENT:
	case CPU_REFUSED_STACK_LIMIT:
	case CPU_REFUSED_STACK_UNWRITABLE:
	default: stack_reason(f, g, buf, size); break;
	}
	return buf;
}

/* ---- the chain */

static void print_gate(const struct cpu_failed_delivery *f, FILE *out)
{
	char text[TEXT_SIZE];
	if (!f->gate_read) return;
	fprintf(out, "     entry at 0x%" PRIx64 ":", f->gate_at);
	for (unsigned i = 0; i < f->gate_size && i < sizeof(f->gate); i++)
		fprintf(out, " %02x", f->gate[i]);
	if (all_zero(f->gate, f->gate_size))
		fputc('\n', out);
	else
		fprintf(out, "  (%s)\n", gate_text(f->gate, f->gate_size, text, sizeof(text)));
}

static const char *vector_name(uint8_t vector)
{
	const char *name = exception_name(vector);
	return name ? name : "an exception";
}

static void print_became(const struct cpu_failed_delivery *f, FILE *out)
{
	if (f->became == NO_VECTOR)
		fputs("     so the CPU shuts down: a triple fault\n", out);
	else if (f->became == f->raised)
		fprintf(out, "     that raises %s:\n", vector_name(f->raised));
	else
		fprintf(out, "     that raises %s, which together with %s makes %s:\n",
			vector_name(f->raised), vector_name(f->event.vector),
			vector_name(f->became));
}

/* INT n saves the address after it, but the exception that its delivery raises saves its own. */
static uint64_t where(const struct cpu_failed_delivery *failed, size_t n)
{
	bool software = failed[0].event.kind == IRQ_EVENT_SOFTWARE;
	return failed[software && n > 1 ? 1 : 0].event.pc;
}

static const char *reason_again(const struct cpu_failed_delivery *f,
				const struct cpu_failed_delivery *before)
{
	bool limit = f->why == CPU_REFUSED_IDT_LIMIT && before->why == CPU_REFUSED_IDT_LIMIT;
	bool stack = f->why == CPU_REFUSED_STACK_UNWRITABLE && before->why == f->why &&
		     f->address == before->address;
	if (limit) return "its entry lies beyond the limit as well";
	return stack ? "its frame goes to the same place, and faults as well" : NULL;
}

void delivery_report(const struct cpu_failed_delivery *failed, size_t n, const struct guest_view *g,
		     FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct cpu_failed_delivery *f = &failed[i];
		char event[EVENT_SIZE];
		char reason[DELIVERY_REASON_SIZE];
		char place[GUEST_SYMBOL_SIZE];
		const char *again = i ? reason_again(f, f - 1) : NULL;
		fprintf(out, "  %zu. %s", i + 1,
			event_of_guest(g, &f->event, event, sizeof(event)));
		if (i == 0)
			fprintf(out, ", at %s",
				guest_place(g, where(failed, n), place, sizeof(place)));
		fprintf(out, "\n     not delivered: %s\n",
			again ? again : delivery_reason(f, g, reason, sizeof(reason)));
		print_gate(f, out);
		print_became(f, out);
	}
}
