/* SPDX-License-Identifier: MIT */
#include "bimetal/pic_8259.h"

#include <stdio.h>
#include <string.h>

#include "devices/isa_ports/model.h"
#include "devices/pic_8259/model.h"
#include "drivers/pic_8259/pic_registers.h"
#include "tests/unit/drivers/host_fixture.h"
#include "tests/unit/emu/random.h"

static struct pic_8259_model model;
static struct isa_ports_model misc;
static struct pic pic;
static struct pic_config config;
static char handled[256]; /* "r4 ": line 4, real; "s7 ": line 7, spurious */
static bool non_specific;
static unsigned drop_early; /* this line's request disappears before the acknowledge */
enum { NONE = 99 };

static void drive_intr(void *ctx, unsigned n, bool level)
{
	(void)ctx;
	(void)n;
	host_cpu_processor(&cpu).ops->set_intr(&cpu, level);
}

static int acknowledge(void *ctx)
{
	(void)ctx;
	if (drop_early != NONE) pic_8259_model_set_irq(&model, drop_early, false);
	return pic_8259_model_ack(&model);
}

static void set_up(void)
{
	struct isa_ports_model_wiring wire = { 0 };
	host_power_on();
	pic_8259_model_init(&model, "pic", &hub, &vclock, (struct irq){ .set = drive_intr });
	isa_ports_model_init(&misc, &hub, &vclock, &wire);
	require(bus_map(&bus, BUS_PORT, 0x20, 2, &model.master, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, 0xa0, 2, &model.slave, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, 0x4d0, 2, &model.elcr, 0) == NULL);
	require(bus_map(&bus, BUS_PORT, 0x80, 1, &misc.dev, 0x80) == NULL);
	cpu.pins.intr_ack = acknowledge;
	config = (struct pic_config){ .master_vector = 0x20, .slave_vector = 0x28 };
	drop_early = NONE;
}

static void start(void)
{
	set_up();
	require_eq(int, pic_init(&pic, io_port(&cpu, 0), wait, &config), PIC_OK);
	recorder_clear(&rec);
}

TestSuite(pic_init, .init = set_up, .fini = host_power_off, .timeout = 60);
TestSuite(pic, .init = start, .fini = host_power_off, .timeout = 60);

static enum pic_status init(void) { return pic_init(&pic, io_port(&cpu, 0), wait, &config); }
static void irq(unsigned line, bool level) { pic_8259_model_set_irq(&model, line, level); }

#define SEQUENCE                                                                       \
	"IMR?00 IMR?00 CMD=11 CMD=11 ICW2=20 ICW2=28 ICW3=04 ICW3=02 ICW4=01 ICW4=01 " \
	"OCW1=ff OCW1=fb IMR?fb OCW1=00 OCW1=00 "

Test(pic_init, is_the_sequence_of_the_datasheet)
{
	require_eq(int, init(), PIC_OK);
	check_eq(str, rec.trace, SEQUENCE);
	check_eq(sz, rec.n_lints, 0);
}

Test(pic_init, slow_boards_get_a_pause_after_every_write)
{
	config.slow = true;
	require_eq(int, init(), PIC_OK);
	unsigned writes = 0, pauses = 0;
	for (const char *at = rec.trace; (at = strchr(at, '=')) != NULL; at++) writes++;
	for (const char *at = rec.trace; (at = strstr(at, "POST=00 ")) != NULL; at++) pauses++;
	check_eq(u32, writes, 2 * 12);
	check_eq(u32, pauses, 12);
	check_eq(sz, rec.n_lints, 0);
}

