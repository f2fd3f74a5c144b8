/* SPDX-License-Identifier: MIT */
/* Kernels of a few instructions, in an ELF32 file like twin kernels. Compiled kernels are tested in
 * tests/devices, the command in tests/system/command/twin.sh. */
#include "harness/twin/kernel.h"
#include "tests/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu/about.h"
#include "harness/twin/machine.h"
#include "tests/unit/boot/elf_builder.h"

enum { BASE = 0x100000, FILE_AT = 0x200, TEXTS = 0x800, RECORDS = 0x1000, NAMES = 0x1400 };
enum { SECTIONS = 0x1600, N_SECTIONS = 3, MAX_SAID = 65536, SCR = 0x3ff };

static struct built elf;
static size_t n_code, n_text, n_records;
static char image[] = "/tmp/bimetal-kernel-XXXXXX", log_file[] = "/tmp/bimetal-log-XXXXXX";
static char said[MAX_SAID];

/* ---- the kernel ---- */

static void code(const void *bytes, size_t len)
{
	memcpy(elf.bytes + FILE_AT + n_code, bytes, len);
	n_code += len;
}

static void code8(uint8_t byte) { code(&byte, 1); }
static void code32(uint32_t word) { code(&word, 4); }

/* Returns the address of the next instruction. */
static uint32_t at(void) { return (uint32_t)(BASE + n_code); }

static void move(uint8_t reg, uint32_t value) /* 0 eax, 1 ecx, 2 edx, 6 esi */
{
	code8(0xb8 + reg);
	code32(value);
}

/* Adds code that reports this text. */
static void report(const char *text)
{
	size_t len = strlen(text);

	memcpy(elf.bytes + FILE_AT + TEXTS + n_text, text, len);
	move(6, (uint32_t)(BASE + TEXTS + n_text));
	move(1, (uint32_t)len);
	move(2, TWIN_REPORT_PORT);
	code("\xf3\x6e", 2); /* rep outsb */
	n_text += len;
}

static void halt(void) { code("\xfa\xf4", 2); }

/* Adds an access record for this address. */
static void record(uint64_t address, uint8_t width, uint8_t write, uint8_t kind)
{
	uint8_t *to = elf.bytes + RECORDS + 16 * n_records++;

	memcpy(to, &address, 8);
	to[8] = width;
	to[9] = write;
	to[10] = kind;
}

static void set_up(void)
{
	static const uint32_t multiboot[] = { 0x1badb002, 0, 0 - 0x1badb002 };

	close(mkstemp(image));
	close(mkstemp(log_file));
	build_elf32(&elf, BASE + sizeof(multiboot));
	n_code = n_text = n_records = 0;
	code(multiboot, sizeof(multiboot));
	code8(0xfc); /* cld */
}

static void tear_down(void)
{
	unlink(image);
	unlink(log_file);
}

