/* SPDX-License-Identifier: MIT */
/* Devices that the user adds: what --device may say, what a model's init() must have done, and that
 * the device is part of resets, snapshots and digests. */
#include <stdio.h>
#include <string.h>

#include "emu/about.h"
#include "emu/array.h"
#include "harness/console/stimuli.h"
#include "harness/machine/added.h"
#include "harness/machine/board.h"
#include "harness/machine/cpu.h"
#include "tests/check.h"

enum { MEMORY = 4 << 20, MS = 1000000, MAX_DEVICES = 40, PORT = 0x300, MEM = 0xe0000000 };

/* ---- a model ---- */

enum { PROBE_DATA, PROBE_COUNT, PROBE_N_REGS };
enum { PROBE_STEP_NS = 1000 };

struct probe {
	struct device dev, more;
	struct model_wiring w;
	unsigned timer;
	struct probe_state {
		uint64_t reg[PROBE_N_REGS], more[PROBE_N_REGS];
		uint64_t left, level;
	} s;
	struct probe_state elsewhere;
};

static const struct reg_desc registers[] = {
	[PROBE_DATA] = { .name = "DATA",
			 .width = 8,
			 .dir = REG_DIR_RW,
			 REG_FIELDS({ "DATA", 7, 0, REG_RW }),
			 .spec = "1" },
	[PROBE_COUNT] = { .name = "COUNT",
			  .offset = 1,
			  .width = 8,
			  .dir = REG_DIR_RW,
			  REG_FIELDS({ "COUNT", 7, 0, REG_RW }),
			  .spec = "1" },
};
static const struct device_about about = {
	.title = "A probe", .table = { ABOUT_TABLE(registers, PROBE_N_REGS, NULL) }
};

/* A transfer: COUNT times the byte in DATA goes out, each in its time; then the line rises. */
static void on_due(void *ctx, uint64_t due_ns)
{
	struct probe *p = ctx;

	p->w.output(p->w.output_ctx, (uint8_t)p->s.reg[PROBE_DATA]);
	p->s.reg[PROBE_DATA] = (p->s.reg[PROBE_DATA] + 1) & 0xff;
	if (--p->s.left)
		clock_arm(p->w.clock, p->timer, due_ns + PROBE_STEP_NS);
	else
		irq_set(&p->w.irq, true);
}

static void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	struct probe *p = (struct probe *)dev;

	(void)n;
	if (reg != PROBE_COUNT) return;
	p->s.left = w->now;
	irq_set(&p->w.irq, false);
	if (w->now) clock_arm(p->w.clock, p->timer, clock_now(p->w.clock) + PROBE_STEP_NS);
}

static void reset(struct device *dev)
{
	struct probe *p = (struct probe *)dev;

	clock_disarm(p->w.clock, p->timer);
	p->s = (struct probe_state){ .level = p->s.level };
}

static const struct device_ops ops = { .name = "probe",
				       .about = &about,
				       .regs = registers,
				       .n_regs = PROBE_N_REGS,
				       .write = on_write,
				       .reset = reset };
static const struct device_ops more_ops = {
	.name = "probe", .about = &about, .regs = registers, .n_regs = PROBE_N_REGS
};

/* What init() does wrong. */
enum fault {
	NONE,
	SAYS_NO,
	MAKES_NOTHING,
	MAKES_NO_SECOND,
	OTHER_NAME,
	NO_NAME,
	FAR_STATE,
	NO_STATE,
	LARGE_STATE,
	STATE_OF_ALL,
	FAR_REGISTERS,
	SECOND_STATE,
	SECOND_REGISTERS,
	SECOND_OVER_DEVICE,
	FEW_SLOTS
};
static enum fault fault;
static unsigned n_timers;
static struct probe_state far;

