/* SPDX-License-Identifier: MIT */
/* What a module describes. The input makes the struct bimetal_module and all that it points to
 * (fuzz_module_make.c): pointers are NULL or lead to memory that is there, what is there is
 * hostile. Whatever module_fault() lets pass must not crash a machine: it is built with the device
 * or the board, accessed, reset and copied, and its registers are printed. The functions of the
 * module do what the input says, but break nothing themselves. The rest of the input is the text of
 * --device. */
#include <stdio.h>
#include <string.h>

#include "emu/lint.h"
#include "fuzz_load.h"
#include "fuzz_module_make.h"
#include "harness/catalogue/catalogue.h"
#include "harness/catalogue/register_map.h"
#include "harness/machine/added.h"
#include "harness/machine/host.h"
#include "harness/machine/module.h"

enum { MAX_INPUT = 4096, MEMORY = 2 << 20, TEXT_SIZE = 256, N_ACCESSES = 24 };

/* ---- what the machine does with it ---- */

static void hear_lint(void *ctx, const struct lint *l)
{
	char id[LINT_ID_SIZE];

	(void)ctx;
	require(strlen(lint_id(l, id, sizeof(id))) < sizeof(id));
}

static void hear_access(void *ctx, const struct access *a)
{
	(void)ctx;
	require(!a->reg || a->reg->name);
}

static void print(const struct device_ops *of)
{
	static const struct catalogue_place nowhere;
	static FILE *nothing;
	struct catalogue_model m = { .name = of->name,
				     .title = of->about->title,
				     .foreign = true,
				     .machines = "pc",
				     .place = &nowhere,
				     .reached = of->about->reached,
				     .document = of->about->document,
				     .table = of->about->table,
				     .lints = of->about->lints };

	if (!nothing) nothing = fopen("/dev/null", "w");
	require(nothing);
	register_map_print(nothing, &m);
	register_page(nothing, &m);
}

static void access_all(struct machine *m)
{
	static struct observer observer = { .lint = hear_lint, .access = hear_access };

	hub_attach(&m->hub, &observer);
	for (unsigned i = 0; i < N_ACCESSES; i++) {
		const struct bus_decoder *d = i & 1 ? &m->bus.port : &m->bus.memory;
		enum bus_space space = i & 1 ? BUS_PORT : BUS_MEMORY;
		const struct bus_range *r = d->n ? &d->range[take8() % d->n] : NULL;
		uint64_t at = r ? r->base + take8() % r->size : take32();
		unsigned width = 8u << take_below(4);

		if (take8() & 1)
			bus_write(&m->bus, space, at, width, take32());
		else
			(void)bus_read(&m->bus, space, at, width);
	}
	hub_detach(&m->hub, &observer);
}

static void use(struct machine *m, struct machine *twin)
{
	char usage[TEXT_SIZE], digest[33];

	access_all(m);
	for (size_t i = 0; i < m->n_added; i++) {
		const struct model *of = m->added[i]->model;

		machine_model_usage(of, usage, sizeof(usage));
		if (of != &fuzz_model) continue;
		for (unsigned n = 0; n < of->n_inputs; n++)
			machine_added_set(m->added[i], n, of->input[n].max);
	}
	clock_run_until(&m->clock, clock_now(&m->clock) + 2 * FUZZ_STEP_NS);
	machine_copy_state(twin, m);
	access_all(twin);
	machine_reset(m);
	access_all(m);
	machine_digest(m, digest);
}

/* The text of --device: mostly one that says where it is. */
static void take_device_text(char text[TEXT_SIZE])
{
	static const char *const names[] = {
		"latch", "lpt", "pci-test", "pc-testdev", "nobody", ""
	};
	int n = snprintf(text, TEXT_SIZE, "%s", seldom() ? names[take_below(6)] : "latch");

	if (seldom()) {
		text[(size_t)n + take_rest(text + n, TEXT_SIZE - 1 - (size_t)n)] = '\0';
		return;
	}
	snprintf(text + n, TEXT_SIZE - (size_t)n, ",port=0x%x,irq=%u", take16(), take8());
}

/* With what the model has, and no more. */
static void place_all(char text[TEXT_SIZE])
{
	unsigned port = 0, memory = 0;
	size_t used = (size_t)snprintf(text, TEXT_SIZE, "latch");

	for (size_t i = 0; i < fuzz_model.n_parts && used < TEXT_SIZE; i++) {
		bool is_port = fuzz_model.part[i].space == BUS_PORT;
		unsigned n = is_port ? port++ : memory++;
		char number[8] = "";

		if (!fuzz_model.part[i].size) {
			is_port ? port-- : memory--;
			continue;
		}
		if (n) snprintf(number, sizeof(number), "%u", n + 1);
		used += (size_t)snprintf(text + used, TEXT_SIZE - used, ",%s%s=0x%x",
					 is_port ? "port" : "memory", number,
					 (is_port ? 0x5000u : 0xe0000000u) + (n << 8));
	}
	if (fuzz_model.line && used < TEXT_SIZE)
		snprintf(text + used, TEXT_SIZE - used, ",irq=%u", 5u);
}

static void run(void)
{
	static struct machine machine, twin;
	static struct bimetal_cpu cpu, twin_cpu;
	static const char *const machines[] = { "none", "isapc", "pc" };
	char text[TEXT_SIZE];
	struct machine_device device = { .text = text, .model = fuzz_module.model };
	struct machine_config config = { .machine = machines[take8() > 200 ? take_below(3) : 0],
					 .kind = fuzz_module.board,
					 .memory = MEMORY,
					 .device = &device,
					 .n_devices = fuzz_module.model || seldom() };
	const char *fault;

	if (fuzz_module.model && !seldom())
		place_all(text);
	else
		take_device_text(text);
	if (fuzz_module.board) config.n_devices = seldom();
	fault = machine_host_init(&machine, &config, &cpu);
	if (fault) {
		require(strnlen(fault, MACHINE_ERROR_SIZE) < MACHINE_ERROR_SIZE && *fault);
		return;
	}
	fuzz_forget_machine();
	fault = machine_host_init(&twin, &config, &twin_cpu);
	require(!fault);
	use(&machine, &twin);
	machine_free(&twin);
	machine_free(&machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[MODULE_ERROR_SIZE];
	const char *fault;

	if (size > MAX_INPUT) return -1;
	fuzz_begin(data, size);
	fuzz_make_module();
	memset(error, 'x', sizeof(error));
	fault = module_fault(&fuzz_module, error);
	if (fault) {
		require(strnlen(fault, sizeof(error)) < sizeof(error) && *fault);
		return 0;
	}
	for (size_t i = 0; fuzz_module.model && i < fuzz_model.n_parts; i++)
		print(fuzz_model.part[i].ops);
	run();
	return 0;
}