TestSuite(twin_kernel, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- running it ---- */

static void write_image(void)
{
	Elf32_Shdr *s = (Elf32_Shdr *)(elf.bytes + SECTIONS);
	Elf32_Ehdr *h = built_header32(&elf);
	FILE *f = fopen(image, "wb");

	*built_segment32(&elf, 0) = (Elf32_Phdr){ .p_type = PT_LOAD,
						  .p_offset = FILE_AT,
						  .p_vaddr = BASE,
						  .p_paddr = BASE,
						  .p_filesz = RECORDS - FILE_AT,
						  .p_memsz = RECORDS - FILE_AT,
						  .p_flags = PF_R | PF_X };
	h->e_phnum = 1;
	h->e_shoff = SECTIONS;
	h->e_shnum = N_SECTIONS;
	h->e_shstrndx = 2;
	s[1] = (Elf32_Shdr){ .sh_name = 1,
			     .sh_type = SHT_PROGBITS,
			     .sh_offset = RECORDS,
			     .sh_size = (uint32_t)(16 * n_records) };
	s[2] = (Elf32_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = NAMES, .sh_size = 32 };
	strcpy((char *)elf.bytes + NAMES + 1, ".bimetal.access");
	require_ne(ptr, f, NULL);
	fwrite(elf.bytes, 1, SECTIONS + N_SECTIONS * sizeof(*s), f);
	fclose(f);
}

/* Runs the kernel; its standard error goes to `said`. */
static bool run_with(struct twin_kernel_options options)
{
	int error = dup(STDERR_FILENO);

	write_image();
	options.image = image;
	options.suite = "suite";
	options.name = "name";
	require_ne(ptr, freopen(log_file, "w", stderr), NULL);
	bool passed = twin_kernel_run(&options);
	fflush(stderr);
	dup2(error, STDERR_FILENO);
	close(error);
	FILE *f = fopen(log_file, "r");
	said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
	fclose(f);
	check_eq(int, passed, said[0] == '\0', "a fault is told, and only that: %s", said);
	return passed;
}

static bool run(void) { return run_with((struct twin_kernel_options){ 0 }); }
static bool run_unaudited(void)
{
	return run_with((struct twin_kernel_options){ .no_audit = true });
}

static void expect_said(const char *text)
{
	check_ne(ptr, strstr(said, text), NULL, "'%s' is not in: %s", text, said);
}

/* Runs a kernel that reports these lines and halts. */
static bool run_reports(const char *lines)
{
	report(lines);
	halt();
	return run();
}

/* ---- reports ---- */

Test(twin_kernel, a_test_that_begins_and_ends_passes)
{
	check(run_reports("BEGIN\nEND\n"), "%s", said);
}

Test(twin_kernel, a_test_must_begin)
{
	check(!run_reports("END\n"));
	check_eq(str, said, "suite.name: the test did not begin\n");
}

Test(twin_kernel, a_test_must_end)
{
	check(!run_reports("BEGIN\n"));
	expect_said("suite.name: stopped at 0x1000");
}

Test(twin_kernel, a_failure_is_reported)
{
	check(!run_reports("BEGIN\nFAIL a.c:1: x\nFAIL a.c:2: y\nEND\n"));
	check_eq(str, said, "suite.name: a.c:1: x\nsuite.name: a.c:2: y\n");
}

Test(twin_kernel, a_test_that_was_not_found_is_reported_once)
{
	check(!run_reports("FAIL no such test: q\nEND\n"));
	check_eq(str, said, "suite.name: no such test: q\n");
}

Test(twin_kernel, reports_after_the_end_do_not_count)
{
	report("BEGIN\nEND\nFAIL too late\n");
	halt();
	check(run_unaudited(), "%s", said);
}

Test(twin_kernel, a_fault_of_code_is_told_with_its_place)
{
	check(!run_reports("BEGIN\nFAULT 0x123456 exception 3\nEND\n"));
	check_eq(str, said, "suite.name: at 0x123456: exception 3\n");
}

Test(twin_kernel, a_fault_without_an_address_has_no_sense)
{
	check(!run_reports("BEGIN\nFAULT here exception 3\nFAULT 0x12\nEND\n"));
	check_eq(str, said,
		 "suite.name: unknown report from the kernel: FAULT here exception 3\n"
		 "suite.name: unknown report from the kernel: FAULT 0x12\n");
}

static const struct twin_kernel_options soon = { .max_instructions = 200 * 1000 * 1000 };

Test(twin_kernel, an_endless_loop_is_ended_before_the_time_is)
{
	report("BEGIN\n");
	uint32_t loop = at();
	char want[256];
	code("\xeb\xfe", 2); /* jmp to itself */
	check(!run_with(soon));
	snprintf(want, sizeof(want),
		 "suite.name: the test did not end within 200 million instructions: an endless "
		 "loop? It was at 0x%x\n"
		 "interrupts: the processor takes none, its interrupt flag is clear\n"
		 "  8259A: ",
		 loop);
	check_eq(int, strncmp(said, want, strlen(want)), 0, "%s", said);
}

Test(twin_kernel, a_sleep_is_no_endless_loop_until_the_time_is_over)
{
	report("BEGIN\n");
	code("\xfb\xf4\xeb\xfd", 4); /* sti; hlt; jmp to it */
	check(!run_with(soon));
	expect_said("suite.name: ");
	check_eq(ptr, strstr(said, "instructions"), NULL, "%s", said);
	check_eq(ptr, strstr(said, ": \n"), NULL, "%s", said);
}

Test(twin_kernel, malformed_reports_are_faults)
{
	check(!run_reports("BEGIN\nHELLO\nEXIT\nEXIT 5x\nEXIT -1\nEXIT 4294967296\nEND\n"));
	check_eq(str, said,
		 "suite.name: unknown report from the kernel: HELLO\n"
		 "suite.name: unknown report from the kernel: EXIT\n"
		 "suite.name: unknown report from the kernel: EXIT 5x\n"
		 "suite.name: unknown report from the kernel: EXIT -1\n"
		 "suite.name: unknown report from the kernel: EXIT 4294967296\n");
}

Test(twin_kernel, a_line_may_be_of_any_length)
{
	char text[1600] = "BEGIN\nFAIL ";

	memset(text + strlen(text), 'x', 1500);
	strcpy(text + 1500, "\nEND\n");
	check(!run_reports(text));
	check_eq(sz, strlen(said), strlen("suite.name: ") + 511 - strlen("FAIL ") + 1);
}

Test(twin_kernel, an_exit_that_was_announced_must_come)
{
	check(!run_reports("BEGIN\nEXIT 5\nEND\n"));
	expect_said("did not write to the debug exit port");
}

Test(twin_kernel, an_announced_exit_ends_the_test)
{
	report("BEGIN\nEXIT 4294967295\n");
	move(0, 0xffffffff);
	move(2, 0xf4);
	record(at(), 32, 1, 0);
	code8(0xef); /* out dx, eax */
	halt();
	check(run(), "%s", said);
}

/* ---- lints ---- */

static void provoke(void)
{
	move(0, 0x80);
	move(2, 0x3f9);
	record(at(), 8, 1, 0);
	code8(0xee); /* out dx, al */
}

Test(twin_kernel, a_lint_is_a_fault_unless_it_is_allowed)
{
	report("BEGIN\n");
	provoke();
	report("ALLOW uart16550.IER.reserved\n");
	provoke();
	report("END\n");
	halt();
	check(!run());
	expect_said("suite.name: lint uart16550.IER.reserved [com1]");
	check_eq(ptr, strstr(strchr(said, '\n') + 1, "lint"), NULL, "once: %s", said);
}

/* ---- the audit ---- */

/* Runs a kernel that writes 8 bits to a scratch register, and has a record of these values at the
 * address of the write plus `off`. */
static bool run_access(unsigned off, uint8_t width, uint8_t write, uint8_t kind)
{
	report("BEGIN\n");
	move(0, 0x5a);
	move(2, SCR);
	record(at() + off, width, write, kind);
	code8(0xee); /* out dx, al */
	report("END\n");
	halt();
	return run();
}

Test(twin_kernel, an_access_with_a_record_passes) { check(run_access(0, 8, 1, 0), "%s", said); }

Test(twin_kernel, memory_is_accessed_at_the_very_instruction)
{
	report("BEGIN\n");
	move(0, 0x0741);
	code("\x90\x90", 2);
	record(at(), 16, 1, 1);
	code("\x66\xa3\x00\x80\x0b\x00", 6); /* mov [0xb8000], ax */
	code("\x90\x90", 2);
	report("END\n");
	halt();
	check(run(), "%s", said);
}

Test(twin_kernel, an_access_at_another_address_fails)
{
	check(!run_access(1, 8, 1, 0));
	expect_said("write of 8 bits at port 0x3ff: it was not made through io.h");
}

Test(twin_kernel, an_access_of_another_width_fails)
{
	check(!run_access(0, 16, 1, 0));
	expect_said("another width, direction or space");
}

Test(twin_kernel, an_access_in_another_direction_fails)
{
	check(!run_access(0, 8, 0, 0));
	expect_said("another width, direction or space");
}

Test(twin_kernel, an_access_in_another_space_fails)
{
	check(!run_access(0, 8, 1, 1));
	expect_said("another width, direction or space");
}

static void loop_without_records(void)
{
	report("BEGIN\n");
	move(1, 1000);
	move(2, SCR);
	code("\xee\xe2\xfd", 3); /* out dx, al; loop to it */
	report("END\n");
	halt();
}

Test(twin_kernel, many_wrong_accesses_are_reported_as_a_number)
{
	unsigned lines = 0;

	loop_without_records();
	check(!run());
	for (const char *c = said; *c; c++) lines += *c == '\n';
	check_eq(uint, lines, 11);
	expect_said("suite.name: 990 more accesses like these\n");
}

Test(twin_kernel, an_unaudited_run_needs_no_records)
{
	loop_without_records();
	check(run_unaudited(), "%s", said);
}

/* ---- a timer without end ---- */

enum { TRAP = 0x300 };

/* A write to it arms such a timer. */
struct trap {
	struct device dev;
	struct clock *clock;
	unsigned timer;
	struct {
		uint64_t reg[1];
	} s;
};

static void again(void *ctx, uint64_t due_ns)
{
	struct trap *t = ctx;
	clock_arm(t->clock, t->timer, due_ns);
}

static void trap_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	(void)reg;
	(void)n;
	(void)w;
	again(dev, 0);
}

