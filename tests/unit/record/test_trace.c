/* SPDX-License-Identifier: MIT */
#include "harness/record/trace.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>

#include "emu/regs.h"

static const struct reg_desc lcr = {
	.name = "LCR",
	.width = 8,
	.dir = REG_DIR_RW,
	.spec = "test",
	REG_FIELDS({ "WLS", 1, 0, REG_RW }, { "STB", 2, 2, REG_RW }, { "DLAB", 7, 7, REG_RW }),
};
static const struct reg_desc portsc = {
	.name = "PORTSC",
	.width = 32,
	.dir = REG_DIR_RW,
	.spec = "test",
	.count = 4,
	.stride = 16,
	REG_FIELDS({ "CCS", 0, 0, REG_RO }, { "PLS", 8, 5, REG_RW }, { "WPR", 31, 31, REG_RW }),
};
static const struct device_ops ops = { .name = "uart16550" };
static const struct device com1 = { .ops = &ops, .instance = "com1" };

static struct trace trace;
static char *text;
static size_t len;
static FILE *out;

static void open_out(void)
{
	out = open_memstream(&text, &len);
	trace_init(&trace, out);
}

static void close_out(void)
{
	fclose(out);
	free(text);
}

static const char *after(const struct access *a)
{
	trace.observer.access(trace.observer.ctx, a);
	fflush(out);
	return text;
}

TestSuite(trace, .init = open_out, .fini = close_out, .timeout = 60);

Test(trace, a_write_shows_its_fields_by_name)
{
	struct access a = { .time_ns = 1000000002,
			    .pc = 0x100,
			    .addr = 0x3fb,
			    .value = 0x83,
			    .dev = &com1,
			    .reg = &lcr,
			    .width = 8,
			    .write = true };
	check_eq(str, after(&a),
		 "   1.000000002 0000000000000100 com1.LCR[8] <- 0x83  WLS=3 DLAB=1\n");
}

Test(trace, an_array_shows_its_index)
{
	struct access a = { .value = 0x2a1,
			    .dev = &com1,
			    .reg = &portsc,
			    .n = 2,
			    .width = 32,
			    .space = BUS_MEMORY };
	check(strstr(after(&a), "com1.PORTSC2[32] -> 0x2a1  CCS=1 PLS=5\n") != NULL);
}

Test(trace, a_narrow_access_shows_only_what_it_holds)
{
	struct access a = { .value = 0xa1, .dev = &com1, .reg = &portsc, .width = 8 };
	check(strstr(after(&a), "-> 0xa1  CCS=1\n") != NULL);
}

Test(trace, an_unclaimed_access_shows_its_address)
{
	struct access a = { .addr = 0x2e8, .value = 0xff, .width = 8, .space = BUS_PORT };
	check(strstr(after(&a), " port 0x2e8[8] -> 0xff  unclaimed\n") != NULL);
}

Test(trace, device_memory_shows_device_and_address)
{
	struct access a = { .addr = 0xb8000,
			    .value = 0x741,
			    .dev = &com1,
			    .width = 16,
			    .space = BUS_MEMORY,
			    .write = true };
	check(strstr(after(&a), " com1 memory 0xb8000[16] <- 0x741\n") != NULL);
}

Test(trace, interrupts_and_lints_have_lines_too)
{
	struct irq_event e = { .kind = IRQ_EVENT_TAKEN, .vector = 0x30 };
	struct lint l = { .dev = "uart16550",
			  .instance = "com1",
			  .reg = "IER",
			  .desc = &reg_lints[REG_LINT_RESERVED],
			  .bits = 0xf0,
			  .detail = "" };
	trace.observer.irq(trace.observer.ctx, &e);
	trace.observer.lint(trace.observer.ctx, &l);
	fflush(out);
	check(strstr(text, " interrupt 0x30\n") != NULL);
	check(strstr(text, " lint uart16550.IER.reserved com1 0xf0") != NULL);
}

static const char *after_dma(const struct dma_event *e)
{
	trace.observer.dma(trace.observer.ctx, e);
	fflush(out);
	return text;
}

Test(trace, a_transfer_shows_device_direction_place_and_length)
{
	struct dma_event e = { .time_ns = 5, .dev = &com1, .addr = 0x1000, .len = 0x200 };

	check_eq(str, after_dma(&e),
		 "   0.000000005 0000000000000000 com1 dma read 0x1000+0x200\n");
}

Test(trace, a_refused_transfer_says_why)
{
	struct dma_event e = { .dev = &com1, .write = true, .outcome = DMA_NOWHERE };

	check_ne(ptr, strstr(after_dma(&e), "com1 dma write 0x0+0x0  nowhere\n"), NULL);
	e.outcome = DMA_BUS_MASTER;
	check_ne(ptr, strstr(after_dma(&e), "refused: bus mastering is off"), NULL);
	e.outcome = DMA_ADDRESS_WIDTH;
	check_ne(ptr, strstr(after_dma(&e), "refused: address too wide"), NULL);
}

Test(trace, a_message_shows_its_data)
{
	struct dma_event e = { .dev = &com1,
			       .addr = 0xfee00000,
			       .len = 4,
			       .data = 0x4041,
			       .write = true,
			       .message = true,
			       .outcome = DMA_MESSAGE };

	check_ne(ptr, strstr(after_dma(&e), "com1 message to 0xfee00000 <- 0x4041\n"), NULL);
}

/* For programs that read traces, what is not an event is a comment. */
Test(trace, comments_say_what_comes_and_where_the_guest_begins)
{
	trace_begin(&trace);
	trace_guest_starts(&trace, 0x100000);
	fflush(out);
	check(strstr(text,
		     "accesses of the firmware, before the guest starts:\n# The CPU starts at pc "
		     "0x100000:\n"),
	      "%s", text);
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		check_eq(chr, *line, '#');
}
