/* SPDX-License-Identifier: MIT */
#include "emu/array.h"
#include "harness/twin/trace.h"
#include "tests/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/regs.h"
#include "tests/unit/emu/random.h"

static const struct reg_desc thr = { .name = "THR", .width = 8 };
static const struct reg_desc lsr = {
	.name = "LSR", .offset = 5, .width = 8, .compare = REG_COMPARE_POLL
};
static const struct reg_desc count = {
	.name = "COUNT", .offset = 6, .width = 8, .compare = REG_COMPARE_TIME
};
static const struct reg_desc comp = {
	.name = "COMP", .offset = 7, .width = 8, .compare = REG_COMPARE_DEADLINE
};
static const struct reg_desc tim = {
	.name = "TIM_CONF", .offset = 8, .width = 8, .count = 3, .stride = 32
};
static const struct device_ops model = { .name = "model" };

static struct hub hub;
static struct device com1, nameless;
static struct twin_trace native, emulated, again;
static char path[] = "/tmp/bimetal-twin-XXXXXX";
static char error[512];
static char *told;
static size_t told_size;

static void start(void)
{
	int fd = mkstemp(path);

	require_ge(int, fd, 0);
	close(fd);
	com1 = (struct device){ .ops = &model, .instance = "com1" };
	nameless = (struct device){ .ops = &model };
	twin_trace_attach(&native, &hub, "/no/such/program");
	native.on = true;
}

static void end(void)
{
	unlink(path);
	twin_trace_free(&native);
	twin_trace_free(&emulated);
	twin_trace_free(&again);
	free(told);
}

TestSuite(twin_trace, .init = start, .fini = end, .timeout = 60);

/* ---- help ---- */

static void reach(const struct device *dev, const struct reg_desc *reg, bool write, uint64_t value)
{
	struct access a = { .addr = 0x3f8 + (reg ? reg->offset : 0),
			    .value = value,
			    .dev = dev,
			    .reg = reg,
			    .n = reg && reg->count ? 2 : 0,
			    .width = 8,
			    .write = write };
	hub_access(&hub, &a);
}

/* The accesses of one side, as text: "THR=41 LSR?60". */
static void side(struct twin_trace *t, const char *text)
{
	const struct reg_desc *const regs[] = { &thr, &lsr, &count, &comp, &tim };
	char name[16];

	twin_trace_free(t);
	hub = (struct hub){ 0 };
	twin_trace_attach(t, &hub, "/no/such/program");
	t->on = true;
	while (*text) {
		size_t len = strcspn(text, "=?");
		bool write = text[len] == '=';
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		uint64_t value = strtoull(text + len + 1, (char **)&text, 16);
		text += strspn(text, " ");
		for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
			if (strcmp(regs[i]->name, name) == 0) reach(&com1, regs[i], write, value);
	}
}

static bool compare(void)
{
	free(told);
	FILE *f = open_memstream(&told, &told_size);
	bool equal = twin_trace_compare(&native, &emulated, f);
	fclose(f);
	return equal;
}

static bool equal(const char *a, const char *b)
{
	side(&native, a);
	side(&emulated, b);
	bool forth = compare();
	struct twin_trace swap = native;
	native = emulated;
	emulated = swap;
	check_eq(int, forth, compare(), "neither side is special: '%s', '%s'", a, b);
	return forth;
}

static void expect_told(const char *text)
{
	check_ne(ptr, strstr(told, text), NULL, "'%s' is not in:\n%s", text, told);
}

static void put_file(const char *text)
{
	FILE *f = fopen(path, "w");

	require_ne(ptr, f, NULL);
	fputs(text, f);
	fclose(f);
}

static void expect_refused(const char *text, unsigned line, const char *why)
{
	char place[128];

	put_file(text);
	snprintf(place, sizeof(place), "%s:%u: %s", path, line, why);
	check(!twin_trace_read(&again, path, error, sizeof(error)), "%s", text);
	check_eq(int, strncmp(error, place, strlen(place)), 0, "'%s' is not '%s'", error, place);
	check_eq(sz, again.n, 0);
	check_eq(ptr, again.access, NULL, "a refused trace is empty");
}

/* ---- recording ---- */

static void expect_name(size_t i, const char *name)
{
	check_eq(str, twin_trace_name(&native, &native.access[i]), name);
}

