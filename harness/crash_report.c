/* SPDX-License-Identifier: MIT */
#include "harness/crash_report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "harness/disasm.h"
#include "harness/event_text.h"

#define NS_PER_S    UINT64_C(1000000000)
#define EFER_LMA    (UINT64_C(1) << 10)
#define CR0_PE      UINT64_C(1)
#define LOW_32_BITS UINT64_C(0xffffffff)

/* Descriptor flags in place (SDM Vol. 3A 3.4.5). */
enum { SEGMENT_L = 1 << 21, SEGMENT_D = 1 << 22 };
enum {
	INSN_MAX = 15,     /* bytes of the longest instruction */
	BEFORE_BYTES = 40, /* where decoding towards the program counter may start */
	BEFORE_INSNS = 6,
	AFTER_INSNS = 6,
	MAX_INSNS = BEFORE_BYTES + AFTER_INSNS,
	AFTER_BYTES = AFTER_INSNS * INSN_MAX,
	STACK_WORDS = 8,
	EVENT_SIZE = 192
};

unsigned crash_code_mode(const struct cpu_regs *regs)
{
	uint32_t flags = regs->seg[CPU_CS].flags;
	if (regs->efer & EFER_LMA && flags & SEGMENT_L) return 64;
	return flags & SEGMENT_D ? 32 : 16;
}

static uint64_t code_addr(const struct cpu_regs *regs)
{
	if (crash_code_mode(regs) == 64) return regs->rip;
	return (regs->seg[CPU_CS].base + regs->rip) & LOW_32_BITS;
}

static uint64_t stack_addr(const struct cpu_regs *regs, uint64_t offset)
{
	if (crash_code_mode(regs) == 64) return offset;
	return (regs->seg[CPU_SS].base + offset) & LOW_32_BITS;
}

static void print_symbol(const struct crash *c, uint64_t addr, FILE *out)
{
	char text[CRASH_SYMBOL_SIZE] = "";
	if (c->symbol) c->symbol(c->symbol_ctx, addr, text, sizeof(text));
	if (text[0]) fprintf(out, "  %s", text);
}

static void print_gprs(const struct cpu_regs *r, FILE *out)
{
	static const char *const names[CPU_N_GPR] = { "rax", "rcx", "rdx", "rbx", "rsp", "rbp",
						      "rsi", "rdi", "r8",  "r9",  "r10", "r11",
						      "r12", "r13", "r14", "r15" };
	unsigned n = crash_code_mode(r) == 64 ? CPU_N_GPR : CPU_R8;
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "  %-3s %016" PRIx64 "%s", names[i], r->gpr[i],
			i % 4 == 3 ? "\n" : "");
}

static void print_flags(uint64_t rflags, FILE *out)
{
	static const struct {
		unsigned bit;
		const char *name;
	} flags[] = { { 0, "CF" },  { 2, "PF" },  { 4, "AF" },  { 6, "ZF" },  { 7, "SF" },
		      { 8, "TF" },  { 9, "IF" },  { 10, "DF" }, { 11, "OF" }, { 14, "NT" },
		      { 16, "RF" }, { 17, "VM" }, { 18, "AC" } };
	fprintf(out, "  rflags %08" PRIx64, rflags);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (rflags >> flags[i].bit & 1) fprintf(out, " %s", flags[i].name);
	fprintf(out, " IOPL=%u\n", (unsigned)(rflags >> 12 & 3));
}

static void print_segment(const char *name, const struct cpu_segment_state *s, FILE *out)
{
	fprintf(out, "  %s %04x base %016" PRIx64 " limit %08" PRIx32 " flags %06" PRIx32 "\n",
		name, s->selector, s->base, s->limit, s->flags);
}

static void print_system(const struct cpu_regs *r, FILE *out)
{
	static const char *const names[CPU_N_SEGMENTS] = { "es", "cs", "ss", "ds", "fs", "gs" };
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) print_segment(names[i], &r->seg[i], out);
	print_segment("tr", &r->tr, out);
	fprintf(out,
		"  gdt base %016" PRIx64 " limit %04" PRIx32 "  idt base %016" PRIx64
		" limit %04" PRIx32 "\n",
		r->gdt.base, r->gdt.limit, r->idt.base, r->idt.limit);
	fprintf(out,
		"  cr0 %08" PRIx64 " cr2 %016" PRIx64 " cr3 %016" PRIx64 " cr4 %08" PRIx64
		" efer %04" PRIx64 "\n",
		r->cr0, r->cr2, r->cr3, r->cr4, r->efer);
}

static void print_registers(const struct crash *c, FILE *out)
{
	const struct cpu_regs *r = c->regs;
	fprintf(out, "registers (%u-bit %s mode):\n  rip %016" PRIx64, crash_code_mode(r),
		r->cr0 & CR0_PE ? "protected" : "real", r->rip);
	print_symbol(c, code_addr(r), out);
	fputc('\n', out);
	print_gprs(r, out);
	print_flags(r->rflags, out);
	print_system(r, out);
}

static void print_events(const struct crash *c, FILE *out)
{
	if (c->n_events == 0) {
		fputs("no interrupts or exceptions before\n", out);
		return;
	}
	fprintf(out, "last %zu interrupts and exceptions, the newest at the end:\n", c->n_events);
	for (size_t i = 0; i < c->n_events; i++) {
		const struct irq_event *e = &c->event[i];
		char text[EVENT_SIZE];
		fprintf(out, "  %" PRIu64 ".%09" PRIu64 " s  pc %016" PRIx64 "  %s",
			e->time_ns / NS_PER_S, e->time_ns % NS_PER_S, e->pc,
			event_text(e, text, sizeof(text)));
		print_symbol(c, e->pc, out);
		fputc('\n', out);
	}
}

