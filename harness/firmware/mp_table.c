/* SPDX-License-Identifier: MIT */
/* Sections are those of the MultiProcessor Specification 1.4 (read: 4.1 and table 4-3; unread: the
 * rest of 4.3, written from RBIL's tables M0114 and on). */
#include "harness/firmware/mp_table.h"

#include "harness/firmware/table_bytes.h"

enum { /* 4.1 */
       SPEC_1_4 = 4,
       POINTER_CHECKSUM = 10
};

enum { /* 4.2 */
       HEADER_LENGTH = 4,
       HEADER_CHECKSUM = 7,
       HEADER_COUNT = 34
};

enum entry { /* table 4-3 */
	     ENTRY_PROCESSOR,
	     ENTRY_BUS,
	     ENTRY_IOAPIC,
	     ENTRY_IO_INTERRUPT,
	     ENTRY_LOCAL_INTERRUPT
};

enum { /* 4.3.1, 4.3.3: flags */
       PROCESSOR_ENABLED = 1 << 0,
       PROCESSOR_BOOTSTRAP = 1 << 1,
       IOAPIC_ENABLED = 1 << 0
};

enum interrupt_type { TYPE_INT, TYPE_NMI, TYPE_SMI, TYPE_EXTINT }; /* 4.3.4 */

enum { /* 4.3.4: polarity in bits 1:0, trigger mode in 3:2 */
       CONFORMS = 0x0,
       LEVEL_HIGH = 0xd,
       LEVEL_LOW = 0xf
};

enum { BUS_PCI = 0, BUS_ISA = 1, ALL_LOCAL_APICS = 0xff, LINT0 = 0, LINT1 = 1 };

enum { /* wiring of a PC */
       TIMER_IRQ = 0,
       TIMER_INPUT = 2,
       EXTINT_INPUT = 0,
       CASCADE_IRQ = 2,
       N_ISA = 16,
       PCI_DEVICE_SHIFT = 2
};

struct builder {
	struct table_bytes t;
	unsigned entries;
};

static void begin(struct builder *b, enum entry type)
{
	table_add8(&b->t, type);
	b->entries++;
}

static void header(struct builder *b, const struct mp_config *c)
{
	static const char oem[] = "BIMETAL ", product[] = "PC          ";

	table_add(&b->t, "PCMP", 4);
	table_add16(&b->t, 0); /* its length */
	table_add8(&b->t, SPEC_1_4);
	table_add8(&b->t, 0); /* checksum */
	table_add(&b->t, oem, sizeof(oem) - 1);
	table_add(&b->t, product, sizeof(product) - 1);
	table_add32(&b->t, 0); /* no OEM table, of no size */
	table_add16(&b->t, 0);
	table_add16(&b->t, 0); /* the number of entries */
	table_add32(&b->t, c->lapic_base);
	table_add32(&b->t, 0); /* no extended table; reserved */
}

static void processor(struct builder *b, const struct mp_config *c)
{
	begin(b, ENTRY_PROCESSOR);
	table_add8(&b->t, c->lapic_id);
	table_add8(&b->t, c->lapic_version);
	table_add8(&b->t, PROCESSOR_ENABLED | PROCESSOR_BOOTSTRAP);
	table_add32(&b->t, c->cpu_signature);
	table_add32(&b->t, c->cpu_features);
	table_add64(&b->t, 0);
}

static void bus(struct builder *b, unsigned id, const char name[7])
{
	begin(b, ENTRY_BUS);
	table_add8(&b->t, id);
	table_add(&b->t, name, 6);
}

static void ioapic(struct builder *b, const struct mp_config *c)
{
	begin(b, ENTRY_IOAPIC);
	table_add8(&b->t, c->ioapic_id);
	table_add8(&b->t, c->ioapic_version);
	table_add8(&b->t, IOAPIC_ENABLED);
	table_add32(&b->t, c->ioapic_base);
}

