/* SPDX-License-Identifier: MIT */
#include "harness/crash_report.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BASE = 0x1000, SIZE = 0x400, LONG_CS = 0x20fb00, PROTECTED_CS = 0xc09b00 };

static uint8_t memory[SIZE]; /* the guest's, at BASE */
static struct cpu_regs regs;
static char *text;
static size_t len;

static size_t peek(void *ctx, uint64_t linear, void *buf, size_t want)
{
	(void)ctx;
	if (linear < BASE || linear >= BASE + SIZE) return 0;
	size_t room = (size_t)(BASE + SIZE - linear);
	size_t n = want < room ? want : room;
	memcpy(buf, memory + (linear - BASE), n);
	return n;
}

static void symbol(void *ctx, uint64_t addr, char *buf, size_t size)
{
	(void)ctx;
	snprintf(buf, size, "sym_%" PRIx64, addr);
}

static const char *report(const struct irq_event *events, size_t n)
{
	struct crash crash = { .what = "triple fault",
			       .detail = "the IDT is empty",
			       .time_ns = 1234567890,
			       .regs = &regs,
			       .event = events,
			       .n_events = n,
			       .peek = peek,
			       .symbol = symbol };
	free(text);
	FILE *out = open_memstream(&text, &len);
	crash_report(&crash, out);
	fclose(out);
	return text;
}

static void put64(uint64_t addr, uint64_t value) { memcpy(memory + (addr - BASE), &value, 8); }

static void long_mode(void)
{
	memset(memory, 0x90, sizeof(memory));
	regs = (struct cpu_regs){ .rip = 0x1100, .cr0 = 0x80000011, .efer = 0x500 };
	regs.seg[CPU_CS].flags = LONG_CS;
	regs.gpr[CPU_RSP] = 0x1200;
	text = NULL;
}

static void finish(void) { free(text); }

TestSuite(crash_report, .init = long_mode, .fini = finish, .timeout = 5);

Test(crash_report, the_code_segment_decides_the_mode)
{
	cr_expect(eq(uint, crash_code_mode(&regs), 64));
	regs.seg[CPU_CS].flags = PROTECTED_CS;
	cr_expect(eq(uint, crash_code_mode(&regs), 32));
	regs.seg[CPU_CS].flags = 0x9b00;
	cr_expect(eq(uint, crash_code_mode(&regs), 16));
}

Test(crash_report, says_what_happened_and_when)
{
	const char *t = report(NULL, 0);
	cr_expect(strstr(t, "bimetal: crash: triple fault at 1.234567890 s virtual\n"
			    "  the IDT is empty\n") != NULL);
	cr_expect(strstr(t, "no interrupts or exceptions before") != NULL);
	cr_expect(strstr(t, "registers (64-bit protected mode)") != NULL);
	cr_expect(strstr(t, "rip 0000000000001100  sym_1100") != NULL);
}

Test(crash_report, the_last_events_are_decoded)
{
	struct irq_event events[] = { { .kind = IRQ_EVENT_TAKEN, .vector = 0x20 },
				      { .kind = IRQ_EVENT_EXCEPTION,
					.vector = 14,
					.error_code = 2,
					.fault_addr = 0x5000,
					.pc = 0x1100 } };
	const char *t = report(events, 2);
	const char *first = strstr(t, "interrupt 0x20");
	const char *second = strstr(t, "exception #PF, error 0x2 (write by supervisor");
	cr_expect(first && second && first < second);
}

Test(crash_report, code_is_shown_around_the_program_counter)
{
	static const uint8_t hlt = 0xf4;
	memory[0x100] = hlt;
	const char *t = report(NULL, 0);
	const char *arrow = strstr(t, " => 0000000000001100  f4");
	cr_assert(arrow != NULL, "%s", t);
	cr_expect(strstr(arrow, "hlt") != NULL);
	cr_expect(strstr(t, "    00000000000010ff  90") != NULL);
	cr_expect(strstr(t, "    0000000000001101  90") != NULL);
}

Test(crash_report, code_before_a_long_instruction_is_resynchronised)
{
	/* mov rax, imm64 ends just before pc: decoding from its middle must not hide pc. */
	static const uint8_t mov[] = { 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8, 0x48, 0xb8 };
	memcpy(memory + 0x100 - sizeof(mov), mov, sizeof(mov));
	cr_expect(strstr(report(NULL, 0), " => 0000000000001100") != NULL);
}

Test(crash_report, a_pc_without_memory_is_said_to_be_so)
{
	regs.rip = 0xdead0000;
	cr_expect(strstr(report(NULL, 0), "no instruction can be read at 0xdead0000") != NULL);
}

Test(crash_report, frame_pointers_give_the_callers)
{
	regs.gpr[CPU_RBP] = 0x1210;
	put64(0x1210, 0x1230);
	put64(0x1218, 0x1050);
	put64(0x1230, 0);
	put64(0x1238, 0x1060);
	const char *t = report(NULL, 0);
	cr_expect(strstr(t, "  0000000000001050  sym_104f\n  0000000000001060  sym_105f\n") != NULL,
		  "%s", t);
}

Test(crash_report, a_chain_of_frames_that_loops_ends)
{
	regs.gpr[CPU_RBP] = 0x1210;
	put64(0x1210, 0x1210);
	put64(0x1218, 0x1050);
	const char *t = report(NULL, 0);
	const char *first = strstr(t, "sym_104f");
	cr_assert(first != NULL);
	cr_expect(strstr(first + 1, "sym_104f") == NULL);
}

Test(crash_report, segments_with_a_base_are_honoured_in_real_mode)
{
	regs = (struct cpu_regs){ .rip = 0x10 };
	regs.seg[CPU_CS].base = 0x1100;
	const char *t = report(NULL, 0);
	cr_expect(strstr(t, "16-bit real mode") != NULL);
	cr_expect(strstr(t, " => 0000000000001110") != NULL, "%s", t);
}

Test(crash_report, wild_registers_do_no_harm)
{
	for (unsigned i = 0; i < CPU_N_GPR; i++) regs.gpr[i] = UINT64_MAX - i;
	regs.rip = UINT64_MAX;
	cr_expect(strstr(report(NULL, 0), "stack: no memory") != NULL);
}
