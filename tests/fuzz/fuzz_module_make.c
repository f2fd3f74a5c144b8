/* SPDX-License-Identifier: MIT */
#include "fuzz_module_make.h"

#include <string.h>

enum {
	N_ROWS = 6,
	N_FIELDS = 4,
	N_LINTS = 3,
	N_OPS = 3,
	N_PARTS = 4,
	N_INPUTS = 3,
	LONG_TEXT = 5000,
	STRAY = 1 << 12
};

static const uint8_t *next, *end;

/* ---- the input, by values ---- */

void fuzz_begin(const uint8_t *bytes, size_t size)
{
	next = bytes;
	end = bytes + size;
}

size_t take_rest(char *to, size_t room)
{
	size_t left = (size_t)(end - next), n = left < room ? left : room;

	memcpy(to, next, n);
	next += n;
	return n;
}

uint8_t take8(void) { return next < end ? *next++ : 0; }
uint16_t take16(void) { return (uint16_t)(take8() | take8() << 8); }
uint32_t take32(void) { return take16() | (uint32_t)take16() << 16; }

/* Often a small number, sometimes one that is at an edge. */
static uint64_t take_number(void)
{
	static const uint64_t edges[] = { UINT64_MAX,        UINT64_MAX - 7, INT64_MAX,
					  UINT32_MAX,        1 << 16,        UINT64_C(1) << 40,
					  UINT64_C(4) << 30, MODEL_MAX_SIZE };
	uint8_t how = take8();

	if (how < 160) return how;
	if (how < 200) return take16();
	if (how < 230) return take32();
	if (how < 240) return take32() | (uint64_t)take32() << 32;
	return edges[how % ARRAY_SIZE(edges)];
}

size_t take_below(size_t n) { return take8() % n; }
bool seldom(void) { return take8() > 240; }

static char long_text[LONG_TEXT];

static const char *take_text(void)
{
	static const char *const texts[] = { "DATA",
					     "latch",
					     "STATUS",
					     "a-b",
					     "",
					     "Upper",
					     "two words",
					     "*",
					     "DATA STATUS",
					     "lpt",
					     "uart16550",
					     "bus",
					     "%s%n",
					     "x\n",
					     "abcdefghijabcdefghijabcdefghijab",
					     "1st",
					     "\xff\xfe",
					     "com1",
					     "abcdefghijabcdefghijabcdefghija" };
	uint8_t how = take8();

	if (how == 255) return NULL;
	if (how == 254) return long_text;
	return texts[how % ARRAY_SIZE(texts)];
}

/* Mostly one that passes. */
static const char *take_word(const char *good) { return seldom() ? take_text() : good; }

/* ---- the description ---- */

static struct reg_field fields[N_ROWS][N_FIELDS + 1];
static struct reg_desc rows[N_ROWS];
static struct lint_desc lints[N_LINTS + 1];
static const char *banks[256];
static struct device_about abouts[N_OPS];
static struct device_ops ops[N_OPS];
static struct model_part parts[MODEL_MAX_PARTS];
static struct model_input inputs[N_INPUTS];
struct model fuzz_model;
static struct part board_rows[N_PARTS];
static struct machine_kind kind;
static struct part_socket socket;
static struct bimetal_module_size sizes[] = { BIMETAL_BOARD_SIZES };
struct bimetal_module fuzz_module;
static char stray[STRAY];

static void make_fields(unsigned row)
{
	unsigned n = 1 + (unsigned)take_below(N_FIELDS);
	uint8_t lsb = 0;

	memset(fields[row], 0, sizeof(fields[row]));
	for (unsigned i = 0; i < n; i++) {
		static const char *const names[N_FIELDS] = { "A", "B", "C", "D" };
		uint8_t bits = (uint8_t)take_below(9);

		fields[row][i] = (struct reg_field){
			.name = take_word(names[i]),
			.msb = seldom() ? take8() : (uint8_t)(lsb + bits),
			.lsb = seldom() ? take8() : lsb,
			.access = (enum reg_access)take_below(seldom() ? 256 : REG_RSVDZ + 1)
		};
		lsb = (uint8_t)(lsb + bits + 1);
	}
}