static void interrupt(struct builder *b, enum entry kind, enum interrupt_type type, unsigned flags,
		      unsigned source_bus, unsigned source_irq, unsigned apic, unsigned input)
{
	begin(b, kind);
	table_add8(&b->t, type);
	table_add16(&b->t, flags);
	table_add8(&b->t, source_bus);
	table_add8(&b->t, source_irq);
	table_add8(&b->t, apic);
	table_add8(&b->t, input);
}

static void isa_interrupts(struct builder *b, const struct mp_config *c)
{
	interrupt(b, ENTRY_IO_INTERRUPT, TYPE_EXTINT, CONFORMS, BUS_ISA, TIMER_IRQ, c->ioapic_id,
		  EXTINT_INPUT);
	for (unsigned irq = 0; irq < N_ISA; irq++) {
		unsigned flags = irq == c->sci_irq ? LEVEL_HIGH : CONFORMS;

		if (irq == CASCADE_IRQ) continue;
		interrupt(b, ENTRY_IO_INTERRUPT, TYPE_INT, flags, BUS_ISA, irq, c->ioapic_id,
			  irq == TIMER_IRQ ? TIMER_INPUT : irq);
	}
}

static void pci_interrupts(struct builder *b, const struct mp_config *c)
{
	for (size_t i = 0; i < c->n_pci; i++)
		interrupt(b, ENTRY_IO_INTERRUPT, TYPE_INT, LEVEL_LOW, BUS_PCI,
			  (unsigned)c->pci[i].device << PCI_DEVICE_SHIFT | c->pci[i].pin,
			  c->ioapic_id, c->pci[i].input);
}

static void local_interrupts(struct builder *b)
{
	interrupt(b, ENTRY_LOCAL_INTERRUPT, TYPE_EXTINT, CONFORMS, BUS_ISA, 0, ALL_LOCAL_APICS,
		  LINT0);
	interrupt(b, ENTRY_LOCAL_INTERRUPT, TYPE_NMI, CONFORMS, BUS_ISA, 0, ALL_LOCAL_APICS, LINT1);
}

static bool lay_table(const struct mp_config *c, struct mem *mem)
{
	uint8_t bytes[MP_TABLE_MAX];
	struct builder b = { .t = { .bytes = bytes, .size = sizeof(bytes) } };

	header(&b, c);
	processor(&b, c);
	bus(&b, BUS_PCI, "PCI   ");
	bus(&b, BUS_ISA, "ISA   ");
	ioapic(&b, c);
	isa_interrupts(&b, c);
	pci_interrupts(&b, c);
	local_interrupts(&b);
	table_set(&b.t, HEADER_LENGTH, b.t.n, 2);
	table_set(&b.t, HEADER_COUNT, b.entries, 2);
	table_checksum(&b.t, 0, b.t.n, HEADER_CHECKSUM);
	return !b.t.full && mem_load(mem, c->table, bytes, b.t.n);
}

/* Feature byte 1: 0, there is a configuration table. Byte 2: 0, no IMCR: virtual wire mode. */
static bool lay_pointer(const struct mp_config *c, struct mem *mem)
{
	uint8_t bytes[MP_POINTER_SIZE];
	struct table_bytes t = { .bytes = bytes, .size = sizeof(bytes) };

	table_add(&t, "_MP_", 4);
	table_add32(&t, c->table);
	table_add8(&t, MP_POINTER_SIZE / 16);
	table_add8(&t, SPEC_1_4);
	table_add8(&t, 0); /* checksum */
	table_add_le(&t, 0, 5);
	table_checksum(&t, 0, t.n, POINTER_CHECKSUM);
	return mem_load(mem, c->pointer, bytes, sizeof(bytes));
}

bool mp_table_lay(const struct mp_config *config, struct mem *mem)
{
	if (config->pointer % MP_POINTER_ALIGN || config->table % MP_TABLE_ALIGN) return false;
	return lay_table(config, mem) && lay_pointer(config, mem);
}
