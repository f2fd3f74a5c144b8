/* SPDX-License-Identifier: MIT */
/* The 16-bit entry of a Linux kernel (boot.rst, "Memory Layout of The Real-Mode Code", "Running the
 * Kernel"): its setup code calls the BIOS and makes its own boot_params. */
#include <stdlib.h>
#include <string.h>

#include "emu/bytes.h"
#include "emu/x86/start_state.h"
#include "harness/boot/linux.h"

enum {
	/* Below 0x90000: a segment for code, heap and stack; the command line follows it. */
	HIGH_SIZE = 0x10000,
	HIGH_HEAP_END = 0xe000,
	/* At 0x90000: zImages, and protocols before 2.02, whose setup code moves itself there. */
	LOW_BASE = 0x90000,
	LOW_SIZE = 0xa000,
	LOW_HEAP_END = 0x9800, /* the command line begins here */
	SETUP_ENTRY = 0x200,   /* bytes from its start */
	CMD_LINE_MAGIC = 0x20, /* before protocol 2.02 */
	CMD_LINE_OFFSET = 0x22,
	CMD_LINE_MAGIC_VALUE = 0xa33f
};

struct layout {
	uint64_t base, size;
	uint32_t heap_end;
	bool low;
};

static bool choose_layout(struct load *l, const struct linux_image *k, struct layout *out)
{
	struct place place = { "the kernel's setup code", HIGH_SIZE,        MEM_PAGE,
			       LINUX_PARAMS_MIN,          MEMORY_EBDA_BASE, false };

	*out = (struct layout){ LOW_BASE, LOW_SIZE, LOW_HEAP_END, true };
	if (k->high && linux_has(k, PROTOCOL_2_02, CMD_LINE_PTR + sizeof(uint32_t)))
		*out = (struct layout){ 0, HIGH_SIZE, HIGH_HEAP_END, false };
	if (k->code > out->heap_end)
		return load_fail(l,
				 "the setup code has %zu bytes; the 16-bit entry allows at most %u",
				 k->code, out->heap_end);
	if (out->low) return load_reserve(l, out->base, out->size, place.what, NULL);
	return load_place(l, &place, &out->base);
}

/* Put the command line after the heap, in the same segment. */
static bool put_low_cmdline(struct load *l, const struct linux_image *k, const struct layout *at,
			    uint8_t *setup)
{
	const char *text = l->request->append ? l->request->append : "";
	size_t size = strlen(text) + 1, room = LOW_SIZE - LOW_HEAP_END;

	if (!linux_check_cmdline(l, k, size - 1)) return false;
	if (size > room)
		return load_fail(l,
				 "the command line has %zu characters; only %zu fit below 0x9a000",
				 size - 1, room - 1);
	if (linux_has(k, PROTOCOL_2_02, CMD_LINE_PTR + sizeof(uint32_t))) {
		put_le32(setup + CMD_LINE_PTR, LOW_BASE + LOW_HEAP_END);
	} else {
		put_le16(setup + CMD_LINE_MAGIC, CMD_LINE_MAGIC_VALUE);
		put_le16(setup + CMD_LINE_OFFSET, LOW_HEAP_END);
		put_le16(setup + SETUP_MOVE_SIZE, (uint16_t)(LOW_HEAP_END + size));
	}
	return load_write(l, at->base + LOW_HEAP_END, text, size);
}

static void set_registers(struct load *l, const struct linux_image *k, const struct layout *at)
{
	uint16_t segment = (uint16_t)(at->base / LINUX_PARAGRAPH);

	start_state_real(l->regs, 0);
	for (int i = 0; i < CPU_N_SEGMENTS; i++) {
		l->regs->seg[i].selector = segment;
		l->regs->seg[i].base = at->base;
	}
	l->regs->seg[CPU_CS].selector = segment + SETUP_ENTRY / LINUX_PARAGRAPH;
	l->regs->seg[CPU_CS].base = at->base + SETUP_ENTRY;
	l->regs->gpr[CPU_RSP] = at->heap_end;
	l->result->entry = l->regs->seg[CPU_CS].base;
	l->result->calls_bios = true;
	if (k->code_size) return;
	l->result->image_base = at->base;
	l->result->image_end = at->base + k->code;
}

bool linux_start_16(struct load *l, const struct linux_image *k)
{
	struct layout at;
	uint8_t *setup;
	uint16_t vid_mode;
	bool ok;

	if (!linux_vid_mode(l, &vid_mode) || !choose_layout(l, k, &at)) return false;
	setup = malloc(k->code);
	if (!setup) return load_fail(l, "out of host memory for the setup code");
	memcpy(setup, l->bytes, k->code);
	linux_fill_header(l, k, at.heap_end, setup);
	put_le16(setup + VID_MODE, vid_mode);
	ok = (at.low ? put_low_cmdline(l, k, &at, setup) : linux_put_cmdline(l, k, setup)) &&
	     linux_load_initrd(l, k, setup) && load_write(l, at.base, setup, k->code);
	free(setup);
	if (ok) set_registers(l, k, &at);
	return ok;
}
