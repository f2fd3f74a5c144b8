/* SPDX-License-Identifier: MIT */
/* BIOS services as a program calls them: through the vectors, the ROM's stubs and the trap. Guests
 * are a few bytes of 16-bit code at 0000:7c00. */
#include <stdlib.h>
#include <string.h>

#include "harness/firmware/bios/rom.h"
#include "harness/machine/cpu.h"
#include "harness/machine/pc.h"
#include "tests/check.h"

enum { CODE = 0x7c00, MS = 1000000, MEMORY = 8 << 20 };

#define EXIT             0xe6, 0xf4 /* out 0xf4, al */
#define STI              0xfb
#define CLI              0xfa
#define STC              0xf9
#define HLT              0xf4
#define INT(n)           0xcd, (n)
#define AX(v)            0xb8, (v)&0xff, (v) >> 8
#define BX(v)            0xbb, (v)&0xff, (v) >> 8
#define CX(v)            0xb9, (v)&0xff, (v) >> 8
#define DX(v)            0xba, (v)&0xff, (v) >> 8
#define FLAGS            0x9c, 0x5f /* pushf; pop di: flags to DI */
#define STAY             0xeb, 0xfe /* jmp $ */
#define OUT(port, value) 0xb0, (value), 0xe6, (port)

static struct machine machine, twin;
static struct machine_config config;
static struct observer watcher;
static unsigned lints, not_modelled;
static char last_lint[64];
static struct cpu_regs r;

static void on_lint(void *ctx, const struct lint *l)
{
	(void)ctx;
	if (l->desc->severity == LINT_GUEST)
		lints++;
	else
		not_modelled++;
	lint_id(l, last_lint, sizeof(last_lint));
}

static void make(struct machine *m)
{
	const char *fault = machine_init(m, &config);
	require_eq(ptr, fault, NULL, "%s", fault);
}

static void power_on(void)
{
	config = (struct machine_config){ .machine = "isapc",
					  .memory = MEMORY,
					  .rtc_epoch = 1767225600 };
	make(&machine);
	watcher.lint = on_lint;
	hub_attach(&machine.hub, &watcher);
}

static void power_off(void) { machine_free(&machine); }

static void start(struct machine *m, const uint8_t *code, size_t len)
{
	require(mem_write(&m->mem, CODE, code, len));
	cpu_get_regs(m->cpu, &r);
	r.rip = CODE;
	for (unsigned i = 0; i < CPU_N_GPR; i++) r.gpr[i] = 0x5a5a5a5a;
	r.gpr[CPU_RSP] = CODE;
	for (unsigned i = 0; i < CPU_N_SEGMENTS; i++) {
		r.seg[i].selector = 0;
		r.seg[i].base = 0;
	}
	cpu_set_regs(m->cpu, &r);
	bios_mark_started(&pc_of(m)->bios);
}

#define START(...)                                              \
	do {                                                    \
		static const uint8_t code_[] = { __VA_ARGS__ }; \
		start(&machine, code_, sizeof(code_));          \
	} while (0)

/* Runs to the debug exit; leaves the registers in r. */
static void run_to_exit(void)
{
	require_eq(int, machine_run(&machine, 2000 * (uint64_t)MS), CPU_STOP_REQUESTED);
	require_eq(int, machine.s.event, MACHINE_DEBUG_EXIT);
	cpu_get_regs(machine.cpu, &r);
}

static uint16_t reg(enum cpu_gpr n) { return (uint16_t)r.gpr[n]; }

static uint32_t ticks(void)
{
	uint32_t v = 0;
	require(mem_read32(&machine.mem, 0x46c, &v));
	return v;
}

TestSuite(bios_serve, .init = power_on, .fini = power_off, .timeout = 60);

Test(bios_serve, results_come_back_in_the_callers_registers)
{
	START(AX(0x8800), INT(0x15), EXIT, STAY);
	run_to_exit();
	check_eq(u16, reg(CPU_RAX), 7 * 1024);
	check_eq(u64, r.gpr[CPU_RAX] >> 16, 0x5a5a, "the upper half stays");
	check_eq(u64, r.gpr[CPU_RBX], 0x5a5a5a5a);
	check_eq(u64, r.gpr[CPU_RSP] & 0xffff, CODE);
	check_eq(uint, lints, 0);
}

Test(bios_serve, only_flags_that_the_service_returns_change)
{
	START(STI, STC, AX(0x8800), INT(0x15), FLAGS, EXIT, STAY);
	run_to_exit();
	check_eq(u16, reg(CPU_RDI) & 0x0201, 0x0200, "carry cleared, interrupts still on");
	machine_reset(&machine);
	START(CLI, 0xf8, 0xfd, AX(0x7700), INT(0x15), FLAGS, EXIT, STAY); /* clc; std */
	run_to_exit();
	check_eq(u16, reg(CPU_RDI) & 0x0601, 0x0401, "carry set, direction kept");
	check_eq(u16, reg(CPU_RAX), 0x8600);
}