static const char *init(void *model, const struct model_wiring *w)
{
	struct probe *p = model;
	void *state = fault == FAR_STATE ? (void *)&far : fault == NO_STATE ? NULL : &p->s;
	uint64_t *slots = fault == FAR_REGISTERS ? p->elsewhere.reg : p->s.reg;
	const char *name = fault == NO_NAME ? NULL : fault == OTHER_NAME ? "other" : w->instance;
	size_t size = fault == LARGE_STATE ? sizeof(*p) : sizeof(p->s);

	if (fault == SAYS_NO) return "it needs a %s that this machine has not";
	if (fault == MAKES_NOTHING) return NULL;
	if (fault == STATE_OF_ALL) state = p;
	if (fault == STATE_OF_ALL) size = sizeof(*p);
	p->w = *w;
	for (unsigned i = 0; i < n_timers; i++)
		p->timer = clock_add_timer(w->clock, "probe", on_due, p);
	device_init_slots(&p->dev, &ops, name, w->hub, slots,
			  fault == FEW_SLOTS ? sizeof(uint64_t) : 0, state, size);
	if (fault == MAKES_NO_SECOND) return NULL;
	slots = fault == SECOND_REGISTERS ? p->elsewhere.reg : p->s.more;
	state = fault == SECOND_STATE         ? (void *)&p->elsewhere
		: fault == SECOND_OVER_DEVICE ? (void *)&p->dev.state_size
					      : NULL;
	device_init(&p->more, &more_ops, w->instance, w->hub, slots, state,
		    fault == SECOND_REGISTERS ? SIZE_MAX : sizeof(p->elsewhere));
	return NULL;
}

static void set_input(void *model, unsigned n, uint64_t value)
{
	struct probe *p = model;

	(void)n;
	p->s.level = value;
}

static const struct model_part parts[] = {
	{ .ops = &ops, .space = BUS_PORT, .size = 2 },
	{ .device = offsetof(struct probe, more),
	  .ops = &more_ops,
	  .space = BUS_PORT,
	  .size = 1,
	  .offset = 1 },
	{ .ops = &ops, .space = BUS_MEMORY, .size = 0x1000 },
};
static const struct model_input inputs[] = { { "level", "of the probe", 100 } };
static struct model model;
static const struct model plain = { .name = "probe",
				    .size = sizeof(struct probe),
				    .part = parts,
				    .n_parts = 2,
				    .line = true,
				    .init = init,
				    .input = inputs,
				    .n_inputs = 1,
				    .set_input = set_input };

/* ---- machines with it ---- */

static struct machine machine, twin;
static struct machine_device devices[MAX_DEVICES];
static struct machine_config config;
static char sent[64];
static unsigned n_sent, n_of;

static void on_device(void *ctx, unsigned n, uint8_t byte)
{
	(void)ctx;
	n_of = n;
	if (n_sent + 1 < sizeof(sent)) sent[n_sent++] = (char)byte;
}

static void begin(void)
{
	char why[256];

	fault = NONE;
	n_timers = 1;
	model = plain;
	require_eq(ptr, model_fault(&model, NULL, why, sizeof(why)), NULL, "%s", why);
	config = (struct machine_config){
		.machine = "isapc", .memory = MEMORY, .device = devices, .device_tx = on_device
	};
}

TestSuite(added, .init = begin, .timeout = 60);

static void add(const char *text, const struct model *of)
{
	devices[config.n_devices++] = (struct machine_device){ text, of };
}

/* The machine's message about one device. */
static const char *message(const char *text, const struct model *of)
{
	const char *why;

	config.n_devices = 0;
	add(text, of);
	why = machine_init(&machine, &config);
	if (!why) machine_free(&machine);
	return why ? why : "";
}

#define AT_300 "port=0x300,port2=0x310"
#define GOOD   "probe," AT_300 ",irq=5"
/* "": there is no message. */
static void expect(const char *text, const char *what)
{
	const char *said = message(text, &model);

	check(*what ? strstr(said, what) != NULL : !*said, "%s: not '%s', but: %s", text, what,
	      said);
}

static void power_on(void)
{
	const char *why = machine_init(&machine, &config);

	require_eq(ptr, why, NULL, "%s", why ? why : "");
}

static uint8_t in(struct machine *m, unsigned port)
{
	return (uint8_t)bus_read(&m->bus, BUS_PORT, port, 8);
}
static void out(struct machine *m, unsigned port, uint8_t v)
{
	bus_write(&m->bus, BUS_PORT, port, 8, v);
}

/* ---- the text ---- */

Test(added, every_kind_of_machine_takes_one)
{
	static const char *const kinds[] = { "pc", "isapc", "none" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		config.machine = kinds[i];
		expect(GOOD, "");
		config.n_devices = 0;
		add(GOOD, &model);
		power_on();
		out(&machine, PORT, 0x5a);
		check_eq(u8, in(&machine, PORT), 0x5a, "%s", kinds[i]);
		out(&machine, 0x310, 0xa5);
		check_eq(u8, in(&machine, 0x310), 0xa5, "%s", kinds[i]);
		machine_free(&machine);
	}
}