static void make_row(unsigned i)
{
	static const char *const names[N_ROWS] = { "DATA",  "STATUS", "CONTROL",
						   "INDEX", "MORE",   "LAST" };
	static const uint8_t widths[] = { 8, 16, 32, 64 };

	make_fields(i);
	rows[i] = (struct reg_desc){ .name = take_word(names[i]),
				     .offset = seldom() ? take32() : 8 * i,
				     .width = seldom() ? take8() : widths[take_below(4)],
				     .dir = (enum reg_dir)(seldom() ? take8() : 1 + take_below(3)),
				     .bank = seldom() ? take8() : 0,
				     .reset = seldom() ? take_number() : 0,
				     .spec = take_word("1.1"),
				     .fields = seldom() ? NULL : fields[i],
				     .count = seldom() ? take16() : 0,
				     .stride = seldom() ? take16() : 0,
				     .widths = seldom() ? take8() : 0,
				     .compare = seldom() ? take8() : 0,
				     .kept = seldom() ? take_text() : NULL,
				     .undone = seldom() ? take_text() : NULL };
}

static void make_lints(void)
{
	static const char *const rules[N_LINTS] = { "busy", "lost", "short" };
	size_t n = take_below(N_LINTS + 1);

	memset(lints, 0, sizeof(lints));
	for (size_t i = 0; i < n; i++)
		lints[i] = (struct lint_desc){ .reg = seldom() ? take_text() : "DATA",
					       .rule = take_word(rules[i]),
					       .severity = (enum lint_severity)take_below(4),
					       .spec = seldom() ? take_text() : NULL,
					       .clause = take_word("c"),
					       .hardware = take_word("h"),
					       .instead = take_word("i") };
}

static const struct reg_desc *take_table(unsigned *n)
{
	*n = seldom() ? (unsigned)take_number() : 1 + (unsigned)take_below(N_ROWS);
	if (seldom()) return NULL;
	/* No more rows than there are, or more than are ever read. */
	if (*n > N_ROWS && *n <= 1024) *n = N_ROWS;
	return rows;
}

static void make_about(struct device_about *about)
{
	*about = (struct device_about){ .title = take_word("A latch"),
					.reached = seldom() ? take_text() : NULL,
					.document = take_word("its datasheet") };
	for (unsigned i = 0;
	     i < 1 + take_below(2 + seldom() * ABOUT_MAX_TABLES) && i <= ABOUT_MAX_TABLES; i++) {
		struct about_table *t = &about->table[i];

		t->regs = take_table(&t->n);
		t->kind = (enum about_kind)take_below(seldom() ? 256 : 2);
		t->title = seldom() ? take_text() : NULL;
		t->bank = seldom() ? banks : NULL;
	}
	for (unsigned i = 0;
	     i < take_below(seldom() ? ABOUT_MAX_LISTS + 2 : 2) && i <= ABOUT_MAX_LISTS; i++)
		about->lints[i] = lints;
}

/* ---- the functions of the module ---- */

struct device_data {
	struct clock *clock;
	unsigned timer;
	struct irq irq;
	void (*output)(void *ctx, uint8_t byte);
	void *output_ctx;
};
static struct device_data data;
static unsigned n_parts_made;

static uint8_t bank(const struct device *dev) { return (uint8_t)dev->reg[0]; }

static uint64_t on_read(struct device *dev, unsigned reg, unsigned n, uint64_t stored)
{
	(void)n;
	require(reg < dev->ops->n_regs);
	return ~stored;
}

static bool is_one(const char *reg) { return !reg || !strpbrk(reg, " *?["); }

static void on_write(struct device *dev, unsigned reg, unsigned n, const struct reg_write *w)
{
	require(reg < dev->ops->n_regs && n < reg_cells(&dev->ops->regs[reg]));
	if (data.clock) clock_arm(data.clock, data.timer, clock_now(data.clock) + FUZZ_STEP_NS);
	irq_set(&data.irq, w->now & 1);
	for (size_t i = 0; lints[i].rule; i++)
		if (is_one(lints[i].reg)) device_lint(dev, &lints[i], NULL, w->raw, "%s", "lost");
	if (data.output) data.output(data.output_ctx, (uint8_t)w->now);
}

static void on_due(void *ctx, uint64_t due_ns)
{
	(void)ctx;
	(void)due_ns;
	irq_set(&data.irq, true);
}

static uint64_t read_memory(struct device *dev, uint64_t offset, unsigned width)
{
	(void)dev;
	require(width >= 8 && width <= 64);
	return offset;
}

static void write_memory(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	(void)offset;
	(void)value;
	require(dev->ops->mem_write && width <= 64);
}

static struct device *decode(struct device *dev, uint64_t *offset, unsigned width, bool write)
{
	(void)width;
	(void)write;
	*offset += *offset & 8;
	return *offset & 1 ? NULL : dev;
}

static void hook(struct device *dev) { (void)dev; }