Test(bios_serve, registers_of_32_bits_come_back_whole)
{
	/* mov eax, 0xe820; mov edx, 'SMAP'; mov ecx, 20; xor ebx, ebx; mov di, 0x9000 */
	START(0x66, 0xb8, 0x20, 0xe8, 0, 0, 0x66, 0xba, 0x50, 0x41, 0x4d, 0x53, 0x66, 0xb9, 20, 0,
	      0, 0, 0x66, 0x31, 0xdb, 0xbf, 0x00, 0x90, INT(0x15), EXIT, STAY);
	run_to_exit();
	check_eq(u64, r.gpr[CPU_RAX], 0x534d4150);
	check_eq(u64, r.gpr[CPU_RBX], 1);
	check_eq(u64, r.gpr[CPU_RCX], 20);
}

Test(bios_serve, a_stack_at_the_end_of_its_segment_wraps)
{
	START(0xbc, 0x04, 0x00, AX(0x8800), INT(0x15), 0x89, 0xc1, EXIT, STAY); /* mov sp, 4 */
	run_to_exit();
	check_eq(u16, reg(CPU_RCX), 7 * 1024);
	check_eq(u16, reg(CPU_RSP), 4);
}

Test(bios_serve, reading_a_key_sleeps_until_there_is_one)
{
	bios_prepare(&pc_of(&machine)->bios);
	START(STI, AX(0x0000), INT(0x16), EXIT, STAY);
	check_eq(int, machine_run(&machine, 200 * (uint64_t)MS), CPU_STOP_TIME);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_A, true);
	run_to_exit();
	check_eq(u16, reg(CPU_RAX), 0x1e61);
	check_gt(u32, ticks(), 2, "the timer went on meanwhile");
	check_lt(u64, cpu_stats(machine.cpu).instructions, 10000, "it slept");
}

Test(bios_serve, a_wait_for_a_key_is_reported_with_its_place)
{
	char text[160];

	bios_prepare(&pc_of(&machine)->bios);
	START(STI, AX(0x1000), INT(0x16), EXIT, STAY);
	check_eq(int, machine_run(&machine, 200 * (uint64_t)MS), CPU_STOP_TIME);
	require(bios_waits(&pc_of(&machine)->bios, text, sizeof(text)));
	check_ne(ptr, strstr(text, "INT 16h (AH=10h), called at 0000:7c04"), NULL, "%s", text);
}

Test(bios_serve, a_prompt_that_polls_costs_few_calls)
{
	/* mov ah, 1; int 16h; jz back */
	static const uint8_t poll[] = { STI, 0xb4, 0x01, INT(0x16), 0x74, 0xfa, EXIT, STAY };
	uint64_t before;

	bios_prepare(&pc_of(&machine)->bios);
	start(&machine, poll, sizeof(poll));
	before = cpu_stats(machine.cpu).instructions;
	check_eq(int, machine_run(&machine, 1000 * (uint64_t)MS), CPU_STOP_TIME);
	/* A call is nine instructions and takes 500 us most of the time: some 160 calls from tick
	 * to tick. */
	check_lt(u64, cpu_stats(machine.cpu).instructions - before, 40000);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_A, true);
	run_to_exit();
}

Test(bios_serve, the_timer_counts_and_calls_int_1ch)
{
	/* mov word [0x70], 0x7c20 (vector 1Ch); mov word [0x72], 0; hlt thrice; exit
	 * at 0x7c20: inc word [0x9000]; mov ax, 0xdead; mov dx, ax; mov ds, ax; iret */
	static const uint8_t handler[] = { 0x2e, 0xff, 0x06, 0x00, 0x90, 0xb8, 0xad,
					   0xde, 0x89, 0xc2, 0x8e, 0xd8, 0xcf };
	uint16_t calls = 0;

	bios_prepare(&pc_of(&machine)->bios);
	START(0xc7, 0x06, 0x70, 0x00, 0x20, 0x7c, 0xc7, 0x06, 0x72, 0x00, 0x00, 0x00, 0x31, 0xc0,
	      0x31, 0xd2, STI, HLT, HLT, HLT, CLI, EXIT, STAY);
	require(mem_write(&machine.mem, 0x7c20, handler, sizeof(handler)));
	require(mem_write(&machine.mem, 0x9000, &calls, sizeof(calls)));
	run_to_exit();
	require(mem_read(&machine.mem, 0x9000, &calls, sizeof(calls)));
	check_eq(u16, calls, 3);
	check_eq(u32, ticks(), 3);
	check_eq(u16, reg(CPU_RAX), 0, "AX, DX and DS are saved");
	check_eq(u16, reg(CPU_RDX), 0);
	check_eq(u16, r.seg[CPU_DS].selector, 0);
}

