/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/guest_view.h"

#include <inttypes.h>
#include <string.h>

#include "emu/bytes.h"
#include "harness/diagnosis/disasm.h"

#define CR0_PE      UINT64_C(1)
#define EFER_LMA    (UINT64_C(1) << 10)
#define FLAG_VM     (UINT64_C(1) << 17)
#define LOW_32_BITS UINT64_C(0xffffffff)

/* Descriptor flags, at their bits in the high doubleword (SDM Vol. 3A 3.4.5). */
enum { SEGMENT_L = 1 << 21, SEGMENT_D = 1 << 22 };
enum {
	BEFORE_BYTES = 40, /* how far before the program counter decoding may start */
	AROUND_MAX = 16,   /* instructions after it */
	MAX_INSNS = BEFORE_BYTES + AROUND_MAX,
	AFTER_BYTES = AROUND_MAX * GUEST_INSN_MAX,
	SOURCE_COLUMN = 34, /* of the instruction's text, where a source line follows */
	CALL_MAX = 7,       /* bytes of the longest call instruction that is recognised */
	HLT_SIZE = 1        /* prefixes, which have no effect, are not counted */
};

unsigned guest_code_mode(const struct cpu_regs *regs)
{
	uint32_t flags = regs->seg[CPU_CS].flags;
	if (regs->efer & EFER_LMA && flags & SEGMENT_L) return 64;
	return flags & SEGMENT_D ? 32 : 16;
}

const char *guest_mode_name(const struct cpu_regs *regs)
{
	static const char *const protected_mode[] = { "protected mode, 16-bit code",
						      "protected mode, 32-bit code" };
	static const char *const long_mode[] = { "long mode (compatibility), 16-bit code",
						 "long mode (compatibility), 32-bit code",
						 "long mode, 64-bit code" };
	unsigned mode = guest_code_mode(regs);
	if (!(regs->cr0 & CR0_PE)) return "real mode, 16-bit code";
	if (regs->rflags & FLAG_VM) return "virtual-8086 mode, 16-bit code";
	if (regs->efer & EFER_LMA) return long_mode[mode / 32];
	return protected_mode[mode / 32];
}

unsigned guest_cpl(const struct cpu_regs *regs)
{
	if (!(regs->cr0 & CR0_PE)) return 0;
	return regs->rflags & FLAG_VM ? 3 : regs->seg[CPU_SS].flags >> 13 & 3;
}

uint64_t guest_code_addr(const struct cpu_regs *regs)
{
	if (guest_code_mode(regs) == 64) return regs->rip;
	return (regs->seg[CPU_CS].base + regs->rip) & LOW_32_BITS;
}

uint64_t guest_stands_at(const struct guest_view *g)
{
	struct cpu_regs regs = *g->regs;

	if (g->halted) regs.rip -= HLT_SIZE;
	return guest_code_addr(&regs);
}

uint64_t guest_stack_addr(const struct cpu_regs *regs, uint64_t offset)
{
	if (guest_code_mode(regs) == 64) return offset;
	/* A 16-bit stack segment has a 16-bit stack pointer. */
	if (!(regs->seg[CPU_SS].flags & SEGMENT_D)) offset &= 0xffff;
	return (regs->seg[CPU_SS].base + offset) & LOW_32_BITS;
}

bool guest_word(const struct guest_view *g, uint64_t linear, size_t size, uint64_t *value)
{
	uint8_t bytes[sizeof(uint64_t)] = { 0 };
	if (size > sizeof(bytes) || g->peek(g->ctx, linear, bytes, size) != size) return false;
	*value = get_le(bytes, size);
	return true;
}

const char *guest_symbol(const struct guest_view *g, uint64_t addr, char *buf, size_t size)
{
	buf[0] = '\0';
	if (g->symbol) g->symbol(g->ctx, addr, buf, size);
	return buf;
}

const char *guest_place(const struct guest_view *g, uint64_t addr, char *buf, size_t size)
{
	char name[GUEST_SYMBOL_SIZE];
	guest_symbol(g, addr, name, sizeof(name));
	snprintf(buf, size, "0x%" PRIx64 "%s%s", addr, name[0] ? " " : "", name);
	return buf;
}

/* Whether these bytes end with a call: E8 rel16/32, FF /2, FF /3, or 9A far. */
static bool ends_in_call(unsigned mode, const uint8_t *code, size_t size)
{
	struct disasm_line line;
	for (size_t len = 2; len <= size; len++) {
		const uint8_t *at = code + (size - len);
		bool call = at[0] == 0xe8 || at[0] == 0xff || at[0] == 0x9a ||
			    (at[0] >= 0x40 && at[0] <= 0x4f) || at[0] == 0x66;
		if (!call || disasm(mode, 0, at, len, &line, 1) != 1 || line.len != len) continue;
		if (strncmp(line.text, "call", 4) == 0 || strncmp(line.text, "lcall", 5) == 0)
			return true;
	}
	return false;
}

