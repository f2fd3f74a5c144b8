/* SPDX-License-Identifier: MIT */
#include "devices/q35/host_model.h"

#include "devices/q35/lints.h"

enum { /* of PCIEXBAR */
       ECAM_ENABLE = 1,
       ECAM_LENGTH_LSB = 1,
       ECAM_LENGTH = 3,
       ECAM_LENGTH_RESERVED = 3,
       UPPER_SHIFT = 32
};
#define ECAM_MAX_SIZE (UINT64_C(256) << 20)
#define ECAM_BASE     UINT64_C(0xffc000000) /* bits 35:26; larger windows ignore the lowest ones */

enum { BAR_ENABLE = 1, PAM_LOENABLE = 3 };
enum { SMRAM_OPENS = 0x48, ESMRAMC_OPENS = 0x81 }; /* G_SMRAME, D_OPEN; T_EN, H_SMRAME */

/* Units of the registers that hold the top of memory. */
enum { TOM_SHIFT = 26, TOUUD_SHIFT = 20, TOLUD_SHIFT = 20, TOLUD_LSB = 4 };
#define HIGH_MEMORY (UINT64_C(1) << 32)

static uint64_t *reg(struct q35_host_model *q35, enum q35_host_model_reg row)
{
	return &q35->s.reg[reg_table_slot(q35_host_regs, row)];
}

/* ---- ECAM ---- */

/* The ECAM window in PCIEXBAR; size 0: disabled. */
static struct pci_model_window ecam_window(struct q35_host_model *q35)
{
	uint64_t value = *reg(q35, Q35_PCIEXBAR_LO) | *reg(q35, Q35_PCIEXBAR_HI) << UPPER_SHIFT;
	unsigned length = (unsigned)(value >> ECAM_LENGTH_LSB) & ECAM_LENGTH;
	struct pci_model_window w = { .size = ECAM_MAX_SIZE >> length };

	w.base = value & ECAM_BASE & ~(w.size - 1);
	if (!(value & ECAM_ENABLE) || length == ECAM_LENGTH_RESERVED)
		return (struct pci_model_window){ 0 };
	return w;
}

static void place_ecam(struct q35_host_model *q35)
{
	struct pci_model_window w = ecam_window(q35);
	uint64_t low = *reg(q35, Q35_PCIEXBAR_LO);
	const char *fault;

	if (low & ECAM_ENABLE && (low >> ECAM_LENGTH_LSB & ECAM_LENGTH) == ECAM_LENGTH_RESERVED)
		device_lint(&q35->fn.dev, &q35_host_lints[Q35_HOST_LINT_LENGTH], NULL, low,
			    "LENGTH 3 is reserved");
	if (w.base == q35->host->ecam_base && w.size == q35->host->ecam_size) return;
	fault = pci_model_host_set_ecam(q35->host, w.base, w.size);
	if (fault)
		device_lint(&q35->fn.dev, &q35_host_lints[Q35_HOST_LINT_PLACEMENT], NULL, w.base,
			    "the configuration window at 0x%llx %s", (unsigned long long)w.base,
			    fault);
}

/* ---- what is not modelled ---- */

static void pam_written(const struct q35_host_model *q35, unsigned n, const struct reg_write *w)
{
	if (n == 0 && w->raw & PAM_LOENABLE)
		device_lint(&q35->fn.dev, &q35_host_lints[Q35_HOST_LINT_RESERVED], NULL,
			    w->raw & PAM_LOENABLE, "PAM0 has no LOENABLE");
	if (w->now != w->old)
		device_lint(&q35->fn.dev, &q35_host_lints[Q35_HOST_LINT_REMAP], NULL, w->now,
			    "PAM%u is 0x%llx now, but the legacy segments stay as they are", n,
			    (unsigned long long)w->now);
}

static void lint_opened(const struct q35_host_model *q35, const char *name,
			const struct reg_write *w, uint64_t bits)
{
	if (w->now & ~w->old & bits)
		device_lint(&q35->fn.dev, &q35_host_lints[Q35_HOST_LINT_ENABLE], name, w->now,
			    "what it enables is not modelled");
}

static void q35_write(struct device *dev, unsigned row, unsigned n, const struct reg_write *w)
{
	struct q35_host_model *q35 = (struct q35_host_model *)dev;

	pci_model_function_write(dev, row, n, w);
	switch (row) {
	case Q35_PCIEXBAR_LO:
	case Q35_PCIEXBAR_HI: place_ecam(q35); break;
	case Q35_PAM: pam_written(q35, n, w); break;
	case Q35_SMRAM: lint_opened(q35, "SMRAM", w, SMRAM_OPENS); break;
	case Q35_ESMRAMC: lint_opened(q35, "ESMRAMC", w, ESMRAMC_OPENS); break;
	case Q35_PXPEPBAR_LO: lint_opened(q35, "PXPEPBAR", w, BAR_ENABLE); break;
	case Q35_MCHBAR_LO: lint_opened(q35, "MCHBAR", w, BAR_ENABLE); break;
	case Q35_DMIBAR_LO: lint_opened(q35, "DMIBAR", w, BAR_ENABLE); break;
	default: break;
	}
}

static void reset_device(struct device *dev) { q35_host_model_reset((struct q35_host_model *)dev); }

static void settle_device(struct device *dev)
{
	q35_host_model_settle((struct q35_host_model *)dev);
}

const struct device_ops q35_host_model_ops = {
	.name = "q35_host",
	.about = &q35_host_about,
	.regs = q35_host_regs,
	.n_regs = Q35_N_REGS,
	.write = q35_write,
	.reset = reset_device,
	.settle = settle_device,
};

/* ---- initialisation and reset ---- */

/* Set what firmware leaves: all memory reported, none reserved for graphics. */
static void show_memory(struct q35_host_model *q35)
{
	uint64_t below = q35->mem->ram_below_hole, all = q35->mem->ram_size;
	uint64_t above = all > below ? HIGH_MEMORY + (all - below) : 0;
	uint64_t unit = UINT64_C(1) << TOM_SHIFT;

	*reg(q35, Q35_TOM) = (all + unit - 1) >> TOM_SHIFT;
	*reg(q35, Q35_TOLUD) = below >> TOLUD_SHIFT << TOLUD_LSB;
	*reg(q35, Q35_TOUUD) = (above ? above : below) >> TOUUD_SHIFT;
	*reg(q35, Q35_GBSM) = *reg(q35, Q35_BGSM) = *reg(q35, Q35_TSEGMB) =
		below >> TOLUD_SHIFT << TOLUD_SHIFT;
}

void q35_host_model_reset(struct q35_host_model *q35)
{
	pci_model_function_reset(&q35->fn);
	if (q35->mem) show_memory(q35);
	place_ecam(q35);
}

const char *q35_host_model_init(struct q35_host_model *q35, const char *instance,
				const struct hub *hub, struct pci_model_host *host)
{
	const struct pci_model_function_config config = { .ops = &q35_host_model_ops,
							  .instance = instance };
	const char *fault;

	*q35 = (struct q35_host_model){ .host = host, .mem = host->wire.mem };
	pci_model_function_init(&q35->fn, &config, hub, q35->s.reg, &q35->s, sizeof(q35->s));
	fault = pci_model_host_add(host, &q35->fn);
	if (!fault) q35_host_model_reset(q35);
	return fault;
}

void q35_host_model_settle(struct q35_host_model *q35)
{
	struct pci_model_window w = ecam_window(q35);

	q35->host->ecam_base = w.base;
	q35->host->ecam_size = w.size;
}
