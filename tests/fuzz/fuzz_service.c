/* SPDX-License-Identifier: MIT */
#include "fuzz_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices/vga/picture.h"
#include "emu/array.h"
#include "emu/bytes.h"
#include "tests/unit/firmware/bios_display_fixture.h"

enum { RAM_MIB = 4, DISPLAY_MIB = 4, MAX_CALLS = 64, MAX_REPEATS = 4, MAX_CHARACTERS = 0x1ff };

static void require(bool holds, const char *what)
{
	if (holds) return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

struct bios *fuzz_bios(void)
{
	static const struct isa_ports_model_wiring none;

	bios_free(&bios);
	mem_free(&mem);
	require(!bios_board_memory(RAM_MIB), "there is memory");
	require(!bios_board_power_on(&none, NULL), "the board powers on");
	return &bios;
}

void fuzz_display(void) { require(!bios_board_display(DISPLAY_MIB), "the display is plugged in"); }

void fuzz_look(void)
{
	struct display_end end = bochs_display_model_end(&display);
	unsigned width, height;
	size_t size;
	uint8_t *rgb;

	if (!bios.wire.display) end = vga_model_end(&vga);
	end.ops->size(end.ctx, &width, &height);
	size = (size_t)width * height * DISPLAY_BYTES_PER_PIXEL;
	rgb = malloc(size ? size : 1);
	require(rgb && end.ops->rgb(end.ctx, rgb, size), "there is a picture");
	free(rgb);
}

static uint16_t word(const uint8_t *data, unsigned n) { return get_le16(data + 2 + n * 2); }

static void set_registers(struct cpu_regs *r, const uint8_t *data)
{
	static const enum cpu_gpr order[] = { CPU_RAX, CPU_RBX, CPU_RCX, CPU_RDX,
					      CPU_RSI, CPU_RDI, CPU_RBP };
	enum { N = ARRAY_SIZE(order) };

	memset(r, 0, sizeof(*r));
	for (unsigned i = 0; i < N; i++)
		r->gpr[order[i]] = (uint32_t)word(data, i) | (uint32_t)word(data, i) << 16;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) {
		r->seg[i].selector = word(data, N + i % 2);
		r->seg[i].base = (uint64_t)r->seg[i].selector << 4;
	}
}

/* A string of 64 Ki characters scrolls as often: let it take no longer than all else. */
static void limit(struct cpu_regs *r)
{
	unsigned function = (unsigned)(r->gpr[CPU_RAX] >> 8 & 0xff);

	if (function == 0x09 || function == 0x0a || function == 0x13)
		r->gpr[CPU_RCX] &= MAX_CHARACTERS;
}

static void call_once(struct bios *b, const uint8_t *data, unsigned service)
{
	struct cpu_regs regs;
	struct bios_call c = { .regs = &regs, .a20 = data[1] & 1 };

	set_registers(&regs, data);
	if (service == 0x10) limit(&regs);
	c.flags = data[1];
	bios_dispatch(b, service, &c);
	for (unsigned i = 0; i < MAX_REPEATS && c.outcome == BIOS_POLL; i++) {
		require(c.cost_ns > 0, "time passes while a service polls");
		clock_run_until(&vclock, clock_now(&vclock) + c.cost_ns);
		c.cost_ns = 0;
		c.outcome = BIOS_RETURN;
		bios_dispatch(b, service | BIOS_SERVICE_AGAIN, &c);
	}
	require(c.outcome == BIOS_JUMP || regs.rip == 0, "the way back is the stub's business");
	clock_run_until(&vclock, clock_now(&vclock) + c.cost_ns);
}

void fuzz_calls(struct bios *b, const uint8_t *data, size_t size, unsigned (*choose)(uint8_t byte))
{
	for (unsigned i = 0; i < MAX_CALLS && size >= FUZZ_CALL_SIZE; i++) {
		call_once(b, data, choose(data[0]));
		data += FUZZ_CALL_SIZE;
		size -= FUZZ_CALL_SIZE;
	}
}