Test(added, settings_are_told_that_are_missing)
{
	expect("probe", "--device probe: where is it? Say port=N, such as probe,port=0x300");
	expect("probe,port=0x300", "where is it? Say port2=N, such as probe,port2=0x300");
	expect("probe," AT_300, "which interrupt line has it? Say irq=N");
	model.part = &parts[2];
	model.n_parts = 1;
	expect("probe,irq=5", "where is it? Say memory=N, such as probe,memory=0xfed80000");
}

Test(added, settings_are_told_that_are_wrong)
{
	expect("probe,", "'': expected port=N,port2=N,irq=N,name=WORD");
	expect("probe,,port=0x300", "'': expected port=N");
	expect("probe,port", "'port': expected port=N");
	expect("probe,port=", "port=: expected a number such as 0x300");
	expect("probe,port=-1", "port=-1: expected a number");
	expect("probe,port=0x300x", "expected a number");
	expect("probe,port=99999999999999999999", "expected a number");
	expect("probe,port3=1", "'port3' is nothing that it has; expected port=N");
	expect("probe,memory=1", "'memory' is nothing that it has");
	expect("probe,=1", "'' is nothing that it has");
	expect("probe," AT_300 ",irq=256", "irq=256: no such line");
	expect("probe," AT_300 ",irq=99",
	       "irq=99 is no line for added devices on the machine 'isapc'");
	expect("probe," AT_300 ",irq=2", "irq=2 is no line for added devices on the machine "
					 "'isapc'; these are: 5 6 7 9 10 11 14 "
					 "15");
	/* COM ports, mouse. */
	expect("probe," AT_300 ",irq=4", "irq=4 is no line for added devices");
	expect("probe," AT_300 ",irq=12", "irq=12 is no line for added devices");
	model.line = false;
	expect(GOOD, "'irq' is nothing that it has");
}

Test(added, a_line_of_the_machine_none_is_not_that_of_its_uart)
{
	config.machine = "none";
	expect("probe," AT_300 ",irq=4",
	       "irq=4 is no line for added devices on the machine 'none'");
	expect("probe," AT_300 ",irq=16", "irq=16 is no line");
	expect("probe," AT_300 ",irq=15", "");
}

Test(added, the_last_of_two_settings_counts)
{
	expect("probe,port=0x3f8," AT_300 ",irq=99,irq=5", "");
}

Test(added, names_are_words_of_their_own)
{
	expect(GOOD ",name=", "name=: expected up to 31 lower-case letters");
	expect(GOOD ",name=A", "name=A: expected");
	expect(GOOD ",name=a b", "expected up to 31");
	expect(GOOD ",name=abcdefghijabcdefghijabcdefghijab", "expected up to 31");
	expect(GOOD ",name=abcdefghijabcdefghijabcdefghija", "");
	expect(GOOD ",name=com1", "another device has the name 'com1'");
	expect(GOOD ",name=plug", "'plug' has a meaning of its own in stimuli");
	expect(GOOD ",name=a.b-c_9", "");
	config.machine = "none";
	expect(GOOD ",name=com2", "'com2' has a meaning of its own in stimuli");
	expect(GOOD ",name=mouse", "'mouse' has a meaning");
}

Test(added, long_texts_are_cut_and_the_reason_is_told)
{
	static char text[5000], name[200];

	memset(text, 'x', sizeof(text) - 1);
	expect(text, "...: ");
	expect(text, "where is it?");
	memcpy(text, "probe,", 6);
	expect(text, "expected port=N,port2=N,irq=N,name=WORD");
	text[100] = '=';
	expect(text, "expected port=N");
	text[20] = '=';
	expect(text, "expected port=N");
	memset(name, 'y', sizeof(name) - 1);
	check(strstr(message(name, NULL), "unknown device; the machine 'isapc' knows: lpt"));
	check(strstr(message("", NULL), "unknown device"));
	check(strstr(message(",", NULL), "unknown device"));
	config.machine = text;
	check(strstr(message(GOOD, &model), "unknown machine 'probe,"));
}