Test(twin_trace, accesses_are_recorded_with_the_names_of_their_registers)
{
	reach(&com1, &thr, true, 0x41);
	reach(&com1, &tim, false, 7);
	reach(&com1, NULL, false, 1);
	reach(&nameless, &lsr, false, 0x60);
	reach(NULL, NULL, false, 0xff);
	require_eq(sz, native.n, 5);
	expect_name(0, "com1.THR");
	expect_name(1, "com1.TIM_CONF[2]");
	expect_name(2, "com1");
	expect_name(3, "model.LSR");
	expect_name(4, "");
	check(native.access[0].write);
	check_eq(u64, native.access[0].value, 0x41);
	check_eq(u64, native.access[0].addr, 0x3f8);
	check_eq(u8, native.access[0].width, 8);
	check_eq(u8, native.access[0].compare, REG_COMPARE_EXACT);
	check_eq(u8, native.access[3].compare, REG_COMPARE_POLL);
	check_eq(u8, native.access[4].compare, REG_COMPARE_EXACT);
}

Test(twin_trace, nothing_is_recorded_while_it_is_off)
{
	native.on = false;
	reach(&com1, &thr, true, 1);
	native.on = true;
	reach(&com1, &thr, true, 2);
	native.on = false;
	reach(&com1, &thr, true, 3);
	require_eq(sz, native.n, 1);
	check_eq(u64, native.access[0].value, 2);
}

Test(twin_trace, the_port_of_reports_is_ignored_but_not_memory_at_its_number)
{
	struct access a = { .addr = 0x5f0, .width = 8, .write = true, .space = BUS_PORT };

	native.ignored_port = 0x5f0;
	hub_access(&hub, &a);
	check_eq(sz, native.n, 0);
	a.space = BUS_MEMORY;
	hub_access(&hub, &a);
	check_eq(sz, native.n, 1);
	native.ignored_port = 0;
	a = (struct access){ .addr = 0, .width = 8, .space = BUS_PORT };
	hub_access(&hub, &a);
	check_eq(sz, native.n, 2, "0 is none, and not port 0");
}

Test(twin_trace, a_long_name_is_truncated_and_has_no_blanks)
{
	com1.instance = "a device whose name is far too long for the place that it has been given";
	reach(&com1, &thr, true, 1);
	const char *name = twin_trace_name(&native, &native.access[0]);
	check_eq(sz, strlen(name), TWIN_NAME - 1);
	check_eq(ptr, strchr(name, ' '), NULL);
}

/* The same table serves several devices, and one row several cells. */
Test(twin_trace, each_register_of_each_device_keeps_its_own_name)
{
	const struct reg_desc *const regs[] = { &thr, &lsr, &count, &comp };
	static struct device many[100];
	char instance[100][8], name[32];
	size_t i = 0;

	for (unsigned round = 0; round < 2; round++)
		for (unsigned d = 0; d < 100; d++) {
			snprintf(instance[d], sizeof(instance[d]), "dev%u", d);
			many[d] = (struct device){ .ops = &model, .instance = instance[d] };
			for (unsigned r = 0; r < 4; r++) reach(&many[d], regs[r], true, 0);
		}
	for (unsigned n = 0; n < 200; n++) {
		struct access a = { .dev = &com1, .reg = &tim, .n = n % 100, .width = 8 };
		hub_access(&hub, &a);
	}
	reach(&nameless, NULL, true, 0);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned d = 0; d < 100; d++)
			for (unsigned r = 0; r < 4; r++, i++) {
				snprintf(name, sizeof(name), "dev%u.%s", d, regs[r]->name);
				expect_name(i, name);
			}
	for (unsigned n = 0; n < 200; n++, i++) {
		snprintf(name, sizeof(name), "com1.TIM_CONF[%u]", n % 100);
		expect_name(i, name);
	}
	expect_name(i, "model");
	check_eq(sz, native.n_names, 100 * 4 + 100 + 1, "each is written once");
}

Test(twin_trace, many_accesses_keep_their_order)
{
	for (unsigned i = 0; i < 5000; i++) reach(&com1, &thr, true, i);
	require_eq(sz, native.n, 5000);
	for (unsigned i = 0; i < 5000; i++) require_eq(u64, native.access[i].value, i);
}

Test(twin_trace, what_does_not_fit_is_counted)
{
	for (unsigned i = 0; i < TWIN_TRACE_MAX + 3; i++) reach(&com1, &thr, true, 0);
	check_eq(sz, native.n, TWIN_TRACE_MAX);
	check_eq(sz, native.lost, 3);
}