static const struct reg_field trap_fields[] = { { "ALL", 7, 0, REG_RW }, { 0 } };
static const struct reg_desc trap_regs[] = {
	{ .name = "TRAP", .width = 8, .dir = REG_DIR_RW, .fields = trap_fields, .spec = "none" },
};
static const struct device_about trap_about = { .title = "trap",
						.table = { ABOUT_TABLE(trap_regs, 1, NULL) } };
static const struct device_ops trap_ops = {
	.name = "trap", .about = &trap_about, .regs = trap_regs, .n_regs = 1, .write = trap_write
};

static const char *trap_init(void *model, const struct model_wiring *w)
{
	struct trap *t = model;

	device_init(&t->dev, &trap_ops, w->instance, w->hub, t->s.reg, &t->s, sizeof(t->s));
	t->clock = w->clock;
	t->timer = clock_add_timer(w->clock, "trap", again, t);
	return NULL;
}

static const struct model_part trap_parts[] = {
	{ .ops = &trap_ops, .space = BUS_PORT, .size = 1 }
};
static const struct model trap = { .name = "trap",
				   .size = sizeof(struct trap),
				   .part = trap_parts,
				   .n_parts = 1,
				   .init = trap_init };

/* The instructions behind the report that ends the run are the runtime's own: it writes the result
 * to the debug exit port. */
