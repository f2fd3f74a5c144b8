/* SPDX-License-Identifier: MIT */
#include "harness/machine/pc_firmware.h"

#include "emu/bits.h"
#include "emu/x86/msr_numbers.h"
#include "harness/firmware/mp_table.h"
#include "harness/firmware/smbios.h"
#include "harness/machine/pc_addresses.h"
#include "harness/machine/pc_board.h"

/* ---- the CPU ---- */

enum {
	MTRR_UNCACHED = 0,
	MTRR_WRITE_BACK = 6,
	MTRR_ENABLE = 0xc00 /* MTRRs on, fixed ranges too */
};
#define MTRR_ALL_WRITE_PROTECT UINT64_C(0x0505050505050505)
#define MTRR_ALL_WRITE_BACK    UINT64_C(0x0606060606060606)
#define MTRR_MASK_VALID        (UINT64_C(1) << 11)
#define PHYSICAL_MASK          ((UINT64_C(1) << PC_PHYSICAL_BITS) - 1)

static void write_msr(struct machine *m, uint32_t msr, uint64_t value)
{
	m->processor.ops->write_msr(m->processor.ctx, msr, value);
}

/* One variable range of uncached memory; size is a power of two, base a multiple of it. */
static void uncached_range(struct machine *m, uint32_t n, uint64_t base, uint64_t size)
{
	write_msr(m, MSR_MTRR_PHYSBASE0 + 2 * n, base | MTRR_UNCACHED);
	write_msr(m, MSR_MTRR_PHYSBASE0 + 2 * n + 1,
		  (PHYSICAL_MASK & ~(size - 1)) | MTRR_MASK_VALID);
}

static void program_mtrrs(struct machine *m)
{
	write_msr(m, MSR_MTRR_FIX64K, MTRR_ALL_WRITE_BACK);
	write_msr(m, MSR_MTRR_FIX16K_80000, MTRR_ALL_WRITE_BACK);
	write_msr(m, MSR_MTRR_FIX16K_A0000, MTRR_UNCACHED);
	for (uint32_t msr = MSR_MTRR_FIX4K_C0000; msr <= MSR_MTRR_FIX4K_F8000; msr++)
		write_msr(m, msr, MTRR_ALL_WRITE_PROTECT);
	uncached_range(m, 0, PC_ECAM_BASE, PC_ECAM_SIZE);
	uncached_range(m, 1, PC_PCI_MEMORY_BASE, UINT64_C(1) << 30);
	write_msr(m, MSR_MTRR_DEF_TYPE, MTRR_ENABLE | MTRR_WRITE_BACK);
}

/* ---- the chipset ---- */

enum {
	PCIEXBAR_ENABLE = 1 << 0, /* 256 MiB */
	PMBASE_PORTS = 1 << 0,
	ACPI_CNTL_ENABLE = 1 << 7, /* SCI on IRQ 9 */
	RCBA_ENABLE = 1 << 0,
	HPTC_ENABLE = 1 << 7,     /* at 0xfed00000 */
	OIC_ENABLE = 1 << 8,      /* I/O APIC */
	LPC_IO_DEC_COMS = 0x0010, /* COM1 at 0x3f8, COM2 at 0x2f8 */
	LPC_EN_BOARD = 0x1403,    /* COM ports, keyboard, 0x4e */
	ELCR_SECOND = 1,          /* lines 8..15 */
	ELCR_9_10_11 = 1 << 1 | 1 << 2 | 1 << 3
};

/* The 8259A line of each PIRQ. */
static const uint8_t pirq_lines[PIRQ_N] = { 10, 10, 11, 11, 10, 10, 11, 11 };

static void put(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
	device_write(dev, offset, width, value, NULL, NULL);
}

static void program_pirqs(struct machine *m)
{
	struct device *lpc = &pc_of(m)->lpc.fn.dev;

	for (unsigned i = 0; i < PIRQ_N; i++) {
		unsigned at = i < PIRQ_N / 2 ? ICH9_OFFSET_PIRQA_ROUT + i
					     : ICH9_OFFSET_PIRQE_ROUT + i - PIRQ_N / 2;
		put(lpc, at, 8, pirq_lines[i]);
	}
	put(&pc_of(m)->pic.elcr, ELCR_SECOND, 8, ELCR_9_10_11);
}

static void program_chipset(struct machine *m)
{
	struct device *mch = &pc_of(m)->q35.fn.dev, *lpc = &pc_of(m)->lpc.fn.dev;

	put(mch, Q35_OFFSET_PCIEXBAR + 4, 32, PC_ECAM_BASE >> 32);
	put(mch, Q35_OFFSET_PCIEXBAR, 32, PC_ECAM_BASE | PCIEXBAR_ENABLE);
	put(lpc, ICH9_OFFSET_PMBASE, 32, PC_PMBASE | PMBASE_PORTS);
	put(lpc, ICH9_OFFSET_ACPI_CNTL, 8, ACPI_CNTL_ENABLE);
	put(lpc, ICH9_OFFSET_RCBA, 32, PC_RCBA | RCBA_ENABLE);
	put(lpc, ICH9_OFFSET_LPC_IO_DEC, 16, LPC_IO_DEC_COMS);
	put(lpc, ICH9_OFFSET_LPC_EN, 16, LPC_EN_BOARD);
	put(&pc_of(m)->lpc.rcrb, ICH9_OFFSET_HPTC, 32, HPTC_ENABLE);
	put(&pc_of(m)->lpc.rcrb, ICH9_OFFSET_OIC, 16, OIC_ENABLE);
	program_pirqs(m);
	ioapic_model_set_id(&pc_of(m)->ioapic, PC_IOAPIC_ID);
	acpi_pm_model_bios_state(&pc_of(m)->pm);
}