Test(pic_init, keeps_any_masks)
{
	uint64_t seed = 3;
	require_eq(int, init(), PIC_OK);
	for (unsigned i = 0; i < 100; i++) {
		uint16_t want = (uint16_t)random_next(&seed), is;
		require_eq(int, pic_set_masks(&pic, want), PIC_OK);
		require_eq(int, i % 2 ? init() : pic_remap(&pic, 0x40, 0x50), PIC_OK);
		require_eq(int, pic_get_masks(&pic, &is), PIC_OK);
		require_eq(u16, is, want);
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pic_init, works_from_the_middle_of_another_sequence)
{
	for (unsigned words = 1; words < 4; words++) {
		struct io io = io_port(&cpu, 0);
		io_write8(io, 0x20, 0x11);
		for (unsigned i = 1; i < words; i++) io_write8(io, 0x21, 0x08);
		recorder_clear(&rec);
		require_eq(int, init(), PIC_OK);
		/* Only the sequence that was interrupted before is reported. */
		check_eq(sz, rec.n_lints, 1);
		check_eq(sz, recorder_lint_count(&rec, "i8259a.ICW1.sequence"), 1);
	}
}

Test(pic_init, no_interrupt_is_taken_during_the_sequence)
{
	require_eq(int, init(), PIC_OK);
	require_eq(int, pic_disable(&pic), PIC_OK);
	wait_irq_enable(&wait);
	irq(1, true);
	irq(9, true);
	require_eq(int, pic_remap(&pic, 0x30, 0x38), PIC_OK);
	wait_ns(&wait, 1000);
	check_eq(u64, cpu.s.interrupts, 0);
	check(cpu.s.interrupts_on);
}

Test(pic_init, an_absent_device_is_noticed)
{
	bus_unmap(&bus, BUS_PORT, &model.master);
	bus_unmap(&bus, BUS_PORT, &model.slave);
	check_eq(int, init(), PIC_ABSENT);
}

Test(pic_init, refuses_bad_arguments_without_an_access)
{
	static const uint8_t bad[][2] = { { 0x21, 0x28 }, { 0x20, 0x2f }, { 0x20, 0x20 } };
	struct io io = io_port(&cpu, 0), shifted = io_port(&cpu, 0x20);
	check_eq(int, pic_init(NULL, io, wait, &config), PIC_NULL);
	check_eq(int, pic_init(&pic, io, wait, NULL), PIC_NULL);
	check_eq(int, pic_init(&pic, shifted, wait, &config), PIC_BAD_BASE);
	shifted = io_memory(&cpu, 0, 1);
	check_eq(int, pic_init(&pic, shifted, wait, &config), PIC_BAD_BASE);
	io.stride = 2;
	check_eq(int, pic_init(&pic, io, wait, &config), PIC_BAD_BASE);
	for (unsigned i = 0; i < 3; i++) {
		config.master_vector = bad[i][0];
		config.slave_vector = bad[i][1];
		check_eq(int, init(), PIC_BAD_VECTOR);
		check_eq(int, pic_remap(&pic, bad[i][0], bad[i][1]), PIC_BAD_VECTOR);
	}
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

/* ---- lines ---- */

Test(pic, masks_one_line_and_leaves_the_others)
{
	uint64_t seed = 9;
	for (unsigned i = 0; i < 300; i++) {
		uint16_t old = (uint16_t)random_next(&seed), is;
		unsigned line = (unsigned)(random_next(&seed) % 16);
		unsigned opened = 1u << line | (line >= 8 ? 1u << PIC_CASCADE : 0);
		require_eq(int, pic_set_masks(&pic, old), PIC_OK);
		require_eq(int, pic_mask(&pic, line), PIC_OK);
		require_eq(int, pic_get_masks(&pic, &is), PIC_OK);
		require_eq(u16, is, (uint16_t)(old | 1u << line));
		require_eq(int, pic_set_masks(&pic, old), PIC_OK);
		require_eq(int, pic_unmask(&pic, line), PIC_OK);
		require_eq(int, pic_get_masks(&pic, &is), PIC_OK);
		require_eq(u16, is, (uint16_t)(old & ~opened));
	}
	check_eq(sz, rec.n_lints, 0);
}

Test(pic, no_access_is_superfluous)
{
	uint16_t lines;
	require_eq(int, pic_mask(&pic, 3), PIC_OK);
	require_eq(int, pic_mask(&pic, 8), PIC_OK);
	require_eq(int, pic_unmask(&pic, 3), PIC_OK);
	check_eq(str, rec.trace, "IMR?00 OCW1=08 IMR?00 OCW1=01 IMR?08 OCW1=00 ");
	recorder_clear(&rec);
	require_eq(int, pic_unmask(&pic, 8), PIC_OK);
	check_eq(str, rec.trace, "IMR?01 OCW1=00 IMR?00 OCW1=00 ");
	recorder_clear(&rec);
	require_eq(int, pic_get_requests(&pic, &lines), PIC_OK);
	require_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	check_eq(str, rec.trace,
		 "CMD=0a STATUS?00 CMD=0a STATUS?00 CMD=0b STATUS?00 CMD=0b STATUS?00 ");
}

Test(pic, disable_masks_all)
{
	require_eq(int, pic_disable(&pic), PIC_OK);
	check_eq(str, rec.trace, "OCW1=ff OCW1=ff ");
}

Test(pic, requests_and_service_are_told_apart)
{
	uint16_t lines;
	irq(3, true);
	irq(12, true);
	require_eq(int, pic_get_requests(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 1 << 3 | 1 << 12 | 1 << PIC_CASCADE);
	require_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 0);
	check_eq(int, pic_8259_model_ack(&model), 0x2c);
	require_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 1 << 12 | 1 << PIC_CASCADE);
	require_eq(int, pic_get_requests(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 1 << 3);
	check_eq(sz, rec.n_lints, 0);
}

Test(pic, levels_are_set_one_by_one)
{
	bool level = true;
	require_eq(int, pic_get_level(&pic, 11, &level), PIC_OK);
	check(!level);
	require_eq(int, pic_set_level(&pic, 11, true), PIC_OK);
	require_eq(int, pic_set_level(&pic, 9, true), PIC_OK);
	require_eq(int, pic_set_level(&pic, 5, true), PIC_OK);
	require_eq(int, pic_set_level(&pic, 9, false), PIC_OK);
	check(model.s.slave.elcr == 0x08 && model.s.master.elcr == 0x20);
	require_eq(int, pic_get_level(&pic, 11, &level), PIC_OK);
	check(level);
	check_eq(sz, rec.n_lints, 0);
}

Test(pic, some_lines_are_always_edge_triggered)
{
	static const unsigned edges[] = { 0, 1, 2, 8, 13, 16, UINT32_MAX };
	bool level;
	for (unsigned i = 0; i < sizeof edges / sizeof *edges; i++) {
		check_eq(int, pic_set_level(&pic, edges[i], true), PIC_BAD_LINE);
		check_eq(int, pic_get_level(&pic, edges[i], &level), PIC_BAD_LINE);
	}
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
	for (unsigned line = 0; line < 16; line++)
		if (!((1u << line) & PIC_EDGES))
			check_eq(int, pic_set_level(&pic, line, true), PIC_OK);
	check_eq(sz, rec.n_lints, 0);
}

Test(pic, a_board_without_elcr_is_noticed)
{
	bool level;
	bus_unmap(&bus, BUS_PORT, &model.elcr);
	check_eq(int, pic_get_level(&pic, 5, &level), PIC_ABSENT);
	check_eq(int, pic_set_level(&pic, 5, true), PIC_ABSENT);
	check_eq(u64, rec.n_writes, 0);
}

/* ---- handlers ---- */

static void dispatch(void *ctx, uint8_t vector)
{
	unsigned line;
	char text[8];
	(void)ctx;
	require_eq(int, pic_line_of(&pic, vector, &line), PIC_OK);
	enum pic_status status = pic_begin(&pic, line);
	(void)snprintf(text, sizeof text, "%c%u ", status == PIC_SPURIOUS ? 's' : 'r', line);
	strncat(handled, text, sizeof handled - strlen(handled) - 1);
	if (status == PIC_SPURIOUS) return;
	irq(line, false);
	status = non_specific ? pic_end_highest(&pic, line) : pic_end(&pic, line);
	require_eq(int, status, PIC_OK);
}

static void expect_idle(void)
{
	uint16_t lines = 1;
	require_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 0, "an end of interrupt is missing");
	check_eq(sz, rec.n_lints, 0);
}

Test(pic, every_line_is_served_and_ended)
{
	cpu.dispatch = dispatch;
	wait_irq_enable(&wait);
	for (unsigned round = 0; round < 2; round++) {
		non_specific = round;
		for (unsigned line = 0; line < 16; line++) {
			char want[8];
			if (line == PIC_CASCADE) continue;
			handled[0] = '\0';
			(void)snprintf(want, sizeof want, "r%u ", line);
			irq(line, true);
			wait_relax(&wait);
			check_eq(str, handled, want);
			expect_idle();
		}
	}
}

Test(pic, simultaneous_requests_are_served_by_priority)
{
	cpu.dispatch = dispatch;
	static const unsigned lines[] = { 15, 7, 4, 1, 9, 0, 8 };
	for (unsigned i = 0; i < 7; i++) irq(lines[i], true);
	wait_irq_enable(&wait);
	wait_relax(&wait);
	check_eq(str, handled, "r0 r1 r8 r9 r15 r4 r7 ");
	expect_idle();
}

Test(pic, the_slave_is_ended_before_the_master)
{
	irq(12, true);
	(void)pic_8259_model_ack(&model);
	require_eq(int, pic_end(&pic, 12), PIC_OK);
	check_eq(str, rec.trace, "CMD=64 CMD=62 ");
	recorder_clear(&rec);
	require_eq(int, pic_end(&pic, 5), PIC_OK);
	check_eq(str, rec.trace, "CMD=65 ");
	recorder_clear(&rec);
	require_eq(int, pic_end_highest(&pic, 12), PIC_OK);
	check_eq(str, rec.trace, "CMD=20 CMD=20 ");
	recorder_clear(&rec);
	require_eq(int, pic_end_highest(&pic, 5), PIC_OK);
	check_eq(str, rec.trace, "CMD=20 ");
}

Test(pic, a_masters_request_that_vanished_needs_no_eoi)
{
	cpu.dispatch = dispatch;
	drop_early = 4;
	irq(4, true);
	wait_irq_enable(&wait);
	wait_relax(&wait);
	check_eq(str, handled, "s7 ");
	check(strstr(rec.trace, "CMD=6") == NULL, "%s", rec.trace);
	expect_idle();
}

Test(pic, a_slaves_request_that_vanished_needs_an_eoi_at_the_master_alone)
{
	cpu.dispatch = dispatch;
	/* The slave's request disappears after the master has accepted it. */
	irq(10, true);
	model.s.slave.lines = model.s.slave.edge = 0;
	wait_irq_enable(&wait);
	wait_relax(&wait);
	check_eq(str, handled, "s15 ");
	check(strstr(rec.trace, "CMD=0b STATUS?00 CMD=62 ") != NULL, "%s", rec.trace);
	expect_idle();
	drop_early = NONE;
	irq(15, true);
	wait_relax(&wait);
	check_eq(str, handled, "s15 r15 ", "and a real one still comes");
	expect_idle();
}

Test(pic, a_spurious_one_does_not_end_what_is_in_service)
{
	uint16_t lines;
	irq(6, true);
	check_eq(int, pic_8259_model_ack(&model), 0x26);
	check_eq(int, pic_8259_model_ack(&model), 0x27, "the request has gone");
	check_eq(int, pic_begin(&pic, 7), PIC_SPURIOUS);
	require_eq(int, pic_get_in_service(&pic, &lines), PIC_OK);
	check_eq(u16, lines, 1 << 6);
}

Test(pic, only_lines_7_and_15_are_looked_at)
{
	for (unsigned line = 0; line < 16; line++) {
		recorder_clear(&rec);
		enum pic_status status = pic_begin(&pic, line);
		bool looked = line == 7 || line == 15;
		check_eq(int, status, looked ? PIC_SPURIOUS : PIC_OK);
		check_eq(u64, rec.n_reads, looked ? 1 : 0);
	}
}

Test(pic, vectors_are_lines_and_nothing_else_is)
{
	for (unsigned v = 0; v < 256; v++) {
		unsigned line = NONE;
		enum pic_status status = pic_line_of(&pic, (uint8_t)v, &line);
		bool ours = v >= 0x20 && v < 0x30;
		check_eq(int, status, ours ? PIC_OK : PIC_BAD_VECTOR);
		check_eq(u32, line, ours ? v - 0x20 : NONE);
	}
	unsigned line;
	require_eq(int, pic_remap(&pic, 0x70, 0x08), PIC_OK);
	require_eq(int, pic_line_of(&pic, 0x0c, &line), PIC_OK);
	check_eq(u32, line, 12);
	require_eq(int, pic_line_of(&pic, 0x73, &line), PIC_OK);
	check_eq(u32, line, 3);
	check_eq(int, pic_line_of(&pic, 0x23, &line), PIC_BAD_VECTOR);
	check_eq(u64, rec.n_lints, 0);
}

Test(pic, bad_arguments_are_errors_and_change_nothing)
{
	uint16_t lines;
	bool level;
	unsigned line;
	static const unsigned bad[] = { 16, 0x80000000, UINT32_MAX };
	for (unsigned i = 0; i < 3; i++) {
		check_eq(int, pic_mask(&pic, bad[i]), PIC_BAD_LINE);
		check_eq(int, pic_unmask(&pic, bad[i]), PIC_BAD_LINE);
		check_eq(int, pic_begin(&pic, bad[i]), PIC_BAD_LINE);
		check_eq(int, pic_end(&pic, bad[i]), PIC_BAD_LINE);
		check_eq(int, pic_end_highest(&pic, bad[i]), PIC_BAD_LINE);
	}
	check_eq(int, pic_remap(NULL, 0x20, 0x28), PIC_NULL);
	check_eq(int, pic_disable(NULL), PIC_NULL);
	check_eq(int, pic_mask(NULL, 0), PIC_NULL);
	check_eq(int, pic_unmask(NULL, 0), PIC_NULL);
	check_eq(int, pic_get_masks(NULL, &lines), PIC_NULL);
	check_eq(int, pic_get_masks(&pic, NULL), PIC_NULL);
	check_eq(int, pic_set_masks(NULL, 0), PIC_NULL);
	check_eq(int, pic_get_requests(NULL, &lines), PIC_NULL);
	check_eq(int, pic_get_requests(&pic, NULL), PIC_NULL);
	check_eq(int, pic_get_in_service(NULL, &lines), PIC_NULL);
	check_eq(int, pic_get_in_service(&pic, NULL), PIC_NULL);
	check_eq(int, pic_get_level(NULL, 5, &level), PIC_NULL);
	check_eq(int, pic_get_level(&pic, 5, NULL), PIC_NULL);
	check_eq(int, pic_set_level(NULL, 5, true), PIC_NULL);
	check_eq(int, pic_line_of(NULL, 0x20, &line), PIC_NULL);
	check_eq(int, pic_line_of(&pic, 0x20, NULL), PIC_NULL);
	check_eq(int, pic_begin(NULL, 0), PIC_NULL);
	check_eq(int, pic_end(NULL, 0), PIC_NULL);
	check_eq(int, pic_end_highest(NULL, 0), PIC_NULL);
	check_eq(u64, rec.n_reads + rec.n_writes, 0);
}

/* ---- the constants, against the model's ---- */

static uint64_t field(const struct reg_desc *reg, const char *name)
{
	for (const struct reg_field *f = reg->fields; f->name; f++)
		if (strcmp(f->name, name) == 0) return IO_FIELD(f->msb, f->lsb);
	require(false, "no field %s.%s", reg->name, name);
	return 0;
}

Test(pic_registers, constants_agree_with_the_model)
{
	const struct reg_desc *icw1 = &pic_8259_command_regs[PIC_8259_MODEL_ICW1];
	const struct reg_desc *ocw2 = &pic_8259_command_regs[PIC_8259_MODEL_OCW2];
	const struct reg_desc *ocw3 = &pic_8259_command_regs[PIC_8259_MODEL_OCW3];
	check_eq(u64, PIC_ICW1, field(icw1, "ONE"));
	check_eq(u64, PIC_ICW1_IC4, field(icw1, "IC4"));
	check_eq(u64, PIC_ICW4_8086, field(&pic_8259_master_regs[PIC_8259_MODEL_ICW4], "UPM"));
	check_eq(u64, PIC_OCW2_EOI, field(ocw2, "EOI"));
	check_eq(u64, PIC_OCW2_SPECIFIC, field(ocw2, "SL"));
	check_eq(u64, PIC_OCW3, field(ocw3, "ONE"));
	check_eq(u64, PIC_OCW3_READ, field(ocw3, "RR"));
	check_eq(u64, PIC_OCW3_ISR, field(ocw3, "RIS"));
	check_eq(int, PIC_CASCADE, PIC_8259_MODEL_CASCADE);
	uint64_t levels = field(&pic_8259_elcr_regs[PIC_8259_MODEL_ELCR1], "ECL") |
			  (field(&pic_8259_elcr_regs[PIC_8259_MODEL_ELCR2], "ECL_12_9") |
			   field(&pic_8259_elcr_regs[PIC_8259_MODEL_ELCR2], "ECL_15_14"))
				  << 8;
	check_eq(u64, PIC_EDGES, ~levels & 0xffff);
	check_eq(u32, PIC_DELAY.at, isa_ports_regs[ISA_PORTS_MODEL_POST].offset);
	check_eq(u32, PIC_MASTER_MASK.at - PIC_MASTER_COMMAND.at,
		 pic_8259_master_regs[PIC_8259_MODEL_IMR].offset);
	check_eq(u32, PIC_ELCR2.at - PIC_ELCR1.at, pic_8259_elcr_regs[PIC_8259_MODEL_ELCR2].offset);
}
