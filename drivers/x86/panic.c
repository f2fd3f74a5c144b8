/* SPDX-License-Identifier: MIT */
#include "bimetal/x86/panic.h"

#include "bimetal/x86/exception.h"
#include "text.h"

enum { LINE = 384, DIGITS = 16, A_LINE = 3 }; /* registers in 80 columns */

static void put_line(const struct panic *panic, struct x86_text *line)
{
	x86_text_add(line, "\n");
	if (line->length >= line->size) line->at[line->size - 2] = '\n'; /* cut, but a line */
	panic->put(panic->ctx, line->at);
}

/* ---- the trace ---- */

static void put_address(const struct panic *panic, unsigned n, uint64_t address)
{
	char buffer[LINE];
	struct x86_text line = x86_text_in(buffer, sizeof(buffer));
	/* Return addresses lie behind the CALL. */
	const struct panic_symbol *symbol =
		panic_find(panic->symbols, panic->n_symbols, n ? address - 1 : address);

	x86_text_add(&line, "  ");
	x86_text_add_decimal(&line, n);
	x86_text_add(&line, "  ");
	x86_text_add_hex(&line, address, DIGITS);
	if (symbol) {
		x86_text_add(&line, "  ");
		x86_text_add(&line, symbol->name);
		x86_text_add(&line, "+");
		x86_text_add_hex(&line, address - symbol->start, 1);
	}
	put_line(panic, &line);
}

static void put_end(const struct panic *panic, const struct panic_trace *trace)
{
	static const char *const why[] = { [PANIC_END_OF_STACK] = NULL,
					   [PANIC_BAD_FRAME] =
						   "the frame pointer leads out of the stack: ",
					   [PANIC_UNALIGNED] = "the frame pointer is unaligned: ",
					   [PANIC_DESCENDS] = "the frame pointer does not ascend: ",
					   [PANIC_BAD_RETURN] =
						   "the return address is in no function: ",
					   [PANIC_FULL] = "there are more frames: " };
	char buffer[LINE];
	struct x86_text line = x86_text_in(buffer, sizeof(buffer));

	if (!why[trace->end]) return;
	x86_text_add(&line, "  (the trace ends: ");
	x86_text_add(&line, why[trace->end]);
	x86_text_add_hex(&line, trace->bad, 1);
	x86_text_add(&line, ")");
	put_line(panic, &line);
}

static void put_trace(const struct panic *panic, uint64_t rip, uint64_t rbp)
{
	uint64_t address[PANIC_MAX_FRAMES];
	struct panic_trace trace = panic_walk(&panic->stack, rip, rbp, panic->symbols,
					      panic->n_symbols, address, PANIC_MAX_FRAMES);

	panic->put(panic->ctx, "stack trace:\n");
	for (unsigned i = 0; i < trace.frames; i++) put_address(panic, i, address[i]);
	put_end(panic, &trace);
}

/* ---- registers ---- */

struct named {
	const char *name;
	uint64_t value;
};

static void put_registers(const struct panic *panic, const struct named *of, unsigned n)
{
	char buffer[LINE];

	for (unsigned i = 0; i < n; i += A_LINE) {
		struct x86_text line = x86_text_in(buffer, sizeof(buffer));
		for (unsigned k = i; k < n && k < i + A_LINE; k++) {
			x86_text_add(&line, k == i ? "" : "  ");
			x86_text_add(&line, of[k].name);
			x86_text_add(&line, " ");
			x86_text_add_hex(&line, of[k].value, DIGITS);
		}
		put_line(panic, &line);
	}
}

static void put_context(const struct panic *panic, const struct idt_context *c)
{
	const struct named of[] = {
		{ "RAX", c->rax },      { "RBX", c->rbx },         { "RCX", c->rcx },
		{ "RDX", c->rdx },      { "RSI", c->rsi },         { "RDI", c->rdi },
		{ "RBP", c->rbp },      { "RSP", c->frame.rsp },   { "R8 ", c->r8 },
		{ "R9 ", c->r9 },       { "R10", c->r10 },         { "R11", c->r11 },
		{ "R12", c->r12 },      { "R13", c->r13 },         { "R14", c->r14 },
		{ "R15", c->r15 },      { "RIP", c->frame.rip },   { "CS ", c->frame.cs },
		{ "SS ", c->frame.ss }, { "FLG", c->frame.rflags }
	};
	put_registers(panic, of, sizeof(of) / sizeof(of[0]));
}

/* ---- reports ---- */

static void put_name(const struct panic *panic, unsigned vector)
{
	char buffer[LINE];
	struct x86_text line = x86_text_in(buffer, sizeof(buffer));

	x86_text_add(&line, "PANIC: exception ");
	x86_text_add_decimal(&line, vector);
	x86_text_add(&line, ", ");
	x86_text_add(&line, exception_name(vector));
	put_line(panic, &line);
}

static void put_error(const struct panic *panic, unsigned vector, uint64_t error)
{
	char buffer[LINE], words[EXCEPTION_TEXT];
	struct x86_text line = x86_text_in(buffer, sizeof(buffer));

	if (!exception_explain(vector, error, words, sizeof(words))) return;
	x86_text_add(&line, "error ");
	x86_text_add_hex(&line, error, 1);
	x86_text_add(&line, ": ");
	x86_text_add(&line, words);
	put_line(panic, &line);
}

static void put_number(const struct panic *panic, const char *name, uint64_t value)
{
	char buffer[LINE];
	struct x86_text line = x86_text_in(buffer, sizeof(buffer));

	x86_text_add(&line, name);
	x86_text_add_hex(&line, value, DIGITS);
	put_line(panic, &line);
}

void panic_exception(const struct panic *panic, const struct idt_context *context, uint64_t cr2)
{
	unsigned vector = (unsigned)context->vector;

	put_name(panic, vector);
	put_error(panic, vector, context->error);
	if (vector == IDT_PF) put_number(panic, "address ", cr2);
	put_context(panic, context);
	put_trace(panic, context->frame.rip, context->rbp);
}

void panic_report(const struct panic *panic, const char *why, uint64_t rip, uint64_t rbp)
{
	panic->put(panic->ctx, "PANIC: ");
	panic->put(panic->ctx, why);
	panic->put(panic->ctx, "\n");
	put_trace(panic, rip, rbp);
}