/* ---- files ---- */

Test(twin_trace, a_file_gives_back_what_was_written)
{
	uint64_t random = 0x7001;

	for (unsigned i = 0; i < 1000; i++) {
		const struct reg_desc *const regs[] = { &thr, &lsr, &count, &comp, &tim, NULL };
		struct access a = { .addr = random_next(&random),
				    .pc = random_any_size(&random),
				    .value = random_any_size(&random),
				    .dev = i % 7 ? &com1 : NULL,
				    .reg = regs[i % 6],
				    .n = i,
				    .width = (uint8_t)(8u << (i % 4)),
				    .write = random_next(&random) & 1,
				    .space = (enum bus_space)(random_next(&random) % 3) };
		hub_access(&hub, &a);
	}
	native.lost = 17;
	require(twin_trace_write(&native, path, error, sizeof(error)), "%s", error);
	require(twin_trace_read(&again, path, error, sizeof(error)), "%s", error);
	require_eq(sz, again.n, 1000);
	check_eq(sz, again.lost, 17);
	check_eq(str, again.program, "/no/such/program");
	for (unsigned i = 0; i < 1000; i++) {
		const struct twin_access *a = &native.access[i], *b = &again.access[i];
		require_eq(u64, a->pc, b->pc);
		require_eq(u64, a->addr, b->addr);
		require_eq(u64, a->value, b->value);
		require_eq(str, twin_trace_name(&native, a), twin_trace_name(&again, b));
		require_eq(u8, a->width, b->width);
		require_eq(int, a->write, b->write);
		require_eq(int, a->space, b->space);
		require_eq(u8, a->compare, b->compare);
	}
}

Test(twin_trace, a_trace_without_accesses_is_a_trace)
{
	require(twin_trace_write(&native, path, error, sizeof(error)), "%s", error);
	require(twin_trace_read(&again, path, error, sizeof(error)), "%s", error);
	check_eq(sz, again.n, 0);
}

Test(twin_trace, files_that_cannot_be_opened_are_named)
{
	check(!twin_trace_read(&again, "/no/such/trace", error, sizeof(error)));
	check_eq(str, error,
		 "/no/such/trace: No such file or directory: run the side of the test that "
		 "writes it");
	check(!twin_trace_write(&native, "/no/such/trace", error, sizeof(error)));
	check_eq(str, error, "/no/such/trace: No such file or directory");
	check(!twin_trace_write(&native, "/dev/full", error, sizeof(error)));
	check_eq(str, error, "/dev/full: cannot be written");
}

#define HEAD "bimetal twin trace 2\n/bin/program\n"

Test(twin_trace, damaged_files_are_refused_with_file_and_line)
{
	static const char *const lines[] = {
		"x p 3f8 8 41 0 0 com1.THR", /* direction */
		"w q 3f8 8 41 0 0 com1.THR", /* space */
		"w p 3f8 0 41 0 0 com1.THR",
		"w p 3f8 12 41 0 0 com1.THR",
		"w p 3f8 65 41 0 0 com1.THR",
		"w p 3f8 -8 41 0 0 com1.THR", /* width */
		"w p 3f8 8 41 4 0 com1.THR",  /* comparison */
		"w p 3f8 8 41 0 0",           /* no name */
		"w p 3f8 8 41 0 0 com1.THR more",
		"w p zz 8 41 0 0 com1.THR",
		"",
		"nonsense",
		"w",
		"w p",
		"w  p 3f8 8 41 0 0 a",
		"w p  3f8 8 41 0 0 a",
		"w p -8 8 41 0 0 a",
		"w p 10000000000000000 8 41 0 0 a",
		"w p 3f8 8 41 0 0 ",
		"w p 3f8 a 41 0 0 a",
		"w p 3f8 8 41 0 0 a_name_that_is_longer_than_any_that_could_have_been_written",
	};
	char text[256];

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), HEAD "w p 3f8 8 41 0 0 a\n%s\nend 2 0\n", lines[i]);
		expect_refused(text, 4, "not a line of a twin trace");
	}
	expect_refused("ELF\n", 1, "not a twin trace");
	expect_refused("bimetal twin trace 1\n/bin/program\nend 0 0\n", 1, "not a twin trace");
}