Test(bios_serve, a_wait_lets_interrupts_in)
{
	bios_prepare(&pc_of(&machine)->bios);
	START(STI, AX(0x8600), CX(3), DX(0x0d40), INT(0x15), FLAGS, EXIT, STAY); /* 200 ms */
	run_to_exit();
	check_eq(u16, reg(CPU_RDI) & 1, 0);
	check_ge(u32, ticks(), 3);
	check_ge(u64, clock_now(&machine.clock), 200 * (uint64_t)MS);
	check_lt(u64, clock_now(&machine.clock), 201 * (uint64_t)MS);
}

Test(bios_serve, a_key_taken_by_int_15h_never_reaches_the_ring)
{
	/* INT 15h at 0x7c20: and byte [ss:bp+...]: clear carry in the frame and return. */
	static const uint8_t taker[] = { 0x55, 0x89, 0xe5, 0x80, 0x66, 0x06, 0xfe, 0x5d, 0xcf };

	bios_prepare(&pc_of(&machine)->bios);
	START(0xc7, 0x06, 0x54, 0x00, 0x20, 0x7c, 0xc7, 0x06, 0x56, 0x00, 0x00, 0x00, STI, HLT, HLT,
	      CLI, AX(0x0100), INT(0x16), FLAGS, EXIT, STAY);
	require(mem_write(&machine.mem, 0x7c20, taker, sizeof(taker)));
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_A, true);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_A, false);
	run_to_exit();
	check_eq(u16, reg(CPU_RDI) & 0x40, 0x40, "no key");
}

Test(bios_serve, an_eoi_after_the_firmwares_ticks_is_no_fault)
{
	bios_prepare(&pc_of(&machine)->bios);
	START(STI, HLT, CLI, OUT(0x20, 0x20), EXIT, STAY);
	run_to_exit();
	check_eq(u32, ticks(), 1);
	check_eq(uint, lints, 0);
	check_eq(str, last_lint, "i8259a.OCW2.early-eoi");
}

Test(bios_serve, ctrl_alt_delete_resets)
{
	bios_prepare(&pc_of(&machine)->bios);
	START(STI, HLT, 0xeb, 0xfd);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_LEFT_CTRL, true);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, PS2_KEY_LEFT_ALT, true);
	ps2_keyboard_model_key(&pc_of(&machine)->keyboard, 0xe071, true);
	check_eq(int, machine_run(&machine, 2000 * (uint64_t)MS), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_RESET);
	check_eq(str, machine.s.reset_source, "port 0xcf9");
}

Test(bios_serve, a_jump_to_the_reset_vector_resets)
{
	START(0xea, 0xf0, 0xff, 0x00, 0xf0); /* jmp 0xf000:0xfff0 */
	check_eq(int, machine_run(&machine, 100 * (uint64_t)MS), CPU_STOP_REQUESTED);
	check_eq(int, machine.s.event, MACHINE_RESET);
}

Test(bios_serve, without_a_drive_the_reset_vector_halts)
{
	check_eq(int, machine_run(&machine, 100 * (uint64_t)MS), CPU_STOP_HALTED);
	check_eq(int, machine.s.event, MACHINE_RUNNING);
}

/* Inserts a disk whose first sector is this program. */
static void insert(struct machine *m, const uint8_t *code, size_t len)
{
	struct disk_image image;
	uint8_t *bytes = calloc(8, 512);
	char err[200];

	memcpy(bytes, code, len);
	memcpy(bytes + 510, "\x55\xaa", 2);
	for (unsigned i = 1; i < 8; i++) memset(bytes + i * 512, (int)i, 512);
	require(disk_image_take_bytes(&image, "disk", bytes, 8 * 512, err, sizeof(err)));
	require_eq(ptr, bios_attach(&pc_of(m)->bios, BIOS_DISK0, &image), NULL);
}

#define INSERT(...)                                             \
	do {                                                    \
		static const uint8_t code_[] = { __VA_ARGS__ }; \
		insert(&machine, code_, sizeof(code_));         \
	} while (0)