/* Index of the line at `addr`, or n. */
static size_t line_at(const struct disasm_line *line, size_t n, uint64_t addr)
{
	size_t i = 0;
	while (i < n && line[i].addr != addr) i++;
	return i;
}

/* Decode so that an instruction starts at pc: x86 cannot be read backwards, so the farthest start
 * before pc from which decoding falls onto it is taken. *at: index of the one at pc. */
static size_t decode_around(const struct crash *c, uint64_t pc, struct disasm_line *line,
			    size_t *at)
{
	unsigned mode = crash_code_mode(c->regs);
	for (uint64_t back = pc < BEFORE_BYTES ? pc : BEFORE_BYTES;; back--) {
		uint8_t bytes[BEFORE_BYTES + AFTER_BYTES];
		size_t len = c->peek(c->peek_ctx, pc - back, bytes, (size_t)back + AFTER_BYTES);
		size_t n = len > back ? disasm(mode, pc - back, bytes, len, line, MAX_INSNS) : 0;
		*at = line_at(line, n, pc);
		if (*at < n) return n;
		if (back == 0) return 0;
	}
}

static void print_code(const struct crash *c, FILE *out)
{
	static const char hex[] = "0123456789abcdef";
	struct disasm_line line[MAX_INSNS];
	uint64_t pc = code_addr(c->regs);
	size_t at = 0;
	size_t n = decode_around(c, pc, line, &at);
	if (n == 0) {
		fprintf(out, "no instruction can be read at 0x%" PRIx64 "\n", pc);
		return;
	}
	fprintf(out, "code:\n");
	size_t last = at + AFTER_INSNS < n ? at + AFTER_INSNS : n;
	for (size_t i = at > BEFORE_INSNS ? at - BEFORE_INSNS : 0; i < last; i++) {
		uint8_t bytes[INSN_MAX];
		char text[2 * INSN_MAX + 1] = "";
		size_t len = line[i].len < INSN_MAX ? line[i].len : INSN_MAX;
		len = c->peek(c->peek_ctx, line[i].addr, bytes, len);
		for (size_t b = 0; b < len; b++) {
			text[2 * b] = hex[bytes[b] >> 4];
			text[2 * b + 1] = hex[bytes[b] & 15];
		}
		fprintf(out, " %s %016" PRIx64 "  %-20s %s\n", i == at ? "=>" : "  ", line[i].addr,
			text, line[i].text);
	}
}

/* One word of the stack; false: no memory there. */
static bool stack_word(const struct crash *c, uint64_t offset, size_t size, uint64_t *value)
{
	uint8_t bytes[sizeof(uint64_t)] = { 0 };
	if (c->peek(c->peek_ctx, stack_addr(c->regs, offset), bytes, size) != size) return false;
	*value = 0;
	for (size_t i = size; i > 0; i--) *value = *value << 8 | bytes[i - 1];
	return true;
}

static void print_stack(const struct crash *c, FILE *out)
{
	size_t size = crash_code_mode(c->regs) / 8;
	uint64_t sp = c->regs->gpr[CPU_RSP];
	uint64_t value = 0;
	if (!stack_word(c, sp, size, &value)) {
		fprintf(out, "stack: no memory at 0x%" PRIx64 "\n", stack_addr(c->regs, sp));
		return;
	}
	fputs("stack:", out);
	for (unsigned i = 0; i < STACK_WORDS && stack_word(c, sp + i * size, size, &value); i++)
		fprintf(out, " %0*" PRIx64, (int)(2 * size), value);
	fputc('\n', out);
}

static void print_backtrace(const struct crash *c, FILE *out)
{
	size_t size = crash_code_mode(c->regs) / 8;
	if (size < 4) return; /* 16-bit code has no frame convention */
	uint64_t frame = c->regs->gpr[CPU_RBP];
	fprintf(out, "backtrace (by frame pointers):\n  %016" PRIx64, code_addr(c->regs));
	print_symbol(c, code_addr(c->regs), out);
	fputc('\n', out);
	for (unsigned i = 0; i < CRASH_MAX_FRAMES; i++) {
		uint64_t next = 0;
		uint64_t ret = 0;
		if (frame == 0 || !stack_word(c, frame, size, &next) ||
		    !stack_word(c, frame + size, size, &ret) || ret == 0)
			return;
		fprintf(out, "  %016" PRIx64, ret);
		print_symbol(c, ret - 1, out); /* the call, not what follows it */
		fputc('\n', out);
		if (next <= frame) return; /* frames only go up: no loops */
		frame = next;
	}
}

void crash_report(const struct crash *c, FILE *out)
{
	fprintf(out, "bimetal: crash: %s at %" PRIu64 ".%09" PRIu64 " s virtual\n", c->what,
		c->time_ns / NS_PER_S, c->time_ns % NS_PER_S);
	if (c->detail[0]) fprintf(out, "  %s\n", c->detail);
	print_registers(c, out);
	print_events(c, out);
	print_code(c, out);
	print_stack(c, out);
	print_backtrace(c, out);
}