bool guest_after_call(const struct guest_view *g, uint64_t addr)
{
	uint8_t code[CALL_MAX];
	for (size_t n = sizeof(code); n >= 2; n--)
		if (addr >= n && g->peek(g->ctx, addr - n, code, n) == n)
			return ends_in_call(guest_code_mode(g->regs), code, n);
	return false;
}

/* ---- code */

/* Index of the line at `addr`, or n. */
static size_t line_at(const struct disasm_line *line, size_t n, uint64_t addr)
{
	size_t i = 0;
	while (i < n && line[i].addr != addr) i++;
	return i;
}

/* Decode so that an instruction starts at pc. x86 code cannot be decoded backwards, so this takes
 * the farthest start before pc from which an instruction starts exactly at pc. *at: its index. */
static size_t decode_around(const struct guest_view *g, uint64_t pc, struct disasm_line *line,
			    size_t *at)
{
	unsigned mode = guest_code_mode(g->regs);
	for (uint64_t back = pc < BEFORE_BYTES ? pc : BEFORE_BYTES;; back--) {
		uint8_t bytes[BEFORE_BYTES + AFTER_BYTES];
		size_t len = g->peek(g->ctx, pc - back, bytes, (size_t)back + AFTER_BYTES);
		size_t n = len > back ? disasm(mode, pc - back, bytes, len, line, MAX_INSNS) : 0;
		*at = line_at(line, n, pc);
		if (*at < n) return n;
		if (back == 0) return 0;
	}
}

static void print_line(const struct guest_view *g, const struct disasm_line *line, bool mark,
		       const char *source, FILE *out)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t bytes[GUEST_INSN_MAX];
	char text[2 * GUEST_INSN_MAX + 1] = "";
	size_t len = line->len < GUEST_INSN_MAX ? line->len : GUEST_INSN_MAX;
	len = g->peek(g->ctx, line->addr, bytes, len);
	for (size_t b = 0; b < len; b++) {
		text[2 * b] = hex[bytes[b] >> 4];
		text[2 * b + 1] = hex[bytes[b] & 15];
	}
	fprintf(out, "  %s %016" PRIx64 "  %-20s %-*s%s%s\n", mark ? "=>" : "  ", line->addr, text,
		source[0] ? SOURCE_COLUMN : 0, line->text, source[0] ? " ; " : "", source);
}

/* Split "main+0x12 (src/main.c:3, ...)" in place: returns "main.c:3", "" where there is none, and
 * leaves "main". */
static const char *split_symbol(char *name)
{
	char *plus = strchr(name, '+');
	char *source = plus ? strchr(plus, '(') : NULL;
	char *end = source ? strpbrk(source, ",)") : NULL;
	if (plus) *plus = '\0';
	if (!end) return "";
	*end = '\0';
	char *slash = strrchr(source, '/');
	return slash ? slash + 1 : source + 1;
}

/* Whether execution never continues after this instruction. */
static bool ends_flow(const struct disasm_line *line)
{
	static const char *const last[] = { "ret", "jmp", "iret", "sysret", "sysexit", "ud2" };
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
		if (strncmp(line->text, last[i], strlen(last[i])) == 0) return true;
	return false;
}

/* Whether a function ends, and another begins, between line[i - 1] and line[i]. */
static bool function_edge(const struct guest_view *g, const struct disasm_line *line, size_t i)
{
	char before[GUEST_SYMBOL_SIZE];
	char after[GUEST_SYMBOL_SIZE];
	guest_symbol(g, line[i - 1].addr, before, sizeof(before));
	guest_symbol(g, line[i].addr, after, sizeof(after));
	split_symbol(before);
	split_symbol(after);
	if (strcmp(before, after) == 0) return false;
	return before[0] == '\0' || after[0] == '\0' || ends_flow(&line[i - 1]);
}

bool guest_print_code(const struct guest_view *g, uint64_t pc, unsigned before, unsigned after,
		      FILE *out)
{
	struct disasm_line line[MAX_INSNS];
	char last_name[GUEST_SYMBOL_SIZE] = "";
	char last_source[GUEST_SYMBOL_SIZE] = "";
	size_t at = 0;
	size_t n = decode_around(g, pc, line, &at);
	if (n == 0) return false;
	size_t first = at;
	size_t end = at + 1;
	while (first > 0 && at - first < before && !function_edge(g, line, first)) first--;
	while (end < n && end - at <= after && !function_edge(g, line, end)) end++;
	for (size_t i = first; i < end; i++) {
		char name[GUEST_SYMBOL_SIZE];
		guest_symbol(g, line[i].addr, name, sizeof(name));
		const char *source = split_symbol(name);
		if (name[0] && strcmp(name, last_name) != 0) fprintf(out, "  %s:\n", name);
		bool same = strcmp(source, last_source) == 0;
		print_line(g, &line[i], i == at, same ? "" : source, out);
		snprintf(last_source, sizeof(last_source), "%s", source);
		snprintf(last_name, sizeof(last_name), "%s", name);
	}
	return true;
}
