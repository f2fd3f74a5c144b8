/* SPDX-License-Identifier: MIT */
#include "bios_fixture.h"
#include "emu/array.h"
#include "emu/bytes.h"
#include "harness/firmware/memory_map.h"

TestSuite(bios_system, .init = fixture_init, .fini = fixture_fini, .timeout = 60);

enum { SMAP = 0x534d4150 };

static void call15(uint16_t ax)
{
	begin(ax);
	service(0x15);
}

static void e820(uint32_t index, uint32_t room, uint32_t magic)
{
	begin(0xe820);
	set(CPU_RBX, index);
	set(CPU_RCX, room);
	set(CPU_RDX, magic);
	set(CPU_RDI, 0);
	service(0x15);
}

#define UNSUPPORTED()                              \
	do {                                       \
		check(carry());                    \
		check_eq(u8, high(CPU_RAX), 0x86); \
	} while (0)

Test(bios_system, int_11h_and_12h_read_the_data_area)
{
	begin(0);
	service(0x11);
	check_eq(u16, get(CPU_RAX), 0x0826);
	service(0x12);
	check_eq(u16, get(CPU_RAX), 639);
	bda_set_word(&bios, 0x13, 600);
	service(0x12);
	check_eq(u16, get(CPU_RAX), 600, "which programs lower to keep memory");
}

Test(bios_system, e820_returns_the_memory_map_to_its_end)
{
	struct memory_map map;
	uint32_t index = 0;

	memory_map(&map, &mem);
	for (size_t i = 0; i < map.n; i++) {
		e820(index, 20, SMAP);
		require(!carry());
		check_eq(u64, regs.gpr[CPU_RAX], SMAP);
		check_eq(u64, regs.gpr[CPU_RCX], 20);
		check_eq(u64, peek64(BUFFER), map.range[i].base);
		check_eq(u64, peek64(BUFFER + 8), map.range[i].size);
		check_eq(u32, peek32(BUFFER + 16), (uint32_t)map.range[i].type);
		index = (uint32_t)regs.gpr[CPU_RBX];
		check_eq(u32, index, i + 1 < map.n ? i + 1 : 0);
	}
	check_eq(u32, peek32(BUFFER + 20), 0xcccccccc, "20 bytes, no more");
}

Test(bios_system, e820_has_24_bytes_for_those_that_ask)
{
	e820(0, 24, SMAP);
	check_eq(u64, regs.gpr[CPU_RCX], 24);
	check_eq(u32, peek32(BUFFER + 20), 1);
	e820(0, 0xffffffff, SMAP);
	check_eq(u64, regs.gpr[CPU_RCX], 24);
	check_eq(u32, peek32(BUFFER + 24), 0xcccccccc);
}

Test(bios_system, e820_refuses_what_is_not_its_contract)
{
	e820(0, 19, SMAP);
	UNSUPPORTED();
	e820(0, 20, 0x12345678);
	UNSUPPORTED();
	e820(99, 20, SMAP);
	UNSUPPORTED();
	e820(0xffffffff, 20, SMAP);
	UNSUPPORTED();
	check_eq(u32, peek32(BUFFER), 0xcccccccc);
	check_eq(uint, not_modelled, 0);
}

Test(bios_system, firmware_areas_are_listed)
{
	static const struct memory_firmware firmware = {
		.area = { { 23 * MIB, MIB, MEMORY_ACPI_RECLAIMABLE } }, .n = 1
	};
	bool found = false;

	bios.wire.firmware = &firmware;
	for (uint32_t i = 0; i < 8; i++) {
		e820(i, 20, SMAP);
		if (!carry() && peek64(BUFFER) == 23 * MIB) found = peek32(BUFFER + 16) == 3;
	}
	check(found);
	call15(0x8800);
	check_eq(u16, get(CPU_RAX), 22 * 1024);
}

Test(bios_system, the_older_calls_return_the_size)
{
	call15(0xe801);
	check(!carry());
	check_eq(u16, get(CPU_RAX), 15 * 1024);
	check_eq(u16, get(CPU_RBX), (MEMORY_MIB - 16) * 16);
	check_eq(u16, get(CPU_RCX), 15 * 1024);
	check_eq(u16, get(CPU_RDX), (MEMORY_MIB - 16) * 16);
	call15(0x8800);
	check(!carry());
	check_eq(u16, get(CPU_RAX), (MEMORY_MIB - 1) * 1024);
}

Test(bios_system, the_gate_is_opened_and_closed_by_port_92)
{
	call15(0x2400);
	check(!carry());
	check(!isa_ports_model_a20(&misc));
	call15(0x2401);
	check(isa_ports_model_a20(&misc));
	call15(0x2402);
	check_eq(u8, low(CPU_RAX), 1);
	call15(0x2403);
	check_eq(u16, get(CPU_RBX), 3);
	call15(0x2404);
	UNSUPPORTED();
	check_eq(ptr, reset_source, NULL);
}