Test(added, places_are_possible)
{
	expect("probe,port=0x301,port2=0x310,irq=5", "0x301: its address must be a multiple of 2");
	expect("probe,port=0x10000,port2=0x310,irq=5", "0x10000: the last address is 0xffff");
	expect("probe,port=0xfffe,port2=0x310,irq=5", "");
	check(strstr(message("lpt,port=0xfffe,irq=7", NULL), "0xfffe: the last address is 0xffff"));
	expect("probe,port=0x300,port2=0x10000,irq=5", "the last address is 0xffff");
	expect("probe,port=0xffffffffffffffff,port2=0,irq=5", "0xffffffffffffffff: ");
	expect("probe,port=0x300,port2=0x301,irq=5",
	       "probe at 0x301..0x301 overlaps probe at 0x300..0x301");
	expect("probe,port=0x3f8,port2=0x310,irq=5", "overlaps com1 at 0x3f8..0x3ff");
}

Test(added, memory_is_neither_ram_nor_rom)
{
	char text[64];

	model.part = &parts[2];
	model.n_parts = 1;
	expect("probe,memory=0x100000,irq=5", "at 0x100000 there is RAM: 0x100000..0x3fffff");
	expect("probe,memory=0x3ff000,irq=5", "there is RAM");
	expect("probe,memory=0xfffff000,irq=5", "there is ROM");
	expect("probe,memory=0x400000,irq=5", "");
	expect("probe,memory=0xe0000800,irq=5",
	       "0xe0000800: its address must be a multiple of 4096");
	expect("probe,memory=0xfffffffffffff000,irq=5", "");
	snprintf(text, sizeof(text), "probe,memory=0x%x,irq=5", MEM);
	config.n_devices = 0;
	add(text, &model);
	power_on();
	bus_write(&machine.bus, BUS_MEMORY, MEM, 8, 0x77);
	check_eq(u64, bus_read(&machine.bus, BUS_MEMORY, MEM, 8), 0x77);
	machine_free(&machine);
}

Test(added, the_wrong_machine_is_told)
{
	model.pci = true;
	check(strstr(message(GOOD, &model), "the machine 'isapc' has no PCI; use -M pc"));
	check(strstr(message("pci-test", NULL), "the machine 'isapc' has no PCI"));
	check_eq(str, message("lpt,port=0x378,irq=7", NULL), "");
	config.machine = "pc";
	check_eq(str, message("pci-test", NULL), "");
	check(strstr(message("pci-test,port=1", NULL),
		     "'port' is nothing that it has; expected name=WORD"));
	check(strstr(message("pc-testdev,x=1", NULL), "'pc-testdev' takes no settings"));
	check(strstr(message("nobody", NULL),
		     "unknown device; the machine 'pc' knows: lpt pci-test pc-testdev vga"));
}

Test(added, a_display_has_a_size)
{
	check(strstr(message("vga", NULL), "the machine 'isapc' has no PCI; use -M pc"));
	config.machine = "pc";
	check_eq(str, message("vga", NULL), "");
	check_eq(str, message("vga,memory=1", NULL), "");
	check_eq(str, message("vga,memory=256M", NULL), "");
	check(strstr(message("vga,memory=48", NULL),
		     "memory: expected a power of two, 1M to 256M; 16M without it"));
	check(strstr(message("vga,memory=512", NULL), "expected a power of two"));
	check(strstr(message("vga,memory=", NULL), "expected a power of two"));
	check(strstr(message("vga,memory", NULL), "expected memory=SIZE"));
	check(strstr(message("vga,", NULL), "expected memory=SIZE"));
	check(strstr(message("vga,irq=5", NULL), "expected memory=SIZE"));
}

Test(added, a_board_without_lines_has_no_device_that_needs_one)
{
	static struct machine_kind bare;

	bare = *machine_none;
	bare.line = NULL;
	bare.name = "bare";
	config.kind = &bare;
	expect(GOOD, "the machine 'bare' has no interrupt lines");
	model.line = false;
	expect("probe," AT_300, "");
}

Test(added, the_usage_names_what_it_takes)
{
	char usage[64];

	machine_model_usage(&model, usage, sizeof(usage));
	check_eq(str, usage, "port=N,port2=N,irq=N,name=WORD");
	model.n_parts = 3;
	model.line = false;
	machine_model_usage(&model, usage, sizeof(usage));
	check_eq(str, usage, "port=N,port2=N,memory=N,name=WORD");
	memset(usage, 'x', sizeof(usage));
	machine_model_usage(&model, usage, 10);
	check_eq(sz, strlen(usage), 9, "it is cut");
	check_eq(chr, usage[10], 'x');
}

