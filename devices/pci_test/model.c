/* SPDX-License-Identifier: MIT */
#include "devices/pci_test/model.h"

#include <stddef.h>
#include <string.h>

#include "devices/pci_test/lints.h"

enum { /* conditions, CONTROL, STATUS */
       COND_DONE = 1 << 0,
       COND_ERROR = 1 << 1,
       COND_SOFT = 1 << 2 | 1 << 3,
       START = 1,
       ABORT = 2,
       BUSY = 1,
       RESULT_LSB = 1
};

enum result { RESULT_GOOD, RESULT_SOURCE, RESULT_DESTINATION, RESULT_LENGTH, RESULT_ABORTED };

enum { CHUNK = 4096, BUFFER_FILL = 0xcc, BITS_PER_BYTE = 8 };

/* ---- interrupts ---- */

/* INTA# follows the enabled conditions. A message is sent when an enabled condition becomes true.
 */
static void settle(struct pci_test_model *t)
{
	uint8_t active = (uint8_t)(t->s.mmio[PCI_TEST_MODEL_IRQ_STATUS] &
				   t->s.mmio[PCI_TEST_MODEL_IRQ_ENABLE]);
	unsigned rising = active & ~t->s.raised, falling = t->s.raised & ~active;

	t->s.raised = active;
	pci_model_intx_set(&t->fn, active);
	for (unsigned vector = 0; vector < PCI_TEST_MODEL_N_VECTORS; vector++) {
		if (falling >> vector & 1) {
			pci_model_msi_withdraw(&t->fn, vector);
			pci_model_msix_withdraw(&t->msix, vector);
		}
		if (!(rising >> vector & 1)) continue;
		if (pci_model_msix_enabled(&t->fn))
			pci_model_msix_send(&t->msix, vector);
		else
			pci_model_msi_send(&t->fn, vector);
	}
}

static void raise(struct pci_test_model *t, uint64_t conditions)
{
	t->s.mmio[PCI_TEST_MODEL_IRQ_STATUS] |= conditions;
	settle(t);
}

/* ---- transfers ---- */

static bool busy(const struct pci_test_model *t) { return t->s.mmio[PCI_TEST_MODEL_STATUS] & BUSY; }

static void finish(struct pci_test_model *t, enum result result)
{
	t->s.mmio[PCI_TEST_MODEL_STATUS] = (uint64_t)result << RESULT_LSB;
	raise(t, result == RESULT_GOOD ? COND_DONE : COND_ERROR);
}

static enum result copy(const struct pci_test_model *t)
{
	uint8_t chunk[CHUNK];
	uint32_t n;

	for (uint32_t done = 0; done < t->s.length; done += n) {
		n = t->s.length - done < CHUNK ? t->s.length - done : CHUNK;
		if (!dma_read(&t->fn.dma, t->s.source + done, chunk, n)) return RESULT_SOURCE;
		if (!dma_write(&t->fn.dma, t->s.destination + done, chunk, n))
			return RESULT_DESTINATION;
	}
	return RESULT_GOOD;
}

static void transfer_due(void *ctx, uint64_t due_ns)
{
	struct pci_test_model *t = ctx;
	enum result result = copy(t);

	(void)due_ns;
	/* A transfer to an address where nothing answers ends in a master abort, if bus mastering
	 * is enabled. */
	if (result != RESULT_GOOD && pci_model_function_masters(&t->fn))
		t->fn.dev.reg[PCI_MODEL_STATUS] |= PCI_MODEL_STATUS_MASTER_ABORT;
	finish(t, result);
}

static void start(struct pci_test_model *t)
{
	uint64_t length = t->s.mmio[PCI_TEST_MODEL_LENGTH];

	if (busy(t)) {
		device_lint(&t->mmio, &pci_test_lints[PCI_TEST_LINT_START_BUSY], NULL, START,
			    "started during a transfer");
		return;
	}
	if (length == 0 || length > PCI_TEST_MODEL_MAX_LENGTH) {
		device_lint(&t->mmio, &pci_test_lints[PCI_TEST_LINT_RANGE], NULL, length,
			    "a transfer of 0x%llx bytes, 1..0x%x are possible",
			    (unsigned long long)length, PCI_TEST_MODEL_MAX_LENGTH);
		finish(t, RESULT_LENGTH);
		return;
	}
	t->s.source = t->s.mmio[PCI_TEST_MODEL_SOURCE];
	t->s.destination = t->s.mmio[PCI_TEST_MODEL_DESTINATION];
	t->s.length = (uint32_t)length;
	t->s.mmio[PCI_TEST_MODEL_STATUS] = BUSY;
	clock_arm(t->clock, t->timer, clock_now(t->clock) + PCI_TEST_MODEL_SETUP_NS + length);
}

static void control_written(struct pci_test_model *t, const struct reg_write *w)
{
	t->s.mmio[PCI_TEST_MODEL_CONTROL] = 0;
	if (w->raw & ABORT && busy(t)) {
		clock_disarm(t->clock, t->timer);
		finish(t, RESULT_ABORTED);
	}
	if (w->raw & START) start(t);
}

/* ---- BAR0 ---- */

static void mmio_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	struct pci_test_model *t =
		(struct pci_test_model *)((char *)dev - offsetof(struct pci_test_model, mmio));

	(void)n;
	switch ((enum pci_test_model_reg)row) {
	case PCI_TEST_MODEL_IRQ_STATUS:
	case PCI_TEST_MODEL_IRQ_ENABLE: settle(t); break;
	case PCI_TEST_MODEL_SOURCE:
	case PCI_TEST_MODEL_DESTINATION:
	case PCI_TEST_MODEL_LENGTH:
		if (busy(t))
			device_lint(dev, &pci_test_lints[PCI_TEST_LINT_BUSY],
				    pci_test_regs[row].name, w->raw, "written during a transfer");
		break;
	case PCI_TEST_MODEL_CONTROL: control_written(t, w); break;
	case PCI_TEST_MODEL_RAISE: raise(t, w->raw & COND_SOFT); break;
	case PCI_TEST_MODEL_ID:
	case PCI_TEST_MODEL_SCRATCH:
	case PCI_TEST_MODEL_STATUS:
	case PCI_TEST_MODEL_N_REGS: break;
	}
}