Test(twin_kernel, a_timer_without_end_is_told_and_nothing_else)
{
	struct twin_kernel_options options = { .setup = twin_setup_of(NULL, NULL, NULL) };

	require(twin_setup_add(&options.setup, "trap,port=0x300", &trap));
	report("BEGIN\n");
	move(0, 0x10);
	move(2, TRAP);
	record(at(), 8, 1, 0);
	code8(0xee); /* out dx, al */
	code("\xeb\x00", 2);
	report("END");
	move(0, '\n');
	code("\xee\xe6\xf4", 3); /* out dx, al; out 0xf4, al */
	halt();
	check(!run_with(options));
	check_eq(str, said,
		 "suite.name: the timer 'trap' is armed again and again for a time that is not "
		 "later: a fault of its model, such as a period of 0\n");
}

/* ---- traces ---- */

Test(twin_kernel, the_trace_has_the_accesses_of_the_body_alone)
{
	char path[] = "/tmp/bimetal-trace-XXXXXX", error[256];
	struct twin_trace trace = { 0 };

	close(mkstemp(path));
	provoke();
	report("BEGIN\n");
	move(0, 0x5a);
	move(2, SCR);
	uint32_t address = at();
	record(address, 8, 1, 0);
	code8(0xee);
	report("END\n");
	halt();
	check(run_with((struct twin_kernel_options){ .trace = path }), "%s", said);
	require(twin_trace_read(&trace, path, error, sizeof(error)), "%s", error);
	unlink(path);
	require_eq(sz, trace.n, 1);
	check_eq(u64, trace.access[0].pc, address);
	check_eq(u64, trace.access[0].value, 0x5a);
	check_eq(str, twin_trace_name(&trace, &trace.access[0]), "com1.SCR");
	check_eq(str, trace.program, image);
	twin_trace_free(&trace);
}

/* ---- mistakes ---- */

Test(twin_kernel, files_that_cannot_be_used_are_named)
{
	report("BEGIN\nEND\n");
	halt();
	check(!run_with((struct twin_kernel_options){ .trace = "/no/such/trace" }));
	expect_said("suite.name: /no/such/trace: No such file");
	check(!run_with((struct twin_kernel_options){ .stimuli = "/no/such/script" }));
	expect_said("suite.name: /no/such/script: cannot open the file: No such file");
	elf.bytes[0] = 0;
	elf.bytes[FILE_AT] = 0;
	check(!run());
	expect_said(image);
}