Test(twin_trace, a_file_that_was_cut_off_is_refused)
{
	expect_refused("", 1, "the trace is truncated");
	expect_refused("bimetal twin trace 2\n", 2, "the trace is truncated");
	expect_refused(HEAD, 3, "the trace is truncated");
	expect_refused(HEAD "w p 3f8 8 41 0 0 com1.THR\n", 4, "the trace is truncated");
	expect_refused(HEAD "end 1 0\n", 3, "the number of accesses differs");
	expect_refused(HEAD "end 0\n", 3, "the number of accesses differs");
	expect_refused(HEAD "end 0 0 0\n", 3, "the number of accesses differs");
	expect_refused(HEAD "end 0 0\nw p 3f8 8 41 0 0 com1.THR\n", 4, "text after the end");
}

Test(twin_trace, a_line_without_end_is_refused)
{
	char *text = malloc(100001);

	memset(text, 'w', 100000);
	memcpy(text, HEAD, strlen(HEAD));
	text[100000] = '\0';
	expect_refused(text, 3, "not a line of a twin trace");
	free(text);
}

/* ---- comparing ---- */

Test(twin_trace, the_same_accesses_are_equal)
{
	check(equal("", ""));
	check(equal("THR=41 LSR?60 TIM_CONF?1 TIM_CONF=2", "THR=41 LSR?60 TIM_CONF?1 TIM_CONF=2"));
	check_eq(str, told, "");
}

Test(twin_trace, order_register_direction_and_value_are_compared)
{
	check(!equal("THR=41 THR=42", "THR=42 THR=41"));
	check(!equal("THR=41", "THR=42"));
	check(!equal("THR=41", "THR?41"));
	check(!equal("THR=41", "THR=41 THR=41"));
	check(!equal("THR?41", "THR?41 THR?41"), "only where the row says so");
	check(!equal("", "LSR?60"));
}

Test(twin_trace, address_width_and_space_are_compared)
{
	side(&native, "THR=41");
	for (unsigned i = 0; i < 4; i++) {
		side(&emulated, "THR=41");
		struct twin_access *a = &emulated.access[0];
		if (i == 1) a->addr++;
		if (i == 2) a->width = 16;
		if (i == 3) a->space = BUS_MEMORY;
		check_eq(int, compare(), i == 0);
	}
}

Test(twin_trace, names_and_places_are_not_compared)
{
	side(&native, "THR=41");
	side(&emulated, "THR=41");
	emulated.access[0].pc = 0x1234;
	strcpy(emulated.name[0].text, "other");
	check(compare());
}

Test(twin_trace, polls_with_the_same_value_count_once)
{
	check(equal("LSR?0 LSR?0 LSR?0 LSR?60 THR=1", "LSR?0 LSR?60 LSR?60 THR=1"));
	check(equal("LSR?0", "LSR?0 LSR?0"));
	check(!equal("LSR?0 LSR?1 LSR?0", "LSR?0 LSR?0"), "a value between them is seen");
	check(!equal("LSR?0 THR?1 LSR?0", "LSR?0 THR?1"), "and an access between them");
	check(!equal("LSR=0 LSR=0", "LSR=0"), "writes are no polls");
	check(!equal("LSR?0 LSR=0", "LSR?0"));
}

Test(twin_trace, values_read_from_a_clock_are_not_compared_but_written_ones_are)
{
	check(equal("COUNT?1 THR=1", "COUNT?5 THR=1"));
	check(equal("COUNT?1 COUNT?2 COUNT?3 THR=1", "COUNT?9 THR=1"));
	check(!equal("COUNT=1", "COUNT=2"));
	check(equal("COUNT=1 COUNT?4", "COUNT=1 COUNT?5 COUNT?5"));
	check(!equal("COUNT?1", "THR?1"));
	check(!equal("COUNT?1", ""), "to read it or not is a difference");
}

Test(twin_trace, values_computed_from_a_clock_are_not_compared)
{
	check(equal("COMP=1 THR=1", "COMP=5 THR=1"));
	check(equal("COMP?1 THR=1", "COMP?5 COMP?6 THR=1"));
	check(!equal("COMP=1", "COMP=1 COMP=1"), "each write counts");
	check(!equal("COMP=1", "COMP?1"));
	check(!equal("COMP=1", "THR=1"));
	check(!equal("COMP=1", ""));
	require(twin_trace_write(&native, path, error, sizeof(error)), "%s", error);
	check(twin_trace_read(&again, path, error, sizeof(error)), "%s", error);
}

