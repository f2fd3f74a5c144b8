/* SPDX-License-Identifier: MIT */
#include "fuzz_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/array.h"
#include "emu/bytes.h"
#include "tests/unit/firmware/bios_board.h"

enum { RAM_MIB = 4, MAX_CALLS = 64, MAX_REPEATS = 4 };

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
	if (mem.ram)
		memset(mem.flags, 0, mem.n_pages); /* every page holds its pattern when touched */
	else
		require(!bios_board_memory(RAM_MIB), "there is memory");
	require(!bios_board_power_on(&none, NULL), "the board powers on");
	return &bios;
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

static void call_once(struct bios *b, const uint8_t *data, unsigned service)
{
	struct cpu_regs regs;
	struct bios_call c = { .regs = &regs, .a20 = data[1] & 1 };

	set_registers(&regs, data);
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