static void make_ops(unsigned i)
{
	static const char *const names[N_OPS] = { "latch", "latch_window", "latch_more" };
	struct device_ops *o = &ops[i];

	make_about(&abouts[i]);
	*o = (struct device_ops){ .name = take_word(names[i]),
				  .about = seldom() ? NULL : &abouts[i] };
	o->regs = take_table(&o->n_regs);
	if (seldom()) {
		o->regs = NULL;
		o->n_regs = 0;
	}
	if (seldom()) o->bank = bank;
	if (take8() & 1) o->read = on_read;
	if (take8() & 1) o->write = on_write;
	if (seldom()) o->mem_read = read_memory;
	if (seldom()) o->mem_write = write_memory;
	if (seldom()) o->decode = decode;
	if (take8() & 1) o->reset = hook;
	if (take8() & 1) o->settle = hook;
}

/* The script of init(): what it does with each part. */
static struct {
	uint8_t skips, slots, state, name, timers;
	uint16_t at;
	const char *says;
	uint64_t state_size;
} plan;

static void take_plan(void)
{
	plan.skips = seldom() ? take8() : 0;
	plan.slots = take8();
	plan.state = take8();
	plan.name = take8();
	plan.timers = seldom() ? take8() : 1;
	plan.at = take16();
	plan.says = seldom() ? take_text() : NULL;
	plan.state_size = take_number();
}

/* Room for all devices that the description may have, then the state. */
static size_t state_at(void)
{
	size_t at = 0;

	for (size_t i = 0; i < fuzz_model.n_parts; i++)
		if (parts[i].device + sizeof(struct device) > at)
			at = parts[i].device + sizeof(struct device);
	return (at + 7) & ~(size_t)7;
}

static void init_part(char *memory, const struct model_wiring *w, size_t i, size_t at)
{
	struct device *dev = (struct device *)(memory + parts[i].device);
	size_t slots = reg_table_slots(parts[i].ops->regs, parts[i].ops->n_regs) * sizeof(uint64_t);
	char *to = memory + at, *state = memory + at;
	size_t state_size = fuzz_model.size > at ? fuzz_model.size - at : 0;
	const char *name = plan.name > 250 ? NULL : plan.name > 245 ? "other" : w->instance;

	/* Registers anywhere in the struct, the device itself included. */
	if (plan.slots > 250) to = memory + plan.at % (fuzz_model.size - slots + 1);
	if (plan.slots == 250) to = stray;
	if ((size_t)(memory + fuzz_model.size - to) < slots && to != stray)
		to = memory + fuzz_model.size - slots;
	if (to == stray && slots > sizeof(stray)) return;
	if (plan.state > 250) state = memory + plan.at % fuzz_model.size;
	if (plan.state == 250) state = stray;
	if (plan.state == 249) state = NULL;
	if (plan.state > 240) state_size = plan.state_size;
	to -= (uintptr_t)to % sizeof(uint64_t);
	if (to < memory && to != stray) to = memory;
	device_init(dev, parts[i].ops, name, w->hub, (uint64_t *)(void *)to, state, state_size);
}

static const char *init(void *memory, const struct model_wiring *w)
{
	size_t at = state_at();

	require(w->instance && w->clock && w->output);
	data = (struct device_data){
		.clock = w->clock, .irq = w->irq, .output = w->output, .output_ctx = w->output_ctx
	};
	for (unsigned i = 0; i < plan.timers; i++)
		data.timer = clock_add_timer(w->clock, "fuzz", on_due, NULL);
	for (size_t i = 0; i < fuzz_model.n_parts; i++)
		if (!(plan.skips >> (i % 8) & 1)) init_part(memory, w, i, at);
	return plan.says;
}

static void set_input(void *memory, unsigned n, uint64_t value)
{
	require(memory && n < fuzz_model.n_inputs && value <= inputs[n].max);
}

static void make_model(void)
{
	static const char *const names[N_INPUTS] = { "level", "paper-end", "error" };

	for (size_t i = 0; i < MODEL_MAX_PARTS; i++)
		parts[i] = (struct model_part){
			.device = seldom() ? (size_t)take_number() : i * sizeof(struct device),
			.ops = seldom() ? NULL : &ops[take_below(N_OPS)],
			.space = (enum bus_space)(seldom() ? take8() : take_below(2)),
			.size = seldom() ? take_number() : (uint64_t)1 << take_below(6),
			.offset = seldom() ? take_number() : 0
		};
	for (size_t i = 0; i < N_INPUTS; i++)
		inputs[i] = (struct model_input){ take_word(names[i]), take_word("help"),
						  seldom() ? take_number() : 3 };
	fuzz_model = (struct model){
		.name = take_word("latch"),
		.size = seldom() ? (size_t)take_number() : 16384,
		.part = seldom() ? NULL : parts,
		.n_parts = seldom() ? (size_t)take_number() : 1 + take_below(N_PARTS),
		.line = take8() & 1,
		.pci = seldom(),
		.init = seldom() ? NULL : init,
		.input = seldom() ? NULL : inputs,
		.n_inputs = seldom() ? (size_t)take_number() : take_below(N_INPUTS + 1),
		.set_input = seldom() ? NULL : set_input
	};
	if (fuzz_model.n_inputs > N_INPUTS && fuzz_model.n_inputs <= MODEL_MAX_INPUTS)
		fuzz_model.n_inputs = N_INPUTS;
}