/* Calls AH=87h with two descriptors in a table at ES:SI = BUFFER. */
static void move(uint64_t from, uint64_t to, uint16_t words, uint16_t limit)
{
	uint8_t table[48] = { 0 };
	const uint64_t ends[2] = { from, to };

	for (unsigned i = 0; i < 2; i++) {
		uint8_t *d = table + 16 + i * 8;
		put_le16(d, limit);
		d[2] = (uint8_t)ends[i];
		d[3] = (uint8_t)(ends[i] >> 8);
		d[4] = (uint8_t)(ends[i] >> 16);
		d[5] = 0x93;
		d[7] = (uint8_t)(ends[i] >> 24);
	}
	poke(BUFFER, table, sizeof(table));
	begin(0x8700);
	set(CPU_RCX, words);
	set(CPU_RSI, 0);
	call = (struct bios_call){ .regs = &regs, .flags = 0x0202 | BIOS_CF, .a20 = false };
	bios_dispatch(&bios, 0x15, &call);
}

Test(bios_system, memory_is_moved_above_1_mib_whatever_the_gate)
{
	poke(BUFFER + 0x1000, "block", 6);
	move(BUFFER + 0x1000, 17 * MIB, 3, 0xffff);
	check(!carry());
	check(zero_flag());
	check_eq(u8, high(CPU_RAX), 0);
	check_eq(u32, peek32(17 * MIB), 0x636f6c62);
	check_eq(u8, peek8(17 * MIB + 6), 0xcc);
	check(!call.a20);
	move(17 * MIB, 3 * MIB, 0x8000, 0xffff);
	check(!carry());
	check_eq(u32, peek32(3 * MIB), 0x636f6c62);
}

Test(bios_system, a_move_beyond_its_limits_fails)
{
	move(BUFFER, 17 * MIB, 0x8001, 0xffff);
	check(carry());
	check_eq(u8, high(CPU_RAX), 2);
	check(!zero_flag());
	move(BUFFER, 17 * MIB, 3, 4);
	check(carry());
	check_eq(u8, peek8(17 * MIB), 0xcc);
	move(0xfffffff0, 0xffffff00, 0x8000, 0xffff);
	check(!carry(), "no memory there, but no crash either");
}

Test(bios_system, a_wait_lasts_as_long_as_asked)
{
	begin(0x8600);
	set(CPU_RCX, 0);
	set(CPU_RDX, 1200);
	service(0x15);
	check_eq(int, call.outcome, BIOS_POLL);
	for (unsigned i = 0; call.outcome == BIOS_POLL; i++) {
		require_lt(uint, i, 10);
		clock_advance(&vclock, call.cost_ns);
		service(0x15 | BIOS_SERVICE_AGAIN);
	}
	check(!carry());
	check_ge(u64, clock_now(&vclock), 1200000);
	check_lt(u64, clock_now(&vclock), 1300000);
}

Test(bios_system, it_returns_where_its_tables_are)
{
	call15(0xc000);
	check(!carry());
	check_eq(u8, high(CPU_RAX), 0);
	check_eq(u16, peek16((uint64_t)regs.seg[CPU_ES].selector * 16 + get(CPU_RBX)), 8);
	call15(0xc100);
	check(!carry());
	check_eq(u16, regs.seg[CPU_ES].selector, 0x9fc0);
}

Test(bios_system, a_key_is_passed_on_unchanged)
{
	call15(0x4f1e);
	check(carry());
	check_eq(u16, get(CPU_RAX), 0x4f1e);
}

Test(bios_system, hooks_that_no_program_took_succeed)
{
	static const uint8_t hooks[] = { 0x52, 0x80, 0x81, 0x82, 0x85, 0x90, 0x91 };

	for (unsigned i = 0; i < sizeof(hooks); i++) {
		call15((uint16_t)(hooks[i] << 8));
		check(!carry());
	}
}

Test(bios_system, what_this_machine_does_not_have_is_refused_without_a_lint)
{
	static const uint16_t absent[] = { 0x5300, 0xe980, 0xec00, 0xe881, 0xd800 };

	for (unsigned i = 0; i < ARRAY_SIZE(absent); i++) {
		call15(absent[i]);
		UNSUPPORTED();
	}
	check_eq(uint, not_modelled, 0);
}

Test(bios_system, what_is_not_modelled_is_refused_and_reported)
{
	call15(0xc201);
	UNSUPPORTED();
	check_eq(uint, not_modelled, 1);
	check_eq(str, last_lint, "bios.INT15.function");
}