const struct device_ops pci_test_model_mmio_ops = {
	.name = "pci_test",
	.about = &pci_test_about,
	.regs = pci_test_regs,
	.n_regs = PCI_TEST_MODEL_N_REGS,
	.write = mmio_write,
};

/* ---- BAR1 ---- */

static struct pci_test_model *of_port(struct device *dev)
{
	return (struct pci_test_model *)((char *)dev - offsetof(struct pci_test_model, port));
}

static uint64_t port_read(struct device *dev, unsigned row, unsigned n, uint64_t stored)
{
	(void)n;
	return row == PCI_TEST_MODEL_PORT_STATUS ? of_port(dev)->s.mmio[PCI_TEST_MODEL_IRQ_STATUS]
						 : stored;
}

static void port_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	(void)n;
	if (row == PCI_TEST_MODEL_PORT_RAISE) raise(of_port(dev), w->raw & COND_SOFT);
}

const struct device_ops pci_test_model_port_ops = {
	.name = "pci_test",
	.about = &pci_test_about,
	.regs = pci_test_model_ports,
	.n_regs = PCI_TEST_MODEL_N_PORTS,
	.read = port_read,
	.write = port_write,
};

/* ---- BAR2: memory ---- */

static uint8_t *buffer_at(struct device *dev, uint64_t offset)
{
	struct pci_test_model *t =
		(struct pci_test_model *)((char *)dev - offsetof(struct pci_test_model, buffer));

	return &t->s.buffer[offset % PCI_TEST_MODEL_BAR_SIZE];
}

static uint64_t buffer_read(struct device *dev, uint64_t offset, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		value |= (uint64_t)*buffer_at(dev, offset + i) << i * BITS_PER_BYTE;
	return value;
}

static void buffer_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width / BITS_PER_BYTE; i++)
		*buffer_at(dev, offset + i) = (uint8_t)(value >> i * BITS_PER_BYTE);
}

const struct device_ops pci_test_model_buffer_ops = {
	.name = "pci_test_buffer",
	.about = &pci_test_buffer_about,
	.mem_read = buffer_read,
	.mem_write = buffer_write,
};

/* ---- initialisation and reset ---- */

static void reset_device(struct device *dev) { pci_test_model_reset((struct pci_test_model *)dev); }

const struct device_ops pci_test_model_config_ops = {
	.name = "pci_test_config",
	.about = &pci_test_config_about,
	.regs = pci_test_config_regs,
	.n_regs = PCI_TEST_MODEL_CONFIG_N_REGS,
	.write = pci_model_function_write,
	.reset = reset_device,
};

const struct device_ops pci_test_model_msix_ops = {
	.name = "pci_test_msix",
	.about = &pci_test_msix_about,
	.regs = pci_test_msix_regs,
	.n_regs = PCI_MODEL_MSIX_TABLE_N_ROWS,
	.write = pci_model_msix_write,
};

void pci_test_model_reset(struct pci_test_model *test)
{
	clock_disarm(test->clock, test->timer);
	reg_table_reset(pci_test_regs, PCI_TEST_MODEL_N_REGS, test->s.mmio);
	reg_table_reset(pci_test_model_ports, PCI_TEST_MODEL_N_PORTS, test->s.port);
	memset(test->s.buffer, BUFFER_FILL, sizeof(test->s.buffer));
	test->s.raised = 0;
	pci_model_msix_reset(&test->msix);
	pci_model_function_reset(&test->fn);
}

const char *pci_test_model_init(struct pci_test_model *test, const char *instance,
				const struct hub *hub, struct clock *clock,
				struct pci_model_host *host, unsigned device, unsigned function)
{
	const struct pci_model_function_config config = {
		.ops = &pci_test_model_config_ops,
		.instance = instance,
		.device = device,
		.function = function,
		.bar = { [0] = { .dev = &test->mmio },
			 [1] = { .dev = &test->port },
			 [2] = { .dev = &test->buffer },
			 [4] = { .dev = &test->msix.dev } },
		.msi_row = PCI_TEST_MODEL_MSI,
		.msix_row = PCI_TEST_MODEL_MSIX,
		.extended = true,
	};
	struct pci_test_model_state *s = &test->s;
	const char *fault;

	*test = (struct pci_test_model){ .clock = clock };
	pci_model_function_init(&test->fn, &config, hub, s->reg, s, sizeof(*s));
	device_init(&test->mmio, &pci_test_model_mmio_ops, instance, hub, s->mmio, s, sizeof(*s));
	device_init(&test->port, &pci_test_model_port_ops, instance, hub, s->port, s, sizeof(*s));
	test->buffer = (struct device){ .ops = &pci_test_model_buffer_ops,
					.instance = instance,
					.hub = hub };
	pci_model_msix_init(&test->msix, &test->fn, &pci_test_model_msix_ops, instance, hub,
			    s->msix, sizeof(s->msix));
	test->timer = clock_add_timer(clock, instance, transfer_due, test);
	fault = pci_model_host_add(host, &test->fn);
	if (fault) return fault;
	test->fn.dma.dev = &test->mmio; /* lints say "pci_test", not its configuration space */
	pci_test_model_reset(test);
	return NULL;
}