/* ---- PCI functions ---- */

enum {
	CONFIG_COMMAND = 0x04,
	CONFIG_BAR0 = 0x10,
	CONFIG_INTERRUPT_LINE = 0x3c,
	FIRST_PCI_PORT = 0xc000
};

struct windows {
	uint64_t memory, port; /* the next free address */
};

/* Sizes are powers of two, and the windows have room for all possible devices. */
static void assign_bar(struct pci_model_function *fn, unsigned n, struct windows *w)
{
	uint64_t size = fn->bar[n].size;
	uint64_t *next = pci_model_bar_space(fn, n) == BUS_PORT ? &w->port : &w->memory;

	if (!size) return;
	*next = align_up(*next, size);
	put(&fn->dev, CONFIG_BAR0 + 4 * n, 32, *next & UINT32_MAX);
	*next += size;
}

static void assign_interrupt(struct machine *m, struct pci_model_function *fn)
{
	uint8_t pin = (uint8_t)fn->dev.reg[PCI_MODEL_INTERRUPT_PIN];
	unsigned pirq;

	if (!pin) return;
	pirq = pirq_router_model_pirq(&pc_of(m)->pirq, fn->config.device, pin - 1u);
	put(&fn->dev, CONFIG_INTERRUPT_LINE, 8, pirq_lines[pirq]);
}

static void program_functions(struct machine *m)
{
	struct windows w = { .memory = PC_PCI_MEMORY_BASE, .port = FIRST_PCI_PORT };

	for (unsigned i = 0; i < pc_of(m)->pci.n_functions; i++) {
		struct pci_model_function *fn = pc_of(m)->pci.function[i];

		if (fn == &pc_of(m)->q35.fn || fn == &pc_of(m)->lpc.fn) continue;
		for (unsigned n = 0; n < PCI_MODEL_N_BARS; n++) assign_bar(fn, n, &w);
		assign_interrupt(m, fn);
		put(&fn->dev, CONFIG_COMMAND, 16, PCI_MODEL_COMMAND_IO | PCI_MODEL_COMMAND_MEMORY);
	}
}

/* ---- tables ---- */

enum { MHZ = 1000000, FIRST_PIRQ_INPUT = 16 };

/* The wires of the functions that have an interrupt pin. */
static size_t collect_wires(const struct machine *m, struct mp_pci_wire wire[MP_MAX_PCI])
{
	size_t n = 0;

	_Static_assert((int)PCI_MODEL_HOST_MAX_FUNCTIONS <= (int)MP_MAX_PCI,
		       "a wire for every function");
	for (unsigned i = 0; i < pc_of(m)->pci.n_functions; i++) {
		const struct pci_model_function *fn = pc_of(m)->pci.function[i];
		uint8_t pin = (uint8_t)fn->dev.reg[PCI_MODEL_INTERRUPT_PIN];
		unsigned pirq;

		if (!pin--) continue;
		pirq = pirq_router_model_pirq(&pc_of(m)->pirq, fn->config.device, pin);
		wire[n++] = (struct mp_pci_wire){ .device = (uint8_t)fn->config.device,
						  .pin = pin,
						  .input = (uint8_t)(FIRST_PIRQ_INPUT + pirq) };
	}
	return n;
}

const char *pc_firmware_lay_rom(struct machine *m)
{
	struct mp_pci_wire wire[MP_MAX_PCI];
	struct mp_config mp = { .lapic_base = acpi_config_pc.lapic_base,
				.lapic_id = acpi_config_pc.lapic_id,
				.lapic_version = (uint8_t)lapic_regs[LAPIC_MODEL_VERSION].reset,
				.ioapic_base = acpi_config_pc.ioapic_base,
				.ioapic_id = acpi_config_pc.ioapic_id,
				.ioapic_version =
					(uint8_t)ioapic_inner_regs[IOAPIC_MODEL_VER].reset,
				.sci_irq = acpi_config_pc.sci_irq,
				.pci = wire,
				.n_pci = collect_wires(m, wire),
				.pointer = PC_MP_POINTER,
				.table = PC_MP_TABLE };
	struct smbios_config smbios = { .cpu_mhz = CPU_TSC_HZ / MHZ,
					.entry = PC_SMBIOS_ENTRY,
					.table = PC_SMBIOS_TABLE };

	m->processor.ops->signature(m->processor.ctx, &mp.cpu_signature, &mp.cpu_features);
	smbios.cpu_signature = mp.cpu_signature;
	smbios.cpu_features = mp.cpu_features;
	if (mp_table_lay(&mp, &m->mem) && smbios_lay(&smbios, &m->mem)) return NULL;
	return "the MP table and SMBIOS do not fit into the ROM";
}

const char *pc_firmware_lay_tables(struct machine *m)
{
	struct acpi_config config = acpi_config_pc;

	config.rsdp = PC_RSDP;
	config.user = m->config.acpi;
	config.n_user = m->config.n_acpi;
	if (acpi_lay(&config, &m->mem, &m->firmware, m->error, sizeof(m->error))) return NULL;
	return m->error;
}

void pc_firmware_run(struct machine *m)
{
	program_mtrrs(m);
	program_chipset(m);
	program_functions(m);
	(void)pc_firmware_lay_tables(m); /* it succeeded in build(), so it succeeds here */
}
