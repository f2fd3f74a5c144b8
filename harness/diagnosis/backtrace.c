/* SPDX-License-Identifier: MIT */
#include "harness/diagnosis/backtrace.h"

#include <inttypes.h>

enum {
	CHAIN_MAX = 4096, /* frames followed */
	SCAN_WORDS = 2048,
	SCAN_GAP = 16, /* pages without memory that are skipped at the start: a guard page */
	PAGE = 4096,
	MAX_FRAME_BYTES = 1 << 20
};

static void add(struct backtrace *b, uint64_t address, enum frame_source source)
{
	struct frame *last = b->n ? &b->frame[b->n - 1] : NULL;
	if (last && last->address == address && last->source == source)
		last->times++;
	else if (b->n < BACKTRACE_MAX_FRAMES)
		b->frame[b->n++] = (struct frame){ address, source, 1 };
}

static size_t word_size(const struct guest_view *g) { return guest_code_mode(g->regs) / 8; }

static bool stack_word(const struct guest_view *g, uint64_t offset, uint64_t *value)
{
	return guest_word(g, guest_stack_addr(g->regs, offset), word_size(g), value);
}

/* Follow the chain. Returns the stack offset at which it ends, and the search begins. */
static uint64_t follow_frames(struct backtrace *b, const struct guest_view *g)
{
	size_t size = word_size(g);
	uint64_t frame = g->regs->gpr[CPU_RBP];
	uint64_t known = g->regs->gpr[CPU_RSP];
	/* If RBP does not point into the stack in use, it is not a frame pointer. */
	b->last_frame = frame;
	b->end = CHAIN_NONE;
	if (size < 4 || frame % size || frame - known > MAX_FRAME_BYTES) return known;
	for (unsigned i = 0; i < CHAIN_MAX && b->n < BACKTRACE_MAX_FRAMES; i++) {
		uint64_t next = 0;
		uint64_t ret = 0;
		b->last_frame = frame;
		if (!stack_word(g, frame, &next) || !stack_word(g, frame + size, &ret)) {
			b->end = b->n > 1 ? CHAIN_UNREADABLE : CHAIN_NONE;
			return known;
		}
		b->end = CHAIN_ENDED;
		if (ret == 0) return UINT64_MAX;
		if (!guest_after_call(g, ret)) {
			b->end = b->n > 1 ? CHAIN_BROKEN : CHAIN_NONE;
			return known;
		}
		add(b, ret, FRAME_POINTER);
		known = frame + 2 * size;
		if (next == 0) return UINT64_MAX;
		b->end = CHAIN_BROKEN;
		b->last_frame = next;
		if (next <= frame || next % size || next - frame > MAX_FRAME_BYTES) return known;
		frame = next;
	}
	b->end = CHAIN_TOO_LONG;
	return UINT64_MAX;
}

/* After an overflow, the stack begins above the page that has no memory. */
static uint64_t first_readable(const struct guest_view *g, uint64_t offset)
{
	uint64_t value = 0;
	uint64_t at = offset;
	for (unsigned i = 0; i < SCAN_GAP; i++, at = (at | (PAGE - 1)) + 1)
		if (stack_word(g, at, &value)) return at;
	return offset;
}

static void scan(struct backtrace *b, const struct guest_view *g, uint64_t offset)
{
	size_t size = word_size(g);
	offset = first_readable(g, offset);
	for (unsigned i = 0; i < SCAN_WORDS && b->n < BACKTRACE_MAX_FRAMES; i++) {
		uint64_t value = 0;
		if (!stack_word(g, offset + i * size, &value)) return;
		if (value != 0 && guest_after_call(g, value)) add(b, value, FRAME_SCANNED);
	}
}

void backtrace_take(struct backtrace *b, const struct guest_view *g)
{
	uint8_t byte;
	uint64_t pc = guest_code_addr(g->regs);
	uint64_t called = 0;
	*b = (struct backtrace){ 0 };
	add(b, guest_stands_at(g), FRAME_PC);
	if (word_size(g) < 4) {
		b->end = CHAIN_NONE;
		return;
	}
	/* The pc is not in code, so nothing ran there: the return address is still on top of the
	 * stack. */
	bool jumped = g->peek(g->ctx, pc, &byte, 1) == 0 &&
		      stack_word(g, g->regs->gpr[CPU_RSP], &called) && guest_after_call(g, called);
	if (jumped) add(b, called, FRAME_CALLED);
	uint64_t unknown = follow_frames(b, g);
	if (unknown == UINT64_MAX) return;
	if (jumped && unknown == g->regs->gpr[CPU_RSP]) unknown += word_size(g);
	scan(b, g, unknown);
}

static void print_chain_end(const struct backtrace *b, FILE *out)
{
	switch (b->end) {
	case CHAIN_UNREADABLE:
		fprintf(out, "  (there is no memory at the frame pointer 0x%" PRIx64 ")\n",
			b->last_frame);
		break;
	case CHAIN_BROKEN:
		fprintf(out,
			"  (the chain of frame pointers breaks at 0x%" PRIx64
			": no frame lies there)\n",
			b->last_frame);
		break;
	case CHAIN_TOO_LONG: fputs("  (and more)\n", out); break;
	case CHAIN_ENDED:
	case CHAIN_NONE:
	default: break;
	}
}

void backtrace_print(const struct backtrace *b, const struct guest_view *g, FILE *out)
{
	bool told = false;
	fputs("backtrace:\n", out);
	for (size_t i = 0; i < b->n; i++) {
		const struct frame *f = &b->frame[i];
		char name[GUEST_SYMBOL_SIZE];
		if (f->source == FRAME_SCANNED && !told) {
			print_chain_end(b, out);
			fputs("  (from here on, each word of the stack that looks like a return "
			      "address: some may be stale, some may be missing)\n",
			      out);
			told = true;
		}
		/* A return address belongs to the call before it, not to the instruction that it
		 * points to. */
		uint64_t shown = f->source == FRAME_PC ? f->address : f->address - 1;
		guest_symbol(g, shown, name, sizeof(name));
		fprintf(out, "  %c %016" PRIx64 "%s%s", f->source == FRAME_SCANNED ? '?' : ' ',
			f->address, name[0] ? "  " : "", name);
		if (f->times > 1) fprintf(out, "  (%u times)", f->times);
		fputc('\n', out);
	}
	if (!told) print_chain_end(b, out);
}