/* ---- the board ---- */

static uint64_t board_slots[N_ROWS * UINT16_MAX];

static const char *make_device(struct machine *m, const struct part *part)
{
	struct device *dev = (struct device *)((char *)m->board + part->device);
	/* Behind the devices; or in the module. */
	char *inside = (char *)m->board + (kind.board_size - sizeof(uint64_t)) / 8 * 8;
	void *state = plan.state > 250 ? (void *)board_slots : plan.state & 1 ? NULL : inside;

	if (n_parts_made++ == 0 && plan.says) return plan.says;
	if (part->ops && !(plan.skips & 1))
		device_init(dev, part->ops, plan.name > 250 ? NULL : "fuzz", &m->hub, board_slots,
			    state, sizeof(uint64_t));
	return NULL;
}

static void make_board(void)
{
	for (size_t i = 0; i < N_PARTS; i++)
		board_rows[i] = (struct part){
			.device = seldom() ? (size_t)take_number() : i * sizeof(struct device),
			.space = (enum bus_space)(seldom() ? take8() : take_below(2)),
			.base = seldom() ? take_number() : take16(),
			.size = seldom() ? take_number() : 1 + take_below(9),
			.offset = seldom() ? take_number() : 0,
			.init = seldom() ? NULL : make_device,
			.ops = seldom() ? NULL : &ops[take_below(N_OPS)],
			.self_placed = seldom()
		};
	socket =
		(struct part_socket){ .space = (enum bus_space)(seldom() ? take8() : take_below(2)),
				      .base = take32(),
				      .size = take16(),
				      .name = take_word("socket") };
	kind = (struct machine_kind){ .name = take_word("fuzzed"),
				      .board_size = seldom() ? (size_t)take_number() : 16384,
				      .hole = seldom() ? take_number() << 12 : UINT64_C(3) << 30 };
	for (unsigned i = 0; i < MACHINE_PART_TABLES; i++) {
		kind.parts[i].part = seldom() ? NULL : board_rows;
		kind.parts[i].n = i || seldom() ? (size_t)take_number() * seldom() : N_PARTS;
		if (kind.parts[i].n > N_PARTS && kind.parts[i].n <= 128) kind.parts[i].n = N_PARTS;
	}
	kind.socket = seldom() ? NULL : &socket;
	kind.n_sockets = seldom() ? 1 : 0;
}

static void make_module(void)
{
	static const struct bimetal_module_size right[] = { BIMETAL_BOARD_SIZES };

	memcpy(sizes, right, sizeof(sizes));
	if (seldom()) sizes[take_below(ARRAY_SIZE(sizes))].bytes = (size_t)take_number();
	if (seldom()) sizes[take_below(ARRAY_SIZE(sizes))].of = take_text();
	fuzz_module = (struct bimetal_module){ .magic = BIMETAL_MODULE_MAGIC,
					       .abi = seldom() ? take32() : BIMETAL_MODULE_ABI,
					       .n_sizes = seldom() ? take32() : ARRAY_SIZE(sizes),
					       .size_of = seldom() ? NULL : sizes,
					       .model = seldom() ? NULL : &fuzz_model,
					       .board = take8() & 1 ? &kind : NULL };
	if (fuzz_module.n_sizes > ARRAY_SIZE(sizes) && fuzz_module.n_sizes <= 64)
		fuzz_module.n_sizes = ARRAY_SIZE(sizes);
	if (seldom()) fuzz_module.magic[take_below(sizeof(fuzz_module.magic))] = (char)take8();
}

void fuzz_make_module(void)
{
	memset(long_text, 'x', sizeof(long_text) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(banks); i++) banks[i] = i % 3 ? "bank" : NULL;
	fuzz_forget_machine();
	for (unsigned i = 0; i < N_ROWS; i++) make_row(i);
	make_lints();
	for (unsigned i = 0; i < N_OPS; i++) make_ops(i);
	make_model();
	make_board();
	make_module();
	take_plan();
}

void fuzz_forget_machine(void)
{
	n_parts_made = 0;
	data = (struct device_data){ 0 };
}