Test(twin_trace, the_first_difference_is_reported_with_what_came_before)
{
	side(&native, "THR=1 THR=2 THR=3 THR=4 THR=5 THR=6");
	side(&emulated, "THR=1 THR=2 THR=3 THR=4 THR=7 THR=8");
	check(!compare());
	check_eq(str, told,
		 "the accesses differ, first at access 5 of the native side and 5 of the emulated "
		 "side:\n"
		 "  both      write com1.THR at port 0x3f8, 8 bits, value 0x2\n"
		 "  both      write com1.THR at port 0x3f8, 8 bits, value 0x3\n"
		 "  both      write com1.THR at port 0x3f8, 8 bits, value 0x4\n"
		 "> native    write com1.THR at port 0x3f8, 8 bits, value 0x5\n"
		 "> emulated  write com1.THR at port 0x3f8, 8 bits, value 0x7\n");
}

Test(twin_trace, a_poll_that_came_late_is_explained)
{
	check(!equal("THR=1 LSR?0 LSR?60", "THR=1 LSR?60"));
	check(strstr(told, "one side may have read it later") != NULL, "%s", told);
	check(!equal("LSR?60 THR=1", "LSR?60 THR=2"));
	check(strstr(told, "read it later") == NULL, "%s", told);
	check(!equal("LSR?60 LSR?0", "LSR?60"));
	check(strstr(told, "read it later") == NULL, "one side ends: %s", told);
}

Test(twin_trace, numbers_count_every_poll_of_their_side)
{
	side(&native, "LSR?0 LSR?0 LSR?0 THR=1");
	side(&emulated, "LSR?0 THR=2");
	check(!compare());
	expect_told("first at access 4 of the native side and 2 of the emulated side");
	expect_told("  both      read  com1.LSR");
}

Test(twin_trace, a_side_that_ends_first_is_reported)
{
	side(&native, "THR=1");
	side(&emulated, "THR=1 THR=2");
	check(!compare());
	expect_told("> native    nothing more\n");
	expect_told("> emulated  write com1.THR at port 0x3f8, 8 bits, value 0x2\n");
	side(&native, "THR=1");
	side(&emulated, "");
	check(!compare());
	expect_told("first at access 1 of the native side and 1 of the emulated side:\n> native    "
		    "write");
	expect_told("> emulated  nothing more\n");
}

static void one_access(struct twin_trace *t, struct twin_access a)
{
	t->access = calloc(1, sizeof(a));
	t->access[0] = a;
	t->n = t->capacity = 1;
}

Test(twin_trace, accesses_without_a_name_are_reported_by_their_address)
{
	one_access(&native,
		   (struct twin_access){ .addr = 0xfee00020, .width = 32, .space = BUS_MEMORY });
	side(&emulated, "");
	check(!compare());
	expect_told("> native    read  address 0xfee00020, 32 bits, value 0x0\n");
}

Test(twin_trace, an_msr_differs_from_memory_at_its_number)
{
	one_access(&native,
		   (struct twin_access){ .addr = 0x80b, .width = 32, .space = BUS_MEMORY });
	one_access(&emulated, (struct twin_access){ .addr = 0x80b, .width = 32, .space = BUS_MSR });
	check(!compare());
	expect_told("> native    read  address 0x80b, 32 bits, value 0x0\n");
	expect_told("> emulated  read  MSR 0x80b, 32 bits, value 0x0\n");
}

/* Addresses in this program have source lines. */
Test(twin_trace, both_places_in_the_sources_are_reported)
{
	side(&native, "THR=1");
	side(&emulated, "THR=2");
	free(native.program);
	native.program = strdup("/proc/self/exe");
	native.access[0].pc = (uintptr_t)&put_file;
	check(!compare());
	expect_told("value 0x1, test_twin_trace.c:");
	expect_told("value 0x2\n");
}

Test(twin_trace, traces_that_lost_accesses_are_never_equal)
{
	side(&native, "THR=1");
	side(&emulated, "THR=1");
	native.lost = 1;
	check(!compare());
	expect_told("more than 1048576 accesses");
	native.lost = 0;
	emulated.lost = 1;
	check(!compare());
	emulated.lost = 0;
	check(compare());
}