Test(bios_serve, the_reset_vector_boots_a_disk)
{
	/* ax = 0201h, bx = 9000h, cx = 3, dx as it came; int 13h; mov cx, [0x9000] */
	INSERT(AX(0x0201), BX(0x9000), CX(3), DX(0x80), INT(0x13), 0x8b, 0x0e, 0x00, 0x90, FLAGS,
	       EXIT, STAY);
	run_to_exit();
	check_eq(u16, reg(CPU_RCX), 0x0202);
	check_eq(u16, reg(CPU_RDX) & 0xff, 0x80);
	check_eq(u16, reg(CPU_RDI) & 0x201, 0x200);
	check_eq(u64, bus_read(&machine.bus, BUS_PORT, 0x21, 8), 0xf8);
}

Test(bios_serve, a_machine_that_reboots_boots_its_disk_again)
{
	machine_free(&machine);
	config.reboot_on_reset = true;
	make(&machine);
	/* Sector 8 begins with 7 at the first boot: the program then writes 0x10 there and resets
	 * the machine. At the second boot it exits with the byte that it has read. */
	INSERT(AX(0x0201), BX(0x9000), CX(8), DX(0x80), INT(0x13), 0xa0, 0x00, 0x90, 0x3c, 0x07,
	       0x74, 0x04, EXIT, STAY, 0xc6, 0x06, 0x00, 0x90, 0x10, AX(0x0301), INT(0x13), 0xea,
	       0xf0, 0xff, 0x00, 0xf0);
	run_to_exit();
	check_eq(u32, machine.s.exit_value, 0x10, "what was written stays over a reset");
	check_eq(u64, machine.s.resets, 1);
}

Test(bios_serve, a_snapshot_in_the_middle_of_a_wait_goes_on_alike)
{
	char one[33], two[33];

	make(&twin);
	insert(&twin, (const uint8_t *)"\xf4", 1);
	/* write a sector, wait 300 ms, read it back, exit with its first byte */
	INSERT(0xc6, 0x06, 0x00, 0x90, 0x42, AX(0x0301), BX(0x9000), CX(5), DX(0x80), INT(0x13),
	       AX(0x8600), CX(4), DX(0x93e0), INT(0x15), AX(0x0201), BX(0x9100), CX(5), DX(0x80),
	       INT(0x13), 0xa0, 0x00, 0x91, EXIT, STAY);
	check_eq(int, machine_run(&machine, 150 * (uint64_t)MS), CPU_STOP_TIME);
	machine_copy_state(&twin, &machine);
	run_to_exit();
	machine_digest(&machine, one);
	require_eq(int, machine_run(&twin, 2000 * (uint64_t)MS), CPU_STOP_REQUESTED);
	machine_digest(&twin, two);
	check_eq(u32, machine.s.exit_value, 0x42);
	check_eq(u32, twin.s.exit_value, 0x42);
	check_eq(str, one, two);
	machine_free(&twin);
}

Test(bios_serve, a_knock_from_elsewhere_is_reported_and_does_nothing)
{
	START(OUT(BIOS_PORT, 0x13), EXIT, STAY);
	run_to_exit();
	check_eq(uint, lints, 1);
	check_eq(str, last_lint, "bios.TRAP.outside");
}

Test(bios_serve, a_knock_in_protected_mode_is_reported_and_does_nothing)
{
	/* mov eax, cr0; inc ax; mov cr0, eax; out */
	START(CLI, 0x0f, 0x20, 0xc0, 0x40, 0x0f, 0x22, 0xc0, OUT(BIOS_PORT, 0x10), EXIT, STAY);
	run_to_exit();
	check_eq(str, last_lint, "bios.TRAP.outside");
	check_eq(u16, reg(CPU_RAX) & 0xff, 0x10);
}

/* A monitor of virtual-8086 mode would call it so. */
Test(bios_serve, a_service_called_outside_of_real_mode_is_not_modelled)
{
	START(STAY);
	cpu_get_regs(machine.cpu, &r);
	r.cr0 |= 1;
	r.seg[CPU_CS].selector = BIOS_ROM_SEGMENT;
	r.seg[CPU_CS].base = BIOS_ROM_BASE;
	r.rip = bios_rom_handler(0x12);
	cpu_set_regs(machine.cpu, &r);
	(void)machine_run(&machine, MS);
	check_eq(uint, not_modelled, 1);
	check_eq(str, last_lint, "bios.TRAP.mode");
	cpu_get_regs(machine.cpu, &r);
	check_eq(u16, reg(CPU_RAX), 0x5a5a, "nothing was served");
}

Test(bios_serve, an_unknown_call_is_reported_with_its_number)
{
	START(AX(0xc207), INT(0x15), FLAGS, EXIT, STAY);
	run_to_exit();
	check_eq(uint, not_modelled, 1);
	check_eq(str, last_lint, "bios.INT15.function");
	check_eq(u16, reg(CPU_RAX), 0x8607);
	check_eq(u16, reg(CPU_RDI) & 1, 1);
}