/* ---- what init() must have done ---- */

Test(added, what_init_did_wrong_is_told)
{
	static const struct {
		enum fault fault;
		const char *says;
	} cases[] = {
		{ SAYS_NO, "it needs a %s that this machine has not" },
		{ MAKES_NOTHING, "its init() did not make part 0 (probe)" },
		{ MAKES_NO_SECOND, "its init() did not make part 1 (probe)" },
		{ OTHER_NAME, "gave part 0 (probe) another name than wiring->instance" },
		{ NO_NAME, "gave part 0 (probe) another name than wiring->instance" },
		{ FAR_STATE, "part 0 (probe) has a state that is not inside the model's struct" },
		{ NO_STATE, "part 0 (probe) has a state that is not inside the model's struct" },
		{ LARGE_STATE, "part 0 (probe) has a state that is not inside the model's struct" },
		{ STATE_OF_ALL,
		  "the state of part 0 (probe) and the device of part 0 itself overlap" },
		{ FAR_REGISTERS,
		  "the 2 registers of part 0 (probe) are not all inside its state:" },
		{ SECOND_STATE, "the 2 registers of part 1 (probe) are not all inside its state:" },
		{ SECOND_REGISTERS,
		  "registers of part 1 (probe) are not all inside its state, or that" },
		{ FEW_SLOTS, "the table of probe has 2 registers, but the array that its init() "
			     "gives device_init() has 1 elements" },
		{ SECOND_OVER_DEVICE, "the state of part 1 (probe) and the device of part 0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fault = cases[i].fault;
		expect(GOOD, cases[i].says);
	}
	fault = NONE;
	expect(GOOD, "");
}

Test(added, a_full_clock_is_told)
{
	n_timers = CLOCK_MAX_TIMERS;
	expect(GOOD, "the machine has more timers than its clock has room for");
}

/* ---- several of them ---- */

Test(added, two_of_one_model_have_two_names)
{
	add(GOOD, &model);
	add("probe,port=0x320,port2=0x330,irq=7", &model);
	add("probe,port=0x340,port2=0x350,irq=9,name=mine", &model);
	power_on();
	check_eq(str, machine.added[0]->name, "probe");
	check_eq(str, machine.added[1]->name, "probe2");
	check_eq(ptr, machine_added_find(&machine, "mine"), machine.added[2]);
	check_eq(ptr, machine_added_find(&machine, "nobody"), NULL);
	out(&machine, PORT, 1);
	out(&machine, 0x320, 2);
	check_eq(u8, in(&machine, PORT), 1);
	check_eq(u8, in(&machine, 0x320), 2);
	machine_free(&machine);
	check_eq(sz, machine.n_added, 0);
}

Test(added, a_name_of_31_letters_is_shortened_for_the_second)
{
	add("x," AT_300 ",irq=5", &model);
	add("x,port=0x320,port2=0x330,irq=7", &model);
	model.name = "abcdefghijabcdefghijabcdefghija";
	power_on();
	check_eq(str, machine.added[1]->name, "abcdefghijabcdefghijabcd2");
	machine_free(&machine);
	model.name = "mouse"; /* stimuli could not name it */
	config.machine = "none";
	power_on();
	check_eq(str, machine.added[0]->name, "mouse2");
	check_eq(str, machine.added[1]->name, "mouse3");
	machine_free(&machine);
}

static void expect_second(const char *text, const char *what)
{
	const char *why;

	config.n_devices = 0;
	add(GOOD, &model);
	add(text, &model);
	why = machine_init(&machine, &config);
	check(why && strstr(why, what), "not '%s', but: %s", what, why ? why : "nothing");
}

Test(added, what_two_cannot_share)
{
	expect_second("probe,port=0x320,port2=0x330,irq=5", "irq=5 is already the line of 'probe'");
	expect_second("probe,port=0x300,port2=0x330,irq=7",
		      "probe2 at 0x300..0x301 overlaps probe at 0x300..0x301");
	expect_second("probe,port=0x320,port2=0x330,irq=7,name=probe",
		      "another device has the name 'probe'");
}

Test(added, pci_functions_end_with_the_bus)
{
	const char *why;

	config.machine = "pc";
	for (unsigned i = 0; i < MAX_DEVICES; i++) add("pci-test", NULL);
	why = machine_init(&machine, &config);
	check(why && strstr(why, "--device pci-test: "), "%s", why ? why : "nothing");
}

/* ---- state ---- */

static struct probe *probe_of(struct machine *m) { return m->added[0]->memory; }

static void expect_alike(void)
{
	check_eq(int,
		 memcmp(&probe_of(&machine)->s, &probe_of(&twin)->s, sizeof(struct probe_state)),
		 0);
}

Test(added, a_copy_in_the_middle_of_a_transfer_goes_on_exactly)
{
	char one[33], other[33];

	add(GOOD, &model);
	power_on();
	require(machine_init(&twin, &config) == NULL);
	machine_added_set(machine.added[0], 0, 42);
	out(&machine, PORT, 'a');
	out(&machine, PORT + 1, 5);
	clock_run_until(&machine.clock, clock_now(&machine.clock) + 5 * PROBE_STEP_NS / 2);
	check_eq(str, sent, "ab");
	machine_copy_state(&twin, &machine);
	expect_alike();
	check_eq(u64, probe_of(&twin)->s.level, 42);
	check_eq(ptr, probe_of(&twin)->dev.reg, probe_of(&twin)->s.reg, "wires stay");
	memset(sent, 0, sizeof(sent));
	n_sent = 0;
	clock_run_until(&twin.clock, clock_now(&twin.clock) + MS);
	check_eq(str, sent, "cde");
	clock_run_until(&machine.clock, clock_now(&machine.clock) + MS);
	check_eq(str, sent, "cdecde");
	expect_alike();
	machine_digest(&machine, one);
	machine_digest(&twin, other);
	check_eq(str, one, other);
	machine_free(&twin);
	machine_free(&machine);
}

Test(added, two_runs_have_equal_digests)
{
	char digest[2][33];

	add(GOOD, &model);
	for (unsigned i = 0; i < 2; i++) {
		power_on();
		out(&machine, PORT + 1, 3);
		clock_run_until(&machine.clock, MS);
		(void)in(&machine, PORT);
		machine_digest(&machine, digest[i]);
		machine_free(&machine);
	}
	check_eq(str, digest[0], digest[1]);
}

Test(added, a_reset_resets_it_and_its_timer)
{
	add(GOOD, &model);
	power_on();
	out(&machine, PORT, 'a');
	out(&machine, PORT + 1, 5);
	machine_added_set(machine.added[0], 0, 7);
	machine_reset(&machine);
	check_eq(u8, in(&machine, PORT), 0);
	check_eq(u64, probe_of(&machine)->s.level, 7, "the world outside stays");
	clock_run_until(&machine.clock, MS);
	check_eq(uint, n_sent, 0);
	machine_free(&machine);
}

Test(added, its_output_and_its_line_are_connected)
{
	add("lpt,port=0x378,irq=7", NULL);
	add(GOOD, &model);
	config.machine = "none";
	power_on();
	out(&machine, PORT, 'x');
	out(&machine, PORT + 1, 1);
	clock_run_until(&machine.clock, MS);
	check_eq(str, sent, "x");
	check_eq(uint, n_of, 1, "the second device of the config");
	out(&machine, 0x20, 0x0a); /* OCW3: read IRR */
	check_eq(u8, in(&machine, 0x20), 1 << 5);
	machine_free(&machine);
	config.device_tx = NULL;
	power_on();
	out(&machine, PORT + 1, 1);
	clock_run_until(&machine.clock, MS);
	machine_free(&machine);
}

Test(added, it_is_unplugged_and_plugged_with_all_of_its_places)
{
	static const char text[] = "[a.b]\nat 1us unplug probe\nat 2us plug probe\n";
	static struct stimuli s;

	add(GOOD, &model);
	power_on();
	stimuli_init(&s, &machine);
	require(stimuli_parse(&s, "f", text, sizeof(text) - 1, "a.b"), "%s", s.error);
	out(&machine, PORT, 0x5a);
	stimuli_start(&s);
	clock_run_until(&machine.clock, s.start_ns + 1500);
	check_eq(u8, in(&machine, PORT), 0xff);
	check_eq(u8, in(&machine, 0x310), 0xff);
	clock_run_until(&machine.clock, s.start_ns + MS);
	check_eq(u8, in(&machine, PORT), 0x5a);
	check_eq(u8, in(&machine, 0x310), 0);
	check_eq(str, s.error, "");
	machine_free(&machine);
}
